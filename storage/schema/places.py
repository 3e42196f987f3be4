"""Where else: articles on other hosts, and how far walks back in time have come."""

from sqlalchemy import Boolean, Column, Index, Integer, Table, Text

from storage.columns import Data, Moment, Words
from storage.schema.whole import metadata

lead = Table(
    "lead",
    metadata,
    Column("key", Words, primary_key=True),
    Column("url", Words, nullable=False),
    Column("host", Words, nullable=False),
    Column("portal", Text, nullable=False),
    Column("source_url", Text, nullable=False),
    Column("first_seen_at", Moment, nullable=False),
    Column("last_seen_at", Moment, nullable=False),
    Column("times", Integer, nullable=False),
    Index("ix_lead_host", "host", "last_seen_at"),
)

backfill = Table(
    "backfill",
    metadata,
    Column("portal", Text, primary_key=True),
    Column("source_url", Text, primary_key=True),
    Column("since", Moment, nullable=False),
    Column("until", Moment, nullable=False),
    Column("oldest_at", Moment),
    Column("further", Data, nullable=False),
    Column("marks", Data, nullable=False),
    Column("pages", Integer, nullable=False),
    Column("listed", Integer, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("detail", Words, nullable=False),
    Column("began_at", Moment, nullable=False),
    Column("moved_at", Moment),
    Column("done", Boolean, nullable=False),
)
