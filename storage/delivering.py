"""Alerts on their way: who has one in hand, and what came of each attempt."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, get_args

from sqlalchemy import Connection, Row, and_, exists, func, or_, select, update

from storage.alerts import (
    OutboxState,
    Owed,
    Receipt,
)
from storage.errors import LeaseLostError
from storage.findings import Attempt, OutboxRow
from storage.schema import article, channel, outbox, receipt
from storage.statements import insert

_CUT_OFF = "the sender's lease ran out before it left a receipt"
_REPLAYED = "replayed by hand"


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """The conditions of one claim; see `Outbox.claim`."""

    now: datetime
    owner: str
    limit: int
    lease: timedelta
    skip_channels: Collection[str]


def claim(connection: Connection, wanted: Claim) -> tuple[Owed, ...]:
    """Take alerts that are due; the claim's number is the attempt's."""
    now = wanted.now
    waiting = and_(outbox.c.state == "pending", outbox.c.not_before <= now)
    abandoned = and_(outbox.c.state == "sending", outbox.c.lease_until <= now)
    held = exists().where(channel.c.name == outbox.c.channel, channel.c.not_before > now)
    due = select(outbox.c.id, outbox.c.state, outbox.c.attempt).where(
        or_(waiting, abandoned), ~held, outbox.c.channel.not_in(sorted(wanted.skip_channels))
    )
    due = due.order_by(outbox.c.not_before, outbox.c.id).limit(wanted.limit)
    taken: Sequence[Any] = connection.execute(due.with_for_update(of=outbox, skip_locked=True)).all()
    if not taken:
        return ()
    _mark_ambiguous(connection, [row for row in taken if row.state == "sending"], now)
    mine = outbox.c.id.in_([row.id for row in taken])
    in_hand = {"state": "sending", "owner": wanted.owner, "lease_until": now + wanted.lease}
    connection.execute(update(outbox).where(mine).values(in_hand | {"attempt": outbox.c.attempt + 1}))
    fresh = select(func.max(receipt.c.attempt)).where(
        receipt.c.outbox_id == outbox.c.id, receipt.c.detail == _REPLAYED
    )
    earlier = func.coalesce(fresh.scalar_subquery(), 0).label("earlier")
    rows = connection.execute(select(outbox, earlier).where(mine).order_by(outbox.c.not_before, outbox.c.id))
    return tuple(_owed(connection, row) for row in rows.all())


def record(connection: Connection, owed: Owed, left: Receipt, now: datetime) -> None:
    """Close an attempt."""
    if left.result == "sent":
        values: dict[str, object] = {"state": "sent", "sent_at": now}
    elif left.result == "permanent" or left.retry_at is None:
        values = {"state": "dead", "reason": left.detail or left.result}
    else:
        values = {"state": "pending", "not_before": left.retry_at}
    mine = outbox.c.id == owed.id, outbox.c.attempt == owed.lease, outbox.c.state == "sending"
    done = update(outbox).where(*mine).values(values | {"owner": None, "lease_until": None})
    if connection.execute(done).rowcount == 0:
        raise LeaseLostError(
            f"alert {owed.code}: attempt {owed.attempt} is over, another sender may have it; drop this receipt"
        )
    _leave(connection, owed.id, owed.lease, left, now)


def replay(connection: Connection, codes: Collection[str], now: datetime) -> tuple[str, ...]:
    """Make dead alerts pending, with the patience of new ones; their attempts stay and are counted on."""
    values = {"state": "pending", "reason": "", "not_before": now}
    revived = _change_dead(connection, codes, values)
    note = Receipt(result="throttled", detail=_REPLAYED, retry_at=now)
    for row in revived:
        _leave(connection, row.id, row.attempt, note, now)
    return tuple(row.code for row in revived)


def drop(connection: Connection, codes: Collection[str], reason: str) -> tuple[str, ...]:
    """Make dead alerts suppressed."""
    return tuple(
        row.code for row in _change_dead(connection, codes, {"state": "suppressed", "reason": reason})
    )


def hold_channel(connection: Connection, name: str, until: datetime) -> None:
    """Move `not_before` of a channel, never back."""
    new = insert(connection, channel).values(name=name, not_before=until)
    later = channel.c.not_before < new.excluded.not_before
    connection.execute(
        new.on_conflict_do_update(
            index_elements=[channel.c.name], set_={"not_before": new.excluded.not_before}, where=later
        )
    )


def counts(connection: Connection) -> Mapping[OutboxState, int]:
    """Alerts by state."""
    counted = connection.execute(select(outbox.c.state, func.count()).group_by(outbox.c.state))
    found = {row[0]: row[1] for row in counted}
    return {state: found.get(state, 0) for state in get_args(OutboxState)}


def rows(
    connection: Connection, state: OutboxState | None, limit: int, code: str | None = None
) -> tuple[OutboxRow, ...]:
    """The newest alerts with their attempts."""
    title = func.coalesce(article.c.title, "").label("title")
    asked = select(outbox, title).outerjoin(article, article.c.id == outbox.c.article_id)
    if state is not None:
        asked = asked.where(outbox.c.state == state)
    if code is not None:
        asked = asked.where(outbox.c.code == code)
    found = connection.execute(asked.order_by(outbox.c.id.desc()).limit(limit)).all()
    attempts = _attempts(connection, [row.id for row in found])
    names = OutboxRow.__dataclass_fields__.keys() - {"receipts"}
    return tuple(
        OutboxRow(**{name: getattr(row, name) for name in names}, receipts=tuple(attempts.get(row.id, ())))
        for row in found
    )


def _change_dead(
    connection: Connection, codes: Collection[str], values: Mapping[str, object]
) -> Sequence[Any]:
    dead = outbox.c.state == "dead", outbox.c.code.in_(sorted(codes))
    changed = update(outbox).where(*dead).values(values)
    return connection.execute(changed.returning(outbox.c.id, outbox.c.code, outbox.c.attempt)).all()


def _owed(connection: Connection, row: Row[Any]) -> Owed:
    silenced, relevant = _silenced(connection, row) if row.kind == "baseline" else (0, 0)
    return Owed(
        id=row.id,
        code=row.code,
        kind=row.kind,
        rule=row.rule,
        channel=row.channel,
        attempt=row.attempt - row.earlier,
        lease=row.attempt,
        article_id=row.article_id,
        story_id=row.story_id,
        silenced=silenced,
        silenced_relevant=relevant,
        about=row.about,
        note=row.note,
        batch=row.batch,
        urgent=row.urgent,
        created_at=row.created_at,
    )


def _silenced(connection: Connection, row: Row[Any]) -> tuple[int, int]:
    articles = select(func.count()).select_from(article).where(article.c.silent.is_(True))
    alerts = select(func.count()).select_from(outbox)
    alerts = alerts.where(outbox.c.rule == row.rule, outbox.c.channel == row.channel)
    alerts = alerts.where(outbox.c.state == "suppressed", outbox.c.reason == "baseline")
    return connection.scalar(articles) or 0, connection.scalar(alerts) or 0


def _mark_ambiguous(connection: Connection, abandoned: Iterable[Any], now: datetime) -> None:
    lost = Receipt(result="unreadable", detail=_CUT_OFF, ambiguous=True, retry_at=now)
    for row in abandoned:
        _leave(connection, row.id, row.attempt, lost, now)


def _leave(connection: Connection, outbox_id: int, attempt: int, left: Receipt, now: datetime) -> None:
    values = {name: getattr(left, name) for name in Receipt.__dataclass_fields__}
    own = {"outbox_id": outbox_id, "attempt": attempt, "at": now}
    connection.execute(insert(connection, receipt).values(values | own))


def _attempts(connection: Connection, ids: Collection[int]) -> dict[int, list[Attempt]]:
    asked = select(receipt).where(receipt.c.outbox_id.in_(ids)).order_by(receipt.c.id)
    found: dict[int, list[Attempt]] = {}
    for row in connection.execute(asked):
        left = Receipt(**{name: getattr(row, name) for name in Receipt.__dataclass_fields__})
        found.setdefault(row.outbox_id, []).append(Attempt(attempt=row.attempt, at=row.at, receipt=left))
    return found
