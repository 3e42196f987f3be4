"""Telling articles from other pages by their addresses alone."""

import re

import pytest

from tests.listings import FOOTER, NAVIGATION, page, read, rows


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
        pytest.param([("/?p={n}", 6, HEADLINE), ("/?cat={n}", 6, "栏目{n}")], ["/?p="], id="number in the query of the front page"),
        pytest.param([("/pc/content/64{n}/71.html", 5, HEADLINE), ("/pc/list/11/index.html", 1, HEADLINE)], ["/pc/content/"], id="number in the folder"),
        pytest.param([("/060614/55/2{n}.html", 5, HEADLINE), ("/331499/55/2{n}.jpg", 5, HEADLINE)], ["/060614/"], id="day of six figures"),
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


def test_items_are_articles_where_the_list_dates_them() -> None:
    links = "".join(
        f'<li><a href="/Item/{4821 + n}.aspx">{HEADLINE.format(n=n)}</a>{{}}</li>' for n in range(5)
    )
    assert len(read(page(links.replace("{}", "<i>2026-06-14</i>"))).links) == 5
    assert read(page(links.replace("{}", ""))).links == ()
