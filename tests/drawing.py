"""Figures drawn from a text in one call, and a fact as one short line."""

from datetime import datetime

from crawler.judging import find_facts
from crawler.topics import load_topic
from storage import Fact

TOPIC = load_topic("antidrug")


def draw(text: str, *, title: str = "", published: datetime | None = None) -> tuple[Fact, ...]:
    return find_facts(text, title=title, published_at=published, place="清河省", topic=TOPIC)


def line(fact: Fact) -> str:
    """Measure, value, unit, then qualifier, substance and basis where there is one, `?` where it is uncertain."""
    qualifier = "" if fact.qualifier == "exact" else fact.qualifier
    parts = (
        fact.measure,
        f"{fact.value:.12g}",
        fact.unit,
        qualifier,
        fact.substance,
        fact.basis,
        "?" if fact.uncertain else "",
    )
    return " ".join(part for part in parts if part)
