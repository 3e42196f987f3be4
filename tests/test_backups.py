"""Backing up and restoring, on both databases."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from storage import (
    Archive,
    BackupError,
    Database,
    back_up,
    check,
    copy_captures,
    open_database,
    restore,
    verify,
)
from tests.databases import FILE, sqlite_url
from tests.filled import MANY, assert_works, contents, fill

ROOT = Path(__file__).parent.parent


def test_a_backup_restores_into_either(filled: Database, target_url: str, tmp_path: Path) -> None:
    backup = tmp_path / "backup.db"
    assert back_up(filled, backup) == backup.stat().st_size
    with closing(sqlite3.connect(backup)) as raw:
        assert raw.execute("SELECT count(*) FROM article").fetchone() == (MANY - 2,)
    before = backup.read_bytes()
    with open_database(target_url) as target:
        restore(backup, target)
        assert contents(target) == contents(filled)
        assert_works(target)
    assert backup.read_bytes() == before
    assert sorted(path.name for path in tmp_path.glob("backup*")) == ["backup.db"]


BUSY = """
import sys
from storage import Archive, open_database
from tests.specimens import NOW, result
with open_database(sys.argv[1]) as database:
    for number in range(1000, 9999):
        Archive(database).ingest(result(number), lease=None, now=NOW)
        print(number, flush=True)
"""


def test_a_backup_is_made_while_others_write(filled: Database, database_url: str, tmp_path: Path) -> None:
    command = [sys.executable, "-c", BUSY, database_url]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        next(child.stdout)
        back_up(filled, tmp_path / "backup.db")
        told = next(child.stdout)
        child.kill()
    with open_database(f"sqlite:///{tmp_path / 'backup.db'}") as copy:
        assert check(copy) == ()
        assert Archive(copy).totals().articles > MANY - 2
    assert told


@pytest.mark.parametrize(
    ("name", "prepare", "message"),
    [
        ("there.db", lambda p: p.write_text("x"), "exists already"),
        ("no/folder.db", lambda p: None, "make the folder first"),
    ],
)
def test_a_backup_overwrites_nothing(filled: Database, tmp_path: Path, name, prepare, message: str) -> None:
    prepare(tmp_path / name)
    with pytest.raises(BackupError, match=message):
        back_up(filled, tmp_path / name)


def test_a_damaged_backup_is_refused(database: Database, tmp_path: Path) -> None:
    with open_database(sqlite_url(tmp_path).replace(FILE, "other.db")) as other:
        fill(other)
        back_up(other, tmp_path / "backup.db")
    content = bytearray((tmp_path / "backup.db").read_bytes())
    content[len(content) // 2 : len(content) // 2 + 9000] = bytes(9000)
    (tmp_path / "backup.db").write_bytes(content)
    with pytest.raises(BackupError, match="not a whole"):
        restore(tmp_path / "backup.db", database)
    assert Archive(database).totals().articles == 0


def test_captures_are_copied_once(tmp_path: Path) -> None:
    with open_database(sqlite_url(tmp_path)) as database:
        fill(database, tmp_path / "captures")
        assert copy_captures(tmp_path / "captures", tmp_path / "copy") > 0
        assert copy_captures(tmp_path / "captures", tmp_path / "copy") == 0
        assert verify(database, tmp_path / "copy").faults == ()
        assert verify(database, tmp_path / "copy").records == MANY - 2
