"""What counts as a change, and which figures changed."""

from dataclasses import replace
from typing import Any

import pytest

from storage import Fact, changed_figures, figures_line, what_changed
from tests.specimens import BODY, SEIZED, article

CAUGHT = replace(
    SEIZED, measure="persons_arrested", value=2, unit="person", substance=None, evidence="抓获2人", start=60
)
CHANGES: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "nothing": ({}, ()),
    "blanks": ({"text": BODY.replace("\n", "\n\n  ") + "\n编号1。"}, ()),
    "punctuation": ({"text": f"{BODY}\n编号1".replace("，", ",")}, ()),
    "lines around the text": ({"text": f"{BODY}\n编号1。\n责任编辑：王五\n来源：青云日报"}, ()),
    "headline": ({"title": "青云更正一则消息"}, ("title",)),
    "text": ({"text": f"{BODY}\n编号1。另有三人在逃。"}, ("text",)),
    "source": ({"source": "县公安局"}, ("source",)),
    "editors": ({"editors": ("王五",)}, ("editors",)),
    "authors": ({"authors": ("林一",)}, ("authors",)),
    "authors in another order": ({"authors": ("周二", "林一")}, ()),
    "fields we no longer find": ({"title": "", "source": None, "authors": (), "text": ""}, ()),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_a_reader_would_call_a_change(name: str) -> None:
    changes, wanted = CHANGES[name]
    assert what_changed(article(1), article(1, **changes)) == wanted


FIGURES: dict[str, tuple[tuple[Fact, ...], tuple[Fact, ...], str]] = {
    "same": ((SEIZED,), (SEIZED,), ""),
    "value": (
        (SEIZED, CAUGHT),
        (replace(SEIZED, value=12_000, evidence="海洛因12公斤"), CAUGHT),
        "海洛因1.2公斤 → 海洛因12公斤",
    ),
    "other words for one value": ((SEIZED,), (replace(SEIZED, evidence="1200克海洛因"),), ""),
    "came": ((SEIZED,), (SEIZED, CAUGHT), ""),
    "went": ((SEIZED, CAUGHT), (SEIZED,), ""),
    "another substance": ((SEIZED,), (replace(SEIZED, substance="ketamine", value=5),), ""),
    "a goal is no result": ((SEIZED,), (replace(SEIZED, value=5, target=True),), ""),
    "uncertain": ((SEIZED,), (replace(SEIZED, value=5, uncertain="two readings"),), ""),
    "two of a kind, paired by their words": (
        (
            replace(CAUGHT, evidence="东区抓获3人", value=3),
            replace(CAUGHT, evidence="西区抓获4人", value=4, start=80),
        ),
        (
            replace(CAUGHT, evidence="西区抓获6人", value=6),
            replace(CAUGHT, evidence="东区抓获5人", value=5, start=80),
        ),
        "西区抓获4人 → 西区抓获6人；东区抓获3人 → 东区抓获5人",
    ),
}


@pytest.mark.parametrize("name", FIGURES)
def test_changed_figures_are_told_as_pairs(name: str) -> None:
    old, new, line = FIGURES[name]
    assert figures_line(changed_figures(old, new)) == line


def test_a_line_stays_a_line() -> None:
    old = [replace(SEIZED, measure=f"m{n}", value=1, evidence=f"甲\n{n}") for n in range(9)]
    new = [replace(one, value=2, evidence=f"{one.evidence}增") for one in old]
    line = figures_line(changed_figures(old, new))
    assert "\n" not in line
    assert line.endswith("；另有5处")
