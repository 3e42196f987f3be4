"""Portals that change for good, each in its own way, and what the watch says of them after one look: real crawls, real archive."""

import json
from collections.abc import Iterator, Mapping
from datetime import timedelta

import pytest

from benchmarks.simulation import Simulation, next_noon
from crawler.replica import BreakageKind, Replica
from tests.databases import sqlite_url

PLANTED: Mapping[str, tuple[BreakageKind, str]] = {
    "heshuo": ("charset_utf8", "charset_changed"),
    "youyan": ("charset_gbk", "charset_changed"),
    "hanhai": ("time_gone", "fields_lost"),
    "qiantang": ("body_gone", "fields_lost"),
    "taidai": ("list_emptied", "list_changed"),
    "minhai": ("list_gone", "list_moved"),
    "jianghan": ("list_moved", "list_moved"),
    "ganshui": ("list_moved_off_site", "list_moved"),
    "fenhe": ("waf_403", "source_blocked"),
    "pujiang": ("waf_412", "source_blocked"),
    "bashan": ("waf_521", "source_blocked"),
    "weishui": ("waf_challenge", "source_blocked"),
    "yedao": ("validators_lying", "validators_lie"),
}
"""Portal → how it changes, and the code under which that must be told."""
LIAR = "yedao"
SOUND = "songnen"
"""The one portal that stays as it is."""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, set[str]]]:
    """Portal → the codes that `jindu status` tells of it: half a day of history, then the change, then one look."""
    folder = tmp_path_factory.mktemp("broken")
    with Replica(world="year", now=next_noon()) as replica:
        # Nothing hangs here: what is late on a busy machine is no failure.
        simulation = Simulation(replica, folder, url=sqlite_url(folder), options=("DOWNLOAD_TIMEOUT=30",))
        try:
            simulation.run_pass()
            # That a validator lied is known once the list is asked for in full, twelve hours later.
            plant(simulation, [LIAR])
            simulation.advance(timedelta(hours=11))
            simulation.run_pass()
            assert codes(simulation) == {}
            plant(simulation, sorted(PLANTED.keys() - {LIAR}))
            simulation.advance(timedelta(hours=13))
            simulation.run_pass()
            yield codes(simulation)
        finally:
            simulation.close()


def plant(simulation: Simulation, portals: list[str]) -> None:
    """Let these portals change, on all their hosts."""
    for name in portals:
        for report in simulation.replica.published(-14 * 1440):
            if simulation.portals[name].owns(report.url):
                simulation.replica.change(report.host, PLANTED[name][0])
        for source in simulation.portals[name].watched():
            simulation.replica.change(source.url.split("/")[2], PLANTED[name][0])


def codes(simulation: Simulation) -> dict[str, set[str]]:
    """Portal → codes of the findings about it."""
    answer = simulation.ask("status", "--json")
    found: dict[str, set[str]] = {}
    for finding in json.loads(answer.stdout)["findings"]:
        if finding["subject"]:
            portal = next(name for name in simulation.names if name in finding["subject"])
            found.setdefault(portal, set()).add(finding["code"])
    return found


@pytest.mark.parametrize("portal", PLANTED)
def test_a_portal_that_changed_is_told_by_name_within_one_look(
    told: dict[str, set[str]], portal: str
) -> None:
    assert PLANTED[portal][1] in told.get(portal, set()), told


def test_nothing_is_said_of_a_portal_that_is_as_it_was(told: dict[str, set[str]]) -> None:
    assert SOUND not in told
