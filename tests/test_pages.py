"""Articles of several pages become one."""

from dataclasses import replace
from datetime import UTC, datetime

from crawler.reading import Reading
from crawler.spiders.pages import MOST_PAGES, Pages
from storage import Article, Image

STEM = "http://p.example/a"


def page(number: int, text: str = "", *, missing: tuple[int, ...] = ()) -> Article:
    url = f"{STEM}_{number}.html"
    return Article(
        url=url,
        canonical_url=url,
        portal="p",
        title="标题",
        published_at=None,
        source=None,
        text=text or f"第{number}页",
        images=(Image(url=f"{STEM}.jpg"), Image(url=f"{STEM}_{number}.jpg")),
        missing_pages=tuple(f"{STEM}_{n}.html" for n in missing),
        fetched_at=datetime(2026, 6, 26, tzinfo=UTC),
        charset="utf-8",
        charset_from="meta",
    )


def begun(*missing: int) -> Pages:
    return Pages.begin(Reading(outcome="article", article=page(1, missing=missing)))


def test_an_article_of_one_page_is_left_as_it_is() -> None:
    pages = begun()
    assert pages.next is None
    assert pages.article() == page(1)


def test_pages_are_joined_in_order_with_each_picture_once() -> None:
    pages = begun(2, 3).with_page(page(2, missing=(1, 3))).with_page(page(3, missing=(1, 2)))
    assert pages.next is None
    joined = pages.article()
    assert joined is not None
    assert joined.text == "第1页\n第2页\n第3页"
    assert [image.url[-7:] for image in joined.images] == ["e/a.jpg", "a_1.jpg", "a_2.jpg", "a_3.jpg"]
    assert joined.missing_pages == ()
    assert joined.trace[-1].detail == "3 pages joined"


def test_a_pager_that_shows_only_the_next_page_is_followed() -> None:
    pages = begun(2).with_page(page(2, missing=(3,)))
    assert pages.next == f"{STEM}_3.html"


def test_a_lost_page_is_named() -> None:
    joined = begun(2, 3).with_page(None).with_page(page(3)).article()
    assert joined is not None
    assert joined.text == "第1页\n第3页"
    assert joined.missing_pages == (f"{STEM}_2.html",)


def test_the_first_page_again_in_place_of_another_is_not_repeated() -> None:
    joined = begun(2).with_page(replace(page(2), text="第1页")).article()
    assert joined is not None
    assert joined.text == "第1页"


def test_an_endless_pager_ends() -> None:
    pages = begun(2)
    asked = 0
    while pages.next is not None:
        asked += 1
        pages = pages.with_page(page(asked + 1, missing=(asked + 2,)))
    assert asked == MOST_PAGES - 1
    article = pages.article()
    assert article is not None
    assert article.missing_pages == (f"{STEM}_{MOST_PAGES + 1}.html",)
