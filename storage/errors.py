"""What can go wrong in the archive.

StorageError
├── ArchiveUnavailableError   the archive could not be asked or written: a matter for the operator
├── LeaseLostError            somebody else has the work now: drop it
├── StoryError                stories cannot be mended as asked: a matter for the reader
└── QueryError                the reader's query cannot be read: a matter for the reader

`str(error)` is one line that says what is wrong and what to do.
"""


class StorageError(Exception):
    """Something went wrong in the archive; the message says what and what to do."""


class ArchiveUnavailableError(StorageError):
    """The archive cannot be opened, read or written: path, permission, full disk, server down, foreign schema."""


class LeaseLostError(StorageError):
    """Another process holds this host or alert now; drop the work, it will be done there."""


class StoryError(StorageError):
    """Stories that cannot be merged or split as asked; the message says why."""


class QueryError(StorageError):
    """A search query that cannot be read.

    `position` is the offset in the query of the first character that does not fit.
    """

    def __init__(self, message: str, *, position: int = 0) -> None:
        super().__init__(message)
        self.position = position
