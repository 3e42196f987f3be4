"""From what a list names to what is handed on: own articles as links, article-like addresses elsewhere as leads."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from crawler.hosts import is_within
from crawler.reading.anchors import best_title
from crawler.reading.dates import Moment
from crawler.reading.page import Listing, ListRules
from crawler.reading.shapes import dated_form
from storage import Link

MOST_LEADS = 200


@dataclass(frozen=True, slots=True)
class Entry:
    """One address that a list names."""

    url: str
    title: str
    moment: Moment | None = None

    def link(self) -> Link:
        """The entry as the rest of the program knows it."""
        if self.moment is None:
            return Link(url=self.url, title=self.title)
        return Link(
            url=self.url, title=self.title, published_at=self.moment.at, precision=self.moment.precision
        )


def united(entries: Iterable[Entry]) -> list[Entry]:
    """One entry an address, http and https being one: the best of its titles, the first of its dates, in order."""
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        groups.setdefault(entry.url.partition("://")[2], []).append(entry)
    return [
        Entry(
            group[0].url,
            best_title(entry.title for entry in group),
            next((entry.moment for entry in group if entry.moment), None),
        )
        for group in groups.values()
    ]


def is_pattern_match(url: str, rules: ListRules) -> bool:
    """Whether the portal's patterns call this address an article, tracking parameters or not."""
    bare = url.partition("?")[0]
    return any(pattern.search(url) or pattern.search(bare) for pattern in rules.article_patterns)


def split_by_host(entries: Iterable[Entry], hosts: Sequence[str]) -> tuple[list[Entry], list[Entry]]:
    """The entries on `hosts` and the others; without hosts all are our own."""
    own: list[Entry] = []
    foreign: list[Entry] = []
    for entry in entries:
        (own if not hosts or is_within(entry.url, hosts) else foreign).append(entry)
    return own, foreign


def leads_among(foreign: Iterable[Entry], today: date) -> tuple[str, ...]:
    """The addresses elsewhere that look like articles and are named like them."""
    found = (entry.url for entry in foreign if len(entry.title) >= 6 and dated_form(entry.url, today))
    return tuple(found)[:MOST_LEADS]


def listing_of(entries: Sequence[Entry], rules: ListRules, today: date) -> Listing:
    """The listing of a feed or list API, whose structure already says what its entries are."""
    own, foreign = split_by_host(united(entries), rules.hosts)
    articles = [entry for entry in own if not rules.article_patterns or is_pattern_match(entry.url, rules)]
    leads = leads_among(foreign, today)
    if articles:
        return Listing(outcome="ok", links=tuple(entry.link() for entry in articles), leads=leads)
    return Listing(outcome="layout", leads=leads, detail=why_none(own, foreign, rules))


def why_none(own: Sequence[Entry], foreign: Sequence[Entry], rules: ListRules) -> str:
    """One line for the person who asks why none of the named addresses is an article of the portal."""
    if not own and foreign:
        return f"{len(foreign)} entries, all on other hosts, such as {foreign[0].url}; see hosts in the portal's file"
    if own and rules.article_patterns:
        return (
            f"{len(own)} entries, none matches article_patterns, such as {own[0].url}; see the portal's file"
        )
    return f"{len(own)} links, none of them looks like an article"
