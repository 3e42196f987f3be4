"""What goes into reading and what comes out of it: a page with its rules, a reading, a listing."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

from storage import Article, Link, NaiveDatetimeError

PageOutcome: TypeAlias = Literal[
    "article",
    "video",
    "gallery",
    "no_body",
    "empty",
    "layout",
    "blocked",
    "soft_404",
    "stub",
    "not_html",
    "not_an_article",
]
"""What an article page turned out to be.

`article` a headline and a body; `video` and `gallery` a headline whose report is moving or still pictures; `no_body` a
headline whose text is not on the page; `empty` nothing printed at all; `layout` text without a headline that could
be found (the portal changed its pages, or an override is stale); `blocked` a challenge or a refusal in place of
the page; `soft_404` a "not found" text under status 200; `stub` a page that only sends on to another address;
`not_html` bytes that are no page (image, PDF, archive); `not_an_article` a list, a search or a home page.
"""

ListOutcome: TypeAlias = Literal[
    "ok", "empty_list", "empty", "layout", "blocked", "soft_404", "stub", "not_html"
]
"""What a list, feed or list API turned out to be.

`empty_list` is a well-formed list without entries; `layout` is a page with text where no entry could be found.
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """The bytes of one answer and where they came from."""

    body: bytes
    url: str
    """The address after redirects; empty when it is not known."""
    fetched_at: datetime
    content_type: str = ""
    """The HTTP header, whole."""
    link: Link | None = None
    """What the list said about this page."""

    def __post_init__(self) -> None:
        if self.fetched_at.tzinfo is None:
            raise NaiveDatetimeError(f"fetched_at={self.fetched_at!r}: {NaiveDatetimeError.__doc__}")


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadingRules:
    """What a portal's file says about its article pages."""

    portal: str = ""
    hosts: tuple[str, ...] = ()
    """Registrable domains of the portal: a canonical address elsewhere is not believed."""
    family: str | None = None
    """Name of the template family; None lets the page tell."""
    charset: str | None = None
    """Asked after the byte order mark and before anything the page declares."""
    selectors: Mapping[str, str] = field(default_factory=dict)
    """Field name to CSS selector, or to XPath when it begins with `/`, `./` or `(`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """What one article page turned out to be, with the article as far as it could be read."""

    outcome: PageOutcome
    article: Article | None = None
    """Given whenever a headline or a body could be read: a video report's headline is still news."""
    detail: str = ""
    """One line for the person who asks why."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ListRules:
    """What a portal's file says about one of its lists."""

    article_patterns: tuple[re.Pattern[str], ...] = ()
    """Addresses that are articles; empty lets the page tell."""
    hosts: tuple[str, ...] = ()
    """Registrable domains of the portal; empty means the page's own."""
    charset: str | None = None
    """As in `ReadingRules`."""
    page_url: str | None = None
    """The address of the further pages, with `{page}`; None lets the page tell."""
    first_page: int = 1
    """The number of the source's own page; the next one has the number after it."""
    selector: str | None = None
    """CSS selector or XPath of the element that holds the list."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Listing:
    """The links of one list, feed or list API."""

    outcome: ListOutcome
    links: tuple[Link, ...] = ()
    """In document order, absolute http(s) addresses, each once."""
    leads: tuple[str, ...] = ()
    """Article-like addresses on other hosts, for a person to judge."""
    detail: str = ""
    further: tuple[Link, ...] = ()
    """Where more of it stands: the next page of a list; the parts of an index of sitemaps, the last changed first."""
    charset: str = ""
    """In which it was read; empty for what is no text."""
