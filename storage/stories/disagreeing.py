"""Where reports of one story give different figures for the same thing. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from storage.values.model import Fact, Qualifier

ABOUT = 0.1
"""How far a rounded figure (约, 近, 多) may be from an exact one that says the same."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ToldFigure:
    """A figure as one report gives it."""

    article_id: int
    value: float
    qualifier: Qualifier
    words: str
    """The exact words of the report."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Disagreement:
    """A measure for which reports of one story give figures that cannot all be true of the same moment."""

    measure: str
    substance: str | None
    unit: str
    figures: tuple[ToldFigure, ...]
    """Every report's, the first publisher's first."""


def disagreements(reports: Sequence[tuple[int, Sequence[Fact]]]) -> tuple[Disagreement, ...]:
    """What the reports, given in the order in which they stood there, tell differently.

    Two reports differ in a measure when no figure of one agrees with a figure of the other: a total and a part of it may stand
    side by side in one report. Goals, doubtful figures, and those of other periods or places are left out.
    """
    by_measure: dict[tuple[str, str | None, str], dict[int, list[Fact]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for article_id, facts in reports:
        for one in facts:
            if not one.target and not one.uncertain:
                by_measure[one.measure, one.substance, one.unit][article_id].append(one)
    return tuple(
        Disagreement(measure=measure, substance=substance, unit=unit, figures=tuple(_told(of)))
        for (measure, substance, unit), of in by_measure.items()
        if any(_differ(mine, theirs) for mine, theirs in combinations(of.values(), 2))
    )


def _told(of: Mapping[int, Sequence[Fact]]) -> Iterable[ToldFigure]:
    for article_id, facts in of.items():
        for value, one in {fact.value: fact for fact in facts}.items():
            yield ToldFigure(article_id=article_id, value=value, qualifier=one.qualifier, words=one.evidence)


def _differ(some: Sequence[Fact], others: Sequence[Fact]) -> bool:
    """Whether they speak of the same, and never agree."""
    alike = [(one, other) for one in some for other in others if _comparable(one, other)]
    return bool(alike) and not any(_agree(one, other) for one, other in alike)


def _comparable(one: Fact, other: Fact) -> bool:
    pairs = (
        (one.period_from, other.period_from),
        (one.period_to, other.period_to),
        (one.place, other.place),
        (one.basis, other.basis),
    )
    return all(mine is None or theirs is None or mine == theirs for mine, theirs in pairs)


def _agree(one: Fact, other: Fact) -> bool:
    if one.value == other.value:
        return True
    if one.qualifier == other.qualifier == "exact":
        return False
    return abs(one.value - other.value) <= ABOUT * max(abs(one.value), abs(other.value))
