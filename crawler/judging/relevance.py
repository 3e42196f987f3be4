"""Decide whether an article belongs to a topic, and show why: passage by passage, with every word that counted."""

import math
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from crawler.judging.features import Features, Span, passage_features
from crawler.judging.matching import Found, Hit, matcher
from crawler.judging.normalise import normalise
from crawler.judging.passages import Piece, passages
from crawler.topics import Topic
from storage import Evidence, Verdict

_SHOWN_TOPICAL = 12
_SHOWN_OTHERS = 8
"""Enough for a reader to see why; the archive keeps them with every article."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One judged piece: the title or a passage."""

    title: bool
    span: Span
    features: Features


@dataclass(frozen=True, slots=True)
class Reading:
    """Every part of an article that holds a topic word, and how long its text is."""

    parts: tuple[Part, ...]
    length: int


def judge(title: str, text: str, *, topic: Topic) -> Verdict:
    """The verdict on one article. An empty text means that only the headline is known.

    The score is the model's probability, 0 to 1. Cost is linear in the text's length.
    """
    reading = read(title, text, topic)
    if not reading.parts:
        return Verdict(topic=topic.name, relevant=False, score=0.0)
    logits = [weigh(part.features, topic.model.passage) for part in reading.parts]
    document = document_features(reading, logits)
    score = probability(weigh(document, topic.model.document))
    relevant = score >= topic.model.threshold
    return Verdict(
        topic=topic.name,
        relevant=relevant,
        score=round(score, 4),
        category="enforcement" if relevant else None,
        evidence=tuple(_evidence(reading, logits, topic)),
    )


def read(title: str, text: str, topic: Topic) -> Reading:
    """What the topic's words found in an article, as the model's features."""
    plain_title, plain_text = normalise(title), normalise(text)
    find = matcher(topic).find
    parts: list[Part] = []
    if found := find(plain_title):
        span = Span(Piece(0, len(title), len(title)), found.topical, found.others)
        features = passage_features(plain_title, span, title=True)
        parts.append(Part(title=True, span=span, features=features))
    if found := find(plain_text):
        for span in _spans(plain_text, found):
            features = passage_features(plain_text, span, title=False)
            parts.append(Part(title=False, span=span, features=features))
    return Reading(tuple(parts), len(text))


def _spans(text: str, found: Found) -> Iterator[Span]:
    """The passages that hold a topic word."""
    starts = [hit.start for hit in found.topical]
    other_starts = [hit.start for hit in found.others]
    for piece in passages(text):
        topical = found.topical[bisect_left(starts, piece.start) : bisect_left(starts, piece.end)]
        if topical:
            first, last = bisect_left(other_starts, piece.start), bisect_left(other_starts, piece.end)
            yield Span(piece, topical, found.others[first:last])


def weigh(features: Features, weights: Mapping[str, float]) -> float:
    """The log odds: each feature times its weight."""
    return sum(value * weights.get(name, 0.0) for name, value in features.items())


def probability(logit: float) -> float:
    """Log odds as a number from 0 to 1."""
    return 1 / (1 + math.exp(-max(-40.0, min(40.0, logit))))


def document_features(reading: Reading, logits: Sequence[float]) -> Features:
    """What the document's weights go by; a headline alone is judged by the headline's score."""
    titles = [logit for part, logit in zip(reading.parts, logits, strict=True) if part.title]
    bodies = [(logit, part) for part, logit in zip(reading.parts, logits, strict=True) if not part.title]
    if not reading.length:
        return {"headline_only": titles[0] if titles else 0.0}
    about = sum(part.span.piece.end - part.span.piece.start for logit, part in bodies if logit > 0)
    return {
        "bias": 1.0,
        "title": _clip(titles[0]) if titles else 0.0,
        "best": _clip(max((logit for logit, _ in bodies), default=-6.0)),
        "spread": about / reading.length,
    }


def _clip(logit: float) -> float:
    return max(-6.0, min(6.0, logit))


def _evidence(reading: Reading, logits: Sequence[float], topic: Topic) -> Iterator[Evidence]:
    """The words of the headline and the best passage that weighed most, in order of place."""
    best = max(range(len(logits)), key=lambda index: logits[index])
    for index, part in enumerate(reading.parts):
        if index == best or part.title:
            where = "title" if part.title else "text"
            yield from _shown(part.span.topical, where, topic, _SHOWN_TOPICAL)
            yield from _shown(part.span.others, where, topic, _SHOWN_OTHERS)


def _shown(hits: Sequence[Hit], where: str, topic: Topic, limit: int) -> Iterator[Evidence]:
    weights = topic.model.passage
    weighed = [(hit.term.weight * weights.get(hit.term.kind.name, 0.0), hit) for hit in hits]
    kept = sorted(weighed, key=lambda pair: -abs(pair[0]))[:limit]
    for weight, hit in sorted(kept, key=lambda pair: pair[1].start):
        yield Evidence(
            term=hit.term.text,
            weight=round(weight, 3),
            where="title" if where == "title" else "text",
            start=hit.start,
            end=hit.end,
            why=hit.term.kind.why,
        )
