"""Who says it, who wrote it, who published it: gathered from the lines around the body."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from crawler.reading.body import Body
from crawler.reading.bylines import (
    Labelled,
    byline_names,
    is_byline,
    labels,
    names_after_source,
    reporters,
    signature,
    source_name,
)
from crawler.reading.dates import Moment
from crawler.reading.document import Document, Mark, squeeze
from crawler.reading.names import looks_like_medium, looks_like_person, people
from crawler.reading.titles import Headline
from storage import Trace

_ABOVE, _BELOW = 6, 14
_LONGEST_HEADER_LINE = 160
_SOURCE_NAMES = re.compile(r"sourc|laiyuan|\borigin")
_AUTHOR_NAMES = re.compile(r"author|zuozhe|writer|report|jizhe")
_EDITOR_NAMES = re.compile(r"edit(?:or)?\b|bianji|zebian|editor")
_META_SOURCES = (
    "contentsource",
    "source",
    "mediaid",
    "article:source",
    "og:article:source",
    "copyrightholder",
)
_URL = re.compile(r"https?://[\w./?=&%-]+|www\.[\w.]+")


@dataclass(slots=True)
class Credits:
    """The byline as read."""

    source: str | None = None
    authors: list[str] = field(default_factory=list)
    editors: list[str] = field(default_factory=list)
    trace: list[Trace] = field(default_factory=list)

    def name_source(self, value: str | None, rule: str, detail: str = "") -> None:
        """Take a source if none is known yet."""
        if self.source is None and value:
            self.source = value
            self.trace.append(Trace(field="source", rule=rule, detail=detail[:80]))

    def add(self, field_name: str, names: tuple[str, ...], rule: str, detail: str = "") -> None:
        """Add people to `authors` or `editors`."""
        known: list[str] = getattr(self, field_name)
        fresh = [name for name in names if name not in known]
        if fresh:
            known.extend(fresh)
            self.trace.append(Trace(field=field_name, rule=rule, detail=detail[:80]))


def read_credits(document: Document, headline: Headline | None, body: Body, moment: Moment | None) -> Credits:
    """Read source, reporters and editors; `moment` is the printed time, beside which an unlabelled source stands."""
    found = Credits()
    above = list(header(document, headline, body))
    below = list(footer(document, body))
    labelled = list(_labelled(document, above))
    tail = list(_labelled(document, below))
    _from_labels(found, labelled)
    if found.source is None:
        _from_marks(found, document, headline, body)
        _beside_the_time(found, document, above, moment)
    _from_labels(found, tail)
    _from_text(found, document, body, above, below)
    if found.source is None:
        _from_metas(found, document)
    found.authors = [name for name in found.authors if name != found.source]
    return found


def header(document: Document, headline: Headline | None, body: Body) -> Iterator[int]:
    """The lines around and below the headline, down to the report."""
    end = body.first if body.first >= 0 else len(document.lines)
    start = max(0, headline.first - _ABOVE) if headline and headline.first >= 0 else max(0, end - 12)
    for number in range(start, min(end, start + 120)):
        line = document.lines[number]
        inside = headline is not None and headline.first <= number <= headline.last
        if len(line.text) <= _LONGEST_HEADER_LINE and not inside:
            yield number


def footer(document: Document, body: Body) -> Iterator[int]:
    """The last lines of the report and what follows it."""
    if body.last < 0:
        return
    end = min(len(document.lines), body.last + 1 + _BELOW)
    for number in range(max(body.first, body.last - 5), end):
        if len(document.lines[number].text) <= _LONGEST_HEADER_LINE:
            yield number


def _labelled(document: Document, numbers: list[int]) -> Iterator[Labelled]:
    for number in numbers:
        found = labels(document.lines[number].text, number)
        for one in found:
            if one.value or one is not found[-1]:
                yield one
            elif number + 1 < len(document.lines) and number + 1 in numbers:
                following = document.lines[number + 1].text
                if len(following) <= 20 and not labels(following):
                    yield Labelled(one.role, one.label, following, number)


def _from_labels(found: Credits, labelled: list[Labelled]) -> None:
    for one in labelled:
        rule = f"label:{one.label}"
        if one.role == "source":
            found.name_source(source_name(one.value), rule, one.value)
            found.add("authors", names_after_source(one.value), rule, one.value)
        elif one.role == "author":
            found.add("authors", people(one.value), rule, one.value)
        elif one.role == "editor":
            found.add("editors", people(one.value), rule, one.value)


def _from_marks(found: Credits, document: Document, headline: Headline | None, body: Body) -> None:
    low = headline.first - _ABOVE if headline and headline.first >= 0 else 0
    high = body.last + _BELOW if body.last >= 0 else len(document.lines)
    for mark in document.marks:
        if low <= mark.line <= high and _SOURCE_NAMES.search(mark.names):
            text = _said(mark)
            if 2 <= len(text) <= 30 and not labels(text):
                found.name_source(source_name(text), f"class:{mark.names.strip()[:30]}", text)


def _said(mark: Mark) -> str:
    return squeeze("".join(mark.element.itertext()))


def _beside_the_time(found: Credits, document: Document, above: list[int], moment: Moment | None) -> None:
    """A medium or a person printed bare in the line of the time."""
    if moment is None:
        return
    for number in above:
        text = document.lines[number].text
        printed = text[moment.start : moment.end]
        if not printed or f"{moment.at:%M}" not in printed or f"{moment.at.year % 100:02d}" not in printed:
            continue
        rest = _URL.sub(" ", f"{text[: moment.start]} {text[moment.end :]}")
        if cut := labels(rest):
            rest = rest[: rest.find(cut[0].label[0])]
        for word in re.split(r"[\s·|｜()（）\[\]]+", rest):
            if looks_like_person(word):
                found.add("authors", (word,), "beside the time", text)
            elif looks_like_medium(word):
                found.name_source(source_name(word), "beside the time", text)
        return


def _from_text(found: Credits, document: Document, body: Body, above: list[int], below: list[int]) -> None:
    """Reporters named in lines of their own, in datelines and at the end."""
    if body.first < 0:
        return
    for number in [*above, *range(body.first, body.last + 1), *below]:
        text = document.lines[number].text
        if is_byline(text):
            found.add("authors", byline_names(text), "byline", text)
    report = [document.lines[n].text for n in range(body.first, body.last + 1)]
    for text in report[:3]:
        found.add("authors", reporters(text[:160]), "dateline", text)
    for text in report[-3:]:
        found.add("authors", reporters(text[-80:]) or signature(text), "signature", text[-40:])


def _from_metas(found: Credits, document: Document) -> None:
    for name in _META_SOURCES:
        value = document.metas.get(name)
        if value and (source := source_name(value)) and re.search(r"[\u3400-\u9fff]", source):
            found.name_source(source, f"meta:{name}", value)
