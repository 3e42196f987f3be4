"""Score an article under a topic's fitted weights: its headline, its passages, and what they make together."""

import math
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from crawler.judging.features import Features, Span, passage_features
from crawler.judging.matching import matcher
from crawler.judging.normalise import respell
from crawler.judging.passages import Piece, passages
from crawler.topics import Topic

_CLIP = 6.0
"""One passage can say no more than this, in log odds."""

_LONG = 1500
_LONGEST = 4.0
"""A text longer than this many characters counts as longer with each doubling, so often: one passage of many says less."""

_SCANT = 80
"""A shorter text without any topic word (a caption, "click to play") says nothing against its headline."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
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
    parts = (*_parts(title, topic, title=True), *_parts(text, topic, title=False))
    return Findings(parts, title, text)


def _parts(text: str, topic: Topic, *, title: bool) -> Iterator[Part]:
    for span in _spans(text, topic, title=title):
        yield Part(title=title, span=span, features=passage_features(text, span, title=title))


def _spans(text: str, topic: Topic, *, title: bool) -> Iterator[Span]:
    """The pieces that hold a topic word."""
    words = matcher(topic)
    matches = words.scan(text)
    if not matches:
        return
    starts = [start for start, _, _ in matches]
    telling = [start for start, _, index in matches if index in words.topical]
    telling.append(len(text))
    for piece in [Piece(0, len(text), len(text))] if title else passages(text):
        if telling[bisect_left(telling, piece.start)] >= piece.end:
            continue
        first, last = bisect_left(starts, piece.start), bisect_left(starts, piece.end)
        if found := words.standing(text, matches[first:last]):
            yield Span(piece, found.topical, found.others)


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
    bodies = [(logit, part) for part, logit in zip(findings.parts, logits, strict=True) if not part.title]
    if not findings.text or (titles and not bodies and len(findings.text) < _SCANT):
        return {"headline_only": titles[0] if titles else 0.0}
    about = sum(part.span.piece.end - part.span.piece.start for logit, part in bodies if logit > 0)
    return {
        "bias": 1.0,
        "title": _clip(titles[0]) if titles else 0.0,
        "best": _clip(max((logit for logit, _ in bodies), default=-_CLIP)),
        "spread": about / len(findings.text),
        "long": min(_LONGEST, max(0.0, math.log2(len(findings.text) / _LONG))),
    }


def _clip(logit: float) -> float:
    return max(-_CLIP, min(_CLIP, logit))
