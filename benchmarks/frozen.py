"""How soon a frozen list is told: a portal whose one list stops changing while its other lists go on.

    python -m benchmarks.frozen [--days 4] [--step 2]
    python -m benchmarks.frozen --year [--days 120] [--step 2]

Real crawls of the replica's year, with only the wall clock moved. Silence is told against the list's own rhythm, so some days of
history come first; then the list freezes, and the watch is asked after every look. Prints the hours from the freeze to the
finding, and whether anything was said before. About three minutes.

With `--year` nothing is crawled: the rhythms of all portals of the year are learnt from what each publishes, and every list is
frozen again and again. Prints the hours by how long it was known, and what was said of lists that were well. About three minutes.
"""

import argparse
import copy
import json
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median

from benchmarks.simulation import Simulation, next_noon
from crawler.replica import Replica
from crawler.replica.families import Report
from crawler.replica.year.world import Year
from scheduler.breakage import Silence, silences
from storage import Rhythm, SourceState
from storage.watch.habits import SLOTS, arrivals, days_watched, faded

PORTAL, FROZEN = "heshuo", "www.heshuo.example"
PATIENCE = 60
EVERY = timedelta(days=9)
"""How often a list is frozen in the year; no multiple of a week."""
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def codes(simulation: Simulation) -> set[str]:
    """What is said of the portal now."""
    found = json.loads(simulation.ask("status", "--json").stdout)["findings"]
    return {finding["code"] for finding in found if finding["subject"].startswith(PORTAL)}


def crawled(days: int, step: timedelta) -> str:
    """Freeze one list under real crawls; what was said, and when."""
    with tempfile.TemporaryDirectory() as folder, Replica(world="year", now=next_noon()) as replica:
        simulation = Simulation(replica, Path(folder), url=str(Path(folder) / "a.db"), only=[PORTAL])
        try:
            for _ in range(timedelta(days=days) // step):
                simulation.run_pass()
                simulation.advance(step)
            print(f"after {days} days, before the freeze: {sorted(codes(simulation)) or 'nothing said'}")
            replica.change(FROZEN, "list_frozen")
            for look in range(PATIENCE):
                simulation.run_pass()
                if said := codes(simulation):
                    return f"told {sorted(said)} {look * step / timedelta(hours=1):.0f} h after the freeze"
                simulation.advance(step)
            return f"not told within {PATIENCE} looks"
        finally:
            simulation.close()


@dataclass(slots=True)
class Listed:
    """One list and what the archive would know of it."""

    channel: str
    state: SourceState
    items: list[float] = field(default_factory=lambda: [0.0] * SLOTS)
    times: list[float] = field(default_factory=lambda: [0.0] * SLOTS)

    def look(self, new: Sequence[datetime], now: datetime) -> None:
        """Look at it and find these."""
        last = self.state.last_ok_at
        if last is not None:
            self.items = [faded(count, since=last, now=now) for count in self.items]
            self.times = [faded(count, since=last, now=now) for count in self.times]
            for slot, came in arrivals([(at, "minute") for at in new], last_look=last, now=now).items():
                self.items[slot] += came.items
                self.times[slot] += came.times
        seen = {"first_ok_at": self.state.first_ok_at or now, "last_ok_at": now, "last_looked_at": now}
        self.state = replace(self.state, **seen, last_new_at=now if new else self.state.last_new_at)

    def rhythm(self) -> Rhythm:
        """As the archive tells it at the last look."""
        assert self.state.first_ok_at is not None
        assert self.state.last_ok_at is not None
        days = days_watched(self.state.first_ok_at, self.state.last_ok_at)
        return Rhythm(items=tuple(self.items), times=tuple(self.times), days=days)


@dataclass(slots=True)
class Watched:
    """One portal of the year, looked at every `step`."""

    lists: list[Listed]
    reports: Sequence[Report]
    zero: datetime
    step: timedelta
    now: datetime
    read: int = 0

    def look(self, frozen: int | None = None) -> tuple[Silence, ...]:
        """Look at every list once; who is silent now. A report counts for the first list that shows it."""
        self.now += self.step
        minutes, came = (self.now - self.zero) / MINUTE, []
        while self.read < len(self.reports) and self.reports[self.read].appears <= minutes:
            came.append(self.reports[self.read])
            self.read += 1
        for one in self.lists:
            mine = [] if one.state.id == frozen else [r for r in came if one.channel in ("", r.channel)]
            came = [report for report in came if report not in mine]
            one.look([self.zero + report.appears * MINUTE for report in mine], self.now)
        states = [one.state for one in self.lists]
        return silences(states, {one.state.id: one.rhythm() for one in self.lists}).sources


def portals(year: Year, zero: datetime, days: int, step: timedelta) -> Iterator[Watched]:
    """Each portal of the year, `days` before its moment zero."""
    published = sorted(year.published(-days * DAY / MINUTE, 0), key=lambda report: report.appears)
    begin = zero - days * DAY
    for name, paper in year.papers.items():
        domain = next(iter(paper.lists.values()))[0].split(".", 1)[1]
        lists = [
            Listed(channel=channel, state=unseen(number, name, begin))
            for number, channel in enumerate(paper.lists)
        ]
        mine = [report for report in published if report.host.endswith(domain)]
        yield Watched(lists=lists, reports=mine, zero=zero, step=step, now=begin)


def unseen(number: int, portal: str, begin: datetime) -> SourceState:
    """A list that nobody has looked at."""
    moments = dict.fromkeys(("first_ok_at", "last_looked_at", "last_ok_at", "last_new_at"))
    texts = {"url": f"http://{portal}.example/{number}", "host": portal, "kind": "list", "last_outcome": "ok"}
    plain = {"active": True, "detail": "", "failures": 0, "next_check_at": begin, "pending_links": 0}
    return SourceState(id=number, portal=portal, **texts, **plain, **moments)  # type: ignore[arg-type]


def learnt(days: int, step: timedelta) -> str:
    """Freeze every list of the year again and again; hours until told by days known, and false findings."""
    zero = next_noon()
    hours: dict[str, list[float]] = defaultdict(list)
    false = lists = untold = 0
    for watched in portals(Year(zero), zero, days, step):
        lists += len(watched.lists)
        silent: set[int] = set()
        for look in range((days - 8) * DAY // step):
            now_silent = {one.source.id for one in watched.look()}
            false += len(now_silent - silent)
            silent = now_silent
            if look % (EVERY // step) == 0 and look:
                known = "first two weeks" if look * step < 14 * DAY else "later"
                for one in watched.lists:
                    if sum(one.times) >= 1:
                        after = until_told(copy.deepcopy(watched), one.state.id)
                        hours[known].append(after)
    untold = sum(one == float("inf") for told in hours.values() for one in told)
    found = "; ".join(
        f"{known}: median {median(told):.0f} h of {len(told)}, slowest tenth from {sorted(told)[len(told) * 9 // 10]:.0f} h"
        for known, told in hours.items()
    )
    return f"{lists} lists, {days} days: {false} false findings; {found}; {untold} not told within eight days"


def until_told(watched: Watched, frozen: int) -> float:
    """Hours from the freeze to the finding; infinite when eight days are not enough."""
    begin = watched.now
    while watched.now - begin < 8 * DAY:
        if any(one.source.id == frozen for one in watched.look(frozen)):
            return (watched.now - begin) / timedelta(hours=1)
    return float("inf")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, help="of history; 4, or 120 with --year")
    parser.add_argument("--step", type=int, default=2, help="hours between two looks")
    parser.add_argument("--year", action="store_true", help="learn from what is published, crawl nothing")
    options = parser.parse_args()
    step = timedelta(hours=options.step)
    print(learnt(options.days or 120, step) if options.year else crawled(options.days or 4, step))


if __name__ == "__main__":
    main()
