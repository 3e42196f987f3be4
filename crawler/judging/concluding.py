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

    A figure whose own words name no place is put in the most exact place that the verdict found.
    """
    verdict = judge(title, text, topic=topic)
    place = verdict.places[0] if verdict.places else verdict.province
    facts = find_facts(text, title=title, published_at=published_at, place=place, topic=topic)
    return Conclusion(verdict, facts)
