"""End with whoever started us."""

import asyncio
import os
import threading
import time
from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured


class ParentPipe:
    """Close the crawl when its standard input ends, which it does however the parent dies.

    The watch is a thread of its own: it ends the process even while the reactor is busy.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._grace = crawler.settings.getfloat("PARENT_PIPE_GRACE")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Only with the setting PARENT_PIPE: a crawl started by hand has a terminal or nothing there."""
        if not crawler.settings.getbool("PARENT_PIPE"):
            raise NotConfigured
        extension = cls(crawler)
        crawler.signals.connect(extension.watch, signal=signals.spider_opened)
        return extension

    def watch(self) -> None:
        """Begin to watch."""
        self._loop = asyncio.get_running_loop()
        threading.Thread(target=self._wait, name="parent-pipe", daemon=True).start()

    def _wait(self) -> None:
        while os.read(0, 1024):
            pass
        asyncio.run_coroutine_threadsafe(self._close(), self._loop)
        time.sleep(self._grace)
        os._exit(1)

    async def _close(self) -> None:
        if self._crawler.engine.spider is not None:
            self._crawler.stats.set_value("stopped_by", "parent_gone")
            await self._crawler.engine.close_spider_async(reason="parent_gone")
