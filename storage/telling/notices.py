"""Notices to operators: alerts that carry their own text, owed like any other and so never lost."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection

from storage.schema import outbox
from storage.statements import insert
from storage.telling.rules import alert_code, alert_key
from storage.values.alerts import Batch

OPERATORS = "operators"
"""Stands where other alerts name their rule."""


class Notice(NamedTuple):
    """One text for one channel."""

    channel: str
    about: str
    """Tells notices apart: the same one is owed to a channel once, whoever asks for it how often."""
    note: str
    due_at: datetime
    batch: Batch = "notice"


def owe_notice(connection: Connection, notice: Notice, now: datetime) -> bool:
    """Owe a notice; False when the channel was owed it before."""
    key = alert_key("notice", None, OPERATORS, notice.channel, notice.about)
    row = {"key": key, "code": alert_code(key), "kind": "notice", "rule": OPERATORS, "state": "pending"}
    row |= {"channel": notice.channel, "about": notice.about, "note": notice.note, "batch": notice.batch}
    new = insert(connection, outbox).values(row | {"created_at": now, "not_before": notice.due_at})
    return connection.execute(new.on_conflict_do_nothing().returning(outbox.c.id)).first() is not None
