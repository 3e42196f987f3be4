"""`jindu portals check` and `jindu portals add`: a portal tried once, and a new one written to a file."""

import json
import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from crawler.portals import load_portals
from crawler.replica import Fault, Replica
from crawler.robots import answered
from scheduler.fetching import FetchError, RobotsMemory
from scheduler.trying import Visitor
from storage import SHANGHAI, Catalog, open_database
from tests.replicas import INVENTED
from tests.test_cli import Call, call

__all__ = ["call"]


@pytest.fixture
def web(replica: Replica, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Replica:
    """The replica as the proxy of this process, its portals as the only ones watched."""
    monkeypatch.setenv("http_proxy", replica.proxy_url)
    monkeypatch.delenv("no_proxy", raising=False)
    names = ", ".join(f'"{name}"' for name in INVENTED)
    (tmp_path / "jindu.toml").write_text(
        f'[archive]\nurl = "a.db"\n[crawl]\nportals = "{replica.portals_dir}"\nonly = [{names}]', "utf-8"
    )
    return replica


def tried(call: Call, *names: str) -> dict[str, Any]:
    """What `portals check` said of each source, by its address."""
    answer = call("portals", "check", *names, "--json")
    return {told["source"]: told for told in map(json.loads, answer.stdout.splitlines())}


WRONG = {
    "the list answers 500": (Fault(kind="http_500", host="fazhi.longshang.example"), "500"),
    "a challenge": (Fault(kind="waf", host="fazhi.longshang.example"), "blocked"),
    "an empty answer": (Fault(kind="empty", host="fazhi.longshang.example"), "empty"),
    "moved off the site": (Fault(kind="moved_off_site", host="fazhi.longshang.example"), "not fetched"),
}


class TestCheck:
    def test_every_source_of_a_healthy_web_works(self, call: Call, web: Replica) -> None:
        answer = call("portals", "check")
        assert answer.exit_code == 0, answer.output
        assert answer.stdout.count("✓ 「") >= len(INVENTED)
        assert "✗" not in answer.stdout
        asked = {request.path for request in web.requests}
        assert "/robots.txt" in asked
        assert not (Path("a.db")).exists()

    def test_samples_are_told_as_read(self, call: Call, web: Replica) -> None:
        told = tried(call, "guihai")["http://www.guihai.example/gxnews/node_1101.htm"]
        assert (told["works"], told["outcome"], len(told["samples"])) == (True, "ok", 2)
        printed = {report.url: report for report in web.reports()}
        for sample in told["samples"]:
            assert sample["title"] == printed[sample["url"]].title
            assert sample["source"] == printed[sample["url"]].source
            assert sample["published_at"]

    @pytest.mark.parametrize(("fault", "told"), WRONG.values(), ids=WRONG)
    def test_what_is_wrong_is_said_and_the_rest_goes_on(
        self, call: Call, web: Replica, fault: Fault, told: str
    ) -> None:
        web.fault(fault)
        answer = call("portals", "check", "longshang")
        assert answer.exit_code == 1
        lines = answer.stdout.splitlines()
        [bad] = [line for line in lines if line.startswith("  ✗")]
        assert "fazhi.longshang.example" in bad
        assert told in bad
        assert any(line.startswith("  ✓") and "www.longshang.example" in line for line in lines)
        assert "1 of 2 sources" in answer.stderr

    def test_an_article_that_cannot_be_read_is_wrong(self, call: Call, web: Replica) -> None:
        web.fault(Fault(kind="waf", host="www.longshang.example", path="/system/"))
        told = tried(call, "longshang")["http://www.longshang.example/gsyw/index.shtml"]
        assert (told["outcome"], told["works"]) == ("ok", False)
        assert [sample["outcome"] for sample in told["samples"]] == ["blocked", "blocked"]

    def test_a_portal_that_is_off_is_tried_when_named(self, call: Call, web: Replica, tmp_path: Path) -> None:
        folder = tmp_path / "mine"
        folder.mkdir()
        text = (Path(web.portals_dir) / "guihai.toml").read_text("utf-8")
        off = text.replace('evidence = "A"', 'evidence = "A"\nenabled = false\noff_because = "being rebuilt"')
        (folder / "guihai.toml").write_text(off, "utf-8")
        (tmp_path / "jindu.toml").write_text('[crawl]\nportals = "mine"\nonly = ["guihai"]', "utf-8")
        assert "all 0 sources" in call("portals", "check").stdout
        named = call("portals", "check", "guihai")
        assert named.exit_code == 0
        assert "being rebuilt" in named.stdout

    def test_an_unknown_name_is_exit_2(self, call: Call, web: Replica) -> None:
        assert call("portals", "check", "nowhere").exit_code == 2

    def test_the_pace_is_kept_between_pages(self, web: Replica) -> None:
        pauses: list[float] = []
        visitor = Visitor(60.0, lambda _: True, pause=pauses.append)
        for _ in range(3):
            visitor.get("http://www.guihai.example/gxnews/node_1101.htm")
        assert [request.path for request in web.requests].count("/robots.txt") == 1
        assert len(pauses) == 3
        assert all(50 < pause <= 60 for pause in pauses)

    def test_what_robots_txt_asks_for_is_the_pace(self, web: Replica) -> None:
        pauses: list[float] = []
        book, now = RobotsMemory(), datetime.now(SHANGHAI)
        rules = b"User-agent: *\nCrawl-delay: 30\nDisallow: /private/\n"
        book.keep(answered(None, "http://www.guihai.example", 200, rules, now))
        visitor = Visitor(1.0, lambda _: True, pause=pauses.append, book=book)
        visitor.get("http://www.guihai.example/gxnews/node_1101.htm")
        with pytest.raises(FetchError, match="forbids"):
            visitor.get("http://www.guihai.example/private/1.htm")
        visitor.get("http://www.guihai.example/gxnews/node_1101.htm")
        assert [request.path for request in web.requests] == ["/gxnews/node_1101.htm"] * 2
        assert [29 < pause <= 30 for pause in pauses] == [True]

    def test_a_server_that_cannot_say_is_not_asked_for_pages(self, web: Replica) -> None:
        web.fault(Fault(kind="http_503", host="www.guihai.example", path="/robots.txt"))
        with pytest.raises(FetchError, match="503"):
            Visitor(0, lambda _: True).get("http://www.guihai.example/gxnews/node_1101.htm")
        assert [request.path for request in web.requests] == ["/robots.txt"]

    def test_another_sites_page_is_not_this_portals(self, web: Replica) -> None:
        visitor = Visitor(0, lambda url: "longshang" in url)
        with pytest.raises(FetchError, match="another site"):
            visitor.get("http://www.guihai.example/gxnews/node_1101.htm")


GUIHAI = "http://www.guihai.example/gxnews/node_1101.htm"
LONGSHANG = "http://www.longshang.example/gsyw/index.shtml"


@pytest.fixture
def new_web(replica: Replica, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Replica:
    """The replica as the web of a user whose own folder is still to be made."""
    monkeypatch.setenv("http_proxy", replica.proxy_url)
    monkeypatch.delenv("no_proxy", raising=False)
    (tmp_path / "jindu.toml").write_text('[archive]\nurl = "a.db"\n[crawl]\nportals = "mine"', "utf-8")
    return replica


def added(call: Call, url: str, *options: str) -> Result:
    return call("portals", "add", url, "--pace", "0.05", "--yes", *options)


REFUSED = {
    "not an address": (("guihai.example",), 2, "whole address"),
    "no name": ((GUIHAI, "--name", "Gui Hai"), 2, "--name"),
    "a shipped name": ((GUIHAI, "--name", "gscn"), 2, "gscn"),
    "a site we watch": (("http://www.gscn.com.cn/x/", "--name", "other"), 2, "gscn"),
    "a page that is not there": (("http://www.guihai.example/none/",), 1, "404"),
}


class TestAdd:
    @pytest.mark.parametrize(
        ("url", "name", "province"),
        [
            (GUIHAI, "guihai", "广西"),
            (LONGSHANG, "longshang", "甘肃"),
            ("http://www.bashu.example/rss/news.xml", "bashu", "四川"),
            ("http://www.nanyue.example/api/channel/news?page=1", "nanyue", "广东"),
            ("http://www.dianyun.example/yunnan/index.html", "dianyun", "云南"),
        ],
    )
    def test_a_site_added_by_its_address_is_archived(
        self, call: Call, new_web: Replica, url: str, name: str, province: str
    ) -> None:
        answer = added(call, url, "--province", province)
        assert answer.exit_code == 0, answer.output
        portal = load_portals(Path("mine"))[name]
        assert (portal.province, portal.hosts, portal.evidence) == (province, (f"{name}.example",), "B")
        assert [source.url for source in portal.sources] == [url]
        assert all(portal.is_article(example) for example in portal.examples)
        assert not portal.is_article(url)
        here = {report.url for report in new_web.reports() if report.host == f"www.{name}.example"}
        assert {report for report in here if not portal.is_article(report)} == set()
        crawled = call("crawl", name)
        assert crawled.exit_code == 0, crawled.output
        with open_database("a.db") as database:
            found = {hit.url for hit in Catalog(database).search("", limit=500).hits}
        assert found == here

    def test_the_file_says_what_was_found(self, call: Call, new_web: Replica) -> None:
        answer = added(call, GUIHAI, "--province", "广西")
        data = tomllib.loads(Path("mine/guihai.toml").read_text("utf-8"))
        assert data["title"] == "桂海新闻网"
        assert data["home"] == "http://www.guihai.example/"
        assert data["sources"][0]["title"] == "广西要闻"
        assert data["article_patterns"] == [
            r"^https?://(?:[\w-]+\.)*(?:guihai\.example)(?::\d+)?/(?:[\w.-]+/)*\d{4}-\d{2}/\d{2}/content_\d+\.htm$"
        ]
        assert len(data["examples"]) == 2
        assert "charset" not in data
        assert "confidence: B" in answer.stdout
        assert answer.stdout.count("✓ 「") == 2
        assert Path("mine/guihai.toml").read_text("utf-8") in answer.stdout

    def test_nothing_is_written_before_the_person_agrees(self, call: Call, new_web: Replica) -> None:
        words = ("portals", "add", GUIHAI, "--pace", "0.05")
        assert call(*words, "--province", "广西", stdin="n\n").exit_code == 1
        assert not Path("mine").exists()
        answer = call(*words, stdin="广东省\n广西\ny\n")
        assert answer.exit_code == 0, answer.output
        assert load_portals(Path("mine"))["guihai"].province == "广西"

    def test_a_province_that_nobody_said_is_asked_for(self, call: Call, new_web: Replica) -> None:
        answer = added(call, GUIHAI)
        assert answer.exit_code == 2
        assert "--province" in answer.stderr
        assert not Path("mine").exists()

    def test_a_title_may_tell_the_province(self, call: Call, new_web: Replica) -> None:
        answer = added(call, GUIHAI, "--title", "柳州在线", "--name", "liuzhou", "--folder", "other")
        assert answer.exit_code == 0, answer.output
        assert load_portals(Path("other"))["liuzhou"].province == "广西"
        assert "[crawl] portals" in answer.stdout

    def test_a_file_is_never_overwritten_and_a_site_never_added_twice(
        self, call: Call, new_web: Replica
    ) -> None:
        assert added(call, GUIHAI, "--province", "广西").exit_code == 0
        written = Path("mine/guihai.toml").read_bytes()
        new_web.forget()
        again = added(call, GUIHAI, "--province", "广西")
        assert (again.exit_code, "never overwritten" in again.stderr) == (2, True)
        named = added(call, GUIHAI, "--province", "广西", "--name", "guihai2")
        assert (named.exit_code, "guihai" in named.stderr) == (2, True)
        assert Path("mine/guihai.toml").read_bytes() == written
        assert new_web.requests == ()

    @pytest.mark.parametrize(("words", "code", "told"), REFUSED.values(), ids=REFUSED)
    def test_what_cannot_be_added_is_said_in_one_line(
        self, call: Call, new_web: Replica, words: tuple[str, ...], code: int, told: str
    ) -> None:
        answer = added(call, *words)
        assert (answer.exit_code, told in answer.stderr) == (code, True), answer.output
        assert len(answer.stderr.splitlines()) == 1
        assert not Path("mine").exists()

    def test_a_page_without_articles_is_refused(self, call: Call, new_web: Replica) -> None:
        new_web.fault(Fault(kind="waf", host="www.guihai.example"))
        answer = added(call, GUIHAI, "--province", "广西")
        assert (answer.exit_code, "blocked" in answer.stderr) == (1, True)
        assert not Path("mine").exists()

    def test_a_site_whose_articles_cannot_be_read_starts_off(self, call: Call, new_web: Replica) -> None:
        new_web.fault(Fault(kind="waf", host="www.guihai.example", path="/gxnews/2"))
        answer = added(call, GUIHAI, "--province", "广西")
        assert answer.exit_code == 0, answer.output
        portal = load_portals(Path("mine"))["guihai"]
        assert (portal.evidence, portal.enabled) == ("C", False)
        assert "none of its articles" in portal.off_because
