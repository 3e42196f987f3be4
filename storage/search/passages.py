"""What of a text to show for a query, and what in it to highlight."""

import re
from collections.abc import Sequence

from storage.search.terms import Folded, fold_with_offsets, has_folded_letters
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
    if not patterns:
        return ()
    # Folding is what marks cost; most texts need none.
    folded = Folded(text, None) if has_folded_letters(text) else fold_with_offsets(text)
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
    first, reach = _first(text, patterns)
    start = _sentence_start(text, first) if reach else 0
    end = min(len(text), start + length)
    # What is not shown need not be marked; one character before it, and some after, tell where words end.
    begin = max(0, start - 1)
    spans = marks(text[begin : max(end + _LEAD, reach)], patterns)
    before, after = "…" * (start > 0), "…" * (end < len(text))
    shift = len(before) - start
    shown = tuple(
        (s + begin + shift, min(e + begin, end) + shift) for s, e in spans if start <= s + begin < end
    )
    return Passage(text=before + text[start:end].replace("\n", " ") + after, marks=shown)


def _first(text: str, patterns: Sequence[re.Pattern[str]]) -> tuple[int, int]:
    """The first finding, of those that stand there as they are looked for if there are any; (0, 0) if there is none."""
    plain = [found.span() for one in patterns if (found := one.search(text))]
    return min(plain or marks(text, patterns), default=(0, 0))


def _sentence_start(text: str, finding: int) -> int:
    earliest = max(0, finding - _LEAD)
    ends = [match.end() for match in _SENTENCE_END.finditer(text, earliest, finding)]
    if ends:
        return ends[-1]
    return earliest if earliest == 0 else finding - _LEAD // 2
