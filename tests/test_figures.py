"""Bounds on figures: how they are written, what they say to one who wrote them wrongly, which facts meet them."""

from dataclasses import replace
from typing import Any

import pytest

from storage import Bound, FigureError, figure_words, meets, parse_bound
from tests.specimens import SEIZED

READ: dict[str, tuple[str, tuple[str, str, str, float, str]]] = {
    "substance in kilograms": ("海洛因>=1kg", ("", "heroin", ">=", 1000, "gram")),
    "other script, full width": ("海洛因＞＝１公斤", ("", "heroin", ">=", 1000, "gram")),
    "sign of mathematics": ("冰毒≥500克", ("", "methamphetamine", ">=", 500, "gram")),
    "measure and substance": ("缴获冰毒 > 1.5 吨", ("drugs_seized", "methamphetamine", ">", 1_500_000, "gram")),
    "people": ("抓获>=10人", ("suspects_arrested", "", ">=", 10, "person")),
    "people without their unit": ("抓获>=10", ("suspects_arrested", "", ">=", 10, "person")),
    "ten thousands": ("吸毒人员<1.2万名", ("drug_users_found", "", "<", 12_000, "person")),
    "money": ("涉案资金>=1亿元", ("money_seized", "", ">=", 1e8, "yuan")),
    "thousand grams is a unit": ("海洛因>=1千克", ("", "heroin", ">=", 1000, "gram")),
    "thousand people is a scale": ("抓获>=1千人", ("suspects_arrested", "", ">=", 1000, "person")),
    "whatever is counted in pieces": ("窝点>=2个", ("labs_destroyed", "", ">=", 2, "lab")),
    "names of facts": ("drugs_seized=5g", ("drugs_seized", "", "=", 5, "gram")),
}  # fmt: skip


@pytest.mark.parametrize(("written", "expected"), READ.values(), ids=READ)
def test_reading(written: str, expected: tuple[str, str, str, float, str]) -> None:
    bound = parse_bound(written, figure_words())
    assert (bound.measure, bound.substance, bound.op, bound.value, bound.unit) == expected


WRONG: dict[str, tuple[str, str]] = {
    "nothing to compare": ("海洛因", "write a name, a comparison and a value"),
    "unknown name": ("海络因>=1kg", "did you mean 海洛因"),
    "no number": ("海洛因>=很多", "not a value"),
    "no unit": ("海洛因>=1", "the unit is missing"),
    "unknown unit": ("海洛因>=1磅", "unknown unit"),
    "unit of something else": ("抓获>=1kg", "counted in person"),
    "two comparisons": ("1kg<海洛因<2kg", "write a name"),
    "empty": ("", "write a name"),
}


@pytest.mark.parametrize(("written", "said"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_said_in_one_line(written: str, said: str) -> None:
    with pytest.raises(FigureError, match=said) as told:
        parse_bound(written, figure_words())
    assert "\n" not in str(told.value)


MET: dict[str, tuple[dict[str, Any], str, bool]] = {
    "exactly": ({"value": 1000}, "海洛因>=1kg", True),
    "exactly is not more": ({"value": 1000}, "海洛因>1kg", False),
    "over": ({"value": 1000, "qualifier": "over"}, "海洛因>1kg", True),
    "over is not at most": ({"value": 1000, "qualifier": "over"}, "海洛因<=1kg", False),
    "nearly": ({"value": 1000, "qualifier": "nearly"}, "海洛因>=1kg", False),
    "nearly ten": ({"value": 10_000, "qualifier": "nearly"}, "海洛因>=1kg", True),
    "under": ({"value": 1000, "qualifier": "under"}, "海洛因<1kg", True),
    "about": ({"value": 1000, "qualifier": "about"}, "海洛因>=1kg", True),
    "one of a mixture": ({"substance": "heroin+ketamine", "value": 1000}, "海洛因>=1kg", True),
    "another substance": ({"substance": "ketamine", "value": 1000}, "海洛因>=1kg", False),
    "another measure": ({"measure": "drugs_destroyed", "value": 1000}, "缴获海洛因>=1kg", False),
    "another unit": ({"unit": "tablet", "value": 1000}, "海洛因>=1kg", False),
    "uncertain": ({"value": 1000, "uncertain": "law text"}, "海洛因>=1kg", False),
    "a goal": ({"value": 1000, "target": True}, "海洛因>=1kg", False),
}


@pytest.mark.parametrize(("changes", "written", "met"), MET.values(), ids=MET)
def test_meeting(changes: dict[str, Any], written: str, met: bool) -> None:
    assert meets(replace(SEIZED, **changes), parse_bound(written, figure_words())) is met


def test_a_topic_adds_words() -> None:
    own = replace(figure_words(), measures={}, substances={"新药": "new_drug"}, units={})
    words = figure_words().joined(own)
    assert parse_bound("缴获新药>1g", words) == Bound(
        measure="drugs_seized", substance="new_drug", op=">", value=1, unit="gram"
    )
