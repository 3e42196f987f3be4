"""Empty the outbox: claim what is owed, send it outside any transaction, record the receipt.

A duplicate is possible in one window only: the process dies, or the lease runs out, after a channel took the message and
before its receipt is recorded. Every message carries its code, so that a person recognises one.
"""

import logging
import threading
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from scheduler.alerts.sending import (
    Delivered,
    NotifierSettings,
    Sender,
    Sends,
)
from storage import Archive, Claim, Ledger, Outbox, Owed, StorageError

__all__ = ["Delivered", "Notifier", "NotifierSettings", "Sends"]

log = logging.getLogger(__name__)

BATCH = 16
"""Alerts of a channel claimed at once: few, so that none waits long behind others under its lease."""
CLAIMED = 320
"""Alerts of all channels claimed at once: one transaction for many."""
GATHERING_SECONDS = 0.02
"""How long a channel that has become idle waits for others that do."""


class Notifier:
    """Sends what is owed; one thread a busy channel, so that a slow one holds up nobody else."""

    def __init__(
        self,
        *,
        outbox: Outbox,
        archive: Archive,
        ledger: Ledger,
        channels: Mapping[str, Sends],
        settings: NotifierSettings,
    ) -> None:
        self._outbox = outbox
        self._ledger = ledger
        self._settings = settings
        self._busy: dict[str, threading.Thread] = {}
        self._stopping = threading.Event()
        self._awake = threading.Event()
        self._lock = threading.Lock()
        self._sender = Sender(
            outbox=outbox, archive=archive, channels=channels, settings=settings, stopping=self._stopping
        )

    def run(self) -> None:
        """Deliver until `stop`; when the archive cannot be asked, wait and try again."""
        failing = ""
        while not self._stopping.is_set():
            # A channel that has become idle is given more at once, not at the next look.
            if self._awake.wait(self._settings.poll_seconds):
                # Others are about to: one claim for all of them.
                self._stopping.wait(GATHERING_SECONDS)
            self._awake.clear()
            try:
                while self.deliver_some() >= CLAIMED:
                    pass
                self._ledger.beat("notifier", now=self._settings.clock(), detail=str(len(self._busy)))
                failing = ""
            except StorageError as error:
                # Said once for each different reason; `jindu status` sees that the sign of life is old.
                if str(error) != failing:
                    failing = str(error)
                    log.error("提醒暂停 (alerts are waiting; trying again): %s", error)
                self._stopping.wait(self._settings.poll_seconds)

    def stop(self, *, within: timedelta) -> bool:
        """Claim no more and let the sends under way end; returns whether all did in time."""
        self._stopping.set()
        self._awake.set()
        end = self._settings.clock() + within
        for thread in tuple(self._busy.values()):
            thread.join(max(0.0, (end - self._settings.clock()).total_seconds()))
        return not any(thread.is_alive() for thread in tuple(self._busy.values()))

    def deliver_some(self) -> int:
        """Claim what is due on idle channels and start sending it; returns how many alerts were taken."""
        if self._stopping.is_set():
            return 0
        now = self._settings.clock()
        lease = timedelta(seconds=self._settings.lease_seconds)
        with self._lock:
            busy = tuple(self._busy)
        taken = self._outbox.take(
            Claim(
                now=now,
                owner=self._settings.owner,
                limit=CLAIMED,
                lease=lease,
                skip_channels=busy,
                per_channel=BATCH,
                flood=self._settings.flood,
            )
        )
        by_channel: dict[str, list[Owed]] = defaultdict(list)
        for owed in taken:
            by_channel[owed.channel].append(owed)
        for name, row in by_channel.items():
            self._start(name, row, now + lease)
        return len(taken)

    def wait_idle(self, *, within: timedelta) -> bool:
        """Wait until no send is under way; returns whether that came in time."""
        end = self._settings.clock() + within
        while (threads := tuple(self._busy.values())) and self._settings.clock() < end:
            threads[0].join(0.05)
        return not self._busy

    def _start(self, name: str, row: Sequence[Owed], lease_until: datetime) -> None:
        thread = threading.Thread(
            target=self._send_row, args=(name, row, lease_until), name=f"channel-{name}", daemon=True
        )
        with self._lock:
            self._busy[name] = thread
        thread.start()

    def _send_row(self, name: str, row: Sequence[Owed], lease_until: datetime) -> None:
        """Send one channel's alerts in a thread of its own."""
        try:
            self._sender.send_all(row, lease_until)
        except StorageError as error:
            log.error(
                "提醒的回执没有记下，稍后会重发 (receipt not recorded, it will be sent again): %s", error
            )
        finally:
            with self._lock:
                self._busy.pop(name, None)
            self._awake.set()
