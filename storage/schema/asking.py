"""What readers ask by beside words: the places, people and sources that articles name."""

from sqlalchemy import BigInteger, Column, Index, Table, Text, UniqueConstraint

from storage.columns import Id, Moment, Words
from storage.schema.whole import metadata

facet = Table(
    "facet",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("name", Words, nullable=False),
    Column("folded", Words, nullable=False),
    UniqueConstraint("kind", "name"),
    Index(None, "kind", "folded"),
)

# No foreign keys: checking them costs more than the row, and all is written in one transaction.
article_facet = Table(
    "article_facet",
    metadata,
    Column("facet_id", BigInteger, primary_key=True, autoincrement=False),
    Column("article_id", BigInteger, primary_key=True, autoincrement=False, index=True),
    sqlite_with_rowid=False,
)

saved_search = Table(
    "saved_search",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", Words, nullable=False, unique=True),
    Column("parameters", Words, nullable=False),
    Column("created_at", Moment, nullable=False),
)
