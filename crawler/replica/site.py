"""What the invented portals answer at a given minute: pure, so that a test can ask for any moment.

Time is counted in replica minutes from the start. A story with a negative offset was there before; one with a
positive offset appears when the clock gets there. Dates are printed as the moments they happen in the reader's own time,
so that nothing is ever dated in the future however fast the replica's clock runs.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Protocol

from crawler.replica.families import FAMILIES, PAPERS, Answer, Paper, Report

LISTED = 20
"""How many reports a list page shows."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reprint:
    """The same report on another portal, `after` minutes later."""

    portal: str
    after: int
    title: str = ""
    find: str = ""
    """Words of the report that this portal printed otherwise."""
    replace: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Edit:
    """A correction made `after` minutes after publication."""

    after: int
    find: str
    replace: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Story:
    """One piece of news, where and when it appears and what becomes of it."""

    id: str
    title: str
    pages: tuple[tuple[str, ...], ...]
    """Paragraphs, page by page."""
    offset: int
    """Minutes from the replica's start; negative is before it."""
    portal: str
    source: str
    author: str = ""
    editor: str
    channel: str = ""
    relevant: bool
    """Whether it belongs to the anti-drug topic: the truth for tests and for the demo's summary."""
    removed: int | None = None
    """Minutes after publication at which its page is taken down (404)."""
    reprints: tuple[Reprint, ...] = ()
    edits: tuple[Edit, ...] = ()

    def text(self) -> str:
        """The body as a reader would have it: paragraphs joined by one newline."""
        return "\n".join(paragraph for page in self.pages for paragraph in page)


@dataclass(frozen=True, kw_only=True, slots=True)
class Clockwork:
    """How replica minutes and the reader's time go together."""

    start: datetime
    minutes_per_second: float

    def printed(self, minutes: float) -> datetime:
        """When minute `minutes` is, for a reader; aware, in the zone of `start`."""
        if minutes <= 0:
            return self.start + timedelta(minutes=minutes)
        if not self.minutes_per_second:
            return self.start
        return self.start + timedelta(seconds=minutes / self.minutes_per_second)


class World(Protocol):
    """What stands behind the proxy: pure, so that any minute can be asked for."""

    def answer(self, host: str, path: str, minutes: float) -> Answer:
        """What an address shows at a minute."""
        ...

    def is_list(self, host: str, path: str) -> bool:
        """Whether a list stands at that address."""
        ...

    def reports(self, minutes: float) -> tuple[Report, ...]:
        """Everything that can be read at a minute."""
        ...

    def published(self, since: float, until: float) -> tuple[Report, ...]:
        """What appeared after minute `since`, up to and with minute `until`."""
        ...


class Site:
    """All invented portals together."""

    def __init__(self, stories: Iterable[Story], clockwork: Clockwork) -> None:
        self._clockwork = clockwork
        self._reports = {
            name: tuple(
                sorted(_reports(paper, tuple(stories), clockwork), key=lambda r: r.appears, reverse=True)
            )
            for stories in [tuple(stories)]
            for name, paper in PAPERS.items()
        }

    def answer(self, host: str, path: str, minutes: float) -> Answer:
        """What `http://host/path` shows at minute `minutes`."""
        paper = next((p for p in PAPERS.values() if host in p.hosts), None)
        if paper is None:
            return Answer(status=502, body=f"no such host: {host}".encode())
        if path == "/robots.txt":
            return Answer(body=paper.robots.encode(), content_type="text/plain")
        shown = [_as_at(report, minutes) for report in self._reports[paper.name] if report.appears <= minutes]
        for channel, place in paper.lists.items():
            if (host, path) == place:
                listed = [r for r in shown if r.channel == channel and not _gone(r, minutes)][:LISTED]
                return self._list_page(paper, listed, minutes)
        return self._article(paper, shown, (host, path), minutes)

    def is_list(self, host: str, path: str) -> bool:
        """Whether a list stands at that address."""
        return any((host, path) in paper.lists.values() for paper in PAPERS.values())

    def published(self, since: float, until: float) -> tuple[Report, ...]:
        """What appeared after minute `since`, up to and with minute `until`, as it read then."""
        return tuple(report for report in self.reports(until) if report.appears > since)

    def reports(self, minutes: float) -> tuple[Report, ...]:
        """Every report on any portal at minute `minutes`, as it reads then."""
        return tuple(
            _as_at(report, minutes)
            for reports in self._reports.values()
            for report in reports
            if report.appears <= minutes and not _gone(report, minutes)
        )

    def _list_page(self, paper: Paper, listed: list[Report], minutes: float) -> Answer:
        page = FAMILIES[paper.family].list_page(paper, listed)
        changes = [report.appears for report in listed] + [
            r.appears + r.removed
            for r in self._reports[paper.name]
            if r.removed and r.appears + r.removed <= minutes
        ]
        return replace(page, last_modified=self._clockwork.printed(max(changes, default=0)))

    def _article(self, paper: Paper, shown: list[Report], place: tuple[str, str], minutes: float) -> Answer:
        host, path = place
        for report in shown:
            if report.host == host and path in report.paths and not _gone(report, minutes):
                page = FAMILIES[paper.family].article_page(
                    paper, report, report.paths.index(path), [r for r in shown if r is not report][:6]
                )
                return replace(page, last_modified=self._clockwork.printed(report.changed))
        return Answer(status=404, body="<html><body><h1>404</h1>您访问的页面不存在</body></html>".encode())


def _reports(paper: Paper, stories: tuple[Story, ...], clockwork: Clockwork) -> Iterable[Report]:
    for story in stories:
        if story.portal == paper.name:
            yield _report(paper, story, story.offset, clockwork)
        for reprint in story.reprints:
            if reprint.portal == paper.name:
                changed = replace(
                    story,
                    title=reprint.title or story.title,
                    pages=tuple(
                        tuple(line.replace(reprint.find, reprint.replace) for line in page)
                        if reprint.find
                        else page
                        for page in story.pages
                    ),
                    edits=(),
                    removed=None,
                    channel="",
                )
                yield _report(paper, changed, story.offset + reprint.after, clockwork)


def _report(paper: Paper, story: Story, appears: int, clockwork: Clockwork) -> Report:
    printed = clockwork.printed(appears)
    number = int.from_bytes(blake2b(f"{paper.name}/{story.id}".encode(), digest_size=4).digest()) % 10**8
    host, _ = paper.lists[story.channel]
    first, *more = FAMILIES[paper.family].paths(printed, number, len(story.pages))
    return Report(
        story=story.id,
        title=story.title,
        pages=tuple(tuple(line for line in page if line) for page in story.pages),
        source=story.source,
        author=story.author,
        editor=story.editor,
        channel=story.channel,
        relevant=story.relevant,
        number=number,
        host=host,
        paths=(first, *more),
        appears=appears,
        changed=appears,
        printed_at=printed,
        removed=story.removed,
        edits=tuple((appears + edit.after, edit.find, edit.replace) for edit in story.edits),
    )


def _as_at(report: Report, minutes: float) -> Report:
    for at, find, instead in report.edits:
        if at <= minutes:
            pages = tuple(tuple(p.replace(find, instead) for p in page) for page in report.pages)
            report = replace(report, pages=pages, changed=at)
    return report


def _gone(report: Report, minutes: float) -> bool:
    return report.removed is not None and minutes >= report.appears + report.removed
