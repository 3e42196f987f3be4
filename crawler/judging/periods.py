"""When a figure holds: the period printed before it, resolved against the day of publication.

Days are days in Asia/Shanghai; `period_from` is the first moment of the first day, `period_to` the last minute of the last.
A period without a year is the latest one that had begun when the report appeared.
"""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from storage import SHANGHAI

_NUM = "[0-9]{1,2}|[一二三四五六七八九十]{1,3}"
_YEAR = r"(?:19|20)[0-9]{2}年(?:度)?|[一二][九〇○零][〇○零一二三四五六七八九]{2}年|今年|去年|前年|本年|当年|上年|同年"
_MONTH = rf"(?:{_NUM})月(?:份)?|上月|本月|当月"
_DAY = rf"(?:{_NUM})[日号]"
_PERIOD = re.compile(
    rf"(?P<until>截[至止]到?(?P<year0>{_YEAR})?(?:(?P<month0>{_NUM})月)?(?:(?P<day0>{_NUM})[日号])?(?P<end0>底|末)?(?P<now>目前|现在)?)"
    rf"|(?P<span>(?P<year1>{_YEAR})(?:至|到|-|—|~)(?P<year2>{_YEAR}))"
    rf"|(?P<months>(?P<year3>{_YEAR})?(?P<m1>{_NUM})月?(?:至|到|-|—|~)(?P<m2>{_NUM})月(?:份|底)?)"
    rf"|(?P<date>(?P<year4>{_YEAR})?(?P<month4>{_MONTH})(?P<day4>{_DAY})?(?:[上中下]旬)?(?P<since4>以来|起|至今|开始)?)"
    rf"|(?P<part>(?P<year5>{_YEAR})?(?:(?P<half>上半年|下半年)|第?(?P<quarter>[一二三四1234])季度|前(?P<quarters>[一二三1-3]|两)个?季度|(?P<early>前(?P<count>{_NUM})个?月)))"
    rf"|(?P<year>(?P<year6>{_YEAR})(?P<since6>以来|至今|起|开始以来)?)"
    rf"|(?P<whole>全年|今年以来)"
    rf"|(?P<day>(?:[12][0-9]|3[01]|[1-9])日(?!均|常|夜|式|用|本|籍))"
    rf"|(?P<recent>近日|日前|目前|当日|当天|当晚|明天|明日|今天|今日|昨天|昨日|前日|(?:近|过去|最近)(?:{_NUM}|几|半)(?:年|个月)(?:来|间)?|(?:{_NUM})年来|近年来|这些年来|多年以来|多年来|十八大以来|党的(?:十八|十九|二十)大以来|近期|此次行动|专项行动以来|行动(?:开展)?以来)"
)
_SOON = timedelta(days=31)
_HAN = {char: value for value, char in enumerate("〇一二三四五六七八九")} | {"○": 0, "零": 0}


_Days = tuple[date | None, date | None]


@dataclass(frozen=True, slots=True)
class Period:
    """A time printed in the text, `text[start:end]`, and the days it means where that could be worked out."""

    start: int
    end: int
    first: date | None = None
    last: date | None = None

    def bounds(self) -> tuple[datetime | None, datetime | None]:
        """First and last moment in Asia/Shanghai."""
        first = datetime.combine(self.first, time.min, SHANGHAI) if self.first else None
        last = datetime.combine(self.last, time(23, 59), SHANGHAI) if self.last else None
        return first, last


def find_periods(plain: str, start: int, end: int, *, published: date | None) -> tuple[Period, ...]:
    """The times printed in `plain[start:end]`, in order.

    Args:
        plain: text in the spelling of `crawler.judging.normalise`.
        start: where to begin.
        end: where to stop.
        published: day of publication; without it only times with a printed year are resolved.
    """
    return tuple(_each(plain, start, end, published))


def _each(plain: str, start: int, end: int, published: date | None) -> Iterator[Period]:
    named: int | None = None
    day: _Days = (None, None)
    for match in _PERIOD.finditer(plain, start, end):
        if match.start() and plain[match.start() - 1].isdigit():
            continue
        days, named = _resolve(match, published, named)
        if match["recent"] in ("当日", "当天", "当晚"):
            days = day
        if days[0] and days[1] and days[0] > days[1]:
            days = (None, None)
        day = days if days[0] and days[0] == days[1] else day
        yield Period(match.start(), match.end(), *days)


def _resolve(match: re.Match[str], published: date | None, named: int | None) -> tuple[_Days, int | None]:
    """The days of one printed time, and the year that later times without one belong to."""
    printed = next(
        (match[f"year{index}"] for index in range(7) if index != 2 and match[f"year{index}"]), None
    )
    year = _year(printed, published, named)
    for form, read in _FORMS:
        if match[form]:
            try:
                return read(match, year, published), year if printed else named
            except (ValueError, KeyError):
                return (None, None), named
    return (None, None), named


def _year(printed: str | None, published: date | None, named: int | None) -> int | None:
    if printed is None or printed in ("当年", "同年"):
        return named or (published.year if published else None)
    back = {"今年": 0, "本年": 0, "去年": 1, "上年": 1, "前年": 2}.get(printed)
    if back is not None:
        return published.year - back if published else None
    digits = printed.rstrip("年度")
    return (
        int(digits)
        if digits.isdigit() and digits.isascii()
        else int("".join(str(_HAN[char]) for char in digits))
    )


def _number(words: str) -> int:
    """1 to 31, in figures or Chinese."""
    if words.isascii():
        return int(words)
    tens, ten, ones = words.rpartition("十")
    return (_HAN[tens] if tens else 1) * 10 * bool(ten) + (_HAN[ones] if ones else 0)


def _month(words: str, published: date | None) -> int:
    if words == "上月" and published:
        return 12 if published.month == 1 else published.month - 1
    if words in ("本月", "当月") and published:
        return published.month
    return _number(words.removesuffix("份").removesuffix("月"))


def _end_of(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def _begun(first: date, last: date, year_printed: str | None, published: date | None) -> _Days:
    """A time without a year that would lie ahead was a year ago."""
    if published and not year_printed and (first > published or last > published + _SOON):
        return first.replace(year=first.year - 1), _back_a_year(last)
    return first, last


def _back_a_year(day: date) -> date:
    return (
        _end_of(day.year - 1, day.month)
        if (day.month, day.day) == (2, 29)
        else day.replace(year=day.year - 1)
    )


def _until(match: re.Match[str], year: int | None, published: date | None) -> _Days:
    if match["month0"] and year:
        month = _number(match["month0"])
        last = date(year, month, _number(match["day0"])) if match["day0"] else _end_of(year, month)
        return None, _begun(last, last, match["year0"], published)[1]
    if match["year0"] and year:
        return None, date(year, 12, 31)
    return None, published


def _span(match: re.Match[str], year: int | None, published: date | None) -> _Days:
    last = _year(match["year2"], published, year)
    return (date(year, 1, 1), date(last, 12, 31)) if year and last else (None, None)


def _months(match: re.Match[str], year: int | None, published: date | None) -> _Days:
    if not year:
        return None, None
    first, last = date(year, _number(match["m1"]), 1), _end_of(year, _number(match["m2"]))
    return _begun(first, last, match["year3"], published)


def _date(match: re.Match[str], year: int | None, published: date | None) -> _Days:
    if not year:
        return None, None
    month = _month(match["month4"], published)
    if match["day4"]:
        first = last = date(year, month, _number(match["day4"][:-1]))
    else:
        first, last = date(year, month, 1), _end_of(year, month)
    first_day, last_day = _begun(first, last, match["year4"], published)
    return (first_day, published) if match["since4"] else (first_day, last_day)


def _day(match: re.Match[str], year: int | None, published: date | None) -> _Days:
    """29日 is the last such day up to publication."""
    if published is None:
        return None, None
    number = int(match["day"][:-1])
    first = published.replace(day=1)
    if number > published.day:
        first = (first - timedelta(days=1)).replace(day=1)
    day = first.replace(day=number)
    return day, day


def _part(match: re.Match[str], year: int | None, published: date | None) -> _Days:
    if not year:
        return None, None
    months = {"上半年": (1, 6), "下半年": (7, 12)}.get(match["half"] or "")
    if match["quarters"]:
        months = (1, 3 * _number(match["quarters"].replace("两", "二")))
    if match["quarter"]:
        quarter = _number(match["quarter"])
        months = (3 * quarter - 2, 3 * quarter)
    if match["early"]:
        months = (1, _number(match["count"]))
    first, last = months or (1, 12)
    return _begun(date(year, first, 1), _end_of(year, last), match["year5"], published)


def _whole_year(match: re.Match[str], year: int | None, published: date | None) -> _Days:
    if not year:
        return None, None
    if match["since6"]:
        return date(year, 1, 1), published
    return date(year, 1, 1), date(year, 12, 31)


def _all_year(match: re.Match[str], year: int | None, published: date | None) -> _Days:
    if match["whole"] == "今年以来" and published:
        return date(published.year, 1, 1), published
    return (date(year, 1, 1), date(year, 12, 31)) if year else (None, None)


def _recent(match: re.Match[str], year: int | None, published: date | None) -> _Days:
    """Only a day is certain: 近日 and 近年来 stay as printed."""
    back = {"明天": -1, "明日": -1, "今天": 0, "今日": 0, "昨天": 1, "昨日": 1, "前日": 2}.get(
        match["recent"]
    )
    if published is None or back is None:
        return None, None
    day = published - timedelta(days=back)
    return day, day


_FORMS = (
    ("until", _until),
    ("span", _span),
    ("months", _months),
    ("date", _date),
    ("part", _part),
    ("year", _whole_year),
    ("whole", _all_year),
    ("day", _day),
    ("recent", _recent),
)
