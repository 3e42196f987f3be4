"""Which figures of two reports cannot both be true."""

from dataclasses import replace
from typing import Any

import pytest

from storage import SHANGHAI, Fact
from storage.stories.disagreeing import disagreements
from tests.specimens import DAY, NOW, SEIZED

MORE = replace(SEIZED, value=1500.0)
YEAR: Any = {"period_from": NOW.astimezone(SHANGHAI) - 300 * DAY, "period_to": NOW.astimezone(SHANGHAI)}
ALIKE: dict[str, tuple[list[Fact], list[Fact]]] = {
    "the same": ([SEIZED], [SEIZED]),
    "a part beside the total": ([SEIZED, replace(SEIZED, value=300.0)], [SEIZED]),
    "another substance": ([SEIZED], [replace(MORE, substance="ketamine")]),
    "another unit": ([SEIZED], [replace(MORE, unit="person")]),
    "rounded": ([SEIZED], [replace(SEIZED, value=1250.0, qualifier="about")]),
    "a goal": ([SEIZED], [replace(MORE, target=True)]),
    "doubtful": ([SEIZED], [replace(MORE, uncertain="no unit")]),
    "of another place": ([replace(SEIZED, place="甘肃省")], [replace(MORE, place="云南省")]),
    "of a year": ([replace(SEIZED, period_from=NOW, period_to=NOW)], [replace(MORE, **YEAR)]),
    "in one report": ([SEIZED, MORE], []),
    "none": ([], []),
}


@pytest.mark.parametrize(("one", "other"), ALIKE.values(), ids=ALIKE)
def test_nothing_to_tell(one: list[Fact], other: list[Fact]) -> None:
    assert disagreements([(1, one), (2, other)]) == ()


DIFFERENT: dict[str, tuple[Fact, Fact]] = {
    "plainly": (SEIZED, MORE),
    "rounded, and far": (SEIZED, replace(MORE, qualifier="over")),
    "place known to one": (replace(SEIZED, place="甘肃省"), MORE),
}


@pytest.mark.parametrize(("one", "other"), DIFFERENT.values(), ids=DIFFERENT)
def test_both_are_told(one: Fact, other: Fact) -> None:
    (told,) = disagreements([(7, [one]), (3, [other]), (5, [one])])
    assert [(figure.article_id, figure.value) for figure in told.figures] == [(7, 1200), (3, 1500), (5, 1200)]
