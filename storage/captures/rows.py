"""Captures in the archive: rows that say where the bytes of a version are, and how much room they take."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal, TypeAlias

from sqlalchemy import Connection, Row, func, insert, make_url, select

from storage.captures.capturing import Kept, place_of
from storage.captures.warc import Standing, UnreadableRecordError, unpack
from storage.database import Database
from storage.errors import StorageError
from storage.schema import capture

CaptureState: TypeAlias = Literal["kept", "not_kept", "pruned"]
"""`not_kept`: the disk refused it when it came; `pruned`: removed by the rules of retention. Digests stay always."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CaptureRow:
    """One answer from which a version of an article was read."""

    id: int
    article_id: int
    version: int
    page: int
    """1 for the first page of the article."""
    url: str
    answered_url: str
    status: int
    fetched_at: datetime
    day: date
    record: str
    sha256: str
    size: int
    """Bytes of the body."""
    record_sha256: str
    file: str | None
    offset: int | None
    length: int | None
    state: CaptureState
    manifest: date | None
    """The day in whose manifest it stands; None: not sealed yet."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CaptureTotals:
    """How many captures there are, and how much room they take."""

    captures: int
    bytes: int
    """Of the records on disk, compressed."""
    bodies: int
    """Of the bodies in them."""
    pruned: int
    not_kept: int
    last_not_kept_at: datetime | None


def captures_folder(url: str, data_folder: Path) -> Path:
    """Where the captures of the archive at `url` are when nobody says otherwise.

    Beside an SQLite file; for PostgreSQL in `data_folder`, under the name of the database, so that the manifests of
    two archives are never in one folder.
    """
    if "://" not in url:
        return Path(f"{url}.captures")
    named = make_url(url)
    if named.get_backend_name() == "sqlite":
        return Path(f"{named.database}.captures")
    return data_folder / f"{named.database or 'postgresql'}.captures"


class CaptureMissingError(StorageError):
    """The bytes of a capture cannot be shown: its file is gone, was changed, or was removed by retention."""


def refer(connection: Connection, article_id: int, version: int, kept: Sequence[Kept]) -> None:
    """Write where the bytes of this version are; within the transaction that writes the version."""
    if kept:
        rows = [_row(article_id, version, page, one) for page, one in enumerate(kept, 1)]
        connection.execute(insert(capture), rows)


def captures_of(database: Database, article_id: int, version: int | None = None) -> tuple[CaptureRow, ...]:
    """What an article was read from, by version and page; all versions without `version`."""
    asked = select(capture).where(capture.c.article_id == article_id)
    if version is not None:
        asked = asked.where(capture.c.version == version)
    with database.read() as connection:
        rows = connection.execute(asked.order_by(capture.c.version, capture.c.page)).all()
    return tuple(as_capture(row) for row in rows)


def capture_totals(database: Database) -> CaptureTotals:
    """The captures in figures."""
    sums = select(
        capture.c.state,
        func.count(),
        func.sum(capture.c.length),
        func.sum(capture.c.size),
        func.max(capture.c.fetched_at),
    )
    with database.read() as connection:
        rows = {row[0]: row for row in connection.execute(sums.group_by(capture.c.state))}
    kept, lost, pruned = rows.get("kept"), rows.get("not_kept"), rows.get("pruned")
    return CaptureTotals(
        captures=kept[1] if kept else 0,
        bytes=int(kept[2] or 0) if kept else 0,
        bodies=int(kept[3] or 0) if kept else 0,
        pruned=pruned[1] if pruned else 0,
        not_kept=lost[1] if lost else 0,
        last_not_kept_at=lost[4] if lost else None,
    )


def packed_record(folder: Path, row: CaptureRow) -> bytes:
    """The record of a capture as it is in its file. Raises `CaptureMissingError`."""
    if row.file is None or row.offset is None or row.length is None:
        raise CaptureMissingError(f"capture {row.id}: its bytes were not kept; only its digest is known")
    if row.state == "pruned":
        raise CaptureMissingError(f"capture {row.id}: its file {row.file} was removed by retention")
    place = place_of(folder, row.file)
    if place is None:
        raise CaptureMissingError(f"capture {row.id}: the file {folder / row.file} is missing; restore it")
    with place.open("rb") as stream:
        stream.seek(row.offset)
        return stream.read(row.length)


def standing(folder: Path, row: CaptureRow) -> Standing:
    """What stood there. Raises `CaptureMissingError`."""
    try:
        return unpack(packed_record(folder, row))
    except UnreadableRecordError as error:
        raise CaptureMissingError(
            f"capture {row.id}: the record in {row.file} at {row.offset} is damaged ({error}); run jindu verify"
        ) from error


def as_capture(row: Row[Any]) -> CaptureRow:
    """A row of the table as a value."""
    return CaptureRow(**{name: getattr(row, name) for name in CaptureRow.__dataclass_fields__})


def _row(article_id: int, version: int, page: int, kept: Kept) -> dict[str, object]:
    told = kept.capture
    return {
        "article_id": article_id,
        "version": version,
        "page": page,
        "url": told.url,
        "answered_url": told.answered_url or told.url,
        "status": told.status,
        "fetched_at": told.fetched_at,
        "size": len(told.body),
        "state": "not_kept" if kept.file is None else "kept",
        **{name: getattr(kept, name) for name in ("day", "record", "sha256", "record_sha256")},
        **{name: getattr(kept, name) for name in ("file", "offset", "length")},
    }
