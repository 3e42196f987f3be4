"""The command `jindu`: its exit codes, its one clear line for every trouble, and its JSON."""

import json
import logging
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from click.testing import CliRunner, Result

from crawler.replica import Fault, Replica
from scheduler.cli import main
from scheduler.receiver import Receiver
from storage import Catalog, Outbox, Rule, open_database
from tests.replicas import INVENTED, everything_published
from tests.specimens import BODY, HOUR, NOW, fill, result

JINDU = Path(sys.executable).with_name("jindu")
PAGE = f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>青云禁毒大队破获一起案件_青云新闻网</title></head><body>
<h1>青云禁毒大队破获一起案件</h1><div class="info">2026-03-02 09:30　来源：青云日报　责任编辑：王五</div>
<div class="content">{"".join(f"<p>{line}</p>" for line in BODY.splitlines())}</div></body></html>"""
LIST = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>法治</title></head><body><ul>
<li><a href="/2026/03/02/t20260302_1001.html">青云禁毒大队破获第一起运输毒品案件</a><span>2026-03-02</span></li>
<li><a href="/2026/03/01/t20260301_1002.html">青云县举行禁毒宣传进校园活动</a><span>2026-03-01</span></li>
<li><a href="/2026/02/28/t20260228_1003.html">青云县春耕备耕工作全面展开</a><span>2026-02-28</span></li>
</ul></body></html>"""

Call = Callable[..., Result]


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Call]:
    """Run `jindu` in an empty folder with an archive of its own; the process is as before afterwards."""
    monkeypatch.chdir(tmp_path)
    for name in ("JINDU_CONFIG", "JINDU_ARCHIVE", "JINDU_PORTALS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    handlers, level, on_term = logging.root.handlers[:], logging.root.level, signal.getsignal(signal.SIGTERM)

    def run(*words: str, stdin: str | bytes | None = None) -> Result:
        return CliRunner().invoke(main, words, input=stdin)

    yield run
    logging.root.handlers[:], logging.root.level = handlers, level
    signal.signal(signal.SIGTERM, on_term)


@pytest.fixture
def filled(tmp_path: Path, empty_file: Path) -> Path:
    """An archive with three relevant reports and their alerts."""
    path = tmp_path / "filled.db"
    path.write_bytes(empty_file.read_bytes())
    with open_database(str(path)) as database:
        Outbox(database).set_rules([Rule(name="all", channels=("group",))], now=NOW)
        fill(database, [result(n) for n in (1, 2, 3)])
    return path


def rows(answer: Result) -> list[Any]:
    return [json.loads(line) for line in answer.stdout.splitlines()]


COMMANDS = [
    (),
    ("demo",),
    ("run",),
    ("crawl",),
    ("inspect",),
    ("judge",),
    ("search",),
    ("show",),
    ("stories", "merge"),
    ("status",),
    ("versions",),
    ("explain",),
    ("coverage",),
    ("portals", "list"),
    ("portals", "check"),
    ("portals", "add"),
    ("topic", "copy"),
    ("topic", "check"),
    ("alerts", "list"),
    ("alerts", "test"),
    ("alerts", "show"),
    ("alerts", "replay"),
    ("alerts", "drop"),
    ("alerts", "preview"),
]


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: " ".join(words) or "jindu")
def test_every_command_explains_itself_in_both_languages(call: Call, words: tuple[str, ...]) -> None:
    answer = call(*words, "--help")
    assert answer.exit_code == 0
    assert any("一" <= char <= "鿿" for char in answer.output)
    assert "Usage" in answer.output


def test_the_version(call: Call) -> None:
    assert call("--version").output.startswith("jindu")


MISUSE: dict[str, tuple[tuple[str, ...], list[str]]] = {
    "unknown command": (("fly",), ["fly"]),
    "unknown option": (("search", "--fly"), ["--fly"]),
    "no such config": (("--config", "none.toml", "status"), ["none.toml"]),
    "bad config key": (("--config", "bad.toml", "status"), ["bad.toml", "crawl.childs", "children"]),
    "bad channel": (("--config", "channel.toml", "run"), ["channels.a"]),
    "wrong portal": (("crawl", "nowhere"), ["nowhere", "jindu portals list"]),
    "unreadable file": (("inspect", "none.html"), ["none.html"]),
    "unwritable archive": (("--archive", "bad.toml/x.db", "status"), ["archive"]),
    "archive that is none": (("--archive", "bad.toml", "search", "x"), ["archive"]),
    "archive of an unknown kind": (("--archive", "mysql://x/y", "status"), ["archive"]),
    "bad query": (("--archive", "a.db", "search", '"open'), ["error"]),
    "unknown channel": (("alerts", "test", "nobody"), ["nobody"]),
    "no channel": (("alerts", "test"), ["[channels]"]),
}


@pytest.mark.parametrize(("words", "told"), MISUSE.values(), ids=MISUSE)
def test_a_wrong_request_is_answered_with_one_line_and_exit_2(
    call: Call, tmp_path: Path, words: tuple[str, ...], told: list[str]
) -> None:
    (tmp_path / "bad.toml").write_text("[crawl]\nchilds = 3", "utf-8")
    (tmp_path / "channel.toml").write_text('[channels]\na = "nosuch://secret"', "utf-8")
    answer = call(*words)
    assert answer.exit_code == 2, answer.output
    assert [word for word in told if word not in answer.stderr] == []
    assert "Traceback" not in answer.output
    assert "secret" not in answer.output
    assert answer.stdout == ""


def test_what_is_not_there_is_exit_1(call: Call, filled: Path) -> None:
    answer = call("--archive", str(filled), "show", "99")
    assert answer.exit_code == 1
    assert "99" in answer.stderr


def test_search_finds_and_prints_rows(call: Call, filled: Path) -> None:
    answer = call("--archive", str(filled), "search", "海洛因", "--json")
    assert [row["id"] for row in rows(answer)] == [3, 2, 1]
    assert {"id", "story", "url", "title", "published", "province", "relevant", "score"} <= set(
        rows(answer)[0]
    )
    assert rows(answer)[0]["published"] == "2026-03-02T08:30"
    shown = call("--archive", str(filled), "search", "海洛因", "--province", "甘肃", "--limit", "2")
    assert "共 3 篇" in shown.stdout
    assert "--before" in shown.stdout
    assert call("--archive", str(filled), "search", "海洛因", "--before", "?!").exit_code == 2
    assert "共 0 篇" in call("--archive", str(filled), "search", "海洛因", "--province", "青海").stdout
    days = ("--since", "2026-03-02", "--until", "2026-03-02")
    assert len(rows(call("--archive", str(filled), "search", "--json", *days))) == 3
    assert rows(call("--archive", str(filled), "search", "--json", "--until", "2026-03-01")) == []


def test_show_prints_everything(call: Call, filled: Path) -> None:
    [record] = rows(call("--archive", str(filled), "show", "1", "--json"))
    assert record["facts"][0]["evidence"] == "海洛因1.2公斤"
    assert record["authors"] == ["林一", "周二"]
    assert record["trace"]
    shown = call("--archive", str(filled), "show", "1").stdout
    assert "缴获海洛因1.2千克" in shown
    assert "相关" in shown


def test_show_tells_the_story(call: Call, filled: Path) -> None:
    earlier = result(
        9, text=result(1).article.text, published_at=NOW - 3 * HOUR, portal="baiyun", title="先发的"
    )
    with open_database(str(filled)) as database:
        (done,) = fill(database, [earlier])
    shown = call("--archive", str(filled), "show", "1").stdout
    assert f"首发 first: {done.article_id} baiyun（青云日报） 2026-03-02 06:30 先发的" in shown
    assert "先入库 archived first: 1 qingyun（青云日报） 2026-03-02 08:30 +2 小时" in shown
    assert "相近 related (figures): 2 " in shown
    [record] = rows(call("--archive", str(filled), "show", "1", "--json"))
    assert [(one["joined_as"], one["delay"]) for one in record["reports"]] == [
        ("verbatim", 0),
        ("first", 7200),
    ]
    assert {one["why"] for one in record["related"]} == {"figures"}


def test_explain_says_why(call: Call, filled: Path) -> None:
    url = result(1).article.url
    [record] = rows(call("--archive", str(filled), "explain", url, "--json"))
    assert record["article_id"] == 1
    assert record["alerts"][0]["channel"] == "group"
    assert "提醒" in call("--archive", str(filled), "explain", url).stdout
    unknown = call("--archive", str(filled), "explain", "http://www.nowhere.example/1.html")
    assert unknown.exit_code == 0
    assert "从未" in unknown.stdout


def test_status_is_red_when_nothing_runs(call: Call, filled: Path) -> None:
    answer = call("--archive", str(filled), "status", "--json")
    assert answer.exit_code == 1
    [record] = rows(answer)
    assert record["level"] == "red"
    assert "service_down" in {finding["code"] for finding in record["findings"]}
    assert record["totals"]["articles"] == 3
    assert record["outbox"]["pending"] == 3
    shown = call("--archive", str(filled), "status")
    assert "jindu run" in shown.stdout


def test_alerts_are_listed(call: Call, filled: Path) -> None:
    listed = rows(call("--archive", str(filled), "alerts", "list", "--json"))
    assert [row["state"] for row in listed] == ["pending"] * 3
    assert rows(call("--archive", str(filled), "alerts", "list", "--state", "dead", "--json")) == []
    assert f"#{listed[0]['code']}" in call("--archive", str(filled), "alerts", "list").stdout


def test_channels_are_tested_truly(call: Call, tmp_path: Path) -> None:
    with Receiver() as receiver:
        (tmp_path / "jindu.toml").write_text(
            f'[channels]\ngood = "{receiver.channel}"\nbad = "json://127.0.0.1:9/secret"', "utf-8"
        )
        assert call("alerts", "test", "good").exit_code == 0
        both = call("alerts", "test")
    assert both.exit_code == 1
    assert "已送达" in both.stdout
    assert "bad: transient" in both.stdout
    assert "secret" not in both.output


def test_portals_are_listed(call: Call) -> None:
    listed = rows(call("portals", "list", "--json"))
    assert "gscn" in {portal["name"] for portal in listed}
    assert "中国甘肃网" in call("portals", "list").stdout


def test_inspect_reads_pages(call: Call, tmp_path: Path) -> None:
    for name in ("a.html", "b.html"):
        (tmp_path / name).write_text(PAGE, "utf-8")
    records = rows(call("inspect", "a.html", "b.html", "--json"))
    assert [record["file"] for record in records] == ["a.html", "b.html"]
    wanted = (
        "file title published source authors editors text images relevant score category facts outcome trace"
    )
    assert set(wanted.split()) <= set(records[0])
    assert records[0]["title"] == "青云禁毒大队破获一起案件"
    assert (records[0]["published"], records[0]["source"]) == ("2026-03-02T09:30", "青云日报")
    assert records[0]["relevant"] is True
    shown = call("inspect", "a.html")
    assert "相关 relevant" in shown.stdout
    assert "2026-03-02 09:30" in shown.stdout


def test_inspect_reads_lists(call: Call, tmp_path: Path) -> None:
    (tmp_path / "list.html").write_text(LIST, "utf-8")
    [record] = rows(
        call("inspect", "--links", "--json", "--url", "http://www.qingyun.example/fazhi/", "list.html")
    )
    assert record["file"] == "list.html"
    assert record["links"][0] == {
        "url": "http://www.qingyun.example/2026/03/02/t20260302_1001.html",
        "title": "青云禁毒大队破获第一起运输毒品案件",
        "published": "2026-03-02",
    }


def test_inspect_names_what_is_no_page_and_goes_on(call: Call, tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(PAGE, "utf-8")
    (tmp_path / "empty.html").write_bytes(b"")
    answer = call("inspect", "none.html", "empty.html", "a.html", "--json")
    assert answer.exit_code == 2
    assert "none.html" in answer.stderr
    records = rows(answer)
    assert [record["file"] for record in records] == ["empty.html", "a.html"]
    assert (records[0]["title"], records[0]["facts"]) == (None, [])


def test_inspect_fetches_an_address(call: Call, replica: Replica, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", replica.proxy_url)
    monkeypatch.delenv("no_proxy", raising=False)
    report = next(report for report in replica.reports() if report.relevant and not report.channel)
    [record] = rows(call("inspect", report.url, "--json"))
    assert record["title"] == report.title


def test_judge_judges_each_row_and_names_the_bad_ones(call: Call) -> None:
    lines = [
        json.dumps({"id": 1, "title": "青云禁毒大队破获运输毒品案", "text": BODY, "published": "2026-03-02"}),
        "{broken",
        json.dumps({"id": 2}),
        json.dumps({"id": 3, "title": "x", "published": "yesterday"}),
        "",
        json.dumps({"id": "四", "title": "青云县春耕备耕工作全面展开"}),
        json.dumps({"id": 5, "title": None, "text": BODY}),
    ]
    answer = call("judge", "--json", stdin="\n".join(lines))
    assert answer.exit_code == 1
    records = rows(answer)
    assert [(record["id"], record["relevant"]) for record in records] == [(1, True), ("四", False), (5, True)]
    assert set(records[0]) == {"id", "relevant", "score", "category", "evidence", "facts"}
    assert [number for number in (2, 3, 4) if f"line {number}" not in answer.stderr] == []
    told = call("judge", stdin=lines[0])
    assert told.exit_code == 0
    assert "依据 evidence: " in told.stdout
    assert "（毒品犯罪 +" in told.stdout


def test_crawl_takes_everything_once(call: Call, tmp_path: Path, replica: Replica, monkeypatch: Any) -> None:
    monkeypatch.setenv("http_proxy", replica.proxy_url)
    names = ", ".join(f'"{name}"' for name in INVENTED)
    (tmp_path / "jindu.toml").write_text(
        f'[archive]\nurl = "a.db"\n[crawl]\nportals = "{replica.portals_dir}"\nonly = [{names}]', "utf-8"
    )
    answer = call("crawl")
    assert answer.exit_code == 0, answer.output
    with open_database(str(tmp_path / "a.db")) as database:
        found = {hit.url for hit in Catalog(database).search("", limit=500).hits}
    assert found == everything_published(replica)
    again = call("crawl", INVENTED[0])
    assert again.exit_code == 0
    assert "新入库 0 篇" in again.stdout


def test_a_closed_pipe_ends_quietly(filled: Path) -> None:
    reader = subprocess.Popen(
        [str(JINDU), "--archive", str(filled), "search", "", "--json", "--limit", "3"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert reader.stdout is not None
    assert reader.stderr is not None
    reader.stdout.close()
    told = reader.stderr.read()
    reader.stderr.close()
    assert reader.wait(30) == 0
    assert told == b""


def test_ctrl_c_ends_quietly(tmp_path: Path, replica: Replica) -> None:
    (tmp_path / "jindu.toml").write_text(
        f'[archive]\nurl = "a.db"\n[crawl]\nportals = "{replica.portals_dir}"\nonly = ["{INVENTED[0]}"]',
        "utf-8",
    )
    replica.fault(Fault(kind="hang", host="www.bashu.example"))
    crawl = subprocess.Popen(
        [str(JINDU), "--config", str(tmp_path / "jindu.toml"), "crawl"],
        env=os.environ | {"http_proxy": replica.proxy_url},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    while not replica.requests:
        assert crawl.poll() is None
        time.sleep(0.02)
    crawl.send_signal(signal.SIGINT)
    out, told = crawl.communicate(timeout=40)
    assert crawl.returncode == 130
    assert (out, told) == (b"", b"")


def test_the_demo_shows_the_whole_loop(tmp_path: Path) -> None:
    """Shortened to a few seconds; the commands it names work on what it left."""
    demo = subprocess.Popen(
        [str(JINDU), "demo", "--seconds", "14"],
        env=os.environ | {"TMPDIR": str(tmp_path), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert demo.stdout
    address = next(
        found[0] for line in demo.stdout if (found := re.search(r"http://127\.0\.0\.1:\d+/", line))
    )
    page = requests.get(address, timeout=60)
    out, told = demo.communicate(timeout=120)
    assert demo.returncode == 0, told
    assert (page.status_code, "今日" in page.text) == (200, True)
    assert "🔔 【禁毒】" in out
    commands = [line.strip() for line in out.splitlines() if "jindu --config" in line]
    assert len(commands) >= 4
    assert commands[-1].endswith(" web")
    for command in commands[:3]:
        tried = subprocess.run(command, shell=True, capture_output=True, timeout=60, check=False)
        assert (tried.returncode, tried.stderr) == (0, b""), command
        assert tried.stdout


def test_search_counts_and_asks_by_field(call: Call, filled: Path) -> None:
    shown = call("--archive", str(filled), "search", "省:甘肃 海洛因>=1公斤", "--facets").stdout
    assert "共 3 篇" in shown
    assert "类别 category: 查缉 3" in shown
    (row, counts) = rows(call("--archive", str(filled), "search", "--json", "--facets", "--limit", "1"))
    assert row["reports"] == 1
    assert counts["facets"]["by"]["substance"] == {"heroin": 3}
    wrong = call("--archive", str(filled), "search", "海洛因>=1")
    assert (wrong.exit_code, "unit is missing" in wrong.stderr) == (2, True)


def test_stats_and_figures_lead_to_their_words(call: Call, filled: Path) -> None:
    shown = call("--archive", str(filled), "stats", "禁毒", "--plot").stdout
    assert "2026-03-01" in shown
    assert "省份 province: 甘肃 3" in shown
    (point,) = rows(call("--archive", str(filled), "figures", "缴获", "--substance", "海洛因", "--json"))
    assert (point["begin"], point["value"], point["stories"]) == ("2026-03-01", 3600, 3)
    sources = call("--archive", str(filled), "figures", "缴获", "--sources", "2026-03-01").stdout
    assert sources.count("「海洛因1.2公斤」") == 3
    assert "缴获" in call("--archive", str(filled), "figures", "list").stdout
    assert call("--archive", str(filled), "figures", "没有").exit_code == 2
