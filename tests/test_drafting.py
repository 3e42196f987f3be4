"""What one look at a site tells: the form of its articles' addresses, its names, feeds, charset and province."""

import re
import tomllib
from datetime import UTC, datetime

import pytest

from crawler.portals import Portal
from crawler.portals.drafting import (
    Draft,
    DraftSource,
    as_toml,
    feeds_of,
    guess_province,
    learn_patterns,
    name_from,
    search_of,
    share_matched,
    site_names,
    sitemaps_in,
    undeclared_charset,
)
from crawler.reading import Page

NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
HOST = "lanxi.example"


def page(html: str, charset: str = "utf-8", content_type: str = "text/html") -> Page:
    return Page(
        body=html.encode(charset),
        url=f"http://www.{HOST}/gsyw/",
        fetched_at=NOW,
        content_type=content_type,
    )


# What an address of the site looks like, which other addresses are articles as well, and which are not.
FORMS: dict[str, tuple[list[str], str, list[str], list[str]]] = {
    "a month and a day with the number": (
        ["gsyw/202606/t20260615_48213.html", "gsyw/202606/t20260614_48.html"],
        r"\d{6}/t\d{8}_\d+\.html",
        ["fazhi/ga/202701/t20270101_9.html"],
        ["gsyw/202606/t20260615.html", "gsyw/index.html", "gsyw/202606/t20260615_48213.html.bak"],
    ),
    "year, month and day as folders": (
        ["system/2026/06/15/015013307.shtml", "system/2026/06/14/045569795.shtml"],
        r"\d{4}/\d{2}/\d{2}/\d+\.shtml",
        ["2027/01/01/1.shtml"],
        ["system/2026/06/15/", "system/index.shtml"],
    ),
    "a word before the number": (
        ["gx/2026-06/15/content_489.htm", "gx/2026-06/14/content_4898.htm"],
        r"\d{4}-\d{2}/\d{2}/content_\d+\.htm",
        ["content/2026-06/15/content_1.htm"],
        ["gx/node_1101.htm"],
    ),
    "days without a leading nought": (
        ["n/2026/6/5/10001.html", "n/2026/11/15/10002.html"],
        r"\d{4}/\d+/\d+/\d+\.html",
        ["n/2027/1/1/3.html"],
        [],
    ),
    "a mixed identity": (
        ["a/6U55TBSB0206009S.html", "a/7155VG8I00051CA1.html"],
        r"[0-9A-Za-z%]+\.html",
        ["b/713OL5KG00084IK5.html"],
        ["a/713OL5KG00084IK5/"],
    ),
    "letters that differ before the number": (
        ["c/2026-06-15/doc-ifyqcs885.shtml", "c/2026-06-14/doc-ihpfhz12.shtml"],
        r"\d{4}-\d{2}-\d{2}/doc-[0-9A-Za-z%]+\.shtml",
        ["w/2027-01-01/doc-a1.shtml"],
        ["c/2026-06-15/index.shtml"],
    ),
    "a query": (
        ["show.php?id=4821", "show.php?id=4822"],
        r"show\.php\?id=\d+",
        ["show.php?id=1"],
        ["list.php?id=1", "show.php?id="],
    ),
}


@pytest.mark.parametrize(("samples", "form", "articles", "others"), FORMS.values(), ids=FORMS)
def test_a_pattern_is_learnt_from_samples(
    samples: list[str], form: str, articles: list[str], others: list[str]
) -> None:
    [pattern] = learn_patterns([f"http://www.{HOST}/{path}" for path in samples], [HOST])
    assert pattern.endswith(form + "$")
    for path in (*samples, *articles):
        assert re.search(pattern, f"https://news.{HOST}/{path}"), path
    for path in others:
        assert not re.search(pattern, f"https://news.{HOST}/{path}"), path
    assert not re.search(pattern, f"http://www.other.example/{samples[0]}")


def test_a_folder_can_be_part_of_the_form() -> None:
    urls = [f"http://www.{HOST}/tech/article/{name}.html" for name in ("6U55TBSB02", "7155VG8I00")]
    [pattern] = learn_patterns(urls, [HOST], folders=1)
    assert share_matched(urls, [pattern]) == 1
    assert not re.search(pattern, f"http://www.{HOST}/tech/column/6U55TBSB02.html")


def test_strays_have_no_pattern() -> None:
    urls = [f"http://www.{HOST}/a/202606/t20260615_{n}.html" for n in range(30)]
    patterns = learn_patterns([*urls, f"http://old.{HOST}/x7.asp", f"http://www.{HOST}/about/"], [HOST])
    assert len(patterns) == 1
    assert share_matched([*urls, "http://x.example/"], patterns) == pytest.approx(30 / 31)
    assert learn_patterns([f"http://www.{HOST}/one-1.html"], [HOST]) == ()
    assert share_matched([], patterns) == 0


NAMES = {
    "channel and site": ("法治_兰溪新闻网", ("兰溪新闻网", "法治")),
    "site in the middle": ("要闻 - 兰溪在线 - 权威资讯", ("兰溪在线", "要闻")),
    "site first": ("兰溪日报|首页", ("兰溪日报", "")),
    "only a site": ("  兰溪新闻网\n ", ("兰溪新闻网", "")),
    "no site's ending": ("法治_兰溪发布", ("兰溪发布", "法治")),
    "nothing Chinese": ("Home", ("", "")),
}


@pytest.mark.parametrize(("title", "names"), NAMES.values(), ids=NAMES)
def test_a_page_names_its_site(title: str, names: tuple[str, str]) -> None:
    assert site_names(page(f"<html><head><title>{title}</title></head><body><p>x</p></body></html>")) == names


def test_feeds_are_those_of_the_site_itself() -> None:
    head = """<link rel="alternate" type="application/rss+xml" href="/rss/a.xml">
    <link rel="Alternate feed" type="application/atom+xml" href="//www.lanxi.example/b.xml">
    <link rel="alternate" type="text/html" href="/m/"><link rel="stylesheet" href="/c.css">
    <link rel="alternate" type="application/rss+xml" href="http://www.other.example/c.xml">
    <link rel="alternate" type="application/rss+xml" href="/rss/a.xml"><link rel="alternate" type="application/rss+xml">"""
    assert feeds_of(page(f"<html><head>{head}</head><body></body></html>"), [HOST]) == (
        "http://www.lanxi.example/rss/a.xml",
        "http://www.lanxi.example/b.xml",
    )


TEXT = "<html><head>{}<title>兰溪新闻网</title></head><body><p>兰溪县公安局的民警在工作中发现了这一情况</p></body></html>"
CHARSETS = {
    "declared": (page(TEXT.format('<meta charset="utf-8">')), None),
    "declared by the header": (page(TEXT.format(""), "gb18030", "text/html; charset=gbk"), None),
    "declared falsely": (page(TEXT.format('<meta charset="utf-8">'), "gb18030"), "gb18030"),
    "not declared": (page(TEXT.format(""), "gb18030"), "gb18030"),
}


@pytest.mark.parametrize(("given", "charset"), CHARSETS.values(), ids=CHARSETS)
def test_a_charset_is_noted_where_the_page_does_not_tell(given: Page, charset: str | None) -> None:
    assert undeclared_charset(given) == charset


PROVINCES = {
    "its own name": ("中国甘肃网", "甘肃"),
    "a city": ("柳州在线", "广西"),
    "a county by its full name": ("城关区新闻网", None),
    "an autonomous region": ("内蒙古新闻网", "内蒙古"),
    "no place": ("正义网", None),
    "two provinces": ("广东广西新闻", None),
}


@pytest.mark.parametrize(("title", "province"), PROVINCES.values(), ids=PROVINCES)
def test_a_sites_name_may_tell_its_province(title: str, province: str | None) -> None:
    assert guess_province(title) == province


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("http://news.lanxi.example/a", "lanxi"),
        ("http://www.gscn.com.cn/", "gscn"),
        ("http://127.0.0.1:80/", "127"),
    ],
)
def test_a_name_comes_from_the_domain(url: str, name: str) -> None:
    assert name_from(url) == name


def test_a_draft_is_a_portal_file() -> None:
    patterns = learn_patterns([f"http://www.{HOST}/a/202606/t20260615_{n}.html" for n in (1, 22)], [HOST])
    draft = Draft(
        title='兰溪"新闻"网\n',
        province="浙江",
        home=f"http://www.{HOST}/",
        hosts=(HOST,),
        sources=(
            DraftSource(url=f"http://www.{HOST}/gsyw/", title="要闻"),
            DraftSource(url=f"http://www.{HOST}/rss/a.xml", kind="feed"),
        ),
        examples=(f"http://www.{HOST}/a/202606/t20260615_1.html",),
        article_patterns=patterns,
        charset="gb18030",
        pace_seconds=5.0,
        seen=(2026,),
        looked_in=2026,
        off_because="C:\\it's off",
    )
    portal = Portal(**tomllib.loads(as_toml(draft)), name="lanxi")
    assert (portal.title, portal.off_because, portal.enabled) == ('兰溪"新闻"网 ', "C:\\it's off", False)
    assert tuple(pattern.pattern for pattern in portal.article_patterns) == patterns
    assert [(source.kind, source.title, source.seen) for source in portal.sources] == [
        ("list", "要闻", 2026),
        ("feed", "", 2026),
    ]
    assert (portal.charset, portal.pace_seconds, portal.seen) == ("gb18030", 5.0, (2026,))


def test_sitemaps_are_named_by_robots_txt() -> None:
    robots = (
        "User-agent: *\nDisallow: /a\nSitemap: http://www.lanxi.example/all.xml\nsitemap:http://other.example/s.xml\n"
        "SITEMAP : http://www.lanxi.example/news.xml.gz \r\n# Sitemap: http://www.lanxi.example/no.xml\nSitemap: /relative.xml\n"
    )
    assert sitemaps_in(robots, [HOST]) == (
        "http://www.lanxi.example/news.xml.gz",
        "http://www.lanxi.example/all.xml",
    )


@pytest.mark.parametrize(
    ("form", "charset", "found"),
    [
        ('<form action="/so"><input name="q"></form>', "utf-8", ("/so?q={query}", "utf-8")),
        ('<form action="/so?n=1"><input type="search" name="q"><input type="hidden" name="c" value="法治"></form>', "gb2312", ("/so?n=1&q={query}&c=%E6%B3%95%E6%B2%BB", "gb2312")),
        ('<form action="/so" method="POST"><input name="q"></form>', "utf-8", None),
        ('<form action="http://so.other.example/"><input name="q"></form>', "utf-8", None),
        ('<form action="/login"><input name="user"><input name="mail"></form>', "utf-8", None),
        ("<p>没有搜索</p>", "utf-8", None),
    ],
    ids=["plain", "with hidden fields, in gb2312", "POST", "another site's", "two fields", "none"],
)  # fmt: skip
def test_the_search_is_the_form_with_one_field(
    form: str, charset: str, found: tuple[str, str] | None
) -> None:
    html = f'<html><head><meta charset="{charset}"></head><body>兰溪新闻网{form}</body></html>'
    told = search_of(page(html, charset), [HOST])
    assert told == (found and (f"http://www.{HOST}{found[0]}", found[1]))
