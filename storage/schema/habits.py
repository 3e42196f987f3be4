"""What a source is used to, and what the robots.txt of its host says."""

from sqlalchemy import Column, Date, Float, ForeignKey, Integer, Table, Text

from storage.columns import Moment, Words
from storage.schema.whole import metadata

arrival = Table(
    "arrival",
    metadata,
    Column("source_id", ForeignKey("source.id"), primary_key=True),
    Column("slot", Integer, primary_key=True, autoincrement=False),
    Column("items", Float, nullable=False),
    Column("times", Float, nullable=False),
    Column("at", Moment, nullable=False),
)

page_quality = Table(
    "page_quality",
    metadata,
    Column("day", Date, primary_key=True),
    Column("source_id", ForeignKey("source.id"), primary_key=True),
    Column("charset", Text, primary_key=True),
    Column("pages", Integer, nullable=False),
    Column("readable", Integer, nullable=False),
    Column("titled", Integer, nullable=False),
    Column("dated", Integer, nullable=False),
    Column("timed", Integer, nullable=False),
    Column("credited", Integer, nullable=False),
    Column("bodied", Integer, nullable=False),
    Column("selected", Integer, nullable=False),
    Column("sound", Integer, nullable=False),
)

recent_pages = Table(
    "recent_pages",
    metadata,
    Column("source_id", ForeignKey("source.id"), primary_key=True),
    Column("marks", Text, nullable=False),
)

robots = Table(
    "robots",
    metadata,
    Column("origin", Words, primary_key=True),
    Column("asked_at", Moment, nullable=False),
    Column("fetched_at", Moment),
    Column("changed_at", Moment),
    Column("status", Integer),
    Column("outcome", Text, nullable=False),
    Column("body", Words, nullable=False),
)
