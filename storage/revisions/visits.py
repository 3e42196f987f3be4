"""The history of a page: every fetch that failed before it was archived, every look after."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, insert, select

from storage.schema import visit
from storage.values.records import PageFailure
from storage.values.relooks import Visit

MOST_KEPT = 40
"""Fetches of one link that are remembered, the newest; how many there were, the link itself counts."""


def keep_failure(connection: Connection, failure: PageFailure, now: datetime) -> None:
    """Remember a fetch that gave no article; forget the oldest beyond `MOST_KEPT`."""
    told = {"link_id": failure.link_id, "at": now, "outcome": failure.outcome, "detail": failure.detail}
    connection.execute(insert(visit).values(told | {"next_at": failure.retry_at}))
    of_link = visit.c.link_id == failure.link_id
    oldest = select(visit.c.id).where(of_link).order_by(visit.c.id.desc()).offset(MOST_KEPT - 1).limit(1)
    last = connection.scalar(oldest)
    if last is not None:
        connection.execute(delete(visit).where(of_link, visit.c.id < last))


def keep_relook(connection: Connection, article_id: int, seen: Visit) -> None:
    """Remember a look at an archived page; their number is bounded by the steps and tries of its re-looks."""
    told = {"article_id": article_id, "at": seen.at, "outcome": seen.outcome, "detail": seen.detail}
    connection.execute(insert(visit).values(told | {"next_at": seen.next_at}))


def visits(connection: Connection, *, link_ids: tuple[int, ...], article_id: int | None) -> tuple[Visit, ...]:
    """What is remembered, the earliest first."""
    wanted: ColumnElement[bool] = visit.c.link_id.in_(link_ids)
    if article_id is not None:
        wanted = wanted | (visit.c.article_id == article_id)
    rows = connection.execute(select(visit).where(wanted).order_by(visit.c.at, visit.c.id))
    return tuple(_visit(row) for row in rows)


def came_back(connection: Connection, article_id: int) -> bool:
    """Whether the page was gone once and stood there again."""
    back = select(visit.c.id).where(visit.c.article_id == article_id, visit.c.outcome == "back").limit(1)
    return connection.scalar(back) is not None


def _visit(row: Row[Any]) -> Visit:
    return Visit(
        at=row.at,
        outcome=row.outcome,
        detail=row.detail,
        next_at=row.next_at,
        archived=row.article_id is not None,
    )
