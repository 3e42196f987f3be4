"""The one spider: it knows portals and reading, and nothing of the archive."""

from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Self, cast

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.judging import conclude
from crawler.middlewares.errors import HostRestingError
from crawler.middlewares.failures import name_failure
from crawler.portals import Portal, PortalError, load_portals, pace_group
from crawler.reading import Page, Reading, read_list, read_page
from crawler.spiders.pages import Pages
from crawler.timing import is_passing, next_look, retry_page
from crawler.topics import Topic, choose_topic
from storage import SHANGHAI, DueSource, Link, Look, Outcome, PageFailure, PageResult, PendingLink

LISTS_FIRST = 10
"""Priority of lists: what is new on them decides which pages are worth the time."""

WHOLE_ATTEMPTS = 3
"""So often an article is tried whole; then it is archived without the pages that gave no answer, and names them."""


class PortalSpider(Spider):
    """Look at the lists of portals and read the pages they lead to.

    `scrapy crawl portal -a portal=gscn,dbw`; with `-a leases=host:fence,...` on hosts that were claimed for it.
    """

    name = "portal"
    portals: Mapping[str, Portal]
    every_portal: Mapping[str, Portal]
    topic: Topic
    pace: Mapping[str, float]
    """Pace group → least seconds between two requests."""

    def __init__(self, portal: str = "", leases: str = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.names = portal
        self.leases = leases

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Load the portals and set one download queue for each pace group. Raises `PortalError`, `TopicError`."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        folder = crawler.settings["PORTALS_FOLDER"]
        spider.portals = portals_named(spider.names, folder)
        spider.every_portal = load_portals(Path(folder) if folder else None)
        spider.topic = choose_topic(crawler.settings["TOPIC_FOLDER"] or "")
        spider.pace = _pace(spider.portals)
        slots = {group: {"concurrency": 1, "delay": pace} for group, pace in spider.pace.items()}
        crawler.settings.set("DOWNLOAD_SLOTS", slots, priority="spider")
        # Pages that wait for their turn hold memory and robots.txt; more than one a queue brings nothing.
        crawler.settings.set("CONCURRENT_REQUESTS", len(slots), priority="spider")
        return spider

    async def start(self) -> AsyncIterator[Request]:
        """One request for every list that is watched."""
        for portal in self.portals.values():
            for source in portal.watched():
                yield Request(
                    source.url,
                    callback=self.parse_list,
                    errback=self.list_failed,
                    priority=LISTS_FIRST,
                    meta={
                        "portal": portal.name,
                        "address": source.url,
                        "download_slot": source.host,
                        "hosts": portal.hosts,
                        "handle_httpstatus_list": [304],
                    },
                )

    def ask(self, link: PendingLink) -> Request | PageFailure:
        """The request for a page that a list led to, or its failure when the list printed no address at all."""
        try:
            return self._page_request(link, link.url)
        except ValueError as error:
            return _page_failure(link, "bad_address", f"{link.url!r}: {error}", datetime.now(SHANGHAI))

    def parse_list(self, response: Response) -> Iterator[Look]:
        """The look at a list: unchanged, its links, or why there are none."""
        due, now = _due(response.request), datetime.now(SHANGHAI)
        if response.status == 304 and not _was_conditional(response.request):
            # A server that says so without being asked would look like a quiet day for ever.
            yield _look(due, "http_304", now, detail="answered 304 to a request without validators")
            return
        if response.status == 304:
            yield _look(due, "not_modified", now, full=False, etag=due.etag, last_modified=due.last_modified)
            return
        portal = self.portals[due.source.portal]
        source = next(source for source in portal.sources if source.url == due.source.url)
        listing = read_list(_page(response, now), source.kind, portal.list_rules(source))
        if listing.outcome != "ok":
            yield _look(due, listing.outcome, now, detail=listing.detail)
            return
        yield _look(
            due,
            "ok",
            now,
            detail=listing.detail,
            links=listing.links,
            etag=_header(response, "ETag"),
            last_modified=_header(response, "Last-Modified"),
        )

    def list_failed(self, failure: Failure) -> Iterator[Look]:
        """The look at a list that gave no answer."""
        if not isinstance(failure.value, HostRestingError):
            named = name_failure(cast(Exception, failure.value))
            due = _due(cast(Any, failure).request)
            yield _look(due, named.outcome, datetime.now(SHANGHAI), detail=named.detail)

    def parse_page(self, response: Response) -> Iterator[Request | PageResult | PageFailure]:
        """What the first page of an article says, or why it says nothing."""
        link = _link(response.request)
        reading = self._read(response, link)
        if reading.article is None:
            yield _page_failure(link, reading.outcome, reading.detail, datetime.now(SHANGHAI))
        else:
            yield self._next_page(link, Pages.begin(reading))

    def parse_further(self, response: Response) -> Iterator[Request | PageResult]:
        """What a further page adds."""
        link, pages = _link(response.request), _pages(response.request)
        yield self._next_page(link, pages.with_page(self._read(response, link).article))

    def further_failed(self, failure: Failure) -> Iterator[Request | PageResult | PageFailure]:
        """A further page that gave no answer: if that may pass, try the article again; else archive what there is."""
        if isinstance(failure.value, HostRestingError):
            return
        named, request = name_failure(cast(Exception, failure.value)), cast(Any, failure).request
        link = _link(request)
        if is_passing(named.outcome) and link.attempts + 1 < WHOLE_ATTEMPTS:
            detail = f"{request.url}: {named.detail}"
            yield _page_failure(link, named.outcome, detail, datetime.now(SHANGHAI))
        else:
            yield self._next_page(link, _pages(request).with_page(None))

    def page_failed(self, failure: Failure) -> Iterator[PageFailure]:
        """A page that gave no answer."""
        if not isinstance(failure.value, HostRestingError):
            named = name_failure(cast(Exception, failure.value))
            link = _link(cast(Any, failure).request)
            yield _page_failure(link, named.outcome, named.detail, datetime.now(SHANGHAI))

    def _page_request(self, link: PendingLink, url: str) -> Request:
        return Request(
            url,
            callback=self.parse_page,
            errback=self.page_failed,
            meta={
                "portal": link.portal,
                "link": link,
                "download_slot": pace_group(url),
                "hosts": self.portals[link.portal].hosts,
            },
        )

    def _read(self, response: Response, link: PendingLink) -> Reading:
        rules = self.portals[link.portal].reading_rules()
        return read_page(_page(response, datetime.now(SHANGHAI), link), rules)

    def _next_page(self, link: PendingLink, pages: Pages) -> Request | PageResult:
        """The request for the article's next page, or the whole of it, judged and with its figures."""
        if pages.next is not None:
            # Before other pages: what was begun is finished first.
            asked = self._page_request(link, pages.next)
            asked.meta["pages"] = pages
            return asked.replace(callback=self.parse_further, errback=self.further_failed, priority=1)
        article = pages.article()
        assert article is not None
        verdict, facts = conclude(
            article.title, article.text, published_at=article.published_at, topic=self.topic
        )
        return PageResult(
            link_id=link.id, outcome=pages.reading.outcome, article=article, verdict=verdict, facts=facts
        )

    def broken(self, request: Request, exception: Exception) -> Look | PageFailure:
        """The outcome of a list or page on which our own code broke."""
        now, detail = datetime.now(SHANGHAI), f"{type(exception).__name__}: {exception}"[:300]
        if "due" in request.meta:
            return _look(_due(request), "reading_failed", now, detail=detail)
        return _page_failure(_link(request), "reading_failed", detail, now)


def portals_named(names: str, folder: str) -> Mapping[str, Portal]:
    """The portals `a,b,c` among the shipped ones and those of `folder` (empty: none).

    Raises:
        PortalError: none is named, one is off, or a name or a file is wrong.
    """
    only = [name.strip() for name in names.split(",") if name.strip()]
    if not only:
        raise PortalError("no portal is named; write -a portal=gscn, or several with commas")
    portals = load_portals(Path(folder) if folder else None, only=only)
    for name, portal in portals.items():
        if not portal.watched():
            raise PortalError(
                f"{name} is off ({portal.off_because or 'no source is on'}); switch it on in {name}.toml"
            )
    return portals


def _pace(portals: Mapping[str, Portal]) -> Mapping[str, float]:
    pace: dict[str, float] = {}
    for portal in portals.values():
        groups = {source.host for source in portal.watched()} | {
            pace_group(f"http://{h}/") for h in portal.hosts
        }
        for group in groups:
            pace[group] = max(portal.pace_seconds, pace.get(group, 0.0))
    return pace


def _due(request: Request | None) -> DueSource:
    assert request is not None
    return cast(DueSource, request.meta["due"])


def _was_conditional(request: Request | None) -> bool:
    assert request is not None
    return "If-None-Match" in request.headers or "If-Modified-Since" in request.headers


def _link(request: Request | None) -> PendingLink:
    assert request is not None
    return cast(PendingLink, request.meta["link"])


def _pages(request: Request | None) -> Pages:
    assert request is not None
    return cast(Pages, request.meta["pages"])


def _look(due: DueSource, outcome: Outcome, now: datetime, **told: Any) -> Look:
    failures = 0 if outcome in ("ok", "not_modified") else due.failures + 1
    at = next_look(due.source, outcome=outcome, failures=failures, now=now)
    return Look(source_id=due.id, outcome=outcome, next_check_at=at, **told)


def _page_failure(link: PendingLink, outcome: Outcome, detail: str, now: datetime) -> PageFailure:
    at = retry_page(link.url, outcome=outcome, attempts=link.attempts + 1, now=now)
    return PageFailure(link_id=link.id, outcome=outcome, detail=detail, retry_at=at)


def _page(response: Response, now: datetime, link: PendingLink | None = None) -> Page:
    told = (
        Link(url=link.url, title=link.title, published_at=link.published_at, precision=link.precision)
        if link
        else None
    )
    return Page(
        body=response.body,
        url=response.url,
        fetched_at=now,
        content_type=_header(response, "Content-Type") or "",
        link=told,
    )


def _header(response: Response, name: str) -> str | None:
    """One header, if it is one that can be kept and sent back as it is."""
    value = (response.headers.get(name) or b"").decode("latin-1")
    return value if value and value.isprintable() else None
