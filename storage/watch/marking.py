"""The record of how each source's pages are read: written with the page, read for the watch over it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select

from storage.schema import page_quality, recent_pages
from storage.statements import insert
from storage.values.model import SHANGHAI, Outcome
from storage.values.records import PageResult
from storage.watch.quality import FIELDS, RING, Mark, Quality, mark_of, mark_of_failure, pressed, unpressed

REMEMBERED = timedelta(days=30)
"""How far back pages are held against the last ones."""


def note_reading(connection: Connection, listed: Row[Any], result: PageResult, now: datetime) -> None:
    """Note how the page of a link was read. Pages of a walk back in time had other templates and say nothing."""
    if not listed.backfill:
        _note(connection, listed.source_id, mark_of(result), now)


def note_failure(connection: Connection, listed: Row[Any], outcome: Outcome, now: datetime) -> None:
    """Note the first failure of a link's page, where it says how the source's pages read."""
    mark = mark_of_failure(outcome)
    if mark is not None and listed.attempts == 1 and not listed.backfill:
        _note(connection, listed.source_id, mark, now)


def _note(connection: Connection, source_id: int, mark: Mark, now: datetime) -> None:
    """Add a page to the last ones of its source, and to the source's day."""
    asked = select(recent_pages.c.marks).where(recent_pages.c.source_id == source_id)
    marks = (*unpressed(connection.scalar(asked) or ""), mark)[-RING:]
    line = {"marks": pressed(marks)}
    new = insert(connection, recent_pages).values(line | {"source_id": source_id})
    connection.execute(new.on_conflict_do_update(index_elements=[recent_pages.c.source_id], set_=line))
    counts = {"pages": 1} | {name: int(name not in mark.lacks) for name in FIELDS}
    day = now.astimezone(SHANGHAI).date()
    added = insert(connection, page_quality).values(
        counts | {"day": day, "source_id": source_id, "charset": mark.charset}
    )
    summed = {name: page_quality.c[name] + added.excluded[name] for name in counts}
    connection.execute(
        added.on_conflict_do_update(index_elements=list(page_quality.primary_key), set_=summed)
    )


def qualities(connection: Connection, now: datetime) -> Mapping[int, Quality]:
    """How the pages of each source are read: the last ones, and those before them in the last month."""
    last = {row.source_id: unpressed(row.marks) for row in connection.execute(select(recent_pages))}
    pages: dict[int, int] = {}
    having: dict[int, dict[str, int]] = {}
    charsets: dict[int, dict[str, int]] = {}
    since = (now - REMEMBERED).astimezone(SHANGHAI).date()
    for row in connection.execute(select(page_quality).where(page_quality.c.day >= since)):
        one = row.source_id
        pages[one] = pages.get(one, 0) + row.pages
        known = having.setdefault(one, dict.fromkeys(FIELDS, 0))
        having[one] = {name: n + getattr(row, name) for name, n in known.items()}
        of_charset = charsets.setdefault(one, {})
        of_charset[row.charset] = of_charset.get(row.charset, 0) + row.pages
    return {
        one: _without_last(marks, pages.get(one, 0), having.get(one, {}), charsets.get(one, {}))
        for one, marks in last.items()
    }


def _without_last(
    last: tuple[Mark, ...], pages: int, having: Mapping[str, int], charsets: Mapping[str, int]
) -> Quality:
    """The last pages are in their days too: those before are the rest."""
    return Quality(
        last=last,
        pages=max(0, pages - len(last)),
        having={name: max(0, n - sum(name not in mark.lacks for mark in last)) for name, n in having.items()},
        charsets={
            name: max(0, n - sum(mark.charset == name for mark in last)) for name, n in charsets.items()
        },
    )
