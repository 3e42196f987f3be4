"""The replica's year: many portals of many kinds, made from seeds, read by the crawler's own reading as they were written."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from crawler.portals import Portal, PortalSource, load_portals
from crawler.reading import Listing, Page, Reading, read_list, read_page
from crawler.replica import BreakageKind, Replica, Report, Weather
from crawler.replica.year import DAYS, PORTALS_DIR, Year
from crawler.replica.year.templates import LISTED, TEMPLATES
from storage import SHANGHAI, Link

START = datetime(2026, 3, 11, 9, 30, 20, tzinfo=SHANGHAI)
PORTALS = load_portals(PORTALS_DIR, only=[path.stem for path in PORTALS_DIR.glob("*.toml")])
SOURCES = [
    (portal, source) for portal in PORTALS.values() for source in portal.sources if source.kind != "search"
]
DAY = 1440
LIST = "http://www.heshuo.example/hbyw/index.shtml"


@pytest.fixture(scope="module")
def year() -> Year:
    return Year(START)


@pytest.fixture(scope="module")
def opened() -> Iterator[Replica]:
    with Replica(world="year", now=START) as replica:
        yield replica


@pytest.fixture
def replica(opened: Replica) -> Replica:
    """The replica of the year as it was at its start."""
    opened.forget()
    opened.advance(-opened.minutes)
    return opened


def listing(replica: Replica, url: str, at: datetime = START) -> Listing:
    portal, source = next((p, s) for p, s in SOURCES if s.url == url)
    answer, _ = replica.answer(url)
    page = Page(body=answer.body, url=url, fetched_at=at, content_type=answer.content_type)
    return read_list(page, source.kind, portal.list_rules(source))


def reading(replica: Replica, portal: Portal, link: Link) -> Reading:
    answer, _ = replica.answer(link.url)
    return read_page(
        Page(body=answer.body, url=link.url, fetched_at=START, link=link), portal.reading_rules()
    )


def test_there_is_a_year_of_many_portals(year: Year) -> None:
    assert len(PORTALS) >= 12
    assert len({paper.family for paper in year.papers.values()}) >= 6
    assert set(PORTALS) == set(year.papers)
    for day in (-DAYS + 1, -180, -1, 30):
        news = year.published((day - 1) * DAY, day * DAY)
        assert len(news) >= 100, day
        assert len({report.url for report in news}) == len(news)
        assert 0.05 < sum(report.relevant for report in news) / len(news) < 0.5, day
        told = Counter(report.story for report in news)
        assert any(times > 1 for times in told.values()), f"no reprints on day {day}"


def test_the_same_seed_makes_the_same_year(year: Year) -> None:
    week = year.published(-7 * DAY, 0)
    assert week == Year(START).published(-7 * DAY, 0)
    assert week != Year(START, seed=2).published(-7 * DAY, 0)
    assert all(report.printed_at <= START for report in week)


def test_nothing_is_read_before_it_is_printed(year: Year) -> None:
    for report in year.published(0, DAY)[::20]:
        assert year.answer(report.host, report.paths[0], report.appears - 1).status == 404
        assert year.answer(report.host, report.paths[0], report.appears).status == 200
        assert START + timedelta(minutes=report.appears) >= report.printed_at


@pytest.mark.parametrize(("portal", "source"), SOURCES, ids=[source.url for _, source in SOURCES])
def test_each_list_and_its_articles_are_read_as_they_were_written(
    replica: Replica, portal: Portal, source: PortalSource
) -> None:
    url = source.url
    links = listing(replica, url).links
    truth = {report.url: report for report in replica.published(-14 * DAY)}
    column = newest(replica, url)
    assert [link.url for link in links] == [report.url for report in column]
    for link in links[::7]:
        report, article = truth[link.url], reading(replica, portal, link).article
        assert article is not None
        assert (article.title, article.text) == (report.title, "\n".join(report.pages[0]))
        assert (article.source, article.published_at) == (report.source, report.printed_at)


def newest(replica: Replica, url: str) -> list[Report]:
    """The reports that the list at `url` should show."""
    portal = next(portal for portal, source in SOURCES if source.url == url)
    law = url != portal.sources[0].url
    mine = [report for report in replica.published(-14 * DAY) if portal.owns(report.url)]
    wanted = [report for report in mine if not law or report.channel == "law"]
    return sorted(wanted, key=lambda report: report.appears, reverse=True)[:LISTED]


def test_older_reports_stand_on_further_pages(year: Year) -> None:
    for name in ("heshuo", "qiantang", "minhai", "youyan", "fenhe", "pujiang", "hanhai", "weishui"):
        host, first = year.papers[name].lists[""]
        template = TEMPLATES[year.papers[name].family]
        pages = [year.answer(host, template.list_path(first, number), 0) for number in (1, 2, 5)]
        assert [page.status for page in pages] == [200, 200, 200], name
        assert len({page.body for page in pages}) == 3, name


def test_a_search_finds_what_was_asked_for(replica: Replica) -> None:
    portal = PORTALS["weishui"]
    search = portal.sources[-1]
    first = next(iter(search.addresses()))
    truth = [r for r in replica.published(-60 * DAY) if portal.owns(r.url)]
    found = sorted((r for r in truth if "禁毒" in r.title + r.pages[0][0]), key=lambda r: -r.appears)
    for number in (1, 2):
        answer, _ = replica.answer(first.replace("page=1", f"page={number}"))
        page = Page(body=answer.body, url=first, fetched_at=START)
        links = read_list(page, search.kind, portal.list_rules(search)).links
        assert [link.url for link in links] == [r.url for r in found[LISTED * (number - 1) : LISTED * number]]


def test_bad_weather_strikes_its_share_and_is_the_same_again() -> None:
    weather = Weather(share=0.05, seed=7)
    struck = [weather.strike("www.heshuo.example", "/", asked) for asked in range(4000)]
    assert 0.04 < sum(fault is not None for fault in struck) / len(struck) < 0.06
    assert {fault.kind for fault in struck if fault} == set(weather.kinds)
    assert struck == [weather.strike("www.heshuo.example", "/", asked) for asked in range(4000)]


LIST_CHANGES: dict[BreakageKind, str] = {
    "list_emptied": "empty",
    "list_gone": "404",
    "list_moved": "301",
    "list_moved_off_site": "302",
    "waf_403": "403",
    "waf_412": "412",
    "waf_521": "521",
    "waf_challenge": "blocked",
}


@pytest.mark.parametrize("kind", LIST_CHANGES)
def test_a_list_changes_as_its_breakage_says(replica: Replica, kind: BreakageKind) -> None:
    replica.change("www.heshuo.example", kind)
    answer, _ = replica.answer(LIST)
    shown = listing(replica, LIST).outcome if answer.status == 200 else str(answer.status)
    assert shown == LIST_CHANGES[kind]
    assert replica.answer("http://www.heshuo.example/robots.txt")[0].status == 200
    assert listing(replica, "http://www.youyan.example/bj/index.shtml").outcome == "ok"


def test_a_redesign_takes_body_or_time_away(replica: Replica) -> None:
    portal, link = PORTALS["hanhai"], listing(replica, "http://www.hanhai.example/yaowen/list.html").links[0]
    replica.change("www.hanhai.example", "time_gone")
    article = reading(replica, portal, Link(url=link.url, title="", published_at=None)).article
    assert article is not None
    assert (article.published_at, bool(article.text)) == (None, True)
    replica.change("www.hanhai.example", "body_gone")
    assert not (shell := reading(replica, portal, link)).article or not shell.article.text


def test_another_charset_than_the_declared_one_is_sent(replica: Replica) -> None:
    replica.change("www.heshuo.example", "charset_utf8")
    body = replica.answer(LIST)[0].body
    assert b"charset=gb2312" in body
    assert "首页" in body.decode("utf-8")
    replica.change("www.youyan.example", "charset_gbk")
    body = replica.answer("http://www.youyan.example/bj/index.shtml")[0].body
    assert b"charset=utf-8" in body
    assert "首页" in body.decode("gb18030")


def test_a_frozen_list_stays_and_a_lying_one_says_not_modified(replica: Replica) -> None:
    before = listing(replica, LIST).links
    replica.change("www.heshuo.example", "list_frozen")
    replica.change("www.youyan.example", "validators_lying")
    replica.advance(2 * DAY)
    assert listing(replica, LIST, START + timedelta(days=2)).links == before
    assert newest(replica, LIST)[0].url != before[0].url
    assert replica.lies("http://www.youyan.example/bj/index.shtml")
    assert not replica.lies(LIST)
