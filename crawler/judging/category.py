"""Which sort of report it is, by the words of its headline and of the passages that made it relevant."""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from crawler.judging.matching import CueHit
from storage import Category

_DEFAULT: Category = "enforcement"
_WEIGHTS = {"title": 2.0, "head": 2.0, "body": 1.0}
_REPEATED = 0.3
"""A cue said again in the same place counts this much of its first time."""
_HALF = 2.0
"""The weight of cues at which a place has said half of what it can say: many 抓获 make no other sort of report of it."""


class Placed(NamedTuple):
    """A cue and where it stood: `title`, `head` (the heading or opening of a passage) or `body`."""

    hit: CueHit
    where: str


def categorise(cues: Iterable[Placed]) -> Category:
    """The category whose cues weigh most; `enforcement`, the commonest, where none is found."""
    masses: dict[tuple[str, Category], float] = defaultdict(float)
    seen: set[tuple[str, str, Category]] = set()
    for hit, where in cues:
        key = (hit.cue.text, where, hit.cue.category)
        masses[where, hit.cue.category] += hit.cue.weight * (_REPEATED if key in seen else 1.0)
        seen.add(key)
    sums: dict[Category, float] = defaultdict(float)
    for (where, category), mass in masses.items():
        sums[category] += _WEIGHTS[where] * (1 - 2 ** (-mass / _HALF))
    return max(sums, key=lambda category: sums[category]) if sums else _DEFAULT
