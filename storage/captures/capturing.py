"""The files of captures: appending records so that a crash spoils nothing, and finding them again.

A file that is being written ends in `.open`; renaming it is taking it, so two processes never write into one. Whoever
dies leaves it so, perhaps with a torn tail, and nobody appends to it any more.
"""

import errno
import hashlib
import os
import secrets
import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Literal, Self, TypeAlias

from storage.captures.warc import foreword, pack
from storage.values.model import SHANGHAI
from storage.values.records import Capture

Keep: TypeAlias = Literal["all", "relevant", "none"]
"""Of which articles the bytes are kept."""
FILE_BYTES = 256 * 1024 * 1024
"""A file of at least this size is not appended to any more."""
OPEN = ".open"
SUFFIX = ".warc.gz"


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """One capture that a file holds, or (without `file`) whose digest is all that could be kept."""

    capture: Capture
    day: date
    """In whose folder it is, by the clock in Asia/Shanghai when it was written."""
    record: str
    """`urn:uuid:…`, the WARC-Record-ID."""
    sha256: str
    """Of the body."""
    record_sha256: str
    """Of the record as it is in the file: fields, headers and body."""
    file: str | None = None
    """Relative to the folder, without `.open`."""
    offset: int | None = None
    length: int | None = None


class CaptureFolder:
    """Where captures are kept. One process and thread writes through one object; any number may do so at once."""

    def __init__(self, path: Path, *, keep: Keep = "all", file_bytes: int = FILE_BYTES) -> None:
        """`path` is made when the first capture comes."""
        self.path = path
        self._keep = keep
        self._file_bytes = file_bytes
        self._writing: dict[str, _File] = {}

    def keep(self, captures: Sequence[Capture], *, relevant: bool, now: datetime) -> tuple[Kept, ...]:
        """Write these answers and have the disk confirm them, before the transaction that refers to them.

        An answer that the disk does not take is not lost without a word: its digest is kept, its state will be
        `not_kept`, and `jindu status` tells. The article matters more than its bytes.
        """
        if not captures or self._keep == "none" or (self._keep == "relevant" and not relevant):
            return ()
        day = now.astimezone(SHANGHAI).date()
        packed = [_packed(capture, day) for capture in captures]
        kind = "relevant" if relevant else "other"
        try:
            return self._written(packed, day, kind)
        except OSError:
            self._abandon(kind)
            return tuple(kept for kept, _ in packed)

    def close(self) -> None:
        """Let others append to the files."""
        for file in self._writing.values():
            file.close()
        self._writing.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _written(self, packed: Sequence[tuple[Kept, bytes]], day: date, kind: str) -> tuple[Kept, ...]:
        file = self._file(day, kind)
        at, kept = file.end, []
        for told, record in packed:
            kept.append(replace(told, file=file.name, offset=at, length=len(record)))
            at += len(record)
        file.append(b"".join(record for _, record in packed))
        return tuple(kept)

    def _file(self, day: date, kind: str) -> "_File":
        writing = self._writing.get(kind)
        if writing is not None and writing.day == day and writing.end < self._file_bytes:
            return writing
        if writing is not None:
            del self._writing[kind]
            writing.close()
        self._writing[kind] = opened = _open(self.path, day, kind, self._file_bytes)
        return opened

    def _abandon(self, kind: str) -> None:
        """A file that could not be written is left as it is, for nobody to append to."""
        writing = self._writing.pop(kind, None)
        if writing is not None:
            writing.abandon()


def place_of(folder: Path, file: str) -> Path | None:
    """Where a file is now, being written or not; None where it is gone, or its name leads out of the folder."""
    if Path(file).is_absolute() or ".." in Path(file).parts:
        return None
    for _ in range(3):  # It may be renamed between the two looks.
        for path in (folder / file, folder / f"{file}{OPEN}"):
            if path.is_file():
                return path
    return None


class _File:
    """A file that this process has taken."""

    def __init__(self, folder: Path, name: str, day: date, stream: IO[bytes]) -> None:
        self._path = folder / name
        self.name = name
        self.day = day
        self._stream = stream
        self.end = stream.seek(0, os.SEEK_END)

    def append(self, records: bytes) -> None:
        """Write at the end and wait for the disk; what a full disk took of it is cut off again."""
        try:
            rest = memoryview(records)
            while rest:  # An almost full disk takes a part.
                rest = rest[self._stream.write(rest) :]
            os.fsync(self._stream.fileno())
        except OSError:
            with suppress(OSError):
                self._stream.truncate(self.end)
            raise
        self.end += len(records)

    def close(self) -> None:
        """Let others append; where it cannot be renamed, nobody does, and nothing is lost."""
        with suppress(OSError):
            self._stream.close()
            Path(f"{self._path}{OPEN}").rename(self._path)

    def abandon(self) -> None:
        """Leave it to nobody."""
        with suppress(OSError):
            self._stream.close()


def _open(folder: Path, day: date, kind: str, file_bytes: int) -> _File:
    """A file of that day that nobody writes and that has room, or a new one."""
    place = folder / day.isoformat()
    place.mkdir(parents=True, exist_ok=True)
    for path in sorted(place.glob(f"{kind}-*{SUFFIX}")):
        with suppress(FileNotFoundError):  # Somebody else was quicker.
            if path.stat().st_size < file_bytes:
                path.rename(f"{path}{OPEN}")
                stream = Path(f"{path}{OPEN}").open("r+b", buffering=0)  # noqa: SIM115 - as long as the crawl
                return _File(folder, f"{place.name}/{path.name}", day, stream)
    name = f"{kind}-{secrets.token_hex(4)}{SUFFIX}"
    stream = (place / f"{name}{OPEN}").open("xb", buffering=0)
    made = _File(folder, f"{place.name}/{name}", day, stream)
    try:
        made.append(foreword(name))
        for changed in (place, folder):
            sync_folder(changed)
    except OSError:
        # A disk that stays full must not fill with empty files.
        made.abandon()
        Path(f"{place / name}{OPEN}").unlink(missing_ok=True)
        raise
    return made


def sync_folder(folder: Path) -> None:
    """Have the disk confirm the names in a folder, where a system knows how."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno != errno.EINVAL:  # Some network file systems cannot.
            raise
    finally:
        os.close(handle)


def _packed(capture: Capture, day: date) -> tuple[Kept, bytes]:
    record = f"urn:uuid:{uuid.uuid4()}"
    packed = pack(capture, record)
    told = Kept(
        capture=capture,
        day=day,
        record=record,
        sha256=hashlib.sha256(capture.body).hexdigest(),
        record_sha256=hashlib.sha256(packed).hexdigest(),
    )
    return told, packed
