"""What is watched, who holds it, what came of looking."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from storage.columns import Data, Id, Moment, Words, index_where
from storage.schema.whole import metadata

setting = Table(
    "setting",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

host = Table(
    "host",
    metadata,
    Column("host", Text, primary_key=True),
    Column("fence", BigInteger, nullable=False, server_default="0"),
    Column("owner", Text),
    Column("claimed_at", Moment),
    Column("lease_until", Moment),
    Column("not_before", Moment),
    Column("whole", Boolean, nullable=False, server_default=text("false")),
)

source = Table(
    "source",
    metadata,
    Column("id", Id, primary_key=True),
    Column("portal", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("host", Text, ForeignKey("host.host"), nullable=False),
    Column("every_seconds", Integer, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("next_check_at", Moment, nullable=False),
    Column("etag", Words),
    Column("last_modified", Words),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("first_ok_at", Moment),
    Column("last_looked_at", Moment),
    Column("last_ok_at", Moment),
    Column("last_full_at", Moment),
    Column("last_new_at", Moment),
    Column("failing_since", Moment),
    Column("recovered_at", Moment),
    Column("lied_at", Moment),
    Column("newest_at", Moment),
    Column("expected_by", Moment),
    Column("charset", Text, nullable=False, server_default=""),
    Column("charset_was", Text, nullable=False, server_default=""),
    Column("charset_changed_at", Moment),
    Column("further", Data),
    Column("last_outcome", Text, nullable=False, server_default=""),
    Column("detail", Words, nullable=False, server_default=""),
    UniqueConstraint("portal", "url"),
    Index(None, "host", "active", "next_check_at"),
)

link = Table(
    "link",
    metadata,
    Column("id", Id, primary_key=True),
    Column("key", Words, nullable=False, unique=True),
    Column("url", Words, nullable=False),
    Column("source_id", ForeignKey("source.id"), nullable=False),
    Column("portal", Text, nullable=False),
    Column("host", Text, nullable=False),
    Column("title", Words, nullable=False),
    Column("published_at", Moment),
    Column("precision", Text, nullable=False),
    Column("first_seen_at", Moment, nullable=False),
    Column("first_list", Boolean, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("outcome", Text, nullable=False, server_default=""),
    Column("detail", Words, nullable=False, server_default=""),
    Column("retry_at", Moment),
    Column("article_id", BigInteger),
    Column("backfill", Boolean, nullable=False, server_default=text("false")),
    index_where("backfill", "ix_link_backfill", "portal", "state"),
    index_where("state = 'pending'", "ix_link_due", "host", "retry_at"),
    index_where("state <> 'archived'", "ix_link_open", "source_id", "state"),
)

run = Table(
    "run",
    metadata,
    Column("id", Id, primary_key=True),
    Column("portal", Text, nullable=False),
    Column("host", Text, nullable=False),
    Column("fence", BigInteger, nullable=False),
    Column("started_at", Moment, nullable=False, index=True),
    Column("finished_at", Moment),
    Column("outcome", Text, nullable=False, server_default=""),
    Column("counts", Data),
)

coverage = Table(
    "coverage",
    metadata,
    Column("day", Date, primary_key=True),
    Column("portal", Text, primary_key=True),
    Column("source_url", Text, primary_key=True),
    Column("counter", Text, primary_key=True),
    Column("n", BigInteger, nullable=False),
)

beat = Table(
    "beat",
    metadata,
    Column("name", Text, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("detail", Words, nullable=False),
)
