"""A text with its evidence and figures marked: which spans to draw. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from storage import Fact, Verdict


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text with the same marks."""

    text: str
    figure: str = ""
    """The id of the figure it belongs to; empty for none."""
    reason: str = ""
    """Why it spoke for or against relevance; empty when it did not."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph in pieces."""

    pieces: tuple[Piece, ...]


def figure_id(number: int) -> str:
    """The fragment by which a page leads to a figure's words."""
    return f"f{number}"


def highlighted(text: str, verdict: Verdict, facts: Iterable[Fact]) -> tuple[Paragraph, ...]:
    """The paragraphs of a text; figures win over evidence where both mark the same letters."""
    figures = [""] * len(text)
    reasons = _reasons(text, verdict, "text")
    for number, fact in enumerate(facts, 1):
        if text[fact.start : fact.end] == fact.evidence:
            _mark(figures, fact.start, fact.end, figure_id(number))
    return tuple(_paragraphs(text, figures, reasons))


def highlighted_title(title: str, verdict: Verdict) -> tuple[Piece, ...]:
    """A headline with its evidence."""
    return tuple(_pieces(title, [""] * len(title), _reasons(title, verdict, "title"), 0, len(title)))


def _reasons(words: str, verdict: Verdict, where: Literal["title", "text"]) -> list[str]:
    reasons = [""] * len(words)
    for one in verdict.evidence:
        if one.where == where:
            _mark(reasons, one.start, one.end, f"{one.why or one.term} {one.weight:+.1f}")
    return reasons


def _mark(marks: list[str], start: int, end: int, value: str) -> None:
    for at in range(max(0, start), min(end, len(marks))):
        marks[at] = marks[at] or value


def _paragraphs(text: str, figures: list[str], reasons: list[str]) -> Iterable[Paragraph]:
    begin = 0
    for line in text.split("\n"):
        yield Paragraph(tuple(_pieces(text, figures, reasons, begin, begin + len(line))))
        begin += len(line) + 1


def _pieces(text: str, figures: list[str], reasons: list[str], begin: int, end: int) -> Iterable[Piece]:
    start = begin
    for at in range(begin + 1, end + 1):
        if at == end or (figures[at], reasons[at]) != (figures[start], reasons[start]):
            yield Piece(text[start:at], figures[start], reasons[start])
            start = at
