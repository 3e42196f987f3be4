"""Reading lists on: which further pages of a source one look asks for, and what their answers are."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.middlewares.errors import HostRestingError
from crawler.middlewares.failures import name_failure
from crawler.portals import Portal
from crawler.reading import Listing, read_list
from crawler.spiders.answers import page_of
from crawler.timing import is_passing
from storage import SHANGHAI, DueSource, Link, Look, Outcome

FURTHER_FIRST = 11
"""Priority: before other lists, so that a list is read whole while it does not move."""
RECENT = timedelta(days=7)
"""Older addresses of a sitemap are not news; `jindu backfill` reads them."""
MOST_UNDATED = 200
_CLOCKS_DIFFER = timedelta(minutes=10)


class Further:
    """The further pages of the sources of one crawl; each is asked for once at most."""

    def __init__(self, portals: Mapping[str, Portal]) -> None:
        self._portals = portals
        self._asked: dict[int, set[str]] = {}

    def request(self, due: DueSource, waiting: Sequence[str]) -> Request | None:
        """The request for the first of the pages `waiting` that this look may still ask for; None when it is done."""
        portal = self._portals[due.source.portal]
        asked = self._asked.setdefault(due.id, {due.source.url})
        if len(asked) >= portal.source_at(due.source.url).pages:
            return None
        page = next((url for url in waiting if url not in asked and portal.owns(url)), None)
        if page is None:
            return None
        asked.add(page)
        meta = {"portal": portal.name, "due": due, "page": page, "download_slot": due.source.host}
        return Request(
            page,
            callback=self.parse,
            errback=self.failed,
            priority=FURTHER_FIRST,
            meta=meta | {"hosts": portal.hosts},
        )

    def parse(self, response: Response) -> Iterator[Look]:
        """What a further page adds."""
        request, now = response.request, datetime.now(SHANGHAI)
        assert request is not None
        due = cast(DueSource, request.meta["due"])
        portal = self._portals[due.source.portal]
        source = portal.source_at(due.source.url)
        listing = read_list(page_of(response, now), source.kind, portal.list_rules(source, due.source.url))
        yield further_look(request, listing.outcome, now, **told_of(listing, due, now))

    def failed(self, failure: Failure) -> Iterator[Look]:
        """A further page that gave no answer: if that may pass, the next look asks for it again."""
        if not isinstance(failure.value, HostRestingError):
            named = name_failure(cast(Exception, failure.value))
            yield further_look(
                cast(Any, failure).request,
                named.outcome,
                datetime.now(SHANGHAI),
                detail=named.detail,
                again=is_passing(named.outcome),
            )


def further_look(request: Request, outcome: Outcome, now: datetime, **told: Any) -> Look:
    """What came of a further page; the source's own times stay as they are."""
    due = cast(DueSource, request.meta["due"])
    return Look(source_id=due.id, outcome=outcome, next_check_at=now, page=request.meta["page"], **told)


def told_of(listing: Listing, due: DueSource, now: datetime) -> dict[str, Any]:
    """What a look writes of a listing: of a sitemap only what is recent, of an index only the parts that changed."""
    links = recent(listing.links, now) if due.source.kind == "sitemap" else listing.links
    parts = listing.further if listing.links else changed_parts(listing.further, due.last_ok_at)
    return {
        "detail": listing.detail,
        "links": links,
        "leads": listing.leads,
        "further": tuple(part.url for part in parts),
        "charset": listing.charset,
    }


def recent(links: Collection[Link], now: datetime) -> tuple[Link, ...]:
    """The addresses of a sitemap that may be news: those of a week, and of those without a time the first."""
    dated = [link for link in links if link.published_at is not None and link.published_at >= now - RECENT]
    undated = [link for link in links if link.published_at is None]
    return (*dated, *undated[:MOST_UNDATED])


def changed_parts(parts: Sequence[Link], last_ok_at: datetime | None) -> Sequence[Link]:
    """The parts of an index that changed since the last good look, the newest first; at the first look the newest only.

    Of an index that tells no times only the first part is asked for: sites write the newest there, or keep one part.
    """
    dated = [part for part in parts if part.published_at is not None]
    if last_ok_at is None or not dated:
        return parts[:1]
    return [part for part in dated if _changed_since(part, last_ok_at)]


def _changed_since(part: Link, moment: datetime) -> bool:
    assert part.published_at is not None, "only dated parts are compared"
    if part.precision == "day":
        return part.published_at.date() >= moment.astimezone(SHANGHAI).date()
    return part.published_at >= moment - _CLOCKS_DIFFER
