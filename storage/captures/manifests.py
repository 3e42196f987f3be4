"""One manifest a day: which captures there are, each chained to the one before, so that none can be changed unseen."""

import hashlib
import json
import os
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, insert, select, text, update

from storage.captures.capturing import sync_folder
from storage.database import Database
from storage.schema import capture, manifest
from storage.values.model import SHANGHAI

SEAL_LOCK = 7_261_004
"""Any number, the same for all: the PostgreSQL advisory lock under which a day is sealed."""
BEGINNING = "0" * 64
"""What the first manifest names as the one before it."""
MANIFESTS = "manifests"


@dataclass(frozen=True, kw_only=True, slots=True)
class Sealed:
    """One manifest."""

    day: date
    sha256: str
    """Of the file `manifests/DAY.json`, byte for byte."""
    previous: str
    """The `sha256` of the manifest before it."""
    captures: int


def seal(database: Database, folder: Path, *, now: datetime) -> tuple[Sealed, ...]:
    """Write the manifest of every day in Asia/Shanghai that is over and has captures; those already there stay.

    The file is on disk before the row that names its digest; a crash between them leaves a file that the next call
    replaces. Of several processes one seals, the others find it done. A capture whose transaction ended after its day
    was sealed stands in the manifest of a later day. Raises `ArchiveUnavailableError`, OSError.
    """
    today = now.astimezone(SHANGHAI).date()
    if not _is_owing(database, today):
        return ()
    with database.write() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": SEAL_LOCK})
        last = connection.execute(select(manifest).order_by(manifest.c.day.desc()).limit(1)).one_or_none()
        previous, done = (last.sha256 if last else BEGINNING), []
        for day, rows in _by_day(_unsealed(connection, today), last.day if last else None):
            if day < today:
                done.append(_seal_day(connection, folder, rows, Day(day=day, previous=previous, now=now)))
                previous = done[-1].sha256
        return tuple(done)


@dataclass(frozen=True, kw_only=True, slots=True)
class Day:
    """What a manifest says beside its captures."""

    day: date
    previous: str
    now: datetime


def manifest_text(day: date, previous: str, rows: Sequence[Row[Any]]) -> str:
    """The manifest as it is written and hashed: one JSON object, keys sorted, UTF-8, one newline at the end."""
    told = {"day": day.isoformat(), "previous": previous, "captures": [entry(row) for row in rows]}
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n"


def entry(row: Row[Any]) -> dict[str, object]:
    """What a manifest says of one capture: all that must not change."""
    told = {name: getattr(row, name) for name in ("article_id", "version", "page", "url", "answered_url")}
    told |= {name: getattr(row, name) for name in ("status", "record", "sha256", "record_sha256", "size")}
    return told | {"fetched_at": row.fetched_at.astimezone(SHANGHAI).isoformat()}


def manifest_place(folder: Path, day: date) -> Path:
    """Where the manifest of a day is."""
    return folder / MANIFESTS / f"{day.isoformat()}.json"


def manifests_of(database: Database) -> tuple[Sealed, ...]:
    """The chain, the oldest first."""
    with database.read() as connection:
        rows = connection.execute(select(manifest).order_by(manifest.c.day)).all()
    return tuple(
        Sealed(day=row.day, sha256=row.sha256, previous=row.previous, captures=row.captures) for row in rows
    )


def _is_owing(database: Database, today: date) -> bool:
    with database.read() as connection:
        asked = select(capture.c.id).where(capture.c.manifest.is_(None), capture.c.day < today).limit(1)
        return connection.scalar(asked) is not None


def _unsealed(connection: Connection, today: date) -> Sequence[Row[Any]]:
    asked = select(capture).where(capture.c.manifest.is_(None), capture.c.day < today)
    return connection.execute(asked.order_by(capture.c.day, capture.c.id)).all()


def _by_day(rows: Iterable[Row[Any]], last: date | None) -> list[tuple[date, list[Row[Any]]]]:
    """The rows by the day in whose manifest they stand: their own, or the first that is not sealed yet."""
    earliest = last + timedelta(days=1) if last else date.min
    days: defaultdict[date, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        days[max(row.day, earliest)].append(row)
    return sorted(days.items())


def _seal_day(connection: Connection, folder: Path, rows: Sequence[Row[Any]], of: Day) -> Sealed:
    written = manifest_text(of.day, of.previous, rows).encode()
    digest = hashlib.sha256(written).hexdigest()
    _write_whole(manifest_place(folder, of.day), written)
    row = {"day": of.day, "sha256": digest, "previous": of.previous, "captures": len(rows)}
    connection.execute(insert(manifest), [row | {"sealed_at": of.now}])
    for start in range(0, len(rows), 500):
        ids = [row.id for row in rows[start : start + 500]]
        connection.execute(update(capture).where(capture.c.id.in_(ids)).values(manifest=of.day))
    return Sealed(day=of.day, sha256=digest, previous=of.previous, captures=len(rows))


def _write_whole(place: Path, written: bytes) -> None:
    """All of the file or none of it, confirmed by the disk."""
    place.parent.mkdir(parents=True, exist_ok=True)
    draft = place.with_name(f"{place.name}.draft")
    with draft.open("wb") as stream:
        stream.write(written)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(place)
    sync_folder(place.parent)
