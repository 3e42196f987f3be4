"""Articles, the stories they belong to, and what was read from them."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from storage.columns import Data, Id, Moment, Words, index_where
from storage.schema.whole import metadata

story = Table(
    "story",
    metadata,
    Column("id", Id, primary_key=True),
    Column("title", Words, nullable=False),
    Column("first_article_id", BigInteger),
    Column("first_seen_at", Moment, nullable=False),
    Column("reports", Integer, nullable=False),
    Column("merged_into", BigInteger),
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
    Column("versions", Integer, nullable=False, server_default="1"),
    Column("removed_at", Moment),
    Column("removed_why", Text, nullable=False, server_default=""),
    # What is asked and counted without words.
    Index(None, "province", "sort_key"),
    Index(None, "category", "sort_key"),
    Index(None, "portal", "sort_key"),
    Index(None, "relevant", "sort_key"),
    Index(None, "silent"),
)

# No foreign key: checking it costs more than the row, and both are written in one transaction.
fingerprint = Table(
    "fingerprint",
    metadata,
    Column("hash", BigInteger, primary_key=True, autoincrement=False),
    Column("article_id", BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

# What of an article's event its follow-ups will tell too; no foreign key, as above.
event_mark = Table(
    "event_mark",
    metadata,
    Column("hash", BigInteger, primary_key=True, autoincrement=False),
    Column("article_id", BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

story_change = Table(
    "story_change",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("kind", Text, nullable=False),
    Column("story_id", ForeignKey("story.id"), nullable=False, index=True),
    Column("other_id", ForeignKey("story.id"), nullable=False, index=True),
    Column("article_ids", Data, nullable=False),
    Column("why", Words, nullable=False),
)

kept_apart = Table(
    "kept_apart",
    metadata,
    Column("story_id", ForeignKey("story.id"), primary_key=True),
    Column("other_id", ForeignKey("story.id"), primary_key=True, index=True),
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

COUNTED = ("measure", "substance", "article_id", "unit", "value", "statistic", "target")
"""What figures over time are made of."""
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
    Column("statistic", Boolean, nullable=False, server_default=text("false")),
    Column("uncertain", Words, nullable=False),
    Column("evidence", Words, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    # Answers what counts of each story without the rows, which hold the words.
    index_where("uncertain = ''", "ix_fact_counted", *COUNTED),
)

article_substance = Table(
    "article_substance",
    metadata,
    Column("substance", Text, primary_key=True),
    Column("article_id", ForeignKey("article.id"), primary_key=True, index=True),
)

# The search index lives outside `metadata`: each database has its own, made by the first migration.
article_terms = Table(
    "article_terms",
    MetaData(),
    Column("sort_key", BigInteger, primary_key=True),
    Column("terms", ARRAY(Integer), nullable=False),
)
