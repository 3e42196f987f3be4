"""Who hears of which article, and what is too old to be told."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest

from storage import Rule
from storage.rules import alert_code, alert_key, is_baseline, matching
from tests.specimens import DAY, HOUR, IRRELEVANT, NOW, RELEVANT, article

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
    "all conditions": ({"provinces": frozenset({"甘肃"}), "words": ("没有这个",)}, False),
}


@pytest.mark.parametrize(("conditions", "heard"), RULES.values(), ids=RULES)
def test_matching(conditions: dict[str, Any], heard: bool) -> None:
    rule = Rule(name="r", channels=("c",), **conditions)
    assert matching([rule], article(), RELEVANT) == ((rule,) if heard else ())


def test_nobody_hears_of_an_irrelevant_article() -> None:
    assert matching([Rule(name="r", channels=("c",))], article(), IRRELEVANT) == ()


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
