"""Which rules an article matches, and what names its alerts."""

import base64
import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta

from storage.alerts import (
    Rule,
)
from storage.model import (
    Article,
    Precision,
    Verdict,
)
from storage.terms import fold, words_of_article


def matching(rules: Iterable[Rule], article: Article, verdict: Verdict) -> tuple[Rule, ...]:
    """The rules that want to hear of this article; none does of an irrelevant one."""
    if not verdict.relevant:
        return ()
    words = words_of_article(article.title, article.subtitle, article.text)
    return tuple(rule for rule in rules if _matches(rule, article, verdict, words))


def alert_key(kind: str, story_id: int | None, rule: str, channel: str, about: str = "") -> str:
    """What makes an alert the same alert: kind, story, rule, channel, and what of the story it is about."""
    story = "" if story_id is None else str(story_id)
    return "|".join((kind, story, rule, channel, *((about,) if about else ())))


def alert_code(key: str) -> str:
    """Five letters and digits that stand for an alert in a message, without 0, 1, 8 and 9."""
    return base64.b32encode(hashlib.blake2b(key.encode(), digest_size=5).digest()).decode()[:5]


def _matches(rule: Rule, article: Article, verdict: Verdict, words: str) -> bool:
    return (
        verdict.score >= rule.min_score
        and (not rule.provinces or verdict.province in rule.provinces)
        and (not rule.portals or article.portal in rule.portals)
        and (not rule.categories or verdict.category in rule.categories)
        and (not rule.words or any(fold(word) in words for word in rule.words))
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
