"""Looking at lists: the request for a source, and what its answer is."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, cast

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.hosts import is_front
from crawler.middlewares.errors import HostRestingError
from crawler.middlewares.failures import name_failure
from crawler.portals import Portal
from crawler.reading import read_list
from crawler.rhythm import Bounds, interval
from crawler.spiders.answers import header, leads_home, page_of
from crawler.spiders.further import told_of
from crawler.timing import after_outage, next_look
from storage import NO_ANSWER, SHANGHAI, DueSource, Look, Outcome, Source

LISTS_FIRST = 10
"""Priority of lists: what is new on them decides which pages are worth the time."""
_BOUNDS = Bounds()


class Lists:
    """The lists of the portals of one crawl."""

    def __init__(self, portals: Mapping[str, Portal], bounds: Bounds = _BOUNDS) -> None:
        self._portals = portals
        self._bounds = bounds

    def request(self, source: Source) -> Request:
        """The request for a source."""
        return Request(
            source.url,
            callback=self.parse,
            errback=self.failed,
            priority=LISTS_FIRST,
            meta={
                "portal": source.portal,
                "address": source.url,
                "download_slot": source.host,
                "hosts": self._portals[source.portal].hosts,
                "handle_httpstatus_list": [304],
            },
        )

    def parse(self, response: Response) -> Iterator[Look]:
        """The look at a list: unchanged, its links, or why there are none."""
        due, now = due_source(response.request), datetime.now(SHANGHAI)
        if response.status == 304 and not _was_conditional(response.request):
            # A server that says so without being asked would look like a quiet day for ever.
            yield look(due, "http_304", now, detail="answered 304 to a request without validators")
            return
        if response.status == 304:
            yield look(
                due,
                "not_modified",
                now,
                self._bounds,
                full=False,
                etag=due.etag,
                last_modified=due.last_modified,
            )
            return
        if leads_home(due.source.url, response.url):
            yield look(due, "soft_404", now, detail=f"it leads to the front page {response.url}")
            return
        portal = self._portals[due.source.portal]
        source = portal.source_at(due.source.url)
        listing = read_list(page_of(response, now), source.kind, portal.list_rules(source, due.source.url))
        if listing.outcome != "ok":
            yield look(due, listing.outcome, now, self._bounds, detail=listing.detail, leads=listing.leads)
            return
        if is_sent_to_front(due.source.url, response.url):
            # Its links are news all the same; but the channel is not there any more.
            detail = f"sends on to the front page {response.url}"
            yield look(due, "moved_to_front", now, self._bounds, detail=detail, links=listing.links)
            return
        yield look(
            due,
            "ok",
            now,
            self._bounds,
            **told_of(listing, due, now),
            etag=header(response, "ETag"),
            last_modified=header(response, "Last-Modified"),
        )

    def failed(self, failure: Failure) -> Iterator[Look]:
        """The look at a list that gave no answer."""
        if not isinstance(failure.value, HostRestingError):
            named = name_failure(cast(Exception, failure.value))
            due = due_source(cast(Any, failure).request)
            yield look(due, named.outcome, datetime.now(SHANGHAI), detail=named.detail)


def look(due: DueSource, outcome: Outcome, now: datetime, bounds: Bounds = _BOUNDS, **told: Any) -> Look:
    """The look at a source, with the time of the next: by its rhythm when all is well, by its failures when not."""
    failures = 0 if outcome in ("ok", "not_modified") else due.failures + 1
    usual = interval(due.rhythm, due.source.every, bounds=bounds, now=now)
    at = next_look(due.source, outcome=outcome, failures=failures, now=now, usual=usual)
    other = after_outage(due.source, now=now) if outcome in NO_ANSWER else None
    return Look(source_id=due.id, outcome=outcome, next_check_at=at, if_outage_at=other, **told)


def is_sent_to_front(asked: str, came_to: str) -> bool:
    """Whether a site answered with its front page when something else was asked for: what it does with a channel it gave up."""
    return is_front(came_to) and not is_front(asked)


def due_source(request: Request | None) -> DueSource:
    """The source that a list was asked for."""
    assert request is not None
    return cast(DueSource, request.meta["due"])


def _was_conditional(request: Request | None) -> bool:
    assert request is not None
    return "If-None-Match" in request.headers or "If-Modified-Since" in request.headers
