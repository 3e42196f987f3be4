"""Opening the archive, and the only two kinds of transaction there are."""

from types import TracebackType
from typing import Self


class Database:
    """An open archive; close it, or use it as a context manager."""

    url: str
    """Where it is, with any password hidden."""

    def close(self) -> None:
        """Give back all connections; the object is of no use afterwards."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_database(url: str) -> Database:
    """Open the archive at `url`, create or upgrade it where needed.

    `url` is `sqlite:///path`, a plain path, or `postgresql://user@host/name`. Raises `ArchiveUnavailableError`.
    """
    raise NotImplementedError
