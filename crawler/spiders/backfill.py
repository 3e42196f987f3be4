"""The spider of a backfill: it walks back in time, and reads the pages it finds as any crawl does."""

from collections.abc import AsyncIterator
from typing import Any, Self

from scrapy import Request
from scrapy.crawler import Crawler

from crawler.spiders.portal import PortalSpider
from crawler.spiders.walks import Walks


class BackfillSpider(PortalSpider):
    """Go on with the walks of a portal that `jindu backfill` began.

    `scrapy crawl backfill -a portal=gscn -a leases=host:fence,... -a limit=200`.
    """

    name = "backfill"

    def __init__(self, portal: str = "", leases: str = "", limit: str = "0", **kwargs: Any) -> None:
        super().__init__(portal, leases, **kwargs)
        self.limit = limit

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Load the portals; the walks come from the archive. Raises `PortalError`, `TopicError`, `ValueError`."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.walks = Walks(spider.portals, int(spider.limit))
        return spider

    async def start(self) -> AsyncIterator[Request]:
        """No list is looked at for news: that is the watch's."""
        nothing: tuple[Request, ...] = ()
        for request in nothing:
            yield request
