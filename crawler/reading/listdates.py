"""The dates that lists print beside their entries: the forms of `dates`, and those that only a list can afford.

A list leaves out what its reader knows: the year (04-15), the day (18:38), or says how long ago. Every such form is
completed from the time of the look, never into the future.
"""

import re
from datetime import datetime, timedelta

from crawler.reading.dates import Moment, moments, yearless
from storage import SHANGHAI

_SHORT_YEAR = re.compile(r"(?<![\d.:/-])(?P<year>\d\d)[-/.](?P<month>\d\d)[-/.](?P<day>\d\d)(?![\d.:/-])")
_MONTH_DAY = re.compile(r"(?<![\d.:/年-])(?P<month>\d{1,2})(?:-|/|\.|月)(?P<day>\d{1,2})(?:日|(?![\d.:/%-]))")
_CLOCK = re.compile(r"[\[【(（\s]*(?P<hour>[01]?\d|2[0-3])[:：](?P<minute>[0-5]\d)[\]】)）\s]*")
_JUST_NOW = re.compile(r"[\[【(（\s]*刚刚(?:发布|更新)?[\]】)）\s]*")
_AGO = re.compile(r"(?P<count>\d{1,3})\s*(?P<unit>分钟|小时|个小时|天)\s*(?:以)?前")
_NAMED_DAY = re.compile(r"(?P<day>今天|今日|昨天|昨日|前天)\s*(?P<clock>\d{1,2}[:：]\d\d)?")
# The day large in a box, year and month small beneath it.
_BOXED = re.compile(r"(?P<day>\d{1,2})日?[\s/]+(?P<year>20\d\d)\s?[-./年]\s?(?P<month>\d{1,2})月?")
_DAYS_BACK = {"今天": 0, "今日": 0, "昨天": 1, "昨日": 1, "前天": 2}
# Longer texts are summaries; a number in them is anything but the entry's date.
_LONGEST_BARE = 24


def listed_at(text: str, *, now: datetime) -> Moment | None:
    """The time that a text beside an entry of a list stands for, seen at `now`; None where it prints none."""
    here = now.astimezone(SHANGHAI)
    found = next(moments(text, latest=here), None) or yearless(text, near=here, latest=here)
    return found or _ago(text, here) or (_bare(text, here) if len(text) <= _LONGEST_BARE else None)


def _ago(text: str, now: datetime) -> Moment | None:
    if _JUST_NOW.fullmatch(text):
        return Moment(now, "minute", 0, len(text))
    if match := _AGO.search(text):
        count = int(match["count"])
        if match["unit"] == "分钟":
            return Moment(now - timedelta(minutes=count), "minute", *match.span())
        back = timedelta(days=count) if match["unit"] == "天" else timedelta(hours=count)
        return Moment(_midnight(now - back), "day", *match.span())
    if match := _NAMED_DAY.search(text):
        day = _midnight(now - timedelta(days=_DAYS_BACK[match["day"]]))
        return _with_clock(day, match["clock"] or "", match.span()) or Moment(day, "day", *match.span())
    return None


def _bare(text: str, now: datetime) -> Moment | None:
    if match := _BOXED.fullmatch(text):
        return _day(match, now, (int(match["year"]),))
    if match := _SHORT_YEAR.search(text):
        return _day(match, now, (2000 + int(match["year"]),))
    if match := _MONTH_DAY.search(text):
        return _day(match, now, (now.year, now.year - 1))
    if _CLOCK.fullmatch(text):
        today = _with_clock(_midnight(now), text, (0, len(text)))
        if today is not None and today.at > now + timedelta(minutes=5):
            return Moment(today.at - timedelta(days=1), "minute", 0, len(text))
        return today
    return None


def _day(match: re.Match[str], now: datetime, years: tuple[int, ...]) -> Moment | None:
    for year in years:
        try:
            at = datetime(year, int(match["month"]), int(match["day"]), tzinfo=SHANGHAI)
        except ValueError:
            continue
        if at <= now + timedelta(days=1):
            return Moment(at, "day", *match.span())
    return None


def _midnight(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def _with_clock(day: datetime, clock: str, span: tuple[int, int]) -> Moment | None:
    match = _CLOCK.fullmatch(clock)
    if match is None:
        return None
    return Moment(day.replace(hour=int(match["hour"]), minute=int(match["minute"])), "minute", *span)
