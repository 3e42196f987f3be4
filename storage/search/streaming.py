"""All hits of a search, in steps, each its own short reading: millions of rows in flat memory."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row, select

from storage.articles.shelving import as_fact, as_stored, told_stories
from storage.database import Database
from storage.schema import article_text, fact
from storage.search.index import index_of
from storage.search.searching import Search, fitting, read_rows
from storage.values.findings import Stored
from storage.values.model import Fact

STEP = 500
"""Articles read at once."""


def stream(database: Database, question: Search) -> Iterator[Stored]:
    """The hits, the newest first. What is archived meanwhile is left out; what is removed meanwhile too.

    Each step is a transaction of its own, so that an export of hours holds up no writer.
    """
    before = question.asked.before
    while True:
        asked = replace(question.asked, before=before)
        with database.read() as connection:
            keys = index_of(connection).newest(connection, asked, STEP)
            found = _stored(connection, list(fitting(read_rows(connection, keys, question), question)))
        yield from found
        if len(keys) < STEP:
            return
        before = keys[-1]


def _stored(connection: Connection, rows: Sequence[Row[Any]]) -> Sequence[Stored]:
    ids = [row.id for row in rows]
    texts = {
        row.article_id: row
        for row in connection.execute(select(article_text).where(article_text.c.article_id.in_(ids)))
    }
    stories = told_stories(connection, [row.story_id for row in rows])
    facts = _facts(connection, ids)
    return [as_stored(row, texts[row.id], stories[row.story_id], facts.get(row.id, ())) for row in rows]


def _facts(connection: Connection, ids: Sequence[int]) -> Mapping[int, tuple[Fact, ...]]:
    found: dict[int, tuple[Fact, ...]] = {}
    for row in connection.execute(select(fact).where(fact.c.article_id.in_(ids)).order_by(fact.c.id)):
        found[row.article_id] = (*found.get(row.article_id, ()), as_fact(row))
    return found
