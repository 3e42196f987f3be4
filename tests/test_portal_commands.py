"""`jindu portals check` and `jindu portals add`: a portal tried once, and a new one written to a file."""

import json
from pathlib import Path
from typing import Any

import pytest

from crawler.replica import Fault, Replica
from scheduler.fetching import FetchError
from scheduler.trying import Visitor
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
        assert len(pauses) == 2
        assert all(50 < pause <= 60 for pause in pauses)

    def test_another_sites_page_is_not_this_portals(self, web: Replica) -> None:
        visitor = Visitor(0, lambda url: "longshang" in url)
        with pytest.raises(FetchError, match="another site"):
            visitor.get("http://www.guihai.example/gxnews/node_1101.htm")
