"""The body: which frame holds the report, and where in it the report begins and ends."""

import re
from dataclasses import dataclass, field
from itertools import accumulate

from crawler.reading.document import Document, Frame, Line
from crawler.reading.labels import labels
from crawler.reading.wording import begins_other_things, is_credit, is_foreign, is_heading_of_others
from crawler.reading.worth import BAD_NAMES, GOOD_NAMES

_CLOCK = re.compile(r"(?:19|20)\d\d[-/.年]\s?\d{1,2}[-/.月]\s?\d{1,2}日?\s*\d{0,2}:?|\d\d:\d\d")
_PARAGRAPHS = frozenset(("p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "center", "pre", "blockquote"))
# An official notice ends with its office and the day.
_SIGN_OFF = re.compile(r"(?:(?:19|20)\d\d|[一二][〇○零一二三四五六七八九]{3}) ?年.{1,4}月.{1,4}日")
_SEVERAL = 3
_MOST_CANDIDATES = 60
# An inner frame with nearly all the worth of its outer one is preferred.
_NEARLY = 0.985


@dataclass(slots=True)
class Body:
    """The lines of the report, and what was learned while cutting them out."""

    frame: Frame | None
    rule: str
    lines: list[int] = field(default_factory=list)
    """The numbers of the lines kept."""
    first: int = -1
    last: int = -1
    """Where the report begins and ends; bylines and captions in between are not among `lines`."""
    captions: dict[int, str] = field(default_factory=dict)
    value: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """What is known about where the body stands before it is looked for."""

    after: int = -1
    """The last line of the headline; -1 when it is not printed."""
    hints: frozenset[str] = frozenset()
    """Class names and ids that the page's template family gives its bodies."""
    within: Frame | None = None
    """The element that the portal's selector names."""


def find_body(document: Document, values: list[float], place: Place) -> Body:
    """Choose the frame with the best run of report text and cut the report out of it."""
    runs = _candidates(document, values, place)
    if not runs:
        return Body(None, "none")
    best = runs[0]
    for run in runs[1:]:
        inside = run.frame.within(best.frame)
        if run.worth > best.worth or (
            inside and (run.worth >= best.worth * _NEARLY or _apart(values, best, run))
        ):
            best = run
    hinted = bool(place.hints & set(best.frame.names.split()))
    rule = f"{'selector' if place.within else 'family' if hinted else 'score'}:{best.frame.tag}.{best.frame.names.strip()[:40]}"
    body = Body(_box(best.frame), rule, value=best.worth)
    _cut(document, values, body, best, place.after)
    return body


def _box(frame: Frame) -> Frame:
    """The frame around paragraphs: a report of one long paragraph is not only that paragraph."""
    while frame.tag in _PARAGRAPHS and frame.parent is not None and frame.end - frame.start < _SEVERAL:
        frame = frame.parent
    return frame


@dataclass(frozen=True, slots=True)
class _Run:
    """The stretch of a frame's lines whose values add up to most."""

    frame: Frame
    first: int
    last: int
    worth: float


def _candidates(document: Document, values: list[float], place: Place) -> list[_Run]:
    """The best run of each frame that holds a good part of the page's text, outer frames first."""
    reach = [0.0, *accumulate(max(worth, 0.0) for worth in values)]
    after = place.after
    least = max((reach[-1] - reach[after + 1]) * 0.12, 1.0)
    frames = [
        frame
        for frame in document.frames
        if frame.end > after + 1 and reach[frame.end] - reach[max(frame.start, after + 1)] >= least
    ]
    if place.within is not None:
        frames = [frame for frame in document.frames if frame.within(place.within)]
    if len(frames) > _MOST_CANDIDATES:
        frames = [*frames[: _MOST_CANDIDATES // 2], *frames[-_MOST_CANDIDATES // 2 :]]
    runs = []
    for frame in frames:
        first, last, worth = _best_run(values, max(frame.start, after + 1), frame.end)
        if worth > 0:
            runs.append(_Run(frame, first, last, worth * _favour(frame, place.hints)))
    return runs


def _best_run(values: list[float], start: int, end: int) -> tuple[int, int, float]:
    """The contiguous run of lines with the greatest sum."""
    best, first, last = 0.0, start, start
    so_far, begin = 0.0, start
    for number in range(start, end):
        if so_far <= 0:
            so_far, begin = 0.0, number
        so_far += values[number]
        if so_far > best:
            best, first, last = so_far, begin, number
    return first, last, best


def _apart(values: list[float], outer: _Run, inner: _Run) -> bool:
    """Whether all that an outer frame has more stands well apart from an inner one with nearly everything."""
    if inner.worth < outer.worth * 0.7:
        return False
    above = [n for n in range(outer.first, inner.first) if values[n] > 0]
    below = [n for n in range(inner.last + 1, outer.last + 1) if values[n] > 0]
    if above and inner.first - above[-1] <= 3:
        return False
    return not below or below[0] - inner.last > 2


def _favour(frame: Frame, hints: frozenset[str]) -> float:
    names = frame.names
    if len(names) <= 1:
        return 1.0
    if hints and hints & set(names.split()):
        return 1.3
    if GOOD_NAMES.search(names):
        return 1.06
    return 0.8 if BAD_NAMES.search(names) else 1.0


def _cut(document: Document, values: list[float], body: Body, run: _Run, after: int) -> None:
    """Find the first and last line of the report inside (and just above) its frame."""
    assert body.frame is not None
    content = [n for n in range(run.first, run.last + 1) if values[n] > 0]
    last = _last_line(document, values, content)
    body.first = _first_line(document, values, body.frame, content[0], after)
    body.last = _tail(document, values, last, body.frame.end)


def _last_line(document: Document, values: list[float], content: list[int]) -> int:
    """Where a heading of other things or a run of links ends the report."""
    total = sum(values[n] for n in content)
    so_far = 0.0
    previous = content[0]
    for n in content:
        between = document.lines[previous + 1 : n]
        ends = any(is_heading_of_others(line) for line in between) and not _goes_on(document, previous, n)
        links = sum(line.linked * 2 > len(line.text) for line in between)
        if so_far > 0 and (ends or links >= 4) and (total - so_far) < so_far * (0.8 if ends else 0.25):
            return previous
        so_far += values[n]
        previous = n
    return content[-1]


def _goes_on(document: Document, previous: int, following: int) -> bool:
    """Whether two lines are paragraphs of one element: what is between them is only put in."""
    one, other = document.lines[previous].frame, document.lines[following].frame
    return one is not other and one.tag == other.tag == "p" and one.parent is other.parent


def _first_line(document: Document, values: list[float], frame: Frame, first: int, after: int) -> int:
    """Go up from the first sentence over short headings, and over a lead that stands right above the frame."""
    start, top = first, frame.start
    for n in range(first - 1, max(after, top - 1), -1):
        if start - n > 2 or not _plain(document.lines[n], values[n]):
            break
        start = n
    for n in range(top - 1, max(after, top - 3), -1):
        if first - top <= 3 and values[n] > 20:
            return n
    return start


def _tail(document: Document, values: list[float], last: int, high: int) -> int:
    """Go down from the last sentence over short lines that still belong to the report."""
    n = last + 1
    while n < high and n - last <= 3 and _plain(document.lines[n], values[n]):
        n += 1
    signed = last + 1 < n < high and _SIGN_OFF.fullmatch(document.lines[n].text)
    return n if signed else n - 1


def _plain(line: Line, value: float) -> bool:
    text = line.text
    if value <= -8 or begins_other_things(text) or is_credit(text) or is_foreign(text):
        return False
    return not (len(text) < 100 and (_CLOCK.search(text) or labels(text)))
