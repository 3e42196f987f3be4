"""Who takes which alerts in hand: singles in order, and all of a channel's list together."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, exists, func, or_, select, update

from storage.schema import article, channel, outbox, receipt
from storage.telling.holding import Flood, count_alone, hold_flood, hold_in_quiet_hours
from storage.telling.receipts import REPLAYED, leave
from storage.values.alerts import Owed, Receipt

LOOKED_AT = 1_000
"""Alerts among which a claim chooses: so that a long queue costs no more than a short one."""
LIST_LENGTH = 1_000
"""Alerts of one list that are claimed together; the next claim takes what is beyond."""
_CUT_OFF = "the sender's lease ran out before it left a receipt"


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """The conditions of one claim; see `Outbox.claim`."""

    now: datetime
    owner: str
    limit: int
    lease: timedelta
    skip_channels: Collection[str]
    per_channel: int | None = None
    flood: Flood | None = None


def claim(connection: Connection, wanted: Claim) -> tuple[Owed, ...]:
    """Take alerts that are due; the claim's number is the attempt's."""
    busy = sorted(wanted.skip_channels)
    if wanted.flood is not None:
        count_alone(connection)
    hold_in_quiet_hours(connection, wanted.now)
    if wanted.flood is not None:
        hold_flood(connection, wanted.flood, wanted.now, busy)
    ids = _choose(connection, wanted, busy)
    if not ids:
        return ()
    # What was chosen is tested again on the locked row: another notifier may have taken it since.
    locked = select(outbox.c.id, outbox.c.state, outbox.c.attempt).where(
        outbox.c.id.in_(ids), _due(wanted.now)
    )
    taken: Sequence[Any] = connection.execute(locked.with_for_update(of=outbox, skip_locked=True)).all()
    return _take(connection, taken, wanted) if taken else ()


def free(connection: Connection, owner: str, now: datetime) -> int:
    """End the leases of a dead sender."""
    mine = outbox.c.owner == owner, outbox.c.state == "sending", outbox.c.lease_until > now
    return connection.execute(update(outbox).where(*mine).values(lease_until=now)).rowcount


def senders(connection: Connection) -> frozenset[str]:
    """Who has alerts in hand."""
    asked = select(outbox.c.owner).where(outbox.c.state == "sending", outbox.c.owner.is_not(None)).distinct()
    return frozenset(connection.scalars(asked))


def is_anything_due(connection: Connection, wanted: Claim) -> bool:
    """Whether an idle channel has anything due, held or not."""
    due = select(outbox.c.id).where(_due(wanted.now), outbox.c.channel.not_in(sorted(wanted.skip_channels)))
    return connection.execute(due.limit(1)).first() is not None


def _choose(connection: Connection, wanted: Claim, busy: list[str]) -> list[int]:
    """The ids of the alerts to take: of a channel either single ones or one whole list, the older first."""
    held = exists().where(channel.c.name == outbox.c.channel, channel.c.not_before > wanted.now)
    due = select(outbox.c.id, outbox.c.channel, outbox.c.batch)
    due = due.where(_due(wanted.now), ~held, outbox.c.channel.not_in(busy))
    oldest = due.order_by(outbox.c.not_before, outbox.c.id).limit(LOOKED_AT)
    chosen: dict[str, list[int]] = {}
    batches: dict[str, str] = {}
    for row in connection.execute(oldest):
        batch = batches.setdefault(row.channel, row.batch)
        mine = chosen.setdefault(row.channel, [])
        if row.batch == batch and (batch or len(mine) < (wanted.per_channel or wanted.limit)):
            mine.append(row.id)
    return _within(chosen, batches, wanted.limit)


def _within(chosen: dict[str, list[int]], batches: dict[str, str], limit: int) -> list[int]:
    """At most `limit` single alerts, in turn from each channel, and every list whole."""
    ids = [one for name, row in chosen.items() if batches[name] for one in row[:LIST_LENGTH]]
    singles = [row for name, row in chosen.items() if not batches[name]]
    turns = [row[at] for at in range(max(map(len, singles), default=0)) for row in singles if at < len(row)]
    return ids + turns[:limit]


def _due(now: datetime) -> ColumnElement[bool]:
    waiting = and_(outbox.c.state == "pending", outbox.c.not_before <= now)
    abandoned = and_(outbox.c.state == "sending", outbox.c.lease_until <= now)
    return or_(waiting, abandoned)


def _take(connection: Connection, taken: Sequence[Any], wanted: Claim) -> tuple[Owed, ...]:
    _mark_ambiguous(connection, [row for row in taken if row.state == "sending"], wanted.now)
    mine = outbox.c.id.in_([row.id for row in taken])
    in_hand = {"state": "sending", "owner": wanted.owner, "lease_until": wanted.now + wanted.lease}
    connection.execute(update(outbox).where(mine).values(in_hand | {"attempt": outbox.c.attempt + 1}))
    fresh = select(func.max(receipt.c.attempt)).where(
        receipt.c.outbox_id == outbox.c.id, receipt.c.detail == REPLAYED
    )
    earlier = func.coalesce(fresh.scalar_subquery(), 0).label("earlier")
    rows = connection.execute(select(outbox, earlier).where(mine).order_by(outbox.c.not_before, outbox.c.id))
    return tuple(_owed(connection, row) for row in rows.all())


def _mark_ambiguous(connection: Connection, abandoned: Iterable[Any], now: datetime) -> None:
    lost = Receipt(result="unreadable", detail=_CUT_OFF, ambiguous=True, retry_at=now)
    leave(connection, [(row.id, row.attempt, lost) for row in abandoned], now)


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
