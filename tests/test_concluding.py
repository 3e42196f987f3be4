"""A verdict and its figures together: whose figures they are when their own words do not say."""

from datetime import datetime

import pytest

from crawler.judging import conclude
from crawler.topics import load_topic
from storage import SHANGHAI

PLACES = {
    "one city": ("兰州市公安局禁毒支队破获贩毒案，缴获冰毒3公斤。", "甘肃省兰州市"),
    "a province and two of its cities": (
        "甘肃省禁毒委介绍，今年全省缴获冰毒3公斤。兰州市、天水市的禁毒宣传各有特色。",
        "甘肃",
    ),
    "another province named on the way": ("甘肃警方追查从云南边境流入的毒品，缴获冰毒3公斤。", "甘肃省"),
    "no place": ("禁毒民警缴获冰毒3公斤。", None),
}


@pytest.mark.parametrize(("text", "place"), PLACES.values(), ids=PLACES)
def test_figures_are_where_the_story_is(text: str, place: str | None) -> None:
    published = datetime(2026, 3, 2, tzinfo=SHANGHAI)
    verdict, facts = conclude("禁毒战报", text, published_at=published, topic=load_topic("antidrug"))
    assert verdict.relevant
    assert [fact.place for fact in facts] == [place]


def test_nothing_at_all_is_judged_too() -> None:
    verdict, facts = conclude("", "", published_at=None, topic=load_topic("antidrug"))
    assert (verdict.relevant, facts) == (False, ())
