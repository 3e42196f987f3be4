"""Alerts held back until they can go out together: in quiet hours, and when a channel is flooded."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, func, select, text, update

from storage.schema import outbox
from storage.telling.owing import rules_in_force
from storage.telling.timetable import quiet_until

_CLAIMS = 0x6A696E6475
"""The advisory lock under which notifiers of one PostgreSQL archive count before they claim."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Flood:
    """At most so many messages on a channel within a span; what is more waits and goes out as one list."""

    messages: int
    span: timedelta


def count_alone(connection: Connection) -> None:
    """Let no other notifier count or claim until this transaction ends; SQLite has one writer anyway."""
    if connection.dialect.name != "sqlite":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _CLAIMS})


def hold_in_quiet_hours(connection: Connection, now: datetime) -> None:
    """Move what has become due in its rule's quiet hours (a retry, a backlog) to their end, to be told together."""
    for one in rules_in_force(connection):
        over = quiet_until(one.quiet, now)
        if over is None:
            continue
        batch = case((and_(outbox.c.batch == "", outbox.c.kind != "baseline"), "quiet"), else_=outbox.c.batch)
        held = update(outbox).where(
            outbox.c.rule == one.name, outbox.c.kind != "notice", outbox.c.urgent.is_(False), *_due(now)
        )
        connection.execute(held.values(batch=batch, not_before=over))


def hold_flood(connection: Connection, flood: Flood, now: datetime, busy: list[str]) -> None:
    """Turn what exceeds the channels' measure into lists, due when the span that began with their first message is over."""
    asked = select(outbox.c.channel, func.count()).where(_single(), outbox.c.channel.not_in(busy), *_due(now))
    waiting = {row[0]: row[1] for row in connection.execute(asked.group_by(outbox.c.channel))}
    if not waiting:
        return
    began = now - flood.span
    lately = and_(outbox.c.state == "sent", outbox.c.sent_at > began, outbox.c.sent_at <= now)
    told = _counts(connection, waiting, lately)
    sending = _counts(connection, waiting, outbox.c.state == "sending")
    for channel, many in waiting.items():
        sent, first = told.get(channel, (0, None))
        room = max(0, flood.messages - sent - sending.get(channel, (0, None))[0])
        if many > room:
            _list_all_but(connection, channel, room, now, (first or now) + flood.span)


def _counts(
    connection: Connection, channels: dict[str, int], condition: ColumnElement[bool]
) -> dict[str, tuple[int, datetime | None]]:
    counted = select(outbox.c.channel, func.count().label("many"), func.min(outbox.c.sent_at).label("first"))
    counted = counted.where(condition, _single(), outbox.c.channel.in_(sorted(channels)))
    rows = connection.execute(counted.group_by(outbox.c.channel))
    return {row.channel: (row.many, row.first) for row in rows}


def _list_all_but(connection: Connection, channel: str, room: int, now: datetime, at: datetime) -> None:
    here: tuple[Any, ...] = (outbox.c.channel == channel, _single(), *_due(now))
    kept = select(outbox.c.id).where(*here).order_by(outbox.c.not_before, outbox.c.id).limit(room)
    spared = connection.scalars(kept).all()
    connection.execute(
        update(outbox).where(*here, outbox.c.id.not_in(spared)).values(batch="flood", not_before=at)
    )


def _single() -> ColumnElement[bool]:
    """Messages of their own that may be held back."""
    return and_(
        outbox.c.batch == "", outbox.c.urgent.is_(False), outbox.c.kind.not_in(("notice", "baseline"))
    )


def _due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return outbox.c.state == "pending", outbox.c.not_before <= now
