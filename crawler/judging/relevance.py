"""Decide whether an article belongs to a topic, and show why: passage by passage, with every word that counted."""

from collections.abc import Iterator, Sequence
from typing import Literal

from crawler.judging.category import Placed, categorise
from crawler.judging.matching import Hit, matcher
from crawler.judging.places import find_places
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
from storage import Evidence, Verdict

_SHOWN_TOPICAL = 6
_SHOWN_OTHERS = 4
"""Of each part. Enough for a reader to see why; the archive keeps them with every article."""


def judge(title: str, text: str, *, topic: Topic) -> Verdict:
    """The verdict on one article. An empty text means that only the headline is known.

    The score is the model's probability, 0 to 1. Cost is linear in the text's length.
    """
    findings = examine(title, text, topic)
    if not findings.parts:
        return Verdict(topic=topic.name, relevant=False, score=0.0)
    logits = part_logits(findings, topic.model.passage)
    score = probability(weigh(document_features(findings, logits), topic.model.document))
    parts = _telling(findings.parts, logits)
    evidence = tuple(shown for part in parts for shown in _evidence(part, topic))
    if score < topic.model.threshold:
        return Verdict(topic=topic.name, relevant=False, score=round(score, 4), evidence=evidence)
    bodies = [_words(part, findings) for part in parts if not part.title]
    where = find_places([findings.title, *bodies])
    return Verdict(
        topic=topic.name,
        relevant=True,
        score=round(score, 4),
        category=categorise(cue for part in parts for cue in _cues(part, findings, topic)),
        province=where.province,
        places=where.places,
        evidence=evidence,
    )


def _telling(parts: Sequence[Part], logits: Sequence[float]) -> list[Part]:
    """The headline, the passage that speaks most for the topic, and the first that is about it, in order."""
    bodies = [(logit, index) for index, logit in enumerate(logits) if not parts[index].title]
    chosen = {index for index, part in enumerate(parts) if part.title}
    if bodies:
        chosen.add(max(bodies, key=lambda body: (body[0], -body[1]))[1])
        chosen.update([index for logit, index in bodies if logit > 0][:1])
    return [parts[index] for index in sorted(chosen)]


def _words(part: Part, findings: Findings) -> str:
    return findings.text[part.span.piece.start : part.span.piece.end]


def _cues(part: Part, findings: Findings, topic: Topic) -> Iterator[Placed]:
    piece = part.span.piece
    text = findings.title if part.title else findings.text
    for hit in matcher(topic).find_cues(text, piece.start, piece.end):
        yield Placed(hit, "title" if part.title else "head" if hit.start < piece.head_end else "body")


def _evidence(part: Part, topic: Topic) -> Iterator[Evidence]:
    """The words of a part that weighed most, each once, in order of place."""
    where: Literal["title", "text"] = "title" if part.title else "text"
    by_kind = topic.model.passage
    for hits, limit in ((part.span.topical, _SHOWN_TOPICAL), (part.span.others, _SHOWN_OTHERS)):
        first = {hit.term.text: hit for hit in reversed(hits)}
        weighed = [(hit.term.weight * by_kind.get(hit.term.kind.name, 0.0), hit) for hit in first.values()]
        weighed.sort(key=_strength)
        for weight, (start, end, term) in sorted(weighed[:limit], key=_place):
            yield Evidence(
                term=term.text, weight=round(weight, 3), where=where, start=start, end=end, why=term.kind.why
            )


def _strength(weighed: tuple[float, Hit]) -> float:
    return -abs(weighed[0])


def _place(weighed: tuple[float, Hit]) -> int:
    return weighed[1].start
