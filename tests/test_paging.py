"""Where a list goes on, on the pagers of the families."""

from datetime import datetime

import pytest

from crawler.reading import ListRules, Page, read_list
from crawler.reading.anchors import anchors_in
from crawler.reading.document import parse
from crawler.reading.paging import next_page, templated_page
from storage import SHANGHAI

HOST = "http://www.lanxi.example"


def following(pager: str, path: str) -> str | None:
    text = f"<html><body><div>{pager}</div></body></html>"
    root = parse(text).root
    assert root is not None
    found = next_page(text, anchors_in([root], HOST + path), HOST + path)
    return found.removeprefix(HOST) if found else None


def links(**named: str) -> str:
    return " ".join(f'<a href="{href}">{name.strip("_")}</a>' for name, href in named.items())


@pytest.mark.parametrize(
    ("path", "pager", "expected"),
    [
        ("/gsyw/", '<a href="index_2.html">下一页</a>', "/gsyw/index_2.html"),
        ("/gsyw/index_2.html", '<a href="index_1.html">上一页</a><a href="index_3.html">下一页 &gt;</a>', "/gsyw/index_3.html"),
        ("/gsyw/", "<script>createPageHTML(25, 0, 'index', 'html');</script>", "/gsyw/index_1.html"),
        ("/gsyw/index_1.html", '<script>createPageHTML(25,1,"index","html")</script>', "/gsyw/index_2.html"),
        ("/gsyw/index_24.html", '<script>createPageHTML(25,24,"index","html")</script>', None),
        ("/node_381.htm", links(_1="node_381.htm", _2="node_381_2.htm", _3="node_381_3.htm"), "/node_381_2.htm"),
        ("/node_381_2.htm", links(_1="node_381.htm", _3="node_381_3.htm"), "/node_381_3.htm"),
        ("/list_9_1.shtml", '<a href="list_9_2.shtml">2</a><a href="list_9_3.shtml">3</a>', "/list_9_2.shtml"),
        ("/so?q=%BD%FB%B6%BE", '<a href="?q=%BD%FB%B6%BE&page=2">下一页</a>', "/so?q=%BD%FB%B6%BE&page=2"),
        ("/so?q=a&page=2", '<a href="?q=a&page=3">&gt;&gt;</a>', "/so?q=a&page=3"),
        ("/gsyw/index.shtml", '<a href="/system/count//0018005/000000000000/000/000/c000000000018005_000000061.shtml">下一页</a>', "/system/count//0018005/000000000000/000/000/c000000000018005_000000061.shtml"),
        ("/gsyw/page/2/", '<a href="/gsyw/page/3/">下页</a>', "/gsyw/page/3/"),
        ("/fzxw/", '<a href="list_3_2.html">下一页</a>', "/fzxw/list_3_2.html"),
        ("/?cat=3", '<a href="/?cat=3&paged=2">下一页 »</a>', "/?cat=3&paged=2"),
    ],
    ids=["named", "the second", "TRS", "TRS second", "TRS last", "numbers", "numbers, second", "numbers from 1", "query", "query, arrow", "enorth", "folder", "channel and page", "paged"],
)  # fmt: skip
def test_a_list_goes_on(path: str, pager: str, expected: str | None) -> None:
    assert following(pager, path) == expected


@pytest.mark.parametrize(
    ("path", "pager"),
    [
        ("/gsyw/index_9.html", links(_1="index_1.html", _8="index_8.html")),
        ("/gsyw/", '<a href="http://other.example/gsyw/index_2.html">下一页</a>'),
        ("/gsyw/", '<a href="/zwyw/index_2.html">下一页</a>'),
        ("/gsyw/", '<a href="javascript:next()">下一页</a>'),
        ("/gsyw/index_2.html", '<a href="index_2.html">下一页</a>'),
        ("/gsyw/", '<a href="/2026/06/15/048213.shtml">下一页</a>'),
        ("/gsyw/", '<a href="2.html">近两年禁毒工作综述</a>'),
        ("/gsyw/", "<script>createPageHTML(1, 0, 'index', 'html');</script>"),
    ],
    ids=[
        "the last",
        "another host",
        "another channel",
        "a script",
        "itself",
        "an article",
        "a headline",
        "one page",
    ],
)
def test_or_ends(path: str, pager: str) -> None:
    assert following(pager, path) is None


@pytest.mark.parametrize(
    ("template", "first", "url", "expected"),
    [
        ("/l_{page}.html", 1, "/l.html", "/l_2.html"),
        ("/l_{page}.html", 1, "/l_7.html", "/l_8.html"),
        ("/l_{page}.html", 0, "/", "/l_1.html"),
        ("/so?q=a&p={page}", 1, "/so?q=a&p=1", "/so?q=a&p=2"),
    ],
)
def test_a_portals_file_may_say_where(template: str, first: int, url: str, expected: str) -> None:
    assert templated_page(template, url, first) == expected


def test_reading_a_list_tells_its_next_page() -> None:
    rows = "".join(
        f'<li><a href="/2026/06/15/0{n}.shtml">兰溪禁毒宣传走进第{n}小学</a></li>' for n in range(101, 109)
    )
    body = f'<html><body><ul>{rows}</ul><a href="index_2.html">下一页</a></body></html>'
    page = Page(
        body=body.encode(), url=f"{HOST}/gsyw/", fetched_at=datetime(2026, 6, 15, 12, tzinfo=SHANGHAI)
    )
    assert [link.url for link in read_list(page, "list").further] == [f"{HOST}/gsyw/index_2.html"]
    said = read_list(page, "list", ListRules(page_url=f"{HOST}/gsyw/{{page}}.html", first_page=0))
    assert [link.url for link in said.further] == [f"{HOST}/gsyw/1.html"]
