"""Alerts owed, who is sending them, and the receipts."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta

from storage.database import Database
from storage.model import OutboxState, Owed, Receipt, Rule
from storage.records import OutboxRow


class Outbox:
    """Alerts owed. Every method is one transaction and raises `ArchiveUnavailableError` when that fails."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def set_rules(self, rules: Iterable[Rule], *, now: datetime) -> None:
        """Make `rules` the ones that ingest obeys; alerts owed already stay owed."""
        raise NotImplementedError

    def rules(self) -> tuple[Rule, ...]:
        """The rules in force, in the order they were given."""
        raise NotImplementedError

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
        raise NotImplementedError

    def record(self, owed: Owed, receipt: Receipt, *, now: datetime) -> None:
        """Note what came of an attempt: `sent`, or `pending` again at `retry_at`, or `dead`.

        `permanent`, and any failure without `retry_at`, is dead. Raises `LeaseLostError` when the alert has been
        claimed again since.
        """
        raise NotImplementedError

    def hold_channel(self, channel: str, *, until: datetime) -> None:
        """Give out nothing for `channel` before `until`; an earlier time changes nothing."""
        raise NotImplementedError

    def counts(self) -> Mapping[OutboxState, int]:
        """How many alerts are in each state; every state is named."""
        raise NotImplementedError

    def rows(self, state: OutboxState | None = None, limit: int = 50) -> tuple[OutboxRow, ...]:
        """The newest alerts, of one state or all, with their attempts."""
        raise NotImplementedError
