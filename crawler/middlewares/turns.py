"""One at a time: who is next in a pace group, and nobody once there is no point."""

import asyncio
from collections import defaultdict
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler.middlewares.errors import HostRestingError
from crawler.middlewares.pace import PaceMiddleware


class TurnsMiddleware:
    """Let one request of a pace group at a time through to the download, and look again just before it goes.

    Scrapy's own queue cannot be called back: what waits in it is sent even after the host asked for rest, and holds up the
    end of a crawl for as long as its pace takes. It stands nearest to the download, so nothing that has its turn waits for
    another request of its group.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._turns: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._going: dict[Request, asyncio.Lock] = {}

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
        pace = self._crawler.get_downloader_middleware(PaceMiddleware)
        why = pace.rests(group) if pace is not None else None
        if not self._crawler.crawling or self._crawler.stats.get_value("stopped_by") is not None:
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

    def _end(self, request: Request) -> None:
        turn = self._going.pop(request, None)
        if turn is not None:
            turn.release()
