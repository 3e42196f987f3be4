"""The commands of upkeep, and what the service does of it once a day."""

import json
import threading
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from scheduler.cli import main
from scheduler.config import load_config
from scheduler.upkeep import keep_in_order, upkeep
from storage import (
    SHANGHAI,
    Catalog,
    Ledger,
    open_database,
    verify,
)
from tests.databases import FILE, sqlite_url
from tests.filled import MANY, fill
from tests.specimens import DAY, NOW
from tests.test_upkeep import break_count


def jindu(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(main, words, env={"JINDU_ARCHIVE": sqlite_url(folder), "JINDU_CONFIG": ""})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with open_database(sqlite_url(tmp_path)) as database:
        fill(database, tmp_path / f"{FILE}.captures")
        with database.write() as connection:
            connection.execute(text("UPDATE host SET lease_until = NULL, owner = NULL"))
    return tmp_path


def test_commands_back_up_and_restore(folder: Path, tmp_path: Path) -> None:
    backup = tmp_path / "backup.db"
    made = jindu(folder, "archive", "backup", str(backup), "--captures")
    assert made.exit_code == 0, made.output
    again = jindu(folder, "archive", "restore", str(backup))
    assert again.exit_code == 1
    assert "not empty" in again.stderr
    (tmp_path / "new").mkdir()
    back = jindu(tmp_path / "new", "archive", "restore", str(backup), "--json")
    assert back.exit_code == 0, back.output
    assert json.loads(back.stdout)["rows"]["article"] == MANY - 2
    assert jindu(tmp_path / "new", "verify").exit_code == 0
    assert jindu(tmp_path / "new", "archive", "check").exit_code == 0


def test_commands_move_check_prune_vacuum(folder: Path, tmp_path: Path) -> None:
    moved = jindu(folder, "archive", "move", "--to", str(tmp_path / "moved.db"))
    assert moved.exit_code == 0, moved.output
    assert "archive.url" in moved.stdout
    assert jindu(folder, "archive", "move", "--to", str(tmp_path / "moved.db")).exit_code == 1
    for words in (("check", "--json"), ("prune",), ("prune", "--json"), ("vacuum",)):
        done = jindu(folder, "archive", *words)
        assert done.exit_code == 0, done.output
    with open_database(sqlite_url(folder)) as database, database.write() as connection:
        break_count(connection)
    ill = jindu(folder, "archive", "check")
    assert ill.exit_code == 1
    assert "miscounted" in ill.stdout


def test_nothing_is_moved_from_under_a_running_service(folder: Path, tmp_path: Path) -> None:
    with open_database(sqlite_url(folder)) as database:
        Ledger(database).beat("service", now=datetime.now(SHANGHAI), detail="")
    refused = jindu(folder, "archive", "move", "--to", str(tmp_path / "moved.db"))
    assert refused.exit_code == 1
    assert "jindu run" in refused.stderr


def test_the_service_seals_and_prunes_once_a_day(tmp_path: Path) -> None:
    config = load_config({"JINDU_ARCHIVE": str(tmp_path / FILE)}, path=None)
    config = config.model_copy(
        update={"archive": config.archive.model_copy(update={"keep_irrelevant_days": 3})}
    )
    with open_database(sqlite_url(tmp_path)) as database:
        fill(database, config.captures_folder)
        assert keep_in_order(database, config, NOW) == ()
        (sealed,) = keep_in_order(database, config, NOW + DAY)
        assert sealed.captures == MANY - 2
        assert Catalog(database).search("海洛因", limit=99).total == MANY - 2
        assert keep_in_order(database, config, NOW + 4 * DAY) == ()
        assert Catalog(database).search("海洛因", limit=99).total == MANY - 2 - 10
        assert verify(database, config.captures_folder).faults == ()


def test_trouble_is_told_and_does_not_end_the_upkeep(tmp_path: Path) -> None:
    told: list[Exception] = []
    stop = threading.Event()

    def complain(error: Exception) -> None:
        told.append(error)
        stop.set()

    config = load_config({"JINDU_ARCHIVE": str(tmp_path / FILE)}, path=None)
    with open_database(sqlite_url(tmp_path)) as database:
        fill(database, config.captures_folder)
        config.captures_folder.joinpath("manifests").write_text("in the way")
        upkeep(database, config, stop, complain)
    assert [type(error) for error in told] == [FileExistsError]
