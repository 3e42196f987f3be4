"""Manners: one connection to a portal at a time, its own pace, and rest when it asks for rest."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any, Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.robotstxt import RobotParser

from crawler.middlewares.errors import HostRestingError
from crawler.middlewares.failures import REFUSALS
from crawler.middlewares.ledger import LedgerMiddleware
from crawler.portals import pace_group
from crawler.timing import retry_after
from storage import SHANGHAI

LONGEST_CRAWL_DELAY = 60.0
"""Seconds; a longer Crawl-delay is taken for a mistake, see research on what such files say."""

FAILURES_IN_A_ROW = 5
"""After so many failed answers in a row the rest of the host's requests waits for another run."""

REST = timedelta(minutes=5)
"""How long a host rests that fails in a row, or says 429 without a time."""


class PaceMiddleware:
    """Put every request of a portal in one queue, and stop asking a host that needs rest.

    Scrapy reads Crawl-delay and applies nothing of it, and knows no Retry-After at all.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._resting: dict[str, str] = {}
        self._failures: Counter[str] = Counter()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Listen for robots.txt files as they are read."""
        middleware = cls(crawler)
        crawler.signals.connect(middleware.obey_crawl_delay, signal=signals.robots_parsed)
        return middleware

    def process_request(self, request: Request) -> None:
        """Queue the request with those of its group; raise `HostRestingError` when the group rests."""
        group = pace_group(request.url)
        request.meta["download_slot"] = group
        if group in self._resting:
            raise HostRestingError(f"{group} rests: {self._resting[group]}")

    def rests(self, group: str) -> str | None:
        """Why the group rests; None when it does not."""
        return self._resting.get(group)

    def process_response(self, request: Request, response: Response) -> Response:
        """Count the answer, and let the host rest where it asks for it."""
        now = datetime.now(SHANGHAI)
        header = (response.headers.get("Retry-After") or b"").decode("latin-1")
        if response.status in (429, 503):
            until = retry_after(header, now=now)
            if until is not None or response.status == 429:
                self._rest(request, until or now + REST, f"answered {response.status}")
        if response.status >= 500 or response.status in REFUSALS:
            self._count_failure(request)
        else:
            self._failures.pop(pace_group(request.url), None)
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Count a download that failed; what we refuse ourselves says nothing about the host."""
        if not isinstance(exception, IgnoreRequest):
            self._count_failure(request)

    def obey_crawl_delay(self, robotparser: RobotParser, request: Request, **_: Any) -> None:
        """Slow the group down to the Crawl-delay of its robots.txt; never make it faster."""
        delay = robotparser.crawl_delay(self._crawler.settings["USER_AGENT"])
        if delay is None or delay <= 0:
            return
        group, downloader = pace_group(request.url), self._crawler.engine.downloader
        slots: list[Any] = [slot for name, slot in downloader.slots.items() if name == group]
        for slot in slots:
            slot.delay = max(slot.delay, min(delay, LONGEST_CRAWL_DELAY))
            # An idle slot is thrown away and made anew from this.
            downloader.per_slot_settings[group] = {"concurrency": slot.concurrency, "delay": slot.delay}

    def _count_failure(self, request: Request) -> None:
        group = pace_group(request.url)
        self._failures[group] += 1
        if self._failures[group] == FAILURES_IN_A_ROW:
            now = datetime.now(SHANGHAI)
            self._rest(request, now + REST, f"{FAILURES_IN_A_ROW} failures in a row")

    def _rest(self, request: Request, until: datetime, why: str) -> None:
        group = pace_group(request.url)
        self._resting[group] = why
        ledger = self._crawler.get_spider_middleware(LedgerMiddleware)
        if ledger is not None:
            ledger.hold(group, until=until)
