"""Search: the index proposes, the texts decide, the page shows why.

The index knows which terms an article holds, not where; so every article shown is checked against the query, and a
count is checked too where that is cheap.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Row, select

from storage.articles.shelving import time_key
from storage.errors import QueryError
from storage.schema import article
from storage.search.fields import Field, FieldName, QueryWords, read_field, resolved
from storage.search.index import Wanted, best_counted_first, how_many
from storage.search.planning import AllOf, NoneOf, Plan, Where, plan_of, unmistakable
from storage.search.query import Phrase, fields, parse, pattern, wanted, with_fields
from storage.search.reading import Search, fits, fitting, hit, read_rows
from storage.search.terms import is_cjk_word
from storage.values.findings import Filters, Hit, SearchPage

MOST_CHECKED = 2000
"""Articles read for one page: a query whose terms are everywhere but never together costs no more."""
MOST_FIELDS = 20
"""Fields in one query: each may have to be asked of each article."""
COUNT_CHECKED = 200
"""Up to so many articles a count is made exact by reading them."""
WINDOW = 1000
"""How many articles are asked first where to ask all would cost much; then twice as many, and so on."""
WINDOWS = 4
"""So often the next articles are asked, before all are."""
MANY = 10_000
"""Of more hits than that the newest are looked for among the newest articles first."""
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def prepare(query: str, filters: Filters, words: QueryWords) -> Search:
    """Read query and filters. Raises `QueryError`."""
    expression = with_fields(parse(query), lambda one: resolved(one, words))
    asked_for = tuple(dict.fromkeys(fields(expression)))
    if (count := len(asked_for) + len(filters.figures)) > MOST_FIELDS:
        raise QueryError(f"query: {count} fields are too many; use at most {MOST_FIELDS}")
    found, sure = plan_of(expression)
    parts = found.parts if isinstance(found, AllOf) else (found,)
    apart = tuple(part for part in parts if _is_field(part))
    asked = Wanted(
        plan=AllOf(tuple(part for part in parts if part not in apart)),
        since=time_key(filters.since) if filters.since else None,
        before=time_key(filters.until) if filters.until else None,
        conditions=(*(Where(one) for one in _asked_by(filters, words)), *apart),
        leading=all(isinstance(part, Where | NoneOf) for part in parts),
    )
    patterns = tuple(pattern(phrase) for phrase in wanted(expression))
    return Search(
        expression=expression,
        asked=asked,
        sure=sure,
        patterns=patterns,
        decided=sure and unmistakable(found),
        fields=asked_for,
        word=expression.text if isinstance(expression, Phrase) and is_cjk_word(expression.text) else "",
    )


def search(connection: Connection, question: Search, limit: int, cursor: int | None) -> SearchPage:
    """One page, the newest first."""
    rows, more, proposed = _page(connection, question, limit, cursor)
    whole = cursor is None and more is None
    total, exact = (len(rows), True) if whole else count_hits(connection, question, proposed)
    return SearchPage(
        hits=tuple(hit(row, question.patterns) for row in rows),
        total=total,
        exact=exact,
        next=print_cursor(more) if more is not None else None,
    )


def newest(connection: Connection, question: Search, limit: int) -> tuple[Hit, ...]:
    """The newest hits, without counting the others where a count walks all of them for nothing."""
    rows, *_ = _page(connection, question, limit, None, counted=False)
    return tuple(hit(row, question.patterns) for row in rows)


def _page(
    connection: Connection, question: Search, limit: int, cursor: int | None, *, counted: bool = True
) -> tuple[list[Row[Any]], int | None, int | None]:
    """The hits, the sort key before which the next page begins, and how many the index proposes, if it was asked."""
    found: list[Row[Any]] = []
    proposed = counted_before(connection, question)
    counted = counted and proposed is None
    rows = nearest(connection, question, cursor, limit + 1, proposed)
    if counted:
        rows = proposals(connection, question, cursor, limit + 1, counted=True)
    for at, row in enumerate(rows):
        if at == 0 and counted:
            proposed = row.proposed
        fit = fits(row, question)
        if at == MOST_CHECKED or (fit and len(found) == limit):
            return found, row.sort_key + 1, proposed
        if fit:
            found.append(row)
    return found, None, proposed


def counted_before(connection: Connection, question: Search) -> int | None:
    """How many articles the index proposes, where that tells how to find the newest of them."""
    return how_many(connection, question.asked) if best_counted_first(connection, question.asked) else None


def nearest(
    connection: Connection, question: Search, before: int | None, step: int, known: int | None
) -> Iterator[Row[Any]]:
    """`proposals`, where so many are known, if any number is: of very many the newest articles probably hold enough."""
    if known == 0:
        return
    for part in islice(windows(connection, question, before), WINDOWS if (known or 0) > MANY else 0):
        yield from proposals(connection, part, None, step)
        before = part.asked.since
        if before == question.asked.since:
            return
    yield from proposals(connection, question, before, step)


def proposals(
    connection: Connection, question: Search, before: int | None, step: int, *, counted: bool = False
) -> Iterator[Row[Any]]:
    """The articles that the index proposes, the newest first, read in steps; `counted` as for `read_rows`."""
    while True:
        rows = read_rows(connection, question, step, before, counted=counted)
        yield from rows
        if len(rows) < step:
            return
        # The next ones are read in larger steps: a page that needs them needs many.
        before, step, counted = rows[-1].sort_key, min(step * 4, 400), False


def windows(connection: Connection, question: Search, before: int | None) -> Iterator[Search]:
    """The question, asked of the newest articles, then of more and more of the earlier ones, to the earliest."""
    size = WINDOW
    while True:
        part = window(connection, question, before, size)
        yield part
        if part.asked.since == question.asked.since:
            return
        before, size = part.asked.since, size * 2


def window(connection: Connection, question: Search, before: int | None, size: int) -> Search:
    """The question, asked of that many articles before a sort key; of all before it if there are not so many."""
    before = min((key for key in (before, question.asked.before) if key is not None), default=None)
    key = article.c.sort_key
    earlier = select(key).order_by(key.desc()).limit(1).offset(size)
    first = connection.scalar(earlier if before is None else earlier.where(key < before))
    since = max((key for key in (first, question.asked.since) if key is not None), default=None)
    asked = replace(question.asked, since=since, before=before, leading=False, narrow=True)
    return replace(question, asked=asked)


def count_hits(connection: Connection, question: Search, proposed: int | None = None) -> tuple[int, bool]:
    """How many articles match, and whether that is exact: a long phrase is only checked where it is cheap.

    `proposed`: how many the index proposes, if that is known.
    """
    if proposed is None:
        proposed = how_many(connection, question.asked)
    if question.sure or proposed == 0:
        return proposed, True
    if proposed > COUNT_CHECKED:
        return proposed, False
    return sum(1 for _ in fitting(read_rows(connection, question, proposed), question)), True


def _is_field(part: Plan) -> bool:
    return isinstance(part.part if isinstance(part, NoneOf) else part, Where)


def _asked_by(filters: Filters, words: QueryWords) -> Iterator[Field]:
    """The filters as fields of a query. Raises `QueryError` for a figure that cannot be read."""
    own: dict[FieldName, object] = {
        "portal": filters.portal,
        "category": filters.category,
        "story": filters.story_id,
    }
    yield from (Field(name, str(value)) for name, value in own.items() if value is not None)
    for name in ("province", "place", "source", "reporter", "substance"):
        if (value := getattr(filters, name)) is not None:
            yield resolved(read_field(name, value, 0), words)
    for written in filters.figures:
        yield resolved(read_field("figure", written, 0), words)
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
