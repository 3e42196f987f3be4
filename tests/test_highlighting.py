"""Which letters of a text are marked, and as what."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.web.highlighting import Piece, figure_id, highlighted, highlighted_title
from scheduler.web.watched import watched
from storage import Evidence, Fact, LooksOfDay, Step, Verdict

TEXT = "查获毒品\n海洛因1.2公斤，毒品已封存"


def verdict(*spans: tuple[str, int, int]) -> Verdict:
    evidence = (
        Evidence(term="毒品", weight=1.5, where=where, start=start, end=end) for where, start, end in spans
    )  # type: ignore[arg-type]
    return Verdict(relevant=True, score=1.0, evidence=tuple(evidence))


def fact(start: int, end: int, words: str | None = None) -> Fact:
    told = TEXT[start:end] if words is None else words
    return Fact(measure="drugs_seized", value=1.0, unit="gram", evidence=told, start=start, end=end)


def pieces(shown: Verdict, *facts: Fact) -> list[list[tuple[str, str, str]]]:
    return [
        [(piece.text, piece.figure, piece.reason) for piece in paragraph.pieces]
        for paragraph in highlighted(TEXT, shown, facts)
    ]


def test_evidence_and_figures_stand_in_their_paragraphs() -> None:
    assert pieces(verdict(("text", 2, 4)), fact(5, 13)) == [
        [("查获", "", ""), ("毒品", "", "毒品 +1.5")],
        [("海洛因1.2公斤", "f1", ""), ("，毒品已封存", "", "")],
    ]


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [(5, 13, "海洛因12公斤"), (99, 120, "x"), (-3, -1, "x")],
    ids=["of another version", "beyond the text", "before it"],
)
def test_a_figure_whose_words_are_not_there_marks_nothing(start: int, end: int, words: str) -> None:
    assert {piece[1] for line in pieces(verdict(), fact(start, end, words)) for piece in line} == {""}


def test_one_headline_has_its_own_evidence() -> None:
    shown = highlighted_title("毒品案", verdict(("title", 0, 2), ("text", 2, 3)))
    assert shown == (Piece("毒品", reason="毒品 +1.5"), Piece("案"))
    assert highlighted_title("", verdict()) == ()


@given(
    st.lists(st.tuples(st.sampled_from(["text", "title"]), st.integers(-5, 40), st.integers(-5, 40))),
    st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20))),
)
def test_no_letter_is_lost_or_doubled(
    spans: list[tuple[str, int, int]], figures: list[tuple[int, int]]
) -> None:
    told = highlighted(TEXT, verdict(*spans), [fact(*span) for span in figures])
    assert "\n".join("".join(piece.text for piece in one.pieces) for one in told) == TEXT
    known = {figure_id(number + 1) for number in range(len(figures))}
    assert {piece.figure for one in told for piece in one.pieces} <= {"", *known}


MONDAY = date(2026, 3, 2)


def looks(day: date, looked: int, failed: int = 0) -> LooksOfDay:
    return LooksOfDay(day=day, looked=looked, failed=failed)


@pytest.mark.parametrize(
    ("days", "level", "share"),
    [
        ([], 0, 0.0),
        ([looks(MONDAY, 0)], 0, 0.0),
        ([looks(MONDAY, 1)], 1, 1 / 7),
        ([looks(MONDAY + timedelta(days=n), 4) for n in range(7)], 4, 1.0),
        ([looks(MONDAY + timedelta(days=n), 4, 2) for n in range(7)], 2, 0.5),
        ([looks(MONDAY + timedelta(days=n), 1, 1) for n in range(7)], 1, 0.0),
        ([looks(MONDAY - timedelta(days=1), 4), looks(MONDAY + timedelta(days=7), 4)], 0, 0.0),
    ],
    ids=["nothing", "no look", "one day", "all", "half failed", "all failed", "other weeks"],
)
def test_how_well_a_week_was_watched(days: list[LooksOfDay], level: int, share: float) -> None:
    one = watched(days, [MONDAY], "week", today=date(2026, 4, 1))[MONDAY]
    assert (one.level, one.share) == (level, pytest.approx(share))
    assert one.words


@pytest.mark.parametrize(("step", "passed"), [("day", 1), ("week", 3), ("month", 4), ("year", 63)])
def test_days_to_come_are_not_missed(step: Step, passed: int) -> None:
    begin = {"day": MONDAY, "week": MONDAY, "month": date(2026, 3, 1), "year": date(2026, 1, 1)}[step]
    assert watched([], [begin], step, today=date(2026, 3, 4))[begin].of_days == passed
