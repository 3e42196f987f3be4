"""An archive with something of everything, and whether one still works."""

from dataclasses import replace
from pathlib import Path

import pytest

from storage import (
    Archive,
    CaptureFolder,
    Catalog,
    Database,
    Outbox,
    Rule,
    check,
)
from storage.upkeep.copying import likeness, tables_in_order
from tests.specimens import IRRELEVANT, NOW, result, watch
from tests.test_captures import pages

MANY = 30


def fill(database: Database, place: Path | None = None, many: int = MANY) -> None:
    """Links, articles relevant and not, reprints, alerts owed, counters, captures."""
    Outbox(database).set_rules([Rule(name="all", channels=("group", "mail"))], now=NOW)
    _, lease, links = watch(database, *range(many))
    folder = CaptureFolder(place) if place else None
    archive = Archive(database, captures=folder)
    for number, pending in enumerate(links[:-2]):
        verdict = {"verdict": IRRELEVANT} if number % 3 == 0 else {}
        read = replace(result(number, link=pending, **verdict), captures=pages(number))
        archive.ingest(read, lease=lease, now=NOW)
    if folder is not None:
        folder.close()


def contents(database: Database) -> dict[str, object]:
    with database.read() as connection:
        return {table.name: likeness(connection, table) for table in tables_in_order()}


@pytest.fixture
def filled(database: Database) -> Database:
    fill(database)
    return database


@pytest.fixture
def target_url(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> str:
    """An empty archive of the other kind."""
    if database_url.startswith("sqlite"):
        return request.getfixturevalue("fresh_postgresql")()
    return f"sqlite:///{tmp_path / 'moved.db'}"


def assert_works(database: Database) -> None:
    """It is sound, can be searched, and takes a new article under a new id."""
    assert check(database) == ()
    archive = Archive(database)
    catalog = Catalog(database)
    assert catalog.search("海洛因", limit=99).total == MANY - 2
    known = {hit.id for hit in catalog.search("", limit=99).hits}
    assert archive.ingest(result(777), lease=None, now=NOW).article_id not in known
