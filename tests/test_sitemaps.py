"""Sitemaps as sites really send them: of news, of everything, in an index, packed, broken and hostile."""

import gzip
from datetime import datetime

import pytest

from crawler.reading import Listing, ListRules, Page, read_list
from crawler.reading.sitemaps import LARGEST_UNPACKED, unpacked
from storage import SHANGHAI

NOW = datetime(2026, 6, 15, 12, 0, tzinfo=SHANGHAI)
HOME = "http://www.lanxi.example/sitemap.xml"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
IMAGES = 'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'


def listing(body: str | bytes, hosts: tuple[str, ...] = ("lanxi.example",)) -> Listing:
    data = body.encode() if isinstance(body, str) else body
    return read_list(Page(body=data, url=HOME, fetched_at=NOW), "sitemap", ListRules(hosts=hosts))


def urlset(*entries: str) -> str:
    return f"{HEAD}<urlset {SPACE} {IMAGES}>{''.join(f'<url>{entry}</url>' for entry in entries)}</urlset>"


def loc(path: str, more: str = "") -> str:
    return f"<loc>http://www.lanxi.example{path}</loc>{more}"


NEWS = (
    "<image:image><image:loc>http://www.lanxi.example/p.jpg</image:loc></image:image>"
    "<news:news><news:publication><news:name>兰溪新闻网</news:name></news:publication>"
    "<news:publication_date>{}</news:publication_date><news:title>兰溪警方 破获一起贩毒案</news:title></news:news>"
)


@pytest.mark.parametrize(
    ("entry", "at"),
    [
        (loc("/a/48213.html", NEWS.format("2026-06-15T01:30:00Z")), (15, 9, 30)),
        (loc("/a/48213.html", NEWS.format("2026-06-15T09:30:00+08:00")), (15, 9, 30)),
        (loc("/a/48213.html", NEWS.format("2026-06-15 09:30")), (15, 9, 30)),
        (loc("/a/48213.html", "<lastmod>2026-06-14</lastmod>"), (14, 0, 0)),
        (loc("/2026/06/13/48213.html", "<lastmod>2026-06-15</lastmod>"), (13, 0, 0)),
    ],
    ids=[
        "news in UTC",
        "news in our zone",
        "news without zone",
        "last change",
        "the day in the address is better",
    ],
)
def test_an_address_and_its_time(entry: str, at: tuple[int, int, int]) -> None:
    (link,) = listing(urlset(entry)).links
    found = link.published_at
    assert found is not None
    assert (found.day, found.hour, found.minute) == at
    assert link.url.endswith("48213.html")


def test_a_news_sitemap_names_the_article() -> None:
    (link,) = listing(urlset(loc("/a/48213.html", NEWS.format("2026-06-15")))).links
    assert link.title == "兰溪警方 破获一起贩毒案"
    assert link.precision == "day"


def test_the_newest_come_first_and_those_without_a_time_last() -> None:
    dated = [loc(f"/a/{n}.html", f"<lastmod>2026-06-{n:02}</lastmod>") for n in (3, 9, 5)]
    urls = [link.url for link in listing(urlset(loc("/a/1.html"), *dated, loc("/a/2.html"))).links]
    assert [url.rpartition("/")[2] for url in urls] == ["9.html", "5.html", "3.html", "2.html", "1.html"]


def test_an_index_gives_its_parts_and_no_links() -> None:
    parts = "".join(
        f"<sitemap><loc>http://{host}/s{n}.xml.gz</loc><lastmod>2026-06-{n:02}</lastmod></sitemap>"
        for n, host in ((1, "www.lanxi.example"), (4, "www.lanxi.example"), (5, "other.example"))
    )
    found = listing(f"{HEAD}<sitemapindex {SPACE}>{parts}</sitemapindex>")
    assert (found.outcome, found.links) == ("ok", ())
    assert [part.url for part in found.further] == [
        "http://www.lanxi.example/s4.xml.gz",
        "http://www.lanxi.example/s1.xml.gz",
    ]
    assert found.further[0].published_at == datetime(2026, 6, 4, tzinfo=SHANGHAI)


def test_a_packed_one_is_unpacked() -> None:
    assert len(listing(gzip.compress(urlset(loc("/a/48213.html")).encode())).links) == 1


def test_nothing_is_unpacked_beyond_the_bound() -> None:
    bomb = gzip.compress(b" " * (LARGEST_UNPACKED + 2**20))
    assert len(bomb) < 2**16
    assert unpacked(bomb) is None
    assert listing(bomb).outcome == "layout"


ENTITY = '<!DOCTYPE urlset [<!ENTITY x SYSTEM "file:///etc/hostname">]>'


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        (f"{HEAD}{ENTITY}<urlset {SPACE}><url><loc>http://www.lanxi.example/&x;</loc></url></urlset>", "layout"),
        (gzip.compress(urlset(loc("/a/1.html")).encode())[:-20], "layout"),
        (f"{HEAD}<urlset {SPACE}></urlset>", "empty_list"),
        (f"{HEAD}<urlset {SPACE}><url><l", "layout"),
        (f"{HEAD}<rss><channel/></rss>", "layout"),
        (f"{HEAD}<sitemapindex {SPACE}><sitemap><loc>http://other.example/s</loc></sitemap></sitemapindex>", "layout"),
        ("<!DOCTYPE html><html><body>页面不存在</body></html>", "soft_404"),
        (urlset("<lastmod>2026-06-15</lastmod>"), "layout"),
        (b"", "empty"),
        (b"%PDF-1.4", "not_html"),
    ],
    ids=["entities", "cut gzip", "empty", "broken", "a feed", "foreign index", "error page", "no address", "nothing", "PDF"],
)  # fmt: skip
def test_what_is_no_sitemap_is_named(body: str | bytes, outcome: str) -> None:
    assert listing(body).outcome == outcome


def test_one_that_is_cut_gives_what_it_has() -> None:
    whole = urlset(loc("/a/48213.html"), loc("/a/48214.html"))
    assert [link.url[-10:] for link in listing(whole[: whole.index("48214")]).links] == ["48213.html"]
