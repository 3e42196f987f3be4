"""Score an article under a topic's fitted weights: its headline, its passages, and what they make together."""

import math
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from crawler.judging.features import Features, Span, passage_features
from crawler.judging.matching import Found, matcher
from crawler.judging.normalise import respell
from crawler.judging.passages import Piece, passages
from crawler.topics import Topic

_CLIP = 6.0
"""One passage can say no more than this, in log odds."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One judged piece: the title, or a passage that holds a topic word."""

    title: bool
    span: Span
    features: Features


@dataclass(frozen=True, slots=True)
class Findings:
    """Every part of an article that holds a topic word."""

    parts: tuple[Part, ...]
    title: str
    text: str
    """Both respelled, with the offsets of the original."""


def examine(title: str, text: str, topic: Topic) -> Findings:
    """What the topic's words found in an article, as the model's features. Linear in the text's length."""
    title, text = respell(title), respell(text)
    find = matcher(topic).find
    parts: list[Part] = []
    if found := find(title):
        span = Span(Piece(0, len(title), len(title)), found.topical, found.others)
        features = passage_features(title, span, title=True)
        parts.append(Part(title=True, span=span, features=features))
    if found := find(text):
        for span in _spans(text, found):
            features = passage_features(text, span, title=False)
            parts.append(Part(title=False, span=span, features=features))
    return Findings(tuple(parts), title, text)


def _spans(text: str, found: Found) -> Iterator[Span]:
    """The passages that hold a topic word."""
    topical_starts = [hit.start for hit in found.topical]
    other_starts = [hit.start for hit in found.others]
    for piece in passages(text):
        topical = found.topical[slice(*_range(topical_starts, piece))]
        if topical:
            others = found.others[slice(*_range(other_starts, piece))]
            yield Span(piece, topical, others)


def _range(starts: Sequence[int], piece: Piece) -> tuple[int, int]:
    return bisect_left(starts, piece.start), bisect_left(starts, piece.end)


def part_logits(findings: Findings, topic_weights: Mapping[str, float]) -> list[float]:
    """The log odds of each part by itself."""
    return [weigh(part.features, topic_weights) for part in findings.parts]


def weigh(features: Features, weights: Mapping[str, float]) -> float:
    """The log odds: each feature times its weight."""
    return sum(value * weights.get(name, 0.0) for name, value in features.items())


def probability(logit: float) -> float:
    """Log odds as a number from 0 to 1."""
    return 1 / (1 + math.exp(-max(-40.0, min(40.0, logit))))


def document_features(findings: Findings, logits: Sequence[float]) -> Features:
    """What the document's weights go by; a headline alone is judged by the headline's score."""
    titles = [logit for part, logit in zip(findings.parts, logits, strict=True) if part.title]
    if not findings.text:
        return {"headline_only": titles[0] if titles else 0.0}
    bodies = [(logit, part) for part, logit in zip(findings.parts, logits, strict=True) if not part.title]
    about = sum(part.span.piece.end - part.span.piece.start for logit, part in bodies if logit > 0)
    return {
        "bias": 1.0,
        "title": _clip(titles[0]) if titles else 0.0,
        "best": _clip(max((logit for logit, _ in bodies), default=-_CLIP)),
        "spread": about / len(findings.text),
    }


def _clip(logit: float) -> float:
    return max(-_CLIP, min(_CLIP, logit))
