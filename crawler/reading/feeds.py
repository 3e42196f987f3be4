"""RSS 0.9 to 2.0 and Atom → a listing. Feeds are machine-made and often broken: read leniently, and nothing is ever fetched.

A feed that declares a document type is refused before it is parsed: no news feed needs one, and entity tricks (reading local
files, a billion laughs) need it.
"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from html import unescape
from itertools import islice

from lxml import etree

from crawler.reading.anchors import absolute
from crawler.reading.dates import Moment, exact
from crawler.reading.document import squeeze
from crawler.reading.page import Listing, ListRules, Page
from crawler.reading.sifting import Entry, listing_of
from storage import SHANGHAI

_PROLOGUE = re.compile(r"(?:\s|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)
_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_HTML_ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)[a-zA-Z]{2,10};")
_BARE_AMPERSAND = re.compile(r"&(?!#?\w{1,10};)")
_TAG = re.compile(r"<[^<>]{0,500}>")
_ROOTS = frozenset(("rss", "feed", "rdf"))
_DATES = ("pubdate", "published", "date", "issued", "created", "updated", "modified")
_ZONE = re.compile(r"T\d\d:?\d\d.*(?:Z|[+-]\d\d:?\d\d)$")
_CLOCK_SKEW = timedelta(days=1)
_LONGEST_TITLE = 300
_MOST_ITEMS = 5_000


def read_feed(text: str, page: Page, rules: ListRules) -> Listing:
    """Read a feed. Outcomes: `ok`, `empty_list` (a feed without items), `layout` (no feed, or one that is refused)."""
    if text.startswith("<!", prologue_length(text)):
        return Listing(
            outcome="layout", detail="the feed declares a document type or entities, and is refused for it"
        )
    root, sound = parse_feed(text)
    if root is None or name_of(root) not in _ROOTS:
        return Listing(outcome="layout", detail="this is no RSS or Atom; see kind in the portal's file")
    items = list(
        islice((element for element in root.iter() if name_of(element) in ("item", "entry")), _MOST_ITEMS)
    )
    if not items and not sound:
        return Listing(outcome="layout", detail="the feed is broken before its first item")
    if not items:
        return Listing(outcome="empty_list", detail="a well-formed feed without items")
    entries = [entry for item in items if (entry := _entry(item, page))]
    if not entries:
        return Listing(outcome="layout", detail=f"{len(items)} items, none with an address")
    return listing_of(entries, rules, page.fetched_at.astimezone(SHANGHAI).date())


def prologue_length(text: str) -> int:
    """How long the declarations and comments before the first element are; a document type would stand behind them."""
    match = _PROLOGUE.match(text)
    return match.end() if match else 0


def parse_feed(text: str) -> tuple[etree._Element | None, bool]:
    """The root element, and whether the text was well-formed. No entity is resolved and nothing is loaded."""
    parser = etree.XMLParser(
        encoding="utf-8",
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
    )
    source = _CONTROL.sub(" ", _DECLARATION.sub("", text, count=1)).strip()
    source = _BARE_AMPERSAND.sub("&amp;", _HTML_ENTITY.sub(lambda entity: unescape(entity[0]), source))
    try:
        root: etree._Element | None = etree.fromstring(source.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:
        return None, False
    return root, not parser.error_log


def name_of(element: etree._Element) -> str:
    """The name of an element in lower case, without its namespace; empty for a comment."""
    tag = element.tag
    return tag.rpartition("}")[2].rpartition(":")[2].lower() if isinstance(tag, str) else ""


def _entry(item: etree._Element, page: Page) -> Entry | None:
    children = [(name_of(child), child) for child in item]
    url = next((url for href in _addresses(children) if (url := absolute(href, page.url))), None)
    if url is None:
        return None
    title = next((_words(child) for name, child in children if name == "title"), "")
    return Entry(url, title, _published(children, page.fetched_at))


def _addresses(children: list[tuple[str, etree._Element]]) -> Iterator[str]:
    """Where the item's article may stand, the likeliest first."""
    links = [child for name, child in children if name == "link"]
    for link in links:
        if link.get("rel", "alternate") == "alternate":
            yield (link.get("href") or link.text or "").replace("&amp;", "&")
    for name, child in children:
        permanent = name == "guid" and child.get("isPermaLink", "true").lower() != "false"
        if permanent or name == "id":
            text = (child.text or "").strip()
            yield text if text.startswith(("http://", "https://")) else ""


def _words(element: etree._Element) -> str:
    """The words of a title, which may be escaped once or twice and hold mark-up."""
    text = "".join(element.itertext())[: 4 * _LONGEST_TITLE]
    return squeeze(_TAG.sub("", unescape(_TAG.sub("", unescape(text)))))[:_LONGEST_TITLE]


def _published(children: list[tuple[str, etree._Element]], now: datetime) -> Moment | None:
    printed = {name: squeeze(child.text or "") for name, child in reversed(children)}
    for name in _DATES:
        moment = moment_of(printed.get(name, ""), now)
        if moment is not None:
            return moment
    return None


def moment_of(text: str, now: datetime) -> Moment | None:
    """The moment that a feed or sitemap prints, in any of the forms of either; None for none."""
    if not text or len(text) > 60:
        return None
    if (zoned := _with_zone(text)) is not None:
        return zoned if zoned.at <= now + _CLOCK_SKEW else None
    found = exact(text, latest=now)
    if found is not None:
        return found
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    aware = at if at.tzinfo else at.replace(tzinfo=SHANGHAI)
    return Moment(aware.astimezone(SHANGHAI), "minute", 0, len(text))


def _with_zone(text: str) -> Moment | None:
    """A time of ISO 8601 that names its zone, which `exact` would take for ours."""
    if not _ZONE.search(text):
        return None
    try:
        return Moment(datetime.fromisoformat(text).astimezone(SHANGHAI), "minute", 0, len(text))
    except (ValueError, OverflowError):
        return None
