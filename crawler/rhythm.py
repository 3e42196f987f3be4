"""How often to look at a source that is well: by when its items appear, hour by hour. Pure.

The square-root law of re-visiting (Cho and Garcia-Molina, "Effective page refresh policies for Web crawlers", 2003): with a given
number of looks the items wait least when each source is looked at in proportion to the square root of how often it has
something new. The same holds between the hours of one source, so nights are slow and mornings quick by themselves.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sqrt

from storage import Rhythm, slot_of

PRIOR_DAYS = 1.0
"""So many days of items at the usual rate are taken for granted: a new source is looked at as its file says, and one
that is silent for weeks is never believed to be silent for good."""
LOOKS_PER_ITEM = 4.0
"""The interval of a portal's file is right for a source with one new item in so many looks."""
_HOUR = timedelta(hours=1)
_SIDE = 0.25
"""What an hour hears of each of its neighbours: nobody publishes by the minute."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Bounds:
    """No source that is well is looked at sooner or later than this, unless its own file says so."""

    soonest: timedelta = timedelta(minutes=5)
    latest: timedelta = timedelta(hours=6)


def rates(counts: tuple[float, ...], days: tuple[float, float], usual: float) -> tuple[float, ...]:
    """Expected per hour, by slot, from faded counts; `usual` is believed where little was seen."""
    return tuple(
        (_heard(counts, slot) + usual * PRIOR_DAYS) / (days[slot // 24] + PRIOR_DAYS)
        for slot in range(len(counts))
    )


def interval(rhythm: Rhythm | None, every: timedelta, *, bounds: Bounds, now: datetime) -> timedelta:
    """How long to rest after a good look: `every` before anything is known.

    More items never make it longer. It stays within the bounds, which `every` widens where it lies outside.
    """
    soonest, latest = min(bounds.soonest, every), max(bounds.latest, every)
    if rhythm is None:
        return every
    usual = _HOUR / every / LOOKS_PER_ITEM
    wanted = [sqrt(rate / usual) for rate in rates(rhythm.items, rhythm.days, usual)]
    left, moment = 1.0, now
    while left > 0 and moment - now < latest:
        step = min(_HOUR - (moment - moment.replace(minute=0, second=0, microsecond=0)), latest)
        share = step / every * wanted[slot_of(moment)]
        moment += step * min(1.0, left / share)
        left -= share
    return min(max(moment - now, soonest), latest)


def _heard(counts: tuple[float, ...], slot: int) -> float:
    """The count of an hour, smoothed with the hours beside it on the same kind of day."""
    day, hour = slot - slot % 24, slot % 24
    before, after = counts[day + (hour - 1) % 24], counts[day + (hour + 1) % 24]
    return _SIDE * before + (1 - 2 * _SIDE) * counts[slot] + _SIDE * after
