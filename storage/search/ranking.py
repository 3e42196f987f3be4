"""How well an article answers a query, and the best of many. Pure."""

from collections.abc import Sequence
from re import Pattern

TITLE_WEIGHT = 3.0
"""A word in the headline counts as much as it ever can in the text, three times."""
SATURATION = 1.5
"""So many findings of a word in the text count half of what very many do (the k1 of BM25)."""


def answer_score(title: str, text: str, patterns: Sequence[Pattern[str]]) -> float:
    """How much of a query headline and text hold, both folded; 0 for nothing, higher is better.

    Each word counts for itself: a headline that has it, and its findings in the text with falling gain. All words of
    a query together count more than one of them many times.
    """
    return sum(_of_word(title, text, pattern) for pattern in patterns)


def _of_word(title: str, text: str, pattern: Pattern[str]) -> float:
    found = sum(1 for _ in pattern.finditer(text))
    return TITLE_WEIGHT * (pattern.search(title) is not None) + found / (found + SATURATION)
