"""What the model weighs: how much of each kind of word a passage holds, and how they stand in it."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from crawler.judging.matching import Hit
from crawler.judging.passages import Piece

_REPEATED = 0.4
"""A word said again counts this much of its first time."""
_LISTED = 0.4
"""A word in a list of other things (、before or behind it) counts this much: 反诈、禁毒、防火宣传."""

Features = Mapping[str, float]


class Span(NamedTuple):
    """A passage with the hits that lie in it."""

    piece: Piece
    topical: Sequence[Hit]
    others: Sequence[Hit]


def passage_features(text: str, span: Span, *, title: bool) -> Features:
    """The features of one passage that holds a topic word.

    The words of a kind are summed to a mass m and enter as 1 - 2**-m: each further word adds half of what is missing.
    """
    masses: dict[str, float] = {}
    topical = _topical_masses(text, span.topical, masses)
    _add_masses(span.others, masses)
    features = {kind: 1 - 2**-mass for kind, mass in masses.items()}
    place = "title" if title else "text"
    features[f"bias_{place}"] = 1.0
    features[f"all_{place}"] = 1 - 2**-topical
    if not title:
        length = span.piece.end - span.piece.start
        head = sum(hit.term.weight for hit in span.topical if hit.end <= span.piece.head_end)
        features["head"] = 1 - 2**-head
        features["dense"] = min(1.0, topical * 40 / max(length, 40))
    return features


def _topical_masses(text: str, hits: Sequence[Hit], masses: dict[str, float]) -> float:
    """Add the topic words' masses by kind; returns their sum."""
    seen: set[str] = set()
    total = 0.0
    for index, hit in enumerate(hits):
        weight = hit.term.weight * (_REPEATED if hit.term.text in seen else 1.0)
        if _listed(text, hits, index):
            weight *= _LISTED
        seen.add(hit.term.text)
        masses[hit.term.kind.name] = masses.get(hit.term.kind.name, 0.0) + weight
        total += weight
    return total


def _add_masses(hits: Sequence[Hit], masses: dict[str, float]) -> None:
    seen: set[str] = set()
    for hit in hits:
        if hit.term.text not in seen:
            seen.add(hit.term.text)
            masses[hit.term.kind.name] = masses.get(hit.term.kind.name, 0.0) + hit.term.weight


def _listed(text: str, hits: Sequence[Hit], index: int) -> bool:
    """True for one item of a list whose neighbours are not of the topic."""
    hit = hits[index]
    if text[hit.start - 1 : hit.start] == "、":
        return index == 0 or hits[index - 1].end != hit.start - 1
    if text[hit.end : hit.end + 1] == "、":
        return index + 1 == len(hits) or hits[index + 1].start != hit.end + 1
    return False
