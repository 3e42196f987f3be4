"""Checking that the captures are what the manifests say: records, rows and the chain."""

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO, Any, Literal, TypeAlias

from sqlalchemy import Row, func, select

from storage.captures.capturing import OPEN, SUFFIX, place_of
from storage.captures.manifests import BEGINNING, MANIFESTS, Sealed, entry, manifest_place, manifests_of
from storage.captures.warc import UnreadableRecordError, members, unpack
from storage.database import Database
from storage.schema import capture

FaultKind: TypeAlias = Literal[
    "missing_file", "changed_byte", "changed_row", "deleted_row", "added_row", "missing_manifest",
    "changed_manifest", "broken_chain", "unknown_manifest",
]  # fmt: skip
"""What is not as it was."""
NoteKind: TypeAlias = Literal["torn_tail", "unreferenced", "pruned", "not_kept", "unsealed"]
"""What is fine, and to be known."""
_Entry: TypeAlias = Mapping[str, object]
Progress: TypeAlias = Callable[[int], None]
"""Told how many bytes more are done."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """One thing that is not as the chain says."""

    kind: FaultKind
    day: date
    where: str
    """File or record."""
    detail: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Note:
    """Something of one kind that is no fault."""

    kind: NoteKind
    where: str
    captures: int = 0
    bytes: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Verified:
    """What was checked and what was found."""

    records: int
    bytes: int
    manifests: int
    head: str
    """Digest of the newest manifest: whoever notes it elsewhere can tell later that nothing was cut off the end."""
    faults: tuple[Fault, ...]
    notes: tuple[Note, ...]


def verify(
    database: Database, folder: Path, *, since: date | None = None, progress: Progress = lambda done: None
) -> Verified:
    """Check every record against file, row and manifest, and every manifest against the one before it.

    Only of days from `since` on, if it is given; the chain is followed from its beginning all the same. Raises
    `ArchiveUnavailableError`, and OSError where a file cannot be read.
    """
    check, chain = _Check(database, folder, progress), manifests_of(database)
    check.chain(chain)
    for day in _days(database, since):
        check.day(day)
    for sealed in chain:
        if since is None or sealed.day >= since:
            check.manifest(sealed)
    check.unsealed()
    return Verified(
        records=check.records,
        bytes=check.bytes,
        manifests=len(chain),
        head=chain[-1].sha256 if chain else BEGINNING,
        faults=tuple(check.faults),
        notes=tuple(check.notes),
    )


def bytes_to_verify(database: Database, since: date | None = None) -> int:
    """How many bytes of records there are to read."""
    asked = select(func.sum(capture.c.length)).where(capture.c.state == "kept")
    if since is not None:
        asked = asked.where(capture.c.day >= since)
    with database.read() as connection:
        return int(connection.scalar(asked) or 0)


class _Check:
    """One check, and what it found so far."""

    def __init__(self, database: Database, folder: Path, progress: Progress) -> None:
        self._database = database
        self._folder = folder
        self._progress = progress
        self.records = 0
        self.bytes = 0
        self.faults: list[Fault] = []
        self.notes: list[Note] = []

    def chain(self, chain: Iterable[Sealed]) -> None:
        """Each manifest names the one before it, and no file is there that the archive does not know."""
        previous, known = BEGINNING, set()
        for sealed in chain:
            known.add(manifest_place(self._folder, sealed.day).name)
            if sealed.previous != previous:
                self._fault(
                    "broken_chain", sealed.day, "manifest", f"{sealed.previous[:12]} ≠ {previous[:12]}"
                )
            previous = sealed.sha256
        for path in sorted((self._folder / MANIFESTS).glob("*.json")):
            if path.name not in known:
                self._fault("unknown_manifest", _day_of(path.stem), f"{MANIFESTS}/{path.name}")

    def manifest(self, sealed: Sealed) -> None:
        """Its file has its digest, and each row that stands in it still says the same."""
        place = manifest_place(self._folder, sealed.day)
        where = f"{MANIFESTS}/{place.name}"
        if not place.is_file():
            self._fault("missing_manifest", sealed.day, where)
            return
        written = place.read_bytes()
        if hashlib.sha256(written).hexdigest() != sealed.sha256:
            self._fault("changed_manifest", sealed.day, where)
            return
        told = json.loads(written)
        if told["previous"] != sealed.previous:
            self._fault("broken_chain", sealed.day, where)
        asked = select(capture).where(capture.c.manifest == sealed.day)
        with self._database.read() as connection:
            rows = {row.record: entry(row) for row in connection.execute(asked)}
        self._compare(sealed.day, {one["record"]: one for one in told["captures"]}, rows)

    def day(self, day: date) -> None:
        """The records of one day."""
        files: dict[str, list[Row[Any]]] = {}
        gone: dict[NoteKind, list[Row[Any]]] = {}
        for row in _rows(self._database, day):
            if row.state == "kept":
                files.setdefault(row.file, []).append(row)
            else:
                gone.setdefault(row.state, []).append(row)
        for file, rows in files.items():
            self._file(day, file, rows)
        for kind, rows in gone.items():
            self._note(kind, day.isoformat(), len(rows), sum(row.size for row in rows))
        for path in sorted((self._folder / day.isoformat()).glob(f"*{SUFFIX}*")):
            name = f"{day.isoformat()}/{path.name.removesuffix(OPEN)}"
            if name not in files:
                self._note("unreferenced", name, 0, path.stat().st_size)

    def unsealed(self) -> None:
        """What waits for its manifest."""
        asked = select(func.count(), func.sum(capture.c.length)).where(capture.c.manifest.is_(None))
        with self._database.read() as connection:
            count, size = connection.execute(asked).one()
        if count:
            self._note("unsealed", "", count, int(size or 0))

    def _compare(self, day: date, told: Mapping[str, _Entry], rows: Mapping[str, _Entry]) -> None:
        for record, wanted in told.items():
            row = rows.get(record)
            if row is None:
                self._fault("deleted_row", day, record, str(wanted["url"]))
            elif row != wanted:
                names = ", ".join(sorted(name for name in wanted if row.get(name) != wanted[name]))
                self._fault("changed_row", day, record, names)
        for record in sorted(rows.keys() - told.keys()):
            self._fault("added_row", day, record, str(rows[record]["url"]))

    def _file(self, day: date, file: str, rows: Sequence[Row[Any]]) -> None:
        place = place_of(self._folder, file)
        if place is None:
            self._fault("missing_file", day, file, f"{len(rows)} captures")
            self._progress(sum(row.length for row in rows))
            return
        with place.open("rb") as stream:
            end = 0
            for row in rows:
                self._gap(file, stream, end, row.offset - end)
                self._record(day, stream, row)
                end = max(end, row.offset + row.length)
                self._progress(row.length)
            self._gap(file, stream, end, stream.seek(0, os.SEEK_END) - end)

    def _record(self, day: date, stream: IO[bytes], row: Row[Any]) -> None:
        packed = _read(stream, row.offset, row.length)
        self.records += 1
        self.bytes += len(packed)
        where = f"{row.file} @{row.offset}"
        if hashlib.sha256(packed).hexdigest() != row.record_sha256:
            self._fault("changed_byte", day, where, f"{row.url} ({row.record})")
            return
        try:
            standing = unpack(packed)
        except UnreadableRecordError as error:
            self._fault("changed_byte", day, where, str(error))
            return
        if (hashlib.sha256(standing.body).hexdigest(), standing.record) != (row.sha256, row.record):
            self._fault("changed_row", day, row.record, "sha256")

    def _gap(self, file: str, stream: IO[bytes], start: int, length: int) -> None:
        """What no row refers to: the file's own first record, whole records whose transaction never ended, a torn tail."""
        if length <= 0:
            return
        rest = _read(stream, start, length)
        whole = [size for _, size in members(rest)]
        strangers = whole[1:] if start == 0 else whole
        if strangers:
            self._note("unreferenced", file, len(strangers), sum(strangers))
        if sum(whole) < len(rest):
            self._note("torn_tail", file, 0, len(rest) - sum(whole))

    def _fault(self, kind: FaultKind, day: date, where: str, detail: str = "") -> None:
        self.faults.append(Fault(kind=kind, day=day, where=where, detail=detail))

    def _note(self, kind: NoteKind, where: str, captures: int, size: int) -> None:
        self.notes.append(Note(kind=kind, where=where, captures=captures, bytes=size))


def _days(database: Database, since: date | None) -> list[date]:
    asked = select(capture.c.day).distinct().order_by(capture.c.day)
    with database.read() as connection:
        return [day for day in connection.scalars(asked) if since is None or day >= since]


def _rows(database: Database, day: date) -> list[Row[Any]]:
    asked = select(capture).where(capture.c.day == day).order_by(capture.c.file, capture.c.offset)
    with database.read() as connection:
        return list(connection.execute(asked))


def _read(stream: IO[bytes], start: int, length: int) -> bytes:
    stream.seek(start)
    return stream.read(length)


def _day_of(name: str) -> date:
    try:
        return date.fromisoformat(name)
    except ValueError:
        return date.min
