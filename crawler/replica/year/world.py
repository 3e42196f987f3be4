"""What the year's portals answer at a given minute: pure; a day is made when it is first asked for and kept."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from math import ceil

from crawler.replica.families import Answer, Frame, Paper, Report
from crawler.replica.site import Story
from crawler.replica.year.addresses import MOST_PAGES, question
from crawler.replica.year.newsroom import LATEST_REPRINT, MINUTES_A_DAY, day_of_news
from crawler.replica.year.papers import PORTALS_DIR, load_papers, load_vocabulary
from crawler.replica.year.templates import LISTED, TEMPLATES, Shelf, search_list

DAYS = 365
"""How far the news goes back from the start."""

_DAY_ZERO = 20_000
_DIGITS = re.compile(r"\d{8,9}")
_GONE = "<html><body><h1>404</h1>您访问的页面不存在</body></html>".encode()


class Year:
    """Fourteen invented portals with a year of news behind the start, and more every day after it."""

    portals_dir = PORTALS_DIR

    def __init__(self, start: datetime, *, seed: int = 1) -> None:
        """`start` is minute 0 of everything asked of it; aware, in Asia/Shanghai."""
        self.papers = load_papers()
        self._words = load_vocabulary()
        self._seed = seed
        self._start = start
        self._midnight = start.replace(hour=0, minute=0, second=0, microsecond=0)
        self._late = (start - self._midnight) / timedelta(minutes=1)
        self._days: dict[int, Mapping[str, tuple[Report, ...]]] = {}

    def answer(self, host: str, path: str, minutes: float) -> Answer:
        """What `http://host/path` shows at minute `minutes`."""
        paper = next((p for p in self.papers.values() if host in p.hosts or host == _www(p)), None)
        if paper is None:
            return Answer(status=502, body=f"no such host: {host}".encode())
        if path == "/robots.txt":
            return Answer(body=paper.robots.encode(), content_type="text/plain")
        shelf = _shelf(paper, host, path)
        if shelf is not None:
            return self._list_page(paper, *shelf, minutes)
        asked = question(path)
        if asked is not None:
            return self._results(paper, *asked, minutes)
        if path == "/":
            return self._front_page(paper, minutes)
        return self._article(paper, (host, path), minutes)

    def is_list(self, host: str, path: str) -> bool:
        """Whether a page of a list stands at that address."""
        return any(_shelf(paper, host, path) for paper in self.papers.values()) or question(path) is not None

    def reports(self, minutes: float) -> tuple[Report, ...]:
        """Every report of the year that can be read at minute `minutes`."""
        return self.published(-DAYS * MINUTES_A_DAY, minutes)

    def published(self, since: float, until: float) -> tuple[Report, ...]:
        """What appeared on any portal after minute `since`, up to and with minute `until`."""
        return tuple(
            report
            for day in range(self._day(since - LATEST_REPRINT), self._day(until) + 1)
            for reports in self._news(day).values()
            for report in reports
            if since < report.appears <= until
        )

    def _list_page(self, paper: Paper, channel: str, number: int, minutes: float) -> Answer:
        wanted = (r for r in self._newest(paper, minutes) if channel in ("", r.channel))
        shown = tuple(islice(wanted, (number - 1) * LISTED, number * LISTED))
        page = TEMPLATES[paper.family].list_page(
            Shelf(paper=paper, channel=channel, reports=shown, number=number)
        )
        return replace(page, last_modified=shown[0].printed_at if shown else self._midnight)

    def _results(self, paper: Paper, words: str, number: int, minutes: float) -> Answer:
        found = (r for r in self._newest(paper, minutes) if words in r.title or words in r.pages[0][0])
        shown = tuple(islice(found, (number - 1) * LISTED, number * LISTED))
        return search_list(Shelf(paper=paper, channel="", reports=shown, number=number, words=words))

    def _front_page(self, paper: Paper, minutes: float) -> Answer:
        newest = tuple(islice(self._newest(paper, minutes), 6))
        body = "<h2>欢迎访问</h2><p>请点击栏目名称查看新闻。</p>"
        return Frame(paper=paper, title=paper.title, charset=paper.charset, body=body, side=newest).answer()

    def _article(self, paper: Paper, place: tuple[str, str], minutes: float) -> Answer:
        report = self._find(paper, place)
        if report is None or report.appears > minutes:
            return Answer(status=404, body=_GONE)
        side = [r for r in islice(self._newest(paper, report.appears), 7) if r is not report][:6]
        page = TEMPLATES[paper.family].article_page(paper, report, side)
        return replace(page, last_modified=report.printed_at)

    def _find(self, paper: Paper, place: tuple[str, str]) -> Report | None:
        for digits in reversed(_DIGITS.findall(place[1])):
            day = int(digits) // 1000 - _DAY_ZERO
            if -DAYS <= day <= DAYS:
                for report in self._news(day)[paper.name]:
                    if (report.host, report.paths[0]) == place:
                        return report
        return None

    def _newest(self, paper: Paper, minutes: float) -> Iterator[Report]:
        """The paper's reports up to a minute, the newest first."""
        last = self._day(minutes)
        held: Sequence[Report] = ()
        for day in range(last, -DAYS - 1, -1):
            # What a day printed late stands among the next day's.
            held = sorted((*held, *self._news(day)[paper.name]), key=_appears, reverse=True)
            certain = day * MINUTES_A_DAY - self._late + (0 if day == -DAYS else LATEST_REPRINT)
            for report in held:
                if certain < report.appears <= minutes:
                    yield report
            held = [report for report in held if report.appears <= certain]
        yield from held

    def _day(self, minutes: float) -> int:
        return int((minutes + self._late) // MINUTES_A_DAY)

    def _news(self, day: int) -> Mapping[str, tuple[Report, ...]]:
        known = self._days.get(day)
        if known is None:
            stories = day_of_news(day, self.papers, self._words, self._seed)
            known = {name: self._printed(paper, day, stories) for name, paper in self.papers.items()}
            self._days[day] = known
        return known

    def _printed(self, paper: Paper, day: int, stories: Sequence[Story]) -> tuple[Report, ...]:
        """What one paper prints of a day's stories, its own and reprints."""
        own = [(story, story.offset) for story in stories if story.portal == paper.name]
        own += [
            (replace(story, channel=""), story.offset + reprint.after)
            for story in stories
            for reprint in story.reprints
            if reprint.portal == paper.name
        ]
        own.sort(key=lambda told: told[1])
        first = (day + _DAY_ZERO) * 1000
        return tuple(self._report(paper, *told, first + at) for at, told in enumerate(own))

    def _report(self, paper: Paper, story: Story, offset: int, number: int) -> Report:
        printed = self._midnight + timedelta(minutes=offset)
        return Report(
            story=story.id,
            title=story.title,
            pages=story.pages,
            source=story.source,
            author=story.author,
            editor=story.editor,
            channel=story.channel,
            relevant=story.relevant,
            number=number,
            host=_www(paper) if paper.family == "json" else paper.lists[story.channel][0],
            paths=(TEMPLATES[paper.family].path(printed, number),),
            appears=ceil(offset - self._late),
            changed=ceil(offset - self._late),
            printed_at=printed,
            removed=None,
            edits=(),
        )


def _shelf(paper: Paper, host: str, path: str) -> tuple[str, int] | None:
    """Which page of which list an address is: (channel, number)."""
    for channel, (at, first) in paper.lists.items():
        for number in range(1, MOST_PAGES + 1):
            if (host, path) == (at, TEMPLATES[paper.family].list_path(first, number)):
                return channel, number
    return None


def _appears(report: Report) -> int:
    return report.appears


def _www(paper: Paper) -> str:
    """The host of the pages of a portal whose list comes from an interface of its own."""
    return ".".join(("www", *paper.lists[""][0].split(".")[1:]))
