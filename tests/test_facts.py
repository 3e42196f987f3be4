"""Figures of whole reports: whose they are, what they quote, and what reading them costs."""

import sys
from collections.abc import Callable
from datetime import datetime
from types import FrameType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.judging import find_facts
from crawler.topics import Topic
from storage import SHANGHAI
from tests.drawing import draw, line


def test_evidence_holds_deed_noun_and_number() -> None:
    facts = draw("警方查明，共抓获犯罪嫌疑人25名，缴获海洛因、冰毒等毒品5公斤。")
    assert [fact.evidence for fact in facts] == ["抓获犯罪嫌疑人25名", "缴获海洛因、冰毒等毒品5公斤"]


def test_a_goal_is_no_result() -> None:
    goal, result = draw("全市计划破获毒品案件100起。已破获毒品案件80起。")
    assert (goal.target, result.target) == (True, False)


def test_a_period_is_kept_as_printed_and_resolved() -> None:
    published = datetime(2020, 6, 15, 9, 30, tzinfo=SHANGHAI)
    (fact,) = draw("２０１９年以来，全市共破毒品案1900多起。", published=published)
    assert fact.period == "２０１９年以来"
    assert fact.period_from == datetime(2019, 1, 1, tzinfo=SHANGHAI)
    assert fact.period_to == datetime(2020, 6, 15, 23, 59, tzinfo=SHANGHAI)
    assert fact.place == "清河省"


def test_years_in_order() -> None:
    facts = draw("2018年、2019年分别抓获毒贩120人、98人。")
    assert [fact.period_from and fact.period_from.year for fact in facts] == [2018, 2019]


DIGEST = """国内快讯
清河大桥今天通车
清河大桥今天建成通车，投资30亿元，1200余人参加仪式。
海关缴毒近两吨
海关日前破获一起特大走私毒品案，缴获海洛因1950公斤，抓获嫌疑人6名。
警方破获系列盗窃案
清河警方抓获嫌疑人9名，扣押车辆3辆。
全国赛艇锦标赛开幕
锦标赛今天开幕，46支队伍参赛。"""


def test_a_digest_is_read_brief_by_brief_and_headings_only_announce() -> None:
    assert [line(fact) for fact in draw(DIGEST)] == [
        "cases_solved 1 case heroin",
        "drugs_seized 1950000 gram heroin",
        "suspects_arrested 6 person",
    ]


def test_the_headline_makes_a_plain_text_ours() -> None:
    text = "警方抓获犯罪嫌疑人9名。"
    assert draw(text) == ()
    assert [line(fact) for fact in draw(text, title="清河破获一起贩毒案")] == ["suspects_arrested 9 person"]


def test_a_figure_told_twice_is_one_fact() -> None:
    text = (
        "当场搜出冰毒疑似物9克、海洛因疑似物3克。经检验，9克冰毒疑似物含甲基苯丙胺，3克海洛因疑似物含海洛因。"
    )
    assert [line(fact) for fact in draw(text)] == [
        "drugs_seized 9 gram methamphetamine",
        "drugs_seized 3 gram heroin",
    ]


def test_readings_between_the_characters_are_skipped_and_quoted() -> None:
    text = "據(jù)統(tǒng)計(jì)，全省共抓獲(huò)毒販25名，繳獲(huò)海洛因1.2萬(wàn)克。"
    facts = draw(text)
    assert [line(fact) for fact in facts] == ["suspects_arrested 25 person", "drugs_seized 12000 gram heroin"]
    assert [fact.evidence for fact in facts] == ["抓獲(huò)毒販25名", "繳獲(huò)海洛因1.2萬(wàn)克"]
    assert all(fact.evidence == text[fact.start : fact.end] for fact in facts)


def test_weapons_need_a_drug_case_beside_them() -> None:
    assert draw("戒毒所外的路口，巡警缴获手枪1支。") == ()


def test_a_topic_without_measures_has_no_figures() -> None:
    empty = Topic(name="empty", title="空")
    assert find_facts("缴获冰毒3克", title="", published_at=None, place=None, topic=empty) == ()


PIECES = st.sampled_from(
    ["缴获", "抓获", "冰毒", "毒品", "、", "，", "。", "\n", "分别", "为", "3", "1.2", "万", "余", "公斤", "起", "人", "名", "毒贩", "案",
     "从", "降至", "其中", "2019年", "同比", "%", "（", "）", "一", "两", "近", "上千", "強", "ＡＢ", "😀", "\x00", "等", "被告人", "判处", "的"]
)  # fmt: skip
ANY_TEXT = st.one_of(st.text(max_size=80), st.lists(PIECES, max_size=40).map("".join))


@given(text=ANY_TEXT, title=st.text(max_size=10))
@settings(max_examples=200, deadline=None)
def test_any_text_is_read_and_every_offset_holds(text: str, title: str) -> None:
    published = datetime(2024, 2, 29, tzinfo=SHANGHAI)
    for fact in draw(text, title=title, published=published):
        assert fact.evidence == text[fact.start : fact.end]
        assert fact.value > 0


def work(action: Callable[[], object]) -> int:
    """How many lines of Python an action runs: a measure of work that no busy machine disturbs."""
    count = 0

    def trace(_frame: FrameType, event: str, _argument: Any) -> Any:
        nonlocal count
        count += event == "line"
        return trace

    sys.settrace(trace)
    try:
        action()
    finally:
        sys.settrace(None)
    return count


REPEATED = {
    "sentences": "全市共破获一起毒品案，抓获毒贩156名，缴获海洛因、冰毒3公斤。",
    "paragraphs": "清河市共破获毒品案件28起，同比下降3%，抓获毒贩156名。\n",
    "one_endless_sentence": "破获毒品案件、抓获毒贩分别为28起、3人，2019年降至2起，缴获冰毒3克、",
    "no_punctuation": "缴获冰毒3克",
    "headings": "缴获毒品3公斤\n",
}


@pytest.mark.parametrize("unit", REPEATED.values(), ids=REPEATED.keys())
def test_work_grows_with_the_length_of_the_text_only(unit: str) -> None:
    draw(unit)
    once = work(lambda: draw(unit * 60))
    assert work(lambda: draw(unit * 240)) < 4.4 * once
