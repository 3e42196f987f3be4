"""What a page of a list, a sitemap or a walk back in time leads to, without a network."""

from datetime import datetime, timedelta

import pytest
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler.portals import load_portals
from crawler.reading import Listing
from crawler.replica import Replica
from crawler.spiders.backfill import BackfillSpider
from crawler.spiders.further import Further, changed_parts, recent
from crawler.spiders.walks import Walks, further_of, mark, span_of
from storage import SHANGHAI, DueSource, Link, Look, Source, Walk, WalkStep

NOW = datetime(2026, 6, 15, 12, 0, tzinfo=SHANGHAI)
LIST = "http://www.longshang.example/gsyw/index.shtml"
PAGES = tuple(f"http://www.longshang.example/gsyw/index_{n}.shtml" for n in range(2, 9))
PORTALS = load_portals(Replica.portals_dir, only=["longshang"])


def part(name: str, age: timedelta | None = None, *, day: bool = False) -> Link:
    at = None if age is None else NOW - age
    if day and at is not None:
        at = at.replace(hour=0, minute=0)
    return Link(url=name, published_at=at, precision="day" if day else "minute")


HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("parts", "last", "asked"),
    [
        ([part("a", HOUR), part("b", DAY)], None, "a"),
        ([part("a", HOUR), part("b", 3 * HOUR), part("c", DAY)], 4 * HOUR, "ab"),
        ([part("a", 2 * HOUR), part("b", DAY)], HOUR, ""),
        ([part("a", HOUR, day=True), part("b", DAY, day=True)], 2 * HOUR, "a"),
        ([part("a"), part("b")], HOUR, "a"),
    ],
    ids=["the first look", "two changed", "nothing changed", "by days", "no times"],
)
def test_the_parts_of_an_index_that_changed(parts: list[Link], last: timedelta | None, asked: str) -> None:
    found = changed_parts(parts, None if last is None else NOW - last)
    assert "".join(link.url for link in found) == asked


def test_of_a_sitemap_what_is_recent() -> None:
    old = [part(f"old{n}", 8 * DAY) for n in range(3)]
    undated = [part(f"u{n}") for n in range(300)]
    found = [link.url for link in recent([part("new", DAY), *old, *undated], NOW)]
    assert found[:2] == ["new", "u0"]
    assert len(found) == 201


def due(further: tuple[str, ...] = ()) -> DueSource:
    source = Source(
        portal="longshang", url=LIST, kind="list", host="longshang.example", every=timedelta(minutes=15)
    )
    return DueSource(
        id=1, source=source, etag=None, last_modified=None, failures=0, full_fetch_due=False, further=further
    )


def test_a_look_asks_for_no_more_pages_than_the_file_says_each_once_and_on_its_own_hosts() -> None:
    further = Further(PORTALS)
    foreign = "http://other.example/gsyw/index_2.shtml"
    asked = [further.request(due(), (foreign, LIST, *PAGES)) for _ in range(4)]
    assert [request.url for request in asked if request] == list(PAGES[:2])


def test_what_broke_on_a_further_page_is_its_own_outcome() -> None:
    spider = BackfillSpider.from_crawler(
        Crawler(BackfillSpider, {"PORTALS_FOLDER": str(Replica.portals_dir)}), portal="longshang", limit="3"
    )
    look = spider.broken(Request(PAGES[0], meta={"due": due(), "page": PAGES[0]}), ZeroDivisionError("x"))
    step = spider.broken(Request(PAGES[0], meta={"walk": walk(), "page": PAGES[0]}), ZeroDivisionError("x"))
    assert isinstance(look, Look)
    assert isinstance(step, WalkStep)
    assert (look.page, look.outcome, step.page, step.outcome) == (PAGES[0], "reading_failed") * 2
    assert spider.walks is not None


def walk(marks: tuple[str, ...] = ()) -> Walk:
    return Walk(
        portal="longshang",
        source_url=LIST,
        source_id=1,
        host="longshang.example",
        kind="list",
        since=NOW - 10 * DAY,
        until=NOW - 2 * DAY,
        further=(LIST,),
        marks=marks,
        pages=0,
        listed=0,
    )


def listing(*ages: float | None) -> Listing:
    links = tuple(
        Link(url=f"http://www.longshang.example/a/{n}", published_at=None if age is None else NOW - age * DAY)
        for n, age in enumerate(ages)
    )
    return Listing(outcome="ok", links=links, further=(Link(url=PAGES[0]),))


@pytest.mark.parametrize(
    ("found", "kept", "goes_on"),
    [
        (listing(1, 3, 5), 2, True),
        (listing(1, 12, 13), 0, False),
        (listing(1, 3, 12), 1, True),
        (listing(None, None), 2, True),
        (listing(12, None), 1, False),
    ],
    ids=["in the span", "mostly older", "some older", "no times", "the only time is older"],
)
def test_a_walk_keeps_its_span_and_ends_behind_it(found: Listing, kept: int, goes_on: bool) -> None:
    assert len(span_of(found, walk(), NOW)["links"]) == kept
    assert list(further_of(found, walk(), NOW)) == ([PAGES[0]] if goes_on else [])


def test_the_parts_of_an_index_that_are_older_are_left_out() -> None:
    index = Listing(outcome="ok", further=(part("new", DAY), part("old", 20 * DAY), part("undated")))
    assert list(further_of(index, walk(), NOW)) == ["new", "undated"]


def answer(walks: Walks, one: Walk, page: str) -> WalkStep:
    rows = "".join(
        f'<li><a href="/system/2026/06/{n:02}/0451000{n:02}.shtml">陇上禁毒宣传走进第{n}小学</a></li>'
        for n in range(6, 14)
    )
    body = f'<html><body><ul>{rows}</ul><a href="{PAGES[0]}">下一页</a></body></html>'.encode()
    request = walks.request(one, page)
    assert request is not None
    (step,) = walks.parse(Response(page, body=body, request=request))
    return step


def test_a_list_that_shows_the_same_again_ends_its_walk() -> None:
    walks = Walks(PORTALS)
    first = answer(walks, walk(), LIST)
    assert (first.further, len(first.marks)) == ((PAGES[0],), 2)
    again = answer(walks, walk(), PAGES[0])
    assert (again.outcome, again.links, again.further) == ("ok", (), ())
    resumed = answer(Walks(PORTALS), walk(first.marks), PAGES[0])
    assert resumed.further == ()


def test_a_walk_rests_at_its_limit() -> None:
    walks = Walks(PORTALS, 3)
    walks.found(2)
    assert walks.request(walk(), LIST) is not None
    walks.found(2)
    assert walks.request(walk(), PAGES[0]) is None
    assert mark("a", "b") == mark("b", "a") != mark("a")
