"""How much of what is published is archived, at what cost to the portals: a simulated week of the replica's year in bad weather.

    python -m benchmarks.completeness                      # seven days, 14 portals, 5 % of all requests fail, SQLite
    python -m benchmarks.completeness --days 2 --archive postgresql://user@host/empty

Two crawlers work on one archive at once, each pass with real crawl children; the wall clock of every process is moved on
between passes (`benchmarks.later`). A pass every three hours is coarser than any service, which is the harder case: what failed waits
longer, and lists run over. At the end bad weather and publishing stop, and passes go on until nothing is pending that the
ledger would try again within a day. Seven days take some ten minutes on two cores.
"""

import tempfile
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import click

from benchmarks.simulation import Simulation, next_noon
from crawler.hosts import pace_group
from crawler.replica import Replica, Request, Weather

SETTLING = timedelta(hours=6)
MOST_SETTLING = 8
"""Passes after the last day; two days are enough for every retry that the ledger schedules for these failures."""
CRAWL_DELAY = {"songnen.example": 0.3}
"""Seconds that a robots.txt of the year asks for, beyond the pace of the portal's file."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Quiet:
    """What passes cost in which nothing new is published."""

    looks: int
    lists: int
    """Requests for lists, their further pages included."""
    robots: int
    hosts: int
    """Hosts that were looked at, counted once a pass."""
    others: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """The figures of one simulation."""

    published: int
    missing: tuple[str, ...]
    twice: tuple[str, ...]
    unasked: tuple[str, ...]
    """Archived, but never published: an address of our own making."""
    requests: int
    failed: int
    least_gaps: Mapping[str, tuple[float, float]]
    """Pace group → (shortest gap between two requests at the server, its pace), in seconds."""
    quiet: Quiet
    endings: tuple[str, ...]
    """How children ended that did not end well."""

    @property
    def completeness(self) -> float:
        """Share of what was published that is archived."""
        return 1 - len(self.missing) / self.published


def simulate(simulation: Simulation, *, days: float, hours_a_pass: float, weather: Weather) -> Outcome:
    """Watch for so many days in bad weather, then let things settle, then look when nothing is new."""
    replica, endings = simulation.replica, []
    begin, step = replica.minutes, timedelta(hours=hours_a_pass)
    endings += simulation.run_pass()
    replica.weather = weather
    for _ in range(round(days * 24 / hours_a_pass)):
        simulation.advance(step)
        endings += simulation.run_pass()
    end, replica.weather = replica.minutes, None
    for _ in range(MOST_SETTLING):
        simulation.advance(SETTLING, publishing=False)
        endings += simulation.run_pass()
        if not any(source.pending_links or source.failures for source in simulation.sources()):
            break
    requests = replica.requests
    quiet = _look_in_quiet(simulation)
    mine = [report for report in replica.published(begin, end) if _portal_watched(simulation, report.url)]
    published, archived = {report.url for report in mine}, simulation.archived()
    ever = {report.url for report in replica.published(begin - 60 * 1440, replica.minutes)}
    return Outcome(
        published=len(published),
        missing=tuple(sorted(published - archived.keys())),
        twice=tuple(sorted(url for url, times in archived.items() if times > 1)),
        unasked=tuple(sorted(archived.keys() - ever)),
        requests=len(requests),
        failed=sum(request.struck for request in requests),
        least_gaps=least_gaps(replica.requests, simulation),
        quiet=quiet,
        endings=tuple(f"{child.ending}: {child.detail}" for child in endings if child.ending != "done"),
    )


def least_gaps(requests: Iterable[Request], simulation: Simulation) -> Mapping[str, tuple[float, float]]:
    """The shortest time between two requests to each pace group, and the pace it should keep."""
    times: dict[str, list[float]] = defaultdict(list)
    for request in requests:
        times[pace_group(f"http://{request.host}/")].append(request.at)
    paces = {host: portal.pace_seconds for portal in simulation.portals.values() for host in portal.hosts}
    return {
        group: (
            min((after - before for before, after in pairwise(sorted(found))), default=float("inf")),
            max(paces.get(group, 0.0), CRAWL_DELAY.get(group, 0.0)),
        )
        for group, found in sorted(times.items())
    }


def _look_in_quiet(simulation: Simulation) -> Quiet:
    """Two passes in which all is due and nothing new: one while validators hold, one that asks in full."""
    looks = lists = robots = hosts = others = 0
    for hours in (7, 13):
        simulation.advance(timedelta(hours=hours), publishing=False)
        asked, now = len(simulation.replica.requests), simulation.now
        simulation.run_pass()
        seen = simulation.replica.requests[asked:]
        looks += sum(bool(s.last_looked_at and s.last_looked_at >= now) for s in simulation.sources())
        robots += sum(request.path == "/robots.txt" for request in seen)
        lists += sum(request.is_list for request in seen)
        others += sum(request.path != "/robots.txt" and not request.is_list for request in seen)
        hosts += len({request.host for request in seen})
    return Quiet(looks=looks, lists=lists, robots=robots, hosts=hosts, others=others)


def _portal_watched(simulation: Simulation, url: str) -> bool:
    return any(portal.owns(url) for portal in simulation.portals.values())


def report(outcome: Outcome) -> Sequence[str]:
    """The figures as lines."""
    quiet = outcome.quiet
    closest = min(outcome.least_gaps, key=lambda group: _slack(outcome.least_gaps[group]))
    gap, pace = outcome.least_gaps[closest]
    return (
        f"published {outcome.published}, archived share {outcome.completeness:.4f}, missing {len(outcome.missing)}",
        f"archived twice {len(outcome.twice)}, never published {len(outcome.unasked)}",
        f"requests {outcome.requests}, failed in bad weather {outcome.failed} ({outcome.failed / outcome.requests:.1%})",
        f"nothing new: {quiet.looks} looks, {quiet.lists / max(quiet.looks, 1):.3f} list requests a look, "
        f"{quiet.robots} robots.txt for {quiet.hosts} hosts, {quiet.others} other requests",
        f"pace: closest {closest}, gap {gap:.3f} s at a pace of {pace:g} s; "
        f"under their pace: {sum(_slack(found) < 0 for found in outcome.least_gaps.values())} of {len(outcome.least_gaps)} hosts",
        f"children that did not end well: {len(outcome.endings)}",
        *outcome.missing[:10],
        *outcome.endings[:5],
    )


def _slack(found: tuple[float, float]) -> float:
    return found[0] - found[1]


@click.command()
@click.option("--days", default=7.0, show_default=True)
@click.option("--hours-a-pass", default=3.0, show_default=True)
@click.option("--share", default=0.05, show_default=True, help="Share of all requests that fail.")
@click.option("--seed", default=1, show_default=True, help="Of the bad weather.")
@click.option("--only", default="", help="Names of portals, with commas; all when absent.")
@click.option("--archive", default="", help="URL of an empty archive; a new SQLite file when absent.")
def main(  # noqa: PLR0913 - the options of the command
    days: float, hours_a_pass: float, share: float, seed: int, only: str, archive: str
) -> None:
    """Simulate the watch and print the figures."""
    names = [name for name in only.split(",") if name]
    with tempfile.TemporaryDirectory() as folder, Replica(world="year", now=next_noon()) as replica:
        url = archive or f"sqlite:///{folder}/archive.db"
        simulation = Simulation(replica, Path(folder), url=url, only=names)
        try:
            outcome = simulate(
                simulation, days=days, hours_a_pass=hours_a_pass, weather=Weather(share=share, seed=seed)
            )
        finally:
            simulation.close()
    for line in report(outcome):
        click.echo(line)


if __name__ == "__main__":
    main()
