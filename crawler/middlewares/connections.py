"""How pages are downloaded: each request once."""

from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler


class SingleTryHandler(HTTP11DownloadHandler):
    """Scrapy's handler, whose pool of connections would ask again at once when a kept connection breaks.

    That second request goes past all that paces a host; the retry middleware asks again in turn.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool.retryAutomatically = False
