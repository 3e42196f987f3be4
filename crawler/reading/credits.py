"""Who says it, who wrote it, who published it: gathered from the lines around the body."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from crawler.reading.body import Body
from crawler.reading.bylines import bracketed, byline_names, is_byline, reporters, signature
from crawler.reading.dates import Moment
from crawler.reading.document import Document, squeeze
from crawler.reading.labels import Labelled, labels
from crawler.reading.names import looks_like_medium, looks_like_person, people
from crawler.reading.sources import named_in_dateline, named_in_opening, source_name, words_beside
from crawler.reading.titles import Headline
from crawler.reading.wording import begins_other_things, without_button
from storage import Trace

_ABOVE, _BELOW = 6, 14
_LONGEST_HEADER_LINE = 160
_SOURCE_NAMES = re.compile(r"sourc|laiyuan|\borigin\b|media[-_]?name")
_STATED = re.compile(
    r'"(?:media|media_?[Nn]ame|source_?[Nn]ame)"\s*:\s*"(?P<name>[\u3400-\u9fffA-Za-z]{2,20})"'
)
# What a script says of a report beside its medium; names of the site's channels stand alone.
_STATED_BESIDE = re.compile(r'"(?:title|pub_?time|publish_?time)"\s*:', re.IGNORECASE)
_BESIDE = 300
_LONGEST_NAMES = 20
_ORNAMENTS = " \u3000□■◆◇●○▲△◎★"
_AUTHOR_NAMES = re.compile(r"author|zuozhe|writer|jizhe")
_META_SOURCES = ("contentsource", "source", "mediaid", "article:source", "og:article:source")
_NAME_SLASH_MEDIUM = re.compile(
    r"^(?P<name>[\u3400-\u9fff]{2,4})\s*[/／]\s*(?P<medium>[\u3400-\u9fffA-Za-z]{3,12})$"
)


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


def read_credits(
    document: Document, headline: Headline | None, body: Body, moment: Moment | None, told: str = ""
) -> Credits:
    """Read source, reporters and editors.

    `moment` is the printed time, beside which an unlabelled source stands; `told` is the source that the template
    family's metadata comment gives.
    """
    found = Credits()
    above, below = list(header(document, headline, body)), list(footer(document, body))
    _from_labels(found, list(_labelled(document, above)))
    _from_marks(found, document, headline, body)
    _around_the_time(found, document, above, moment)
    if not found.authors:
        _from_author_marks(found, document, headline, body)
        _below_the_headline(found, document, headline, body)
    found.name_source(source_name(told), "properties", told)
    _from_labels(found, list(_labelled(document, below)))
    _from_text(found, document, body, above, below)
    if found.source is None:
        _from_metas(found, document)
    if body.first >= 0:
        found.name_source(named_in_dateline(document.lines[body.first].text), "dateline")
    found.authors = [name for name in found.authors if name != found.source]
    return found


def header(document: Document, headline: Headline | None, body: Body) -> Iterator[int]:
    """The lines around and below the headline, down to the report."""
    end = body.first if body.first >= 0 else len(document.lines)
    start = max(0, headline.first - _ABOVE) if headline and headline.first >= 0 else max(0, end - 12)
    for number in range(start, min(end, start + 120)):
        inside = headline is not None and headline.first <= number <= headline.last
        if len(document.lines[number].text) <= _LONGEST_HEADER_LINE and not inside:
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
        found = labels(without_button(document.lines[number].text), number)
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
            bare = tuple(word for word in one.value.split()[1:4] if looks_like_person(word))
            found.add("authors", bracketed(one.value) or bare, rule, one.value)
        elif one.role == "author":
            found.add("authors", people(one.value), rule, one.value)
        elif one.role == "editor":
            found.add("editors", people(one.value), rule, one.value)


def _from_marks(found: Credits, document: Document, headline: Headline | None, body: Body) -> None:
    for names, text in _marked(document, headline, body, _SOURCE_NAMES):
        found.name_source(source_name(text), f"class:{names}", text)


def _from_author_marks(found: Credits, document: Document, headline: Headline | None, body: Body) -> None:
    for names, text in _marked(document, headline, body, _AUTHOR_NAMES):
        found.add("authors", _only_people(text), f"class:{names}", text)


def _below_the_headline(found: Credits, document: Document, headline: Headline | None, body: Body) -> None:
    """People named bare in a line of their own right below the headline."""
    if headline is None or not 0 <= headline.last < body.first - 1:
        return
    line = document.lines[headline.last + 1]
    text = line.text.strip(_ORNAMENTS)
    # A single word of two characters may be anything.
    if 2 < len(line.text) <= _LONGEST_NAMES and not line.linked:
        found.add("authors", _only_people(text), "below the headline", line.text)


def _only_people(text: str) -> tuple[str, ...]:
    """The people of a text that names nobody and nothing else."""
    named = people(text, labelled=False)
    size = len(re.sub(r"[\s\u3000、,，]+", "", text))
    return named if sum(map(len, named)) == size else ()


def _marked(
    document: Document, headline: Headline | None, body: Body, wanted: re.Pattern[str]
) -> Iterator[tuple[str, str]]:
    """Class names and words of the elements above the report whose class says what they hold."""
    low = headline.first - _ABOVE if headline and headline.first >= 0 else 0
    high = body.first if body.first >= 0 else len(document.lines)
    for mark in document.marks:
        if low <= mark.line <= high and wanted.search(mark.names):
            text = squeeze(mark.text)
            if 2 <= len(text) <= 20 and not labels(text) and not re.search(r"\d{2}", text):
                yield mark.names.strip()[:30], text


def _around_the_time(found: Credits, document: Document, above: list[int], moment: Moment | None) -> None:
    """A medium or a person printed bare in the line of the time or right above it."""
    if moment is None or moment.line < 0:
        return
    text = document.lines[moment.line].text
    before, after = text[: moment.start], text[moment.end :]
    for part in (before, after):
        cut = labels(part)
        _take_bare(found, document, words_beside(part[: cut[0].start] if cut else part), text)
    for number in (moment.line - 1, moment.line + 1):
        if number in above:
            line = document.lines[number]
            match = _NAME_SLASH_MEDIUM.match(line.text)
            if match and looks_like_person(match.group("name")) and looks_like_medium(match.group("medium")):
                found.name_source(match.group("medium"), "beside the time", line.text)
                found.add("authors", (match.group("name"),), "beside the time", line.text)
            elif found.source is None and len(line.text) <= 16 and looks_like_medium(line.text):
                found.name_source(source_name(line.text), "beside the time", line.text)


def _take_bare(found: Credits, document: Document, words: list[str], text: str) -> None:
    for word in words:
        if looks_like_medium(word):
            found.name_source(source_name(word), "beside the time", text)
        elif looks_like_person(word) or (
            re.fullmatch(r"[\u3400-\u9fff]{2,3}", word)
            and any(map(looks_like_medium, words))
            and people(word)
        ):
            found.add("authors", people(word), "beside the time", text)
        elif len(words) == 1 and re.fullmatch(r"(?=.*[\u3400-\u9fff]{2})[\u3400-\u9fffA-Za-z]{2,14}", word):
            if len(word) <= 4 and (found.source is not None or _called_author(document, word)):
                found.add("authors", people(word), "beside the time", text)
            else:
                found.name_source(source_name(word), "beside the time", text)


def _called_author(document: Document, word: str) -> bool:
    """Whether an element named for the author says just this word."""
    marks = (mark for mark in document.marks if "author" in mark.names and "source" not in mark.names)
    return any(squeeze(mark.text) == word for mark in marks)


def _from_text(found: Credits, document: Document, body: Body, above: list[int], below: list[int]) -> None:
    """Reporters named in lines of their own, in datelines and at the end."""
    if body.first < 0:
        return
    near = [n for n in below if body.last < n <= body.last + 6]
    for number in [*above, *range(body.first, body.last + 1), *near]:
        line = document.lines[number]
        if number > body.last and begins_other_things(line.text):
            break
        if not line.linked and is_byline(line.text):
            found.add("authors", byline_names(line.text), "byline", line.text)
    report = [without_button(document.lines[n].text) for n in range(body.first, body.last + 1)]
    for text in report[:4]:
        found.add("authors", reporters(text[:160]), "dateline", text)
        found.name_source(named_in_opening(text), "opening", text)
    for text in report[-3:]:
        found.add("authors", reporters(text[-80:]) or signature(text), "signature", text[-40:])


def _from_metas(found: Credits, document: Document) -> None:
    for name in _META_SOURCES:
        value = document.metas.get(name)
        if value and (source := source_name(value)) and re.search(r"[\u3400-\u9fff]", source):
            found.name_source(source, f"meta:{name}", value)
    for match in islice(_STATED.finditer(document.text), 2):
        beside = _STATED_BESIDE.search(document.text, max(0, match.start() - _BESIDE), match.end() + _BESIDE)
        if beside and looks_like_medium(match["name"]):
            found.name_source(match["name"], "script", match.group())
