"""What of a text to show for a query, and what in it to highlight."""

import re
from collections.abc import Sequence

from storage.search.terms import fold_with_offsets
from storage.values.model import (
    Passage,
)

PASSAGE_LENGTH = 120
"""Characters of a passage, without the dots at its ends."""
_LEAD = 40
"""The most characters to show before the first highlight."""
_SENTENCE_END = re.compile(r"[。！？!?；;\n]")


def marks(text: str, patterns: Sequence[re.Pattern[str]]) -> tuple[tuple[int, int], ...]:
    """Where the patterns, which are for folded text, are found: spans of `text`, in order, merged where they touch."""
    folded = fold_with_offsets(text)
    found = sorted(
        folded.original(*match.span()) for pattern in patterns for match in pattern.finditer(folded.text)
    )
    merged: list[tuple[int, int]] = []
    for start, end in found:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def passage(text: str, patterns: Sequence[re.Pattern[str]], *, length: int = PASSAGE_LENGTH) -> Passage:
    """The sentence of the first finding and what follows; the beginning of the text if nothing is found.

    Line ends become blanks, `…` stands for what was left out.
    """
    spans = marks(text, patterns)
    start = _sentence_start(text, spans[0][0]) if spans else 0
    end = min(len(text), start + length)
    before, after = "…" * (start > 0), "…" * (end < len(text))
    shift = len(before) - start
    shown = tuple((s + shift, min(e, end) + shift) for s, e in spans if start <= s < end)
    return Passage(text=before + text[start:end].replace("\n", " ") + after, marks=shown)


def _sentence_start(text: str, finding: int) -> int:
    earliest = max(0, finding - _LEAD)
    ends = [match.end() for match in _SENTENCE_END.finditer(text, earliest, finding)]
    if ends:
        return ends[-1]
    return earliest if earliest == 0 else finding - _LEAD // 2
