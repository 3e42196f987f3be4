"""All hits of a search, in steps, each its own short reading: millions of rows in flat memory."""

from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import Connection, select

from storage.articles.shelving import as_fact, as_stored, told_stories
from storage.database import Database
from storage.schema import article, article_text, fact
from storage.search.reading import Search, fitting, read_rows
from storage.search.searching import window
from storage.values.findings import Stored
from storage.values.model import Fact

STEP = 500
"""Articles read at once."""


def stream(database: Database, question: Search) -> Iterator[Stored]:
    """The hits, the newest first. What is archived meanwhile is left out; what is removed meanwhile too.

    Each step is a transaction of its own, so that an export of hours holds up no writer.
    """
    before, size, whole = None, STEP, False
    while not whole:
        with database.read() as connection:
            part = window(connection, question, before, size)
            rows = read_rows(connection, part, STEP)
            found = _stored(connection, [row.id for row in fitting(rows, part)])
        yield from found
        if len(rows) == STEP:
            before = rows[-1].sort_key
        else:
            # Where hits are rare, more articles are asked at once.
            before, size, whole = part.asked.since, size * 2, part.asked.since == question.asked.since


def _stored(connection: Connection, ids: Sequence[int]) -> Sequence[Stored]:
    asked = select(article).where(article.c.id.in_(ids)).order_by(article.c.sort_key.desc())
    rows = connection.execute(asked).all()
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
