"""Walking back in time: lists page after page, sitemaps, searches, from the newest to a day in the past."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from hashlib import blake2b
from typing import Any, cast

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.middlewares.errors import HostRestingError
from crawler.middlewares.failures import name_failure
from crawler.portals import Portal
from crawler.reading import Listing, read_list
from crawler.reading.dates import in_address
from crawler.spiders.answers import page_of
from crawler.timing import is_passing
from storage import SHANGHAI, Link, Outcome, Walk, WalkStep

LISTS_FIRST = 10
MOST_STEPS = 30
"""Pages of lists that one crawl reads of one walk; the next crawl goes on there."""


class Walks:
    """The walks of one crawl; `limit` is how many new links may be found before they rest, 0 for no limit."""

    def __init__(self, portals: Mapping[str, Portal], limit: int = 0) -> None:
        self._portals = portals
        self._left = limit if limit else None
        self._steps: dict[str, int] = {}
        self._marks: dict[str, set[str]] = {}

    def request(self, walk: Walk, page: str) -> Request | None:
        """The request for a page of a walk; None when this crawl has walked enough."""
        portal = self._portals[walk.portal]
        steps = self._steps[walk.source_url] = self._steps.get(walk.source_url, 0) + 1
        if steps > MOST_STEPS or (self._left is not None and self._left <= 0):
            return None
        self._marks.setdefault(walk.source_url, set(walk.marks))
        meta = {"portal": walk.portal, "walk": walk, "page": page, "download_slot": walk.host}
        return Request(
            page,
            callback=self.parse,
            errback=self.failed,
            priority=LISTS_FIRST,
            meta=meta | {"hosts": portal.hosts},
        )

    def found(self, new: int) -> None:
        """Count new links against the limit."""
        if self._left is not None:
            self._left -= new

    def parse(self, response: Response) -> Iterator[WalkStep]:
        """What one page brought, and where the walk goes on."""
        walk, page = walk_of(response.request)
        portal, now = self._portals[walk.portal], datetime.now(SHANGHAI)
        source = portal.source_at(walk.source_url)
        listing = read_list(page_of(response, now), source.kind, portal.list_rules(source, walk.source_url))
        if listing.outcome != "ok":
            # The page after the last is often a list without entries.
            yield step(walk, page, listing.outcome, detail=listing.detail)
            return
        marks = {mark(page), *((mark(*(link.url for link in listing.links)),) if listing.links else ())}
        met = self._marks[walk.source_url]
        if listing.links and marks & met:
            yield step(walk, page, "ok", detail="a page met before: the list has no more", marks=tuple(marks))
            return
        met |= marks
        further = [url for url in further_of(listing, walk, now) if portal.owns(url)]
        yield step(
            walk, page, "ok", marks=tuple(marks), further=tuple(further), **span_of(listing, walk, now)
        )

    def failed(self, failure: Failure) -> Iterator[WalkStep]:
        """A page that gave no answer: asked for again by the next crawl where that may pass."""
        if not isinstance(failure.value, HostRestingError):
            named = name_failure(cast(Exception, failure.value))
            walk, page = walk_of(cast(Any, failure).request)
            yield step(walk, page, named.outcome, detail=named.detail, again=is_passing(named.outcome))


def step(walk: Walk, page: str, outcome: Outcome, **told: Any) -> WalkStep:
    """One step of a walk."""
    return WalkStep(portal=walk.portal, source_url=walk.source_url, page=page, outcome=outcome, **told)


def walk_of(request: Request | None) -> tuple[Walk, str]:
    """The walk that a page was asked for, and the page."""
    assert request is not None
    return cast(Walk, request.meta["walk"]), cast(str, request.meta["page"])


def span_of(listing: Listing, walk: Walk, now: datetime) -> dict[str, Any]:
    """The links of the walk's span, those without a time too, and the oldest time on the page."""
    times = {link.url: time_of(link, now) for link in listing.links}
    links = tuple(
        link for link in listing.links if (at := times[link.url]) is None or walk.since <= at <= walk.until
    )
    return {"links": links, "oldest_at": min((at for at in times.values() if at is not None), default=None)}


def further_of(listing: Listing, walk: Walk, now: datetime) -> Collection[str]:
    """Where the walk goes on: the next page, unless most of this one is too old; the parts of an index that are not."""
    if not listing.links:
        return [
            part.url
            for part in listing.further
            if part.published_at is None or part.published_at >= walk.since
        ]
    times = [at for link in listing.links if (at := time_of(link, now)) is not None]
    old = sum(at < walk.since for at in times)
    return [] if times and 2 * old > len(times) else [part.url for part in listing.further[:1]]


def time_of(link: Link, now: datetime) -> datetime | None:
    """When a link was published, as the list or else its address tells."""
    if link.published_at is not None:
        return link.published_at
    named = in_address(link.url, latest=now)
    return named.at if named else None


def mark(*addresses: str) -> str:
    """A short number for a page or the links on it."""
    return blake2b("\n".join(sorted(addresses)).encode("utf-8", "replace"), digest_size=8).hexdigest()
