"""Every kind of source by hand: a new site's sitemaps and search are found, tried and told; leads are shown by site."""

import json
import tomllib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from scheduler.commands.leads import by_site, site_of
from storage import SHANGHAI, LeadHost, Ledger, Look, Source, open_database
from tests.shelves import HOME, Shelf, hours_ago, portals_folder, shelved
from tests.test_cli import Call, call

__all__ = ["call"]

NOW = datetime(2026, 6, 15, 12, 0, tzinfo=SHANGHAI)


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shelf]:
    """A small site, reached through a proxy; the user's own folder of portals is `portals`."""
    (tmp_path / "jindu.toml").write_text('[archive]\nurl = "a.db"\n[crawl]\nportals = "portals"', "utf-8")
    now = datetime.now(SHANGHAI)
    made = Shelf(hours_ago(now, *(1 + 7 * n for n in range(12))), now)
    with shelved(made) as proxy:
        monkeypatch.setenv("http_proxy", proxy)
        monkeypatch.delenv("no_proxy", raising=False)
        yield made


def test_a_new_sites_sitemap_and_search_are_written(call: Call, shelf: Shelf, tmp_path: Path) -> None:
    options = ("--pace", "0", "--province", "浙江", "--name", "lanxi", "--yes")
    answer = call("portals", "add", f"{HOME}/gsyw/", *options)
    assert answer.exit_code == 0, answer.output
    assert "1 sitemaps, 1 searches" in answer.stdout
    written = tomllib.loads((tmp_path / "portals" / "lanxi.toml").read_text("utf-8"))
    assert [(source.get("kind", "list"), source["url"]) for source in written["sources"]] == [
        ("list", f"{HOME}/gsyw/"),
        ("sitemap", f"{HOME}/sitemap.xml"),
        ("search", f"{HOME}/so?q={{query}}&p=1"),
    ]
    assert written["sources"][2]["query_charset"] == "gb2312"


def test_each_kind_is_tried_once_and_told(call: Call, shelf: Shelf, tmp_path: Path) -> None:
    portals_folder(tmp_path, "list", "sitemap", "search")
    answer = call("portals", "check", "lanxi", "--json")
    told = {row["kind"]: row for row in map(json.loads, answer.stdout.splitlines())}
    assert answer.exit_code == 0, answer.output
    assert {kind: (row["outcome"], row["works"]) for kind, row in told.items()} == dict.fromkeys(
        ("list", "sitemap", "search"), ("ok", True)
    )
    assert told["list"]["further"] == f"{HOME}/gsyw/index_2.html"
    assert told["sitemap"]["detail"].startswith("an index of")
    assert told["sitemap"]["dated"] == told["sitemap"]["links"] > 0
    assert told["search"]["further"].endswith("&p=2")
    words = call("portals", "check", "lanxi").stdout
    assert "搜索 search ok" in words
    assert f"续页 goes on at {HOME}/gsyw/index_2.html" in words


def lead(host: str, addresses: int) -> LeadHost:
    return LeadHost(
        host=host,
        addresses=addresses,
        times=addresses,
        first_seen_at=NOW,
        last_seen_at=NOW,
        seen_on=("lanxi",),
        samples=(f"http://{host}/1.html",),
    )


def test_leads_are_counted_by_site() -> None:
    sites = by_site([lead("a.tongpu.example", 2), lead("dagao.com.cn", 3), lead("b.tongpu.example", 4)])
    assert [(site.host, site.addresses) for site in sites] == [("tongpu.example", 6), ("dagao.com.cn", 3)]
    assert sites[0].samples == ("http://a.tongpu.example/1.html", "http://b.tongpu.example/1.html")
    assert site_of("news.dagao.com.cn") == "dagao.com.cn"


def test_leads_to_sites_we_watch_are_left_out(call: Call, tmp_path: Path) -> None:
    (tmp_path / "jindu.toml").write_text('[archive]\nurl = "a.db"\n[crawl]\nportals = "portals"', "utf-8")
    portals_folder(tmp_path, "list")
    assert "还没有线索" in call("portals", "leads").stdout
    with open_database(f"sqlite:///{tmp_path / 'a.db'}") as database:
        ledger = Ledger(database)
        every = hours_ago(NOW, 0)[0] - hours_ago(NOW, 1)[0]
        ledger.sync_sources(
            [Source(portal="dbw", url="http://a.example/", kind="list", host="a.example", every=every)],
            now=NOW,
        )
        (batch,) = ledger.claim(now=NOW, owner="test", limit=1, lease=every)
        found = (f"{HOME}/2026/06/15/00000001.shtml", "http://news.tongpu.example/2026/06/15/048213.shtml")
        ledger.record_look(
            Look(source_id=1, outcome="ok", next_check_at=NOW, leads=found), lease=batch.lease, now=NOW
        )
    shown = [json.loads(line) for line in call("portals", "leads", "--json").stdout.splitlines()]
    assert [(site["host"], site["watched_as"]) for site in shown] == [("tongpu.example", "")]
    everything = call("portals", "leads", "--all").stdout
    assert "已监测 watched: lanxi" in everything
    assert "tongpu.example" in everything
