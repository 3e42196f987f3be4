"""Search by rank: the best answers among the newest hits, paged without moving while news comes in."""

from itertools import islice

from sqlalchemy import Connection, Row

from storage.errors import QueryError
from storage.search.ranking import answer_score
from storage.search.reading import Search, fitting, hit
from storage.search.searching import count_hits, counted_before, nearest, print_cursor, read_cursor
from storage.search.terms import fold
from storage.values.findings import SearchPage

RANKED = 500
"""How many of the newest hits are ranked: scoring every hit of a common word costs seconds in a large archive."""


def read_rank_cursor(before: str | None) -> tuple[int | None, int]:
    """The sort key under which the ranked articles lie, and how many were shown. Raises `QueryError`."""
    if before is None:
        return None, 0
    anchor, dot, shown = before.partition(".")
    if not dot or not shown.isascii() or not shown.isdigit() or int(shown) > RANKED:
        raise QueryError(f"cursor {before!r}: give the one the page before told, as it is")
    return read_cursor(anchor), int(shown)


def search_best(
    connection: Connection, question: Search, limit: int, cursor: tuple[int | None, int]
) -> SearchPage:
    """One page of the newest 500 hits, the best answer first; among equals the newer."""
    anchor, shown = cursor
    known = counted_before(connection, question)
    proposed = list(islice(nearest(connection, question, anchor, RANKED, known), RANKED))
    rows = list(fitting(proposed, question))
    ranked = sorted(rows, key=lambda row: (-_score(row, question), -row.sort_key))
    page = ranked[shown : shown + limit]
    total, exact = count_hits(connection, question, known)
    more = shown + len(page) < len(ranked)
    after = f"{print_cursor(anchor or (proposed[0].sort_key + 1 if proposed else 0))}.{shown + len(page)}"
    return SearchPage(
        hits=tuple(hit(row, question.patterns) for row in page),
        total=total,
        exact=exact,
        next=after if more else None,
    )


def _score(row: Row[tuple[object, ...]], question: Search) -> float:
    return answer_score(fold(row.title), fold(row.text), question.patterns)
