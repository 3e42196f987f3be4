"""Links as pages print them: odd addresses, bases, and the words that name an article."""

import pytest

from tests.listings import ARTICLE, HOME, item, one, read


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


def test_a_list_that_waits_in_a_script() -> None:
    waiting = f"<record><![CDATA[{item(ARTICLE)}]]></record>"
    [link] = read(f'<html><body><script type="text/xml">{waiting}</script></body></html>').links
    assert link.url == HOME[:-1] + ARTICLE
    assert read(f"<html><body><script>document.write('{waiting}')</script></body></html>").links == ()
