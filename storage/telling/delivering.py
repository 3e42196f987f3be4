"""Alerts on their way: what came of each attempt, and what is done by hand."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, get_args

from sqlalchemy import Connection, func, select, update

from storage.schema import article, channel, outbox
from storage.statements import insert
from storage.telling.notices import Notice, owe_notice
from storage.telling.receipts import REPLAYED, attempts, leave
from storage.values.alerts import OutboxState, Owed, Receipt
from storage.values.findings import OutboxRow

GATHERING = timedelta(minutes=1)
"""How long notices of dead alerts gather, to be told in one message."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Closing:
    """The end of one attempt."""

    owed: Owed
    receipt: Receipt
    elsewhere: tuple[str, ...] = ()
    """Channels to tell of the alert's death, the first that was not told of it yet; none: nobody is told."""
    note: str = ""
    """What they are told."""
    counted_in: str = ""
    """The code of the list that counts the alert without naming it: it is suppressed then, not sent."""
    untried: bool = False
    """Nothing was sent: the alert goes back as if it had not been claimed, until the receipt's `retry_at`."""


def close(connection: Connection, closings: Iterable[Closing], now: datetime) -> tuple[Owed, ...]:
    """Note what came of attempts; returns the alerts that another sender has claimed since, whose receipts are dropped."""
    ended = sorted(closings, key=lambda closing: closing.owed.id)
    held = _held(connection, [one.owed.id for one in ended])
    mine = [one for one in ended if held.get(one.owed.id) == one.owed.lease]
    alike: dict[tuple[tuple[str, object], ...], list[int]] = {}
    for one in mine:
        ending = _ending(one, now)
        alike.setdefault(tuple(ending.items()), []).append(one.owed.id)
        if ending["state"] == "dead" and one.elsewhere:
            tell_elsewhere(connection, one, now)
    for values, ids in alike.items():
        done = update(outbox).where(outbox.c.id.in_(ids))
        connection.execute(done.values(dict(values) | {"owner": None, "lease_until": None}))
    leave(connection, [(one.owed.id, one.owed.lease, one.receipt) for one in mine if not one.untried], now)
    return tuple(one.owed for one in ended if held.get(one.owed.id) != one.owed.lease)


def _held(connection: Connection, ids: Collection[int]) -> Mapping[int, int]:
    """Those of the alerts that are in somebody's hands, under which claim; locked, so that nobody else takes one now."""
    asked = select(outbox.c.id, outbox.c.attempt).where(outbox.c.id.in_(ids), outbox.c.state == "sending")
    rows = connection.execute(asked.order_by(outbox.c.id).with_for_update())
    return {row.id: row.attempt for row in rows}


def _ending(one: Closing, now: datetime) -> dict[str, object]:
    left = one.receipt
    if one.untried:
        return {"state": "pending", "not_before": left.retry_at, "attempt": one.owed.lease - 1}
    if left.result == "sent" and one.counted_in:
        return {"state": "suppressed", "reason": f"counted in #{one.counted_in}"}
    if left.result == "sent":
        return {"state": "sent", "sent_at": now}
    if left.result == "permanent" or left.retry_at is None:
        return {"state": "dead", "reason": left.detail or left.result}
    return {"state": "pending", "not_before": left.retry_at}


def tell_elsewhere(connection: Connection, one: Closing, now: datetime) -> None:
    """Owe a notice of a dead alert to the first of the other channels that was not told of it; a notice moves on as it is."""
    owed = one.owed
    is_notice = owed.kind == "notice"
    about, note = (owed.about, owed.note) if is_notice else (f"dead:{owed.id}", one.note)
    for name in one.elsewhere:
        if name != owed.channel and owe_notice(connection, Notice(name, about, note, now + GATHERING), now):
            return


def replay(connection: Connection, codes: Collection[str], now: datetime) -> tuple[str, ...]:
    """Make dead alerts pending, with the patience of new ones; their attempts stay and are counted on."""
    values = {"state": "pending", "reason": "", "not_before": now}
    revived = _change_dead(connection, codes, values)
    note = Receipt(result="throttled", detail=REPLAYED, retry_at=now)
    leave(connection, [(row.id, row.attempt, note) for row in revived], now)
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
    made = attempts(connection, [row.id for row in found])
    names = OutboxRow.__dataclass_fields__.keys() - {"receipts"}
    return tuple(
        OutboxRow(**{name: getattr(row, name) for name in names}, receipts=tuple(made.get(row.id, ())))
        for row in found
    )


def _change_dead(
    connection: Connection, codes: Collection[str], values: Mapping[str, object]
) -> Sequence[Any]:
    dead = outbox.c.state == "dead", outbox.c.code.in_(sorted(codes))
    changed = update(outbox).where(*dead).values(values)
    return connection.execute(changed.returning(outbox.c.id, outbox.c.code, outbox.c.attempt)).all()
