"""Who hears what, and what became of each alert."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table, Text, false

from storage.columns import Data, Id, Moment, Words, index_where
from storage.schema.whole import metadata

rule = Table(
    "rule",
    metadata,
    Column("name", Text, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("spec", Data, nullable=False),
    Column("set_at", Moment, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Id, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("code", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Words, nullable=False, server_default=""),
    Column("story_id", ForeignKey("story.id"), index=True),
    Column("article_id", ForeignKey("article.id")),
    Column("rule", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("attempt", Integer, nullable=False, server_default="0"),
    Column("owner", Text),
    Column("lease_until", Moment),
    Column("created_at", Moment, nullable=False),
    Column("not_before", Moment, nullable=False),
    Column("sent_at", Moment),
    Column("about", Text, nullable=False, server_default=""),
    Column("note", Words, nullable=False, server_default=""),
    Column("batch", Text, nullable=False, server_default=""),
    Column("urgent", Boolean, nullable=False, server_default=false()),
    index_where("state IN ('pending', 'sending')", "ix_outbox_due", "not_before"),
    Index(None, "state", "rule", "channel"),
    index_where("state = 'sent'", "ix_outbox_sent", "channel", "sent_at"),
)

receipt = Table(
    "receipt",
    metadata,
    Column("id", Id, primary_key=True),
    Column("outbox_id", ForeignKey("outbox.id"), nullable=False, index=True),
    Column("attempt", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    Column("result", Text, nullable=False),
    Column("detail", Words, nullable=False),
    Column("ambiguous", Boolean, nullable=False),
    Column("retry_at", Moment),
)

channel = Table(
    "channel",
    metadata,
    Column("name", Text, primary_key=True),
    Column("not_before", Moment, nullable=False),
)

told = Table(
    "told",
    metadata,
    Column("code", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("level", Text, nullable=False),
    Column("since", Moment, nullable=False),
    Column("told", Boolean, nullable=False),
    Column("told_at", Moment),
    Column("swings", Integer, nullable=False),
    Column("said", Words, nullable=False),
)
"""What operators were told of each trouble, and how it stands since when."""
