"""The two steps of judging as one: the verdict, then the figures of the place it found."""

from datetime import datetime
from typing import NamedTuple

from crawler.judging.facts import find_facts
from crawler.judging.relevance import judge
from crawler.topics import Topic
from storage import Fact, Verdict


class Conclusion(NamedTuple):
    """What an article's words come to."""

    verdict: Verdict
    facts: tuple[Fact, ...]


def conclude(title: str, text: str, *, published_at: datetime | None, topic: Topic) -> Conclusion:
    """Judge a headline and a text (either may be empty) and draw the figures; never raises on any text.

    A figure whose own words name no place is put where the whole story is.
    """
    verdict = judge(title, text, topic=topic)
    facts = find_facts(text, title=title, published_at=published_at, place=_place(verdict), topic=topic)
    return Conclusion(verdict, facts)


def _place(verdict: Verdict) -> str | None:
    """The one place of the story's province that it names, else the province: a report of many places counts them together."""
    within = [place for place in verdict.places if verdict.province and place.startswith(verdict.province)]
    return within[0] if len(within) == 1 else verdict.province
