"""What happens to the archive when its surroundings fail."""

import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from storage import (
    ArchiveUnavailableError,
    Catalog,
    Database,
    Ledger,
    Outbox,
    Rule,
    open_database,
)
from storage.schema import article, article_text, coverage, fact, link, outbox, story
from tests.databases import FILE, NOBODY, sqlite_url
from tests.specimens import NOW, watch

ROOT = Path(__file__).parent.parent
COUNTED = (article, article_text, fact, story)


def python(code: str, *arguments: str, **options) -> subprocess.Popen[str]:
    """Run code in a process of its own."""
    command = [sys.executable, "-W", "error", "-c", code, *arguments]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, **options)


def assert_whole(database: Database) -> int:
    """Every article has all that belongs to it; returns how many there are."""
    with database.read() as connection:
        count = {t.name: connection.scalar(select(func.count()).select_from(t)) for t in (*COUNTED, outbox)}
        settled = connection.scalar(
            select(func.count()).select_from(link).where(link.c.state == "archived", link.c.article_id > 0)
        )
        archived = connection.scalar(select(func.sum(coverage.c.n)).where(coverage.c.counter == "archived"))
    number = count["article"]
    assert {count[t.name] for t in COUNTED} | {
        settled,
        archived or 0,
        Catalog(database).search("编号").total,
    } == {number}
    assert count["outbox"] == 2 * number
    return number


@pytest.fixture
def listed(database: Database) -> Database:
    """An archive with 300 links to read and two channels to tell."""
    Outbox(database).set_rules([Rule(name="all", channels=("group", "mail"))], now=NOW)
    watch(database, *range(300))
    return database


INGEST = """
import sys
from storage import Archive, Lease, Ledger, open_database
from tests.specimens import NOW, result
with open_database(sys.argv[1]) as database:
    lease = Lease(host="qingyun.example", fence=1)
    pending = Ledger(database).work(lease, portals=["qingyun"], now=NOW, limit=999).links
    for link in pending:
        number = int(link.url[-10:-5])
        Archive(database).ingest(result(number, link=link), lease=lease, now=NOW)
        print(number, flush=True)
"""


@pytest.mark.parametrize("after", [1, 4, 9])
def test_killed_between_pages_nothing_told_is_lost(listed: Database, database_url: str, after: int) -> None:
    with python(INGEST, database_url) as child:
        assert child.stdout is not None
        told = [next(child.stdout) for _ in range(after)]
        child.kill()
        told += child.stdout.readlines()
    assert assert_whole(listed) in (len(told), len(told) + 1)
    catalog = Catalog(listed)
    assert all(catalog.search(f"编号{int(number)}").total >= 1 for number in told)


KILL_INSIDE = """
import os, signal
from storage.search import index
from storage.articles import ingesting
def die(*_, **__): os.kill(os.getpid(), signal.SIGKILL)
{place} = die
"""


@pytest.mark.parametrize(
    "place",
    ["index._Fts5.add = index._Gin.add", "ingesting.owe", "ingesting.count", "ingesting.sort_key"],
    ids=["before the search entry", "before the alerts", "before the counts", "before the article"],
)
def test_killed_inside_a_page_nothing_of_it_is_there(listed: Database, database_url: str, place: str) -> None:
    child = python(KILL_INSIDE.format(place=place) + INGEST, database_url)
    assert child.communicate()[0] == ""
    assert child.returncode == -signal.SIGKILL
    assert assert_whole(listed) == 0
    again = python(INGEST.replace("limit=999", "limit=2"), database_url)
    assert len(again.communicate()[0].split()) == 2
    assert assert_whole(listed) == 2


FULL = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (1_200_000, 1_200_000))"
TOLD = """
import storage
try:
    {code}
except storage.ArchiveUnavailableError as error:
    print("unavailable:", error)
"""


def until_unavailable(code: str) -> str:
    return TOLD.format(code=code.strip().replace("\n", "\n    "))


def test_a_full_disk_stops_the_work_and_loses_nothing(tmp_path: Path) -> None:
    with open_database(sqlite_url(tmp_path)) as database:
        Outbox(database).set_rules([Rule(name="all", channels=("group", "mail"))], now=NOW)
        watch(database, *range(300))
        child = python(f"{FULL}\n{until_unavailable(INGEST)}", sqlite_url(tmp_path))
        *told, last = child.communicate()[0].splitlines()
        assert child.returncode == 0
        assert last.startswith(f"unavailable: archive {tmp_path / FILE}: the disk ")
        assert 0 < len(told) == assert_whole(database) < 300
        python(INGEST, sqlite_url(tmp_path)).communicate()
        assert assert_whole(database) == 300


UNPRIVILEGED = """
import os, sys
from storage import Ledger, open_database
from tests.specimens import NOW
if os.geteuid() == 0:
    import pwd
    os.setuid(pwd.getpwnam(sys.argv[2]).pw_uid)
"""
WRITE = """
with open_database(sys.argv[1]) as database:
    Ledger(database).beat("service", now=NOW)
"""


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder everybody may enter."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


def told_unprivileged(url: str) -> str:
    child = python(UNPRIVILEGED + until_unavailable(WRITE), url, NOBODY)
    told = child.communicate()[0]
    assert child.returncode == 0
    assert told.count("\n") == 1
    return told


def test_a_folder_that_may_not_be_written(open_folder: Path) -> None:
    open_folder.chmod(0o555)
    told = told_unprivileged(sqlite_url(open_folder))
    assert told.startswith(
        f"unavailable: archive {open_folder / FILE}: it cannot be opened; check that the folder"
    )


@pytest.mark.parametrize("beside", [True, False], ids=["in use", "at rest"])
def test_a_read_only_file(open_folder: Path, beside: bool) -> None:
    with open_database(sqlite_url(open_folder)) as database:
        Ledger(database).beat("service", now=NOW)
        if not beside:
            database.close()
        for path in open_folder.iterdir():
            path.chmod(0o444)
        open_folder.chmod(0o555)
        told = told_unprivileged(sqlite_url(open_folder))
        open_folder.chmod(0o755)
    assert told.startswith(f"unavailable: archive {open_folder / FILE}: it ")
    with open_database(sqlite_url(open_folder)) as database:
        assert Ledger(database).beats().keys() == {"service"}


ADDRESSES = {
    "no such folder": ("sqlite:////no/such/folder/archive.db", "its folder does not exist; create it first"),
    "another database": ("mysql://host/name", "mysql is not supported; use sqlite or postgresql"),
    "memory": ("sqlite://", "sqlite needs a file; write sqlite:///path"),
    "no address": ("://", "cannot be read; write sqlite:///path or postgresql://user@host/name"),
    "no server": ("postgresql://jindu:secret@127.0.0.1:9/name", "the server does not answer; start it"),
    "no socket": ("postgresql:///name?host=/no/such/folder", "the server does not answer; start it"),
}


@pytest.mark.parametrize(("url", "message"), ADDRESSES.values(), ids=ADDRESSES)
def test_addresses_that_lead_nowhere(url: str, message: str) -> None:
    with pytest.raises(ArchiveUnavailableError, match=message) as caught:
        open_database(url)
    assert "\n" not in str(caught.value)
    assert "secret" not in str(caught.value)


def test_a_folder_is_no_archive(tmp_path: Path) -> None:
    with pytest.raises(ArchiveUnavailableError, match="is a folder; name a file in it"):
        open_database(str(tmp_path))


def test_another_file_is_no_archive(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("not a database " * 100, "utf-8")
    with pytest.raises(ArchiveUnavailableError, match="not an SQLite database; choose another path"):
        open_database(sqlite_url(tmp_path))


def test_a_password_is_never_shown(database_url: str) -> None:
    with open_database(database_url.replace("jindu@", "jindu:secret@")) as opened:
        assert "secret" not in opened.url


def test_no_such_database_on_the_server(fresh_postgresql) -> None:
    with pytest.raises(ArchiveUnavailableError, match="the server knows no such database"):
        open_database(fresh_postgresql().replace("/jindu_", "/other_"))


def test_a_server_that_goes_away_is_told_and_comes_back(fresh_postgresql) -> None:
    with open_database(fresh_postgresql()) as database:
        with (
            pytest.raises(ArchiveUnavailableError, match="the server does not answer"),
            database.write() as connection,
        ):
            connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
        Ledger(database).beat("service", now=NOW)


def test_a_writer_that_never_ends_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.database.BUSY_TIMEOUT", 0.05)
    with open_database(sqlite_url(tmp_path)) as database, database.write():
        with pytest.raises(ArchiveUnavailableError, match="another process held it for too long"):
            Ledger(database).beat("service", now=NOW)
        assert Ledger(database).beats() == {}


OPEN = """
import sys
from storage import open_database
open_database(sys.argv[1]).close()
"""


def test_two_processes_may_create_one_archive(tmp_path: Path) -> None:
    children = [python(OPEN, sqlite_url(tmp_path), stderr=subprocess.PIPE) for _ in range(4)]
    assert [child.communicate()[1] for child in children] == [""] * 4
    open_database(sqlite_url(tmp_path)).close()


def test_two_processes_may_create_one_archive_on_a_server(postgresql_server) -> None:
    with postgresql_server.bare() as url:
        children = [python(OPEN, url, stderr=subprocess.PIPE) for _ in range(3)]
        assert [child.communicate()[1] for child in children] == [""] * 3
        open_database(url).close()
