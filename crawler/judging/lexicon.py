"""The words that tell figures apart, found in one pass: what is counted, what was done, which substance, whose passage."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from crawler.topics import Substance, Topic

SUBSTANCE = "substance"
MATTER = "matter"
PRODUCT = "product"


@dataclass(frozen=True, slots=True)
class Word:
    """Everything a word may mean."""

    nouns: tuple[str, ...] = ()
    actions: frozenset[str] = frozenset()
    context: frozenset[str] = frozenset()
    """drug, rival, history, plain, stock, flow, target."""
    substance: Substance | None = None
    slang: bool = False
    """Names the substance only beside a drug word."""


class Cue(NamedTuple):
    """A word where it stands in the text."""

    start: int
    end: int
    word: Word


@dataclass(frozen=True, slots=True)
class Cues:
    """The cues of a text in order of place, none overlapping."""

    found: tuple[Cue, ...]
    starts: list[int] = field(default_factory=list)

    def between(self, start: int, end: int) -> tuple[Cue, ...]:
        """The cues that lie wholly in `text[start:end]`."""
        first = bisect_left(self.starts, start)
        last = bisect_left(self.starts, end)
        cues = self.found[first:last]
        return cues[:-1] if cues and cues[-1].end > end else cues


class Lexicon:
    """A topic's words for figures, ready to be looked for."""

    def __init__(self, topic: Topic) -> None:
        words = _words(topic)
        self._words = tuple(words.values())
        self._automaton = AhoCorasick(
            tuple(words), matchkind=MatchKind.LeftmostLongest, implementation=Implementation.DFA
        )

    def find(self, plain: str) -> Cues:
        """Every cue of a normalised text, the longest word where several begin. Linear in its length."""
        found = tuple(
            Cue(start, end, self._words[index])
            for index, start, end in self._automaton.find_matches_as_indexes(plain)
        )
        return Cues(found, [cue.start for cue in found])


@lru_cache(maxsize=8)
def lexicon(topic: Topic) -> Lexicon:
    """The lexicon of a topic, built once."""
    return Lexicon(topic)


def _words(topic: Topic) -> dict[str, Word]:
    figures = topic.figures
    substances = dict(_named(topic.substances))
    context = figures.context
    texts = {
        *figures.nouns,
        *figures.actions,
        *substances,
        *(word for words in context.values() for word in words),
    }
    return {text: _word(text, topic, substances) for text in sorted(texts)}


def _word(text: str, topic: Topic, substances: Mapping[str, Substance]) -> Word:
    figures = topic.figures
    substance = substances.get(text)
    nouns = figures.nouns.get(text, ())
    contexts = {name for name, words in figures.context.items() if _told(text, name, words)}
    if "none" in nouns:
        contexts.discard("drug")
    if substance and text in substance.names and substance.kind != "medicine":
        contexts.add("drug")
    return Word(
        nouns=(*nouns, SUBSTANCE) if substance else nouns,
        actions=frozenset(figures.actions.get(text, ())),
        context=frozenset(contexts),
        substance=substance,
        slang=substance is not None and text in substance.slang,
    )


def _told(text: str, name: str, words: Iterable[str]) -> bool:
    """A long noun keeps what the words inside it say: 登记吸毒人员 is a present number, 贩毒团伙 speaks of drugs."""
    if name in ("drug", "stock", "flow"):
        return any(word in text for word in words)
    return text in words


def _named(substances: Iterable[Substance]) -> Iterable[tuple[str, Substance]]:
    for substance in substances:
        for name in (*substance.slang, *substance.names):
            yield name, substance
