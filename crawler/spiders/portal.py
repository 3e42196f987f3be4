"""The one spider: it knows portals and reading, and nothing of the archive."""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.settings import BaseSettings

from crawler.portals import Portal, PortalError, load_portals, pace_group
from crawler.rhythm import Bounds
from crawler.spiders.articles import Articles, link_of, page_failure
from crawler.spiders.further import Further, further_look
from crawler.spiders.lists import Lists, due_source, look
from crawler.spiders.revisits import Revisits, due_revisit
from crawler.spiders.walks import Walks, step, walk_of
from crawler.topics import Topic, choose_topic
from storage import SHANGHAI, DueRevisit, Look, PageFailure, PendingLink, Relook, WalkStep


class PortalSpider(Spider):
    """Look at the lists of portals and read the pages they lead to.

    `scrapy crawl portal -a portal=gscn,dbw`; with `-a leases=host:fence,...` on hosts that were claimed for it.
    """

    name = "portal"
    portals: Mapping[str, Portal]
    every_portal: Mapping[str, Portal]
    topic: Topic
    lists: Lists
    further: Further
    walks: Walks | None = None
    """Given in a backfill only."""
    articles: Articles
    revisits: Revisits
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
        spider.lists = Lists(spider.portals, _bounds(crawler.settings))
        spider.further = Further(spider.portals)
        spider.articles = Articles(spider.portals, spider.topic)
        spans = [timedelta(seconds=seconds) for seconds in crawler.settings["REVISIT"] or ()]
        spider.revisits = Revisits(spider.portals, spider.topic, spans)
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
                yield self.lists.request(source)

    def ask(self, link: PendingLink) -> Request | PageFailure:
        """The request for a page that a list led to, or its failure when the list printed no address at all."""
        return self.articles.ask(link)

    def look_again(self, due: DueRevisit) -> Request | Relook:
        """The request for an archived page, or its failure when its address cannot be asked for."""
        return self.revisits.ask(due)

    def broken(self, request: Request, exception: Exception) -> Look | PageFailure | Relook | WalkStep:
        """The outcome of a list or page on which our own code broke."""
        now, detail = datetime.now(SHANGHAI), f"{type(exception).__name__}: {exception}"[:300]
        if "walk" in request.meta:
            return step(*walk_of(request), "reading_failed", detail=detail)
        if "page" in request.meta:
            return further_look(request, "reading_failed", now, detail=detail)
        if "due" in request.meta:
            return look(due_source(request), "reading_failed", now, detail=detail)
        if "relook" in request.meta:
            return self.revisits.broken(due_revisit(request), "reading_failed", detail)
        return page_failure(link_of(request), "reading_failed", detail, now)


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


def _bounds(settings: BaseSettings) -> Bounds:
    soonest, latest = (timedelta(seconds=settings.getfloat(name)) for name in ("SOONEST", "LATEST"))
    return Bounds(soonest=soonest, latest=latest)


def _pace(portals: Mapping[str, Portal]) -> Mapping[str, float]:
    pace: dict[str, float] = {}
    for portal in portals.values():
        groups = {source.host for source in portal.watched()} | {
            pace_group(f"http://{h}/") for h in portal.hosts
        }
        for group in groups:
            pace[group] = max(portal.pace_seconds, pace.get(group, 0.0))
    return pace
