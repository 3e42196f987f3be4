"""The body: which frame holds the report, where in it the report begins and ends, and what in between is not report."""

import re
from dataclasses import dataclass, field
from itertools import accumulate

from crawler.reading.document import Document, Frame, Line
from crawler.reading.labels import labels
from crawler.reading.wording import (
    begins_other_things,
    ends_report,
    is_caption,
    is_credit,
    is_foreign,
    is_teaser,
)

_STOPS = re.compile(r"[，。！？；：、“”…,;!?]")
_SENTENCE = re.compile(r"[。！？!?；;”…」』]")
_CLOCK = re.compile(r"(?:19|20)\d\d[-/.年]\s?\d{1,2}[-/.月]\s?\d{1,2}日?\s*\d{0,2}:?|\d\d:\d\d")
_BYLINE_WORDS = re.compile(
    r"来\s{0,4}源\s*[】\])）]?\s*[:：︱丨｜]|來源\s*[:：]|稿源\s*[:：]|作\s{0,4}者\s*[】\])）]?\s*[:：︱丨｜]|编\s{0,4}辑\s*[】\])）]?\s*[:：︱丨｜]|編輯\s*[:：]|责编\s*[:：]|选稿\s*[:：]|时间\s*[:：]|日期\s*[:：]|"
    r"发布于|浏览次数|阅读[：:]"
)
_STAMP = re.compile(
    r"20\d\d\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}\s?日?\s*[T ]?\d{1,2}\s?[:：]\s?\d\d|19\d\d-\d\d-\d\d \d\d:\d\d"
)
_ENOUGH = 80.0  # so much report text must stand above an editor's line before it can end the report
_CELL = 40
_PARAGRAPHS = frozenset(("p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "center", "pre", "blockquote"))
_REPEATED = -9.0
_MOST_CANDIDATES = 60
# An inner frame with nearly all the worth of its outer one is preferred.
_NEARLY = 0.985
_BAD_NAMES = re.compile(
    r"comment|pinglun|foot|navi|\bnav|crumb|share|relat|recom|\bhot|side|copyright|statement|disclaim|menu|qrcode|erweima|login|\bad[-_]|\bads\b|guanggao|keyword|\btags?\b|toolbar|breadcrumb|header|banner|sitemap|\blink|rank|paihang|"
    r"tuijian|xiangguan|weixin|wechat|bshare|jiathis|dialog|popup|modal|editor-?info|print|pager|pagination|turn_?page|page_?link|player|hidden|mianze|shengming"
)
_GOOD_NAMES = re.compile(
    r"trs_editor|trs_uedit|article|content|zoom|detail|neirong|zhengwen|main[-_]?text|\btext|con[-_]?text|\bbody|post[-_]?(?:body|text|content)|news[-_]?(?:text|con|body)|rich[-_]?text|\bcont?\b|wenzhang"
)


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


def value_lines(document: Document, after: int) -> list[float]:
    """How much each line speaks for being report text (positive) or something else (negative).

    `after` is the last line of the headline (-1 when it is not printed).
    """
    raw = [_value(line) for line in document.lines]
    if sum(worth for worth in raw if worth > 0) < _ENOUGH:
        _count_captions(document, raw)
    _forget_repeats(document, raw)
    reach = [0.0, *accumulate(max(worth, 0.0) for worth in raw)]
    bad = _bad_lines(document, reach)
    values, so_far, ended = [], 0.0, False
    for number, worth in enumerate(raw):
        if worth > 0 and bad[number]:
            worth = min(worth * 0.3, 20) - 10
        if number > after:
            ended = ended or (so_far > _ENOUGH and ends_report(document.lines[number].text))
            so_far += max(worth, 0.0)
        values.append(worth * 0.3 if ended and worth > 0 else worth)
    return values


def _value(line: Line) -> float:
    size = len(line.text)
    own = size - line.linked
    if line.linked * 2 > size and not (own >= 24 and line.text.endswith("。")):
        return -8.0 - min(size, 60) * 0.2
    stops = len(_STOPS.findall(line.text)) if own >= 14 else 0
    if own == size < _CELL and line.frame.tag in ("td", "th") and line.frame.end - line.frame.start == 1:
        return 0.0
    if not stops or not (stops >= 2 or own >= 30 or _SENTENCE.search(line.text)):
        return -4.0 if size < 14 else -2.0
    if is_foreign(line.text):
        return -12.0
    if size < 100 and (_BYLINE_WORDS.search(line.text, 0, 40) or _STAMP.search(line.text)):
        return -2.0
    if is_teaser(line.text):
        return -2.0
    if is_caption(line):
        return 0.0
    return min(own, 400) * (1.0 if own >= 24 else 0.6) - line.linked * 0.5


def _count_captions(document: Document, values: list[float]) -> None:
    """In a photo story the captions are the report."""
    for number, line in enumerate(document.lines):
        if values[number] == 0 and len(line.text) >= _CELL and not line.linked:
            values[number] = float(min(len(line.text), 400))


def _forget_repeats(document: Document, values: list[float]) -> None:
    """A page that carries its text twice (for desktop and phone) is read once."""
    seen: set[str] = set()
    for number, line in enumerate(document.lines):
        if values[number] > 0 and len(line.text) >= 12:
            if line.text in seen:
                values[number] = _REPEATED
            seen.add(line.text)


def _bad_lines(document: Document, reach: list[float]) -> list[bool]:
    """Which lines stand in a frame named for something else; a frame with most of the text is only misnamed."""
    bad = [False] * len(document.lines)
    limit = reach[-1] * 0.4
    until = 0
    for frame in document.frames:
        if (
            frame.end > until
            and frame.end > frame.start
            and _bad(frame)
            and reach[frame.end] - reach[frame.start] < limit
        ):
            for number in range(max(frame.start, until), frame.end):
                bad[number] = True
            until = frame.end
    return bad


def _bad(frame: Frame) -> bool:
    if frame.tag in ("nav", "footer", "aside"):
        return True
    return (
        len(frame.names) > 1 and bool(_BAD_NAMES.search(frame.names)) and not _GOOD_NAMES.search(frame.names)
    )


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
    while frame.tag in _PARAGRAPHS and frame.parent is not None:
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
    if _GOOD_NAMES.search(names):
        return 1.06
    return 0.8 if _BAD_NAMES.search(names) else 1.0


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
        ends = any(begins_other_things(line.text) for line in between)
        links = sum(line.linked * 2 > len(line.text) for line in between)
        if so_far > 0 and (ends or links >= 4) and (total - so_far) < so_far * (0.8 if ends else 0.25):
            return previous
        so_far += values[n]
        previous = n
    return content[-1]


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
    return n - 1


def _plain(line: Line, value: float) -> bool:
    text = line.text
    if value <= -8 or begins_other_things(text) or is_credit(text) or is_foreign(text):
        return False
    return not (len(text) < 100 and (_CLOCK.search(text) or labels(text)))
