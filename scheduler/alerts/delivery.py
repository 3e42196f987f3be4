"""Empty the outbox: claim what is owed, send it outside any transaction, record the receipt.

A duplicate is possible in one window only: the process dies, or the lease runs out, after a channel took the message and
before its receipt is recorded. Every message carries its code, so that a person recognises one.
"""

import logging
import random
import threading
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from scheduler.alerts.messages import Message, News, baseline_message, story_message
from scheduler.alerts.retrying import plan_retry
from scheduler.alerts.wording import Wording
from storage import Archive, LeaseLostError, Ledger, Outbox, Owed, Receipt, StorageError, Stored

log = logging.getLogger(__name__)

BATCH = 8
"""Alerts claimed at once: few, so that none waits long behind others under its lease."""


class Sends(Protocol):
    """What the notifier needs of a channel."""

    name: str

    def send(self, message: Message, *, now: datetime) -> Receipt:
        """Deliver one message."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivered:
    """What came of one attempt: for those who watch."""

    owed: Owed
    message: Message
    receipt: Receipt


@dataclass(frozen=True, kw_only=True)
class NotifierSettings:
    """How the notifier works; times in seconds."""

    owner: str
    clock: Callable[[], datetime]
    wording: Wording
    portal_titles: Mapping[str, str] = field(default_factory=dict)
    poll_seconds: float = 1.0
    lease_seconds: float = 90.0
    send_seconds: float = 30.0
    """The longest one send may take; no send begins with less than this left of its lease."""
    on_delivered: Callable[[Delivered], None] = lambda delivered: None


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
        self._archive = archive
        self._ledger = ledger
        self._channels = channels
        self._settings = settings
        self._busy: dict[str, threading.Thread] = {}
        self._stopping = threading.Event()
        self._lock = threading.Lock()

    def run(self) -> None:
        """Deliver until `stop`; when the archive cannot be asked, wait and try again."""
        failing = ""
        while not self._stopping.wait(self._settings.poll_seconds):
            try:
                while self.deliver_some():
                    pass
                self._ledger.beat("notifier", now=self._settings.clock(), detail=str(len(self._busy)))
                failing = ""
            except StorageError as error:
                # Said once for each different reason; `jindu status` sees that the sign of life is old.
                if str(error) != failing:
                    failing = str(error)
                    log.error("提醒暂停 (alerts are waiting; trying again): %s", error)

    def stop(self, *, within: timedelta) -> bool:
        """Claim no more and let the sends under way end; returns whether all did in time."""
        self._stopping.set()
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
        taken = self._outbox.claim(
            now=now, owner=self._settings.owner, limit=BATCH, lease=lease, skip_channels=busy
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
        """Send one channel's alerts in order; what cannot be sent now is given back."""
        waiting = list(row)
        try:
            while waiting and self._has_time(lease_until):
                receipt = self._send(waiting.pop(0), lease_until)
                if receipt.result == "throttled":
                    self._give_back(waiting, receipt.retry_at or self._settings.clock())
                    return
            self._give_back(waiting, self._settings.clock())
        except StorageError as error:
            log.error(
                "提醒的回执没有记下，稍后会重发 (receipt not recorded, it will be sent again): %s", error
            )
        finally:
            with self._lock:
                self._busy.pop(name, None)

    def _has_time(self, lease_until: datetime) -> bool:
        """Whether a send may begin: its receipt must be recorded under the lease it began with."""
        margin = timedelta(seconds=self._settings.send_seconds)
        return not self._stopping.is_set() and self._settings.clock() + margin < lease_until

    def _give_back(self, row: Sequence[Owed], until: datetime) -> None:
        for owed in row:
            receipt = Receipt(
                result="throttled", detail="not tried: the channel or the service paused", retry_at=until
            )
            self._record(owed, receipt, until)

    def _send(self, owed: Owed, lease_until: datetime) -> Receipt:
        message, receipt = self._attempt(owed)
        now = self._settings.clock()
        receipt = plan_retry(receipt, attempt=owed.attempt, now=now, chance=random.random())
        if receipt.result == "throttled" and receipt.retry_at is not None:
            self._outbox.hold_channel(owed.channel, until=receipt.retry_at)
        self._record(owed, receipt, lease_until)
        self._settings.on_delivered(Delivered(owed=owed, message=message, receipt=receipt))
        return receipt

    def _record(self, owed: Owed, receipt: Receipt, lease_until: datetime) -> None:
        """Record a receipt, and while the lease lasts keep trying: a message sent but not recorded is sent again."""
        while True:
            try:
                # Another notifier took it over after our lease ran out: its receipt counts, not ours.
                with suppress(LeaseLostError):
                    self._outbox.record(owed, receipt, now=self._settings.clock())
                return
            except StorageError:
                if self._settings.clock() >= lease_until or self._stopping.wait(self._settings.poll_seconds):
                    raise

    def _attempt(self, owed: Owed) -> tuple[Message, Receipt]:
        channel = self._channels.get(owed.channel)
        message = self._word(owed)
        if channel is None:
            return message or Message(title=""), Receipt(
                result="permanent", detail="the channel is no longer configured"
            )
        if message is None:
            return Message(title=""), Receipt(
                result="permanent", detail="the article is no longer in the archive"
            )
        return message, channel.send(message, now=self._settings.clock())

    def _word(self, owed: Owed) -> Message | None:
        """The message for an alert; None when its article is gone."""
        if owed.kind == "baseline":
            return baseline_message(owed, self._settings.wording)
        stored = self._archive.get(owed.article_id) if owed.article_id is not None else None
        if stored is None:
            return None
        news = news_of(stored, self._settings.portal_titles)
        return story_message(owed, news, self._settings.wording)


def news_of(stored: Stored, portal_titles: Mapping[str, str]) -> News:
    """What a message is made of."""
    return News(
        article=stored.article,
        verdict=stored.verdict,
        facts=stored.facts,
        province=stored.province,
        portal_title=portal_titles.get(stored.article.portal, ""),
    )
