"""When to look at a source that is well: by when its items appear."""

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

import pytest

from crawler.rhythm import Bounds, interval
from storage import SHANGHAI, Precision, Rhythm, slot_of
from storage.watch.habits import SLOTS, arrivals, days_watched, faded
from tests.specimens import DAY, HOUR, MINUTE, NOW

EVERY = 15 * MINUTE
BOUNDS = Bounds(soonest=5 * MINUTE, latest=6 * HOUR)
NOTHING = Rhythm(items=(0.0,) * SLOTS, times=(0.0,) * SLOTS, days=(14.0, 5.6))


def office(per_hour: float) -> Rhythm:
    """So many items an hour on working days from 9 to 18, watched for long."""
    items = tuple(14.0 * per_hour if 9 <= slot < 18 else 0.0 for slot in range(SLOTS))
    return replace(NOTHING, items=items, times=items)


def at(hour: int, day: int = 2) -> datetime:
    """An hour of a Monday; `day` 7 is a Saturday."""
    return datetime(2026, 3, day, hour, tzinfo=SHANGHAI)


def rest(rhythm: Rhythm | None, now: datetime, every: timedelta = EVERY) -> timedelta:
    return interval(rhythm, every, bounds=BOUNDS, now=now)


def random_rhythm(random: Random) -> Rhythm:
    items = tuple(random.choice((0.0, random.expovariate(0.2), 500.0)) for _ in range(SLOTS))
    days = (random.uniform(0, 15), random.uniform(0, 6))
    return Rhythm(items=items, times=items, days=days)


def test_before_anything_is_known_the_portal_file_decides() -> None:
    assert rest(None, at(3)) == EVERY
    new = Rhythm(items=(0.0,) * SLOTS, times=(0.0,) * SLOTS, days=(0.0, 0.0))
    assert abs(rest(new, at(3)) - EVERY) < timedelta(seconds=1)


@pytest.mark.parametrize("seed", range(40))
def test_bounds_hold_whatever_came(seed: int) -> None:
    random = Random(seed)
    every = random.choice((5 * MINUTE / 60, MINUTE, EVERY, 6 * HOUR, 2 * DAY))
    now = NOW + random.random() * 7 * DAY
    found = rest(random_rhythm(random), now, every)
    assert min(every, BOUNDS.soonest) <= found <= max(every, BOUNDS.latest)


@pytest.mark.parametrize("seed", range(40))
def test_more_items_are_never_looked_for_later(seed: int) -> None:
    random = Random(seed)
    rhythm, slot, now = random_rhythm(random), random.randrange(SLOTS), NOW + random.random() * 7 * DAY
    more = list(rhythm.items)
    more[slot] += random.expovariate(0.1)
    assert rest(replace(rhythm, items=tuple(more)), now) <= rest(rhythm, now)


def test_mornings_are_quick_and_nights_and_weekends_slow() -> None:
    usual = office(4)
    assert rest(usual, at(10)) < EVERY < rest(usual, at(22)) < 2 * HOUR
    assert rest(usual, at(10, day=7)) > 2 * rest(usual, at(10))


def test_a_rest_in_the_night_ends_when_the_morning_comes() -> None:
    sleepy = interval(office(20), 2 * HOUR, bounds=BOUNDS, now=at(6))
    assert at(8) <= at(6) + sleepy <= at(9, 2) + 30 * MINUTE


def test_a_silent_source_is_looked_at_all_the_same() -> None:
    assert rest(NOTHING, at(10)) <= BOUNDS.latest


def test_slots_are_hours_in_shanghai_on_two_kinds_of_days() -> None:
    assert slot_of(NOW) == 9
    assert slot_of(at(23, day=7)) == 47
    assert slot_of(at(0, day=9)) == 0


def test_days_watched_fade() -> None:
    assert days_watched(at(0), at(0, day=3)) == pytest.approx((1.0, 0.0))
    assert days_watched(at(0, day=7), at(12, day=8)) == pytest.approx((0.0, 1.46), abs=0.02)
    working, weekend = days_watched(NOW - 1000 * DAY, NOW)
    assert 14 < working < 15
    assert 5 < weekend < 7
    assert faded(8.0, since=NOW - 28 * DAY, now=NOW) == pytest.approx(2.0)


def test_an_item_counts_in_the_hour_that_the_list_prints() -> None:
    found = arrivals([(at(7), "minute"), (at(7) + MINUTE, "minute")], last_look=at(8), now=at(9))
    assert {slot: one.items for slot, one in found.items()} == {7: 2.0}
    assert sum(one.times for one in found.values()) == pytest.approx(1.0)


@pytest.mark.parametrize(
    "printed",
    {
        "no time": (None, "day"),
        "only a day": (at(0), "day"),
        "long ago": (at(7) - 30 * DAY, "minute"),
        "still to come": (at(11), "minute"),
    }.values(),
)
def test_an_item_without_an_hour_is_spread_since_the_last_look(
    printed: tuple[datetime | None, Precision],
) -> None:
    found = arrivals([printed], last_look=at(7), now=at(10))
    assert set(found) == {10, 9, 8}
    assert sum(one.items for one in found.values()) == pytest.approx(1.0)
