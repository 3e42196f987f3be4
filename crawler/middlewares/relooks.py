"""What a crawl does when nothing else is left to do: look at archived pages again."""

from typing import Any, Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider

from crawler.middlewares.ledger import LedgerMiddleware
from storage import StorageError


class LookAgain:
    """Ask for the pages that are due for another look, once, when all lists and new pages are done.

    So a new page never waits for an old one, whenever its list brings it.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._done = False

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Wait until the spider is idle."""
        extension = cls(crawler)
        crawler.signals.connect(extension.look, signal=signals.spider_idle)
        return extension

    def look(self) -> None:
        """Put the requests in line; raises `DontCloseSpider` when there are any."""
        ledger = self._crawler.get_spider_middleware(LedgerMiddleware)
        if self._done or ledger is None or not ledger.has_begun:
            return
        self._done = True
        spider: Any = self._crawler.spider
        try:
            asked = [spider.look_again(due) for due in ledger.round.relooks()]
            for item in asked:
                if isinstance(item, Request):
                    self._crawler.engine.crawl(item)
                else:
                    ledger.round.record_relook(item)
        except StorageError as error:
            ledger.stop(error)
            return
        if any(isinstance(item, Request) for item in asked):
            raise DontCloseSpider
