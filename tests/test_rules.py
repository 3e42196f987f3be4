"""Who hears of which article, and what is too old to be told."""

import json
import re
from datetime import datetime, timedelta
from typing import Any

import pytest

from storage import SHANGHAI, Rule, Urgency, figure_words, parse_bound
from storage.telling.rulebook import awaits, read_rule, write_rule
from storage.telling.rules import alert_code, alert_key, is_baseline, matching
from tests.specimens import DAY, HOUR, IRRELEVANT, NOW, RELEVANT, SEIZED, article

RULES: dict[str, tuple[dict[str, Any], bool]] = {
    "no condition": ({}, True),
    "province": ({"provinces": frozenset({"甘肃", "宁夏"})}, True),
    "other province": ({"provinces": frozenset({"宁夏"})}, False),
    "portal": ({"portals": frozenset({"qingyun"})}, True),
    "other portal": ({"portals": frozenset({"baiyun"})}, False),
    "category": ({"categories": frozenset({"enforcement"})}, True),
    "other category": ({"categories": frozenset({"trial"})}, False),
    "score reached": ({"min_score": 0.9}, True),
    "score not reached": ({"min_score": 0.91}, False),
    "word in the text": ({"words": ("没有这个", "海洛因")}, True),
    "word in the other script": ({"words": ("破獲",)}, True),
    "no such word": ({"words": ("没有这个",)}, False),
    "city without its province": ({"places": ("兰州",)}, True),
    "place in full": ({"places": ("甘肃省兰州市",)}, True),
    "county that is not named": ({"places": ("兰州市城关区",)}, False),
    "middle of a name": ({"places": ("州市",)}, False),
    "substance": ({"substances": frozenset({"heroin"})}, True),
    "other substance": ({"substances": frozenset({"ketamine"})}, False),
    "all words": ({"all_words": ("海洛因", "貨車")}, True),
    "not all words": ({"all_words": ("海洛因", "没有这个")}, False),
    "forbidden word": ({"not_words": ("高速路口",)}, False),
    "forbidden word in the other script": ({"not_words": ("通訊員",)}, False),
    "figure met": ({"figures": (parse_bound("海洛因>=1kg", figure_words()),)}, True),
    "one of two figures met": (
        {
            "figures": (
                parse_bound("抓获>=10人", figure_words()),
                parse_bound("缴获>1公斤", figure_words()),
            )
        },
        True,
    ),
    "figure not met": ({"figures": (parse_bound("海洛因>=2kg", figure_words()),)}, False),
    "all conditions": ({"provinces": frozenset({"甘肃"}), "words": ("没有这个",)}, False),
}


@pytest.mark.parametrize(("conditions", "heard"), RULES.values(), ids=RULES)
def test_matching(conditions: dict[str, Any], heard: bool) -> None:
    rule = Rule(name="r", channels=("c",), **conditions)
    assert matching([rule], article(), RELEVANT, (SEIZED,)) == ((rule,) if heard else ())


URGENT: dict[str, tuple[Urgency | None, bool]] = {
    "nothing is": (None, False),
    "figure": (Urgency(figures=(parse_bound("海洛因>=1kg", figure_words()),)), True),
    "figure not met": (Urgency(figures=(parse_bound("海洛因>=5kg", figure_words()),)), False),
    "score": (Urgency(score=0.9), True),
    "score, but another category": (Urgency(score=0.9, categories=frozenset({"trial"})), False),
}


@pytest.mark.parametrize(("urgency", "urgent"), URGENT.values(), ids=URGENT)
def test_urgent(urgency: Urgency | None, urgent: bool) -> None:
    rule = Rule(name="r", channels=("c",), urgent=urgency)
    (matched,) = matching([rule], article(), RELEVANT, (SEIZED,))
    assert matched.is_urgent is urgent


AWAITED: dict[str, tuple[dict[str, Any], str, tuple[str, str]]] = {
    "nothing": ({}, "09:30", ("", "2 09:30")),
    "the next digest": ({"digest": ("08:07", "17:37")}, "09:30", ("digest", "2 17:37")),
    "the digest of tomorrow": ({"digest": ("08:07", "17:37")}, "17:37", ("digest", "3 08:07")),
    "the end of the night": ({"quiet": "22:30-07:00"}, "23:10", ("quiet", "3 07:00")),
    "the end of the night, after midnight": ({"quiet": "22:30-07:00"}, "06:59", ("quiet", "2 07:00")),
    "nothing, the night being over": ({"quiet": "22:30-07:00"}, "07:00", ("", "2 07:00")),
    "a digest in quiet hours": ({"digest": ("23:07",), "quiet": "22:30-07:00"}, "09:30", ("digest", "3 07:00")),
    "nothing when urgent": ({"digest": ("08:07",), "quiet": "00:01-23:59", "is_urgent": True}, "09:30", ("", "2 09:30")),
}  # fmt: skip


@pytest.mark.parametrize(("conditions", "clock", "expected"), AWAITED.values(), ids=AWAITED)
def test_what_an_alert_waits_for(conditions: dict[str, Any], clock: str, expected: tuple[str, str]) -> None:
    now = datetime.fromisoformat(f"2026-03-02T{clock}:00+08:00")
    batch, until = awaits(Rule(name="r", channels=("c",), **conditions), now)
    assert (batch, f"{until.astimezone(SHANGHAI):%-d %H:%M}") == expected


def test_a_rule_survives_the_archive() -> None:
    full = Rule(
        name="r",
        channels=("c", "d"),
        provinces=frozenset({"甘肃"}),
        places=("兰州",),
        substances=frozenset({"heroin"}),
        all_words=("海洛因",),
        not_words=("电影",),
        figures=(parse_bound("抓获>=10人", figure_words()),),
        also=frozenset({"changed"}),
        digest=("08:07",),
        quiet="22:30-07:00",
        urgent=Urgency(
            figures=(parse_bound("海洛因>=1kg", figure_words()),), categories=frozenset({"trial"}), score=0.8
        ),
    )
    assert read_rule(json.loads(json.dumps(write_rule(full)))) == full
    assert read_rule({"name": "old", "channels": ["c"], "min_score": 0}) == Rule(name="old", channels=("c",))


def test_nobody_hears_of_an_irrelevant_article() -> None:
    assert matching([Rule(name="r", channels=("c",))], article(), IRRELEVANT, ()) == ()


BASELINES: dict[str, tuple[datetime | None, str, bool, bool]] = {
    "older": (NOW - 49 * HOUR, "minute", True, True),
    "older, listed later": (NOW - 49 * HOUR, "minute", False, True),
    "within": (NOW - 47 * HOUR, "minute", True, False),
    "day surely over": (NOW - 4 * DAY, "day", True, True),
    "day perhaps not over": (NOW - 60 * HOUR, "day", True, False),
    "unknown in the first list": (None, "minute", True, True),
    "unknown, listed later": (None, "minute", False, False),
}


@pytest.mark.parametrize(("published_at", "precision", "first", "silent"), BASELINES.values(), ids=BASELINES)
def test_is_baseline(published_at: datetime | None, precision: Any, first: bool, silent: bool) -> None:
    told = {"watch_began_at": NOW, "quiet_before": timedelta(hours=48), "in_first_list": first}
    assert is_baseline(published_at, precision, **told) is silent


def test_alerts_are_named_by_kind_story_rule_and_channel() -> None:
    keys = {
        alert_key(*parts)
        for parts in [("story", 1, "r", "c"), ("story", 2, "r", "c"), ("baseline", None, "r", "c")]
    }
    assert len(keys) == 3
    assert all(re.fullmatch("[A-Z2-7]{5}", alert_code(key)) for key in keys)
    assert alert_code("story|1|r|c") == "ZSEIX"
