"""A text as the stories it holds: the briefs of a digest one by one, any other report whole."""

import re
from dataclasses import dataclass

_LINE = re.compile(r"[^\n]+")
_HEADING_AT_MOST = 40
_DIGEST_FROM = 3
"""A text with this many headings is a digest: what one brief says explains no other."""
_ENDS = tuple("。!?;:,、…）)”》")
_RUNNING = re.compile(r"[,。;]")
"""Points inside a line mean running text cut by hand, not a heading."""
_CASE_HEADING = re.compile(
    r"(?:典型)?案例[0-9一二三四五六七八九十]+|[一二三四五六七八九十]{1,2}、[^。]{2,40}案$|【案例"
)


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph or a heading: `text[start:end]`."""

    start: int
    end: int
    heading: bool


@dataclass(frozen=True, slots=True)
class Section:
    """One story of a text."""

    start: int
    end: int
    lines: tuple[Line, ...]
    whole: bool
    """The text holds no other, so that its title speaks for this section too."""


def sections(plain: str) -> tuple[Section, ...]:
    """The stories of a normalised text, in order. Linear in its length."""
    lines = tuple(_lines(plain))
    if not lines:
        return ()
    headings = sum(line.heading for line in lines)
    cases = sum(bool(_CASE_HEADING.match(plain, line.start)) for line in lines)
    if headings < _DIGEST_FROM and cases < 2:
        return (Section(lines[0].start, lines[-1].end, lines, whole=True),)
    groups: list[list[Line]] = [[]]
    for line in lines:
        opens = line.heading if cases < 2 else _CASE_HEADING.match(plain, line.start) is not None
        if opens and groups[-1] and not groups[-1][-1].heading:
            groups.append([])
        groups[-1].append(line)
    return tuple(Section(group[0].start, group[-1].end, tuple(group), whole=False) for group in groups)


def _lines(plain: str) -> list[Line]:
    lines = []
    for match in _LINE.finditer(plain):
        words = match.group().strip()
        if words:
            short = (
                len(words) <= _HEADING_AT_MOST and not words.endswith(_ENDS) and not _RUNNING.search(words)
            )
            lines.append(Line(match.start(), match.end(), heading=short))
    return [Line(line.start, line.end, line.heading and len(lines) > 1) for line in lines]
