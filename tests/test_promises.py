"""The thirteen ways to lose or repeat an alert, each with the tests that hold it; those that need the whole way stand here.

`CASES` is checked: every test it names exists.
"""

import ast
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from scheduler.alerts import vendors
from scheduler.alerts.channels import Channel
from scheduler.alerts.delivery import Notifier, NotifierSettings
from scheduler.alerts.wording import load_wording
from storage import Archive, Database, Ledger, Look, Outbox, OutboxRow, Rule
from tests.answering import Play, answering
from tests.specimens import DAY, HOUR, MINUTE, NOW, fill, result, source, watch

HERE = Path(__file__).parent
CASES: dict[str, tuple[str, ...]] = {
    "A1 the crawl child is killed": (
        "test_kill.py::test_killed_children_lose_nothing",
        "test_database.py::test_killed_between_pages_nothing_told_is_lost",
        "test_database.py::test_killed_inside_a_page_nothing_of_it_is_there",
    ),
    "A2 the notifier is killed": (
        "test_delivery.py::test_a_killed_notifier_loses_nothing",
        "test_kill_notifier.py::test_killed_notifiers_lose_nothing_and_repeat_one_message_each_at_most",
        "test_kill.py::test_killed_services_lose_nothing",
    ),
    "A3 the supervisor is killed": ("test_crawling.py::test_a_killed_parent_leaves_no_orphan",),
    "A4 two notifiers on one archive": (
        "test_delivery.py::test_two_notifiers_send_each_alert_once",
        "test_races.py::test_an_alert_is_sent_by_one",
    ),
    "A5 a vendor throttles under HTTP 200": ("test_promises.py::test_a_vendor_that_throttles_is_waited_for",),
    "A6 a login page, nothing, half an answer": (
        "test_vendors.py::test_the_contract_with_each_vendor",
        "test_promises.py::test_what_is_no_receipt_is_no_success",
    ),
    "A7 the answer is lost on the way": (
        "test_promises.py::test_an_answer_lost_on_the_way_is_one_repetition_with_one_code",
    ),
    "A8 one part of several fails": (
        "test_promises.py::test_parts_that_arrived_are_never_sent_again",
        "test_waiting.py::test_a_long_list_is_sent_in_parts_and_never_twice",
    ),
    "A9 the disk is full, locked, read-only": (
        "test_database.py::test_a_full_disk_stops_the_work_and_loses_nothing",
        "test_database.py::test_a_read_only_file",
        "test_database.py::test_a_writer_that_never_ends_is_told",
        "test_database.py::test_a_server_that_goes_away_is_told_and_comes_back",
    ),
    "A10 the clock jumps": (
        "test_promises.py::test_a_clock_that_jumps_starts_no_storm",
        "test_waiting.py::test_a_clock_that_jumps_neither_doubles_nor_repeats_a_digest",
        "test_waiting.py::test_a_clock_set_back_does_not_hold_a_flood_for_ever",
    ),
    "A11 the service restarts all the time": ("test_promises.py::test_restarts_put_nothing_off",),
    "A12 one text on twelve portals": ("test_promises.py::test_one_text_on_twelve_portals_is_one_alert",),
    "A13 an archive of old reports": ("test_promises.py::test_old_reports_are_one_summary",),
}


@pytest.mark.parametrize("case", CASES)
def test_every_case_has_its_tests(case: str) -> None:
    for named in CASES[case]:
        file, _, name = named.partition("::")
        tree = ast.parse((HERE / file).read_text("utf-8"))
        assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}, named


class Desk:
    """An archive, a clock that stands, and a notifier with one real channel: WeCom's, on loopback."""

    def __init__(self, database: Database, server: Any, *rules: Rule) -> None:
        self.database, self.server, self.now = database, server, NOW
        self.outbox = Outbox(database)
        self.outbox.set_rules(rules or [Rule(name="all", channels=("group",))], now=NOW)
        channel = Channel("group", "wecombot://0123-abcd-key", timeout_seconds=0.5)
        self.notifier = Notifier(
            outbox=self.outbox,
            archive=Archive(database),
            ledger=Ledger(database),
            channels={"group": channel},
            settings=NotifierSettings(
                owner="us", clock=lambda: self.now, wording=load_wording(), send_seconds=1.0
            ),
        )

    def deliver(self, *, at: datetime | None = None) -> list[str]:
        """Send what is due; what the server was sent of it."""
        self.now = at or self.now
        before = len(self.server.bodies)
        while self.notifier.deliver_some():
            for thread in tuple(self.notifier._busy.values()):
                thread.join(20)
        return [json.loads(body)["markdown"]["content"] for body in self.server.bodies[before:]]

    def row(self) -> OutboxRow:
        [row] = self.outbox.rows()
        return row


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    with answering() as made:
        address = f"http://127.0.0.1:{made.server_address[1]}/send?key={{key}}"
        monkeypatch.setattr(vendors.CheckedWeCom, "notify_url", address)
        made.play = Play(body=b'{"errcode":0}')
        yield made


@pytest.fixture
def desk(database: Database, server: Any) -> Desk:
    return Desk(database, server)


def test_a_vendor_that_throttles_is_waited_for(desk: Desk) -> None:
    """Five times, then it takes the message: sent once, six attempts, and the channel silent in between."""
    fill(desk.database, [result(1)])
    desk.server.play = Play(body=b'{"errcode":45009}')
    for turn in range(5):
        at = NOW + turn * 5 * MINUTE
        assert len(desk.deliver(at=at)) == 1
        assert desk.deliver(at=at + timedelta(seconds=50)) == []
    desk.server.play = Play(body=b'{"errcode":0}')
    assert len(desk.deliver(at=NOW + HOUR)) == 1
    assert desk.deliver(at=NOW + DAY) == []
    assert (desk.row().state, len(desk.row().receipts)) == ("sent", 6)


BODIES = {"a login page": b"<!DOCTYPE html><html>", "nothing": b"", "half": b'{"errcode":', "a list": b"[0]"}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_what_is_no_receipt_is_no_success(desk: Desk, body: bytes) -> None:
    fill(desk.database, [result(1)])
    desk.server.play = Play(body=body)
    for turn in range(9):
        desk.deliver(at=NOW + turn * HOUR)
    assert [attempt.receipt.result for attempt in desk.row().receipts] == ["unreadable"] * 3
    assert desk.row().state == "dead"


@pytest.mark.parametrize("act", ["reset", "hang"])
def test_an_answer_lost_on_the_way_is_one_repetition_with_one_code(desk: Desk, act: str) -> None:
    fill(desk.database, [result(1)])
    desk.server.play = Play(act=act)
    [first] = desk.deliver()
    desk.server.play = Play(body=b'{"errcode":0}')
    [second] = desk.deliver(at=NOW + MINUTE)
    assert desk.deliver(at=NOW + DAY) == []
    assert first == second
    assert f"#{desk.row().code}" in first
    assert [attempt.receipt.ambiguous for attempt in desk.row().receipts] == [True, False]


def test_parts_that_arrived_are_never_sent_again(database: Database, server: Any) -> None:
    """A digest of five messages; the third is refused."""
    desk = Desk(database, server, Rule(name="all", channels=("group",), digest=("17:37",)))
    fill(database, [result(number, title=f"第{number}起案件" + "毒" * 250) for number in range(1, 19)])
    taken = iter([b'{"errcode":0}', b'{"errcode":0}', b'{"errcode":-1}'])

    answers: list[bytes] = []

    def next_answer() -> Play:
        answers.append(next(taken, b'{"errcode":0}'))
        return Play(body=answers[-1])

    server.next_play = next_answer
    first = desk.deliver(at=NOW + 12 * HOUR)
    assert answers[-1] == b'{"errcode":-1}'
    assert len(first) == 3
    assert "/5）" in first[0]
    again = desk.deliver(at=NOW + 13 * HOUR)
    codes = [row.code for row in desk.outbox.rows(limit=100)]
    arrived = "".join((*first[:2], *again))
    assert [arrived.count(f"#{code}") for code in codes] == [1] * 18
    assert {row.state for row in desk.outbox.rows(limit=100)} == {"sent"}


JUMPS = {"an hour back": -HOUR, "an hour on": HOUR, "thirty days on": 30 * DAY}


@pytest.mark.parametrize("jump", JUMPS.values(), ids=JUMPS)
def test_a_clock_that_jumps_starts_no_storm(desk: Desk, jump: timedelta) -> None:
    """One alert that failed and one that is new: each goes out once, whatever the clock says in between."""
    fill(desk.database, [result(1)])
    desk.server.play = Play(status=502)
    assert len(desk.deliver()) == 1
    desk.server.play = Play(body=b'{"errcode":0}')
    during = desk.deliver(at=NOW + jump)
    assert len(during) == (0 if jump < timedelta() else 1)
    after = desk.deliver(at=NOW + 2 * MINUTE)
    assert len(during + after) == 1
    assert desk.deliver(at=NOW + 60 * DAY) == []
    assert desk.row().state == "sent"


def test_restarts_put_nothing_off(database: Database) -> None:
    """Started anew every five seconds, a source of every six hours is looked at when its time has come, and not before."""
    ledger = Ledger(database)
    six_hours = replace(source(), every=6 * HOUR)
    ledger.sync_sources([six_hours], now=NOW)
    (batch,) = ledger.claim(now=NOW, owner="us", limit=9, lease=MINUTE)
    (state,) = ledger.sources()
    ledger.record_look(
        Look(source_id=state.id, outcome="ok", links=(), next_check_at=NOW + 6 * HOUR),
        lease=batch.lease,
        now=NOW,
    )
    ledger.release_owner("us")
    claims = []
    for second in range(0, 600, 5):
        now = NOW + 6 * HOUR - 5 * MINUTE + timedelta(seconds=second)
        ledger.sync_sources([six_hours], now=now)
        if taken := ledger.claim(now=now, owner=f"n{second}", limit=9, lease=HOUR):
            claims.append((second, len(taken)))
    assert claims == [(300, 1)]


def test_one_text_on_twelve_portals_is_one_alert(desk: Desk) -> None:
    """Under other addresses, other headlines, at other times: the one alert says where else it stands."""
    pages = [
        result(
            1,
            url=f"http://www.p{number}.example/a/{number}.html",
            canonical_url=f"http://www.p{number}.example/a/{number}.html",
            portal=f"p{number}",
            title="青云禁毒大队破获一起案件" + "（图）" * (number % 2),
        )
        for number in range(12)
    ]
    fill(desk.database, pages)
    [told] = desk.deliver()
    assert "另有 11 家转载 (also on 11 portals)" in told
    assert desk.deliver(at=NOW + DAY) == []


def test_old_reports_are_one_summary(desk: Desk) -> None:
    """A hundred of them at a first look."""
    _, _, pending = watch(desk.database, *range(100))
    fill(desk.database, [result(n, link=link, published_at=NOW - 30 * DAY) for n, link in enumerate(pending)])
    assert desk.outbox.counts()["suppressed"] == 100
    [summary] = desk.deliver(at=NOW + HOUR)
    assert "100 篇" in summary
    assert desk.deliver(at=NOW + DAY) == []
