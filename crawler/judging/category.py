"""Which sort of report it is, by the words of its headline and of the passage that made it relevant."""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from crawler.judging.matching import CueHit
from storage import Category

_DEFAULT: Category = "enforcement"
_WEIGHTS = {"title": 3.0, "head": 1.5, "body": 1.0}
_REPEATED = 0.3
"""A cue said again in the same place counts this much of its first time."""


class Placed(NamedTuple):
    """A cue and where it stood: `title`, `head` (the opening of a passage) or `body`."""

    hit: CueHit
    where: str


def categorise(cues: Iterable[Placed]) -> Category:
    """The category whose cues weigh most; `enforcement`, the commonest, where none is found."""
    sums: dict[Category, float] = defaultdict(float)
    seen: set[tuple[str, str]] = set()
    for hit, where in cues:
        key = (hit.cue.text, where)
        sums[hit.cue.category] += hit.cue.weight * _WEIGHTS[where] * (_REPEATED if key in seen else 1.0)
        seen.add(key)
    return max(sums, key=lambda category: sums[category]) if sums else _DEFAULT
