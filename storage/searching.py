"""Search: the index proposes, the texts decide, the page shows why.

The index knows which terms an article holds, not where; so every article shown is checked against the query, and a
count is checked too where that is cheap.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from re import Pattern
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, exists, select

from storage.errors import QueryError
from storage.findings import Filters, Hit, SearchPage
from storage.index import Index, Wanted, index_of
from storage.passages import marks, passage
from storage.query import Expression, matches, parse, pattern, plan, wanted
from storage.schema import article, article_substance, article_text
from storage.shelving import time_key
from storage.terms import words_of_article

MOST_CHECKED = 2000
"""Articles read for one page: a query whose terms are everywhere but never together costs no more."""
COUNT_CHECKED = 200
"""Up to so many articles a count is made exact by reading them."""
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, kw_only=True, slots=True)
class Search:
    """A question, read: `sure` says that the index needs no check by the texts."""

    expression: Expression
    asked: Wanted
    sure: bool
    patterns: tuple[Pattern[str], ...]


def prepare(query: str, filters: Filters, before: str | None) -> tuple[Search, int | None]:
    """Read query, filters and cursor. Raises `QueryError`."""
    expression = parse(query)
    found, sure = plan(expression)
    asked = Wanted(
        plan=found,
        since=time_key(filters.since) if filters.since else None,
        before=time_key(filters.until) if filters.until else None,
        conditions=tuple(_conditions(filters)),
    )
    patterns = tuple(pattern(phrase) for phrase in wanted(expression))
    search = Search(expression=expression, asked=asked, sure=sure, patterns=patterns)
    return search, _read_cursor(before)


def search(connection: Connection, question: Search, limit: int, cursor: int | None) -> SearchPage:
    """One page, the newest first."""
    index = index_of(connection)
    rows, more = _page(connection, index, question, limit, cursor)
    total, exact = _total(connection, index, question)
    return SearchPage(
        hits=tuple(_hit(row, question.patterns) for row in rows),
        total=total,
        exact=exact,
        next=_cursor(more) if more is not None else None,
    )


def _page(
    connection: Connection, index: Index, question: Search, limit: int, cursor: int | None
) -> tuple[list[Row[Any]], int | None]:
    """The hits, and the sort key before which the next page begins."""
    hits: list[Row[Any]] = []
    for at, row in enumerate(_candidates(connection, index, question, cursor, limit + 1)):
        fits = matches(question.expression, _folded(row))
        if at == MOST_CHECKED or (fits and len(hits) == limit):
            return hits, row.sort_key + 1
        if fits:
            hits.append(row)
    return hits, None


def _candidates(
    connection: Connection, index: Index, question: Search, cursor: int | None, step: int
) -> Iterator[Row[Any]]:
    asked = question.asked
    before = min((key for key in (asked.before, cursor) if key is not None), default=None)
    while True:
        keys = index.newest(connection, replace(asked, before=before), step)
        yield from _read(connection, keys)
        if len(keys) < step:
            return
        # The next ones are read in larger steps: a page that needs them needs many.
        before, step = keys[-1], min(step * 4, 400)


def _total(connection: Connection, index: Index, question: Search) -> tuple[int, bool]:
    total = index.count(connection, question.asked)
    if question.sure or total == 0:
        return total, True
    if total > COUNT_CHECKED:
        return total, False
    keys = index.newest(connection, question.asked, total)
    rows = _read(connection, keys)
    return sum(matches(question.expression, _folded(row)) for row in rows), True


def _read(connection: Connection, keys: Sequence[int]) -> list[Row[Any]]:
    asked = select(article, article_text.c.subtitle, article_text.c.text)
    asked = asked.join(article_text, article_text.c.article_id == article.c.id)
    asked = asked.where(article.c.sort_key.in_(keys)).order_by(article.c.sort_key.desc())
    return list(connection.execute(asked)) if keys else []


def _folded(row: Row[Any]) -> str:
    return words_of_article(row.title, row.subtitle, row.text)


def _hit(row: Row[Any], patterns: Sequence[Pattern[str]]) -> Hit:
    return Hit(
        id=row.id,
        story_id=row.story_id,
        url=row.url,
        title=row.title,
        portal=row.portal,
        province=row.province,
        source=row.source,
        published_at=row.published_at,
        precision=row.precision,
        fetched_at=row.fetched_at,
        relevant=row.relevant,
        category=row.category,
        score=row.score,
        snippet=passage(row.text, patterns),
        title_marks=marks(row.title, patterns),
    )


def _conditions(filters: Filters) -> Iterator[ColumnElement[bool]]:
    for name in ("province", "portal", "category", "story_id"):
        if (value := getattr(filters, name)) is not None:
            yield article.c[name] == value
    if filters.relevant_only:
        yield article.c.relevant.is_(True)
    if filters.substance is not None:
        named = article_substance.c.substance == filters.substance
        yield exists().where(article_substance.c.article_id == article.c.id, named)


def _cursor(key: int) -> str:
    digits = ""
    while key:
        key, digit = divmod(key, 36)
        digits = _DIGITS[digit] + digits
    return digits or "0"


def _read_cursor(before: str | None) -> int | None:
    if before is None:
        return None
    try:
        key = int(before, 36)
    except ValueError:
        key = -1
    if not 0 <= key < 1 << 63:
        raise QueryError(f"cursor {before!r}: give the one the page before told, as it is")
    return key
