"""Alerts owed, who is sending them, and the receipts."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta

from storage.database import Database
from storage.errors import LeaseLostError
from storage.telling import claiming, delivering
from storage.telling.claiming import Claim
from storage.telling.delivering import Closing
from storage.telling.notices import Notice, owe_notice
from storage.telling.owing import replace_rules, rules_in_force
from storage.values.alerts import (
    OutboxState,
    Owed,
    Receipt,
    Rule,
)
from storage.values.findings import OutboxRow


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
        return self.take(Claim(now=now, owner=owner, limit=limit, lease=lease, skip_channels=skip_channels))

    def take(self, wanted: Claim) -> tuple[Owed, ...]:
        """As `claim`; of a channel either single alerts or all that belong in one list, never both.

        With `flood`, what exceeds a channel's measure is first turned into a list for later. So is, until its rule's quiet
        hours are over, whatever became due in them.
        """
        with self._database.read() as connection:
            # A look without a lock first: those who write must not wait for one who finds nothing.
            if not claiming.is_anything_due(connection, wanted):
                return ()
        with self._database.write() as connection:
            return claiming.claim(connection, wanted)

    def record(self, owed: Owed, receipt: Receipt, *, now: datetime) -> None:
        """Note what came of an attempt: `sent`, or `pending` again at `retry_at`, or `dead`.

        `permanent`, and any failure without `retry_at`, is dead. Raises `LeaseLostError` when the alert has been
        claimed again since.
        """
        if self.close([Closing(owed=owed, receipt=receipt)], now=now):
            raise LeaseLostError(
                f"alert {owed.code}: attempt {owed.attempt} is over, another sender may have it; drop this receipt"
            )

    def close(self, closings: Iterable[Closing], *, now: datetime) -> tuple[Owed, ...]:
        """Note what came of many attempts in one transaction, as `record` does of one.

        Returns the alerts that have been claimed again since: their receipts are dropped, the others' are kept.
        """
        with self._database.write() as connection:
            return delivering.close(connection, closings, now)

    def free(self, owner: str, *, now: datetime) -> int:
        """End the leases of a sender that is known to be dead: what it had in hand is given out again; returns how many."""
        with self._database.write() as connection:
            return claiming.free(connection, owner, now)

    def senders(self) -> frozenset[str]:
        """Who has alerts in hand."""
        with self._database.read() as connection:
            return claiming.senders(connection)

    def notify(self, notices: Iterable[Notice], *, now: datetime) -> int:
        """Owe notices to operators; one owed before to its channel is left as it is. Returns how many are new."""
        with self._database.write() as connection:
            return sum(owe_notice(connection, one, now) for one in notices)

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
