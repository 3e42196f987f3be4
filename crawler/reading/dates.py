"""Times as Chinese pages print them, read exactly or not at all; never by a fuzzy parser.

All times are Asia/Shanghai unless an offset is printed. Impossible dates (2026-38-15) are refused. Two-digit years
(20-06-15 17:53) are read as 20xx and only where a time of day stands beside them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from storage import SHANGHAI, Precision

_GAP = r"[\s\u3000\xa0]*"
_CLOCK = (
    rf"(?P<half>上午|下午|晚上|中午|凌晨)?{_GAP}(?P<hour>[0-2]?\d){_GAP}[:：时]{_GAP}(?P<minute>[0-5]\d)"
    rf"(?:{_GAP}[:：分]{_GAP}(?P<second>[0-5]\d)(?:\.\d+|秒)?|分)?(?:{_GAP}(?P<zone>Z|[+-]\d\d:?\d\d)(?!\d))?"
)
_DATE = (
    rf"(?P<year>(?:19|20)\d\d){_GAP}(?:[-/.－—]|年|\s){_GAP}(?P<month>\d{{1,2}}){_GAP}(?:[-/.－—]|月){_GAP}"
    rf"(?P<day>\d{{1,2}})(?:{_GAP}日)?"
)
# The day has two digits when the clock follows without a gap: 2005.08.2605:39.
_FULL = re.compile(
    rf"(?<![\d.]){_DATE}(?:(?:(?<=日)|(?<=\d\d)|(?=[^\d])){_GAP}(?:T|,|，|[（(]?(?:星期|周).[)）]?|\||[-—])?{_GAP}{_CLOCK})?(?![\d%])"
)
_SHORT = re.compile(rf"(?<![\d.:年-])(?P<year>\d\d)-(?P<month>\d\d)-(?P<day>\d\d){_GAP}{_CLOCK}(?!\d)")
_YEARLESS = re.compile(rf"(?<![\d.:年/-])(?P<month>\d\d)[-/月](?P<day>\d\d)日?{_GAP}{_CLOCK}(?!\d)")
# 二〇〇九年三月五日, as official notices and old pages write it.
_HAN_DAY = re.compile(
    r"(?P<year>[一二][〇○零一二三四五六七八九]{3})年(?P<month>十?[一二三四五六七八九十])月(?P<day>[一二三]?十?[一二三四五六七八九十])日"
)
_HAN_FIGURES = {figure: str(number) for number, figure in enumerate("〇一二三四五六七八九")} | {
    "○": "0",
    "零": "0",
}
STAMP = re.compile(
    r"(?:(?:20|19)\d\d\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}\s?日?|\d\d-\d\d-\d\d)"
    r"[\sT（(]*(?:(?:星期|周).)?[\s）)]*\d{1,2}\s?[:：时]\s?\d\d"
)
"""A quick look whether a text prints a day with a time of day."""
_COMPACT = re.compile(
    r"(?<!\d)(?P<year>20\d\d)(?P<month>[01]\d)(?P<day>[0-3]\d)(?:(?P<hour>[0-2]\d)(?P<minute>[0-5]\d)(?P<second>[0-5]\d))?(?!\d)"
)
_LATER = re.compile(
    r"(?:更新|修改|修订|编辑时间|截至|截止|有效期|当前|现在|今天是|下载|updat|modif)[^\d]{0,8}$",
    re.IGNORECASE,
)

# In an address: /2020/06/15/, /2020-06/15/, /20200615/, /202006/t20200615_, /2020/0615/.
_URL_DAYS = (
    re.compile(r"/t(?P<year>20\d\d)(?P<month>\d\d)(?P<day>\d\d)_"),
    re.compile(r"[/_](?P<year>(?:19|20)\d\d)[-/]?(?P<month>\d\d)[-/]?(?P<day>\d\d)(?=[/_.-]|$)"),
    re.compile(r"/(?P<year>(?:19|20)\d\d)-(?P<month>\d{1,2})-(?P<day>\d{1,2})/"),
)
_ID_TIMES = (
    (re.compile(r"(?<![0-9a-f])(?P<id>[4-7][0-9a-f]{7})[0-9a-f]{16}(?![0-9a-f])"), 16, 1),
    (re.compile(r"(?<=[g-z])(?P<id>[4-7][0-9a-f]{7})(?=-\d)"), 16, 1),
    (re.compile(r"(?<!\d)(?P<id>1[0-9]{15})(?!\d)"), 10, 1_000_000),
    (re.compile(r"(?<!\d)(?P<id>1[0-9]{12})(?!\d)"), 10, 1000),
)
_OLDEST_ID = datetime(2008, 1, 1, tzinfo=SHANGHAI)
_LONGEST_VALUE = 80
_OLDEST = datetime(1994, 1, 1, tzinfo=SHANGHAI)


@dataclass(frozen=True, slots=True)
class Moment:
    """One printed time."""

    at: datetime
    precision: Precision
    start: int
    end: int
    """Where it stands in the text it was read from."""
    line: int = -1
    """The number of the line it is printed in, where it is printed in one."""


def moments(text: str, *, latest: datetime, changed: bool = False) -> Iterator[Moment]:
    """Every complete time printed in a short text, in order; none later than `latest`.

    Times of a change (更新时间) are left out unless `changed` asks for them.
    """
    for pattern in (_FULL, _SHORT):
        found = False
        for match in pattern.finditer(text):
            moment = _moment(match, latest)
            if moment is not None and (changed or not _is_later(text, match.start())):
                found = True
                yield moment
        if found:
            return
    yield from _in_characters(text, latest)


def _is_later(text: str, start: int) -> bool:
    return _LATER.search(text, max(0, start - 16), start) is not None


def _in_characters(text: str, latest: datetime) -> Iterator[Moment]:
    for match in _HAN_DAY.finditer(text) if "年" in text else ():
        year = "".join(_HAN_FIGURES[figure] for figure in match["year"])
        figures = f"{year}-{_figure(match['month'])}-{_figure(match['day'])}"
        if (plain := _FULL.fullmatch(figures)) and (moment := _moment(plain, latest)):
            yield Moment(moment.at, "day", *match.span())


def _figure(characters: str) -> int:
    """十 is 10, 十五 is 15, 三十一 is 31."""
    tens, ten, ones = characters.rpartition("十")
    return int(_HAN_FIGURES[tens] if tens else bool(ten)) * 10 + int(_HAN_FIGURES[ones] if ones else 0)


def yearless(text: str, *, near: datetime, latest: datetime) -> Moment | None:
    """A time without a year (06-15 17:53), put into the year that `near` tells."""
    match = _YEARLESS.search(text)
    if match is None:
        return None
    for year in (near.year, near.year - 1):
        moment = _moment(match, latest, year=year)
        if moment is not None:
            return moment
    return None


def exact(text: str, *, latest: datetime) -> Moment | None:
    """The time that a whole value (meta content, attribute) stands for."""
    text = text[:_LONGEST_VALUE]
    moment = next(moments(text, latest=latest), None)
    if moment is None and (match := _COMPACT.fullmatch(text.strip())):
        return _moment(match, latest)
    return moment


def since_1970(digits: str, *, latest: datetime) -> Moment | None:
    """The time that seconds or milliseconds since 1970 stand for, as scripts write them."""
    if not re.fullmatch(r"1\d{9}(?:\d{3})?", digits):
        return None
    at = datetime.fromtimestamp(int(digits[:10]), SHANGHAI)
    return Moment(at, "minute", 0, 0) if at <= latest else None


def in_address(url: str, *, latest: datetime) -> Moment | None:
    """The day that an address names, if it names one."""
    for pattern in _URL_DAYS:
        for match in pattern.finditer(url):
            moment = _moment(match, latest)
            if moment is not None:
                return moment
    return None


def in_identifier(url: str, *, latest: datetime) -> Moment | None:
    """The time that an article's id carries: seconds in hex, an ObjectId, milliseconds or microseconds since 1970.

    It is when the article was made, which may be some minutes before it was published.
    """
    for pattern, base, unit in _ID_TIMES:
        for match in pattern.finditer(url):
            at = datetime.fromtimestamp(int(match.group("id"), base) / unit, SHANGHAI)
            if _OLDEST_ID <= at <= latest:
                return Moment(at, "minute", 0, 0)
    return None


def _moment(match: re.Match[str], latest: datetime, *, year: int | None = None) -> Moment | None:
    parts = match.groupdict()
    if year is None:
        year = int(parts["year"])
        year += 2000 if year < 100 else 0
    hour = parts.get("hour")
    try:
        at = datetime(
            year,
            int(parts["month"]),
            int(parts["day"]),
            _hour(int(hour or 0), parts.get("half")),
            int(parts.get("minute") or 0),
            int(parts.get("second") or 0),
            tzinfo=_zone(parts.get("zone")),
        ).astimezone(SHANGHAI)
    except (ValueError, OverflowError):
        return None
    if not _OLDEST <= at <= latest + timedelta(days=1):
        return None
    midnight = parts.get("second") and at.hour == at.minute == at.second == 0  # filled in, not printed
    return Moment(at, "minute" if hour and not midnight else "day", match.start(), match.end())


def _hour(hour: int, half: str | None) -> int:
    return hour + 12 if half in ("下午", "晚上") and hour < 12 else hour


def _zone(printed: str | None) -> tzinfo:
    if not printed:
        return SHANGHAI
    if printed == "Z":
        return UTC
    sign = -1 if printed[0] == "-" else 1
    digits = printed[1:].replace(":", "")
    return timezone(sign * timedelta(hours=int(digits[:2]), minutes=int(digits[2:])))
