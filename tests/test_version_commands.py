"""`jindu versions`, and what `show` and `explain` tell of a report that was changed and whose page is gone."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from scheduler.cli import main
from storage import Archive, NextRevisit, Outbox, PageFailure, Receipt, Relook, Revisits, Rule, open_database
from tests.specimens import BODY, DAY, HOUR, NOW, SEIZED, result, take, watch

Call = Callable[..., Result]
CHANGED = f"{BODY}\n编号1。".replace("海洛因1.2公斤", "海洛因12公斤")
NEXT = NextRevisit(step=1, attempts=0, at=NOW + DAY)


@pytest.fixture(scope="module")
def turned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with one report that failed once, was archived, told, changed and removed; and one that was not."""
    path = tmp_path_factory.mktemp("turned") / "archive.db"
    with open_database(str(path)) as database:
        rule = Rule(name="all", channels=("duty",), also=frozenset({"changed", "removed"}))
        Outbox(database).set_rules([rule], now=NOW)
        ledger, lease, (link, other) = watch(database, 1, 2)
        failure = PageFailure(link_id=link.id, outcome="timeout", detail="30 s", retry_at=NOW)
        ledger.record_failure(failure, lease=lease, now=NOW)
        archive = Archive(database, relook_after=HOUR)
        archive.ingest(result(1, link=link), lease=lease, now=NOW)
        archive.ingest(result(2, link=other), lease=lease, now=NOW)
        outbox = Outbox(database)
        for owed in outbox.claim(now=NOW, owner="us", limit=1, lease=HOUR):
            outbox.record(owed, Receipt(result="sent", detail="200"), now=NOW)
        ledger.release(lease)
        lease = take(ledger, now=NOW + HOUR)
        more = SEIZED.__class__(**{**_fields(SEIZED), "value": 12_000.0, "evidence": "海洛因12公斤"})
        page = result(1, text=CHANGED, facts=(more,), fetched_at=NOW + HOUR)
        read = Relook(article_id=1, sight="read", outcome="article", next=NEXT, result=page)
        # The page that still stands bears witness that the other is gone alone.
        stands = Relook(article_id=2, sight="not_modified", outcome="not_modified", next=NEXT)
        gone = Relook(
            article_id=1, sight="gone", outcome="http_410", next=NEXT, gone_since=NOW + DAY, removed=True
        )
        for seen, at in ((read, NOW + HOUR), (stands, NOW + DAY), (gone, NOW + DAY)):
            Revisits(database).record(seen, lease=lease, now=at)
    return path


def _fields(value: Any) -> dict[str, Any]:
    return {name: getattr(value, name) for name in value.__dataclass_fields__}


@pytest.fixture
def call(turned: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Call:
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> Result:
        return CliRunner().invoke(main, ("--archive", str(turned), *words))

    return run


def test_versions_draws_what_was_changed(call: Call) -> None:
    shown = call("versions", "1")
    assert shown.exit_code == 0
    assert "海洛因[-1.2-]{+12+}公斤" in shown.stdout
    assert "海洛因1.2公斤 → 海洛因12公斤" in shown.stdout
    assert "已撤下" in shown.stdout
    assert "下次复查" in shown.stdout
    assert call("versions", "1", "--diff", "2").stdout.count("第 ") == 1


def test_versions_for_programs(call: Call) -> None:
    record = json.loads(call("versions", "1", "--json").stdout)
    first, second = record["versions"]
    assert (first["number"], first["changed"]) == (1, [])
    assert second["changed"] == ["text"]
    assert [figure["after"] for figure in second["changed_figures"]] == [12_000]
    kinds = [piece["kind"] for one in second["difference"]["sentences"] for piece in one["pieces"]]
    assert {"removed", "added"} <= set(kinds)
    assert (record["removed_why"], [visit["outcome"] for visit in record["visits"]]) == (
        "http_410",
        ["changed", "removed"],
    )


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("99",), 1, "没有 99 号"),
        (("1", "--diff", "1"), 2, "2 到 2"),
        (("1", "--diff", "3"), 2, "2 到 2"),
        (("2", "--diff", "2"), 2, "没有改过"),
    ],
)
def test_what_is_not_there_is_said_in_one_line(
    call: Call, words: tuple[str, ...], code: int, told: str
) -> None:
    answer = call("versions", *words)
    assert answer.exit_code == code
    assert told in answer.stderr
    assert len(answer.stderr.splitlines()) == 1


def test_show_tells_of_versions_and_removal(call: Call) -> None:
    shown = call("show", "1").stdout
    assert "原网页已撤下" in shown
    assert "第 2 版" in shown
    record = json.loads(call("show", "1", "--json").stdout)
    assert [version["number"] for version in record["versions"]] == [1, 2]
    assert "已撤下" not in call("show", "2").stdout


def test_explain_tells_the_whole_history(call: Call) -> None:
    told = call("explain", result(1).article.url).stdout.splitlines()
    steps = [
        "见于",
        "timeout",
        "入库 archived (",
        "判定",
        "报道",
        "第 2 版",
        "原网页撤下",
        "复查",
        "下次复查",
        "提醒",
        "attempt",
    ]
    at = [next(n for n, line in enumerate(told) if step in line) for step in steps]
    assert at == sorted(at)
    assert sum("改稿提醒" in line or "撤稿提醒" in line for line in told) == 2
    record = json.loads(call("explain", result(1).article.url, "--json").stdout)
    assert record["article"]["removed_why"] == "http_410"
    assert [visit["outcome"] for visit in record["visits"]] == ["timeout", "changed", "removed"]
    assert record["alerts"][0]["receipts"][0]["receipt"]["result"] == "sent"
