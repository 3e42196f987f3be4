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
    String,
    Table,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from storage.columns import Data, Moment, Words

HEAD = "0001"
"""The newest migration; a test compares."""

# SQLite gives out row ids itself only for a column of type INTEGER.
Id = BigInteger().with_variant(Integer, "sqlite")

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

setting = Table(
    "setting",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", String, nullable=False),
)

host = Table(
    "host",
    metadata,
    Column("host", String, primary_key=True),
    Column("fence", BigInteger, nullable=False, server_default="0"),
    Column("owner", String),
    Column("claimed_at", Moment),
    Column("lease_until", Moment),
    Column("not_before", Moment),
    Column("whole", Boolean, nullable=False, server_default=text("false")),
)

source = Table(
    "source",
    metadata,
    Column("id", Id, primary_key=True),
    Column("portal", String, nullable=False),
    Column("url", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("host", String, ForeignKey("host.host"), nullable=False),
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
    Column("last_outcome", String, nullable=False, server_default=""),
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
    Column("portal", String, nullable=False),
    Column("host", String, nullable=False),
    Column("title", Words, nullable=False),
    Column("published_at", Moment),
    Column("precision", String, nullable=False),
    Column("first_seen_at", Moment, nullable=False),
    Column("first_list", Boolean, nullable=False),
    Column("state", String, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("outcome", String, nullable=False, server_default=""),
    Column("detail", Words, nullable=False, server_default=""),
    Column("retry_at", Moment),
    Column("article_id", BigInteger),
    Index(
        "ix_link_due",
        "host",
        "retry_at",
        sqlite_where=text("state = 'pending'"),
        postgresql_where=text("state = 'pending'"),
    ),
    Index("ix_link_open", "source_id", "state", sqlite_where=text("state <> 'archived'"),
          postgresql_where=text("state <> 'archived'")),
)  # fmt: skip

run = Table(
    "run",
    metadata,
    Column("id", Id, primary_key=True),
    Column("portal", String, nullable=False),
    Column("host", String, nullable=False),
    Column("fence", BigInteger, nullable=False),
    Column("started_at", Moment, nullable=False, index=True),
    Column("finished_at", Moment),
    Column("outcome", String, nullable=False, server_default=""),
    Column("counts", Data),
)

coverage = Table(
    "coverage",
    metadata,
    Column("day", Date, primary_key=True),
    Column("portal", String, primary_key=True),
    Column("source_url", String, primary_key=True),
    Column("counter", String, primary_key=True),
    Column("n", BigInteger, nullable=False),
)

beat = Table(
    "beat",
    metadata,
    Column("name", String, primary_key=True),
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
    Column("portal", String, nullable=False),
    Column("url", Words, nullable=False),
    Column("title", Words, nullable=False),
    Column("source", Words),
    Column("published_at", Moment),
    Column("precision", String, nullable=False),
    Column("fetched_at", Moment, nullable=False),
    Column("outcome", String, nullable=False),
    Column("topic", String, nullable=False),
    Column("relevant", Boolean, nullable=False),
    Column("score", Float, nullable=False),
    Column("category", String),
    Column("province", String),
    Column("silent", Boolean, nullable=False),
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
    Column("language", String, nullable=False),
    Column("charset", String, nullable=False),
    Column("charset_from", String, nullable=False),
    Column("trace", Data, nullable=False),
    Column("places", Data, nullable=False),
    Column("evidence", Data, nullable=False),
)

fact = Table(
    "fact",
    metadata,
    Column("id", Id, primary_key=True),
    Column("article_id", ForeignKey("article.id"), nullable=False, index=True),
    Column("measure", String, nullable=False),
    Column("value", Float, nullable=False),
    Column("unit", String, nullable=False),
    Column("qualifier", String, nullable=False),
    Column("substance", String),
    Column("period", Words),
    Column("period_from", Moment),
    Column("period_to", Moment),
    Column("place", Words),
    Column("change", Data),
    Column("basis", String),
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
    Column("substance", String, primary_key=True),
    Column("article_id", ForeignKey("article.id"), primary_key=True),
)

rule = Table(
    "rule",
    metadata,
    Column("name", String, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("spec", Data, nullable=False),
    Column("set_at", Moment, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Id, primary_key=True),
    Column("key", String, nullable=False, unique=True),
    Column("code", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("state", String, nullable=False),
    Column("reason", Words, nullable=False, server_default=""),
    Column("story_id", ForeignKey("story.id"), index=True),
    Column("article_id", ForeignKey("article.id")),
    Column("rule", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("attempt", Integer, nullable=False, server_default="0"),
    Column("owner", String),
    Column("lease_until", Moment),
    Column("created_at", Moment, nullable=False),
    Column("not_before", Moment, nullable=False),
    Column("sent_at", Moment),
    Index(
        "ix_outbox_due",
        "not_before",
        sqlite_where=text("state IN ('pending', 'sending')"),
        postgresql_where=text("state IN ('pending', 'sending')"),
    ),
    Index(None, "state", "rule", "channel"),
)

receipt = Table(
    "receipt",
    metadata,
    Column("id", Id, primary_key=True),
    Column("outbox_id", ForeignKey("outbox.id"), nullable=False, index=True),
    Column("attempt", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    Column("result", String, nullable=False),
    Column("detail", Words, nullable=False),
    Column("ambiguous", Boolean, nullable=False),
    Column("retry_at", Moment),
)

channel = Table(
    "channel",
    metadata,
    Column("name", String, primary_key=True),
    Column("not_before", Moment, nullable=False),
)

# The search index lives outside `metadata`: each database has its own, made by the first migration.
article_terms = Table(
    "article_terms",
    MetaData(),
    Column("sort_key", BigInteger, primary_key=True),
    Column("terms", ARRAY(Integer), nullable=False),
)
