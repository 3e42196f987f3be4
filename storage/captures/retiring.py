"""Retention of captures: whole files go, what they were stays known by digest, and the chain still holds."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select, update

from storage.captures.capturing import SUFFIX, place_of
from storage.database import Database
from storage.schema import capture
from storage.values.model import SHANGHAI


@dataclass(frozen=True, kw_only=True, slots=True)
class CaptureFile:
    """A file whose captures all stand in manifests."""

    name: str
    day: date
    captures: int
    bytes: int

    @property
    def is_relevant(self) -> bool:
        """Whether it holds pages of relevant articles, changed and removed ones among them."""
        return self.name.partition("/")[2].startswith("relevant-")


@dataclass(frozen=True, kw_only=True, slots=True)
class Retired:
    """What retention took away."""

    files: int
    captures: int
    bytes: int


def outlived(
    files: Sequence[CaptureFile], *, today: date, keep_days: int, max_bytes: int
) -> tuple[CaptureFile, ...]:
    """The files that retention takes.

    All that are older than `keep_days`; then, while the others take more than `max_bytes`, the oldest of pages that are
    not relevant. So no relevant page goes for its size alone. 0 means no limit.
    """
    oldest = today - timedelta(days=keep_days) if keep_days else date.min
    gone = [file for file in files if file.day < oldest]
    left = sum(file.bytes for file in files) - sum(file.bytes for file in gone)
    for file in sorted(set(files) - set(gone), key=lambda file: (file.day, file.name)):
        if max_bytes and left > max_bytes and not file.is_relevant:
            gone.append(file)
            left -= file.bytes
    return tuple(gone)


def retire_captures(
    database: Database, folder: Path, *, now: datetime, keep_days: int, max_bytes: int
) -> Retired:
    """Remove what `outlived` its keeping; the rows say `pruned` first, then the files go.

    A crash between the two leaves files that the next call removes. Raises `ArchiveUnavailableError`, OSError.
    """
    today = now.astimezone(SHANGHAI).date()
    gone = outlived(_files(database, today), today=today, keep_days=keep_days, max_bytes=max_bytes)
    for file in gone:
        with database.write() as connection:
            connection.execute(
                update(capture)
                .where(capture.c.file == file.name, capture.c.state == "kept")
                .values(state="pruned")
            )
    _remove(folder, {file.name for file in gone} | _left_behind(database, folder))
    return Retired(
        files=len(gone), captures=sum(file.captures for file in gone), bytes=sum(file.bytes for file in gone)
    )


def _files(database: Database, today: date) -> list[CaptureFile]:
    sealed = func.count() == func.count(capture.c.manifest)
    asked = (
        select(capture.c.file, func.min(capture.c.day), func.count(), func.sum(capture.c.length))
        .where(capture.c.state == "kept", capture.c.day < today)
        .group_by(capture.c.file)
        .having(sealed)
    )
    with database.read() as connection:
        return [
            CaptureFile(name=name, day=day, captures=count, bytes=int(size))
            for name, day, count, size in connection.execute(asked)
        ]


def _left_behind(database: Database, folder: Path) -> set[str]:
    """Files that are there although their captures were pruned."""
    here = [f"{path.parent.name}/{path.name}" for path in folder.glob(f"*/*{SUFFIX}")]
    left: set[str] = set()
    for start in range(0, len(here), 500):
        asked = select(capture.c.file).where(
            capture.c.state == "pruned", capture.c.file.in_(here[start : start + 500])
        )
        with database.read() as connection:
            left.update(connection.scalars(asked))
    return left


def _remove(folder: Path, names: Iterable[str]) -> None:
    for name in sorted(names):
        if (place := place_of(folder, name)) is not None:
            place.unlink(missing_ok=True)
            with suppress(OSError):  # Not the last of its day.
                place.parent.rmdir()
