"""What is shown of a text, and what in it is highlighted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage import Passage
from storage.search.passages import marks, passage
from storage.search.query import parse, pattern, wanted


def patterns(query: str) -> list:
    return [pattern(phrase) for phrase in wanted(parse(query))]


MARKS = {
    "each": ("禁毒又禁毒", "禁毒", ((0, 2), (3, 5))),
    "touching ones are one": ("国际禁毒日", "国际 禁毒 毒日", ((0, 5),)),
    "in traditional script": ("禁毒宣傳", "宣传", ((2, 4),)),
    "where folding lengthens": ("５㎏禁毒", "禁毒", ((2, 4),)),
    "where folding shortens": ("禁\u200b毒", "禁毒", ((0, 3),)),
    "none": ("戒毒", "禁毒", ()),
}


@pytest.mark.parametrize(("text", "query", "expected"), MARKS.values(), ids=MARKS)
def test_marks(text: str, query: str, expected: tuple) -> None:
    assert marks(text, patterns(query)) == expected


TEXT = "第一句很长很长。第二句说禁毒,\n第三句。" + "后面" * 100
PASSAGES = {
    "from the sentence": (TEXT, "禁毒", 10, Passage(text="…第二句说禁毒, 第三…", marks=((5, 7),))),
    "from the beginning": (TEXT, "第一句", 10, Passage(text="第一句很长很长。第二…", marks=((0, 3),))),
    "nothing found": ("短。", "禁毒", 10, Passage(text="短。")),
    "no sentence near": (
        "前" * 90 + "禁毒",
        "禁毒",
        30,
        Passage(text="…" + "前" * 20 + "禁毒", marks=((21, 23),)),
    ),
    "empty": ("", "禁毒", 10, Passage(text="")),
    "mark cut": ("禁毒日", "禁毒日", 2, Passage(text="禁毒…", marks=((0, 2),))),
}


@pytest.mark.parametrize(("text", "query", "length", "expected"), PASSAGES.values(), ids=PASSAGES)
def test_passage(text: str, query: str, length: int, expected: Passage) -> None:
    assert passage(text, patterns(query), length=length) == expected


@given(st.text("禁毒。\n㎏ab\u200b", max_size=300))
def test_marks_stay_inside(text: str) -> None:
    shown = passage(text, patterns("禁毒 OR kg"))
    ends = [at for mark in shown.marks for at in mark]
    assert ends == sorted(ends)
    assert not ends or (ends[0] >= 0 and ends[-1] <= len(shown.text))
    assert "\n" not in shown.text
