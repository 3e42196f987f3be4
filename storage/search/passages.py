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
_LAST_END = re.compile(r".*[。！？!?；;\n]", re.DOTALL)
"""All up to the last end of a sentence."""


def marks(text: str, patterns: Sequence[re.Pattern[str]]) -> tuple[tuple[int, int], ...]:
    """Where the patterns, which are for folded text, are found: spans of `text`, in order, merged where they touch."""
    if not patterns:
        return ()
    folded = fold_with_offsets(text)
    found = [match.span() for pattern in patterns for match in pattern.finditer(folded.text)]
    if folded.starts is not None:
        found = [folded.original(*span) for span in found]
    return tuple(found) if len(found) < 2 else _merged(sorted(found))


def _merged(spans: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    merged = [spans[0]]
    for start, end in spans[1:]:
        if start <= merged[-1][1]:
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
    end = start + length
    before, after = "…" if start else "", "…" if end < len(text) else ""
    shown = f"{before}{text[start:end]}{after}".replace("\n", " ")
    if not reach:
        return Passage(text=shown)
    # What is not shown need not be marked; one character before it, and some after, tell where words end.
    begin = max(0, start - 1)
    shift, last = begin - start + len(before), len(before) + min(end, len(text)) - start
    found = [
        (s + shift, min(e + shift, last)) for s, e in marks(text[begin : max(end + _LEAD, reach)], patterns)
    ]
    return Passage(text=shown, marks=tuple(span for span in found if len(before) <= span[0] < last))


def _first(text: str, patterns: Sequence[re.Pattern[str]]) -> tuple[int, int]:
    """The first finding, of those that stand there as they are looked for if there are any; (0, 0) if there is none."""
    plain = [found.span() for one in patterns if (found := one.search(text))]
    return min(plain or marks(text, patterns), default=(0, 0))


def _sentence_start(text: str, finding: int) -> int:
    earliest = max(0, finding - _LEAD)
    if ends := _LAST_END.match(text, earliest, finding):
        return ends.end()
    return earliest if earliest == 0 else finding - _LEAD // 2
