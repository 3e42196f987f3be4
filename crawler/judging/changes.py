"""Comparisons printed with a figure: 同比下降16.4%, 从342人减少到24人, 占全国的57%, 是5年前的1.7倍."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from crawler.judging.carrying import Count
from crawler.judging.numerals import NUMBER, read_number
from crawler.judging.phrases import Sentence
from crawler.judging.quantities import Quantity
from storage import Change

_FALL = "下降|降低|减少|降|减|锐减|骤减|缩减|回落|跌"
_RISE = "增长|上升|增加|提高|提升|增|升|上涨|扩大|攀升"
_TO = re.compile(
    rf"[^,。;0-9]{{0,6}}(?:{_FALL}|{_RISE}|锐减|骤减|压减|猛增|激增|变|发展)了?(?:到|至|为|成)[^,。;]{{0,12}}$"
)
_FROM = re.compile(r"(?:从|由)[^,。;]{0,20}$|年[^,。;]{0,3}的$")
_PERCENT = rf"{NUMBER}(?:%|个百分点)|百分之{NUMBER}|{NUMBER}成(?![员立效为都年])"
_RATE = re.compile(
    rf"(?P<against>(?:同比|环比|比上年(?:同期)?|比去年(?:同期)?|较[^,。;]{{1,14}}?|与[^,。;]{{1,14}}相比|比[^,。;]{{1,12}}?))?[均又也,]?(?:分别)?(?P<verb>{_RISE}|{_FALL}|降幅|增幅)了?(?:达到?|为|幅度达|超过|近|接近|约)*"
    rf"(?P<rates>(?:{_PERCENT})(?:(?:、|和|及)(?:{_PERCENT}))*)"
)
_TIMES = re.compile(rf"是(?P<against>[^,。;0-9]{{0,4}}[0-9]*[^,。;0-9]{{0,8}})的(?P<times>{NUMBER})倍")
_DOUBLED = re.compile(r"翻了?[一1]番")
_SHARE = re.compile(
    rf"占(?P<against>[^,。;0-9]{{0,20}}?)(?:比例?)?(?:的|为|达|是)?(?:比例[为是达])?(?P<shares>(?:{_PERCENT})(?:(?:、|和|及)(?:{_PERCENT}))*)"
)
_HOLD_BACK = re.compile(r"力争|目标|确保|计划|争取|预计")


@dataclass(frozen=True, slots=True)
class Comparison:
    """The first half of 从342人减少到24人: what it counts goes for the second number."""

    count: Count
    value: float
    start: int

    def change(self, quantity: Quantity) -> Change:
        """The change to the second number."""
        unit = "person" if "person" in quantity.families else self.count.unit
        return Change(kind="from_to", value=quantity.value, unit=unit, base=self.value)


def comparison(plain: str, sentence: Sentence, index: int, counted: Count | None) -> Comparison | None:
    """The quantity as the start of a movement that ends in the next one, or None where it stands for itself."""
    if counted is None or index + 1 >= len(sentence.quantities):
        return None
    first, second = sentence.quantities[index : index + 2]
    if not first.families.keys() & second.families.keys() or second.start - first.end > 24:
        return None
    if not _TO.fullmatch(plain, first.end, second.start):
        return None
    before = _FROM.search(plain, max(sentence.start, first.start - 24), first.start)
    return Comparison(counted, first.value, before.start()) if before else None


def rates(plain: str, start: int, end: int) -> list[tuple[int, list[Change]]]:
    """Movements in percent, shares and multiples of a sentence: where each begins, and its changes in order."""
    found = [(match.start(), _moved(match, plain, start)) for match in _RATE.finditer(plain, start, end)]
    for match in _SHARE.finditer(plain, start, end):
        values = _percents(match["shares"])
        found.append(
            (match.start(), [Change(kind="share", value=value, against=match["against"]) for value in values])
        )
    for match in _TIMES.finditer(plain, start, end):
        numeral = read_number(match["times"])
        if numeral:
            found.append(
                (
                    match.start(),
                    [Change(kind="times", value=numeral.value, unit="times", against=match["against"])],
                )
            )
    found.extend(
        (match.start(), [Change(kind="times", value=2, unit="times")])
        for match in _DOUBLED.finditer(plain, start, end)
    )
    return sorted((at, changes) for at, changes in found if changes)


def _moved(match: re.Match[str], plain: str, start: int) -> list[Change]:
    against = match["against"] or ""
    verb = match["verb"]
    kind: Literal["up", "down", "target"] = "down" if re.fullmatch(f"{_FALL}|降幅", verb) else "up"
    if _HOLD_BACK.search(plain, max(start, match.start() - 10), match.start()):
        kind = "target"
    return [Change(kind=kind, value=value, against=against) for value in _percents(match["rates"])]


def _percents(words: str) -> list[float]:
    values = (_percent(part[0]) for part in re.finditer(_PERCENT, words))
    return [value for value in values if value is not None]


def _percent(words: str) -> float | None:
    factor = 10 if words.endswith("成") else 1
    numeral = read_number(words.removeprefix("百分之").removesuffix("个百分点").rstrip("%成"))
    return round(numeral.value * factor, 4) if numeral else None


def attach(changes: Sequence[tuple[int, list[Change]]], ends: Sequence[int]) -> dict[int, Change]:
    """Which of the figures ending at `ends` each change belongs to: the last before it, or as many as there are values."""
    given: dict[int, Change] = {}
    for at, values in changes:
        before = bisect_right(ends, at)
        targets = range(max(0, before - len(values)), before)
        if len(targets) == len(values):
            for index, change in zip(targets, values, strict=True):
                given.setdefault(index, change)
    return given
