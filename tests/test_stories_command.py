"""`jindu stories` and what `jindu show` tells of a story."""

import json
import logging
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from scheduler.cli import main
from storage import open_database
from tests.specimens import DAY, SEIZED, fill
from tests.test_following import ARREST, TRIAL, page
from tests.test_nearness import BRIEF

Call = Callable[..., Result]


@pytest.fixture
def cases(tmp_path: Path, empty_file: Path) -> Iterator[Call]:
    """Calls the command on an archive with a case, its trial, a reprint with another figure, and another story."""
    path = tmp_path / "a.db"
    path.write_bytes(empty_file.read_bytes())
    with open_database(str(path)) as database:
        more = replace(SEIZED, value=4800.0, evidence="海洛因4.8公斤")
        at = page(1, ARREST).article.published_at
        copied = page(3, ARREST + "（编者按）", facts=(more,), published_at=at)
        fill(
            database,
            [page(1, ARREST, facts=(SEIZED,)), page(2, TRIAL, later=90 * DAY), copied, page(4, BRIEF)],
        )
    handlers, level, on_term = logging.root.handlers[:], logging.root.level, signal.getsignal(signal.SIGTERM)
    yield lambda *words: CliRunner().invoke(main, ["--archive", str(path), *words])
    logging.root.handlers[:], logging.root.level = handlers, level
    signal.signal(signal.SIGTERM, on_term)


def record(answer: Result) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(answer.stdout)
    return found


def test_show_tells_what_came_next_and_what_differs(cases: Call) -> None:
    lines = cases("show", "1").stdout.splitlines()
    places = {
        word: at
        for at, line in enumerate(lines)
        for word in ("首发", "节选转载", "后续", "数字不一")
        if word in line
    }
    assert list(places) == ["首发", "节选转载", "后续", "数字不一"]
    assert "后续 follow-up: 2 p2" in lines[places["后续"]]
    assert "+90 天" in lines[places["后续"]]
    assert (
        "缴获海洛因 1.2千克（1 p1「海洛因1.2公斤」）；4.8千克（3 p3「海洛因4.8公斤」）"
        in lines[places["数字不一"]]
    )
    shown = record(cases("show", "1", "--json"))
    assert [one["joined_as"] for one in shown["reports"]] == ["first", "reprint", "follow_up"]
    assert [figure["value"] for figure in shown["disagreements"][0]["figures"]] == [1200, 4800]
    assert shown["changes"] == []


def test_merge_split_and_their_history(cases: Call) -> None:
    merged = cases("stories", "merge", "1", "2", "--why", "同一案件")
    assert merged.exit_code == 0, merged.output
    assert "2 号并入 1 号 merged（报道 articles 4）：同一案件" in merged.stdout
    assert "手工并入 merged by hand: 4 p4" in cases("show", "1").stdout
    split = record(cases("stories", "split", "4", "2", "--why", "另一案", "--json"))
    assert (split["kind"], split["story_id"], split["article_ids"]) == ("split", 1, [2, 4])
    told = cases("stories", "history", "1").stdout
    assert "同一案件" in told
    assert "另一案" in told
    assert [one["kind"] for one in record(cases("stories", "history", "1", "--json"))["changes"]] == [
        "merge",
        "split",
    ]
    assert "拆出" in cases("show", "4").stdout


def test_a_story_never_mended(cases: Call) -> None:
    assert "never mended" in cases("stories", "history", "2").stdout


WRONG = {
    "one story": (("merge", "1", "--why", "x"), 1, "two stories or more"),
    "no such story": (("merge", "1", "9", "--why", "x"), 1, "no story 9"),
    "no such article": (("split", "9", "--why", "x"), 1, "no article has the id 9"),
    "no history": (("history", "9"), 1, "9"),
    "without a reason": (("merge", "1", "2"), 2, "--why"),
    "not a number": (("split", "x", "--why", "x"), 2, "x"),
}


@pytest.mark.parametrize(("words", "code", "told"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_done_is_told_in_one_line(
    cases: Call, words: tuple[str, ...], code: int, told: str
) -> None:
    answer = cases("stories", *words)
    assert answer.exit_code == code
    assert told in answer.stderr
    assert "Traceback" not in answer.output


@pytest.mark.parametrize("words", [(), ("merge",), ("split",), ("history",)])
def test_help_in_both_languages(cases: Call, words: tuple[str, ...]) -> None:
    shown = cases("stories", *words, "--help").output
    assert "Usage" in shown
    assert any("一" <= char <= "鿿" for char in shown)
