"""Alerts owed, who is sending them, and the receipts."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta

from storage import delivering
from storage.alerts import (
    OutboxState,
    Owed,
    Receipt,
    Rule,
)
from storage.database import Database
from storage.findings import OutboxRow
from storage.owing import replace_rules, rules_in_force


class Outbox:
    """Alerts owed. Every method is one transaction and raises `ArchiveUnavailableError` when that fails."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def set_rules(self, rules: Iterable[Rule], *, now: datetime) -> None:
        """Make `rules` the ones that ingest obeys; alerts owed already stay owed."""
        with self._database.write() as connection:
            replace_rules(connection, rules, now)

    def rules(self) -> tuple[Rule, ...]:
        """The rules in force, in the order they were given."""
        with self._database.read() as connection:
            return rules_in_force(connection)

    def claim(
        self,
        *,
        now: datetime,
        owner: str,
        limit: int,
        lease: timedelta,
        skip_channels: Collection[str] = (),
    ) -> tuple[Owed, ...]:
        """Take up to `limit` alerts that are due and whose channel is not held, the oldest first.

        `skip_channels`: channels that are busy with an earlier batch, so that a slow one cannot fill the batch.

        An alert whose sender's lease ran out is taken again, its earlier attempt marked ambiguous.
        """
        wanted = delivering.Claim(now=now, owner=owner, limit=limit, lease=lease, skip_channels=skip_channels)
        with self._database.write() as connection:
            return delivering.claim(connection, wanted)

    def record(self, owed: Owed, receipt: Receipt, *, now: datetime) -> None:
        """Note what came of an attempt: `sent`, or `pending` again at `retry_at`, or `dead`.

        `permanent`, and any failure without `retry_at`, is dead. Raises `LeaseLostError` when the alert has been
        claimed again since.
        """
        with self._database.write() as connection:
            delivering.record(connection, owed, receipt, now)

    def replay(self, codes: Collection[str], *, now: datetime) -> tuple[str, ...]:
        """Make dead alerts with these codes pending at once, as patiently as new ones; returns the codes of those that were.

        What became of their earlier attempts is kept.
        """
        with self._database.write() as connection:
            return delivering.replay(connection, codes, now)

    def drop(self, codes: Collection[str], *, reason: str) -> tuple[str, ...]:
        """Make dead alerts with these codes `suppressed` for `reason`; nothing is deleted. Returns the codes of those dropped."""
        with self._database.write() as connection:
            return delivering.drop(connection, codes, reason)

    def hold_channel(self, channel: str, *, until: datetime) -> None:
        """Give out nothing for `channel` before `until`; an earlier time changes nothing."""
        with self._database.write() as connection:
            delivering.hold_channel(connection, channel, until)

    def counts(self) -> Mapping[OutboxState, int]:
        """How many alerts are in each state; every state is named."""
        with self._database.read() as connection:
            return delivering.counts(connection)

    def rows(self, state: OutboxState | None = None, limit: int = 50) -> tuple[OutboxRow, ...]:
        """The newest alerts, of one state or all, with their attempts."""
        with self._database.read() as connection:
            return delivering.rows(connection, state, limit)

    def with_code(self, code: str) -> tuple[OutboxRow, ...]:
        """The alerts whose code this is, the newest first, with their attempts; two may share one by chance."""
        with self._database.read() as connection:
            return delivering.rows(connection, None, 50, code)
