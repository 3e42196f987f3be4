"""Which rules an article matches, and what names its alerts."""

import base64
import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from storage.search.terms import fold, words_of_article
from storage.telling.figures import any_meets
from storage.values.alerts import Rule, Urgency
from storage.values.model import (
    Article,
    Fact,
    Precision,
    Verdict,
)


def matching(
    rules: Iterable[Rule], article: Article, verdict: Verdict, facts: Iterable[Fact]
) -> tuple[Rule, ...]:
    """The rules that want to hear of this article, `is_urgent` where it is; none does of an irrelevant one."""
    if not verdict.relevant:
        return ()
    words, facts = words_of_article(article.title, article.subtitle, article.text), tuple(facts)
    matched = (
        rule
        for rule in rules
        if _fits_verdict(rule, article, verdict) and _fits_words(rule, words) and _fits_facts(rule, facts)
    )
    return tuple(replace(rule, is_urgent=_is_urgent(rule.urgent, verdict, facts)) for rule in matched)


def alert_key(kind: str, story_id: int | None, rule: str, channel: str, about: str = "") -> str:
    """What makes an alert the same alert: kind, story, rule, channel, and what of the story it is about."""
    story = "" if story_id is None else str(story_id)
    return "|".join((kind, story, rule, channel, *((about,) if about else ())))


def alert_code(key: str) -> str:
    """Five letters and digits that stand for an alert in a message, without 0, 1, 8 and 9."""
    return base64.b32encode(hashlib.blake2b(key.encode(), digest_size=5).digest()).decode()[:5]


def lies_in(place: str, wanted: str) -> bool:
    """Whether a place, named in full from its province down, is the wanted one or in it: 兰州, 兰州市, 甘肃省兰州市."""
    at = place.find(wanted)
    return at == 0 or (at > 0 and place[at - 1] in "省市区州盟县旗")


def _fits_verdict(rule: Rule, article: Article, verdict: Verdict) -> bool:
    return (
        verdict.score >= rule.min_score
        and (not rule.provinces or verdict.province in rule.provinces)
        and (
            not rule.places
            or any(lies_in(place, wanted) for place in verdict.places for wanted in rule.places)
        )
        and (not rule.portals or article.portal in rule.portals)
        and (not rule.categories or verdict.category in rule.categories)
    )


def _fits_words(rule: Rule, words: str) -> bool:
    return (
        (not rule.words or any(fold(word) in words for word in rule.words))
        and all(fold(word) in words for word in rule.all_words)
        and not any(fold(word) in words for word in rule.not_words)
    )


def _fits_facts(rule: Rule, facts: tuple[Fact, ...]) -> bool:
    named = {name for fact in facts if not fact.uncertain for name in (fact.substance or "").split("+")}
    return (not rule.substances or not rule.substances.isdisjoint(named)) and (
        not rule.figures or any_meets(facts, rule.figures)
    )


def _is_urgent(urgency: Urgency | None, verdict: Verdict, facts: tuple[Fact, ...]) -> bool:
    return (
        urgency is not None
        and (urgency.score is None or verdict.score >= urgency.score)
        and (not urgency.categories or verdict.category in urgency.categories)
        and (not urgency.figures or any_meets(facts, urgency.figures))
    )


def is_baseline(
    published_at: datetime | None,
    precision: Precision,
    *,
    watch_began_at: datetime,
    quiet_before: timedelta,
    in_first_list: bool,
) -> bool:
    """Whether a report is older than the watch of its source, so that nobody is to be alerted.

    It is when it was surely published more than `quiet_before` before the source was first seen, or when its time
    is unknown and the source's first list had it already.
    """
    if published_at is None:
        return in_first_list
    latest = published_at + (timedelta(days=1) if precision == "day" else timedelta())
    return latest < watch_began_at - quiet_before
