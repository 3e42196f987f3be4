"""`jindu coverage`: what each day brought, and which days nobody could look."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from scheduler.commands.coverage import SourceDay, explained, summarise, worded
from storage import SHANGHAI, CoverageRow, Look, PageFailure, SourceState, open_database
from tests.specimens import LIST, MINUTE, NOW, links, look, take, watch
from tests.test_cli import Call, call

__all__ = ["call"]

FIRST, LAST = date(2026, 3, 1), date(2026, 3, 3)
BEFORE = datetime(2026, 2, 1, tzinfo=SHANGHAI)


def state(**changes: Any) -> SourceState:
    values: dict[str, Any] = {
        "id": 1, "portal": "qingyun", "url": LIST, "kind": "list", "host": "qingyun.example", "active": True,
        "first_ok_at": BEFORE, "last_looked_at": BEFORE, "last_ok_at": BEFORE, "last_new_at": None, "last_outcome": "ok",
        "detail": "", "failures": 0, "next_check_at": BEFORE, "pending_links": 0,
    }  # fmt: skip
    return SourceState(**(values | changes))


def row(day: int, *, url: str = LIST, month: int = 3, **counts: Any) -> CoverageRow:
    named = {name.replace("__", ":"): n for name, n in counts.items()}
    return CoverageRow(day=date(2026, month, day), portal="qingyun", source_url=url, counts=named)


STATES: dict[str, tuple[SourceState, list[CoverageRow], list[tuple[int, str]]]] = {
    "new links are news": (state(), [row(n, looked=9, new=2) for n in (1, 2, 3)], [(1, "news"), (2, "news"), (3, "news")]),
    "a day without a row could not be looked at": (
        state(), [row(1, looked=9, new=2), row(3, looked=9)], [(1, "news"), (2, "could_not_look"), (3, "no_news")]
    ),
    "failed looks are no looks": (
        state(), [row(n, looked=3, look_failed__blocked=2, look_failed__timeout=1) for n in (1, 2, 3)],
        [(1, "could_not_look"), (2, "could_not_look"), (3, "could_not_look")],
    ),
    "one good look is enough": (
        state(first_ok_at=datetime(2026, 3, 3, tzinfo=SHANGHAI)), [row(3, looked=3, look_failed__blocked=2)], [(3, "no_news")]
    ),
    "an unchanged list was seen": (state(), [row(n, looked=1, not_modified=1) for n in (1, 2, 3)], [(1, "no_news"), (2, "no_news"), (3, "no_news")]),
    "pages of links listed earlier are news": (
        state(first_ok_at=datetime(2026, 3, 3, tzinfo=SHANGHAI)), [row(3, looked=3, archived=1)], [(3, "news")]
    ),
    "pages fetched without a good look": (
        state(first_ok_at=datetime(2026, 3, 3, tzinfo=SHANGHAI)), [row(3, archived=1)], [(3, "could_not_look")]
    ),
    "days before the watch began are left out": (
        state(first_ok_at=datetime(2026, 3, 2, 23, tzinfo=SHANGHAI)), [row(2, looked=1)], [(2, "no_news"), (3, "could_not_look")]
    ),
    "a failure before the first good look counts": (
        state(first_ok_at=datetime(2026, 3, 3, tzinfo=SHANGHAI)), [row(2, looked=1, look_failed__dns=1), row(3, looked=1)],
        [(2, "could_not_look"), (3, "no_news")],
    ),
    "never a good look, asked since long": (
        state(first_ok_at=None), [row(20, month=2, looked=1, look_failed__dns=1)],
        [(1, "could_not_look"), (2, "could_not_look"), (3, "could_not_look")],
    ),
    "never looked at": (state(first_ok_at=None), [], [(1, "could_not_look"), (2, "could_not_look"), (3, "could_not_look")]),
    "a retired source has what it has": (state(active=False), [row(2, looked=1)], [(2, "no_news")]),
    "no source listed it": (state(active=False), [row(2, url="", archived=1, judged=1)], [(2, "news")]),
}  # fmt: skip


@pytest.mark.parametrize(("source", "counted", "told"), STATES.values(), ids=STATES)
def test_no_news_and_could_not_look_never_mix(
    source: SourceState, counted: list[CoverageRow], told: list[tuple[int, str]]
) -> None:
    days = summarise(counted, [source], since=FIRST, until=LAST)
    assert [(day.day.day, day.state) for day in days] == told
    for day in days:
        assert ("没有看成 could not look" in worded(day)) == (day.state == "could_not_look")
        assert ("no news" in worded(day)) == (day.state == "no_news")


def one_day(**counts: Any) -> SourceDay:
    (day,) = summarise([row(1, **counts)], [], since=FIRST, until=LAST)
    return day


WORDS = {
    "all of it": (
        one_day(looked=9, look_failed__timeout=2, listed=40, new=3, fetched=3, archived=2, judged=2, relevant=1, alerted=1, failed__dns=1),
        "看 looked 9（其中 2 次没看成 failed：timeout 2），列出 listed 40，新 new 3，取 fetched 3，判 judged 2，相关 relevant 1，"
        "提醒 alerted 1，失败 failed 1（dns 1）",
    ),
    "nothing new": (one_day(looked=9), "看 looked 9，没有新报道 no news"),
    "only failures, the most frequent first": (
        one_day(looked=3, look_failed__dns=1, look_failed__timeout=2), "没有看成 could not look：timeout 2、dns 1"
    ),
    "nobody looked": (one_day(fetched=1, judged=1), "没有看成 could not look：没有去看 nobody looked，取 fetched 1，判 judged 1"),
}  # fmt: skip


@pytest.mark.parametrize(("day", "words"), WORDS.values(), ids=WORDS)
def test_a_day_in_words(day: SourceDay, words: str) -> None:
    assert worded(day) == words


def test_why_nobody_looked_is_told() -> None:
    days = summarise([row(1, looked=1)], [state()], since=FIRST, until=LAST)
    told = [explained(day, {FIRST, LAST}) for day in days]
    assert [day.unseen for day in told] == ["", "no_crawl", "not_asked"]
    assert [day.state for day in told] == ["no_news", "could_not_look", "could_not_look"]
    assert "the service did not run" in worded(told[1])
    assert "not due" in worded(told[2])


@pytest.fixture
def three_days(tmp_path: Path, empty_file: Path) -> str:
    """An archive: links found on 2 March, a refusal on the 3rd, nobody looked on the 4th, nothing new on the 5th."""
    path = tmp_path / "days.db"
    path.write_bytes(empty_file.read_bytes())
    with open_database(str(path)) as database:
        ledger, lease, (_, other) = watch(database, 1, 2)
        failure = PageFailure(link_id=other.id, outcome="timeout", retry_at=NOW + MINUTE)
        ledger.record_failure(failure, lease=lease, now=NOW)
        ledger.release(lease)
        (source,) = ledger.sources()
        later = NOW + timedelta(days=1)
        lease = take(ledger, now=later)
        refused = Look(source_id=source.id, outcome="blocked", next_check_at=later + MINUTE)
        ledger.record_look(refused, lease=lease, now=later)
        ledger.release(lease)
        latest = NOW + timedelta(days=3)
        look(ledger, take(ledger, now=latest), links(1, 2), now=latest)
    return str(path)


def test_the_command_tells_each_day(call: Call, three_days: str) -> None:
    span = ("--since", "2026-03-01", "--until", "2026-03-05")
    answer = call("--archive", three_days, "coverage", *span, "--json")
    assert answer.exit_code == 0, answer.output
    told = [json.loads(line) for line in answer.stdout.splitlines()]
    assert [(day["day"], day["state"]) for day in told] == [
        ("2026-03-02", "news"),
        ("2026-03-03", "could_not_look"),
        ("2026-03-04", "could_not_look"),
        ("2026-03-05", "no_news"),
    ]
    assert {(day["portal"], day["source"]) for day in told} == {("qingyun", LIST)}
    assert (told[0]["counts"]["new"], told[0]["page_failures"]) == (2, {"timeout": 1})
    assert told[1]["look_failures"] == {"blocked": 1}
    shown = call("--archive", three_days, "coverage", *span, "--portal", "qingyun").stdout.splitlines()
    assert shown[0] == f"qingyun  {LIST}"
    assert shown[2] == "  2026-03-03  没有看成 could not look：blocked 1"
    assert (
        shown[3]
        == "  2026-03-04  没有看成 could not look：没有去看 nobody looked（整天没有抓取，服务没有运行 the service did not run）"
    )


def test_the_command_shows_seven_days_up_to_today(call: Call, three_days: str) -> None:
    told = call("--archive", three_days, "coverage", "--json").stdout.splitlines()
    days = [json.loads(line)["day"] for line in told]
    assert len(days) == 7
    assert days[0] < days[-1] <= f"{datetime.now(SHANGHAI):%Y-%m-%d}"


def test_nothing_watched_is_said(call: Call) -> None:
    answer = call("--archive", "new.db", "coverage", "--portal", "gscn")
    assert (answer.exit_code, "nothing was watched" in answer.stdout) == (0, True)


@pytest.mark.parametrize(
    "words",
    [("--since", "2026-03-09", "--until", "2026-03-01"), ("--portal", "nowhere"), ("--since", "2999-01-01")],
    ids=["backwards", "unknown portal", "the future"],
)
def test_a_wrong_request_is_exit_2(call: Call, words: tuple[str, ...]) -> None:
    answer = call("--archive", "a.db", "coverage", *words)
    assert answer.exit_code == 2, answer.output
    assert "error" in answer.stderr
