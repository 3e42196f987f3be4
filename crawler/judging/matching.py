"""Find a topic's words in one pass over a text, and drop those that are part of another word."""

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, Implementation

from crawler.topics import Cue, Term, Topic


class Hit(NamedTuple):
    """A topic's word where it stands: `text[start:end]`."""

    start: int
    end: int
    term: Term


class CueHit(NamedTuple):
    """A category's word where it stands."""

    start: int
    cue: Cue


@dataclass(frozen=True, slots=True)
class Found:
    """What one pass over a text found, in order of place."""

    topical: tuple[Hit, ...]
    """Words that speak for the topic by themselves."""
    others: tuple[Hit, ...]
    """Words that count only beside a topic word, or against it."""
    cues: tuple[CueHit, ...]


class Matcher:
    """The words of one topic, ready to be looked for."""

    def __init__(self, topic: Topic) -> None:
        self._terms: dict[str, Term] = {term.text: term for term in topic.terms}
        cues: dict[str, list[Cue]] = {}
        for cue in topic.cues:
            cues.setdefault(cue.text, []).append(cue)
        self.words = tuple(sorted({*self._terms, *cues}))
        self._by_index = [self._terms.get(word) for word in self.words]
        self._cues_by_index = [tuple(cues.get(word, ())) for word in self.words]
        self._topical = [term is not None and term.kind.role == "topic" for term in self._by_index]
        self._automaton = AhoCorasick(self.words, implementation=Implementation.DFA)

    def find(self, text: str) -> Found | None:
        """Everything found in a normalised text; None where no word speaks for the topic. Linear in the text's length."""
        raw = self._automaton.find_matches_as_indexes(text, overlapping=True)
        if not any(self._topical[index] for index, _, _ in raw):
            return None
        raw.sort(key=_longest_first)
        topical: list[Hit] = []
        others: list[Hit] = []
        cues: list[CueHit] = []
        word_end = support_end = 0
        for index, start, end in raw:
            cues.extend(CueHit(start, cue) for cue in self._cues_by_index[index])
            term = self._by_index[index]
            if term is None or not _stands_alone(text, start, end, term):
                continue
            if term.kind.role == "support":
                if end > support_end:
                    support_end = end
                    others.append(Hit(start, end, term))
            elif end > word_end:
                word_end = end
                if term.kind.role == "topic":
                    topical.append(Hit(start, end, term))
                elif term.kind.role == "against":
                    others.append(Hit(start, end, term))
        return Found(tuple(topical), tuple(others), tuple(cues)) if topical else None


@lru_cache(maxsize=8)
def matcher(topic: Topic) -> Matcher:
    """The matcher of a topic, built once."""
    return Matcher(topic)


def _longest_first(match: tuple[int, int, int]) -> tuple[int, int]:
    return match[1], -match[2]


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
