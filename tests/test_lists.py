"""Reading lists: any family's HTML without selectors, feeds, JSON APIs, and what is no list at all."""

import json
import re
from datetime import UTC, datetime

import pytest

from crawler.reading import Listing, ListRules, Page, read_list
from storage import SHANGHAI, SourceKind

NOW = datetime(2026, 6, 15, 12, 30, tzinfo=UTC)  # 20:30 in Shanghai
HOME = "http://news.lanxi.example/"


def read(
    body: str | bytes,
    kind: SourceKind = "list",
    *,
    url: str = HOME + "gsyw/",
    content_type: str = "text/html; charset=utf-8",
    **rules: object,
) -> Listing:
    raw = body.encode() if isinstance(body, str) else body
    page = Page(body=raw, url=url, fetched_at=NOW, content_type=content_type)
    return read_list(page, kind, ListRules(**rules))  # type: ignore[arg-type]


def page(content: str, head: str = "") -> str:
    return f"<!doctype html><html><head><title>兰溪新闻网</title>{head}</head><body>{content}</body></html>"


def rows(listing: Listing) -> list[tuple[str, str, str]]:
    """Path, title and date of each link, dates as Shanghai reads them."""
    return [
        (
            re.sub(r"^https?://[^/]+", "", link.url),
            link.title,
            ""
            if link.published_at is None
            else link.published_at.astimezone(SHANGHAI).strftime(
                "%m-%d" if link.precision == "day" else "%m-%d %H:%M"
            ),
        )
        for link in listing.links
    ]


NAVIGATION = """
<div class="nav"><a href="/">首页</a><a href="/gsyw/">甘肃要闻频道</a><a href="/fz/index.shtml">法治在线频道</a>
<a href="/about/">关于我们的网站</a><a href="mailto:x@lanxi.example">联系编辑部门</a><a href="javascript:void(0)">加入收藏夹吧</a></div>"""
FOOTER = """
<div class="foot"><a href="http://www.licence.example/portal/registerSystemInfo?recordcode=33078102000123">浙公网安备某某号</a>
<a href="/upload/lic20200115/permit.html">互联网新闻信息服务许可证</a><a href="/about/law.html">法律声明与隐私</a></div>"""

ENORTH = page(
    NAVIGATION
    + """<div id="content"><ul>
<li><a href="//gansu.lanxi.example/system/2026/06/15/013400001.shtml" target="_blank">我市警方破获一起特大贩毒案</a><span>26-06-15 17:53</span></li>
<li><a href="//gansu.lanxi.example/system/2026/06/14/013400002.shtml">禁毒宣传走进百所中小学</a><span>26-06-14 09:05</span></li>
<li><a href="/system/2025/12/30/013400003.shtml">强制隔离戒毒所举办开放日</a><span>25-12-30 08:00</span></li>
</ul></div>"""
    + FOOTER
)
TRS = page(
    NAVIGATION
    + """<div id="list"><ul>
<a href=" http://news.lanxi.example/sh/jjcz/202606/t20260615_1472486.html "><li><p>民警夜查货车缴获毒品</p><span id="time">2026-06-15</span></li></a>
<a href=" ./202606/t20260607_1465049.html "><li><p>社区戒毒人员重返岗位</p><span id="time">2026-06-07</span></li></a>
<a href="https://other.example/2026/06/07/c_1126.html"><li><p>外地媒体的一篇报道</p><span id="time">2026-06-07</span></li></a>
</ul></div><script>createPageHTML(20, 0, "index", "html")</script>"""
    + FOOTER
)
FOUNDER = page(
    NAVIGATION
    + """<table>
<tr><td>·<a href="../2026-06/15/content_9254045.htm">法院公开宣判六起涉毒案件</a></td><td>[06-15]</td></tr>
<tr><td>·<a href="../2026-06/14/content_9254046.htm">全民禁毒月活动在我市启动</a></td><td>[06-14]</td></tr>
<tr><td>·<a href="../2025-12/31/content_9100001.htm">岁末清查行动抓获多名嫌疑人</a></td><td>[12-31]</td></tr>
</table>"""
    + FOOTER
)
OPAQUE = page(
    NAVIGATION
    + """<div class="m-list">
<div class="itm"><a href="/node_54a44f01a2/09d6b2e8d6.shtml"><img src="a.jpg" alt="缉毒犬训练基地探访"></a>
<h3><a href="/node_54a44f01a2/09d6b2e8d6.shtml">缉毒犬训练基地探访记</a></h3><div>2026-06-15 10:20</div></div>
<div class="itm"><h3><a href="/node_54a44f01a2/ae7e7ec561.shtml">边境查缉点连续破获大案</a></h3><div>2026-06-14 10:20</div></div>
<div class="itm"><h3><a href="/node_54a44f01a2/c7d97a22f8.shtml">吸毒人员网格化管理见成效</a></h3><div>2026-06-13 10:20</div></div>
</div><div><a href="/node_54a44f01a2">广东</a> <a href="/node_b5769d65fb">要闻</a></div>"""
)


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        pytest.param(
            ENORTH,
            [
                ("/system/2026/06/15/013400001.shtml", "我市警方破获一起特大贩毒案", "06-15 17:53"),
                ("/system/2026/06/14/013400002.shtml", "禁毒宣传走进百所中小学", "06-14 09:05"),
                ("/system/2025/12/30/013400003.shtml", "强制隔离戒毒所举办开放日", "12-30 08:00"),
            ],
            id="enorth: protocol-relative links, two-digit years",
        ),
        pytest.param(
            TRS,
            [
                ("/sh/jjcz/202606/t20260615_1472486.html", "民警夜查货车缴获毒品", "06-15"),
                ("/gsyw/202606/t20260607_1465049.html", "社区戒毒人员重返岗位", "06-07"),
            ],
            id="TRS: <a> around <li>, blanks in href",
        ),
        pytest.param(
            FOUNDER,
            [
                ("/2026-06/15/content_9254045.htm", "法院公开宣判六起涉毒案件", "06-15"),
                ("/2026-06/14/content_9254046.htm", "全民禁毒月活动在我市启动", "06-14"),
                ("/2025-12/31/content_9100001.htm", "岁末清查行动抓获多名嫌疑人", "12-31"),
            ],
            id="Founder: table, ../ links, dates without a year",
        ),
        pytest.param(
            OPAQUE,
            [
                ("/node_54a44f01a2/09d6b2e8d6.shtml", "缉毒犬训练基地探访记", "06-15 10:20"),
                ("/node_54a44f01a2/ae7e7ec561.shtml", "边境查缉点连续破获大案", "06-14 10:20"),
                ("/node_54a44f01a2/c7d97a22f8.shtml", "吸毒人员网格化管理见成效", "06-13 10:20"),
            ],
            id="own system: random numbers, picture and text link to one item",
        ),
    ],
)
def test_each_family_is_read_without_selector_or_pattern(
    html: str, expected: list[tuple[str, str, str]]
) -> None:
    listing = read(html)
    assert listing.outcome == "ok"
    assert rows(listing) == expected
    assert [
        link.published_at.year
        for link in listing.links
        if link.published_at and link.published_at.month == 12
    ] in ([], [2025])


def test_links_are_absolute_and_other_hosts_are_leads() -> None:
    listing = read(TRS, hosts=("lanxi.example",))
    assert listing.links[1].url == "http://news.lanxi.example/gsyw/202606/t20260607_1465049.html"
    assert listing.leads == ("https://other.example/2026/06/07/c_1126.html",)


def test_a_gb_page_is_read_as_declared() -> None:
    html = ENORTH.replace(
        "<head>", '<head><meta http-equiv="Content-Type" content="text/html; charset=gb2312">'
    )
    listing = read(html.encode("gb18030"), content_type="text/html")
    assert listing.links[1].title == "禁毒宣传走进百所中小学"


def item(href: str, title: str = "民警夜查货车缴获毒品若干") -> str:
    return page(f'<ul><li><a href="{href}">{title}</a></li></ul>')


ARTICLE = "/202606/t20260615_48213.html"


@pytest.mark.parametrize(
    ("href", "url"),
    [
        pytest.param("." + ARTICLE, HOME + "gsyw" + ARTICLE, id="relative to the list"),
        pytest.param("../.." + ARTICLE, HOME[:-1] + ARTICLE, id="above the root"),
        pytest.param("//news.lanxi.example" + ARTICLE, HOME[:-1] + ARTICLE, id="protocol-relative"),
        pytest.param(" \n http://news.lanxi.example" + ARTICLE + " ", HOME[:-1] + ARTICLE, id="blanks"),
        pytest.param("　" + ARTICLE, HOME[:-1] + ARTICLE, id="ideographic blank"),
        pytest.param("http://news.lanxi.example\t/202606/\r\nt20260615_48213.html", HOME[:-1] + ARTICLE, id="broken over lines"),
        pytest.param("\\202606\\t20260615_48213.html", HOME[:-1] + ARTICLE, id="backslashes"),
        pytest.param("http：//news.lanxi.example" + ARTICLE, HOME[:-1] + ARTICLE, id="full-width colon"),
        pytest.param("hhttp://news.lanxi.example" + ARTICLE, HOME[:-1] + ARTICLE, id="typing error in the scheme"),
        pytest.param("http:/news.lanxi.example" + ARTICLE, HOME[:-1] + ARTICLE, id="one slash"),
        pytest.param("http://https://news.lanxi.example" + ARTICLE, HOME[:-1] + ARTICLE, id="two schemes"),
        pytest.param("HTTP://news.lanxi.example" + ARTICLE, HOME[:-1] + ARTICLE, id="capitals"),
        pytest.param(ARTICLE + "#comments", HOME[:-1] + ARTICLE, id="fragment"),
        pytest.param(ARTICLE + "?a=1&amp;b=2", HOME[:-1] + ARTICLE + "?a=1&b=2", id="entity in the query"),
    ],
)  # fmt: skip
def test_odd_addresses(href: str, url: str) -> None:
    assert [link.url for link in read(item(href)).links] == [url]


@pytest.mark.parametrize(
    "href",
    ["javascript:open('/202606/t20260615_48213.html')", "mailto:a@lanxi.example", "#202606", "", "http://[bad/202606/t20260615_1.html",
     "data:text/html,/202606/t20260615_48213.html", "http://", "http://lanxi.example:99999/202606/t20260615_48213.html"],
)  # fmt: skip
def test_what_is_no_address(href: str) -> None:
    listing = read(item(href))
    assert (listing.outcome, listing.links) == ("layout", ())


@pytest.mark.parametrize(
    ("base", "url"),
    [
        pytest.param(
            '<base href="http://www.lanxi.example/fz/">',
            "http://www.lanxi.example/fz/202606/t20260615_48213.html",
            id="base",
        ),
        pytest.param(
            '<base target="_blank">', HOME + "gsyw/202606/t20260615_48213.html", id="base without address"
        ),
        pytest.param('<base href="">', HOME + "gsyw/202606/t20260615_48213.html", id="empty base"),
        pytest.param('<base href="/fz/">', HOME + "fz/202606/t20260615_48213.html", id="relative base"),
    ],
)
def test_base(base: str, url: str) -> None:
    html = item("202606/t20260615_48213.html").replace("<title>", base + "<title>")
    assert [link.url for link in read(html).links] == [url]


def test_a_saved_page_without_address_uses_the_one_it_gives() -> None:
    html = item(ARTICLE).replace(
        "<title>", '<link rel="canonical" href="http://www.lanxi.example/fz/"><title>'
    )
    assert [link.url for link in read(html, url="").links] == ["http://www.lanxi.example" + ARTICLE]
    assert [link.url for link in read(item(ARTICLE), url="").links] == ["http://page.invalid" + ARTICLE]


def one(content: str) -> tuple[str, str, str]:
    (row,) = rows(read(page(content)))
    return row


@pytest.mark.parametrize(
    ("content", "title"),
    [
        pytest.param('<a href="{}" title="民警夜查货车缴获毒品若干公斤">民警夜查货车缴获…</a>', "民警夜查货车缴获毒品若干公斤", id="cut text, whole title attribute"),
        pytest.param('<a href="{}" title="点此阅读">民警夜查货车缴获毒品</a>', "民警夜查货车缴获毒品", id="idle title attribute"),
        pytest.param('<a href="{}"><img src="a.jpg" alt="民警夜查货车缴获毒品"></a>', "民警夜查货车缴获毒品", id="picture only"),
        pytest.param('<a href="{0}"><img src="a.jpg"></a><a href="{0}">民警夜查货车缴获毒品</a><a href="{0}">[查看详情]</a>', "民警夜查货车缴获毒品", id="picture, text and more"),
        pytest.param('<a href="{}"><h3>民警夜查货车缴获毒品</h3><p>15日凌晨，民警在高速路口例行检查时发现一辆货车形迹可疑，经查缴获毒品。</p><i>2026-06-15</i></a>', "民警夜查货车缴获毒品", id="whole card is a link"),
        pytest.param('<a href="{}"><div>06-15</div><div>民警夜查货车缴获毒品</div><div>15日凌晨，民警在高速路口检查时发现可疑货车，经查缴获毒品，嫌疑人已被控制，案件仍在侦办之中，敬请关注本报后续报道。</div></a>', "民警夜查货车缴获毒品", id="card of divs"),
        pytest.param('<a href="{}">  民警夜查<b>货车</b>\n 缴获毒品 </a>', "民警夜查货车 缴获毒品", id="mark-up and line breaks"),
        pytest.param('<textarea><ul><li><a href="{}">民警夜查货车缴获毒品</a></li></ul></textarea>', "民警夜查货车缴获毒品", id="waiting in a textarea"),
    ],
)  # fmt: skip
def test_titles(content: str, title: str) -> None:
    assert one(content.format(ARTICLE))[1] == title


@pytest.mark.parametrize(
    ("beside", "date"),
    [
        pytest.param("<span>2026-06-15 17:53</span>", "06-15 17:53", id="minute"),
        pytest.param("<span>[2026-06-15]</span>", "06-15", id="brackets"),
        pytest.param("（2026年6月5日）", "06-05", id="Chinese"),
        pytest.param("<em>2026/6/5</em>", "06-05", id="slashes"),
        pytest.param("<i>2026.06.05</i>", "06-05", id="points"),
        pytest.param("<span>06-14 09:30</span>", "06-14 09:30", id="no year"),
        pytest.param("<span>6月14日</span>", "06-14", id="no year, Chinese"),
        pytest.param("<span>(6/14)</span>", "06-14", id="no year, slash"),
        pytest.param("<span>26-06-14</span>", "06-14", id="two-digit year"),
        pytest.param("<span>09:30</span>", "06-15 09:30", id="today's clock"),
        pytest.param("<span>23:50</span>", "06-14 23:50", id="a clock that is still to come was yesterday's"),
        pytest.param("<span>20分钟前</span>", "06-15 20:10", id="minutes ago"),
        pytest.param("<span>3小时前</span>", "06-15", id="hours ago"),
        pytest.param("<span>2天前</span>", "06-13", id="days ago"),
        pytest.param("<span>昨天 18:00</span>", "06-14 18:00", id="yesterday"),
        pytest.param("<span>刚刚</span>", "06-15 20:30", id="just now"),
        pytest.param("<div>14</div><div>2026-06</div>", "06-14", id="day in a box"),
        pytest.param("<span>2026-</span><span>06-14</span>", "06-14", id="in two pieces"),
        pytest.param("<span>2026-38-15</span>", "", id="impossible"),
        pytest.param("<span>2027-06-15</span>", "", id="in the future"),
        pytest.param("<span>阅读 2614</span>", "", id="a count"),
        pytest.param("<span>3-2</span>", "03-02", id="not padded"),
    ],
)
def test_dates_beside_a_title(beside: str, date: str) -> None:
    html = f"""<ul><li><a href="/a/48213001.html">民警夜查货车缴获毒品</a>{beside}</li>
    <li><a href="/a/48213002.html">社区戒毒人员重返岗位</a></li><li><a href="/a/48213003.html">禁毒宣传走进百所学校</a></li></ul>"""
    assert rows(read(page(html)))[0][2] == date


def test_a_date_in_the_title_is_not_the_date_of_the_entry() -> None:
    assert one(f'<li><a href="{ARTICLE}">2025年6月26日：我们为什么禁毒</a></li>')[2] == ""


@pytest.mark.parametrize(
    ("text", "title", "date"),
    [
        ("民警夜查货车缴获毒品 2026-06-14", "民警夜查货车缴获毒品", "06-14"),
        ("民警夜查货车缴获毒品(2026-06-14 09:30)", "民警夜查货车缴获毒品", "06-14 09:30"),
        ("民警夜查货车缴获毒品 06-14", "民警夜查货车缴获毒品", "06-14"),
        ("民警夜查货车缴获毒品（6月14日）", "民警夜查货车缴获毒品（6月14日）", ""),
        ("2026-06-14", "2026-06-14", "06-14"),
    ],
)
def test_a_date_inside_the_link_is_no_part_of_the_headline(text: str, title: str, date: str) -> None:
    assert one(f'<ul><li><a href="{ARTICLE}">{text}</a></li></ul>')[1:] == (title, date)


def test_the_address_tells_the_year_that_the_list_leaves_out() -> None:
    html = page(
        '<ul><li><a href="/202403/t20240314_48213.html">旧频道的最后一条新闻</a><span>03-14</span></li></ul>'
    )
    (link,) = read(html).links
    assert link.published_at == datetime(2024, 3, 14, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    "layout",
    [
        pytest.param("{title} 2026-06-1{n}<br>", id="after the links"),
        pytest.param("2026-06-1{n} {title}<br>", id="before the links"),
        pytest.param("<b>2026-06-1{n}</b>{title}<br>", id="in an element before"),
        pytest.param("<dt>{title}</dt><dd>2026-06-1{n}</dd>", id="in the next element"),
    ],
)
def test_dates_between_links_go_to_the_right_one(layout: str) -> None:
    entries = "".join(
        layout.format(n=n, title=f'<a href="/202606/t2026061{n}_4821{n}.html">第{n}条本地禁毒新闻标题</a>')
        for n in range(1, 5)
    )
    assert [row[2] for row in rows(read(page(f"<div>{entries}</div>")))] == [
        "06-11",
        "06-12",
        "06-13",
        "06-14",
    ]


def test_a_column_name_linked_before_the_title_is_no_entry() -> None:
    html = page(
        "<ul>"
        + "".join(
            f'<li>[<a href="/fz/">法治</a>]<a href="/202606/t2026061{n}_4821{n}.html">第{n}条本地禁毒新闻标题</a><span>06-1{n}</span></li>'
            for n in range(1, 4)
        )
        + "</ul>"
    )
    assert [row[2] for row in rows(read(html))] == ["06-11", "06-12", "06-13"]


def front(*groups: tuple[str, int, str]) -> str:
    links = [
        f'<div><a href="{pattern.format(n=48210 + n)}">{title.format(n=n)}</a></div>'
        for pattern, count, title in groups
        for n in range(count)
    ]
    return page(NAVIGATION + "".join(links) + FOOTER)


HEADLINE = "第{n}条来自各地的新闻标题"


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        pytest.param([("/a/{n}_114988", 9, HEADLINE), ("/tag/{n}", 9, HEADLINE)], ["/a/"], id="numbered, tags left out"),
        pytest.param([("/p/{n}1234", 9, HEADLINE), ("/u/{n}1234", 9, "记者{n}")], ["/p/"], id="people are not named like headlines"),
        pytest.param([("/show.asp?id={n}", 6, HEADLINE), ("/list.asp?cid={n}", 6, "栏目{n}")], ["/show.asp?id="], id="number in the query"),
        pytest.param([("/gb/{n}/{n}.html", 5, HEADLINE), ("/gb/{n}/index.html", 5, HEADLINE)], ["/gb/"], id="section indexes left out"),
        pytest.param([("/2026/0615/{n}.html", 9, HEADLINE), ("/detail/{n}", 1, HEADLINE)], ["/2026/0615/"], id="a single odd one beside dated ones"),
        pytest.param([("/news/2026-06-15/{n}.html", 2, HEADLINE)], ["/news/"], id="two dated ones are enough"),
        pytest.param([("/video/2026-06-15/{n}.html", 3, HEADLINE), ("/sh/2026-06-15/{n}.html", 3, HEADLINE)], ["/video/", "/sh/"], id="videos of the same form"),
        pytest.param([("/video/2026/06/15/v{n}", 3, HEADLINE), ("/sh/2026-06-15/{n}.html", 3, HEADLINE)], ["/sh/"], id="videos of another system"),
        pytest.param([("http://bbs.lanxi.example/2026/0615/{n}.html", 5, HEADLINE), ("/2026/0615/{n}.html", 5, HEADLINE)], ["/2026/"], id="a forum"),
        pytest.param([("/2026/0615/{n}.jpg", 5, HEADLINE), ("/2026/0615/{n}.html", 5, HEADLINE)], ["/2026/"], id="picture files"),
        pytest.param([("/2026/0615/{n}.html", 5, HEADLINE), ("/2026/0615/{n}.html?comments=1", 5, "参与{n}人次评论")], ["/2026/"], id="comments of an article"),
    ],
)  # fmt: skip
def test_articles_are_told_from_other_pages(groups: list[tuple[str, int, str]], expected: list[str]) -> None:
    listing = read(front(*groups))
    wanted = {
        re.sub(r"^http://[^/]+", "", pattern.format(n=48210 + n))
        for pattern, count, _ in groups
        if pattern.startswith(tuple(expected)) and not pattern.endswith((".jpg", "index.html", "comments=1"))
        for n in range(count)
    }
    assert {row[0] for row in rows(listing)} == wanted
    assert listing.outcome == "ok"


def test_one_undated_entry_is_believed_where_a_date_stands_beside_it() -> None:
    html = page(
        NAVIGATION
        + '<ul><li><a href="/fz/48213.html">只有一条新闻的县级栏目</a><span>2026-06-15</span></li></ul>'
        + FOOTER
    )
    assert [row[0] for row in rows(read(html))] == ["/fz/48213.html"]


# What the portal's file adds.

PATTERN = (re.compile(r"^https?://news\.lanxi\.example/202606/t\d{8}_\d+\.html$"),)


def test_patterns_are_believed_before_shapes() -> None:
    html = page(
        f'<a href="{ARTICLE}?from=home">短标题</a><a href="/202606/t20260615_x.html">另一种地址的一条新闻</a>'
    )
    assert [link.url for link in read(html, article_patterns=PATTERN).links] == [
        HOME[:-1] + ARTICLE + "?from=home"
    ]


def test_a_page_whose_links_no_longer_match_has_changed() -> None:
    listing = read(page('<a href="/c/20260615/1001.html">改版以后的第一条新闻</a>'), article_patterns=PATTERN)
    assert listing.outcome == "layout"
    assert "article_patterns" in listing.detail
    assert "http://news.lanxi.example/c/20260615/1001.html" in listing.detail


def test_a_page_whose_links_all_lead_away_has_moved() -> None:
    listing = read(
        page('<a href="http://new.example/202606/t20260615_1.html">搬家以后的第一条新闻</a>'),
        hosts=("lanxi.example",),
    )
    assert listing.outcome == "layout"
    assert listing.leads == ("http://new.example/202606/t20260615_1.html",)
    assert "hosts" in listing.detail


@pytest.mark.parametrize("selector", ["#content ul", "//div[@id='content']", "(//ul)[1]"])
def test_a_selector_confines_the_search(selector: str) -> None:
    html = ENORTH.replace(
        "</body>", '<div><a href="/system/2026/06/01/013400009.shtml">侧栏里的一条热门新闻</a></div></body>'
    )
    assert len(read(html).links) == 4
    assert len(read(html, selector=selector).links) == 3


def test_a_selector_that_matches_nothing_is_a_changed_layout() -> None:
    listing = read(ENORTH, selector="#gone")
    assert (listing.outcome, listing.links) == ("layout", ())
    assert "#gone" in listing.detail


# Answers that are no list.


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        pytest.param("", "empty", id="no content"),
        pytest.param("   \n ", "empty", id="blanks"),
        pytest.param("<html><body></body></html>", "empty", id="nothing printed"),
        pytest.param(page(NAVIGATION + "<h2>法治</h2><ul></ul><p>暂无内容</p>" + FOOTER), "empty_list", id="says it is empty"),
        pytest.param(page(NAVIGATION + "<p>" + "本网站由兰溪传媒集团主办，欢迎各界人士来稿。" * 30 + "</p>"), "layout", id="a page about something"),
        pytest.param(page("<p>您访问的页面不存在</p>"), "soft_404", id="not found under 200"),
        pytest.param(page("<h1>您访问的页面不存在</h1>" + ENORTH), "soft_404", id="not found, with today's news beneath"),
        pytest.param(page("<p>刷新频率太快，请稍后再试</p>"), "blocked", id="too fast"),
        pytest.param("<html><head><script>var botd_token='x';function go(){}</script></head><body></body></html>", "blocked", id="script challenge"),
        pytest.param('<html><head><meta http-equiv="refresh" content="0; url=https://live.example/room/1"></head></html>', "stub", id="sends on"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + bytes(500), "not_html", id="picture"),
        pytest.param(b"%PDF-1.7 ...", "not_html", id="PDF"),
        pytest.param('{"data": []}', "not_html", id="JSON"),
        pytest.param('<?xml version="1.0"?><rss><channel></channel></rss>', "layout", id="a feed"),
    ],
)  # fmt: skip
def test_answers_that_are_no_list(body: str | bytes, outcome: str) -> None:
    listing = read(body)
    assert listing.outcome == outcome
    assert listing.links == ()
    assert listing.detail


def test_a_list_with_a_login_box_is_not_blocked() -> None:
    html = ENORTH.replace("<body>", "<body><form>用户名 密码 验证码 登录</form>")
    assert len(read(html).links) == 3


# Feeds.

RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>兰溪新闻网</title><link>http://news.lanxi.example/</link>
<item><title><![CDATA[民警夜查货车<b>缴获</b>毒品]]></title><link>http://news.lanxi.example/a/1.html?x=1&amp;y=2</link><pubDate>Mon, 15 Jun 2026 09:53:00 GMT</pubDate></item>
<item><title>社区戒毒 &amp;amp; 康复</title><link> /a/2.html </link><pubDate>2026-06-14 08:00:00</pubDate></item>
<item><title>没有链接的一条</title><guid isPermaLink="false">48213</guid></item>
<item><title>只有编号的一条</title><guid>http://news.lanxi.example/a/3.html</guid><dc:date>2026-06-13T08:00:00+08:00</dc:date></item>
<item><title>别处的一条新闻标题</title><link>http://other.example/2026/06/15/c_1.html</link></item>
</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>兰溪</title><link rel="self" href="http://news.lanxi.example/atom.xml"/>
<entry><title type="html">民警夜查&lt;b&gt;货车&lt;/b&gt;缴获毒品</title><link rel="enclosure" href="/a/1.mp3"/><link href="/a/1.html"/>
<published>2026-06-15T09:53:00Z</published><updated>2026-06-15T11:00:00Z</updated></entry>
<entry><title>社区戒毒人员重返岗位</title><id>http://news.lanxi.example/a/2.html</id><updated>2026-06-14T00:00:00Z</updated></entry></feed>"""


def test_rss() -> None:
    listing = read(RSS, "feed", hosts=("lanxi.example",))
    assert listing.outcome == "ok"
    assert rows(listing) == [
        ("/a/1.html?x=1&y=2", "民警夜查货车缴获毒品", "06-15 17:53"),
        ("/a/2.html", "社区戒毒 & 康复", "06-14 08:00"),
        ("/a/3.html", "只有编号的一条", "06-13 08:00"),
    ]
    assert listing.leads == ("http://other.example/2026/06/15/c_1.html",)


def test_atom() -> None:
    assert rows(read(ATOM, "feed")) == [
        ("/a/1.html", "民警夜查货车缴获毒品", "06-15 17:53"),
        ("/a/2.html", "社区戒毒人员重返岗位", "06-14 08:00"),
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(' xmlns:dc="http://purl.org/dc/elements/1.1/"', "", id="undeclared prefix"),
        pytest.param("&amp;y", "&y", id="bare ampersand"),
        pytest.param("没有链接", "没有&nbsp;链接", id="HTML entity"),
        pytest.param("</channel></rss>", "", id="cut off"),
        pytest.param(
            '<?xml version="1.0" encoding="utf-8"?>', "\n\n<!-- made by hand -->", id="no declaration"
        ),
        pytest.param("没有链接", "没有\x0b链接", id="control character"),
    ],
)
def test_broken_feeds_are_read_all_the_same(old: str, new: str) -> None:
    assert old in RSS
    assert [row[0] for row in rows(read(RSS.replace(old, new, 1), "feed", hosts=("lanxi.example",)))] == [
        "/a/1.html?x=1&y=2",
        "/a/2.html",
        "/a/3.html",
    ]


def test_a_gbk_feed() -> None:
    body = RSS.replace('encoding="utf-8"', 'encoding="gb2312"').encode("gb18030")
    assert read(body, "feed", content_type="text/xml").links[0].title == "民警夜查货车缴获毒品"


@pytest.mark.parametrize(
    ("body", "outcome", "detail"),
    [
        pytest.param('<rss><channel><title>空</title></channel></rss>', "empty_list", "without items", id="no items"),
        pytest.param("<rss><channel><ite", "layout", "broken", id="cut off before the first item"),
        pytest.param("<urlset><url/></urlset>", "layout", "no RSS or Atom", id="another XML"),
        pytest.param("plain words", "layout", "no RSS or Atom", id="no XML"),
        pytest.param(page("<p>" + "正文内容" * 200 + "</p>"), "layout", "HTML page", id="an HTML page"),
        pytest.param(page("<p>您的访问被禁止</p>"), "blocked", "禁止", id="a refusal"),
        pytest.param("<rss><item><title>无地址的一条</title></item></rss>", "layout", "none with an address", id="no addresses"),
    ],
)  # fmt: skip
def test_feeds_that_are_none(body: str, outcome: str, detail: str) -> None:
    listing = read(body, "feed")
    assert (listing.outcome, listing.links) == (outcome, ())
    assert detail in listing.detail


# JSON list APIs.

ITEMS = [
    {"id": 48213, "title": "民警夜查<em>货车</em>缴获毒品", "url": "/a/48213.html", "pic": "http://img.lanxi.example/1.jpg", "pubtime": "2026-06-15 17:53:00"},
    {"id": 48214, "title": "社区戒毒人员重返岗位", "url": "http://news.lanxi.example/a/48214.html", "pic": "", "pubtime": "2026-06-14 08:00:00"},
]  # fmt: skip
ROWS = [
    ("/a/48213.html", "民警夜查货车缴获毒品", "06-15 17:53"),
    ("/a/48214.html", "社区戒毒人员重返岗位", "06-14 08:00"),
]
MENU = [{"name": "首页", "url": "/"}, {"name": "要闻", "url": "/yw/"}, {"name": "法治", "url": "/fz/"}]


def renamed(**names: str) -> list[dict[str, object]]:
    return [{names.get(key, key): value for key, value in entry.items()} for entry in ITEMS]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(json.dumps({"code": 0, "data": {"total": 2, "list": ITEMS}}), id="nested"),
        pytest.param(json.dumps(ITEMS), id="bare array"),
        pytest.param(json.dumps({"menu": MENU, "items": ITEMS, "ads": [{"url": "/ad/1", "title": "广告"}]}), id="beside menus"),
        pytest.param("callback(" + json.dumps({"data": ITEMS}) + ");", id="JSONP"),
        pytest.param("var list = " + json.dumps(ITEMS) + ";", id="assignment"),
        pytest.param("\ufeff" + json.dumps({"data": ITEMS}), id="byte order mark"),
        pytest.param(json.dumps(renamed(title="DocTitle", url="docPubUrl", pubtime="docRelTime")), id="other names"),
        pytest.param(json.dumps(renamed(title="bt", url="linkUrl", pubtime="publish_date")), id="a title by its looks"),
        pytest.param(json.dumps([{"article": entry, "type": 1} for entry in ITEMS]), id="objects inside"),
        pytest.param(json.dumps([{**entry, "pubtime": moment} for entry, moment in zip(ITEMS, (1781517180, "1781395200000"), strict=True)]), id="epoch seconds and milliseconds"),
        pytest.param(json.dumps([{**entry, "updateTime": "2026-06-15 20:00", "imgUrl": "//img.lanxi.example/2.png"} for entry in ITEMS]), id="later times and pictures"),
    ],
)  # fmt: skip
def test_json_list_apis(body: str) -> None:
    listing = read(body, "json", content_type="application/json")
    assert listing.outcome == "ok"
    assert rows(listing) == ROWS


def test_patterns_choose_among_the_addresses_of_a_json_item() -> None:
    entries = [
        {
            "title": "民警夜查货车缴获毒品",
            "wapUrl": "/wap/1.html",
            "shareUrl": HOME + "202606/t20260615_48213.html",
        }
    ]
    assert [row[0] for row in rows(read(json.dumps(entries), "json", article_patterns=PATTERN))] == [ARTICLE]


@pytest.mark.parametrize(
    ("body", "outcome", "detail"),
    [
        pytest.param('{"code":0,"data":[]}', "empty_list", "without entries", id="empty array"),
        pytest.param('{"code":405,"msg":"no"}', "layout", "no array", id="no array"),
        pytest.param(
            '[{"id":1,"title":"没有地址的一条"}]', "layout", "address and a title", id="no addresses"
        ),
        pytest.param("{'a': 1}", "layout", "no JSON", id="not JSON"),
        pytest.param(page("<p>访问过于频繁</p>"), "blocked", "频繁", id="a refusal"),
        pytest.param(b"%PDF-1.7", "not_html", "PDF", id="PDF"),
    ],
)
def test_json_that_is_no_list(body: str | bytes, outcome: str, detail: str) -> None:
    listing = read(body, "json")
    assert (listing.outcome, listing.links) == (outcome, ())
    assert detail in listing.detail


# Hostile input: the answer is clear and comes soon; a regression shows as a test that hangs.

MEGABYTES = 8 * 2**20
ENTRY = b"<li><a href=/202606/t20260615_48213.html>abcdefghijkl</a></li>"


@pytest.mark.parametrize(
    ("kind", "body", "outcome"),
    [
        pytest.param("list", b"<div>" * 200_000 + ENTRY, "layout", id="200,000 nested tags"),
        pytest.param("list", ENTRY * (MEGABYTES // len(ENTRY)), "ok", id="8 MB of links"),
        pytest.param("list", b"<a href=/202606/t20260615_48213.html>abcdefgh<div>" * 20_000, "ok", id="links inside links"),
        pytest.param("list", b"x" * (MEGABYTES + 1), "layout", id="too large"),
        pytest.param("list", b"<" * 1_000_000, "layout", id="brackets"),
        pytest.param("list", b"<a title=k href=/x/12345.html>" + b"." * 3000 + b"x</a>", "layout", id="points"),
        pytest.param("list", b"<a href=/" + b"1" * 1900 + b"x.html>abcdefghijkl</a>", "layout", id="a long number"),
        pytest.param("list", b"<a href=/x/" + b"1-" * 900 + b"x.html>abcdefghijkl</a>", "layout", id="a long chain of numbers"),
        pytest.param("list", (b"<textarea>" + ENTRY) * 20_000, "ok", id="nested text areas"),
        pytest.param("feed", b"<rss>" + b"<channel>" * 200_000, "layout", id="deep feed"),
        pytest.param("feed", b"<rss><item><title>" + b"&lt;" * 1_000_000 + b"</title><link>/a/1.html</link></item></rss>", "ok", id="long title"),
        pytest.param("json", b"[" * 200_000, "layout", id="deep JSON"),
        pytest.param("json", b'{"a":' * 200_000, "layout", id="deep JSON objects"),
        pytest.param("json", b'[{"url":"/1.html","title":"abc","time":' + b"9" * 5000 + b"}]", "layout", id="huge number"),
        pytest.param("json", b"[" + b'[{"url":"/a/1.html","title":"abcdefgh"}],' * 100_000 + b"[]]", "ok", id="100,000 arrays"),
    ],
)  # fmt: skip
def test_hostile_input_ends_with_a_clear_answer(kind: SourceKind, body: bytes, outcome: str) -> None:
    listing = read(body, kind, content_type="")
    assert listing.outcome == outcome
    assert listing.links or listing.detail


@pytest.mark.parametrize(
    "prologue",
    [
        pytest.param('<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/hostname">]>', id="reads a file"),
        pytest.param('<!DOCTYPE rss SYSTEM "http://evil.example/x.dtd">', id="fetches a declaration"),
        pytest.param('<!-- <rss> --><?p <rss> ?>\n<!DOCTYPE rss [<!ENTITY x "a"><!ENTITY y "&x;&x;&x;">]>', id="hides behind a comment"),
        pytest.param('<!doctype rss [<!ENTITY x "a">]>', id="small letters"),
    ],
)  # fmt: skip
def test_a_feed_that_declares_entities_is_refused(prologue: str) -> None:
    body = f'<?xml version="1.0"?>{prologue}<rss><item><title>&x;</title><link>/a/1.html</link></item></rss>'
    for raw in (body.encode(), body.encode("utf-16")):
        listing = read(raw, "feed", content_type="text/xml")
        assert (listing.outcome, listing.links) == ("layout", ())
        assert "refused" in listing.detail


def test_a_document_type_inside_an_article_is_only_text() -> None:
    assert (
        len(
            read(
                RSS.replace("没有链接", "<![CDATA[<!DOCTYPE html>]]>"), "feed", hosts=("lanxi.example",)
            ).links
        )
        == 3
    )
