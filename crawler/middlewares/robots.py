"""robots.txt obeyed, and kept in the archive: a host is asked for it once a day, however many crawls there are."""

import asyncio
from collections import defaultdict
from datetime import datetime
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from crawler.middlewares.errors import HostRestingError, RefusedError
from crawler.middlewares.failures import NAMES, name_failure
from crawler.middlewares.ledger import LedgerMiddleware
from crawler.middlewares.pace import PaceMiddleware
from crawler.robots import answered, crawl_delay, is_fresh, origin_of, refusal, unanswered
from storage import SHANGHAI, RobotsFile, StorageError

_FIRST = 1000
"""Before anything else that waits for the host."""
NO_DOWNLOAD = tuple(kind for kind, _ in NAMES)
"""Every way in which a download ends without an answer."""


class RobotsMiddleware:
    """Let through what robots.txt allows, at the pace that it asks for.

    Scrapy's own middleware asks anew in every crawl, takes an error page for rules and applies no Crawl-delay.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._agent: str = crawler.settings["USER_AGENT"]
        self._known: dict[str, RobotsFile | None] = {}
        self._asking: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Ask as the crawl's user agent."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Raise `RefusedError` where the rules forbid the address, or where they cannot be had."""
        if request.meta.get("dont_obey_robotstxt"):
            return
        origin = origin_of(request.url)
        async with self._asking[origin]:
            if origin not in self._known:
                self._known[origin] = await self._find(origin)
                self._obey_pace(origin, self._known[origin])
        file = self._known[origin]
        refused = refusal(file, request.url, self._agent, datetime.now(SHANGHAI)) if file else None
        if refused is not None:
            raise RefusedError(*refused)

    async def _find(self, origin: str) -> RobotsFile | None:
        """The rules of an origin: as kept, or asked for; None where the question itself was refused within our borders."""
        try:
            kept = self._ledger.round.robots.get(origin)
            if is_fresh(kept, datetime.now(SHANGHAI)):
                return kept
            found = await self._ask(origin, kept)
            if found is not None:
                self._ledger.round.robots.keep(found)
        except StorageError as error:
            self._ledger.stop(error)
            raise HostRestingError(f"{origin} is not asked: {error}") from error
        return found

    async def _ask(self, origin: str, kept: RobotsFile | None) -> RobotsFile | None:
        asked = Request(
            f"{origin}/robots.txt",
            priority=_FIRST,
            meta={"dont_obey_robotstxt": True},
            callback=NO_CALLBACK,
        )
        try:
            answer: Response = await self._crawler.engine.download_async(asked)
        except HostRestingError:
            raise
        except IgnoreRequest:
            # A loop of redirects, a private address, an endless file: what may not be asked for is as good as absent
            # (RFC 9309, 2.3.1.2 and 2.3.1.3), and the page itself meets the same borders.
            return None
        except NO_DOWNLOAD as error:
            return unanswered(kept, origin, name_failure(error).outcome, datetime.now(SHANGHAI))
        return answered(kept, origin, answer.status, answer.body, datetime.now(SHANGHAI))

    def _obey_pace(self, origin: str, file: RobotsFile | None) -> None:
        pace = self._crawler.get_downloader_middleware(PaceMiddleware)
        if file is not None and pace is not None:
            pace.slow_down(origin, crawl_delay(file, self._agent))

    @property
    def _ledger(self) -> LedgerMiddleware:
        ledger = self._crawler.get_spider_middleware(LedgerMiddleware)
        assert ledger is not None, "the ledger opens the archive before the first request"
        return ledger
