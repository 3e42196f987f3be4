"""Checking, tidying and forgetting, on both databases."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection, delete, insert, select, text, update

from storage import (
    Catalog,
    Database,
    Retention,
    check,
    forget,
    open_database,
    vacuum,
)
from storage.schema import article, article_text, coverage, fact, link, receipt, story
from tests.databases import FILE, sqlite_url
from tests.filled import MANY, contents, fill
from tests.specimens import DAY, NOW


def break_first(connection: Connection) -> None:
    connection.execute(update(story).where(story.c.id == 1).values(first_article_id=999))


def break_count(connection: Connection) -> None:
    connection.execute(update(story).where(story.c.id == 1).values(reports=7))


def break_link(connection: Connection) -> None:
    connection.execute(update(link).where(link.c.id == 1).values(article_id=999))


def break_text(connection: Connection) -> None:
    connection.execute(delete(article_text).where(article_text.c.article_id == 3))


def break_index(connection: Connection) -> None:
    changed = update(article_text).where(article_text.c.article_id == 3)
    connection.execute(changed.values(text="zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz"))


@pytest.mark.parametrize(
    ("breaks", "kind"),
    [
        (break_first, "lost_first"),
        (break_count, "miscounted"),
        (break_link, "lost_article"),
        (break_text, "no_text"),
        (break_index, "not_indexed"),
    ],
)
def test_what_is_broken_is_named(filled: Database, breaks, kind: str) -> None:
    assert check(filled) == ()
    with filled.write() as connection:
        breaks(connection)
    assert [problem.kind for problem in check(filled)] == [kind]


def test_a_broken_reference_is_named(tmp_path: Path) -> None:
    with open_database(sqlite_url(tmp_path)) as database:
        fill(database)
        with closing(sqlite3.connect(tmp_path / FILE)) as raw:
            raw.execute("UPDATE fact SET article_id = 999 WHERE id = 1")
            raw.commit()
        assert [problem.kind for problem in check(database)] == ["broken_reference"]


def test_room_is_given_back(tmp_path: Path) -> None:
    with open_database(sqlite_url(tmp_path)) as database:
        fill(database)
        before = (tmp_path / FILE).stat().st_size
        with database.write() as connection:
            connection.execute(update(article_text).values(text="短"))
        vacuum(database)
        assert (tmp_path / FILE).stat().st_size < before


def test_tidying_changes_nothing(filled: Database) -> None:
    before = contents(filled)
    vacuum(filled)
    assert contents(filled) == before
    assert check(filled) == ()


def test_nothing_is_forgotten_by_default(filled: Database) -> None:
    before = contents(filled)
    assert forget(filled, Retention(), now=NOW + 9999 * DAY) == {}
    assert contents(filled) == before


def test_each_kind_is_forgotten_after_its_days(filled: Database) -> None:
    with filled.write() as connection:
        row = {"outbox_id": 1, "attempt": 1, "at": NOW, "result": "sent", "detail": "", "ambiguous": False}
        connection.execute(insert(receipt), [row])
        connection.execute(text("UPDATE outbox SET state = 'sent' WHERE id = 1"))
    retention = Retention(irrelevant_texts=30, receipts=30, coverage=30, runs=30)
    assert not any(forget(filled, retention, now=NOW + 29 * DAY).values())
    done = forget(filled, retention, now=NOW + 32 * DAY)
    assert done["irrelevant_texts"] == 10
    assert done["receipts"] == 1
    assert done["coverage"] > 0
    assert check(filled) == ()
    with filled.read() as connection:
        assert not connection.execute(select(coverage)).all()
        assert connection.execute(select(article)).all()
        assert connection.execute(select(fact)).all()
    assert Catalog(filled).search("海洛因", limit=99).total == MANY - 2 - 10
    assert Catalog(filled).search("青云禁毒大队", limit=99).total == MANY - 2
    assert not any(forget(filled, retention, now=NOW + 32 * DAY).values())
