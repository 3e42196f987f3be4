"""The outbox is emptied: nothing is lost, and nothing comes twice but in the documented window; on both databases."""

import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from scheduler.alerts.delivery import Delivered, Notifier, NotifierSettings
from scheduler.alerts.fitting import Limit, Part, split
from scheduler.alerts.formats import Format
from scheduler.alerts.messages import Message
from scheduler.alerts.retrying import PATIENCE, UNREADABLE_ATTEMPTS, expected_age, plan_retry
from scheduler.alerts.wording import load_wording
from scheduler.receiver import Receiver
from storage import Archive, Database, Ledger, Outbox, Receipt, Rule, open_database
from tests.notifying import Mortal, notifier
from tests.specimens import HOUR, MINUTE, NOW, SEIZED, fill, result

SENT = Receipt(result="sent", detail="HTTP 200")
SOON = timedelta(seconds=20)


class Recorded:
    """A channel that answers as told and keeps what it was given."""

    format: Format = "text"
    holds = 100_000
    """Characters a message may have."""

    def __init__(self, name: str, answer: Callable[[], Receipt] = lambda: SENT) -> None:
        self.name = name
        self.taken: list[Message] = []
        self._answer = answer

    def split(self, message: Message) -> tuple[Part, ...]:
        return split(message, Limit(unit="characters", total=self.holds))

    def send(self, message: Message, *, now: datetime) -> Receipt:
        self.taken.append(message)
        return self._answer()


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


def owe(database: Database, articles: int, *channels: str) -> Outbox:
    outbox = Outbox(database)
    outbox.set_rules([Rule(name="all", channels=channels)], now=NOW)
    fill(database, [result(n) for n in range(1, articles + 1)])
    return outbox


def notify(database: Database, clock: Clock, *channels: Recorded, **more: object) -> Notifier:
    settings = {"owner": "us", "clock": clock, "wording": load_wording(), "poll_seconds": 0.05} | more
    return Notifier(
        outbox=Outbox(database),
        archive=Archive(database),
        ledger=Ledger(database),
        channels={channel.name: channel for channel in channels},
        settings=NotifierSettings(**settings),  # type: ignore[arg-type]
    )


def deliver(sender: Notifier) -> None:
    """Send what can be sent now."""
    while sender.deliver_some():
        join(sender)


def join(sender: Notifier) -> None:
    for thread in tuple(sender._busy.values()):
        thread.join(SOON.total_seconds())


def states(outbox: Outbox) -> dict[str, int]:
    return {state: count for state, count in outbox.counts().items() if count}


def test_everything_owed_is_sent_once(database: Database) -> None:
    outbox, group, mail = owe(database, 12, "group", "mail"), Recorded("group"), Recorded("mail")
    deliver(notify(database, Clock(), group, mail))
    assert states(outbox) == {"sent": 24}
    assert len({message.title for message in group.taken}) == len(group.taken) == 12
    assert "海洛因1.2千克" in group.taken[0].body
    assert SEIZED.evidence


def test_two_notifiers_send_each_alert_once(database: Database) -> None:
    outbox = owe(database, 40, "group")
    channels = [Recorded("group"), Recorded("group")]
    senders = [notify(database, Clock(), channel, owner=f"n{n}") for n, channel in enumerate(channels)]
    threads = [threading.Thread(target=deliver, args=(sender,)) for sender in senders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    titles = [message.title for channel in channels for message in channel.taken]
    assert len(set(titles)) == len(titles) == 40
    assert states(outbox) == {"sent": 40}


def test_a_hanging_channel_holds_up_nobody_else(database: Database) -> None:
    outbox, release = owe(database, 30, "slow", "quick"), threading.Event()

    def hang() -> Receipt:
        release.wait(SOON.total_seconds())
        return SENT

    slow, quick = Recorded("slow", hang), Recorded("quick")
    sender = notify(database, Clock(), slow, quick)
    while len(quick.taken) < 30:
        sender.deliver_some()
    assert len(slow.taken) == 1
    release.set()
    join(sender)
    deliver(sender)
    assert states(outbox) == {"sent": 60}


FAILURES = {
    "transient": (Receipt(result="transient", detail="HTTP 502"), {"pending": 1}),
    "ambiguous": (Receipt(result="transient", detail="ReadTimeout", ambiguous=True), {"pending": 1}),
    "throttled": (Receipt(result="throttled", detail="HTTP 429"), {"pending": 1}),
    "permanent": (Receipt(result="permanent", detail="HTTP 403"), {"dead": 1}),
    "unreadable": (Receipt(result="unreadable", detail="a web page"), {"pending": 1}),
}


@pytest.mark.parametrize(("receipt", "after"), FAILURES.values(), ids=FAILURES)
def test_a_failure_is_kept_with_its_reason(
    database: Database, receipt: Receipt, after: dict[str, int]
) -> None:
    outbox = owe(database, 1, "group")
    deliver(notify(database, Clock(), Recorded("group", lambda: receipt)))
    assert states(outbox) == after
    [row] = outbox.rows()
    assert row.receipts[0].receipt.detail == receipt.detail
    assert row.receipts[0].receipt.ambiguous == receipt.ambiguous


def test_a_throttled_channel_waits_as_a_whole_and_then_goes_on(database: Database) -> None:
    outbox, clock = owe(database, 5, "group"), Clock()
    answers = iter([Receipt(result="throttled", detail="errcode 45009", retry_at=NOW + MINUTE)])
    group = Recorded("group", lambda: next(answers, SENT))
    sender = notify(database, clock, group)
    deliver(sender)
    assert len(group.taken) == 1
    clock.now = NOW + MINUTE / 2
    deliver(sender)
    assert len(group.taken) == 1
    clock.now = NOW + 2 * MINUTE
    deliver(sender)
    assert states(outbox) == {"sent": 5}
    assert len(group.taken) == 6


def test_a_channel_that_is_gone_makes_its_alerts_dead_and_another_is_told_once(database: Database) -> None:
    outbox, clock, new = owe(database, 3, "old"), Clock(), Recorded("new")
    sender = notify(database, clock, new)
    deliver(sender)
    assert states(outbox) == {"dead": 3, "pending": 3}
    assert "no longer configured" in outbox.rows("dead")[0].reason
    clock.now += 2 * MINUTE
    deliver(sender)
    [message] = new.taken
    assert "3 条" in message.title
    assert all(f"#{row.code}" in message.body for row in outbox.rows("dead"))
    clock.now += HOUR
    deliver(sender)
    assert len(new.taken) == 1


def test_a_notice_that_dies_moves_on_to_a_channel_that_was_not_told(database: Database) -> None:
    outbox, clock = owe(database, 1, "old"), Clock()
    refusing, last = Recorded("a", lambda: Receipt(result="permanent", detail="HTTP 404")), Recorded("b")
    sender = notify(database, clock, refusing, last)
    for _ in range(4):
        deliver(sender)
        clock.now += 2 * MINUTE
    assert (len(refusing.taken), len(last.taken)) == (1, 1)
    assert "old" in last.taken[0].title
    assert states(outbox) == {"dead": 2, "sent": 1}


def test_what_cannot_be_sent_within_its_lease_is_given_back_untried(database: Database) -> None:
    outbox, clock = owe(database, 3, "group"), Clock()

    def slow() -> Receipt:
        clock.now += 70 * timedelta(seconds=1)
        return SENT

    group = Recorded("group", slow)
    sender = notify(database, clock, group, lease_seconds=90.0, send_seconds=30.0)
    sender.deliver_some()
    join(sender)
    assert (len(group.taken), states(outbox)) == (1, {"pending": 2, "sent": 1})


def test_a_stopped_notifier_claims_nothing_and_gives_back_what_it_held(database: Database) -> None:
    outbox = owe(database, 3, "group")
    senders: list[Notifier] = []

    def stop() -> Receipt:
        senders[0]._stopping.set()
        return SENT

    senders.append(notify(database, Clock(), Recorded("group", stop)))
    senders[0].deliver_some()
    assert senders[0].stop(within=SOON)
    assert states(outbox) == {"pending": 2, "sent": 1}
    assert senders[0].deliver_some() == 0


def test_the_loop_delivers_and_leaves_a_sign_of_life(database: Database) -> None:
    owe(database, 3, "group")
    done: queue.SimpleQueue[Delivered] = queue.SimpleQueue()
    sender = notify(database, Clock(), Recorded("group"), on_delivered=done.put)
    thread = threading.Thread(target=sender.run)
    thread.start()
    codes = {done.get(timeout=SOON.total_seconds()).owed.code for _ in range(3)}
    sender.stop(within=SOON)
    thread.join()
    assert len(codes) == 3
    assert "notifier" in Ledger(database).beats()


POINTS = {
    "before the request": ("before", 0),
    "after the request": ("request", 1),
    "after the answer": ("after", 1),
}


@pytest.mark.parametrize(("point", "arrived"), POINTS.values(), ids=POINTS)
def test_a_killed_notifier_loses_nothing(database_url: str, point: str, arrived: int) -> None:
    """A duplicate comes only in the documented window, once, with the same code, and the history says so."""
    with Receiver() as receiver:
        with open_database(database_url) as database:
            owe(database, 1, "group")
        child = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "tests.notifying", database_url, receiver.channel, point]
        )
        if point == "request":
            receiver.on_message = lambda: os.kill(child.pid, signal.SIGKILL)
        assert child.wait(60) == -signal.SIGKILL
        receiver.on_message = lambda: None
        first = [receiver.messages.get(timeout=5) for _ in range(arrived)]
        with open_database(database_url) as database:
            assert states(Outbox(database)) == {"sending": 1}
            channel = Mortal("group", receiver.channel, timeout_seconds=5)
            sender = notifier(database, {"group": channel}, ahead=HOUR)
            assert sender.deliver_some() == 1
            join(sender)
            [row] = Outbox(database).rows()
        again = receiver.messages.get(timeout=5)
        assert receiver.messages.empty()
    assert all(message == again for message in first)
    assert f"#{row.code}" in again.body
    assert row.state == "sent"
    assert [attempt.receipt.ambiguous for attempt in row.receipts] == [True, False]


def test_waiting_doubles_with_jitter_up_to_half_an_hour() -> None:
    failed = Receipt(result="transient")
    waits = [plan_retry(failed, attempt=n, now=NOW, chance=1.0).retry_at for n in range(1, 12)]
    seconds = [(wait - NOW).total_seconds() for wait in waits if wait is not None]
    assert seconds == [15, 30, 60, 120, 240, 480, 960, 1800, 1800, 1800, 1800]
    assert plan_retry(failed, attempt=9, now=NOW, chance=0.0).retry_at == NOW


def test_an_alert_is_given_up_after_about_a_day() -> None:
    failed = Receipt(result="transient")
    last = next(
        n for n in range(1, 1000) if plan_retry(failed, attempt=n, now=NOW, chance=0.5).retry_at is None
    )
    assert PATIENCE <= expected_age(last) <= PATIENCE + HOUR


def test_what_cannot_be_read_is_tried_three_times() -> None:
    strange = Receipt(result="unreadable")
    assert plan_retry(strange, attempt=UNREADABLE_ATTEMPTS - 1, now=NOW, chance=0.5).retry_at is not None
    assert plan_retry(strange, attempt=UNREADABLE_ATTEMPTS, now=NOW, chance=0.5).retry_at is None


def test_a_server_cannot_silence_a_channel_for_long() -> None:
    asked = Receipt(result="throttled", retry_at=NOW + 100 * HOUR)
    planned = plan_retry(asked, attempt=1, now=NOW, chance=0.0).retry_at
    assert planned == NOW + HOUR
