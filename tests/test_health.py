"""What is red and why, from what the archive says."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from scheduler.ailing import state_of
from scheduler.findings import subject_of
from scheduler.health import CODES, Vitals, diagnose, print_span, worst
from storage import Beat, CaptureTotals, LaterLooks, MissingSite, OutboxRow, SourceState
from tests.specimens import DAY, HOUR, MINUTE, NOW

SOURCE = SourceState(
    id=1,
    portal="gscn",
    url="http://www.gscn.example/list",
    kind="list",
    host="gscn.example",
    active=True,
    first_ok_at=NOW - 30 * DAY,
    last_looked_at=NOW - MINUTE,
    last_ok_at=NOW - MINUTE,
    last_new_at=None,
    last_outcome="ok",
    detail="",
    failures=0,
    next_check_at=NOW + 14 * MINUTE,
    pending_links=0,
)
ROW = OutboxRow(
    id=1,
    code="7F3A",
    kind="story",
    state="pending",
    reason="",
    rule="all",
    channel="group",
    story_id=1,
    article_id=1,
    title="",
    attempt=1,
    created_at=NOW - HOUR,
    not_before=NOW - MINUTE,
    lease_until=None,
    sent_at=None,
)
WELL = Vitals(
    now=NOW,
    beats={"service": Beat(at=NOW - MINUTE / 4), "notifier": Beat(at=NOW)},
    sources=(SOURCE,),
    outbox={"sent": 3},
    channels=1,
)


STALE = replace(SOURCE, newest_at=NOW - 900 * DAY, expected_by=NOW - 870 * DAY)
SITE = MissingSite(portal="gscn", host="gscn.example", pages=4, since=NOW - HOUR)


def later(**more: Any) -> LaterLooks:
    told = {"planned": 9, "due": 4, "late": 0, "oldest_due_at": None} | more
    return LaterLooks(**told)


def failing(outcome: str, failures: int, since: timedelta = HOUR, **more: Any) -> SourceState:
    return replace(SOURCE, last_outcome=outcome, failures=failures, last_ok_at=NOW - since, **more)


CASES: dict[str, tuple[Vitals, list[str], str]] = {
    "all well": (WELL, [], "green"),
    "never run": (replace(WELL, beats={}), ["service_down"], "red"),
    "no sign of life": (
        replace(WELL, beats={"service": Beat(at=NOW - 2 * MINUTE), "notifier": Beat(at=NOW)}),
        ["service_down"],
        "red",
    ),
    "a slow tick is not death": (
        replace(WELL, tick=MINUTE, beats={"service": Beat(at=NOW - 3 * MINUTE), "notifier": Beat(at=NOW)}),
        [],
        "green",
    ),
    "disk nearly full": (replace(WELL, disk_free=1_500_000_000), ["disk_low"], "yellow"),
    "disk full": (replace(WELL, disk_free=100_000_000), ["disk_low"], "red"),
    "room enough": (replace(WELL, disk_free=20_000_000_000), [], "green"),
    "a ping that fails": (
        replace(WELL, beats={**WELL.beats, "ping": Beat(at=NOW, detail="failed: HTTP 503")}),
        ["ping_failing"],
        "yellow",
    ),
    "a ping that is heard": (
        replace(WELL, beats={**WELL.beats, "ping": Beat(at=NOW, detail="ok")}),
        [],
        "green",
    ),
    "alerts stopped": (replace(WELL, beats={"service": Beat(at=NOW)}), ["notifier_down"], "red"),
    "no network is one cause": (
        replace(WELL, sources=(failing("dns", 5), failing("timeout", 4, 2 * DAY), SOURCE)),
        ["no_network"],
        "red",
    ),
    "one site is not the network": (
        replace(WELL, sources=(failing("dns", 5), SOURCE, SOURCE)),
        ["source_failing"],
        "yellow",
    ),
    "refusals are not the network": (
        replace(WELL, sources=(failing("http_403", 3), failing("blocked", 3))),
        ["source_blocked", "source_failing"],
        "yellow",
    ),
    "our own outage, counted against nobody": (
        replace(
            WELL,
            sources=(
                *(failing("timeout", 0, host=f"h{n}.example") for n in range(3)),
                *(replace(SOURCE, last_looked_at=NOW - HOUR, host=f"w{n}.example") for n in range(9)),
            ),
        ),
        ["no_network"],
        "red",
    ),
    "a single failure is no news": (replace(WELL, sources=(failing("http_500", 1), SOURCE)), [], "green"),
    "down for a day": (replace(WELL, sources=(failing("layout", 9, DAY), SOURCE)), ["source_down"], "red"),
    "never had a good look": (
        replace(WELL, sources=(replace(failing("layout", 3), last_ok_at=None, first_ok_at=None), SOURCE)),
        ["source_down"],
        "red",
    ),
    "retired sources do not count": (
        replace(WELL, sources=(replace(failing("dns", 9), active=False), SOURCE)),
        [],
        "green",
    ),
    "dead alerts": (replace(WELL, outbox={"dead": 2}), ["alerts_dead"], "red"),
    "bytes not kept": (
        replace(
            WELL,
            captures=CaptureTotals(captures=1, bytes=9, bodies=9, pruned=0, not_kept=2, last_not_kept_at=NOW),
        ),
        ["captures_failing"],
        "red",
    ),
    "late alerts": (replace(WELL, waiting=(ROW,)), ["alerts_late"], "yellow"),
    "an alert not yet due": (
        replace(WELL, waiting=(replace(ROW, attempt=0, not_before=NOW + MINUTE),)),
        [],
        "green",
    ),
    "a fresh alert": (replace(WELL, waiting=(replace(ROW, created_at=NOW - MINUTE),)), [], "green"),
    "crawling lags": (
        replace(WELL, sources=(replace(SOURCE, next_check_at=NOW - HOUR),)),
        ["crawl_lag"],
        "yellow",
    ),
    "no lag is told of a service that is down": (
        replace(WELL, beats={}, sources=(replace(SOURCE, next_check_at=NOW - HOUR),)),
        ["service_down"],
        "red",
    ),
    "a site is gone": (replace(WELL, later=later(missing_sites=(SITE,))), ["site_gone"], "yellow"),
    "looks at archived pages are late": (
        replace(WELL, later=later(late=3, oldest_due_at=NOW - 3 * HOUR)),
        ["relooks_late"],
        "yellow",
    ),
    "late as everything is while the service is down": (
        replace(WELL, beats={}, later=later(late=3, oldest_due_at=NOW - 3 * HOUR)),
        ["service_down"],
        "red",
    ),
    "looks are due, none is late": (replace(WELL, later=later()), [], "green"),
    "nobody is told": (replace(WELL, channels=0), ["no_channel"], "yellow"),
    "the gravest first": (
        replace(WELL, beats={}, channels=0, outbox={"dead": 1}),
        ["service_down", "alerts_dead", "no_channel"],
        "red",
    ),
}


@pytest.mark.parametrize(("vitals", "codes", "level"), CASES.values(), ids=CASES)
def test_findings(vitals: Vitals, codes: list[str], level: str) -> None:
    findings = diagnose(vitals)
    assert [finding.code for finding in findings] == codes
    assert worst(findings) == level
    assert all(finding.chinese and finding.english for finding in findings)


def test_every_finding_is_in_the_manual() -> None:
    manual = (Path(__file__).parent.parent / "docs/operations.md").read_text("utf-8")
    assert [code for code in CODES if f"| `{code}` |" not in manual] == []


AT_ONCE = {
    "selector gone": (failing("layout", 1), "list_changed"),
    "an empty list that had news": (failing("empty_list", 1, last_new_at=NOW - 2 * HOUR), "list_changed"),
    "nothing printed": (failing("empty", 1), "list_changed"),
    "list moved": (failing("http_404", 1), "list_moved"),
    "a soft 404": (failing("soft_404", 1), "list_moved"),
    "moved off site": (failing("moved_off_site", 1), "list_moved"),
    "a firewall": (failing("blocked", 1), "source_blocked"),
    "robots newly forbidding": (failing("robots", 1), "robots_forbids"),
    "lying validators": (replace(SOURCE, lied_at=NOW - 6 * DAY), "validators_lie"),
    "a list in another charset": (
        replace(SOURCE, charset_was="gb18030", charset="utf-8", charset_changed_at=NOW - HOUR), "charset_changed"
    ),
    "a list given up years ago": (
        replace(STALE, first_ok_at=NOW - MINUTE, last_new_at=NOW - MINUTE), "source_stale"
    ),
    "a list given up while we watched": (replace(STALE, last_new_at=NOW - 99 * DAY), "source_stale"),
}  # fmt: skip


@pytest.mark.parametrize(("source", "code"), AT_ONCE.values(), ids=AT_ONCE)
def test_what_is_sure_is_named_after_one_look(source: SourceState, code: str) -> None:
    [finding] = diagnose(replace(WELL, sources=(source, SOURCE)))
    assert (finding.code, finding.level, finding.subject) == (code, "yellow", subject_of(source))


@pytest.mark.parametrize(
    "source",
    {
        "a list that never had anything": failing("empty_list", 1),
        "a time-out": failing("timeout", 2),
        "a lie of last week": replace(SOURCE, lied_at=NOW - 8 * DAY),
        "another charset of last week": replace(
            SOURCE, charset_was="gb18030", charset_changed_at=NOW - 7 * DAY
        ),
        "old dates beside new links": replace(STALE, last_new_at=NOW - 9 * DAY),
        "a list that may yet bring something": replace(STALE, expected_by=NOW),
    }.values(),
)
def test_what_may_pass_is_not_told_at_once(source: SourceState) -> None:
    assert diagnose(replace(WELL, sources=(source, SOURCE, SOURCE))) == ()


STATES = {
    "never looked at": (replace(SOURCE, last_looked_at=None, last_ok_at=None), "waiting"),
    "never well, by our own outage": (replace(SOURCE, last_ok_at=None, last_outcome="dns"), "waiting"),
    "well": (SOURCE, "ok"),
    "a slip": (failing("http_500", 2), "ok"),
    "failing": (failing("http_500", 3), "failing"),
    "failing for sure": (failing("blocked", 1), "failing"),
    "down": (failing("http_500", 3, DAY), "down"),
    "refused for a day, but asked only twice": (failing("blocked", 2, DAY), "failing"),
    "never well": (replace(failing("dns", 3), last_ok_at=None), "down"),
    "back again": (replace(SOURCE, recovered_at=NOW - HOUR), "recovered"),
    "back for long": (replace(SOURCE, recovered_at=NOW - DAY), "ok"),
}


@pytest.mark.parametrize(("source", "state"), STATES.values(), ids=STATES)
def test_states(source: SourceState, state: str) -> None:
    assert state_of(source, NOW) == state


def test_spans_in_words() -> None:
    assert print_span(timedelta(seconds=5)) == ("5 秒", "5 s")
    assert print_span(timedelta(minutes=90)) == ("1 小时", "1 h")
    assert print_span(-MINUTE) == ("0 秒", "0 s")
