"""What breaks without an error is told from its history, within one run."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from scheduler.breakage import expected_looks, silences
from scheduler.health import diagnose
from storage import SHANGHAI, Database, Mark, Quality, Rhythm, SourceState, changes
from storage.watch.habits import SLOTS
from storage.watch.quality import FIELDS, is_garbled, mark_of, mark_of_failure, pressed, unpressed
from tests.specimens import BODY, DAY, HOUR, NOW, fill, result, watch
from tests.test_health import SOURCE, WELL

MONDAY = NOW.astimezone(SHANGHAI).replace(hour=0, minute=0)
OFFICE = tuple(14.0 if 9 <= slot < 18 else 0.0 for slot in range(SLOTS))
"""One look with news in each hour from 9 to 18 of the working days of long."""
USUAL = Rhythm(items=OFFICE, times=OFFICE, days=(14.0, 5.6))


def seen(source_id: int, *, last_new: datetime, last_ok: datetime, **more: Any) -> SourceState:
    told: dict[str, Any] = {
        "url": f"{SOURCE.url}/{source_id}",
        "next_check_at": last_ok,
        "last_ok_at": last_ok,
    } | more
    return replace(SOURCE, id=source_id, last_new_at=last_new, **told)


def at(hour: int, day: int = 0) -> datetime:
    """An hour, so many days after a Monday."""
    return MONDAY + day * DAY + hour * HOUR


class TestSilence:
    @pytest.mark.parametrize(
        ("begin", "end", "least", "most"),
        [
            (at(9), at(18), 7.5, 9.5),
            (at(18), at(8, day=1), 0.0, 1.0),
            (at(18, day=4), at(8, day=7), 0.0, 1.0),
            (at(18, day=4), at(18, day=7), 7.5, 9.5),
            (at(9), at(9) + 1000 * DAY, 100.0, 2000.0),
        ],
    )
    def test_what_the_rhythm_lets_one_expect(
        self, begin: datetime, end: datetime, least: float, most: float
    ) -> None:
        assert least <= expected_looks(USUAL, begin, end) <= most

    @pytest.mark.parametrize(
        ("last_new", "last_ok", "kind"),
        {
            "a night is no silence": (at(18), at(8, day=1), None),
            "a weekend is no silence": (at(18, day=4), at(9, day=7), None),
            "a working day is": (at(9), at(18, day=0), "silent"),
            "a lunch break is not": (at(11), at(14), None),
            "nothing was seen since, so nothing is known": (at(9), at(10), None),
        }.values(),
    )
    def test_against_its_own_week(self, last_new: datetime, last_ok: datetime, kind: str | None) -> None:
        source = seen(1, last_new=last_new, last_ok=last_ok)
        found = silences([source], {1: USUAL}).sources
        assert [silence.kind for silence in found] == ([kind] if kind else [])

    def test_a_frozen_list_is_known_by_its_neighbours(self) -> None:
        frozen = seen(1, last_new=at(9), last_ok=at(18))
        lively = seen(2, last_new=at(17), last_ok=at(18))
        [finding] = diagnose(replace(WELL, now=at(18), beats=fresh(at(18)), sources=(frozen, lively), rhythms={1: USUAL, 2: USUAL}))  # fmt: skip
        assert (finding.code, finding.subject) == ("source_frozen", f"{frozen.portal} {frozen.url}")

    def test_a_source_just_back_is_given_time(self) -> None:
        source = seen(1, last_new=at(9), last_ok=at(18), recovered_at=at(15))
        assert silences([source], {1: USUAL}).sources == ()

    def test_who_fails_is_not_called_silent_too(self) -> None:
        source = seen(1, last_new=at(9), last_ok=at(18), failures=1, last_outcome="http_500")
        assert silences([source], {1: USUAL}).sources == ()

    @pytest.mark.parametrize(
        "rhythm",
        [
            None,
            replace(USUAL, times=tuple(times / 100 for times in OFFICE)),
            replace(USUAL, days=(1.5, 0.0)),
        ],
    )
    def test_without_history_nothing_is_silent(self, rhythm: Rhythm | None) -> None:
        known = {} if rhythm is None else {1: rhythm}
        assert silences([seen(1, last_new=at(9), last_ok=at(18))], known).sources == ()

    def test_a_holiday_is_said_once(self) -> None:
        sources = tuple(
            seen(n, last_new=at(9), last_ok=at(18, day=1), portal=f"portal{n}", host=f"{n}.example")
            for n in range(5)
        )
        vitals = replace(WELL, now=at(18, day=1), beats=fresh(at(18, day=1)), sources=sources, rhythms=dict.fromkeys(range(5), USUAL))  # fmt: skip
        assert [finding.code for finding in diagnose(vitals)] == ["all_silent"]


def fresh(now: datetime) -> Mapping[str, Any]:
    return {name: replace(beat, at=now) for name, beat in WELL.beats.items()}


GOOD = Mark(charset="gb18030", outcome="article")


def history(*last: Mark, pages: int = 100, **having: int) -> Quality:
    return Quality(
        last=last, pages=pages, having=dict.fromkeys(FIELDS, pages) | having, charsets={"gb18030": pages}
    )


def lacking(*names: str, **more: Any) -> Mark:
    return replace(GOOD, lacks=frozenset(names), **more)


BROKEN: dict[str, tuple[Quality, list[str]]] = {
    "as ever": (history(GOOD, GOOD, GOOD), []),
    "one slip": (history(GOOD, GOOD, lacking("timed")), []),
    "two without a time": (history(GOOD, lacking("timed"), lacking("timed")), ["timed"]),
    "a redesign": (
        history(*[lacking("timed", "credited", "bodied")] * 3),
        ["timed", "credited", "bodied"],
    ),
    "never had a 来源": (history(*[lacking("credited")] * 10, credited=0), []),
    "half had a 来源": (history(*[lacking("credited")] * 3, credited=50), []),
    "half had a 来源, ten have none": (history(*[lacking("credited")] * 10, credited=50), ["credited"]),
    "it is over": (history(*[lacking("timed")] * 5, GOOD), []),
    "the charset switched": (history(*[replace(GOOD, charset="utf-8")] * 2), ["charset"]),
    "garbled": (history(*[lacking("sound")] * 3), ["sound"]),
    "pages blocked": (history(*[lacking("readable", charset="", outcome="blocked")] * 3), ["readable"]),
    "a new source": (history(*[lacking("timed")] * 10, pages=9), []),
    "nothing read yet": (Quality(), []),
}


@pytest.mark.parametrize(("quality", "fields"), BROKEN.values(), ids=BROKEN)
def test_pages_read_worse_than_before(quality: Quality, fields: list[str]) -> None:
    assert [one.field for one in changes(quality)] == fields


@pytest.mark.parametrize(
    ("case", "code", "words"),
    [
        ("a redesign", "fields_lost", "时分 2/2、来源 2/2、正文 2/2"),
        ("the charset switched", "charset_changed", "gb18030 → utf-8"),
        ("garbled", "garbled", "2 篇有乱码"),
        ("pages blocked", "pages_unreadable", "blocked"),
    ],
)
def test_they_are_told_by_name(case: str, code: str, words: str) -> None:
    [finding] = diagnose(replace(WELL, qualities={SOURCE.id: BROKEN[case][0]}))
    assert (finding.code, finding.level) == (code, "yellow")
    assert words in finding.chinese


def test_marks_are_kept_as_one_line() -> None:
    marks = (GOOD, lacking("timed", "sound"), Mark(lacks=frozenset({"readable"}), outcome="layout"))
    assert unpressed(pressed(marks)) == marks
    assert unpressed("") == ()


MOJIBAKE = {
    "replacement characters": "\ufffd\ufffd" + "禁毒宣传进校园" * 5,
    "the famous pair": "锟斤拷锟斤拷 2026",
    "UTF-8 read as Latin-1": BODY.encode().decode("latin-1"),
    "UTF-8 read as GB": BODY.encode().decode("gb18030", "ignore"),
    "private use": "\ue123\ue124" + "青云" * 20,
}


@pytest.mark.parametrize("text", MOJIBAKE.values(), ids=MOJIBAKE)
def test_garbled_text(text: str) -> None:
    assert is_garbled(text)


@pytest.mark.parametrize(
    "text", ["", BODY, "查获冰毒 3.5 kg·«行动» ±0.1 °C", "Naïve café news", "马云腾、张鹏程、李雪琴" * 3]
)
def test_sound_text(text: str) -> None:
    assert not is_garbled(text)


def test_what_a_page_lacks() -> None:
    assert mark_of(result()).lacks == frozenset()
    poor = result(published_at=None, source=None, text="", charset_from="meta!", charset="utf-8")
    assert mark_of(poor).lacks == {"dated", "timed", "credited", "bodied", "sound"}
    assert mark_of(result(precision="day")).lacks == {"timed"}
    assert mark_of(result(text="", outcome="video")).lacks == frozenset()
    assert mark_of_failure("layout") == Mark(lacks=frozenset({"readable"}), outcome="layout")
    assert mark_of_failure("timeout") is None


def test_a_redesign_shows_within_one_run(database: Database) -> None:
    ledger, _, pending = watch(database, *range(1, 29))
    fill(database, [result(n, link=link) for n, link in enumerate(pending[:25], 1)])
    [quality] = ledger.qualities(NOW + DAY).values()
    assert (changes(quality), len(quality.last), quality.pages) == ((), 12, 13)
    fill(database, [result(n + 100, link=link, source=None) for n, link in enumerate(pending[25:], 1)])
    [quality] = ledger.qualities(NOW + DAY).values()
    assert quality.charsets == {"gb18030": 16}
    # Twenty pages before the last are needed; here the history is a fixture's.
    known = replace(quality, pages=60, having={name: n + 44 for name, n in quality.having.items()})
    assert [(one.field, one.lacking, one.of) for one in changes(known)] == [("credited", 2, 2)]
