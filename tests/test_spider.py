"""What the spider makes of answers, without a network."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import pytest
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler.middlewares.errors import HostRestingError
from crawler.portals import PortalError
from crawler.replica import Replica
from crawler.spiders.lists import is_sent_to_front
from crawler.spiders.portal import PortalSpider, portals_named
from storage import SHANGHAI, DueSource, Look, PageFailure, PendingLink, Source


@pytest.fixture(scope="module")
def spider() -> PortalSpider:
    crawler = Crawler(PortalSpider, {"PORTALS_FOLDER": str(Replica.portals_dir), "REVISIT": []})
    return PortalSpider.from_crawler(crawler, portal="longshang,dianyun")


def link(url: str, attempts: int = 0) -> PendingLink:
    return PendingLink(
        id=7,
        source_id=1,
        portal="longshang",
        url=url,
        title="",
        published_at=None,
        precision="day",
        attempts=attempts,
    )


def due(url: str, failures: int = 0) -> DueSource:
    source = Source(
        portal="longshang", url=url, kind="list", host="longshang.example", every=timedelta(minutes=15)
    )
    return DueSource(
        id=1, source=source, etag='"a"', last_modified=None, failures=failures, full_fetch_due=False
    )


def test_each_pace_group_has_one_queue_with_its_pace(spider: PortalSpider) -> None:
    slots = spider.crawler.settings.getdict("DOWNLOAD_SLOTS")
    assert set(slots) == {"longshang.example", "dianyun.example"}
    assert {(slot["concurrency"], slot["delay"]) for slot in slots.values()} == {(1, 0.05)}


@pytest.mark.parametrize(
    "url", ["http://[bad/", "http:///x", "http://a.example:99999/", "http://a.example/\ud800"]
)
def test_a_link_that_is_no_address_fails_alone(spider: PortalSpider, url: str) -> None:
    failure = spider.ask(link(url))
    assert isinstance(failure, PageFailure)
    assert (failure.outcome, failure.retry_at) == ("bad_address", None)


LIST = "http://www.longshang.example/gsyw/index.shtml"


@pytest.mark.parametrize(
    ("validator", "outcome"), [("If-None-Match", "not_modified"), ("Accept", "http_304")]
)
def test_only_a_304_that_was_asked_for_is_believed(
    spider: PortalSpider, validator: str, outcome: str
) -> None:
    request = Request(LIST, headers={validator: '"a"'}, meta={"due": due(LIST, failures=2)})
    (look,) = spider.lists.parse(Response(LIST, status=304, request=request))
    assert look.outcome == outcome
    assert look.full == (outcome != "not_modified")
    assert look.next_check_at > datetime.now(SHANGHAI)


class Failed:
    """What an errback is given."""

    def __init__(self, value: Exception, request: Request) -> None:
        self.value, self.request = value, request


def test_a_host_at_rest_is_no_failure_of_its_pages(spider: PortalSpider) -> None:
    for errback in (
        spider.lists.failed,
        spider.further.failed,
        spider.articles.failed,
        spider.articles.further_failed,
    ):
        given: Any = Failed(HostRestingError("rests"), Request(LIST))
        outcome: Iterable[object] = errback(given)
        assert list(outcome) == []


def test_our_own_fault_is_the_outcome_of_list_or_page(spider: PortalSpider) -> None:
    look = spider.broken(Request(LIST, meta={"due": due(LIST)}), ZeroDivisionError("x"))
    page = spider.broken(Request(LIST, meta={"link": link(LIST)}), ZeroDivisionError("x"))
    assert isinstance(look, Look)
    assert isinstance(page, PageFailure)
    assert {look.outcome, page.outcome} == {"reading_failed"}
    assert {look.detail, page.detail} == {"ZeroDivisionError: x"}


@pytest.mark.parametrize(
    ("names", "line"), [("", "no portal is named"), ("longshangg", "did you mean longshang")]
)
def test_portals_are_named_rightly_or_not_at_all(names: str, line: str) -> None:
    with pytest.raises(PortalError, match=line):
        portals_named(names, str(Replica.portals_dir))


@pytest.mark.parametrize(
    ("asked", "came_to", "sent"),
    [
        (LIST, "http://www.longshang.example/", True),
        (LIST, "http://m.longshang.example/index.html", True),
        (LIST, "https://www.longshang.example/gsyw/index.shtml", False),
        (LIST, "http://www.longshang.example/?channel=7", False),
        ("http://fazhi.longshang.example/", "http://www.longshang.example/index.shtml", False),
    ],
)
def test_a_channel_that_leads_to_the_front_page_is_gone(asked: str, came_to: str, *, sent: bool) -> None:
    assert is_sent_to_front(asked, came_to) is sent
