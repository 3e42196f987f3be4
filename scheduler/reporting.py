"""Tell operators how the service fares: changes of state, a daily heartbeat, a ping to whoever watches from outside."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from scheduler.alerts.operators import heartbeat_is_due, heartbeat_note, review
from scheduler.alerts.sections import OperatorsSection
from scheduler.findings import FAILED
from scheduler.health import SERVICE, diagnose
from scheduler.pinging import ping
from scheduler.vitals import gather
from storage import Database, Ledger, Notice, Operators, Outbox

LOOK_SECONDS = 30.0
"""How often to look how the service fares; no longer than `SETTLED`."""
PING_LOOK_SECONDS = 5.0


class Reporter:
    """Looks at the archive now and then and owes operators what they should know.

    Every method raises `StorageError` when the archive cannot be asked; the next look makes good for it.
    """

    def __init__(
        self,
        database: Database,
        wanted: OperatorsSection,
        *,
        channels: int,
        tick_seconds: float,
        clock: Callable[[], datetime],
    ) -> None:
        """`channels`: how many are configured in all."""
        self._database = database
        self._wanted = wanted
        self._channels = channels
        self._tick_seconds = tick_seconds
        self._clock = clock
        self._beaten: date | None = None
        self._pinged_at: datetime | None = None

    def report(self) -> int:
        """Owe what has changed, and the heartbeat at its time; returns how many notices are new."""
        if not self._wanted.channels:
            return 0
        now = self._clock()
        vitals = gather(self._database, now, channels=self._channels, tick=self._tick_seconds)
        findings, remind = diagnose(vitals), timedelta(hours=self._wanted.remind_hours)
        told = Operators(self._database).review(
            lambda known: review(known, findings, now=now, remind=remind, channels=self._wanted.channels),
            now=now,
        )
        today = heartbeat_is_due(self._wanted.heartbeat, now)
        if today is None or today == self._beaten:
            return told
        yesterday = today - timedelta(days=1)
        rows = Ledger(self._database).coverage(since=yesterday, until=yesterday)
        watched = sum(source.active for source in vitals.sources)
        note = heartbeat_note(yesterday, rows, findings, watched)
        about = f"heartbeat:{today}"
        notices = [Notice(name, about, note, now, "") for name in self._wanted.channels]
        told += Outbox(self._database).notify(notices, now=now)
        self._beaten = today
        return told

    def ping_if_due(self) -> bool:
        """Ping when it is time and the service is well; returns whether it did. What came of it is in `jindu status`."""
        now = self._clock()
        every = timedelta(minutes=self._wanted.ping_minutes)
        if not self._wanted.ping_url:
            return False
        # A clock that was set back must not silence the ping.
        if self._pinged_at is not None and timedelta(0) <= now - self._pinged_at < every:
            return False
        vitals = gather(self._database, now, channels=self._channels, tick=self._tick_seconds)
        if any(finding.code in SERVICE for finding in diagnose(vitals)):
            return False
        self._pinged_at = now
        reason = ping(self._wanted.ping_url)
        Ledger(self._database).beat("ping", now=now, detail=f"{FAILED}{reason}" if reason else "ok")
        return True
