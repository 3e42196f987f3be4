"""Every name that a figure can carry has its word for readers."""

import tomllib

from crawler.judging.quantities import UNITS
from crawler.topics import load_topic
from scheduler.alerts.wording import WORDS, load_wording

WORDING = load_wording()


def test_every_unit_has_its_word() -> None:
    kept = {name for kinds in UNITS.values() for name in kinds.values()}
    assert kept - set(WORDING.units) == set()


def test_every_measure_of_the_topic_has_its_word() -> None:
    assert set(load_topic("antidrug").figures.measures) - set(WORDING.measures) == set()


def test_no_word_is_for_a_measure_that_is_no_more() -> None:
    shipped = tomllib.loads(WORDS.read_text("utf-8"))["measures"]
    assert set(shipped) - set(load_topic("antidrug").figures.measures) == set()
