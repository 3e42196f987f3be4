"""robots.txt as RFC 9309 reads it: absent allows, in trouble forbids for now."""

import logging
from typing import Any

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.robotstxt import RobotParser
from scrapy.utils.httpobj import urlparse_cached

from crawler.middlewares.errors import RefusedError

LONGEST_READ = 500 * 1024
"""Bytes of a robots.txt that are obeyed; RFC 9309, 2.5 asks for at least 500 KiB."""


class RobotsMiddleware(RobotsTxtMiddleware):
    """Scrapy's middleware, which takes an error page for rules; this one knows 4xx and 5xx apart."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        # It prints a traceback for every robots.txt that gave no answer; the page itself then has a named failure.
        logging.getLogger("scrapy.downloadermiddlewares.robotstxt").setLevel(logging.CRITICAL)
        self._in_trouble: dict[str, int] = {}

    def process_request_2(self, rp: RobotParser | None, request: Request) -> None:
        """Raise `RefusedError` where the rules forbid, or cannot be had from a server in trouble (2.3.1.4)."""
        host = urlparse_cached(request).netloc
        status = self._in_trouble.get(host)
        if status is not None:
            raise RefusedError("robots_unavailable", f"{host}/robots.txt answered {status}")
        try:
            super().process_request_2(rp, request)
        except IgnoreRequest as error:
            raise RefusedError("robots", f"{host}/robots.txt forbids {request.url}") from error

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if response.status >= 500 or response.status == 429:
            self._in_trouble[netloc] = response.status
        rules: dict[str, Any] = {"body": response.body[:LONGEST_READ] if response.status < 400 else b""}
        await super()._parse_robots(response.replace(**rules), netloc, request)
