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
    """The words of a piece of text that stand for themselves, in order of place."""

    topical: tuple[Hit, ...]
    """Words that speak for the topic by themselves."""
    others: tuple[Hit, ...]
    """Words that count only beside a topic word, or against it."""


class Matcher:
    """The words of one topic, ready to be looked for."""

    def __init__(self, topic: Topic) -> None:
        self._terms = topic.terms
        self._roles = [term.kind.role for term in topic.terms]
        self._guarded = [_has_neighbours(term) for term in topic.terms]
        self.topical = frozenset(index for index, role in enumerate(self._roles) if role == "topic")
        self._automaton = AhoCorasick(tuple(term.text for term in topic.terms), implementation=_KIND)
        self._cues = topic.cues
        self._cue_automaton = AhoCorasick(tuple(cue.text for cue in topic.cues), implementation=_KIND)

    def scan(self, text: str) -> list[tuple[int, int, int]]:
        """Every occurrence of a word in a respelled text as start, minus end and number, in order; empty where none is topical."""
        raw = self._automaton.find_matches_as_indexes(text, overlapping=True)
        if self.topical.isdisjoint([index for index, _, _ in raw]):
            return []
        return sorted([(start, -end, index) for index, start, end in raw])

    def standing(self, text: str, matches: Sequence[tuple[int, int, int]]) -> Found | None:
        """The occurrences that lie in no longer one; None where none of them is topical.

        Words of support only hide each other: 缴获 still counts in 缴获毒品.
        """
        topical: list[Hit] = []
        others: list[Hit] = []
        roles, guarded, terms = self._roles, self._guarded, self._terms
        word_end = support_end = 0
        for start, minus_end, index in matches:
            end, role = -minus_end, roles[index]
            if end <= (support_end if role == "support" else word_end):
                continue
            if guarded[index] and not _stands_alone(text, start, end, terms[index]):
                continue
            if role == "support":
                support_end = end
                others.append(Hit(start, end, terms[index]))
                continue
            word_end = end
            if role != "trap":
                (topical if role == "topic" else others).append(Hit(start, end, terms[index]))
        return Found(tuple(topical), tuple(others)) if topical else None

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
