"""What a source is used to: when its items appear, and how its pages read. Pure.

Counts fade: half of one is left after two weeks, so that a portal that changes its hours is learnt anew within a month.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import pairwise
from typing import TypeAlias

from storage.values.model import SHANGHAI, Precision

HALF_LIFE = timedelta(days=14)
"""After so long a count weighs half."""
SLOTS = 48
"""Hours of a working day, then hours of a day at the weekend, in Asia/Shanghai."""
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
_FORGOTTEN = 8
"""Half-lives after which what was counted is nothing."""
_PRINTED_WITHIN = timedelta(days=7)
_SPREAD_OVER = timedelta(days=1)
_LEAST_DAYS = 4
_PATIENT = timedelta(days=30)
"""No list is expected to bring something sooner, whatever its dates say: holidays last a week or two."""
_PAUSES = 3
"""So many of its longest pauses are waited for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rhythm:
    """When new items of one source appeared, by hour."""

    items: tuple[float, ...]
    """By slot, faded: new links."""
    times: tuple[float, ...]
    """By slot, faded: looks that brought any. Editors publish several at once, so this says more about silence."""
    days: tuple[float, float]
    """Faded: working days and days at the weekend that the source was watched."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Arrived:
    """What one look adds to a slot."""

    items: float
    times: float


def slot_of(moment: datetime) -> int:
    """The slot a moment falls into."""
    local = moment.astimezone(SHANGHAI)
    return local.hour + (24 if local.weekday() >= 5 else 0)


def faded(count: float, *, since: datetime, now: datetime) -> float:
    """What is left at `now` of a count that was up to date at `since`."""
    return float(count * 0.5 ** (max(now - since, timedelta(0)) / HALF_LIFE))


def days_watched(began: datetime, now: datetime) -> tuple[float, float]:
    """The working days and weekend days between two moments, faded; a day begun counts as far as it has gone."""
    days = [0.0, 0.0]
    moment = max(began, now - _FORGOTTEN * HALF_LIFE).astimezone(SHANGHAI)
    end = now.astimezone(SHANGHAI)
    while moment < end:
        midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0) + _DAY
        step = min(midnight, end)
        days[slot_of(moment) // 24] += faded((step - moment) / _DAY, since=step, now=now)
        moment = step
    return days[0], days[1]


Printed: TypeAlias = tuple[datetime | None, Precision]
"""The time that a list printed beside a link."""


def arrivals(links: Iterable[Printed], *, last_look: datetime | None, now: datetime) -> Mapping[int, Arrived]:
    """What the new links of one look add to each slot.

    A link counts in the hour that the list printed beside it. One without an hour came some time since the last look, at
    most a day ago, and counts in each of these hours in equal parts.
    """
    items: dict[int, float] = {}
    for printed in links:
        for slot, share in _when(printed, last_look, now):
            items[slot] = items.get(slot, 0.0) + share
    total = sum(items.values())
    return {slot: Arrived(items=count, times=count / total) for slot, count in items.items()}


def printed_habit(links: Iterable[Printed], *, now: datetime) -> tuple[datetime, datetime] | None:
    """The newest day printed on a list, and by when the pauses between its days let one expect a newer one.

    None where it prints too few. The oldest fifth says nothing: some lists keep an old notice at their end.
    """
    days = sorted(at.astimezone(SHANGHAI).date() for at, _ in links if at is not None and at < now + _DAY)
    days = sorted(set(days[len(days) // 5 :]))
    if len(days) < _LEAST_DAYS:
        return None
    longest = max(later - earlier for earlier, later in pairwise(days))
    newest = datetime.combine(days[-1], time(), SHANGHAI)
    return newest, newest + max(_PATIENT, _PAUSES * longest)


def _when(printed: Printed, last_look: datetime | None, now: datetime) -> Iterator[tuple[int, float]]:
    moment, precision = printed
    if moment is not None and precision == "minute" and now - _PRINTED_WITHIN <= moment <= now:
        yield slot_of(moment), 1.0
        return
    begin = max(last_look or now, now - _SPREAD_OVER)
    hours = max(1, round((now - begin) / _HOUR))
    for back in range(hours):
        yield slot_of(now - back * _HOUR), 1.0 / hours
