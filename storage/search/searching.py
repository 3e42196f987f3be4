"""Search: the index proposes, the texts decide, the page shows why.

The index knows which terms an article holds, not where; so every article shown is checked against the query, and a
count is checked too where that is cheap.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from re import Pattern
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, false, func, not_, select

from storage.articles.shelving import time_key
from storage.errors import QueryError
from storage.schema import article, article_text, story
from storage.search.conditions import condition
from storage.search.fields import Field, QueryWords, read_field, resolved
from storage.search.index import Index, Wanted, index_of
from storage.search.passages import marks, passage
from storage.search.planning import ALL, AllOf, NoneOf, Plan, Where, plan_of, unmistakable
from storage.search.query import Expression, fields, matches, parse, pattern, wanted, with_fields
from storage.search.terms import words_of_article
from storage.values.findings import Filters, Hit, SearchPage

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
    decided: bool = False
    """The index alone says which articles match; else each one that is shown is checked."""
    fields: tuple[Field, ...] = ()
    """The fields the expression asks for; the database says which hold for an article."""


def prepare(query: str, filters: Filters, words: QueryWords) -> Search:
    """Read query and filters. Raises `QueryError`."""
    expression = with_fields(parse(query), lambda one: resolved(one, words))
    found, sure = plan_of(expression)
    conditions, rest = _apart(found)
    leading = rest == ALL
    asked = Wanted(
        plan=rest,
        since=time_key(filters.since) if filters.since else None,
        before=time_key(filters.until) if filters.until else None,
        conditions=(*_conditions(filters, words, leading=leading), *conditions),
    )
    patterns = tuple(pattern(phrase) for phrase in wanted(expression))
    return Search(
        expression=expression,
        asked=asked,
        sure=sure,
        patterns=patterns,
        decided=sure and unmistakable(found),
        fields=tuple(dict.fromkeys(fields(expression))),
    )


def search(connection: Connection, question: Search, limit: int, cursor: int | None) -> SearchPage:
    """One page, the newest first."""
    index = index_of(connection)
    rows, more = _page(connection, index, question, limit, cursor)
    whole = cursor is None and more is None
    total, exact = (len(rows), True) if whole else count_hits(connection, question)
    return SearchPage(
        hits=tuple(hit(row, question.patterns) for row in rows),
        total=total,
        exact=exact,
        next=print_cursor(more) if more is not None else None,
    )


def newest(connection: Connection, question: Search, limit: int) -> tuple[Hit, ...]:
    """The newest hits, without counting the others: a count walks all of them."""
    rows, _ = _page(connection, index_of(connection), question, limit, None)
    return tuple(hit(row, question.patterns) for row in rows)


def fitting(rows: Iterable[Row[Any]], question: Search) -> Iterator[Row[Any]]:
    """The rows that really match."""
    return (row for row in rows if _fits(row, question))


def read_rows(connection: Connection, keys: Sequence[int] | Select[Any], question: Search) -> list[Row[Any]]:
    """The articles with these sort keys, the newest first, with what a check by the texts needs."""
    if isinstance(keys, list) and not keys:
        return []
    asked_for = () if question.decided else question.fields
    held = [condition(one).label(f"field_{at}") for at, one in enumerate(asked_for)]
    asked = select(article, article_text.c.subtitle, article_text.c.text, story.c.reports, *held)
    asked = asked.join(article_text, article_text.c.article_id == article.c.id)
    asked = asked.join(story, story.c.id == article.c.story_id)
    asked = asked.where(article.c.sort_key.in_(keys)).order_by(article.c.sort_key.desc())
    return list(connection.execute(asked))


def _page(
    connection: Connection, index: Index, question: Search, limit: int, cursor: int | None
) -> tuple[list[Row[Any]], int | None]:
    """The hits, and the sort key before which the next page begins."""
    hits: list[Row[Any]] = []
    for at, row in enumerate(_candidates(connection, index, question, cursor, limit + 1)):
        fits = _fits(row, question)
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
        keys = index.page(connection, replace(asked, before=before), step)
        rows = read_rows(connection, keys, question)
        yield from rows
        if len(rows) < step:
            return
        # The next ones are read in larger steps: a page that needs them needs many.
        before, step = rows[-1].sort_key, min(step * 4, 400)


def count_hits(connection: Connection, question: Search) -> tuple[int, bool]:
    """How many articles match, and whether that is exact: a long phrase is only checked where it is cheap."""
    index = index_of(connection)
    total = index.count(connection, question.asked)
    if question.sure or total == 0:
        return total, True
    if total > COUNT_CHECKED:
        return total, False
    keys = index.newest(connection, question.asked, total)
    return sum(1 for _ in fitting(read_rows(connection, keys, question), question)), True


def _fits(row: Row[Any], question: Search) -> bool:
    if question.decided:
        return True
    held = [one for at, one in enumerate(question.fields) if getattr(row, f"field_{at}")]
    return matches(question.expression, words_of_article(row.title, row.subtitle, row.text), held)


def hit(row: Row[Any], patterns: Sequence[Pattern[str]]) -> Hit:
    """A row as a reader sees it."""
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
        reports=row.reports,
        versions=row.versions,
        removed_at=row.removed_at,
    )


def _apart(found: Plan) -> tuple[tuple[ColumnElement[bool], ...], Plan]:
    """The fields that must hold in any case, as conditions, and what is left for the index."""
    parts = found.parts if isinstance(found, AllOf) else (found,)
    leading = _is_led_by_fields(parts)
    sides: dict[Plan, ColumnElement[bool]] = {}
    for part in parts:
        match part:
            case Where(field):
                sides[part] = condition(field, leading=leading)
            case NoneOf(Where(field)):
                sides[part] = not_(func.coalesce(condition(field), false()))
    return tuple(sides.values()), AllOf(tuple(part for part in parts if part not in sides))


def _is_led_by_fields(parts: Iterable[Plan]) -> bool:
    return all(isinstance(part, Where | NoneOf) for part in parts)


def _conditions(filters: Filters, words: QueryWords, *, leading: bool) -> Iterator[ColumnElement[bool]]:
    for name in ("portal", "category", "story_id"):
        if (value := getattr(filters, name)) is not None:
            yield article.c[name] == value
    for field in asked_by(filters):
        yield condition(resolved(field, words), leading=leading)


def asked_by(filters: Filters) -> Iterator[Field]:
    """The filters that are fields of a query as well. Raises `QueryError` for a figure that cannot be read."""
    for name in ("province", "place", "source", "reporter", "substance"):
        if (value := getattr(filters, name)) is not None:
            yield read_field(name, value, 0)
    for written in filters.figures:
        yield read_field("figure", written, 0)
    for state in ("relevant", "first", "changed", "removed"):
        if getattr(filters, f"{state}_only"):
            yield read_field("is", state, 0)


def print_cursor(key: int) -> str:
    """A sort key as a cursor."""
    digits = ""
    while key:
        key, digit = divmod(key, 36)
        digits = _DIGITS[digit] + digits
    return digits or "0"


def read_cursor(before: str | None) -> int | None:
    """The sort key that a cursor stands for. Raises `QueryError`."""
    if before is None:
        return None
    try:
        key = int(before, 36)
    except ValueError:
        key = -1
    if not 0 <= key < 1 << 63:
        raise QueryError(f"cursor {before!r}: give the one the page before told, as it is")
    return key
