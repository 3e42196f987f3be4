"""The tables. `docs/storage.md` says what each promise rests on; `migrations/` is how an archive gets here.

Portable: no extension, no type that one of the two databases lacks. The search index differs, see `terms_index`.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from storage.columns import NAMING, Data, Id, Moment, Words, index_where

HEAD = "0002"
"""The newest migration; a test compares."""

metadata = MetaData(naming_convention=NAMING)

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

story = Table(
    "story",
    metadata,
    Column("id", Id, primary_key=True),
    Column("title", Words, nullable=False),
    Column("first_article_id", BigInteger),
    Column("first_seen_at", Moment, nullable=False),
    Column("reports", Integer, nullable=False),
)

identity = Table(
    "identity",
    metadata,
    Column("name", Words, primary_key=True),
    Column("story_id", ForeignKey("story.id"), nullable=False, index=True),
)

article = Table(
    "article",
    metadata,
    Column("id", Id, primary_key=True),
    Column("key", Words, nullable=False, unique=True),
    Column("sort_key", BigInteger, nullable=False, unique=True),
    Column("story_id", ForeignKey("story.id"), nullable=False, index=True),
    Column("source_id", ForeignKey("source.id")),
    Column("portal", Text, nullable=False),
    Column("url", Words, nullable=False),
    Column("title", Words, nullable=False),
    Column("source", Words),
    Column("published_at", Moment),
    Column("precision", Text, nullable=False),
    Column("fetched_at", Moment, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("topic", Text, nullable=False),
    Column("relevant", Boolean, nullable=False),
    Column("score", Float, nullable=False),
    Column("category", Text),
    Column("province", Text),
    Column("silent", Boolean, nullable=False),
    Column("joined_as", Text, nullable=False, server_default="first"),
)

# No foreign key: checking it costs more than the row, and both are written in one transaction.
fingerprint = Table(
    "fingerprint",
    metadata,
    Column("hash", BigInteger, primary_key=True, autoincrement=False),
    Column("article_id", BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

related = Table(
    "related",
    metadata,
    Column("story_id", ForeignKey("story.id"), primary_key=True),
    Column("other_id", ForeignKey("story.id"), primary_key=True, index=True),
    Column("why", Text, nullable=False),
    Column("article_id", ForeignKey("article.id"), nullable=False),
)

article_text = Table(
    "article_text",
    metadata,
    Column("article_id", ForeignKey("article.id"), primary_key=True),
    Column("canonical_url", Words, nullable=False),
    Column("subtitle", Words, nullable=False),
    Column("text", Words, nullable=False),
    Column("authors", Data, nullable=False),
    Column("editors", Data, nullable=False),
    Column("images", Data, nullable=False),
    Column("attachments", Data, nullable=False),
    Column("missing_pages", Data, nullable=False),
    Column("language", Text, nullable=False),
    Column("charset", Text, nullable=False),
    Column("charset_from", Text, nullable=False),
    Column("trace", Data, nullable=False),
    Column("places", Data, nullable=False),
    Column("evidence", Data, nullable=False),
)

fact = Table(
    "fact",
    metadata,
    Column("id", Id, primary_key=True),
    Column("article_id", ForeignKey("article.id"), nullable=False, index=True),
    Column("measure", Text, nullable=False),
    Column("value", Float, nullable=False),
    Column("unit", Text, nullable=False),
    Column("qualifier", Text, nullable=False),
    Column("substance", Text),
    Column("period", Words),
    Column("period_from", Moment),
    Column("period_to", Moment),
    Column("place", Words),
    Column("change", Data),
    Column("basis", Text),
    Column("target", Boolean, nullable=False),
    Column("uncertain", Words, nullable=False),
    Column("evidence", Words, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Index(None, "measure", "substance"),
)

article_substance = Table(
    "article_substance",
    metadata,
    Column("substance", Text, primary_key=True),
    Column("article_id", ForeignKey("article.id"), primary_key=True),
)

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
    index_where("state IN ('pending', 'sending')", "ix_outbox_due", "not_before"),
    Index(None, "state", "rule", "channel"),
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

# The search index lives outside `metadata`: each database has its own, made by the first migration.
article_terms = Table(
    "article_terms",
    MetaData(),
    Column("sort_key", BigInteger, primary_key=True),
    Column("terms", ARRAY(Integer), nullable=False),
)
