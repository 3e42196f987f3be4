"""A list as a portal shows it → its links, with the titles and dates printed there.

No selector is needed: articles are told from everything else by their addresses (`shapes`), dates are found in the entries
(`entries`). What a portal's file adds (patterns, hosts, a selector) is believed first.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import islice

from cssselect import GenericTranslator
from lxml import etree

from crawler.hosts import pace_group
from crawler.reading.anchors import Anchor, anchors_in, base_of
from crawler.reading.dates import Moment, in_address
from crawler.reading.decoding import decode
from crawler.reading.document import Document, parse
from crawler.reading.entries import dates_beside
from crawler.reading.feeds import read_feed
from crawler.reading.kinds import not_a_page, refusal
from crawler.reading.listing_json import entries_in_scripts, read_json
from crawler.reading.page import Listing, ListOutcome, ListRules, Page, PageOutcome
from crawler.reading.paging import next_page, templated_page
from crawler.reading.shapes import Address, learn
from crawler.reading.sifting import Entry, is_pattern_match, leads_among, split_by_host, united, why_none
from crawler.reading.sitemaps import read_sitemap, unpacked
from storage import SHANGHAI, Link, SourceKind

LARGEST = 8 * 2**20
"""Bytes of the largest list that is read: what the crawler downloads at most."""

_NO_ENTRIES = re.compile(r"暂无|没有找到|没有相关|无相关|无数据|未找到|内容为空|共\s*0\s*[条篇]")
_FEED = re.compile(r"\s*(?:<\?xml[^>]*\?>\s*)?<(?:rss|feed|rdf:RDF)\b", re.IGNORECASE)
_PAGE = re.compile(r"\s*<(?:!doctype html|html|head|body|script|meta|title)\b", re.IGNORECASE)
_REFUSALS: Mapping[PageOutcome, ListOutcome] = {
    "blocked": "blocked",
    "soft_404": "soft_404",
    "stub": "stub",
    "empty": "empty",
}
# Links named by less are section names and never tell where an entry ends.
_NAMED = 6
# Front pages have up to 2,500.
_MOST_LINKS = 20_000
_FEW = 3
_PAGES = frozenset(("list", "search"))
_EXPECTED = (("json", "JSON"), ("feed", "feed"), ("sitemap", "feed"))
"""What stands in place of a page where it belongs."""
_UNKNOWN = "page.invalid"


def read_list(page: Page, kind: SourceKind, rules: ListRules | None = None) -> Listing:
    """Read one list page (`list`, `search`), feed, list API (`json`) or sitemap. Never raises on what a page holds.

    Without `rules.hosts` a page's own domain counts as the portal; without `rules.article_patterns` articles are told
    by the shape of their addresses.
    """
    rules = rules or ListRules()
    listing = _read(page, kind, rules)
    if listing.outcome != "ok" or not rules.page_url or not page.url:
        return listing
    following = templated_page(rules.page_url, page.url, rules.first_page)
    return replace(listing, further=(Link(url=following),))


def _read(page: Page, kind: SourceKind, rules: ListRules) -> Listing:
    body = unpacked(page.body) if kind == "sitemap" else page.body
    if body is None or len(page.body) > LARGEST:
        return Listing(
            outcome="layout",
            detail=f"{len(page.body)} bytes, more than any list has, or broken gzip; see its address",
        )
    if not body.strip():
        return Listing(outcome="empty", detail="the answer has no content")
    foreign = not_a_page(body, page.content_type if kind in _PAGES else "")
    if foreign and (kind, foreign) not in _EXPECTED:
        return Listing(
            outcome="not_html", detail=f"{foreign} where a {kind} should be; see kind in the portal's file"
        )
    decoded = decode(body, page.content_type, rules.charset)
    text = decoded.text
    if kind not in _PAGES and _PAGE.match(text):
        return _refused(parse(text)) or Listing(
            outcome="layout", detail=f"an HTML page where a {kind} should be; see kind in the portal's file"
        )
    return replace(_READERS[kind](text, page, rules), charset=decoded.charset)


def _refused(document: Document) -> Listing | None:
    """The listing of an answer that stands in place of a list: a challenge, an error page, a stub, nothing."""
    outcome, detail = refusal(document) or ("article", "")
    known = _REFUSALS.get(outcome)
    return Listing(outcome=known, detail=detail) if known else None


def _read_html(text: str, page: Page, rules: ListRules) -> Listing:
    if _FEED.match(text):
        return Listing(
            outcome="layout", detail="a feed where a page should be; see kind in the portal's file"
        )
    document = parse(text)
    if document.root is None:
        return Listing(outcome="not_html", detail="there is no mark-up in it")
    roots = _roots(document, rules.selector)
    base = base_of(document, page.url)
    anchors = list(islice(anchors_in(roots, base), _MOST_LINKS))
    today = page.fetched_at.astimezone(SHANGHAI).date()
    dates = dates_beside([anchor for anchor in anchors if len(anchor.title) >= _NAMED], now=page.fetched_at)
    entries = united(Entry(anchor.url, anchor.title, _agreed(anchor.url, dates)) for anchor in anchors)
    own, foreign = split_by_host(entries, rules.hosts or _site(anchors, page.url, base))
    articles = _articles(own, rules, today) or _waiting(document, page, rules)
    leads = leads_among(foreign, today)
    if articles and not _is_headed_as_gone(document):
        following = next_page(text, anchors_in([document.root], base), page.url)
        return Listing(
            outcome="ok",
            links=tuple(entry.link() for entry in articles),
            leads=leads,
            further=(Link(url=following),) if following else (),
        )
    if document.truncated:
        return Listing(
            outcome="layout", leads=leads, detail="its elements are nested too deeply to read it all"
        )
    return _refused(document) or _without_articles(document, roots, (own, foreign), rules, leads)


def _waiting(document: Document, page: Page, rules: ListRules) -> list[Entry]:
    """The articles of a page that prints none, since a script makes it from what it carries."""
    assert document.root is not None
    scripts = (script.text or "" for script in document.root.iter("script"))
    entries = united(entries_in_scripts(scripts, page, rules))
    own, _ = split_by_host(entries, rules.hosts or (_domain(page.url),))
    return _articles(own, rules, page.fetched_at.astimezone(SHANGHAI).date())


def _is_headed_as_gone(document: Document) -> bool:
    """Whether the title or a heading says "not found": error pages print today's news beneath it."""
    heads = [line for line in document.lines if line.level and not line.linked]
    told = refusal(replace(document, lines=heads, text="", root=None))
    return told is not None and told[0] == "soft_404"


def _agreed(url: str, dates: Mapping[str, Moment]) -> Moment | None:
    """The printed date; one that lacks its year takes it from the address, where both name the same day."""
    printed = dates.get(url)
    named = in_address(url, latest=printed.at) if printed else None
    if (
        printed is None
        or named is None
        or (named.at.month, named.at.day) != (printed.at.month, printed.at.day)
    ):
        return printed
    return replace(printed, at=printed.at.replace(year=named.at.year))


def _roots(document: Document, selector: str | None) -> list[etree._Element]:
    """Where to look for links: the whole page, or what the portal's selector finds on it."""
    if document.root is None:
        return []
    if selector is None:
        return [document.root]
    if not selector.startswith(("/", "./", "(")):
        selector = GenericTranslator().css_to_xpath(selector)
    found = document.root.xpath(selector)
    return [node for node in found if isinstance(node, etree._Element)] if isinstance(found, list) else []


def _site(anchors: Sequence[Anchor], url: str, base: str) -> tuple[str, ...]:
    """The hosts of a page whose portal is not known: its own domain, or for a saved page the one that it links to most."""
    own = {_domain(known) for known in (url, base) if known}
    if own != {_UNKNOWN}:
        return tuple(own)
    counted = Counter(domain for anchor in anchors if (domain := _domain(anchor.url)) != _UNKNOWN)
    return (*(domain for domain, times in counted.most_common(1) if times >= _FEW), _UNKNOWN)


def _domain(url: str) -> str:
    return pace_group(url).partition(":")[0]


def _articles(own: Sequence[Entry], rules: ListRules, today: date) -> list[Entry]:
    if rules.article_patterns:
        return [entry for entry in own if is_pattern_match(entry.url, rules)]
    learned = learn((Address(entry.url, entry.title, entry.moment is not None) for entry in own), today)
    return [entry for entry in own if entry.url in learned]


def _without_articles(
    document: Document,
    roots: Sequence[etree._Element],
    entries: tuple[Sequence[Entry], Sequence[Entry]],
    rules: ListRules,
    leads: tuple[str, ...],
) -> Listing:
    """Tell an empty list from a page that is none."""
    own, foreign = entries
    if not document.lines:
        return Listing(outcome="empty", detail="the page prints nothing")
    if rules.selector and not roots:
        return Listing(outcome="layout", detail=f"nothing on the page matches the selector {rules.selector}")
    if any(len(line.text) < 60 and _NO_ENTRIES.search(line.text) for line in document.lines):
        return Listing(outcome="empty_list", leads=leads, detail="the list says that it has no entries")
    if rules.selector and not own and not foreign:
        return Listing(outcome="empty_list", detail="the element of the list is there and holds no links")
    return Listing(outcome="layout", leads=leads, detail=why_none(own, foreign, rules))


_READERS: Mapping[SourceKind, Callable[[str, Page, ListRules], Listing]] = {
    "list": _read_html,
    "search": _read_html,
    "feed": read_feed,
    "json": read_json,
    "sitemap": read_sitemap,
}
