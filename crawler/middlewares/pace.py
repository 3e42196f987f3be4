"""Manners: one connection to a portal at a time, its own pace, and rest when it asks for rest."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any, Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from crawler.middlewares.errors import HostRestingError
from crawler.middlewares.failures import REFUSALS
from crawler.middlewares.ledger import LedgerMiddleware
from crawler.portals import pace_group
from crawler.timing import retry_after
from storage import SHANGHAI

FAILURES_IN_A_ROW = 5
"""After so many failed answers in a row the rest of the host's requests waits for another run."""

REST = timedelta(minutes=5)
"""How long a host rests that fails in a row, or says 429 without a time."""


class PaceMiddleware:
    """Put every request of a portal in one queue, and stop asking a host that needs rest.

    Scrapy applies nothing of Crawl-delay, and knows no Retry-After at all.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._resting: dict[str, str] = {}
        self._failures: Counter[str] = Counter()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The crawl whose hosts are paced."""
        return cls(crawler)

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

    def slow_down(self, url: str, delay: float) -> None:
        """Ask the group of `url` no faster than every `delay` seconds, now and after this crawl; never faster than before."""
        group, downloader = pace_group(url), self._crawler.engine.downloader
        # A slot that is not there, or is thrown away while idle, is made from these.
        told = downloader.per_slot_settings.get(
            group, {"delay": self._crawler.settings.getfloat("DOWNLOAD_DELAY")}
        )
        if delay <= told["delay"]:
            return
        downloader.per_slot_settings[group] = {"concurrency": 1, **told, "delay": delay}
        if group in downloader.slots:
            downloader.slots[group].delay = delay
        spider: Any = self._crawler.spider
        spider.pace = {**spider.pace, group: delay}

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
