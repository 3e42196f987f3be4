"""Comparisons printed with a figure, each given to the figure it belongs to."""

import pytest

from storage import Change
from tests.drawing import draw

CHANGES = {
    "a_fall": ("破获毒品案件128起，同比下降16.4%。", [Change(kind="down", value=16.4, against="同比")]),
    "three_in_order": (
        "破获毒品案16起，抓获毒贩19名，缴获毒品2吨，同比分别上升13.2%、15%和48.7%。",
        [Change(kind="up", value=value, against="同比") for value in (13.2, 15, 48.7)],
    ),
    "from_to": (
        "全省毒品案件由2016年的8900起降至2020年的2300起。",
        [Change(kind="from_to", value=2300, unit="case", base=8900)],
    ),
    "a_share": (
        "缴获冰毒2吨，占全省缴获总量的57%。",
        [Change(kind="share", value=57, against="全省缴获总量")],
    ),
    "two_shares_in_order": (
        "共破获毒品案件150起，缴毒13公斤，分别占全省总数的10%和15%。",
        [Change(kind="share", value=value, against="全省总数") for value in (10, 15)],
    ),
    "against_a_year": (
        "缴获毒品27吨，比2020年下降52%。",
        [Change(kind="down", value=52, against="比2020年")],
    ),
    "a_multiple": (
        "查获吸毒人员427人次，是2015年的1.7倍。",
        [Change(kind="times", value=1.7, unit="times", against="2015年")],
    ),
    "doubled": ("登记吸毒人员27万，6年翻了一番。", [Change(kind="times", value=2, unit="times")]),
    "tenths": ("新发现吸毒人员155名，降幅接近六成。", [Change(kind="down", value=60)]),
    "a_target": ("破获毒品案件128起，力争上升30%以上。", [Change(kind="target", value=30)]),
    "too_few_figures": ("缴获毒品2吨，同比分别增长13.2%、15%。", [None]),
}


@pytest.mark.parametrize(("text", "expected"), CHANGES.values(), ids=CHANGES.keys())
def test_comparisons_go_to_their_figures(text: str, expected: list[Change | None]) -> None:
    assert [fact.change for fact in draw(text)] == expected
