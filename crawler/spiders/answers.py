"""Answers as pages and captures: what reading needs of a response, and what the archive keeps of it."""

import re
from datetime import datetime
from urllib.parse import urlsplit

from scrapy.http import Response

from crawler.reading import Page
from storage import Capture, Link, PendingLink

_FRONT = re.compile(r"/?(?:index\.\w{3,5})?")


def page_of(response: Response, now: datetime, link: PendingLink | None = None) -> Page:
    """The answer as reading takes it, with what a list said of it."""
    told = (
        Link(url=link.url, title=link.title, published_at=link.published_at, precision=link.precision)
        if link
        else None
    )
    return Page(
        body=response.body,
        url=response.url,
        fetched_at=now,
        content_type=header(response, "Content-Type") or "",
        link=told,
    )


def capture_of(response: Response, now: datetime) -> Capture:
    """The answer as it came, with the address that was asked for before any redirect."""
    asked = response.request.meta.get("redirect_urls", [response.request.url])[0] if response.request else ""
    return Capture(
        url=asked or response.url,
        answered_url=response.url,
        status=response.status,
        headers=tuple(
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, values in response.headers.items()
            for value in values
        ),
        body=response.body,
        fetched_at=now,
    )


def header(response: Response, name: str) -> str | None:
    """One header, if it is one that can be kept and sent back as it is."""
    value = (response.headers.get(name) or b"").decode("latin-1")
    return value if value and value.isprintable() else None


def leads_home(asked: str, answered: str) -> bool:
    """Whether an address that was not a front page was answered by one: what a site does with addresses it gave up."""
    return not _is_front(asked) and _is_front(answered)


def _is_front(url: str) -> bool:
    parts = urlsplit(url)
    return _FRONT.fullmatch(parts.path) is not None and not parts.query
