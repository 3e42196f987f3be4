"""Moving, backing up, restoring, checking and forgetting, on both databases and with real crashes."""

import json
import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Connection, delete, insert, select, text, update

from scheduler.cli import main
from scheduler.config import load_config
from scheduler.upkeep import keep_in_order, upkeep
from storage import (
    SHANGHAI,
    Archive,
    ArchiveUnavailableError,
    BackupError,
    CaptureFolder,
    Catalog,
    Database,
    Ledger,
    MoveError,
    Outbox,
    Retention,
    Rule,
    back_up,
    check,
    copy_captures,
    forget,
    is_unfinished,
    move,
    must_be_whole,
    open_database,
    restore,
    rows_to_move,
    vacuum,
    verify,
)
from storage.schema import article, article_text, coverage, fact, link, receipt, story
from storage.upkeep.copying import likeness, tables_in_order
from tests.databases import FILE, sqlite_url
from tests.specimens import DAY, IRRELEVANT, NOW, result, watch
from tests.test_captures import pages

ROOT = Path(__file__).parent.parent
MANY = 30


def fill(database: Database, place: Path | None = None, many: int = MANY) -> None:
    """Links, articles relevant and not, reprints, alerts owed, counters, captures."""
    Outbox(database).set_rules([Rule(name="all", channels=("group", "mail"))], now=NOW)
    _, lease, links = watch(database, *range(many))
    folder = CaptureFolder(place) if place else None
    archive = Archive(database, captures=folder)
    for number, pending in enumerate(links[:-2]):
        verdict = {"verdict": IRRELEVANT} if number % 3 == 0 else {}
        read = replace(result(number, link=pending, **verdict), captures=pages(number))
        archive.ingest(read, lease=lease, now=NOW)
    if folder is not None:
        folder.close()


def contents(database: Database) -> dict[str, object]:
    with database.read() as connection:
        return {table.name: likeness(connection, table) for table in tables_in_order()}


@pytest.fixture
def filled(database: Database) -> Database:
    fill(database)
    return database


@pytest.fixture
def target_url(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> str:
    """An empty archive of the other kind."""
    if database_url.startswith("sqlite"):
        return request.getfixturevalue("fresh_postgresql")()
    return f"sqlite:///{tmp_path / 'moved.db'}"


def assert_works(database: Database) -> None:
    """It is sound, can be searched, and takes a new article under a new id."""
    assert check(database) == ()
    archive = Archive(database)
    catalog = Catalog(database)
    assert catalog.search("海洛因", limit=99).total == MANY - 2
    known = {hit.id for hit in catalog.search("", limit=99).hits}
    assert archive.ingest(result(777), lease=None, now=NOW).article_id not in known


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


def break_first(connection: Connection) -> None:
    connection.execute(update(story).where(story.c.id == 1).values(first_article_id=999))


def break_count(connection: Connection) -> None:
    connection.execute(update(story).where(story.c.id == 1).values(reports=7))


def break_link(connection: Connection) -> None:
    connection.execute(update(link).where(link.c.id == 1).values(article_id=999))


def break_text(connection: Connection) -> None:
    connection.execute(delete(article_text).where(article_text.c.article_id == 3))


def break_index(connection: Connection) -> None:
    changed = update(article_text).where(article_text.c.article_id == 3)
    connection.execute(changed.values(text="zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz"))


@pytest.mark.parametrize(
    ("breaks", "kind"),
    [
        (break_first, "lost_first"),
        (break_count, "miscounted"),
        (break_link, "lost_article"),
        (break_text, "no_text"),
        (break_index, "not_indexed"),
    ],
)
def test_what_is_broken_is_named(filled: Database, breaks, kind: str) -> None:
    assert check(filled) == ()
    with filled.write() as connection:
        breaks(connection)
    assert [problem.kind for problem in check(filled)] == [kind]


def test_a_broken_reference_is_named(tmp_path: Path) -> None:
    with open_database(sqlite_url(tmp_path)) as database:
        fill(database)
        with closing(sqlite3.connect(tmp_path / FILE)) as raw:
            raw.execute("UPDATE fact SET article_id = 999 WHERE id = 1")
            raw.commit()
        assert [problem.kind for problem in check(database)] == ["broken_reference"]


def test_room_is_given_back(tmp_path: Path) -> None:
    with open_database(sqlite_url(tmp_path)) as database:
        fill(database)
        before = (tmp_path / FILE).stat().st_size
        with database.write() as connection:
            connection.execute(update(article_text).values(text="短"))
        vacuum(database)
        assert (tmp_path / FILE).stat().st_size < before


def test_tidying_changes_nothing(filled: Database) -> None:
    before = contents(filled)
    vacuum(filled)
    assert contents(filled) == before
    assert check(filled) == ()


def test_nothing_is_forgotten_by_default(filled: Database) -> None:
    before = contents(filled)
    assert forget(filled, Retention(), now=NOW + 9999 * DAY) == {}
    assert contents(filled) == before


def test_each_kind_is_forgotten_after_its_days(filled: Database) -> None:
    with filled.write() as connection:
        row = {"outbox_id": 1, "attempt": 1, "at": NOW, "result": "sent", "detail": "", "ambiguous": False}
        connection.execute(insert(receipt), [row])
        connection.execute(text("UPDATE outbox SET state = 'sent' WHERE id = 1"))
    retention = Retention(irrelevant_texts=30, receipts=30, coverage=30, runs=30)
    assert not any(forget(filled, retention, now=NOW + 29 * DAY).values())
    done = forget(filled, retention, now=NOW + 32 * DAY)
    assert done["irrelevant_texts"] == 10
    assert done["receipts"] == 1
    assert done["coverage"] > 0
    assert check(filled) == ()
    with filled.read() as connection:
        assert not connection.execute(select(coverage)).all()
        assert connection.execute(select(article)).all()
        assert connection.execute(select(fact)).all()
    assert Catalog(filled).search("海洛因", limit=99).total == MANY - 2 - 10
    assert Catalog(filled).search("青云禁毒大队", limit=99).total == MANY - 2
    assert not any(forget(filled, retention, now=NOW + 32 * DAY).values())


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
