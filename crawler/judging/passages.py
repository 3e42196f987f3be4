"""Cut a text into the pieces that are judged one by one: the briefs of a digest, the paragraphs of a report."""

import re
from collections.abc import Iterator
from typing import NamedTuple

_HEADING_AT_MOST = 45
"""Longest line, in characters, that can be the heading of a brief."""
_PASSAGE_ABOUT = 260
"""A passage is closed at the first paragraph or sentence end behind this many characters."""
_HEAD_WITHOUT_HEADING = 40
_SENTENCE = re.compile(r"[^。!?；！？;]+[。!?；！？;”」』）)]*")
_SENTENCE_ENDS = "。！？!?；;：:，,、…"


class Piece(NamedTuple):
    """One passage: `text[start:end]`, of which `text[start:head_end]` is its heading or opening words."""

    start: int
    end: int
    head_end: int


def passages(text: str) -> tuple[Piece, ...]:
    """The passages of a text, in order, none overlapping. Linear in the text's length."""
    pieces: list[Piece] = []
    opened, closed, head_end = -1, 0, 0
    for start, end, heading in _units(text):
        if opened >= 0 and (heading or closed - opened > _PASSAGE_ABOUT):
            pieces.append(Piece(opened, closed, head_end))
            opened = -1
        if opened < 0:
            opened, head_end = start, end if heading else min(end, start + _HEAD_WITHOUT_HEADING)
        closed = end
    if opened >= 0:
        pieces.append(Piece(opened, closed, head_end))
    return tuple(pieces)


def _units(text: str) -> Iterator[tuple[int, int, bool]]:
    """Headings, paragraphs, and the sentences of a long paragraph: start, end, whether it is a heading."""
    start = 0
    for paragraph in text.split("\n"):
        end = start + len(paragraph)
        if end - start > 2 * _PASSAGE_ABOUT:
            for sentence in _SENTENCE.finditer(paragraph):
                yield start + sentence.start(), start + sentence.end(), False
        elif line := paragraph.rstrip():
            yield start, end, len(line) <= _HEADING_AT_MOST and line[-1] not in _SENTENCE_ENDS
        start = end + 1
