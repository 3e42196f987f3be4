"""What came of each attempt, as rows."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import Connection, select

from storage.schema import receipt
from storage.statements import insert
from storage.values.alerts import Receipt
from storage.values.findings import Attempt

REPLAYED = "replayed by hand"
"""The detail of the receipt with which an alert's patience begins anew."""


def leave(connection: Connection, left: Iterable[tuple[int, int, Receipt]], now: datetime) -> None:
    """Write receipts: of which alert, under which claim, what."""
    names = Receipt.__dataclass_fields__
    rows = [
        {name: getattr(one, name) for name in names} | {"outbox_id": outbox_id, "attempt": attempt, "at": now}
        for outbox_id, attempt, one in left
    ]
    if rows:
        connection.execute(insert(connection, receipt), rows)


def attempts(connection: Connection, ids: Collection[int]) -> dict[int, list[Attempt]]:
    """The attempts to deliver these alerts, the earliest first."""
    asked = select(receipt).where(receipt.c.outbox_id.in_(ids)).order_by(receipt.c.id)
    found: dict[int, list[Attempt]] = {}
    for row in connection.execute(asked):
        left = Receipt(**{name: getattr(row, name) for name in Receipt.__dataclass_fields__})
        found.setdefault(row.outbox_id, []).append(Attempt(attempt=row.attempt, at=row.at, receipt=left))
    return found
