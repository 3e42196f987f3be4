"""The words of a message: labels for the names facts and verdicts carry, from `wording.toml` and the topic."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from crawler.topics import Topic, choose_topic

WORDS = Path(__file__).with_name("wording.toml")


@dataclass(frozen=True, kw_only=True, slots=True)
class Wording:
    """Name → Chinese words; a name without an entry is shown as it is."""

    topic: str
    """The topic's title, e.g. 禁毒."""
    categories: Mapping[str, str]
    measures: Mapping[str, str]
    units: Mapping[str, str]
    substances: Mapping[str, str]
    of_substances: frozenset[str]
    """Measures that print which substance they are of."""
    qualifiers: Mapping[str, str]
    """Qualifier → words before the number: about → 约."""
    sequels: Mapping[str, str]
    """Kind of a sequel → words before its headline."""
    batches: Mapping[str, str]
    """What alerts waited for → headline of the message that holds them, with `{n}` for how many."""


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads(WORDS.read_text("utf-8"))


def category_named(written: object) -> object:
    """A category's own name where its Chinese words were written: 查缉 → enforcement; anything else as it is."""
    named = {words: name for name, words in _words()["categories"].items()}
    return named.get(written, written) if isinstance(written, str) else written


def load_wording(topic: Topic | None = None) -> Wording:
    """The shipped words, and those of the topic: the anti-drug one unless another is given."""
    topic = topic or choose_topic("")
    words = _words()
    return Wording(
        topic=topic.title,
        categories=words["categories"],
        measures={name: one.name for name, one in topic.figures.measures.items()} | words["measures"],
        units=words["units"],
        substances=words["substances"] | {substance.id: substance.name for substance in topic.substances},
        of_substances=frozenset(words["of_substances"]),
        qualifiers=words["qualifiers"],
        sequels=words["sequels"],
        batches=words["batches"],
    )
