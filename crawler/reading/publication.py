"""When a page was published: every witness heard, scored and cross-checked."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice

from crawler.reading.body import Body
from crawler.reading.credits import footer, header
from crawler.reading.dates import Moment, exact, in_address, in_identifier, moments, since_1970, yearless
from crawler.reading.document import Document, Line, squeeze
from crawler.reading.page import Page
from crawler.reading.titles import Headline
from storage import Trace

_META_NAMES = (
    "pubdate", "publishdate", "publish_time", "publishtime", "publish-date", "article:published_time", "og:release_date", "datepublished", "weibo: article:create_at", "og:time",
    "date", "dc.date", "dcterms.date", "bytedance:published_time", "og:published_time", "firstpublished", "sailthru.date", "article:create_at",
)  # fmt: skip
_TIME_NAMES = re.compile(r"time|date|publish|issue|\bpub")
_STATED = re.compile(
    r'"(?:datePublished|pub_?[Dd]ate|publish_?[Dd]ate|pub_?[Tt]ime|publish_?[Tt]ime|published_at|ptime|releaseTime)"\s*:\s*"?([^",}]{8,40})'
)
_STATED_BY_SCRIPT = re.compile(r'var (?:ct|createTime|oriCreateTime) = ["\'](\d{10}|[\d: -]{16,19})["\']')
_PUBLISHED = re.compile(r"发布|发表|时间|日期")
_CHANGED = re.compile(r"更新|修改|修订")
_OWN_LINE = re.compile(r"https?://|www\.|来\s*源|时间|日期|作者|编辑")
_SAME = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Witness:
    """One place that tells a time, and how far it is trusted."""

    moment: Moment
    rule: str
    weight: float


@dataclass(slots=True)
class Publication:
    """The time chosen, with the printed moment beside which a source may stand."""

    moment: Moment | None
    printed: Moment | None
    trace: list[Trace]


def find_publication(
    document: Document, headline: Headline | None, body: Body, page: Page, *, told: str = ""
) -> Publication:
    """Choose the publication time; what speaks against it is recorded in the trace.

    `told` is what the template family's metadata comment gives.
    """
    latest = page.fetched_at
    witnesses = list(_witnesses(document, headline, body, page, latest))
    if told and (moment := exact(told, latest=latest)):
        witnesses.append(Witness(moment, "properties", 80))
    if not witnesses:
        return Publication(None, None, [])
    printed = next((w.moment for w in witnesses if w.rule.startswith("line")), None)
    best = max(witnesses, key=lambda w: _support(w, witnesses))
    best = _sharpened(best, witnesses)
    trace = [Trace(field="published_at", rule=best.rule, detail=f"{best.moment.at:%Y-%m-%d %H:%M}")]
    for other in witnesses:
        if abs(other.moment.at - best.moment.at) > _SAME:
            detail = f"conflict: says {other.moment.at:%Y-%m-%d %H:%M}"
            trace.append(Trace(field="published_at", rule=other.rule, detail=detail))
    return Publication(best.moment, printed, trace)


def _support(witness: Witness, witnesses: list[Witness]) -> float:
    """A witness's own weight and a part of those who agree on the day."""
    agreeing = {
        w.rule: w.weight
        for w in witnesses
        if w is not witness and abs(w.moment.at - witness.moment.at) <= _SAME
    }
    return witness.weight + 0.4 * sum(agreeing.values()) + (15 if witness.moment.precision == "minute" else 0)


def _sharpened(best: Witness, witnesses: list[Witness]) -> Witness:
    """A witness that knows only the day lends its day to one that knows the minute."""
    if best.moment.precision == "minute":
        return best
    day = best.moment.at.date()
    sharper = [
        w
        for w in witnesses
        if w.moment.precision == "minute" and w.moment.at.date() == day and w.rule != "id"
    ]
    return max(sharper, key=lambda w: w.weight, default=best)


def _witnesses(
    document: Document, headline: Headline | None, body: Body, page: Page, latest: datetime
) -> Iterator[Witness]:
    day = in_address(page.url, latest=latest)
    told = list(_told(document, latest))
    listed = page.link.published_at if page.link else None
    near = day.at if day else listed or (told[0].moment.at if told else latest)
    yield from _printed(document, headline, body, latest, near)
    yield from told
    if day:
        yield Witness(day, "url", 40)
    elif made := in_identifier(page.url, latest=latest):
        yield Witness(made, "id", 10)
    if page.link and page.link.published_at:
        at = page.link.published_at
        yield Witness(Moment(at, page.link.precision, 0, 0), "list", 45)


def _printed(
    document: Document, headline: Headline | None, body: Body, latest: datetime, near: datetime
) -> Iterator[Witness]:
    title_at = headline.last if headline else -1
    weight = 90.0
    for number in sorted(header(document, headline, body), key=lambda n: (n <= title_at, abs(n - title_at))):
        line = document.lines[number]
        if len(line.text) > 120 or line.text.endswith("。"):
            continue
        moment = next(moments(line.text, latest=latest), None) or yearless(
            line.text, near=near, latest=latest
        )
        if moment is not None and not _of_another(line, moment):
            yield Witness(replace(moment, line=number), "line", weight)
            weight -= 15
            if weight < 60:
                break
    if weight == 90.0:
        yield from _in_pieces(document, title_at, latest)
        yield from _changed(document, header(document, headline, body), latest)
    yield from _marked(document, title_at, latest)
    for number in footer(document, body):
        text = document.lines[number].text
        if _PUBLISHED.search(text) and (moment := next(moments(text, latest=latest), None)):
            yield Witness(moment, "line below", 50)


def _changed(document: Document, numbers: Iterable[int], latest: datetime) -> Iterator[Witness]:
    """Where only the last change is printed, it stands for the publication."""
    for number in numbers:
        text = document.lines[number].text
        if len(text) <= 120 and (moment := next(moments(text, latest=latest, changed=True), None)):
            if _CHANGED.search(text):
                yield Witness(replace(moment, line=number), "line of change", 30)
            return


def _in_pieces(document: Document, title_at: int, latest: datetime) -> Iterator[Witness]:
    """A time whose year, day and clock stand in boxes of their own below the headline."""
    lines = document.lines
    for number in range(title_at + 1, min(title_at + 7, len(lines) - 1)):
        pieces = [line.text for line in lines[number : number + 3] if len(line.text) <= 12]
        for count in (3, 2):
            joined = " ".join(pieces[:count])
            moment = next(moments(joined, latest=latest), None) if len(pieces) >= count else None
            if moment is not None:
                yield Witness(replace(moment, line=number + count - 1, start=0, end=99), "line", 80)
                return


def _of_another(line: Line, moment: Moment) -> bool:
    """Whether a time stands behind a linked headline, as in lists of other reports."""
    rest = len(line.text) - (moment.end - moment.start)
    return line.linked >= 12 and line.linked > rest - 6 and not _OWN_LINE.search(line.text)


def _marked(document: Document, title_at: int, latest: datetime) -> Iterator[Witness]:
    for mark in document.marks:
        if _TIME_NAMES.search(mark.names) and (title_at < 0 or abs(mark.line - title_at) < 12):
            text = squeeze(mark.text)
            if len(text) < 60 and (moment := next(moments(text, latest=latest), None)):
                yield Witness(moment, "class", 70)
                return


def _told(document: Document, latest: datetime) -> Iterator[Witness]:
    for name in _META_NAMES:
        value = document.metas.get(name)
        if value and (moment := exact(value, latest=latest)):
            yield Witness(moment, f"meta:{name}", 60)
    stated = [
        *islice(_STATED.finditer(document.text), 2),
        *islice(_STATED_BY_SCRIPT.finditer(document.text), 1),
    ]
    for match in stated:
        if moment := exact(match.group(1), latest=latest) or since_1970(match.group(1), latest=latest):
            yield Witness(moment, "script", 55)
