"""A simulated day in bad weather, small: real crawls, real archive, only the wall clock moved on."""

from collections.abc import Iterator

import pytest

from benchmarks.completeness import Outcome, simulate
from benchmarks.simulation import Simulation, next_noon
from crawler.replica import Replica, Weather
from tests.databases import sqlite_url

WATCHED = ("heshuo", "songnen", "minhai", "pujiang")
"""Two with a second host or column, one with a Crawl-delay, one whose list is a list API."""


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outcome]:
    folder = tmp_path_factory.mktemp("day")
    with Replica(world="year", now=next_noon()) as replica:
        simulation = Simulation(replica, folder, url=sqlite_url(folder), only=WATCHED)
        try:
            yield simulate(simulation, days=1, hours_a_pass=12, weather=Weather(share=0.12, seed=3))
        finally:
            simulation.close()


def test_all_that_was_published_is_archived_once(outcome: Outcome) -> None:
    assert outcome.published > 30
    assert outcome.failed > 3
    assert (outcome.missing, outcome.twice, outcome.unasked) == ((), (), ())
    assert outcome.endings == ()


def test_two_crawlers_never_ask_a_host_faster_than_its_pace(outcome: Outcome) -> None:
    assert len(outcome.least_gaps) == len(WATCHED)
    assert {group: gap for group, (gap, pace) in outcome.least_gaps.items() if gap < pace} == {}
    assert outcome.least_gaps["songnen.example"][1] == 0.3


def test_a_look_at_an_unchanged_source_is_one_request(outcome: Outcome) -> None:
    quiet = outcome.quiet
    assert quiet.looks > len(WATCHED)
    assert quiet.lists <= quiet.looks
    assert quiet.robots <= quiet.hosts
    assert quiet.others == 0
