"""Backups: one SQLite file, whatever the archive is, made while it is in use and restored into an empty one of either kind."""

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from sqlalchemy import make_url, text

from storage.captures.capturing import OPEN, SUFFIX, sync_folder
from storage.database import Database, open_database
from storage.errors import StorageError
from storage.upkeep.moving import Moved, Progress, move

PART = ".part"


class BackupError(StorageError):
    """A backup cannot be made or is not whole; the message says what to do."""


def back_up(database: Database, place: Path, *, progress: Progress = lambda name, rows: None) -> int:
    """Write all of the archive as it is at one moment into a new SQLite file; returns its size in bytes.

    The service may go on. The file appears under its name only when it is whole, was checked and is on disk. Raises
    `BackupError`, `ArchiveUnavailableError`, OSError.
    """
    if place.exists():
        raise BackupError(f"{place}: exists already; name another file")
    if not place.parent.is_dir():
        raise BackupError(f"{place.parent}: is not there; make the folder first")
    draft = place.with_name(f"{place.name}{PART}")
    _discard(draft)
    try:
        if database.dialect == "sqlite":
            with database.outside() as connection:
                connection.execute(text("VACUUM INTO :place"), {"place": str(draft)})
        else:
            with open_database(str(draft)) as target:
                move(database, target, progress=progress)
        _must_be_whole(draft)
        _sync(draft)
        draft.rename(place)
        sync_folder(place.parent)
    except BaseException:
        _discard(draft)
        raise
    return place.stat().st_size


def restore(backup: Path, target: Database, *, progress: Progress = lambda name, rows: None) -> Moved:
    """Fill the empty archive from a backup; called again after a crash it goes on.

    The backup itself is not changed, also where it is of an older version. Raises `BackupError`, `MoveError`.
    """
    if not backup.is_file():
        raise BackupError(f"{backup}: there is no such file")
    _must_be_whole(backup)
    work = backup.with_name(f"{backup.name}.restoring")
    _discard(work)
    try:
        shutil.copyfile(backup, work)
        with open_database(str(work)) as source:
            return move(source, target, progress=progress)
    finally:
        _discard(work)


def copy_captures(folder: Path, to: Path, *, progress: Callable[[int], None] = lambda done: None) -> int:
    """Copy the files of captures and manifests that are not there yet in the same size; returns how many bytes.

    Files only grow or go, so what was copied before is not copied again. Raises OSError.
    """
    copied = 0
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        if not path.is_file() or path.suffix == ".draft":
            continue
        name = path.relative_to(folder)
        there = to / str(name).removesuffix(OPEN) if path.name.endswith(f"{SUFFIX}{OPEN}") else to / name
        size = path.stat().st_size
        if not there.exists() or there.stat().st_size != size:
            there.parent.mkdir(parents=True, exist_ok=True)
            draft = there.with_name(f"{there.name}{PART}")
            shutil.copyfile(path, draft)
            draft.replace(there)
            copied += size
        progress(size)
    return copied


def size_of(database_url: str) -> int | None:
    """Bytes of the files of an SQLite archive; None where the archive is a server's."""
    named = make_url(database_url) if "://" in database_url else None
    if named is not None and named.get_backend_name() != "sqlite":
        return None
    path = str(named.database) if named is not None else database_url
    return sum(p.stat().st_size for p in (Path(path), Path(f"{path}-wal")) if p.exists())


def _must_be_whole(place: Path) -> None:
    try:
        with closing(
            sqlite3.connect(f"{place.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
        ) as connection:
            told = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    except sqlite3.DatabaseError as error:
        told = str(error)
    if told != "ok":
        raise BackupError(f"{place}: is not a whole SQLite file ({told}); use another backup")


def _sync(place: Path) -> None:
    with place.open("rb+") as stream:
        os.fsync(stream.fileno())


def _discard(draft: Path) -> None:
    for path in (draft, *(Path(f"{draft}{end}") for end in ("-wal", "-shm", "-journal"))):
        path.unlink(missing_ok=True)
