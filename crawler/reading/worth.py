"""How much each line speaks for being report text, before any frame is chosen."""

import re
from itertools import accumulate

from crawler.reading.dates import STAMP
from crawler.reading.document import Document, Frame, Line
from crawler.reading.wording import (
    begins_comments,
    ends_report,
    is_caption,
    is_foreign,
    is_teaser,
    names_editor,
)

_STOPS = re.compile(r"[，。！？；：、“”…,;!?]")
_SENTENCE = re.compile(r"[。！？!?；;”…」』]")
_BYLINE_WORDS = re.compile(
    r"来\s{0,4}源\s*[】\])）]?\s*[:：︱丨｜]|來源\s*[:：]|稿源\s*[:：]|作\s{0,4}者\s*[】\])）]?\s*[:：︱丨｜]|编\s{0,4}辑\s*[】\])）]?\s*[:：︱丨｜]|編輯\s*[:：]|责编\s*[:：]|选稿\s*[:：]|时间\s*[:：]|日期\s*[:：]|"
    r"发布于|浏览次数|阅读[：:]"
)
_ENOUGH = 80.0  # so much report text must stand above an editor's line before it can end the report
_CELL = 40
_HEADLINE = 10
_REPEATED = -9.0
BAD_NAMES = re.compile(
    r"comment|pinglun|foot|navi|\bnav|crumb|share|relat|recom|\bhot|side|copyright|statement|disclaim|menu|qrcode|erweima|login|\bad[-_]|\bads\b|guanggao|keyword|\btags?\b|toolbar|breadcrumb|header|banner|sitemap|\blink|rank|paihang|"
    r"tuijian|xiangguan|weixin|wechat|bshare|jiathis|dialog|popup|modal|editor-?info|print|pager|pagination|turn_?page|page_?link|player|hidden|mianze|shengming"
)
"""Class names and ids of what is not the report."""
GOOD_NAMES = re.compile(
    r"trs_editor|trs_uedit|article|content|zoom|detail|neirong|zhengwen|main[-_]?text|\btext|con[-_]?text|\bbody|post[-_]?(?:body|text|content)|news[-_]?(?:text|con|body)|rich[-_]?text|\bcont?\b|wenzhang"
)
"""Those of what is."""


def value_lines(document: Document, after: int) -> list[float]:
    """How much each line speaks for being report text (positive) or something else (negative).

    `after` is the last line of the headline (-1 when it is not printed).
    """
    raw = [_value(line) for line in document.lines]
    _silence_readers(document, raw, after)
    _lower_teasers(document, raw)
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
            line = document.lines[number]
            ended = (
                ended or (so_far > _ENOUGH and ends_report(line)) or (so_far > 0 and names_editor(line.text))
            )
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
    if size < 100 and (_BYLINE_WORDS.search(line.text, 0, 40) or STAMP.search(line.text)):
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


def _silence_readers(document: Document, values: list[float], after: int) -> None:
    """What stands beneath a heading of comments is not the report, however short that is."""
    if after < 0:
        return
    lines = document.lines
    start = next((n for n in range(after + 1, len(lines)) if begins_comments(lines[n].text)), len(lines))
    for number in range(start, len(lines)):
        values[number] = min(values[number], -1.0)


def _lower_teasers(document: Document, values: list[float]) -> None:
    """A text between two linked headlines is the beginning of another report."""
    heads = [_HEADLINE <= len(line.text) < 2 * line.linked for line in document.lines]
    lowered = -_HEADLINE
    for number in range(1, len(heads)):
        between = heads[number - 1] and (lowered == number - 2 or heads[number + 1 : number + 2] == [True])
        if between and values[number] > 0:
            values[number] *= 0.1
            lowered = number


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
    return len(frame.names) > 1 and bool(BAD_NAMES.search(frame.names)) and not GOOD_NAMES.search(frame.names)
