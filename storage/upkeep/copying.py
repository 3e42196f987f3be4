"""Reading a table in the order of its key, a few rows at a time, and telling two copies of it apart."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, Table, func, literal, select, text, tuple_

from storage.schema import metadata, setting
from storage.values.model import SHANGHAI

AT_ONCE = 500
"""Rows of one transaction."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Likeness:
    """What two copies of a table share, in whatever order their rows are."""

    rows: int
    digest: int
    """The sum of the rows' hashes, modulo 2^64."""


def tables_in_order() -> tuple[Table, ...]:
    """Every table but the settings, those first that others refer to."""
    return tuple(table for table in metadata.sorted_tables if table is not setting)


def one_moment(connection: Connection) -> None:
    """Let a reading transaction that has just begun see one state of the archive to its end."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))


def batch(connection: Connection, table: Table, after: Sequence[Any] | None) -> Sequence[Row[Any]]:
    """The next rows in the order of the key, which this database alone defines."""
    keys = tuple(table.primary_key.columns)
    asked = select(table).order_by(*keys).limit(AT_ONCE)
    if after is not None:
        place = [literal(value, column.type) for value, column in zip(after, keys, strict=True)]
        asked = asked.where(tuple_(*keys) > tuple_(*place))
    return connection.execute(asked).all()


def batches(connection: Connection, table: Table) -> Iterator[Sequence[Row[Any]]]:
    """All of a table."""
    after = None
    while rows := batch(connection, table, after):
        yield rows
        after = key_of(table, rows[-1])


def key_of(table: Table, row: Row[Any]) -> list[Any]:
    """The key of a row."""
    return [row._mapping[column] for column in table.primary_key.columns]


def remember(key: Sequence[Any]) -> list[Any]:
    """A key as JSON knows it."""
    return [value.isoformat() if isinstance(value, date | datetime) else value for value in key]


def recall(table: Table, remembered: Sequence[Any] | None) -> list[Any] | None:
    """The key that was remembered."""
    if remembered is None:
        return None
    kinds = [column.type.python_type for column in table.primary_key.columns]
    return [
        kind.fromisoformat(value) if kind in (date, datetime) else value
        for kind, value in zip(kinds, remembered, strict=True)
    ]


def hash_of(row: Row[Any]) -> int:
    """A number for the values of a row, the same on both databases."""
    told = json.dumps(list(row), ensure_ascii=False, sort_keys=True, default=_plain)
    return int.from_bytes(hashlib.blake2b(told.encode("utf-8", "replace"), digest_size=8).digest())


def likeness(connection: Connection, table: Table) -> Likeness:
    """What this copy of the table is."""
    rows, digest = 0, 0
    for some in batches(connection, table):
        rows += len(some)
        digest = (digest + sum(map(hash_of, some))) % 2**64
    return Likeness(rows=rows, digest=digest)


def count_rows(connection: Connection, table: Table) -> int:
    """How many rows a table has."""
    return int(connection.scalar(select(func.count()).select_from(table)) or 0)


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(SHANGHAI).isoformat()
    return str(value)
