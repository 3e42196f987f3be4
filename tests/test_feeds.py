"""RSS and Atom: sound, broken, hostile, and what is no feed."""

import pytest

from tests.listings import page, read, rows

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
