"""Moving an archive into the other kind of database, with real crashes on the way."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import update

from storage import (
    ArchiveUnavailableError,
    Database,
    MoveError,
    check,
    is_unfinished,
    move,
    must_be_whole,
    open_database,
    rows_to_move,
)
from storage.schema import story
from tests.filled import MANY, assert_works, contents, fill

ROOT = Path(__file__).parent.parent


def test_what_arrives_is_what_left(filled: Database, target_url: str) -> None:
    done: dict[str, int] = {}
    with open_database(target_url) as target:
        told = move(filled, target, progress=lambda name, rows: done.update({name: done.get(name, 0) + rows}))
        assert contents(target) == contents(filled)
        assert not told.resumed
        assert not is_unfinished(target)
        assert_works(target)
    assert told.rows["article"] == MANY - 2
    assert done == dict(rows_to_move(filled))


def test_a_full_archive_is_never_written_over(filled: Database, target_url: str) -> None:
    with open_database(target_url) as target:
        fill(target, many=3)
        before = contents(target)
        with pytest.raises(MoveError, match="not empty"):
            move(filled, target)
        assert contents(target) == before


def test_what_changed_on_the_way_is_found(filled: Database, target_url: str) -> None:
    def interfere(name: str, _rows: int) -> None:
        if name == "fact":
            with target.write() as connection:
                connection.execute(update(story).where(story.c.id == 2).values(title="别的"))

    with (
        open_database(target_url) as target,
        pytest.raises(MoveError, match=r"table story: .* stop jindu run"),
    ):
        move(filled, target, progress=interfere)


MOVE = """
import os, signal, sys
from storage.upkeep import copying
from storage import (move, open_database)
copying.AT_ONCE = 5
left = int(sys.argv[3])
def die_later(name, rows):
    global left
    left -= 1
    if not left: os.kill(os.getpid(), signal.SIGKILL)
with open_database(sys.argv[1]) as source, open_database(sys.argv[2]) as target:
    print(move(source, target, progress=die_later).resumed)
"""


def moving(source: str, target: str, dies_after: int) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "error", "-c", MOVE, source, target, str(dies_after)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_killed_again_and_again_it_goes_on(filled: Database, database_url: str, target_url: str) -> None:
    for dies_after in (12, 45):
        assert moving(database_url, target_url, dies_after).returncode == -signal.SIGKILL
        with open_database(target_url) as target:
            assert is_unfinished(target)
            assert "unfinished" in {problem.kind for problem in check(target)}
            with pytest.raises(ArchiveUnavailableError, match=r"not ended.*again"):
                must_be_whole(target)
    with open_database(target_url) as target:
        assert move(filled, target).resumed
        assert contents(target) == contents(filled)
        assert_works(target)


def test_another_move_does_not_take_over(filled: Database, database_url: str, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'moved.db'}"
    moving(database_url, url, 12)
    third = open_database(f"sqlite:///{tmp_path / 'third.db'}")
    with third, open_database(url) as target, pytest.raises(MoveError, match="was begun here"):
        move(third, target)
