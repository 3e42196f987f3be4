"""The ledger's side of a crawl: what to ask for, and what came of looking at a list."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider
from scrapy.http import Response

from crawler.middlewares.claims import HostsHeldError
from crawler.middlewares.rounds import Round, Terms
from storage import (
    SHANGHAI,
    ArchiveUnavailableError,
    DueSource,
    HostBatch,
    LeaseLostError,
    Look,
    PageFailure,
    StorageError,
    WalkStep,
)

log = logging.getLogger(__name__)

LONGEST_WAIT = timedelta(seconds=60)
"""A host that wants a longer rest than this is left out of a crawl that was started by hand."""


class LedgerMiddleware:
    """Ask for what is due, under a lease, with our own validators; write each look with its new links at once.

    It opens the archive before the first request and closes it with the spider; the item pipeline works through it.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._round: Round | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Give the hosts back when the spider closes, however it closes."""
        middleware = cls(crawler)
        crawler.signals.connect(middleware.end, signal=signals.spider_closed)
        return middleware

    @property
    def has_begun(self) -> bool:
        """Whether there is a round that may still write."""
        return self._round is not None and self._crawler.stats.get_value("stopped_by") is None

    @property
    def round(self) -> Round:
        """The round under way. Raises `RuntimeError` before it began."""
        if self._round is None:
            raise RuntimeError("no round has begun: the archive is opened with the first request")
        return self._round

    async def process_start(self, start: AsyncIterator[Any]) -> AsyncIterator[Any]:
        """Keep the sources that are due, then add the pages that earlier crawls listed and did not get."""
        try:
            batches = [batch for batch in self._hosts() if await self._is_rested(batch)]
            sources, links = self.round.begin(batches)
        except (StorageError, HostsHeldError) as error:
            raise CloseSpider(self._reported(error)) from error
        due = {(source.source.portal, source.source.url): source for source in sources}
        async for request in start:
            found = due.get((request.meta["portal"], request.meta["address"]))
            if found is not None:
                yield _conditional(request, found)
        for link in links:
            yield self._spider.ask(link)
        for request in self._walk() if self._spider.walks is not None else ():
            yield request

    async def process_spider_output(
        self, response: Response, result: AsyncIterator[Any]
    ) -> AsyncIterator[Any]:
        """Record a look in one transaction, and ask for the pages that are new in it."""
        async for item in result:
            if isinstance(item, Look):
                for asked in self.record_look(item):
                    yield asked
            elif isinstance(item, WalkStep):
                for asked in self.record_step(item):
                    yield asked
            else:
                yield item

    def process_spider_exception(self, response: Response, exception: Exception) -> Iterable[Any] | None:
        """Where our own code broke on a page, that is the page's outcome; the traceback goes to the log."""
        if isinstance(exception, CloseSpider) or response.request is None:
            return None
        log.error("%s could not be read: a fault of ours", response.url, exc_info=exception)
        return [self._spider.broken(response.request, exception)]

    def record_look(self, look: Look) -> Iterator[Request | PageFailure]:
        """Write the look; the requests for its new pages, or why one cannot be asked for."""
        try:
            new = self.round.record_look(look)
            due, waiting = self.round.reads_on(look)
        except StorageError as error:
            self.stop(error)
            return
        following = self._spider.further.request(due, waiting)
        if following is not None:
            yield following
        for link in new:
            yield self._spider.ask(link)

    def record_step(self, step: WalkStep) -> Iterator[Request | PageFailure]:
        """Write one step of a walk back in time; the requests for its next page and for the pages it found."""
        try:
            new, walk, following = self.round.record_step(step)
        except StorageError as error:
            self.stop(error)
            return
        self._spider.walks.found(len(new))
        request = self._spider.walks.request(walk, following) if following else None
        if request is not None:
            yield request
        for link in self.round.taken(new, walk):
            yield self._spider.ask(link)

    def _walk(self) -> Iterator[Request]:
        """The requests with which this round's walks go on."""
        try:
            walks = self.round.walks()
        except StorageError as error:
            self.stop(error)
            return
        for walk in walks:
            request = self._spider.walks.request(walk, walk.further[0])
            if request is not None:
                yield request

    def hold(self, host: str, *, until: datetime) -> None:
        """Let nobody ask the host before `until`, in this process or another."""
        try:
            self.round.hold(host, until=until)
        except StorageError as error:
            self.stop(error)

    def stop(self, error: StorageError) -> None:
        """End the crawl with one line: without its lease or its archive it can write nothing more."""
        stats = self._crawler.stats
        if stats.get_value("stopped_by") is None:
            stats.set_value("stopped_by", self._reported(error))
            closing = self._crawler.engine.close_spider_async(reason=stats.get_value("stopped_by"))
            # The task is kept by the stats collector's owner, the crawler, until the spider is closed.
            self._closing = asyncio.get_running_loop().create_task(closing)

    def end(self, reason: str) -> None:
        """Note the end of the runs and give the hosts back, each with its portal's pace."""
        if self._round is None:
            return
        try:
            self._round.end(reason, pace=self._spider.pace)
        except StorageError as error:
            # A lease lost before is a lease that need not be given back.
            if not isinstance(error, LeaseLostError) or reason != "lease_lost":
                self._crawler.stats.set_value("stopped_by", self._reported(error))

    @property
    def _spider(self) -> Any:
        return self._crawler.spider

    def _hosts(self) -> tuple[HostBatch, ...]:
        settings, spider = self._crawler.settings, self._spider
        longest = timedelta(seconds=settings.getint("CLOSESPIDER_TIMEOUT"))
        self._round = Round(
            Terms(
                archive=settings["ARCHIVE"],
                quiet_before=timedelta(hours=settings.getfloat("QUIET_HOURS")),
                summary_after=timedelta(seconds=settings.getfloat("SUMMARY_AFTER")),
                lease=longest + timedelta(minutes=2),
                pages_per_host=settings.getint("PAGES_PER_HOST"),
                captures=Path(settings["CAPTURES_FOLDER"]),
                keep=settings["CAPTURES"],
                spans=tuple(timedelta(seconds=one) for one in settings["REVISIT"] or ()),
            )
        )
        if spider.leases:
            return self._round.take_over(spider.leases, spider.portals)
        return self._round.claim(spider.portals, spider.every_portal)

    async def _is_rested(self, batch: HostBatch) -> bool:
        """Wait for a host that is to be called in a moment; leave out one that asked for a long rest."""
        rest = (batch.not_before or datetime.min.replace(tzinfo=SHANGHAI)) - datetime.now(SHANGHAI)
        if rest > LONGEST_WAIT:
            log.warning("%s asked to be left alone until %s: left out", batch.lease.host, batch.not_before)
            self.round.let_go(batch.lease)
            return False
        await asyncio.sleep(max(0.0, rest.total_seconds()))
        return True

    def _reported(self, error: Exception) -> str:
        log.error("%s", error)
        self._crawler.stats.set_value("stopped_because", str(error))
        if isinstance(error, LeaseLostError):
            return "lease_lost"
        if isinstance(error, ArchiveUnavailableError):
            return "archive_unavailable"
        return "hosts_held" if isinstance(error, HostsHeldError) else "storage_failed"


def _conditional(request: Request, due: DueSource) -> Request:
    """The request with what the server gave us last time, unless a full answer is due."""
    request.meta["due"] = due
    if not due.full_fetch_due:
        if due.etag:
            request.headers["If-None-Match"] = due.etag
        if due.last_modified:
            request.headers["If-Modified-Since"] = due.last_modified
    return request
