"""What pages say does not steer the terminal that shows it."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from scheduler.cli import main
from storage import open_database
from tests.specimens import BODY, fill, result

EVIL = "禁毒\x1b]0;owned\x07\x1b[31m\x9b2J\u202e红\u2066 e" + "\u0301" * 5000
"""Sets a window's title, colours, clears, turns the line around, and piles marks up."""


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("printing") / "archive.db"
    with open_database(str(path)) as database:
        fill(database, [result(1, title=EVIL, source=EVIL, text=f"{BODY}\n{EVIL}")])
    return path


@pytest.mark.parametrize(
    "words",
    [("search", "禁毒"), ("search", "--facets"), ("show", "1"), ("versions", "1"), ("stories", "history", "1"), ("export", "--format", "gbt7714"),
     ("export", "--format", "bibtex"), ("export", "--format", "csv")],
    ids=" ".join,
)  # fmt: skip
def test_nothing_from_a_page_steers_the_terminal(filled: Path, words: tuple[str, ...]) -> None:
    answer = CliRunner().invoke(main, ["--archive", str(filled), *words])
    assert answer.exit_code == 0, answer.output
    shown = answer.stdout
    assert shown
    assert not set("\x1b\x07\x9b\u202e\u2066") & set(shown)
    assert "\u0301" * 3 not in shown
