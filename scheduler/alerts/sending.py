"""Send one channel's alerts in order, record each receipt, give back what cannot be sent now.

A message that holds several alerts is sent in parts, no alert broken over two; each part's alerts are recorded as sent before
the next part goes out, so that only the part in flight can come twice.
"""

import random
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol

from scheduler.alerts.composing import Composed, Composer
from scheduler.alerts.fitting import Part
from scheduler.alerts.formats import Format
from scheduler.alerts.messages import Message
from scheduler.alerts.notices import death_note
from scheduler.alerts.recording import Recorder
from scheduler.alerts.reporting import Reports
from scheduler.alerts.retrying import plan_retry
from scheduler.alerts.summaries import Told
from scheduler.alerts.templates import Templates
from scheduler.alerts.wording import Wording
from storage import Archive, Closing, Flood, Outbox, Owed, Receipt, StorageError

LISTED = 100
"""How many alerts one list names; those beyond are counted in it."""
OWN_WORDS = "sent in our own words, the template failed"
UNCONFIGURED = Receipt(result="permanent", detail="the channel is no longer configured")
NO_ARTICLE = Receipt(result="permanent", detail="the article is no longer in the archive")


class Sends(Protocol):
    """What the notifier needs of a channel."""

    name: str

    @property
    def format(self) -> Format:
        """How it is written to."""

    def split(self, message: Message) -> tuple[Part, ...]:
        """The messages that one is sent as."""

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
    templates: Templates = field(default_factory=Templates)
    portal_titles: Mapping[str, str] = field(default_factory=dict)
    poll_seconds: float = 1.0
    lease_seconds: float = 90.0
    send_seconds: float = 30.0
    """The longest one send may take; no send begins with less than this left of its lease."""
    flood: Flood | None = None
    """What a channel takes at most before the rest is listed; None for no limit."""
    operators: tuple[str, ...] = ()
    """Channels that are told first when an alert dies."""
    on_delivered: Callable[[Delivered], None] = lambda delivered: None


class Sender:
    """Sends what was claimed, for as long as its lease and the service last."""

    def __init__(
        self,
        *,
        outbox: Outbox,
        archive: Archive,
        channels: Mapping[str, Sends],
        settings: NotifierSettings,
        stopping: threading.Event,
    ) -> None:
        self._outbox = outbox
        self._reports = Reports(archive, settings.portal_titles)
        self._channels = channels
        self._settings = settings
        self._stopping = stopping
        self._composer = Composer(wording=settings.wording, templates=settings.templates)
        self._recorder = Recorder(outbox, settings.clock)
        self._elsewhere = tuple(dict.fromkeys((*settings.operators, *channels)))

    def send_all(self, row: Sequence[Owed], lease_until: datetime) -> None:
        """Send the alerts of one channel, one after another or, where they belong in a list, together.

        Raises StorageError when a receipt cannot be recorded within the lease: then the message will come again.
        """
        if row[0].batch:
            self._send_list(row, lease_until)
            return
        waiting = list(row)
        while waiting and self._has_time(lease_until):
            receipt = self._send_one(waiting.pop(0), lease_until)
            if receipt.result == "throttled":
                self._give_back(waiting, receipt.retry_at or self._settings.clock(), lease_until)
                return
        self._give_back(waiting, self._settings.clock(), lease_until)

    def _send_one(self, owed: Owed, lease_until: datetime) -> Receipt:
        told = self._told(owed)
        channel = self._channels.get(owed.channel)
        if channel is None or told is None:
            gone = NO_ARTICLE if channel else UNCONFIGURED
            return self._close([told or Told(owed=owed)], Message(title=""), gone, lease_until)
        composed = self._composer.compose([told], channel.format)
        receipt = channel.send(composed.message, now=self._settings.clock())
        return self._close([told], composed.message, _with_problem(receipt, composed), lease_until)

    def _send_list(self, row: Sequence[Owed], lease_until: datetime) -> None:
        """Send alerts that go out together: the first `LISTED` by name, in as many parts as the channel needs."""
        channel = self._channels.get(row[0].channel)
        named = [told for owed in row[:LISTED] if (told := self._told(owed)) is not None]
        kept = {told.owed.id for told in named}
        gone = [Told(owed=owed) for owed in row[:LISTED] if owed.id not in kept]
        if channel is None:
            self._close([*named, *gone], Message(title=""), UNCONFIGURED, lease_until)
            return
        if gone:
            self._close(gone, Message(title=""), NO_ARTICLE, lease_until)
        if named:
            self._send_parts(channel, named, row[LISTED:], lease_until)

    def _send_parts(
        self, channel: Sends, named: list[Told], counted: Sequence[Owed], lease_until: datetime
    ) -> None:
        composed = self._composer.compose(named, channel.format, unlisted=len(counted))
        rest = [*(told.owed for told in named), *counted]
        for part in channel.split(composed.message):
            if not self._has_time(lease_until):
                break
            told = named[: part.entries or len(named)]
            named = named[len(told) :]
            receipt = _with_problem(channel.send(part.message, now=self._settings.clock()), composed)
            covered = told if named else [*told, *(Told(owed=owed) for owed in counted)]
            receipt = self._close(covered, part.message, receipt, lease_until, in_list=len(told))
            rest = rest[len(covered) :]
            if receipt.result != "sent":
                self._give_back(rest, receipt.retry_at or self._settings.clock(), lease_until)
                return
        self._give_back(rest, self._settings.clock(), lease_until)

    def _has_time(self, lease_until: datetime) -> bool:
        """Whether a send may begin: its receipt must be recorded under the lease it began with."""
        margin = timedelta(seconds=self._settings.send_seconds)
        return not self._stopping.is_set() and self._settings.clock() + margin < lease_until

    def _give_back(self, row: Sequence[Owed], until: datetime, lease_until: datetime) -> None:
        untried = Receipt(result="throttled", detail="not tried", retry_at=until)
        if row:
            self._record([Closing(owed=owed, receipt=untried, untried=True) for owed in row], lease_until)

    def _close(
        self,
        covered: Sequence[Told],
        message: Message,
        receipt: Receipt,
        lease_until: datetime,
        *,
        in_list: int | None = None,
    ) -> Receipt:
        """Plan what is next and record it; the alerts beyond `in_list` were only counted in the message."""
        now, first = self._settings.clock(), covered[0].owed
        attempt = max(told.owed.attempt for told in covered)
        receipt = plan_retry(receipt, attempt=attempt, now=now, chance=random.random())
        if receipt.result == "throttled" and receipt.retry_at is not None:
            self._outbox.hold_channel(first.channel, until=receipt.retry_at)
        closings = [self._closing(told, receipt) for told in covered]
        if in_list is not None:
            beyond = (replace(one, counted_in=first.code) for one in closings[in_list:])
            closings = [*closings[:in_list], *beyond]
        self._record(closings, lease_until)
        for told in covered[:in_list]:
            self._settings.on_delivered(Delivered(owed=told.owed, message=message, receipt=receipt))
        return receipt

    def _closing(self, told: Told, receipt: Receipt) -> Closing:
        """The end of an attempt; what dies of it is told on another channel."""
        owed = told.owed
        if receipt.result == "sent" or receipt.retry_at is not None:
            return Closing(owed=owed, receipt=receipt)
        title = told.news.article.title if told.news else ""
        others = tuple(name for name in self._elsewhere if name != owed.channel)
        return Closing(owed=owed, receipt=receipt, elsewhere=others, note=death_note(owed, receipt, title))

    def _record(self, closings: Sequence[Closing], lease_until: datetime) -> None:
        """Record receipts, and while the lease lasts keep trying: a message sent but not recorded is sent again."""
        while True:
            try:
                self._recorder.record(closings)
                return
            except StorageError:
                if self._settings.clock() >= lease_until or self._stopping.wait(self._settings.poll_seconds):
                    raise

    def _told(self, owed: Owed) -> Told | None:
        """The alert with its report; None when the report is gone."""
        if owed.kind in {"baseline", "notice"}:
            return Told(owed=owed)
        news = self._reports.news(owed.article_id) if owed.article_id is not None else None
        return Told(owed=owed, news=news) if news is not None else None


def _with_problem(receipt: Receipt, composed: Composed) -> Receipt:
    if not composed.problem:
        return receipt
    return replace(receipt, detail=f"{receipt.detail}; {OWN_WORDS}: {composed.problem}")
