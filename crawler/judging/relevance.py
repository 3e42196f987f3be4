"""Decide whether an article belongs to a topic, and show why: passage by passage, with every word that counted."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

from crawler.judging.category import Placed, categorise
from crawler.judging.matching import Hit, matcher
from crawler.judging.places import Places, find_places
from crawler.judging.scoring import (
    Findings,
    Part,
    document_features,
    examine,
    part_logits,
    probability,
    weigh,
)
from crawler.topics import Topic
from storage import Category, Evidence, Verdict

_SHOWN_TOPICAL = 6
_SHOWN_OTHERS = 4
"""Of each part. Enough for a reader to see why; the archive keeps them with every article."""

_MOSTLY = 0.5
_NEAR = 60
"""Where less than half of a text is about the topic, category and places are looked for this many characters around its words."""


def judge(title: str, text: str, *, topic: Topic) -> Verdict:
    """The verdict on one article. An empty text means that only the headline is known.

    The score is the model's probability, 0 to 1. Cost is linear in the text's length.
    """
    findings = examine(title, text, topic)
    if not findings.parts:
        return Verdict(topic=topic.name, relevant=False, score=0.0)
    logits = part_logits(findings, topic.model.passage)
    document = document_features(findings, logits)
    score = round(probability(weigh(document, topic.model.document)), 4)
    speaking = _speaking(findings.parts, logits)
    evidence = tuple(shown for part in speaking for shown in _evidence(part, topic))
    if score < topic.model.threshold:
        return Verdict(topic=topic.name, relevant=False, score=score, evidence=evidence)
    near = _NEAR if document.get("spread", 1.0) < _MOSTLY else len(title) + len(text)
    category, where = _told(_telling(findings.parts, logits, speaking), findings, near, topic)
    return Verdict(
        topic=topic.name,
        relevant=True,
        score=score,
        category=category,
        province=where.province,
        places=where.places,
        evidence=evidence,
    )


def _told(parts: Sequence[Part], findings: Findings, near: int, topic: Topic) -> tuple[Category, Places]:
    """Category and places, from the headline and the telling passages."""
    cues: list[Placed] = []
    pieces = [findings.title]
    for part in parts:
        cues.extend(_cues(part, findings.title if part.title else findings.text, near, topic))
        if not part.title:
            pieces.append(findings.text[slice(*_about(part, near))])
    return categorise(cues), find_places(pieces)


def _speaking(parts: Sequence[Part], logits: Sequence[float]) -> list[Part]:
    """The headline, and the passage that speaks most for the topic."""
    titles = [part for part in parts if part.title]
    bodies = [(logit, part) for part, logit in zip(parts, logits, strict=True) if not part.title]
    return [*titles, max(bodies, key=_logit)[1]] if bodies else titles


def _logit(body: tuple[float, Part]) -> float:
    return body[0]


def _telling(parts: Sequence[Part], logits: Sequence[float], speaking: Sequence[Part]) -> list[Part]:
    """The parts that speak most, and the first passage that is about the topic, in order of place."""
    for part, logit in zip(parts, logits, strict=True):
        if not part.title and logit > 0 and _has_body(part):
            return [kept for kept in parts if kept is part or kept in speaking]
    return list(speaking)


def _has_body(part: Part) -> bool:
    """False for a heading without a word below it: 原标题, a picture's caption."""
    return part.span.piece.end > part.span.piece.head_end


def _about(part: Part, near: int) -> tuple[int, int]:
    """The stretch of a passage that tells category and places: of a digest, which may be one paragraph, near its topic words."""
    piece, hits = part.span.piece, part.span.topical
    return max(piece.start, hits[0].start - near), min(piece.end, hits[-1].end + near)


def _cues(part: Part, text: str, near: int, topic: Topic) -> Iterator[Placed]:
    for hit in matcher(topic).find_cues(text, *_about(part, near)):
        yield Placed(
            hit, "title" if part.title else "head" if hit.start < part.span.piece.head_end else "body"
        )


def _evidence(part: Part, topic: Topic) -> Iterator[Evidence]:
    """The words of a part that weighed most, each once, in order of place."""
    where: Literal["title", "text"] = "title" if part.title else "text"
    for hits, limit in ((part.span.topical, _SHOWN_TOPICAL), (part.span.others, _SHOWN_OTHERS)):
        first = {hit.term.text: hit for hit in reversed(hits)}
        for weight, (start, end, term) in _weightiest(first.values(), limit, topic.model.passage):
            yield Evidence(
                term=term.text, weight=weight, where=where, start=start, end=end, why=term.kind.why
            )


def _weightiest(hits: Iterable[Hit], limit: int, by_kind: Mapping[str, float]) -> list[tuple[float, Hit]]:
    weighed = [(round(hit.term.weight * by_kind.get(hit.term.kind.name, 0.0), 3), hit) for hit in hits]
    if len(weighed) > limit:
        weighed = sorted(weighed, key=_strength)[:limit]
    return sorted(weighed, key=_place)


def _strength(weighed: tuple[float, Hit]) -> float:
    return -abs(weighed[0])


def _place(weighed: tuple[float, Hit]) -> int:
    return weighed[1].start
