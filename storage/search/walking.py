"""Questions asked of the newest articles, then of more and more of the earlier ones: each step costs a bound."""

import time
from dataclasses import replace
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Row, func, select

from storage.schema import article
from storage.search.best import search_best
from storage.search.counting import FacetCounts, count_facets
from storage.search.reading import Search, fitting, hit
from storage.search.searching import print_cursor, proposals, window, windows
from storage.values.findings import SearchPage

NEWEST = 5_000
"""Among how many of the newest articles the best answers are looked for, and facets counted."""
WALKING = 0.2
"""Seconds after which no further articles are asked: the last step takes about as long as all before it."""


def walk(connection: Connection, question: Search, limit: int, cursor: int | None) -> SearchPage:
    """One page, the newest first, for a question that costs too much to be asked of all articles at once.

    It may hold fewer hits than there are; its cursor leads on. `total` is how many articles there are at most.
    """
    end, found = time.monotonic() + WALKING, list[Row[Any]]()
    more, whole = cursor, False
    for part in windows(connection, question, cursor):
        found += islice(fitting(proposals(connection, part, None, limit + 1), part), limit + 1 - len(found))
        more, whole = part.asked.since, part.asked.since == question.asked.since
        if len(found) > limit or time.monotonic() > end:
            break
    if len(found) > limit:
        more, whole = found.pop().sort_key + 1, False
    exact = whole and cursor is None
    return SearchPage(
        hits=tuple(hit(row, question.patterns) for row in found),
        total=len(found) if exact else _most(connection),
        exact=exact,
        next=None if whole or more is None else print_cursor(more),
    )


def best(connection: Connection, question: Search, limit: int, cursor: tuple[int | None, int]) -> SearchPage:
    """`search_best` among the newest articles only; `total` as in `walk`."""
    page = search_best(connection, window(connection, question, cursor[0], NEWEST), limit, cursor)
    return replace(page, total=_most(connection), exact=False)


def facets(connection: Connection, question: Search) -> FacetCounts:
    """`count_facets` over the newest articles only."""
    return replace(count_facets(connection, window(connection, question, None, NEWEST)), whole=False)


def _most(connection: Connection) -> int:
    """How many articles there are at most."""
    return connection.scalar(select(func.max(article.c.id))) or 0
