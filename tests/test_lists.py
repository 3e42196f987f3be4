"""Reading lists: any family of templates without selectors, what a portal file adds, and what is no list at all."""

import pytest

from storage import SourceKind
from tests.listings import ARTICLE, FOOTER, HOME, NAVIGATION, PATTERN, page, read, rows

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


# What the portal's file adds.


def test_a_list_tells_its_charset() -> None:
    assert [read(ENORTH.encode(charset)).charset for charset in ("utf-8", "gb18030")] == ["utf-8", "gb18030"]
    assert read("").charset == ""


def test_the_portals_charset_is_believed_before_the_declared_one() -> None:
    html = ENORTH.replace("<head>", '<head><meta charset="big5">').encode("gb18030")
    assert (
        read(html, content_type="text/html; charset=big5", charset="gb18030").links[1].title
        == "禁毒宣传走进百所中小学"
    )


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
        pytest.param('<?xml version="1.0"?><rss><channel></channel></rss>', "not_html", id="a feed"),
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
