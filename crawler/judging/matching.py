"""Find a topic's words in one pass over a text, and drop those that are part of another word."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, Implementation

from crawler.topics import Cue, Term, Topic

_KIND = Implementation.DFA
"""The quickest to scan; the slowest to build, which is done once."""


class Hit(NamedTuple):
    """A topic's word where it stands: `text[start:end]`."""

    start: int
    end: int
    term: Term


class CueHit(NamedTuple):
    """A category's word where it stands."""

    start: int
    cue: Cue


class Found(NamedTuple):
    """What one pass over a text found, in order of place."""

    topical: tuple[Hit, ...]
    """Words that speak for the topic by themselves."""
    others: tuple[Hit, ...]
    """Words that count only beside a topic word, or against it."""


class Matcher:
    """The words of one topic, ready to be looked for."""

    def __init__(self, topic: Topic) -> None:
        self._terms = topic.terms
        self._topical = {index for index, term in enumerate(topic.terms) if term.kind.role == "topic"}
        self._guarded = [_has_neighbours(term) for term in topic.terms]
        self._automaton = AhoCorasick(tuple(term.text for term in topic.terms), implementation=_KIND)
        self._cues = topic.cues
        self._cue_automaton = AhoCorasick(tuple(cue.text for cue in topic.cues), implementation=_KIND)

    def find(self, text: str) -> Found | None:
        """Everything found in a respelled text; None where no word speaks for the topic. Linear in the text's length."""
        raw = self._automaton.find_matches_as_indexes(text, overlapping=True)
        if self._topical.isdisjoint([index for index, _, _ in raw]):
            return None
        topical: list[Hit] = []
        others: list[Hit] = []
        for hit in self._standing(text, raw):
            role = hit.term.kind.role
            if role == "topic":
                topical.append(hit)
            elif role != "trap":
                others.append(hit)
        return Found(tuple(topical), tuple(others)) if topical else None

    def _standing(self, text: str, raw: Sequence[tuple[int, int, int]]) -> Iterator[Hit]:
        """The hits that lie in no longer one. Words of support only hide each other: 缴获 still counts in 缴获毒品."""
        word_end = support_end = 0
        for start, minus_end, index in sorted([(start, -end, index) for index, start, end in raw]):
            end, term = -minus_end, self._terms[index]
            support = term.kind.role == "support"
            if end <= (support_end if support else word_end):
                continue
            if self._guarded[index] and not _stands_alone(text, start, end, term):
                continue
            if support:
                support_end = end
            else:
                word_end = end
            yield Hit(start, end, term)

    def find_cues(self, text: str, start: int, end: int) -> Iterator[CueHit]:
        """The categories' words in `text[start:end]` of a respelled text."""
        for index, at, _ in self._cue_automaton.find_matches_as_indexes(text[start:end], overlapping=True):
            yield CueHit(start + at, self._cues[index])


@lru_cache(maxsize=8)
def matcher(topic: Topic) -> Matcher:
    """The matcher of a topic, built once."""
    return Matcher(topic)


def _has_neighbours(term: Term) -> bool:
    return bool(term.not_after or term.not_before or _latin(term.text[0]) or _latin(term.text[-1]))


def _stands_alone(text: str, start: int, end: int, term: Term) -> bool:
    """False where the neighbours make another word of it: 呼吸毒气, or a Latin abbreviation inside a longer word."""
    before = text[start - 1] if start else ""
    behind = text[end] if end < len(text) else ""
    if before in term.not_after or behind in term.not_before:
        return False
    cut_before = _latin(term.text[0]) and _latin(before)
    cut_behind = _latin(term.text[-1]) and _latin(behind)
    return not (cut_before or cut_behind)


def _latin(char: str) -> bool:
    return char.isascii() and char.isalnum()
