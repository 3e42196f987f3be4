"""The page as people see it: a real Chromium reads a stocked archive.

Without a browser these tests are left out, but not where `JINDU_NEED_BROWSER` is set.
"""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from scheduler.web.app import serving
from storage import open_database
from tests.readers import HOSTILE, TOKEN, library, site

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIETLY = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
PAGES = (
    "/", "/search?q=禁毒", "/search?q=没有这样的词", "/search?q=(", "/story/1", "/story/{story}", "/figures?split=province&of=heroin",
    "/figures?measure=people_reached", "/figures/sources?day=2026-03-02", "/portals", "/brief?week=2026-03-02", "/saved", "/login", "/no-such-page",
)  # fmt: skip
pytestmark = [
    # With `--dist loadgroup` one browser serves all of them; otherwise one a process that takes some.
    pytest.mark.xdist_group("browser"),
    pytest.mark.skipif(
        CHROMIUM is None and "JINDU_NEED_BROWSER" not in os.environ,
        reason="no Chromium is installed (Debian: apt-get install chromium)",
    ),
]

Open = Callable[..., Page]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    assert CHROMIUM, "JINDU_NEED_BROWSER is set, but no Chromium is installed"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIETLY))
        yield started
        started.close()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with library(tmp_path_factory.mktemp("browser") / "archive.db") as served:
        yield served


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Open]:
    """Open a page as a reader with a screen and settings of their own; what the browser complains of fails the test."""
    contexts = []
    complaints: list[str] = []

    def opened(path: str = "/", **settings: Any) -> Page:
        context = browser.new_context(base_url=address, **({"locale": "zh-CN"} | settings))
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on(
            "console", lambda message: complaints.append(message.text) if message.type == "error" else None
        )
        page.on("request", lambda request: foreign(request.url, address, complaints))
        page.on("dialog", lambda dialog: complaints.append(dialog.message))
        page.goto(path.replace("{story}", str(twice_told(address))))
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not [one for one in complaints if "status of 4" not in one]


def foreign(url: str, address: str, complaints: list[str]) -> None:
    if not url.startswith((address, "data:")):
        complaints.append(f"asked for {url}")


def twice_told(address: str) -> int:
    """A story with two reports."""
    import requests

    hits = requests.get(f"{address}/api/v1/search", params={"q": "第203号案件"}).json()["hits"]
    return int(next(hit["story"] for hit in hits if hit["reports"] == 2))


class TestSearch:
    def test_words_facets_and_back(self, visit: Open) -> None:
        page = visit("/")
        page.get_by_role("searchbox").fill("冰毒")
        page.get_by_role("searchbox").press("Enter")
        expect(page.get_by_role("status")).to_contain_text("共")
        assert page.locator(".hit mark").first.inner_text() == "冰毒"
        page.get_by_role("complementary").get_by_role("link", name="云南", exact=True).click()
        assert {tag.inner_text() for tag in page.locator(".hit .tag:first-child").all()} == {"云南"}
        page.get_by_role("link", name="省份：云南").click()
        assert len({tag.inner_text() for tag in page.locator(".hit .tag:first-child").all()}) > 1
        page.get_by_role("link", name="下一页").click()
        assert "before=" in page.url

    def test_dates_keep_the_other_choices(self, visit: Open) -> None:
        page = visit("/search?q=冰毒&province=云南&first=1")
        page.get_by_label("自 Since").fill("2025-12-01")
        page.get_by_role("button", name="限定日期").click()
        asked = parse_qs(urlsplit(page.url).query)
        assert (asked["province"], asked["since"], asked["first"]) == (["云南"], ["2025-12-01"], ["1"])
        expect(page.get_by_role("link", name="自 2025-12-01")).to_be_visible()

    def test_months_are_drawn_and_chosen(self, visit: Open) -> None:
        page = visit("/search?q=冰毒&province=云南")
        page.get_by_text("时间 Over time").click()
        months = page.get_by_role("meter")
        assert months.count() > 5
        page.get_by_role("link", name="2026-01", exact=True).click()
        dates = {time.inner_text()[:7] for time in page.locator(".hit time").all()}
        assert dates == {"2026-01"}
        expect(page.get_by_role("link", name="省份：云南")).to_be_visible()

    def test_the_feed_is_found(self, visit: Open) -> None:
        page = visit("/search?q=冰毒&province=云南")
        link = page.locator("link[rel=alternate][type='application/atom+xml']")
        answer = page.request.get(link.get_attribute("href") or "")
        assert answer.ok
        assert "<feed" in answer.text()

    def test_a_mistake_is_explained_and_kept(self, visit: Open) -> None:
        page = visit("/search?q=(禁毒")
        expect(page.get_by_role("alert")).to_contain_text("bracket")
        expect(page.get_by_role("searchbox")).to_have_value("(禁毒")

    def test_a_search_is_kept_and_dropped(self, visit: Open) -> None:
        page = visit("/search?q=冰毒&province=云南")
        page.get_by_label("收藏这个检索").fill("云南 <b>冰毒</b>")
        page.get_by_role("button", name="收藏 Save").click()
        expect(page.get_by_role("link", name="云南 <b>冰毒</b>")).to_be_visible()
        assert page.request.get(page.get_by_role("link", name="Atom").get_attribute("href") or "").ok
        page.get_by_role("link", name="云南 <b>冰毒</b>").click()
        expect(page.get_by_role("link", name="省份：云南")).to_be_visible()
        page.goto("/saved")
        page.get_by_role("button", name="删除").click()
        expect(page.get_by_role("link", name="云南 <b>冰毒</b>")).to_have_count(0)

    def test_a_query_that_cannot_be_read_is_met_with_others(self, visit: Open) -> None:
        page = visit("/search?q=(")
        expect(page.locator("main h1")).to_contain_text("看不懂这个问题")
        for example in page.locator("main li a").all():
            assert page.request.get(example.get_attribute("href") or "").ok

    def test_what_was_judged_irrelevant_is_found_on_request(self, visit: Open) -> None:
        page = visit("/search?q=春耕")
        expect(page.get_by_role("status")).to_contain_text("共 0 篇")
        page.get_by_role("link", name="不相关的也看").click()
        expect(page.get_by_role("status")).to_contain_text("共 1 篇")
        page.get_by_role("link", name="不相关的也看").click()
        expect(page.get_by_role("status")).to_contain_text("共 0 篇")


class TestStory:
    def test_evidence_and_figures_are_marked(self, visit: Open) -> None:
        page = visit("/search?q=第104号案件")
        page.locator(".hit h3 a").first.click()
        expect(page.locator("h1 mark")).to_have_text("禁毒")
        expect(page.locator(".text mark[title*='drug word']").first).to_have_text("禁毒")
        link = page.locator(".figures a").first
        link.click()
        target = page.locator(f"[id='{urlsplit(page.url).fragment}']")
        expect(target).to_be_in_viewport()
        assert target.inner_text() in link.locator("xpath=..").inner_text()
        assert target.evaluate("one => getComputedStyle(one).outlineStyle") == "solid"

    def test_what_was_changed_and_removed(self, visit: Open) -> None:
        page = visit("/story/1")
        expect(page.locator(".diff del")).to_have_text("1.2")
        expect(page.locator(".diff ins")).to_have_text("12")
        expect(page.locator("p.fate")).to_contain_text("原网页已删除")

    def test_reprints_stand_in_time(self, visit: Open) -> None:
        page = visit("/story/{story}")
        assert page.locator("tbody tr").count() == 2
        # A reprint word for word is not printed twice: its number leads to its line.
        anchors = {one.get_attribute("id") for one in page.locator("[id^=a]").all()}
        wanted = page.request.get("/api/v1/search?q=第203号案件").json()["hits"]
        assert {f"a{hit['id']}" for hit in wanted} <= anchors
        expect(page.locator("tbody tr").first).to_contain_text("首发")
        expect(page.locator("tbody tr").last).to_contain_text("分钟")


class TestFigures:
    def test_bars_lead_to_their_words(self, visit: Open) -> None:
        page = visit("/figures?measure=drugs_seized&of=heroin&split=province&step=month")
        bars = page.locator("figure svg a")
        assert bars.count() > 10
        words = bars.last.get_attribute("aria-label") or ""
        bars.last.focus()
        page.keyboard.press("Enter")
        expect(page.locator("main h1")).to_contain_text("出处")
        assert re.search(r"\d+(\.\d+)?千?克", words)
        expect(page.locator("tbody q").first).to_contain_text("海洛因")
        page.get_by_role("link", name="回到图").click()
        assert parse_qs(urlsplit(page.url).query)["split"] == ["province"]
        page.go_back()
        page.locator("tbody a").first.click()
        expect(page.locator(".figures")).to_be_visible()

    def test_what_was_watched_stands_under_it(self, visit: Open) -> None:
        page = visit("/figures?of=heroin&step=month")
        bars, strip = page.locator("figure svg a"), page.locator("figure rect[class^=w]")
        assert bars.count() == strip.count() == page.locator("tbody tr").count() == 13
        assert "没有看过" in (strip.first.text_content() or "")
        assert "看了" in (strip.last.text_content() or "")
        for bar, under in ((bars.first, strip.first), (bars.last, strip.last)):
            above, below = bar.bounding_box(), under.bounding_box()
            assert above
            assert below
            assert abs(above["x"] + above["width"] / 2 - below["x"] - below["width"] / 2) < 8

    def test_choices_are_kept(self, visit: Open) -> None:
        page = visit("/figures?province=云南")
        page.locator("select[name=of]").select_option("heroin")
        page.get_by_label("统计数字").check()
        page.get_by_role("button", name="画图").click()
        expect(page.get_by_label("统计数字")).to_be_checked()
        assert parse_qs(urlsplit(page.url).query)["province"] == ["云南"]
        expect(page.locator("select[name=of]")).to_have_value("heroin")


@pytest.mark.parametrize("path", PAGES)
def test_everybody_can_use_it(visit: Open, path: str) -> None:
    """Nothing scrolls sideways on a phone or a desktop, and axe finds nothing serious in light or dark."""
    page = visit(path, bypass_csp=True)
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 740})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
        grave = [
            (scheme, one["id"], node["html"], node["failureSummary"])
            for one in found
            if one["impact"] in ("serious", "critical")
            for node in one["nodes"]
        ]
        assert not grave


def test_dark_is_dark(visit: Open) -> None:
    colours = {
        scheme: visit("/", color_scheme=scheme).evaluate("getComputedStyle(document.body).backgroundColor")
        for scheme in ("light", "dark")
    }
    light, dark = (sum(map(int, re.findall(r"\d+", colours[scheme]))) for scheme in ("light", "dark"))
    assert light > 700
    assert dark < 100


def test_all_of_it_works_without_scripts(visit: Open) -> None:
    page = visit("/", java_script_enabled=False)
    page.get_by_role("searchbox").fill("冰毒")
    page.get_by_role("button", name="检索 Search").click()
    page.locator(".hit h3 a").first.click()
    expect(page.locator(".report").first).to_be_visible()
    page.locator("summary").first.click()
    page.goto("/figures?of=heroin")
    assert page.locator("figure svg a").count() > 3
    assert page.locator("script").count() == 0


class TestKeyboard:
    def test_the_first_key_skips_to_the_content(self, visit: Open) -> None:
        page = visit("/search?q=禁毒")
        page.keyboard.press("Tab")
        expect(page.locator(".skip")).to_be_focused()
        expect(page.locator(".skip")).to_be_in_viewport()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("document.querySelector('main').contains(document.activeElement)")

    def test_everything_is_reached_and_seen(self, visit: Open) -> None:
        page = visit("/search?q=第104号案件")
        wanted = page.evaluate(
            "[...document.querySelectorAll('a[href],button,input:not([type=hidden]),select,summary')]"
            ".filter(one => one.checkVisibility()).length"
        )
        reached = set()
        for _ in range(wanted + 8):
            page.keyboard.press("Tab")
            told = page.evaluate(
                "(() => {const one = document.activeElement; const style = getComputedStyle(one);"
                "return [[...document.querySelectorAll('*')].indexOf(one), style.outlineStyle, one.tagName]})()"
            )
            assert told[1] != "none" or told[2] == "BODY", told
            reached.add(told[0])
        assert len(reached) >= wanted


@pytest.mark.parametrize("path", ["/brief?week=2026-03-02", "/story/1", "/search?q=禁毒"])
def test_paper_has_the_words_and_no_buttons(visit: Open, path: str) -> None:
    page = visit(path)
    page.emulate_media(media="print")
    expect(page.locator("nav").first).to_be_hidden()
    expect(page.locator("form.find")).to_be_hidden()
    expect(page.locator("main h1")).to_be_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    if "search" in path:
        expect(page.locator("aside")).to_be_hidden()
    assert page.pdf().startswith(b"%PDF")


def test_the_brief_tells_a_week(visit: Open) -> None:
    page = visit("/brief?week=2026-03-02")
    expect(page.locator("main h1")).to_contain_text("2026-03-02")
    assert page.locator(".brief li").count() >= 5
    expect(page.locator("main")).to_contain_text("缴获：")
    page.get_by_role("link", name="上周").click()
    expect(page.locator("main h1")).to_contain_text("2026-02-23")


def test_the_map_shows_where_there_is_news(visit: Open) -> None:
    page = visit("/")
    assert page.locator(".map li").count() == 31
    tile = page.locator(".map li.some", has_text="甘肃")
    tile.locator("a").click()
    assert {tag.inner_text() for tag in page.locator(".hit .tag:first-child").all()} == {"甘肃"}


def test_hostile_headlines_do_nothing(visit: Open) -> None:
    for path in (
        "/",
        "/search?q=禁 毒&since=2026-03-02",
        "/brief?week=2026-03-02",
        "/figures/sources?day=2026-03-02",
    ):
        page = visit(path)
        assert HOSTILE["script"] in page.locator("main").inner_text()
        assert HOSTILE["entity"].replace("&#x202e;", "") in page.locator("main").inner_text().replace(
            "&#x202e;", ""
        )
        assert "owned" not in page.title()
        assert (
            page.locator("main script, main img, main svg[onload], main b:has-text('Set-Cookie')").count()
            == 0
        )
        shown = page.locator("main").inner_html()
        assert not set("\u202e\u2066\u200f\x00\x07") & set(shown)
        assert "\u0301" * 3 not in shown
        assert all(
            urlsplit(link.get_attribute("href") or "").scheme in ("", "http", "https")
            for link in page.locator("a").all()[:50]
        )


def test_an_empty_archive_says_what_to_do(browser: Browser, tmp_path: Any) -> None:
    with open_database(str(tmp_path / "empty.db")) as database, serving(site(database)) as served:
        page = browser.new_page(base_url=served)
        told = {}
        for path in ("/", "/search", "/figures", "/portals", "/brief", "/saved"):
            page.goto(path)
            told[path] = page.locator("main").inner_text()
        page.close()
    assert "jindu run" in told["/"]
    assert "jindu run" in told["/portals"]
    assert all(told.values())


def test_a_reader_with_the_token_gets_in(browser: Browser, tmp_path: Any) -> None:
    with (
        open_database(str(tmp_path / "closed.db")) as database,
        serving(site(database, token=TOKEN)) as served,
    ):
        page = browser.new_page(base_url=served)
        page.goto("/search?q=x")
        page.get_by_label("令牌").fill(TOKEN)
        page.get_by_role("button", name="进入").click()
        expect(page.locator("main h1")).to_contain_text("今日")
        page.close()
