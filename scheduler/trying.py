"""Try one source of a portal once: fetch it, read it, read sample articles, and say what works."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from crawler.portals import Portal, PortalSource
from crawler.reading import Listing, Page, Reading, ReadingRules, read_list, read_page
from crawler.reading.sitemaps import unpacked
from crawler.robots import origin_of
from scheduler.fetching import FetchError, RobotsBook, RobotsMemory, fetch
from scheduler.printing import print_time
from storage import SHANGHAI, Link, Precision, SourceKind

SAMPLES = 2
"""Articles of each source that are read as samples."""
READ = frozenset({"article", "video", "gallery"})
"""Outcomes of a page that is a report."""
LISTS = frozenset({"ok", "empty_list"})
"""Outcomes of a list that is the list itself."""


@dataclass(slots=True)
class Visitor:
    """Fetches the pages of one portal, one after the other and never sooner than its pace allows."""

    pace: float
    """Least seconds between the end of one fetch and the start of the next."""
    owns: Callable[[str], bool]
    """Whether an address is on one of the portal's hosts."""
    pause: Callable[[float], None] = time.sleep
    book: RobotsBook = field(default_factory=RobotsMemory)
    """What is known of robots.txt files; their Crawl-delay slows the pace down."""
    _last: float | None = None

    def get(self, url: str, link: Link | None = None) -> Page:
        """One page. Raises FetchError, also for a page that turns out to be another site's."""
        try:
            answer = fetch(url, self.book, self._wait)
        finally:
            self._last = time.monotonic()
        if not self.owns(answer.url):
            raise FetchError(f"{url}: 转到了别的网站 {answer.url} (sends on to another site)")
        return Page(
            body=answer.body,
            url=answer.url,
            fetched_at=datetime.now(SHANGHAI),
            content_type=answer.content_type,
            link=link,
        )

    def robots(self, url: str) -> str:
        """The robots.txt of the site, as it was read before its first page; empty where there is none."""
        known = self.book.get(origin_of(url))
        return known.body if known else ""

    def _wait(self, asked: float) -> None:
        """Rest before a request as long as the pace, or what robots.txt asks for, still wants."""
        if self._last is not None:
            self.pause(max(0.0, self._last + max(self.pace, asked) - time.monotonic()))
        self._last = time.monotonic()


@dataclass(frozen=True, kw_only=True, slots=True)
class Sample:
    """One article that was read to see whether it can be."""

    url: str
    outcome: str
    """Of reading, or `not_fetched`."""
    detail: str = ""
    title: str = ""
    published_at: datetime | None = None
    precision: Precision = "day"
    source: str = ""
    characters: int = 0
    charset: str = ""
    charset_from: str = ""

    @property
    def troubles(self) -> tuple[str, ...]:
        """What could not be read of it, Chinese first; empty when it is well."""
        if self.outcome not in READ:
            return (f"{self.outcome} {self.detail}".strip(),)
        lacking = (
            ("没有标题 no headline", self.title),
            ("没有时间 no time", self.published_at),
            ("没有正文 no text", self.characters or self.outcome != "article"),
        )
        return tuple(words for words, found in lacking if not found)


@dataclass(frozen=True, kw_only=True, slots=True)
class Tried:
    """What one source gave when it was asked once."""

    portal: str
    source: str
    title: str
    outcome: str
    """Of reading the list, or `not_fetched`."""
    detail: str = ""
    kind: SourceKind = "list"
    links: int = 0
    dated: int = 0
    """Links beside which it prints a time."""
    further: str = ""
    """Where more of it stands, as read or as the file says; empty where it has one page."""
    samples: tuple[Sample, ...] = field(default=())

    @property
    def works(self) -> bool:
        """Whether the list was read, and every sample with headline, time and text."""
        return self.outcome in LISTS and not any(sample.troubles for sample in self.samples)


def try_source(portal: Portal, source: PortalSource, visitor: Visitor, seen: set[str]) -> Tried:
    """Fetch and read one source and its newest articles that are not in `seen`, which grows by them.

    Of a search the first word is tried, of an index of sitemaps its first part. Whatever goes wrong is in what is returned.
    """
    address = next(iter(source.addresses()))
    told: dict[str, Any] = {
        "portal": portal.name,
        "source": address,
        "title": source.title,
        "kind": source.kind,
    }
    try:
        listing = look(portal, source, address, visitor)
    except FetchError as error:
        return Tried(**told, outcome="not_fetched", detail=str(error))
    wanted = [link for link in listing.links if link.url not in seen][:SAMPLES]
    seen.update(link.url for link in wanted)
    return Tried(
        **told,
        outcome=listing.outcome,
        detail=listing.detail,
        links=len(listing.links),
        dated=sum(link.published_at is not None for link in listing.links),
        further=listing.further[0].url if listing.further else "",
        samples=tuple(try_article(link, visitor, portal.reading_rules()) for link in wanted),
    )


def look(portal: Portal, source: PortalSource, address: str, visitor: Visitor) -> Listing:
    """What stands at one address of a source; of an index of sitemaps, what stands in its first part. Raises FetchError."""
    rules = portal.list_rules(source, address)
    listing = read_list(visitor.get(address), source.kind, rules)
    if listing.links or not listing.further:
        return listing
    part = read_list(visitor.get(listing.further[0].url), source.kind, rules)
    return replace(part, detail=f"{listing.detail} {part.detail}".strip(), further=listing.further)


def kind_of(page: Page) -> SourceKind:
    """What sort of list the bytes are: the header says it seldom, the first character always."""
    start = (unpacked(page.body) or b"").lstrip(b"\xef\xbb\xbf \t\r\n")[:400].lower()
    if b"<urlset" in start or b"<sitemapindex" in start:
        return "sitemap"
    if start.startswith((b"{", b"[")):
        return "json"
    return "feed" if b"<rss" in start or b"<feed" in start or b"<rdf" in start else "list"


def try_article(link: Link, visitor: Visitor, rules: ReadingRules) -> Sample:
    """Fetch and read one article; what the list says of it is heard as in a crawl."""
    try:
        page = visitor.get(link.url, link)
    except FetchError as error:
        return Sample(url=link.url, outcome="not_fetched", detail=str(error))
    return _sample(link.url, read_page(page, rules))


def _sample(url: str, reading: Reading) -> Sample:
    article = reading.article
    if article is None:
        return Sample(url=url, outcome=reading.outcome, detail=reading.detail)
    return Sample(
        url=url,
        outcome=reading.outcome,
        detail=reading.detail,
        title=article.title,
        published_at=article.published_at,
        precision=article.precision,
        source=article.source or "",
        characters=len(article.text),
        charset=article.charset,
        charset_from=article.charset_from,
    )


def print_sample(sample: Sample) -> str:
    """One sample article in words: what was read of it and what not."""
    troubles = "；".join(sample.troubles)
    if not sample.title:
        return f"✗ {sample.url}：{troubles}"
    when = print_time(sample.published_at, sample.precision)
    read = f"「{sample.title}」 {when} 来源 source {sample.source or '—'} {sample.characters} 字 characters"
    return f"{'✗' if troubles else '✓'} {read} {sample.url}{f'：{troubles}' if troubles else ''}"
