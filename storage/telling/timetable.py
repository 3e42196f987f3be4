"""Times of day at which alerts go out together, and hours in which none do; all in Asia/Shanghai. Pure.

The zone and daylight saving of the machine play no part: a moment is turned into Shanghai's clock first.
"""

import re
from collections.abc import Iterable
from datetime import datetime, time, timedelta

from storage.values.model import SHANGHAI

_TIME = re.compile(r"(\d{1,2}):(\d{2})")
_DAY = timedelta(days=1)


def read_time(written: str) -> time:
    """A time of day such as `08:07`. Raises ValueError that says how to write it."""
    match = _TIME.fullmatch(written.strip())
    if match is None or int(match[1]) > 23 or int(match[2]) > 59:
        raise ValueError(
            f'{written}: 应为北京时间的时刻 (write a time of day such as "08:07", Asia/Shanghai)'
        )
    return time(int(match[1]), int(match[2]))


def read_hours(written: str) -> tuple[time, time]:
    """A stretch of the day such as `22:30-07:00`. Raises ValueError that says how to write it."""
    begin, dash, end = written.partition("-")
    if not dash or (hours := (read_time(begin), read_time(end)))[0] == hours[1]:
        raise ValueError(
            f'{written}: 应为两个不同的北京时间，如 "22:30-07:00" (write two different times such as these, Asia/Shanghai)'
        )
    return hours


def next_time(times: Iterable[str], now: datetime) -> datetime:
    """The first of these times of day after `now`."""
    here = now.astimezone(SHANGHAI)
    today = [datetime.combine(here.date(), read_time(one), SHANGHAI) for one in times]
    return min(moment if moment > here else moment + _DAY for moment in today)


def quiet_until(hours: str, now: datetime) -> datetime | None:
    """When the quiet hours in which `now` falls are over; None outside them. The last minute is not quiet."""
    if not hours:
        return None
    begin, end = read_hours(hours)
    here = now.astimezone(SHANGHAI)
    clock = here.time()
    inside = begin <= clock < end if begin < end else clock >= begin or clock < end
    if not inside:
        return None
    over = datetime.combine(here.date(), end, SHANGHAI)
    return over if over > here else over + _DAY
