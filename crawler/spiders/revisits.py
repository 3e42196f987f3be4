"""Looking at archived pages again: the request for a page, and what it means now."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, cast

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.judging import conclude
from crawler.middlewares.errors import HostRestingError
from crawler.middlewares.failures import name_failure
from crawler.portals import Portal, pace_group
from crawler.reading import Reading, decode, read_page
from crawler.revisiting import GONE_STATUSES, Appraisal, appraise, asks_in_full, relook
from crawler.spiders.answers import capture_of, header, page_of
from crawler.spiders.pages import Pages
from crawler.topics import Topic
from storage import SHANGHAI, Article, DueRevisit, PageResult, Relook, url_key

AFTER_ALL_ELSE = -10
"""Priority of re-looks: new pages go first."""


class Revisits:
    """Archived pages that this crawl looks at again."""

    def __init__(self, portals: Mapping[str, Portal], topic: Topic, spans: Sequence[timedelta]) -> None:
        """`spans`: how long after it was archived a page is looked at again, in rising order."""
        self._portals = portals
        self._topic = topic
        self._spans = spans

    def ask(self, due: DueRevisit) -> Request | Relook:
        """The request for a page, conditional where that can be believed; or its failure when it has no address."""
        try:
            request = self._request(due, due.link.url)
        except ValueError as error:
            return self._failed(due, "bad_address", f"{due.link.url!r}: {error}")
        if not asks_in_full(due, self._spans):
            if due.etag:
                request.headers["If-None-Match"] = due.etag
            if due.last_modified:
                request.headers["If-Modified-Since"] = due.last_modified
        return request

    def parse(self, response: Response) -> Iterator[Request | Relook]:
        """What the first page says; a page that did not change is not read further, nor are its further pages."""
        due = due_revisit(response.request)
        if response.status == 304:
            yield self._unchanged(due, response)
            return
        now = datetime.now(SHANGHAI)
        reading = self._read(response, due)
        asked = url_key(response.url) != url_key(due.link.url)
        answered, printed = response.url if asked else "", self._printed(response, due)
        if reading.article is None:
            yield self._judged(due, reading, answered, printed)
        else:
            pages = Pages.begin(reading, capture_of(response, now))
            yield self._next_page(due, pages, answered, printed)

    def parse_further(self, response: Response) -> Iterator[Request | Relook]:
        """What a further page adds."""
        meta, due = _meta(response.request), due_revisit(response.request)
        answer = capture_of(response, datetime.now(SHANGHAI))
        pages = cast(Pages, meta["pages"]).with_page(self._read(response, due).article, answer)
        yield self._next_page(due, pages, meta["answered"], meta["printed"] + self._printed(response, due))

    def failed(self, failure: Failure) -> Iterator[Relook]:
        """A page, or a further one, that gave no answer."""
        if isinstance(failure.value, HostRestingError):
            return
        request = cast(Any, failure).request
        due, named = due_revisit(request), name_failure(cast(Exception, failure.value))
        first = "pages" not in request.meta
        if first and named.outcome in GONE_STATUSES:
            yield self._relook(due, Appraisal(sight="gone", outcome=named.outcome, detail=named.detail))
        else:
            # A lost further page is no removal of the article.
            yield self._failed(due, named.outcome, named.detail)

    def broken(self, due: DueRevisit, outcome: str, detail: str) -> Relook:
        """A page on which our own code broke."""
        return self._failed(due, outcome, detail)

    def _request(self, due: DueRevisit, url: str) -> Request:
        return Request(
            url,
            callback=self.parse,
            errback=self.failed,
            priority=AFTER_ALL_ELSE,
            meta={
                "portal": due.link.portal,
                "relook": due,
                "download_slot": pace_group(url),
                "hosts": self._portals[due.link.portal].hosts,
                "handle_httpstatus_list": [304],
            },
        )

    def _unchanged(self, due: DueRevisit, response: Response) -> Relook:
        asked = response.request.headers if response.request is not None else {}
        if "If-None-Match" not in asked and "If-Modified-Since" not in asked:
            return self._failed(due, "http_304", "answered 304 to a request without validators")
        return self._relook(due, Appraisal(sight="not_modified", outcome="not_modified"))

    def _printed(self, response: Response, due: DueRevisit) -> str:
        declared = self._portals[due.link.portal].reading_rules().charset
        return decode(response.body, header(response, "Content-Type") or "", declared).text

    def _read(self, response: Response, due: DueRevisit) -> Reading:
        rules = self._portals[due.link.portal].reading_rules()
        return read_page(page_of(response, datetime.now(SHANGHAI), due.link), rules)

    def _next_page(self, due: DueRevisit, pages: Pages, answered: str, printed: str) -> Request | Relook:
        """The request for the article's next page, or what all of them mean."""
        if pages.next is not None:
            asked = self._request(due, pages.next)
            asked.meta.update({"pages": pages, "answered": answered, "printed": printed})
            return asked.replace(callback=self.parse_further)
        article = pages.article()
        assert article is not None
        if article.missing_pages and not due.archived.missing_pages:
            return self._failed(due, "incomplete", f"without {article.missing_pages[0]}")
        return self._judged(due, replace(pages.reading, article=article), answered, printed, pages)

    def _judged(
        self, due: DueRevisit, reading: Reading, answered: str, printed: str, pages: Pages | None = None
    ) -> Relook:
        seen = appraise(due.archived, reading, answered=answered, printed=printed)
        if seen.sight != "read" or reading.article is None or pages is None:
            return self._relook(due, seen)
        article = _known_as(due.archived, reading.article)
        verdict, facts = conclude(
            article.title, article.text, published_at=article.published_at, topic=self._topic
        )
        result = PageResult(
            link_id=due.link.id or None,
            outcome=reading.outcome,
            article=article,
            verdict=verdict,
            facts=facts,
            captures=pages.captures,
        )
        return self._relook(due, seen, result)

    def _failed(self, due: DueRevisit, outcome: str, detail: str) -> Relook:
        return self._relook(due, Appraisal(sight="failed", outcome=outcome, detail=detail))

    def _relook(self, due: DueRevisit, seen: Appraisal, result: PageResult | None = None) -> Relook:
        return relook(due, seen, self._spans, datetime.now(SHANGHAI), result)


def due_revisit(request: Request | None) -> DueRevisit:
    """What a page was asked for again."""
    return cast(DueRevisit, _meta(request)["relook"])


def _meta(request: Request | None) -> dict[str, Any]:
    assert request is not None
    return request.meta


def _known_as(old: Article, new: Article) -> Article:
    """The new reading under the address and the publication time by which the article is known."""
    return replace(new, url=old.url, published_at=old.published_at, precision=old.precision)
