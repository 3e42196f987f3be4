"""What rules would have sent over the archive: as the outbox would have done it, and without a trace."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from scheduler.alerts.rehearsing import Play, play
from scheduler.cli import main
from storage import (
    SHANGHAI,
    Archive,
    Flood,
    JoinedAs,
    Outbox,
    Rule,
    Stored,
    Urgency,
    open_database,
)
from tests.specimens import DAY, MINUTE, NOW, fill, result


def archived(folder: Path, number: int, **changes: Any) -> list[tuple[Stored, JoinedAs]]:
    """Reports that came a minute apart from half past nine in the morning."""
    with open_database(str(folder / "archive.db")) as database:
        pages = [result(n, fetched_at=NOW + n * MINUTE, **changes) for n in range(1, number + 1)]
        ids = [done.article_id for done in fill(database, pages)]
        found = [Archive(database).get(one) for one in ids]
    return [(stored, "first") for stored in found if stored is not None]


def rule(**conditions: Any) -> Rule:
    return Rule(name="r", channels=("group",), **conditions)


def sent(result: Play) -> list[str]:
    return [f"{one.batch}@{one.sent_at:%d %H:%M}" for one in result.alerts]


def test_at_once(tmp_path: Path) -> None:
    found = play(archived(tmp_path, 3), [rule(), Rule(name="s", channels=("group", "mail"))], None)
    assert len(found.alerts) == 9
    day = NOW.astimezone(SHANGHAI).date()
    assert found.counts() == {("r", "group", day): 3, ("s", "group", day): 3, ("s", "mail", day): 3}
    assert found.messages == {("group", day): 6, ("mail", day): 3}


def test_what_matches_nothing(tmp_path: Path) -> None:
    found = play(archived(tmp_path, 3), [rule(words=("没有这个",))], None)
    assert (found.tried, found.alerts) == (3, ())


def test_digest_and_urgent(tmp_path: Path) -> None:
    reports = archived(tmp_path, 3)
    found = play(reports, [rule(digest=("17:37",))], None)
    assert sent(found) == ["digest@02 17:37"] * 3
    assert sum(found.messages.values()) == 1
    assert sent(play(reports, [rule(digest=("17:37",), urgent=Urgency(score=0.5))], None))[0] == "@02 09:31"


def test_flood(tmp_path: Path) -> None:
    found = play(archived(tmp_path, 6), [rule()], Flood(messages=2, span=10 * MINUTE))
    assert sent(found) == ["@02 09:31", "@02 09:32", *["flood@02 09:41"] * 4]
    assert sum(found.messages.values()) == 3


def test_reprints_and_follow_ups(tmp_path: Path) -> None:
    [(stored, _)] = archived(tmp_path, 1)
    reports: list[tuple[Stored, JoinedAs]] = [(stored, "first"), (stored, "verbatim"), (stored, "follow_up")]
    curious = Rule(name="c", channels=("group",), also=frozenset({"follow_up"}))
    found = play(reports, [rule(), curious], None)
    assert [(one.rule, one.kind) for one in found.alerts] == [
        ("r", "story"),
        ("c", "story"),
        ("c", "follow_up"),
    ]


def test_the_command_sends_and_writes_nothing(tmp_path: Path) -> None:
    archived(tmp_path, 4)
    (tmp_path / "jindu.toml").write_text(
        f'[archive]\nurl = "{tmp_path / "archive.db"}"\n[channels]\ngroup = "json://127.0.0.1:1"\n', "utf-8"
    )
    (tmp_path / "other.toml").write_text(
        '[channels]\ngroup = "json://127.0.0.1:1"\n[[rules]]\nname = "大案"\nfigures = ["海洛因>=1kg"]\n'
        'digest = ["17:37"]\n[[rules]]\nname = "无"\nwords = ["没有这个"]\n',
        "utf-8",
    )

    def run(*words: str) -> str:
        done = CliRunner().invoke(
            main, ["--config", str(tmp_path / "jindu.toml"), "alerts", "rehearse", *words]
        )
        assert done.exit_code == 0, done.output
        return done.output

    assert "4 alerts" in run()
    told = run("--config", str(tmp_path / "other.toml"))
    assert "大案" in told
    assert "waits for a digest" in told
    assert "0 alerts" in run("--config", str(tmp_path / "other.toml"), "--rule", "无")
    assert "0 alerts" in run("--since", f"{datetime.now(SHANGHAI) + DAY:%Y-%m-%d}")
    rows = [json.loads(line) for line in run("--json").splitlines()]
    assert [row["rule"] for row in rows] == ["all"] * 4
    with open_database(str(tmp_path / "archive.db")) as database:
        assert Outbox(database).rows() == ()


def test_a_rule_that_is_not_there_is_named(tmp_path: Path) -> None:
    done = CliRunner().invoke(
        main, ["--archive", str(tmp_path / "a.db"), "alerts", "rehearse", "--rule", "x"]
    )
    assert done.exit_code == 2
    assert "no such rule" in done.output
