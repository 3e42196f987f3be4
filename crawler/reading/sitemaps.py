"""Sitemaps, news sitemaps and their indexes → a listing. Nothing is ever fetched, and nothing is unpacked beyond a bound.

The protocol is https://www.sitemaps.org/protocol.html (50,000 addresses, gzip allowed); the news part is
Google's, http://www.google.com/schemas/sitemap-news/0.9. A document type is refused, as in feeds.
"""

import zlib
from collections.abc import Iterator
from datetime import datetime
from itertools import islice

from lxml import etree

from crawler.reading.anchors import absolute
from crawler.reading.dates import Moment, in_address
from crawler.reading.document import squeeze
from crawler.reading.feeds import moment_of, name_of, parse_feed, prologue_length
from crawler.reading.page import Listing, ListRules, Page
from crawler.reading.sifting import Entry, listing_of, split_by_host
from storage import SHANGHAI, Link

LARGEST_UNPACKED = 24 * 2**20
"""Bytes of a sitemap that are read once it is unpacked; 50,000 addresses, all that one may hold, take half of them."""
_MOST_ADDRESSES = 50_000
_PIECE = 2**16
_ENDS = ("</urlset>", "</sitemapindex>")
_GZIP = b"\x1f\x8b"
_OF_NEWS = ("publication_date", "lastmod")
_LONGEST_TITLE = 300


def unpacked(body: bytes) -> bytes | None:
    """The bytes of a sitemap that may be gzipped; None for a stream that is broken or unpacks beyond the bound."""
    if not body.startswith(_GZIP):
        return body
    stream, parts, size = zlib.decompressobj(wbits=31), [], 0
    try:
        waiting = body
        while waiting and not stream.eof:
            parts.append(stream.decompress(waiting, _PIECE))
            size += len(parts[-1])
            waiting = stream.unconsumed_tail
            if size > LARGEST_UNPACKED:
                return None
    except zlib.error:
        return None
    return b"".join(parts) if stream.eof else None


def read_sitemap(text: str, page: Page, rules: ListRules) -> Listing:
    """Read a sitemap or an index of them.

    An index gives no links but `further`, the sitemap changed last first, each with its `lastmod`. Outcomes: `ok`,
    `empty_list` (a sitemap without addresses), `layout` (no sitemap, one that is refused, or none of it is an article).
    """
    if text.startswith("<!", prologue_length(text)):
        return Listing(
            outcome="layout", detail="the sitemap declares a document type or entities, and is refused for it"
        )
    root, sound = parse_feed(text)
    kind = name_of(root) if root is not None else ""
    if root is None or kind not in ("urlset", "sitemapindex"):
        return Listing(outcome="layout", detail="this is no sitemap; see kind in the portal's file")
    wanted = "url" if kind == "urlset" else "sitemap"
    items = [item for item in islice(root, _MOST_ADDRESSES) if name_of(item) == wanted]
    if not sound and not text.rstrip().endswith(_ENDS):
        # Of an answer that was cut, the last address is seldom whole.
        del items[-1:]
    if not items:
        broken = "the sitemap is broken before its first address"
        return (
            Listing(outcome="empty_list", detail="a well-formed sitemap without addresses")
            if sound
            else Listing(outcome="layout", detail=broken)
        )
    entries = [entry for item in items if (entry := _entry(item, page))]
    if kind == "sitemapindex":
        return _index(entries, rules)
    return _newest_first(listing_of(entries, rules, page.fetched_at.astimezone(SHANGHAI).date()))


def _index(entries: list[Entry], rules: ListRules) -> Listing:
    own, foreign = split_by_host(entries, rules.hosts)
    if not own:
        told = f", such as {foreign[0].url}" if foreign else ""
        return Listing(
            outcome="layout", detail=f"an index of sitemaps on other hosts{told}; see hosts in the file"
        )
    links = (entry.link() for entry in own)
    return Listing(outcome="ok", further=_ordered(links), detail=f"an index of {len(own)} sitemaps")


def _newest_first(listing: Listing) -> Listing:
    return Listing(
        outcome=listing.outcome, links=_ordered(listing.links), leads=listing.leads, detail=listing.detail
    )


def _ordered(links: "Iterator[Link] | tuple[Link, ...]") -> tuple[Link, ...]:
    """The newest first; those without a time last, the last written of them first, as sites append."""
    listed = list(links)
    dated = [link for link in listed if link.published_at is not None]
    undated = [link for link in listed if link.published_at is None]
    return (*sorted(dated, key=_time_of, reverse=True), *reversed(undated))


def _time_of(link: Link) -> datetime:
    assert link.published_at is not None, "only dated links are sorted"
    return link.published_at


def _entry(item: etree._Element, page: Page) -> Entry | None:
    told = _told(item)
    url = absolute(told.get("loc", "").replace("&amp;", "&"), page.url)
    return Entry(url, told.get("title", "")[:_LONGEST_TITLE], _moment(told, url, page)) if url else None


def _told(item: etree._Element) -> dict[str, str]:
    """The words of an entry by the names of their elements; the address is the page's own, never a picture's."""
    told: dict[str, str] = {}
    for child in item:
        name = name_of(child)
        if name == "news":
            told |= {name_of(part): squeeze(part.text or "") for part in child}
        elif name in ("loc", "lastmod"):
            told.setdefault(name, squeeze(child.text or ""))
    return told


def _moment(told: dict[str, str], url: str, page: Page) -> Moment | None:
    """When it was published, as news say it; else the day in the address, else the last change.

    A last change is often the night's build of all pages, so an address that names its day is believed before it.
    """
    published = moment_of(told.get(_OF_NEWS[0], ""), page.fetched_at)
    changed = moment_of(told.get(_OF_NEWS[1], ""), page.fetched_at)
    return published or in_address(url, latest=page.fetched_at) or changed
