"""How pages are downloaded: each request once, over a connection of its own."""

from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler


class SingleUseHandler(HTTP11DownloadHandler):
    """Scrapy's handler, which would keep connections open for the next request.

    Servers close a connection after an answer without a word, those of HTTP/1.0 always: the next request is lost with it,
    and the portal looks broken. A pool that keeps connections also asks again at once when one breaks, past all that paces
    a host. The price is one handshake a page.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool.persistent = False
