"""What waits to be told together: digests, quiet hours, floods; never both alone and in a list. On both databases."""

import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from scheduler.alerts.delivery import Notifier, NotifierSettings
from scheduler.alerts.fitting import Limit, Part, split
from scheduler.alerts.formats import Format
from scheduler.alerts.messages import Message
from scheduler.alerts.wording import load_wording
from scheduler.receiver import Received, Receiver
from storage import (
    SHANGHAI,
    Archive,
    Claim,
    Database,
    Flood,
    Ledger,
    Outbox,
    Owed,
    Receipt,
    Rule,
    Urgency,
    figure_words,
    open_database,
    parse_bound,
)
from tests.digesting import Narrow, send_list
from tests.specimens import HOUR, MINUTE, NOW, SEIZED, result

CODE = re.compile("#([A-Z2-7]{5})")
SENT = Receipt(result="sent", detail="HTTP 200")
FLOOD = Flood(messages=3, span=10 * MINUTE)
LARGE = Urgency(figures=(parse_bound("海洛因>=5kg", figure_words()),))


def at(clock: str) -> datetime:
    """A moment in March 2026, in Shanghai."""
    return datetime.fromisoformat(f"2026-03-{clock}:00").replace(tzinfo=SHANGHAI)


class Group:
    """A channel that keeps what it was given and answers as told."""

    format: Format = "text"
    holds = 100_000

    def __init__(self, name: str = "group", answer: Callable[[], Receipt] = lambda: SENT) -> None:
        self.name = name
        self.taken: list[Message] = []
        self._answer = answer

    def split(self, message: Message) -> tuple[Part, ...]:
        return split(message, Limit(unit="characters", total=self.holds))

    def send(self, message: Message, *, now: datetime) -> Receipt:
        self.taken.append(message)
        return self._answer()


class Desk:
    """An archive with rules, a clock, and a notifier on one channel."""

    def __init__(self, database: Database, *rules: Rule, flood: Flood | None = None, **channel: Any) -> None:
        self.outbox, self.now = Outbox(database), NOW
        self.group = Group(**channel)
        self._archive, self._next = Archive(database), 1
        self.outbox.set_rules(rules or [Rule(name="all", channels=("group",))], now=NOW)
        self.sender = Notifier(
            outbox=self.outbox,
            archive=self._archive,
            ledger=Ledger(database),
            channels={"group": self.group},
            settings=NotifierSettings(
                owner="us", clock=lambda: self.now, wording=load_wording(), flood=flood
            ),
        )

    def archive(self, number: int, now: datetime, **changes: Any) -> None:
        for _ in range(number):
            self._archive.ingest(result(self._next, **changes), lease=None, now=now)
            self._next += 1

    def deliver(self, now: datetime) -> list[Message]:
        """What goes out at this moment."""
        before, self.now = len(self.group.taken), now
        while self.sender.deliver_some():
            for thread in tuple(self.sender._busy.values()):
                thread.join(20)
        return self.group.taken[before:]

    def states(self) -> dict[str, int]:
        return {state: count for state, count in self.outbox.counts().items() if count}


def rule(**conditions: Any) -> Rule:
    return Rule(name="all", channels=("group",), **conditions)


def test_a_digest_goes_out_once_at_its_time(database: Database) -> None:
    desk = Desk(database, rule(digest=("08:07", "17:37")))
    desk.archive(3, at("02T09:00"))
    assert desk.deliver(at("02T17:36")) == []
    [message] = desk.deliver(at("02T17:37"))
    assert "3 条" in message.title
    assert all(f"第{n}起" in message.body for n in (1, 2, 3))
    assert desk.deliver(at("03T17:38")) == []
    assert desk.states() == {"sent": 3}


def test_digest_and_immediate_are_never_both(database: Database) -> None:
    desk = Desk(database, rule(digest=("17:37",), urgent=LARGE))
    big = SEIZED.__class__(**{n: getattr(SEIZED, n) for n in SEIZED.__slots__} | {"value": 9000})
    desk.archive(2, at("02T09:00"))
    desk.archive(1, at("02T09:00"), facts=(big,))
    [urgent] = desk.deliver(at("02T09:01"))
    assert "第3起" in urgent.title
    [digest] = desk.deliver(at("02T17:37"))
    assert "第3起" not in digest.body
    assert desk.deliver(at("04T17:37")) == []
    assert desk.states() == {"sent": 3}


def test_a_clock_that_jumps_neither_doubles_nor_repeats_a_digest(database: Database) -> None:
    desk = Desk(database, rule(digest=("08:07", "17:37")))
    desk.archive(1, at("02T07:00"))
    desk.archive(1, at("02T09:00"))
    assert len(desk.deliver(at("05T03:00"))) == 1
    assert desk.deliver(at("02T08:06")) == []
    assert desk.deliver(at("02T17:38")) == []
    assert desk.states() == {"sent": 2}


def test_quiet_hours_are_told_in_one_message_after_them(database: Database) -> None:
    desk = Desk(database, rule(quiet="22:30-07:00"))
    desk.archive(2, at("02T23:00"))
    desk.archive(1, at("03T02:00"))
    assert desk.deliver(at("03T06:59")) == []
    [message] = desk.deliver(at("03T07:00"))
    assert "3 条" in message.title
    desk.archive(1, at("03T07:01"))
    assert len(desk.deliver(at("03T07:01"))) == 1


def test_a_backlog_that_becomes_due_at_night_waits_for_the_morning(database: Database) -> None:
    """The service was off in the evening and comes back in quiet hours."""
    desk = Desk(database, rule(quiet="22:30-07:00"))
    desk.archive(2, at("02T21:00"))
    assert desk.deliver(at("02T23:30")) == []
    [message] = desk.deliver(at("03T07:00"))
    assert "2 条" in message.title


def test_urgent_news_breaks_quiet_hours_and_floods(database: Database) -> None:
    desk = Desk(database, rule(quiet="22:30-07:00", urgent=Urgency(score=0.5)), flood=FLOOD)
    desk.archive(5, at("02T23:00"))
    assert len(desk.deliver(at("02T23:01"))) == 5


def test_a_flood_is_listed_once_the_span_is_over(database: Database) -> None:
    desk = Desk(database, flood=FLOOD)
    desk.archive(8, at("02T09:00"))
    assert len(desk.deliver(at("02T09:00"))) == 3
    assert desk.deliver(at("02T09:09")) == []
    [message] = desk.deliver(at("02T09:10"))
    assert "5 条" in message.title
    assert desk.states() == {"sent": 8}
    desk.archive(1, at("02T09:11"))
    assert len(desk.deliver(at("02T09:11"))) == 1


def test_a_flood_that_goes_on_keeps_gathering(database: Database) -> None:
    desk = Desk(database, flood=FLOOD)
    sent = 0
    for minute in range(30):
        desk.archive(1, at(f"02T09:{minute:02}"))
        sent += len(desk.deliver(at(f"02T09:{minute:02}")))
    sent += len(desk.deliver(at("02T10:00")))
    assert sent <= 3 * 4 + 3
    assert desk.states() == {"sent": 30}


def test_a_clock_set_back_does_not_hold_a_flood_for_ever(database: Database) -> None:
    desk = Desk(database, flood=FLOOD)
    desk.archive(3, at("20T09:00"))
    assert len(desk.deliver(at("20T09:00"))) == 3
    desk.archive(4, at("02T09:00"))
    assert len(desk.deliver(at("02T09:00"))) == 3
    assert len(desk.deliver(at("02T09:10"))) == 1


def test_a_long_list_is_sent_in_parts_and_never_twice(database: Database) -> None:
    """The third part fails; the first two are not sent again."""
    answers = iter([SENT, SENT, Receipt(result="transient", detail="HTTP 502")])
    desk = Desk(database, rule(digest=("17:37",)), answer=lambda: next(answers, SENT))
    desk.group.holds = 600
    desk.archive(12, at("02T09:00"))
    first = desk.deliver(at("02T17:37"))
    assert len(first) == 3
    assert desk.states() == {"pending": 12 - told(*first[:2]), "sent": told(*first[:2])}
    again = desk.deliver(at("02T18:37"))
    assert told(*first[:2], *again) == 12
    assert desk.states() == {"sent": 12}


def told(*messages: Message) -> int:
    return sum(message.body.count("编号：#") for message in messages)


def test_beyond_what_is_listed_alerts_are_counted(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scheduler.alerts.sending.LISTED", 4)
    desk = Desk(database, rule(digest=("17:37",)))
    desk.archive(10, at("02T09:00"))
    [message] = desk.deliver(at("02T17:37"))
    assert "10 条" in message.title
    assert "还有 6 条" in message.body
    assert desk.states() == {"sent": 4, "suppressed": 6}
    codes = {f"#{row.code}" for row in desk.outbox.rows("sent")}
    assert {row.reason.removeprefix("counted in ") for row in desk.outbox.rows("suppressed")} <= codes


def test_a_list_whose_channel_refuses_dies_whole(database: Database) -> None:
    desk = Desk(
        database, rule(digest=("17:37",)), answer=lambda: Receipt(result="permanent", detail="HTTP 404")
    )
    desk.archive(3, at("02T09:00"))
    assert len(desk.deliver(at("02T17:37"))) == 1
    assert desk.states() == {"dead": 3}


def take(outbox: Outbox, now: datetime, owner: str = "us") -> tuple[Owed, ...]:
    claim = Claim(now=now, owner=owner, limit=99, lease=MINUTE, skip_channels=(), per_channel=2)
    return outbox.take(claim)


def test_a_list_is_claimed_whole_by_one(database: Database) -> None:
    desk = Desk(database, rule(digest=("17:37",)))
    desk.archive(30, at("02T09:00"))
    found: list[tuple[Owed, ...]] = []
    threads = [
        threading.Thread(target=lambda: found.append(take(desk.outbox, at("02T17:37")))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(len, found)) == [0, 0, 0, 30]


def test_a_list_of_a_dead_sender_is_given_out_whole_again(database: Database) -> None:
    desk = Desk(database, rule(digest=("17:37",)))
    desk.archive(5, at("02T09:00"))
    assert len(take(desk.outbox, at("02T17:37"), "dead")) == 5
    assert take(desk.outbox, at("02T17:37")) == ()
    assert desk.outbox.senders() == {"dead"}
    assert desk.outbox.free("dead", now=at("02T17:37")) == 5
    again = take(desk.outbox, at("02T17:37"))
    assert [one.attempt for one in again] == [2] * 5
    assert all(row.receipts[0].receipt.ambiguous for row in desk.outbox.rows("sending"))


def test_what_was_not_tried_goes_back_as_it_was(database: Database) -> None:
    answers = iter([Receipt(result="throttled", detail="HTTP 429", retry_at=NOW + timedelta(seconds=60))])
    desk = Desk(database, answer=lambda: next(answers, SENT))
    desk.archive(4, NOW)
    desk.deliver(NOW)
    assert sorted(row.attempt for row in desk.outbox.rows("pending")) == [0, 0, 0, 1]
    assert len(desk.deliver(NOW + HOUR)) == 4


KILLS = {
    "before the second part": ("before", 2, 0),
    "after the answer to the second": ("after", 2, 1),
}


@pytest.mark.parametrize(("point", "part", "repeated"), KILLS.values(), ids=KILLS)
def test_a_sender_killed_in_a_long_list_repeats_at_most_one_part(
    database_url: str, point: str, part: int, repeated: int
) -> None:
    with Receiver() as receiver:
        with open_database(database_url) as database:
            Desk(database, rule(digest=("17:37",))).archive(12, at("02T09:00"))
        words = ["-W", "ignore", "-m", "tests.digesting", database_url, receiver.channel, point, str(part)]
        killed = subprocess.run([sys.executable, *words], timeout=300, check=False)
        assert killed.returncode == -signal.SIGKILL
        first = arrived(receiver)
        with open_database(database_url) as database:
            send_list(database, Narrow("group", receiver.channel, timeout_seconds=5), ahead=HOUR)
        again = arrived(receiver)
    assert len(first) == part - 1 + repeated
    codes = [set(CODE.findall(message.body)) for message in (*first, *again)]
    assert len(set().union(*codes)) == 12
    twice = set().union(*codes[: len(first)]) & set().union(*codes[len(first) :])
    assert twice == (codes[part - 1] if repeated else set())
    with open_database(database_url) as database:
        assert Outbox(database).counts()["sent"] == 12


def arrived(receiver: Receiver) -> list[Received]:
    found = []
    while not receiver.messages.empty():
        found.append(receiver.messages.get())
    return found
