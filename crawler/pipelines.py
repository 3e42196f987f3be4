"""The one door to storage for what the spider gives: looks without new links, pages, failures."""

from typing import Self, TypeAlias

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from crawler.middlewares.ledger import LedgerMiddleware
from storage import Look, PageFailure, PageResult, Relook, StorageError, WalkStep

CrawlItem: TypeAlias = Look | PageResult | PageFailure | Relook | WalkStep


class ArchivePipeline:
    """Write each item under the lease it was fetched under, each in one transaction."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The ledger's middleware holds the archive and the leases."""
        return cls(crawler)

    def open_spider(self) -> None:
        """Find the ledger's middleware, which is there once the engine is."""
        ledger = self._crawler.get_spider_middleware(LedgerMiddleware)
        assert ledger is not None
        self._ledger = ledger

    def process_item(self, item: CrawlItem) -> CrawlItem:
        """Write the item; without lease or archive the crawl ends and the item is dropped, to be fetched again."""
        if isinstance(item, Look):
            # A list that gave no answer does not pass the middleware; it has no links to ask for.
            assert not list(self._ledger.record_look(item))
            return item
        if isinstance(item, WalkStep):
            assert not list(self._ledger.record_step(item))
            return item
        try:
            if isinstance(item, Relook):
                self._ledger.round.record_relook(item)
            else:
                self._ledger.round.record_page(item)
        except StorageError as error:
            self._ledger.stop(error)
            raise DropItem(str(error), log_level="DEBUG") from error
        except Exception as error:
            # A fault of ours, whose traceback Scrapy logs: the page must not be fetched for ever because of it.
            if isinstance(item, PageResult):
                self._ledger.round.record_refusal(item, error)
            elif isinstance(item, Relook):
                self._ledger.round.record_unwritten(item, error)
            raise
        return item
