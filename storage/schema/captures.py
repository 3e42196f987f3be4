"""The bytes behind each archived version, and the manifests that chain them."""

from sqlalchemy import BigInteger, Column, Date, ForeignKey, Index, Integer, Table, Text

from storage.columns import Id, Moment, Words
from storage.schema.whole import metadata

capture = Table(
    "capture",
    metadata,
    Column("id", Id, primary_key=True),
    Column("article_id", ForeignKey("article.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("page", Integer, nullable=False),
    Column("url", Words, nullable=False),
    Column("answered_url", Words, nullable=False),
    Column("status", Integer, nullable=False),
    Column("fetched_at", Moment, nullable=False),
    Column("day", Date, nullable=False),
    Column("record", Text, nullable=False, unique=True),
    Column("sha256", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("record_sha256", Text, nullable=False),
    Column("file", Text, index=True),
    Column("offset", BigInteger),
    Column("length", BigInteger),
    Column("state", Text, nullable=False),
    Column("manifest", Date),
    Index(None, "article_id", "version", "page"),
    Index(None, "manifest", "day"),
    # Answers the totals without the rows.
    Index(None, "state", "length", "size", "fetched_at"),
)

manifest = Table(
    "manifest",
    metadata,
    Column("day", Date, primary_key=True),
    Column("sha256", Text, nullable=False),
    Column("previous", Text, nullable=False),
    Column("captures", Integer, nullable=False),
    Column("sealed_at", Moment, nullable=False),
)
