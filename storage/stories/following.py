"""When a later report tells what came next in an event: arrest, trial, sentence; further results.

A follow-up has a text of its own, so wording says nothing. What stays is the event: its case name, its place, its people,
its amounts of drugs and its day. One of these alone is chance or habit (a county has many briefs, a campaign many places);
`continues` asks for several that agree and none that contradicts. Fields that tell no single event (statistics, notices,
round-ups) have no occurrence. Pure; the same on every machine.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import combinations

from storage.identity.particulars import names_in
from storage.search.terms import fold
from storage.values.model import SHANGHAI, Article, Fact, Verdict

FOLLOWING_VERSION = 1
"""To be raised with every change of what `event_marks` gives: those of an archive are then made anew."""
EVENTFUL = frozenset(("enforcement", "trial", "international"))
"""Categories whose reports tell of one event each; the others return every year."""
LONGEST_CASE = timedelta(days=1100)
"""From the arrest to the sentence of the last instance."""
LONGEST_EVENT = timedelta(days=7)
"""A figure counted over more than a week is a statistic."""
FEWEST_DIGITS, MANY_DIGITS = 3, 4
"""Significant digits below which an amount is common (1.2 kg, 500 g), and from which on it is hardly ever met twice."""
MOST_CASES, MOST_PLACES, MOST_DAYS, MOST_AMOUNTS = 2, 6, 8, 12
"""What tells of more is a round-up of several events."""
MOST_MARKS = 32
MOST_PEOPLE_PAIRED = 4

_QUOTED_CASE = re.compile(
    "[\"“”‘'「『《]([^\"“”‘’'」』》\\n,。;]{2,14})[\"“”’'」』》]"
    "(?:系列|特大|重大|跨省|跨国|跨境|公安部|部督|省督|督办|目标|网络|团伙|贩毒|制毒|运毒|走私|贩卖|运输|制造|毒品|制贩|涉毒|武装|、|等){0,8}(?:专案|案)"
)
_NUMBERED_CASE = re.compile(r"(20\d\d-\d{1,4})号?(?:公安部|部督|省督|督办|毒品|特大){0,4}(?:目标案|专案|案)")
_SIGNS = re.compile(r"[\W_]+")
_AGENCY_OF = re.compile(
    "([\u4e00-\u9fff]{2})(?:县|市|区|州|旗)(?=公安|法院|中级|人民|检察|警方|禁毒|民警|缉毒|局)"
)
_DIVISION = re.compile("([\u4e00-\u9fff]{2,}?)(?:自治[州县旗]|[市县区州旗盟])")
_PROVINCE = re.compile("^[\u4e00-\u9fff]{2,3}(?:省|[^市]{0,3}自治区)")
_DAY = re.compile(r"(?:(20\d\d)年)?(?<!\d)(\d{1,2})月(\d{1,2})日")
_EVERYBODYS_DAYS = frozenset(((1, 1), (6, 1), (6, 3), (6, 26), (7, 1), (12, 31)))
_WEIGHT = re.compile(r"(?<![\d.])(\d{1,7}(?:\.\d{1,4})?)余?多?(吨|公斤|千克|克)(?!拉)")
_GRAMS = {"吨": 1_000_000, "公斤": 1_000, "千克": 1_000, "克": 1}


@dataclass(frozen=True, kw_only=True, slots=True)
class Occurrence:
    """What a report tells of its event."""

    cases: frozenset[str]
    """Names of the case (3.12, 猎狐7号) and numbers of a target case (2023-108)."""
    places: frozenset[str]
    """Counties and cities, the last two characters of their names: 青云县 is 青云."""
    people: frozenset[str]
    """Names as printed, and masked (张某)."""
    amounts: frozenset[tuple[str, float]]
    """What was counted and the value in base units; only amounts hardly met by chance."""
    days: frozenset[date]
    province: str | None
    told_at: datetime


def occurrence(article: Article, verdict: Verdict, facts: Iterable[Fact]) -> Occurrence | None:
    """The event a report tells of, or None for one that tells of none, or of several."""
    if not verdict.relevant or verdict.category not in EVENTFUL:
        return None
    text = fold(f"{article.title}\n{article.text}")
    told_at = article.published_at or article.fetched_at
    found = Occurrence(
        cases=frozenset(_cases(text)),
        places=frozenset({*_AGENCY_OF.findall(text), *_stems(verdict.places)}),
        people=frozenset(_people(text)),
        amounts=frozenset(_amounts(text, tuple(facts))),
        days=frozenset(_days(text, told_at.astimezone(SHANGHAI).date())),
        province=verdict.province,
        told_at=told_at,
    )
    return None if _is_round_up(found) else found


def event_marks(one: Occurrence | None) -> tuple[int, ...]:
    """Signed 64-bit numbers, of which a report of the same event shares one or more; the least that could be one event."""
    if one is None:
        return ()
    told = {*one.cases, *(_printed(amount) for amount in one.amounts)}
    marks = {f"{place} {what}" for place in one.places for what in told}
    marks |= {f"{case} {name}" for case in one.cases for name in one.people}
    if len(masked := _masked(one.people)) <= MOST_PEOPLE_PAIRED:
        marks |= {f"{place} {a} {b}" for place in one.places for a, b in combinations(sorted(masked), 2)}
    return tuple(sorted(_number(mark) for mark in marks)[:MOST_MARKS])


def continues(one: Occurrence, other: Occurrence) -> bool:
    """Whether two reports with texts of their own tell of one event; the order of the two does not matter."""
    if _contradicts(one, other):
        return False
    people, days = _masked(one.people & other.people), bool(one.days & other.days)
    amounts = one.amounts & other.amounts
    if one.cases & other.cases:
        return bool(people or amounts) or (days and bool(one.places & other.places))
    if not one.places & other.places:
        return False
    sure = len(amounts) > 1 or any(_digits(value) >= MANY_DIGITS for _, value in amounts)
    return (bool(amounts) and (bool(people) or (days and sure))) or (days and len(people) > 1)


def _contradicts(one: Occurrence, other: Occurrence) -> bool:
    provinces = {one.province, other.province} - {None, "全国"}
    if len(provinces) > 1 or abs(one.told_at - other.told_at) > LONGEST_CASE:
        return True
    return any(
        mine and theirs and not mine & theirs
        for mine, theirs in ((one.cases, other.cases), (one.places, other.places), (one.people, other.people))
    )


def _masked(people: Iterable[str]) -> frozenset[str]:
    """One name for each person, however it is printed."""
    return frozenset(f"{name[0]}某" for name in people)


def _is_round_up(one: Occurrence) -> bool:
    counted = (
        (one.cases, MOST_CASES),
        (one.places, MOST_PLACES),
        (one.days, MOST_DAYS),
        (one.amounts, MOST_AMOUNTS),
    )
    return any(len(found) > most for found, most in counted)


def _cases(text: str) -> Iterator[str]:
    for name in _QUOTED_CASE.findall(text):
        plain = _SIGNS.sub(".", name).strip(".")
        if len(plain) > 2:
            yield plain
    yield from _NUMBERED_CASE.findall(text)


def _stems(places: Iterable[str]) -> Iterator[str]:
    for place in places:
        for name in _DIVISION.findall(_PROVINCE.sub("", place)):
            yield name[-2:]


def _people(text: str) -> Iterator[str]:
    for name in names_in(text):
        yield name
        yield f"{name[0]}某"


def _amounts(text: str, facts: Sequence[Fact]) -> Iterator[tuple[str, float]]:
    """Weights as printed, since courts call a substance otherwise than the police, and whatever else was counted."""
    returning = {one.value for one in facts if one.target or _lasts(one) > LONGEST_EVENT}
    weighed = (("gram", float(number) * _GRAMS[unit]) for number, unit in _WEIGHT.findall(text))
    counted = ((one.measure, one.value) for one in facts if one.unit != "gram")
    for what, value in (*weighed, *counted):
        if value not in returning and _digits(value) >= FEWEST_DIGITS:
            yield what, round(value, 3)


def _lasts(one: Fact) -> timedelta:
    return one.period_to - one.period_from if one.period_from and one.period_to else timedelta(0)


def _digits(value: float) -> int:
    return len(f"{value:.6g}".partition("e")[0].replace(".", "").strip("0"))


def _days(text: str, told: date) -> Iterator[date]:
    """Days of the text; one without a year is the last such day before the report."""
    for year, month, day in _DAY.findall(text):
        if (int(month), int(day)) in _EVERYBODYS_DAYS:
            continue
        years = (int(year),) if year else (told.year, told.year - 1)
        possible = (_date(one, int(month), int(day)) for one in years)
        found = next((one for one in possible if one is not None and one <= told), None)
        if found is not None:
            yield found


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _printed(amount: tuple[str, float]) -> str:
    return f"{amount[0]} {amount[1]:.6g}"


def _number(mark: str) -> int:
    return int.from_bytes(
        hashlib.blake2b(mark.encode("utf-8", "replace"), digest_size=8).digest(), signed=True
    )
