"""The schema in the code and the one the migrations make are one; archives of any age open."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, select, text

from storage import ArchiveUnavailableError, Catalog, Database, check, open_database
from storage.migrations import configuration
from storage.schema import HEAD, article_terms, metadata, setting
from tests.databases import sqlite_url
from tests.filled import fill

SEARCH_INDEX = {"article_terms", "article_fts"}


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    with database.write() as opened:
        yield opened


def of_us(_object: object, name: str | None, kind: str, _reflected: bool, _other: object) -> bool:
    return not (kind == "table" and (name or "").startswith(tuple(SEARCH_INDEX)))


def test_the_migrations_make_the_schema_of_the_code(connection: Connection) -> None:
    context = MigrationContext.configure(connection, opts={"include_object": of_us})
    assert compare_metadata(context, metadata) == []


def test_the_code_knows_the_newest_migration(connection: Connection) -> None:
    scripts = ScriptDirectory.from_config(configuration(connection))
    assert scripts.get_current_head() == HEAD


def test_down_and_up_again(connection: Connection) -> None:
    command.downgrade(configuration(connection), "base")
    assert inspect(connection).get_table_names() == ["alembic_version"]
    command.upgrade(configuration(connection), "head")
    assert set(metadata.tables) <= set(inspect(connection).get_table_names())


def test_postgresql_has_its_index(database: Database) -> None:
    with database.read() as opened:
        if database.dialect == "postgresql":
            assert opened.execute(select(article_terms)).all() == []


def test_an_archive_of_a_newer_version_is_refused(database: Database, database_url: str) -> None:
    with database.write() as opened:
        opened.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(ArchiveUnavailableError, match=r"newer version.*update the program"):
        open_database(database_url)
    with database.read() as opened:
        assert opened.scalar(text("SELECT version_num FROM alembic_version")) == "9999"


def test_opening_again_changes_nothing(database: Database, database_url: str) -> None:
    with database.read() as opened:
        before = opened.execute(select(setting)).all()
    open_database(database_url).close()
    with database.read() as opened:
        assert opened.execute(select(setting)).all() == before != []


def test_the_file_is_durable(tmp_path: Path) -> None:
    with open_database(sqlite_url(tmp_path)) as database, database.read() as opened:
        asked = {name: opened.exec_driver_sql(f"PRAGMA {name}").scalar() for name in PRAGMAS}
    assert asked == PRAGMAS


PRAGMAS = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30_000}


def test_a_plain_path_is_a_file(tmp_path: Path) -> None:
    with open_database(str(tmp_path / "plain.db")) as database:
        assert database.url.startswith("sqlite:///")
    with closing(sqlite3.connect(tmp_path / "plain.db")) as raw:
        assert raw.execute("SELECT count(*) FROM article").fetchone() == (0,)


@pytest.mark.parametrize("revision", ["0001", "0002", "0003", "0004", "0005", "0006", "0007", HEAD])
def test_an_archive_of_any_revision_comes_up_with_what_it_holds(
    database: Database, database_url: str, revision: str
) -> None:
    fill(database, many=5)
    with database.write() as opened:
        command.downgrade(configuration(opened), revision)
        assert opened.scalar(text("SELECT version_num FROM alembic_version")) == revision
        assert opened.scalar(text("SELECT count(*) FROM article")) == 3
    with open_database(database_url) as again:
        with again.read() as opened:
            context = MigrationContext.configure(opened, opts={"include_object": of_us})
            assert compare_metadata(context, metadata) == []
        assert check(again) == ()
        assert Catalog(again).search("海洛因").total == 3
