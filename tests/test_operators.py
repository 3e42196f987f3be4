"""What operators are told: once for each change, nothing for what flickers, nothing twice after a restart."""

from collections.abc import Sequence
from datetime import date, datetime

import pytest

from scheduler.alerts.operators import LINES, heartbeat_is_due, heartbeat_note, review
from scheduler.alerts.sections import OperatorsSection
from scheduler.health import Finding, Level
from scheduler.reporting import Reporter
from storage import SHANGHAI, CoverageRow, Database, Operators, Outbox, Plan, Standing
from tests.specimens import DAY, HOUR, MINUTE, NOW


def finding(code: str = "source_failing", level: Level = "yellow", subject: str = "gscn list") -> Finding:
    return Finding(
        code=code, level=level, chinese=f"{subject} 出错：{code}", english="it fails", subject=subject
    )


DOWN = finding("source_down", "red")
FAILING = finding()


class Watch:
    """Looks a minute apart, each with the standings the last one left."""

    def __init__(self) -> None:
        self.now = NOW
        self.known: tuple[Standing, ...] = ()
        self.told: list[str] = []

    def see(self, *findings: Finding, minutes: int = 1) -> list[str]:
        """What is told while these findings are there for so many minutes."""
        before = len(self.told)
        for _ in range(minutes):
            plan = review(self.known, findings, now=self.now, remind=DAY, channels=["desk"])
            self.known = plan.standings
            self.told += [notice.note for notice in plan.notices]
            self.now += MINUTE
        return self.told[before:]


def test_a_trouble_is_told_once_when_it_lasts_and_once_when_it_is_over() -> None:
    watch = Watch()
    assert watch.see(FAILING, minutes=2) == []
    [begun] = watch.see(FAILING, minutes=600)
    assert "1 项异常" in begun
    assert FAILING.chinese in begun
    assert watch.see(minutes=10) == []
    [over] = watch.see(minutes=600)
    assert "1 项恢复" in over
    assert FAILING.chinese in over


def test_many_troubles_at_once_are_one_message() -> None:
    many = [finding(subject=f"portal{n:02} list") for n in range(30)]
    [note] = Watch().see(*many, minutes=10)
    assert "30 项异常" in note
    assert note.count("●") == LINES
    assert f"还有 {30 - LINES} 项" in note


def test_what_flickers_quickly_is_not_told_and_what_flickers_slowly_is_told_once() -> None:
    watch = Watch()
    for _ in range(60):
        watch.see(FAILING)
        watch.see()
    assert watch.told == []
    for _ in range(60):
        watch.see(FAILING, minutes=5)
        watch.see(minutes=5)
    assert len(watch.told) == 1


def test_what_comes_and_goes_all_day_is_told_ever_more_seldom() -> None:
    watch = Watch()
    for _ in range(48):
        watch.see(FAILING, minutes=15)
        watch.see(minutes=15)
    assert len(watch.told) <= 5


def test_red_is_said_again_once_a_day() -> None:
    watch = Watch()
    watch.see(DOWN, minutes=10)
    assert len(watch.told) == 1
    notes = watch.see(DOWN, minutes=3 * 24 * 60)
    assert len(notes) == 3
    assert all("仍未恢复" in note for note in notes)
    assert len(Watch().see(FAILING, minutes=3 * 24 * 60)) == 1


def test_from_failing_to_down_is_worse_not_over() -> None:
    watch = Watch()
    watch.see(FAILING, minutes=30)
    [worse] = watch.see(DOWN, minutes=30)
    assert "加重" in worse


def test_a_network_that_is_gone_ends_no_other_trouble() -> None:
    watch = Watch()
    watch.see(FAILING, minutes=30)
    [gone] = watch.see(finding("no_network", "red", ""), minutes=120)
    assert "恢复" not in gone
    [back] = watch.see(FAILING, minutes=120)
    assert "no_network" in back
    assert "1 项恢复" in back


SILENT = {
    "the service itself": finding("service_down", "red", ""),
    "no channel": finding("no_channel", "yellow", ""),
    "dead alerts, which are told one by one": finding("alerts_dead", "red", ""),
}


@pytest.mark.parametrize("found", SILENT.values(), ids=SILENT)
def test_what_is_not_told_as_a_finding(found: Finding) -> None:
    assert Watch().see(found, minutes=60) == []


def test_dead_alerts_that_stay_are_said_again_daily() -> None:
    assert len(Watch().see(finding("alerts_dead", "red", ""), minutes=25 * 60)) == 1


def test_a_clock_set_back_repeats_nothing_and_silences_nothing() -> None:
    watch = Watch()
    watch.see(FAILING, minutes=30)
    watch.now -= 30 * DAY
    assert watch.see(FAILING, minutes=30) == []
    assert len(watch.see(minutes=30)) == 1


def test_a_trouble_long_over_is_forgotten() -> None:
    watch = Watch()
    watch.see(FAILING, minutes=30)
    watch.see(minutes=30)
    assert watch.known
    watch.see(minutes=25 * 60)
    assert watch.known == ()


def test_what_was_told_survives_a_restart(database: Database) -> None:
    def look(now: datetime, *findings: Finding) -> int:
        def plan(known: Sequence[Standing]) -> Plan:
            return review(known, findings, now=now, remind=DAY, channels=["desk", "mail"])

        return Operators(database).review(plan, now=now)

    assert [look(NOW + n * MINUTE, FAILING) for n in range(5)] == [0, 0, 2, 0, 0]
    assert [one.told for one in Operators(database).standings()] == [True]
    rows = Outbox(database).rows("pending")
    assert [(row.kind, row.channel) for row in rows] == [("notice", "mail"), ("notice", "desk")]
    assert sum(look(NOW + HOUR + n * MINUTE) for n in range(20)) == 2
    assert sum(look(NOW + 26 * HOUR + n * MINUTE) for n in range(2)) == 0
    assert Operators(database).standings() == ()


HEARTBEATS: dict[str, tuple[str, str, date | None]] = {
    "before its time": ("09:07", "2026-03-02T09:06:59", None),
    "at its time": ("09:07", "2026-03-02T09:07:00", date(2026, 3, 2)),
    "after a short outage": ("09:07", "2026-03-02T15:00:00", date(2026, 3, 2)),
    "after a long outage": ("09:07", "2026-03-02T15:08:00", None),
    "never": ("", "2026-03-02T09:07:00", None),
}


@pytest.mark.parametrize(("at", "now", "day"), HEARTBEATS.values(), ids=HEARTBEATS)
def test_when_the_heart_beats(at: str, now: str, day: date | None) -> None:
    assert heartbeat_is_due(at, datetime.fromisoformat(now).replace(tzinfo=SHANGHAI)) == day


def test_the_heartbeat_tells_yesterday_in_figures() -> None:
    rows = [
        CoverageRow(
            day=date(2026, 3, 1),
            portal="gscn",
            source_url="list",
            counts={"looked": 90, "new": 3, "archived": 3, "relevant": 1, "alerted": 1, "look_failed:dns": n},
        )
        for n in (0, 2)
    ]
    note = heartbeat_note(date(2026, 3, 1), rows, [], 31)
    assert note.startswith("一切正常 all quiet")
    for words in ("2026-03-01", "180 次", "failed 2", "relevant 2", "31/31"):
        assert words in note
    ill = heartbeat_note(date(2026, 3, 1), [], [DOWN], 31)
    assert ill.startswith("有 1 项异常")
    assert "30/31" in ill
    assert DOWN.chinese in ill


def test_a_heartbeat_is_owed_once_a_day(database: Database) -> None:
    wanted, clock = OperatorsSection(channels=("desk",), heartbeat="09:07"), [NOW]
    for half_hours in range(50):
        clock.append(NOW + half_hours * HOUR / 2)
        # A new one each time: the service was restarted.
        Reporter(database, wanted, channels=1, tick_seconds=15, clock=lambda: clock[-1]).report()
    rows = [row for row in Outbox(database).rows() if row.about.startswith("heartbeat")]
    assert [f"{row.created_at:%d %H:%M}" for row in rows] == ["03 09:30", "02 09:30"]
    assert {row.kind for row in rows} == {"notice"}
