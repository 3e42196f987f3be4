"""How long a question may take of the database, so that no query costs more than a bound."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from storage.errors import QueryError

SOON = 0.5
"""Seconds after which hits are no longer looked for and counted in the whole archive."""
LONGEST = 10.0
"""Seconds after which a question is refused, as a last resort."""
_STEPS = 10_000
"""SQLite looks at the clock after so many steps of its machine: some tenths of a millisecond."""
_CANCELLED = "57014"
# A scan that is off counts as so costly that PostgreSQL would compile any plan with one. Hits that do not fit into its
# memory become pages, of which each article is read again; 64 MB hold those of some ten million articles. To look up
# some thousand articles one by one costs less than to read all, which it takes for dearer on a spinning disk.
_SET = text("""SELECT
    set_config('statement_timeout', :limit, TRUE),
    set_config('enable_seqscan', :scanning, TRUE),
    set_config('jit', 'off', TRUE),
    set_config('work_mem', greatest(pg_size_bytes(current_setting('work_mem')), 67108864) / 1024 || 'kB', TRUE),
    set_config('random_page_cost', CAST(least(CAST(current_setting('random_page_cost') AS float), 1.1) AS text), TRUE)
""")


class TookTooLongError(QueryError):
    """A question was given up."""


@contextmanager
def limited(connection: Connection, seconds: float, *, has_words: bool) -> Iterator[None]:
    """Give up what is asked within after that many seconds; raises `TookTooLongError`."""
    if connection.dialect.name == "postgresql":
        # Terms lie outside the rows: the planner takes a scan of the table for cheap, and would read all of them.
        scanning = "off" if has_words else "on"
        connection.execute(_SET, {"limit": f"{seconds * 1000:.0f}", "scanning": scanning})
        with _explained(seconds):
            yield
        return
    raw = cast(sqlite3.Connection, connection.connection.driver_connection)
    end = time.monotonic() + seconds
    raw.set_progress_handler(lambda: time.monotonic() > end, _STEPS)
    try:
        with _explained(seconds):
            yield
    finally:
        raw.set_progress_handler(None, 0)


@contextmanager
def _explained(seconds: float) -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        interrupted = getattr(error.orig, "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT
        if interrupted or getattr(error.orig, "sqlstate", None) == _CANCELLED:
            raise TookTooLongError(
                f"检索超过 {seconds:g} 秒，请加上日期、省份或更少见的词"
                f" (query: took more than {seconds:g} s; add a day, a province or a rarer word)"
            ) from error
        raise
