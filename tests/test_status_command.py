"""`jindu status`: the worst first, not too much of it, and everything for programs."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from scheduler.commands.status import SHOWN
from storage import SHANGHAI, Ledger, Look, open_database
from tests.databases import sqlite_url
from tests.specimens import HOUR, source
from tests.test_cli import Call, call

__all__ = ["call"]

MANY = SHOWN + 8


@pytest.fixture
def troubled(tmp_path: Path, empty_file: Path) -> Iterator[str]:
    """An archive with many sources: one well, one never looked at, all others moved."""
    (tmp_path / "archive.db").write_bytes(empty_file.read_bytes())
    now = datetime.now(SHANGHAI)
    with open_database(sqlite_url(tmp_path)) as database:
        ledger = Ledger(database)
        homes = [
            source(f"http://www.p{n:02}.example/", host=f"p{n:02}.example", portal=f"p{n:02}")
            for n in range(MANY + 2)
        ]
        ledger.sync_sources(homes, now=now - HOUR)
        states = {state.portal: state.id for state in ledger.sources()}
        for batch in ledger.claim(now=now, owner="us", limit=99, lease=HOUR):
            (portal,) = batch.portals
            if portal != "p00":
                outcome = "ok" if portal == "p01" else "http_404"
                seen = Look(source_id=states[portal], outcome=outcome, next_check_at=now + HOUR)
                ledger.record_look(seen, lease=batch.lease, now=now)
        yield sqlite_url(tmp_path)


def test_the_worst_is_told_first_and_the_rest_counted(call: Call, troubled: str) -> None:
    shown = call("--archive", troubled, "status").stdout
    assert "jindu run" in shown.splitlines()[0]
    assert shown.count("栏目地址已失效") == SHOWN - 1
    assert "list_moved 9" in shown
    assert "jindu status --all" in shown
    everything = call("--archive", troubled, "status", "--all").stdout
    assert everything.count("栏目地址已失效") == MANY


def test_each_source_has_a_state(call: Call, troubled: str) -> None:
    shown = call("--archive", troubled, "status", "--sources").stdout
    assert shown.count("异常 failing") == MANY
    assert shown.count("待看 waiting") == shown.count("正常 ok") == 1


def test_programs_get_all_of_it(call: Call, troubled: str) -> None:
    [record] = map(json.loads, call("--archive", troubled, "status", "--json").stdout.splitlines())
    assert record["states"] == {"waiting": 1, "ok": 1, "failing": MANY}
    assert sum(finding["code"] == "list_moved" for finding in record["findings"]) == MANY
    assert len({finding["subject"] for finding in record["findings"]}) > MANY
    first = record["sources"][1]
    assert (first["portal"], first["state"], first["worse"]) == ("p01", "ok", [])
    assert first["expected_today"] == 0
    assert record["robots"] == []
