"""How many looks the rhythm of sources saves, and what it costs in delay: `python -m benchmarks.polling`.

Invented sources publish for some weeks: most by day, fewer at the weekend, several at once, from one item in two days to a
hundred a day. Each is looked at by its rhythm, and at the fixed interval of its file. Delay is from publication to the look
that finds the item; the weeks in which the rhythm is learnt are not counted.
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from statistics import mean, median

from crawler.rhythm import Bounds, interval
from storage import SHANGHAI, Precision, Rhythm
from storage.watch.habits import SLOTS, arrivals, days_watched, faded

EVERY = timedelta(minutes=15)
BEGIN = datetime(2026, 3, 2, tzinfo=SHANGHAI)
PER_DAY = (0.5, 1, 2, 4, 8, 15, 30, 60, 100)
"""Items a working day of the sources, each as often as any other."""
PROFILE = (1, 0.5, 0.3, 0.3, 0.5, 1, 3, 8, 12, 12, 11, 8, 5, 6, 9, 10, 10, 8, 5, 4, 4, 3, 2, 1)
"""How much comes in each hour of the day."""
WEEKEND = 0.4
BATCH = 1.8
"""Items at once, on average."""


@dataclass(slots=True)
class Learnt:
    """What the archive would know of a source."""

    began: datetime
    items: list[float] = field(default_factory=lambda: [0.0] * SLOTS)
    at: datetime = BEGIN

    def add(self, found: list[datetime], last: datetime, now: datetime) -> None:
        """Count what a look found; half of the lists print the hour."""
        fade = faded(1.0, since=self.at, now=now)
        self.items = [count * fade for count in self.items]
        self.at = now
        precision: Precision = "minute" if int(self.began.timestamp()) % 2 else "day"
        for slot, came in arrivals([(one, precision) for one in found], last_look=last, now=now).items():
            self.items[slot] += came.items

    def rhythm(self, now: datetime) -> Rhythm:
        """As `DueSource` carries it."""
        fade = faded(1.0, since=self.at, now=now)
        items = tuple(count * fade for count in self.items)
        return Rhythm(items=items, times=items, days=days_watched(self.began, now))


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """What one way of looking came to."""

    looks: int
    delays: tuple[float, ...]
    """Minutes."""


def publish(random: Random, per_day: float, days: int) -> list[datetime]:
    """The moments at which one source publishes."""
    found: list[datetime] = []
    for hour in range(24 * days):
        moment = BEGIN + timedelta(hours=hour)
        share = PROFILE[moment.hour] / sum(PROFILE) * (WEEKEND if moment.weekday() >= 5 else 1)
        left = per_day * share / BATCH
        while (left := left - random.expovariate(1.0)) > 0:
            found += [moment + timedelta(hours=random.random())] * random.choice((1, 1, 1, 2, 4))
    return sorted(found)


def look(items: list[datetime], *, adaptive: bool, offset: timedelta, days: tuple[int, int]) -> Result:
    """Look at one source from its first day on; count from `days[0]` to `days[1]`."""
    now = last = BEGIN + offset
    learnt, waiting = Learnt(began=now), iter(items)
    counted, end = BEGIN + timedelta(days=days[0]), BEGIN + timedelta(days=days[1])
    looks, delays, upcoming = 0, [], next(waiting, end)
    while now < end:
        found = []
        while upcoming <= now:
            found.append(upcoming)
            upcoming = next(waiting, end)
        learnt.add(found, last, now)
        if now >= counted:
            looks += 1
            delays += [(now - one) / timedelta(minutes=1) for one in found if one >= counted]
        last = now
        now += interval(learnt.rhythm(now), EVERY, bounds=Bounds(), now=now) if adaptive else EVERY
    return Result(looks=looks, delays=tuple(delays))


def compare(sources: int, days: tuple[int, int], seed: int) -> Iterator[tuple[float, Result, Result]]:
    """Each source both ways: its items a day, fixed, by rhythm."""
    random = Random(seed)
    for number in range(sources):
        per_day = PER_DAY[number % len(PER_DAY)]
        items = publish(random, per_day, days[1])
        offset = EVERY * random.random()
        fixed, rhythm = (
            look(items, adaptive=adaptive, offset=offset, days=days) for adaptive in (False, True)
        )
        yield per_day, fixed, rhythm


def main() -> None:
    """Print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sources", type=int, default=36)
    parser.add_argument("--weeks", type=int, default=6, help="of which the first four only teach")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    results = list(compare(asked.sources, (28, 7 * asked.weeks), asked.seed))
    print(
        f"{'items a day':>12} {'looks fixed':>12} {'by rhythm':>10} {'median delay, min':>18} {'by rhythm':>10}"
    )
    for per_day in PER_DAY:
        some = [(fixed, rhythm) for rate, fixed, rhythm in results if rate == per_day]
        _print(f"{per_day:g}", [fixed for fixed, _ in some], [rhythm for _, rhythm in some])
    _print("all", [fixed for _, fixed, _ in results], [rhythm for _, _, rhythm in results])


def _print(name: str, fixed: list[Result], rhythm: list[Result]) -> None:
    looks = [sum(result.looks for result in way) for way in (fixed, rhythm)]
    delays = [[delay for result in way for delay in result.delays] or [0.0] for way in (fixed, rhythm)]
    middle = [median(way) for way in delays]
    print(
        f"{name:>12} {looks[0]:>12} {looks[1]:>10} {middle[0]:>18.1f} {middle[1]:>10.1f}   "
        f"requests × {looks[1] / looks[0]:.2f}, median delay × {middle[1] / (middle[0] or 1):.2f}, "
        f"mean × {mean(delays[1]) / (mean(delays[0]) or 1):.2f}"
    )


if __name__ == "__main__":
    main()
