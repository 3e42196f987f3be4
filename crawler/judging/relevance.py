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
    parts = _telling(findings.parts, logits)
    evidence = tuple(_evidence(parts, topic))
    if score < topic.model.threshold:
        return Verdict(topic=topic.name, relevant=False, score=score, evidence=evidence)
    near = _NEAR if document.get("spread", 1.0) < _MOSTLY else len(title) + len(text)
    category, where = _told(parts, findings, near, topic)
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


def _telling(parts: Sequence[Part], logits: Sequence[float]) -> list[Part]:
    """The headline, the passage that speaks most for the topic, and the first that is about it, in order."""
    bodies = [(logit, index) for index, logit in enumerate(logits) if not parts[index].title]
    chosen = {index for index, part in enumerate(parts) if part.title}
    if bodies:
        chosen.add(max(bodies, key=lambda body: (body[0], -body[1]))[1])
        chosen.update([index for logit, index in bodies if logit > 0 and _has_body(parts[index])][:1])
    return [parts[index] for index in sorted(chosen)]


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


def _evidence(parts: Sequence[Part], topic: Topic) -> Iterator[Evidence]:
    """The words of the telling parts that weighed most, each once for title and text, part by part in order of place."""
    seen: set[tuple[str, bool]] = set()
    for part in parts:
        where: Literal["title", "text"] = "title" if part.title else "text"
        for hits, limit in ((part.span.topical, _SHOWN_TOPICAL), (part.span.others, _SHOWN_OTHERS)):
            new = {hit.term.text: hit for hit in reversed(hits) if (hit.term.text, part.title) not in seen}
            for weight, (start, end, term) in _weightiest(new.values(), limit, topic.model.passage):
                seen.add((term.text, part.title))
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
