"""One at a time: who is next in a pace group, and nobody once there is no point."""

import asyncio
from collections import defaultdict
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler.middlewares.errors import HostRestingError
from crawler.middlewares.pace import PaceMiddleware

_LONGEST_NAP = 0.25
"""Seconds after which a request that waits looks whether the crawl still goes on."""


class TurnsMiddleware:
    """Let one request of a pace group at a time through to the download, and look again just before it goes.

    Scrapy's own queue cannot be called back: what waits in it is sent even after the host asked for rest, and holds up the
    end of a crawl for as long as its pace takes. It stands nearest to the download, so nothing that has its turn waits for
    another request of its group.

    The pace is kept from one answer to the next request. Scrapy counts from one request to the next as they leave its queue; one that
    then waits while a page is read is sent late, and the server sees the next one too soon after it.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._turns: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._going: dict[Request, asyncio.Lock] = {}
        self._answered: dict[str, float] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Ask the pace middleware who rests."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Wait for the turn; raise `HostRestingError` when the host rests by then, or the crawl ends."""
        group = request.meta["download_slot"]
        turn = self._turns[group]
        await turn.acquire()
        self._going[request] = turn
        await self._keep_pace(group)
        pace = self._crawler.get_downloader_middleware(PaceMiddleware)
        why = pace.rests(group) if pace is not None else None
        if self._ends():
            why = "the crawl ends"
        if why is not None:
            raise HostRestingError(f"{group} is not asked: {why}")

    def process_response(self, request: Request, response: Response) -> Response:
        """The next one, please."""
        self._end(request)
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        """The next one, please."""
        self._end(request)

    async def _keep_pace(self, group: str) -> None:
        """Wait until the group's pace has passed since its last answer, or the crawl ends."""
        loop = asyncio.get_running_loop()
        settings = self._crawler.engine.downloader.per_slot_settings.get(group, {})
        delay = settings.get("delay", self._crawler.settings.getfloat("DOWNLOAD_DELAY"))
        due = self._answered.get(group, loop.time() - delay) + delay
        while loop.time() < due and not self._ends():
            await asyncio.sleep(min(due - loop.time(), _LONGEST_NAP))

    def _ends(self) -> bool:
        return not self._crawler.crawling or self._crawler.stats.get_value("stopped_by") is not None

    def _end(self, request: Request) -> None:
        turn = self._going.pop(request, None)
        if turn is not None:
            self._answered[request.meta["download_slot"]] = asyncio.get_running_loop().time()
            turn.release()
