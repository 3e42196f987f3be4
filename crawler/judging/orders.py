"""分别: values in the order of their nouns. 海洛因、冰毒分别为3公斤、5公斤; 贩毒人员和吸毒人员分别为25人、310人."""

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence

from crawler.judging.carrying import Families
from crawler.judging.lexicon import Cue, Cues
from crawler.judging.phrases import Sentence
from crawler.judging.quantities import Quantity

_RESPECTIVELY = "分别"
_BETWEEN = re.compile(r"[、,和及与]{1,2}")
_REACH = 24
"""Furthest the first value may stand behind 分别, in characters."""
_NOUNS_WITHIN = 60
_LISTED = ("person", "case", "gang", "lab")


def ordered(plain: str, sentence: Sentence, cues: Cues, known: Families) -> Mapping[int, Cue]:
    """Which noun each quantity of the sentence counts because 分别 says so; quantities outside such lists are left out."""
    given: dict[int, Cue] = {}
    at = plain.find(_RESPECTIVELY, sentence.start, sentence.end)
    while at >= 0:
        given.update(_one(plain, sentence, at, cues, known))
        at = plain.find(_RESPECTIVELY, at + 2, sentence.end)
    return given


def _one(plain: str, sentence: Sentence, at: int, cues: Cues, known: Families) -> Mapping[int, Cue]:
    values = _values(plain, sentence, at)
    if len(values) < 2:
        return {}
    previous = values[0] - 1
    start = max(sentence.start, at - _NOUNS_WITHIN, sentence.quantities[previous].end if previous >= 0 else 0)
    first = sentence.quantities[values[0]]
    nouns = _nouns(cues.between(start, first.start), first, known)
    if len(nouns) >= len(values):
        return dict(zip(values, nouns[-len(values) :], strict=True))
    return dict.fromkeys(values, nouns[-1]) if len(nouns) == 1 else {}


def _values(plain: str, sentence: Sentence, at: int) -> list[int]:
    """The quantities of one list behind 分别, by index."""
    found: list[int] = []
    for index in range(bisect_left(sentence.quantities, at, key=_number_at), len(sentence.quantities)):
        quantity = sentence.quantities[index]
        if not found and quantity.start - at > _REACH:
            return []
        if found and not _BETWEEN.fullmatch(plain, sentence.quantities[found[-1]].end, quantity.start):
            return found
        found.append(index)
    return found


def _number_at(quantity: Quantity) -> int:
    return quantity.number_at


def _nouns(cues: Sequence[Cue], first: Quantity, known: Families) -> list[Cue]:
    """The things listed, a general word (毒品) only where no kind is named."""
    if not {"mass", "volume", "pack"}.isdisjoint(first.families) and "case" not in first.families:
        named = [cue for cue in cues if cue.word.substance]
        kinds = [cue for cue in named if cue.word.substance and cue.word.substance.kind != "group"]
        return _distinct(kinds or named)
    counted = frozenset[str]().union(*(known.nouns.get(family, ()) for family in _LISTED))
    return _distinct([cue for cue in cues if not counted.isdisjoint(cue.word.nouns)])


def _distinct(cues: list[Cue]) -> list[Cue]:
    seen: dict[int, Cue] = {}
    for cue in cues:
        seen.setdefault(id(cue.word), cue)
    return list(seen.values())
