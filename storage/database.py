"""Opening the archive, and the only two kinds of transaction there are.

Reading sees one state of the archive; writing takes the write lock at once (`BEGIN IMMEDIATE` on SQLite, since a
transaction that reads first and then wants to write fails with BUSY whatever the time-out).
"""

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import (
    ArgumentError,
    DatabaseError,
    DataError,
    IntegrityError,
    InterfaceError,
    ProgrammingError,
)

from storage.articles.reindexing import ensure_current_terms, terms_are_current
from storage.errors import ArchiveUnavailableError
from storage.schema import HEAD

BUSY_TIMEOUT = 30.0
"""Seconds a writer waits for another."""
MIGRATION_LOCK = 7_261_003
"""Any number, the same for all: the PostgreSQL advisory lock under which an archive is upgraded."""
OLDEST_SQLITE = (3, 38)


class Database:
    """An open archive; close it, or use it as a context manager. Threads may share it; processes open their own."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.url = engine.url.render_as_string(hide_password=True)
        """Where it is, with any password hidden."""
        self.dialect = engine.dialect.name
        """`sqlite` or `postgresql`."""

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One transaction that reads; raises `ArchiveUnavailableError`."""
        with self._translated(), self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction that writes: all of it on leaving, nothing on an error."""
        with self._translated(), self._engine.connect() as connection:
            connection = connection.execution_options(**{_WRITES: True})
            with connection.begin():
                yield connection

    @contextmanager
    def outside(self) -> Iterator[Connection]:
        """A connection outside any transaction: for VACUUM and its like."""
        with self._translated(), self._engine.connect() as connection:
            if self.dialect == "sqlite":
                # Now and then a moment of Python, in which Ctrl-C is heard.
                raw = cast(sqlite3.Connection, connection.connection.driver_connection)
                raw.set_progress_handler(lambda: 0, 100_000)
            yield connection.execution_options(isolation_level="AUTOCOMMIT", **{_OUTSIDE: True})

    def close(self) -> None:
        """Give back all connections; the object is of no use afterwards."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (DatabaseError, InterfaceError, sqlite3.DatabaseError) as error:
            if _is_our_fault(error):
                raise
            raise ArchiveUnavailableError(_explain(error, self._engine.url)) from error


def open_database(url: str) -> Database:
    """Open the archive at `url`, create or upgrade it where needed.

    `url` is `sqlite:///path`, a plain path, or `postgresql://user@host/name`. Raises `ArchiveUnavailableError`.
    """
    database = Database(_engine(_parse(url)))
    try:
        _make_current(database)
    except BaseException:
        database.close()
        raise
    return database


_WRITES, _OUTSIDE = "storage_writes", "storage_outside"
_TO_JSON = partial(json.dumps, ensure_ascii=False, separators=(",", ":"))
_CAUSES = (
    ("database or disk is full", "the disk is full; free some space, nothing was lost"),
    ("no space left", "the disk is full; free some space, nothing was lost"),
    ("disk i/o error", "the disk refused to write or read; check its free space, limits and health"),
    ("readonly database", "it is read-only; check the owner and permissions of the file and its folder"),
    ("read-only", "it is read-only; connect to the primary server"),
    ("unable to open database file", "it cannot be opened; check that the folder exists and may be written"),
    ("not a database", "the file is not an SQLite database; choose another path"),
    ("interrupted", "it was interrupted; nothing was changed, call it again"),
    ("malformed", "the file is damaged; restore a backup"),
    ("database is locked", "another process held it for too long; see which one is writing, then try again"),
    ("password authentication failed", "the server refused user or password; correct the address"),
    ("does not exist", "the server knows no such database or user; create it first"),
    ("permission denied", "the server refused; grant the user the right to create tables"),
)  # fmt: skip


def _parse(url: str) -> URL:
    if "://" not in url:
        return URL.create("sqlite", database=url)
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise ArchiveUnavailableError(
            "archive address: cannot be read; write sqlite:///path or postgresql://user@host/name"
        ) from error
    backend = parsed.get_backend_name()
    if backend not in ("sqlite", "postgresql"):
        raise ArchiveUnavailableError(
            f"archive address: {backend} is not supported; use sqlite or postgresql"
        )
    return parsed.set(drivername="sqlite" if backend == "sqlite" else "postgresql+psycopg")


def _engine(url: URL) -> Engine:
    options: dict[str, Any] = {"json_serializer": _TO_JSON}
    if url.drivername == "sqlite":
        if url.database in (None, "", ":memory:"):
            raise ArchiveUnavailableError("archive address: sqlite needs a file; write sqlite:///path")
        _check_place(Path(str(url.database)))
        engine = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT}, **options)
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    return create_engine(url, pool_pre_ping=True, connect_args={"connect_timeout": 10}, **options)


def _check_place(path: Path) -> None:
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise ArchiveUnavailableError(
            f"SQLite {sqlite3.sqlite_version} is too old; use a Python with SQLite"
            f" {'.'.join(map(str, OLDEST_SQLITE))} or newer"
        )
    if path.is_dir():
        raise ArchiveUnavailableError(f"archive {path}: is a folder; name a file in it")
    if not path.parent.is_dir():
        raise ArchiveUnavailableError(f"archive {path}: its folder does not exist; create it first")


def _set_up_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # The driver's own transactions begin late and end before DDL; ours are begun in `_begin_sqlite`.
    connection.isolation_level = None
    _enter_wal(connection)
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")


def _enter_wal(connection: sqlite3.Connection) -> None:
    # Changing the mode ignores the busy time-out; of two processes that create an archive one must wait here.
    deadline = time.monotonic() + BUSY_TIMEOUT
    while connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.01)


def _begin_sqlite(connection: Connection) -> None:
    if connection.get_execution_options().get(_OUTSIDE, False):
        return
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _make_current(database: Database) -> None:
    with database.read() as connection:
        if _revision(connection) == HEAD and terms_are_current(connection):
            return
    with database.write() as connection:
        if database.dialect == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
        revision = _revision(connection)
        if revision is not None and revision > HEAD:
            raise ArchiveUnavailableError(
                f"archive {database.url}: it was written by a newer version (schema {revision},"
                f" this one knows {HEAD}); update the program"
            )
        if revision != HEAD:
            _upgrade(connection)
        ensure_current_terms(connection)


def _upgrade(connection: Connection) -> None:
    # Alembic costs a third of a second to import, and a crawl child almost never needs it.
    from storage.migrations import upgrade

    upgrade(connection)


def _revision(connection: Connection) -> str | None:
    if not connection.dialect.has_table(connection, "alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _is_our_fault(error: Exception) -> bool:
    """Whether a statement was wrong, and not the archive's surroundings."""
    refused = getattr(getattr(error, "orig", None), "sqlstate", None) == "42501"
    return isinstance(error, (IntegrityError, ProgrammingError, DataError)) and not refused


def _explain(error: Exception, url: URL) -> str:
    place = url.database if url.drivername == "sqlite" else url.render_as_string(hide_password=True)
    told = " ".join(str(getattr(error, "orig", error)).split())
    cause = next((cause for words, cause in _CAUSES if words in told.lower()), None)
    if cause is None and url.drivername != "sqlite":
        cause = "the server does not answer; start it or correct the address"
    return f"archive {place}: {cause or 'cannot be used'} ({told})"
