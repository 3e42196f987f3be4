"""Bounds on figures, such as `海洛因>=1kg`: read from what a person wrote, held against facts. Pure.

A bound is met by one fact alone, never by a sum. 超 and 近 count: "nearly 1 kg" does not meet `>=1kg`, "over 1 kg" meets `>1kg`.
"""

import difflib
import operator
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from storage.search.terms import fold
from storage.values.model import Fact, Qualifier

Op: TypeAlias = Literal[">=", ">", "<=", "<", "="]

EXAMPLES = "海洛因>=1kg, 缴获冰毒>500克, 抓获>=10人"
_NUMBER = re.compile(r"(?P<number>\d+(?:\.\d+)?)(?P<scale>[十百千]?[万亿]|千(?!克))?(?P<unit>.*)")
_SPLIT = re.compile(r"(?P<what>[^<>=≥≤]+?)\s*(?P<op>>=|<=|≥|≤|>|<|=)\s*(?P<value>[^<>=≥≤]+)")
_OPS: Mapping[str, Op] = {">=": ">=", "≥": ">=", ">": ">", "<=": "<=", "≤": "<=", "<": "<", "=": "="}
_SCALES: Mapping[str, float] = {
    "": 1, "千": 1e3, "万": 1e4, "十万": 1e5, "百万": 1e6, "千万": 1e7, "亿": 1e8, "十亿": 1e9, "百亿": 1e10, "千亿": 1e11,
}  # fmt: skip
_COMPARE: Mapping[Op, Callable[[tuple[float, int], tuple[float, int]], bool]] = {
    ">=": operator.ge,
    ">": operator.gt,
    "<=": operator.le,
    "<": operator.lt,
    "=": operator.eq,
}
_LEANING: Mapping[Qualifier, int] = {"over": 1, "nearly": -1, "under": -1}
"""Whether a figure is a little more or less than its number says."""


class FigureError(ValueError):
    """A bound cannot be read; the text says how to write it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FigureWords:
    """What the words of a bound stand for; all words folded."""

    measures: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Word → name of the measure and the unit its values are kept in."""
    substances: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, tuple[str, float]] = field(default_factory=dict)
    """Word → unit of facts and how many of it one is; the unit `*` fits any measure that is counted in pieces."""

    def joined(self, other: "FigureWords") -> "FigureWords":
        """These words and others; a word that both have keeps its meaning here."""
        return FigureWords(
            measures={**other.measures, **self.measures},
            substances={**other.substances, **self.substances},
            units={**other.units, **self.units},
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Bound:
    """What a figure must be."""

    measure: str = ""
    """Empty: whatever was measured of the substance."""
    substance: str = ""
    """Empty: of whatever substance, or none."""
    op: Op
    value: float
    """In `unit`, a base unit: grams, persons, cases, yuan."""
    unit: str


def parse_bound(written: str, words: FigureWords) -> Bound:
    """Read a bound. Raises FigureError with one line that says what to write."""
    folded = fold(written).replace(" ", "").replace(",", "")
    match = _SPLIT.fullmatch(folded)
    if match is None:
        raise FigureError(
            f"{written!r}: 写成“名称 比较 数值单位” (write a name, a comparison and a value): {EXAMPLES}"
        )
    measure, substance = _what(match["what"], written, words)
    number = _NUMBER.fullmatch(match["value"])
    if number is None:
        raise FigureError(f"{written!r}: {match['value']} 不是数值 (not a value); write {EXAMPLES}")
    unit, factor = _unit(number["unit"], measure, written, words)
    value = float(number["number"]) * _SCALES[number["scale"] or ""] * factor
    return Bound(measure=measure, substance=substance, op=_OPS[match["op"]], value=value, unit=unit)


def meets(fact: Fact, bound: Bound) -> bool:
    """Whether a fact may be asserted and is what the bound asks for."""
    return (
        not fact.uncertain
        and not fact.target
        and fact.unit == bound.unit
        and (not bound.measure or fact.measure == bound.measure)
        and (not bound.substance or bound.substance in (fact.substance or "").split("+"))
        and _COMPARE[bound.op]((fact.value, _LEANING.get(fact.qualifier, 0)), (bound.value, 0))
    )


def any_meets(facts: Iterable[Fact], bounds: Iterable[Bound]) -> bool:
    """Whether one of the facts meets one of the bounds."""
    bounds = tuple(bounds)
    return any(meets(fact, bound) for fact in facts for bound in bounds)


def _what(what: str, written: str, words: FigureWords) -> tuple[str, str]:
    """Measure and substance; one of them may be empty."""
    if what in words.substances:
        return "", words.substances[what]
    if what in words.measures:
        return words.measures[what][0], ""
    for at in range(1, len(what)):
        if what[:at] in words.measures and what[at:] in words.substances:
            return words.measures[what[:at]][0], words.substances[what[at:]]
    close = difflib.get_close_matches(what, [*words.measures, *words.substances], n=1, cutoff=0.4)
    hint = f"; did you mean {close[0]}?" if close else f"; write such as {EXAMPLES}"
    raise FigureError(f"{written!r}: 不认识 {what} (unknown figure or substance{hint})")


def _unit(word: str, measure: str, written: str, words: FigureWords) -> tuple[str, float]:
    own = next((unit for name, unit in words.measures.values() if name == measure), "")
    if not word and own and own != "gram":
        return own, 1
    if not word:
        raise FigureError(f"{written!r}: 缺单位 (the unit is missing); write such as {EXAMPLES}")
    unit, factor = words.units.get(word, ("", 1.0))
    if unit == "*" and own:
        unit = own
    if not unit or unit == "*":
        raise FigureError(f"{written!r}: 不认识单位 {word} (unknown unit); write such as {EXAMPLES}")
    if own and unit != own and not (own == "gram" and unit == "tablet"):
        raise FigureError(f"{written!r}: 单位 {word} 不合适 (the unit does not fit: counted in {own})")
    return unit, factor
