"""Reading articles: the request for a page, the pages that follow it, and what they say together."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, cast

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.judging import conclude
from crawler.middlewares.errors import HostRestingError
from crawler.middlewares.failures import name_failure
from crawler.portals import Portal, pace_group
from crawler.reading import Reading, read_page
from crawler.spiders.answers import capture_of, page_of
from crawler.spiders.pages import Pages
from crawler.timing import is_passing, retry_page
from crawler.topics import Topic
from storage import SHANGHAI, Outcome, PageFailure, PageResult, PendingLink

WHOLE_ATTEMPTS = 3
"""So often an article is tried whole; then it is archived without the pages that gave no answer, and names them."""


class Articles:
    """The pages that the lists of one crawl led to."""

    def __init__(self, portals: Mapping[str, Portal], topic: Topic) -> None:
        self._portals = portals
        self._topic = topic

    def ask(self, link: PendingLink) -> Request | PageFailure:
        """The request for a page that a list led to, or its failure when the list printed no address at all."""
        try:
            return self._request(link, link.url)
        except ValueError as error:
            return page_failure(link, "bad_address", f"{link.url!r}: {error}", datetime.now(SHANGHAI))

    def parse(self, response: Response) -> Iterator[Request | PageResult | PageFailure]:
        """What the first page of an article says, or why it says nothing."""
        link = link_of(response.request)
        reading = self._read(response, link)
        if reading.article is None:
            yield page_failure(link, reading.outcome, reading.detail, datetime.now(SHANGHAI))
        else:
            answer = capture_of(response, reading.article.fetched_at)
            yield self._next_page(link, Pages.begin(reading, answer))

    def parse_further(self, response: Response) -> Iterator[Request | PageResult]:
        """What a further page adds."""
        link, pages = link_of(response.request), _pages(response.request)
        answer = capture_of(response, datetime.now(SHANGHAI))
        yield self._next_page(link, pages.with_page(self._read(response, link).article, answer))

    def further_failed(self, failure: Failure) -> Iterator[Request | PageResult | PageFailure]:
        """A further page that gave no answer: if that may pass, try the article again; else archive what there is."""
        if isinstance(failure.value, HostRestingError):
            return
        named, request = name_failure(cast(Exception, failure.value)), cast(Any, failure).request
        link = link_of(request)
        if is_passing(named.outcome) and link.attempts + 1 < WHOLE_ATTEMPTS:
            detail = f"{request.url}: {named.detail}"
            yield page_failure(link, named.outcome, detail, datetime.now(SHANGHAI))
        else:
            yield self._next_page(link, _pages(request).with_page(None))

    def failed(self, failure: Failure) -> Iterator[PageFailure]:
        """A page that gave no answer."""
        if not isinstance(failure.value, HostRestingError):
            named = name_failure(cast(Exception, failure.value))
            link = link_of(cast(Any, failure).request)
            yield page_failure(link, named.outcome, named.detail, datetime.now(SHANGHAI))

    def _request(self, link: PendingLink, url: str) -> Request:
        return Request(
            url,
            callback=self.parse,
            errback=self.failed,
            meta={
                "portal": link.portal,
                "link": link,
                "download_slot": pace_group(url),
                "hosts": self._portals[link.portal].hosts,
            },
        )

    def _read(self, response: Response, link: PendingLink) -> Reading:
        rules = self._portals[link.portal].reading_rules()
        return read_page(page_of(response, datetime.now(SHANGHAI), link), rules)

    def _next_page(self, link: PendingLink, pages: Pages) -> Request | PageResult:
        """The request for the article's next page, or the whole of it, judged and with its figures."""
        if pages.next is not None:
            # Before other pages: what was begun is finished first.
            asked = self._request(link, pages.next)
            asked.meta["pages"] = pages
            return asked.replace(callback=self.parse_further, errback=self.further_failed, priority=1)
        article = pages.article()
        assert article is not None
        verdict, facts = conclude(
            article.title, article.text, published_at=article.published_at, topic=self._topic
        )
        return PageResult(
            link_id=link.id,
            outcome=pages.reading.outcome,
            article=article,
            verdict=verdict,
            facts=facts,
            captures=pages.captures,
        )


def link_of(request: Request | None) -> PendingLink:
    """The link that a page was asked for."""
    assert request is not None
    return cast(PendingLink, request.meta["link"])


def _pages(request: Request | None) -> Pages:
    assert request is not None
    return cast(Pages, request.meta["pages"])


def page_failure(link: PendingLink, outcome: Outcome, detail: str, now: datetime) -> PageFailure:
    """The failure of a page, with the time of its next try."""
    at = retry_page(link.url, outcome=outcome, attempts=link.attempts + 1, now=now)
    return PageFailure(link_id=link.id, outcome=outcome, detail=detail, retry_at=at)
