"""What became of a page after it was archived: its versions, and every visit to it and to pages not archived yet."""

from sqlalchemy import BigInteger, Boolean, Column, Float, ForeignKey, Index, Integer, Table, Text

from storage.columns import Data, Id, Moment, Words, index_where
from storage.schema.whole import metadata

revisit = Table(
    "revisit",
    metadata,
    Column("article_id", ForeignKey("article.id"), primary_key=True),
    Column("portal", Text, nullable=False),
    Column("host", Text, nullable=False),
    Column("step", Integer, nullable=False, server_default="0"),
    Column("next_at", Moment),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("outcome", Text, nullable=False, server_default=""),
    Column("visited_at", Moment),
    Column("gone_since", Moment),
    Column("etag", Words),
    Column("last_modified", Words),
    index_where("next_at IS NOT NULL", "ix_revisit_due", "host", "next_at"),
)

# A page that never changed has no row here: its one version is the article itself.
version = Table(
    "version",
    metadata,
    Column("article_id", ForeignKey("article.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("seen_at", Moment, nullable=False),
    Column("title", Words, nullable=False),
    Column("text", Words, nullable=False),
    Column("source", Words),
    Column("authors", Data, nullable=False),
    Column("editors", Data, nullable=False),
    Column("facts", Data, nullable=False),
    Column("text_sha256", Text, nullable=False),
    Column("changed", Data, nullable=False),
    Column("figures", Words, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("relevant", Boolean, nullable=False),
    Column("score", Float, nullable=False),
)

# Kept without foreign keys, since it only tells a history and is cut off at a length.
visit = Table(
    "visit",
    metadata,
    Column("id", Id, primary_key=True),
    Column("link_id", BigInteger),
    Column("article_id", BigInteger),
    Column("at", Moment, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("detail", Words, nullable=False),
    Column("next_at", Moment),
    Index(None, "link_id"),
    Index(None, "article_id"),
)
