"""Moving an archive into an empty one of either database: a batch a transaction, so that a crash costs one batch."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import (
    BigInteger,
    Connection,
    Integer,
    Table,
    delete,
    func,
    insert,
    literal_column,
    select,
    text,
)

from storage import statements
from storage.database import Database
from storage.errors import ArchiveUnavailableError, StorageError
from storage.schema import article, article_text, setting
from storage.search.index import index_of
from storage.search.terms import terms_of_article
from storage.upkeep.copying import (
    batch,
    count_rows,
    key_of,
    likeness,
    one_moment,
    recall,
    remember,
    tables_in_order,
)

MARK = "moving"
"""The setting by which an archive that is being filled knows from where and how far."""
INDEX = "search index"
INDEX_AT_ONCE = 200
Progress: TypeAlias = Callable[[str, int], None]
"""Told the name of a table and how many of its rows more are done."""


class MoveError(StorageError):
    """An archive cannot be moved there, or what arrived is not what left; the message says what to do."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Moved:
    """What was moved and found alike on both sides."""

    rows: Mapping[str, int]
    resumed: bool
    """An earlier move had begun it."""


def rows_to_move(source: Database) -> Mapping[str, int]:
    """How many rows each step has."""
    with source.read() as connection:
        counts = {table.name: count_rows(connection, table) for table in tables_in_order()}
    return counts | {INDEX: counts[article.name]}


def is_unfinished(database: Database) -> bool:
    """Whether a move into this archive was begun and not ended: it is not whole."""
    with database.read() as connection:
        return _read_mark(connection) is not None


def must_be_whole(database: Database) -> None:
    """Raises `ArchiveUnavailableError` while a move into this archive is not ended: it must not be worked with."""
    if is_unfinished(database):
        raise ArchiveUnavailableError(
            f"archive {database.url}: a move into it was begun and not ended; call the same jindu archive move or restore again"
        )


def move(source: Database, target: Database, *, progress: Progress = lambda name, rows: None) -> Moved:
    """Fill the empty `target` with all of `source`, make its search index, and compare both by counts and digests.

    Called again after a crash it goes on where it stopped. Nothing may write into `source` meanwhile: what is written
    after its batch has gone is found by the comparison. Raises `MoveError`, `ArchiveUnavailableError`.
    """
    resumed = _begin(target, source.url)
    with source.read() as reading:
        one_moment(reading)
        for table in tables_in_order():
            _copy(reading, target, table, progress)
        _fill_index(target, progress)
        with target.read() as arrived:
            one_moment(arrived)
            rows = {table.name: _compare(reading, arrived, table) for table in tables_in_order()}
        _end(reading, target)
    return Moved(rows=rows, resumed=resumed)


def _begin(target: Database, origin: str) -> bool:
    with target.write() as connection:
        mark = _read_mark(connection)
        if mark is not None and mark["from"] != origin:
            raise MoveError(
                f"{target.url}: a move from {mark['from']} was begun here; end that one, or name an empty archive"
            )
        if mark is not None:
            return True
        for table in tables_in_order():
            if connection.execute(select(literal_column("1")).select_from(table).limit(1)).first():
                raise MoveError(f"{target.url}: is not empty (table {table.name}); name an empty archive")
        _write_mark(connection, {"from": origin, "done": {}, "after": None})
        return False


def _copy(reading: Connection, target: Database, table: Table, progress: Progress) -> None:
    """Copy what is not there yet; the mark goes with each batch in one transaction."""
    with target.read() as connection:
        mark = _read_mark(connection) or {}
    if table.name in mark["done"]:
        progress(table.name, mark["done"][table.name])
        return
    after, copied = recall(table, mark["after"]), mark.get("copied", 0) if mark["after"] is not None else 0
    progress(table.name, copied)
    while rows := batch(reading, table, after):
        after, copied = key_of(table, rows[-1]), copied + len(rows)
        with target.write() as writing:
            writing.execute(insert(table), [dict(row._mapping) for row in rows])
            _write_mark(writing, {**mark, "after": remember(after), "copied": copied})
        progress(table.name, len(rows))
    with target.write() as writing:
        done = {**mark["done"], table.name: copied}
        _write_mark(writing, {"from": mark["from"], "done": done, "after": None})


def _fill_index(target: Database, progress: Progress) -> None:
    """Enter every article into the search index, in the form this database has."""
    asked = select(article.c.sort_key, article.c.title, article_text.c.subtitle, article_text.c.text)
    asked = asked.join(article_text, article_text.c.article_id == article.c.id)
    asked = asked.order_by(article.c.sort_key).limit(INDEX_AT_ONCE)
    rows: Any = True
    while rows:
        with target.write() as writing:
            mark = _read_mark(writing) or {}
            after = mark.get("indexed", -1)
            rows = writing.execute(asked.where(article.c.sort_key > after)).all()
            index = index_of(writing)
            for row in rows:
                index.add(writing, row.sort_key, terms_of_article(row.title, row.subtitle, row.text))
            _write_mark(writing, {**mark, "indexed": rows[-1].sort_key if rows else after})
        progress(INDEX, len(rows))


def _compare(reading: Connection, arrived: Connection, table: Table) -> int:
    left, here = likeness(reading, table), likeness(arrived, table)
    if left != here:
        raise MoveError(
            f"table {table.name}: {left.rows} rows left, {here.rows} arrived, or their contents differ; something wrote"
            " into one of them: stop jindu run, empty the target and move again"
        )
    return here.rows


def _end(reading: Connection, target: Database) -> None:
    """Take over the settings that are not there, let new ids follow the old ones, and take the mark away."""
    rows = reading.execute(select(setting).where(setting.c.name != MARK)).all()
    with target.write() as writing:
        for row in rows:
            new = statements.insert(writing, setting).values(**row._mapping)
            writing.execute(new.on_conflict_do_nothing())
        if writing.dialect.name == "postgresql":
            for table in tables_in_order():
                _follow(writing, table)
        writing.execute(delete(setting).where(setting.c.name == MARK))


def _follow(connection: Connection, table: Table) -> None:
    """Let the sequence of a table go on after its highest id."""
    column = table.primary_key.columns[0]
    if len(table.primary_key) > 1 or not isinstance(column.type, BigInteger | Integer):
        return
    sequence = connection.scalar(select(func.pg_get_serial_sequence(table.name, column.name)))
    highest = connection.scalar(select(func.max(column)))
    if sequence is not None and highest is not None:
        connection.execute(
            text("SELECT setval(CAST(:name AS regclass), :at)"), {"name": sequence, "at": highest}
        )


def _read_mark(connection: Connection) -> dict[str, Any] | None:
    found = connection.scalar(select(setting.c.value).where(setting.c.name == MARK))
    return None if found is None else dict(json.loads(found))


def _write_mark(connection: Connection, mark: Mapping[str, object]) -> None:
    new = statements.insert(connection, setting).values(name=MARK, value=json.dumps(mark))
    connection.execute(
        new.on_conflict_do_update(index_elements=[setting.c.name], set_={"value": new.excluded.value})
    )
