"""No query costs more than a bound: what takes too long is given up, and then asked of the newest articles; on both databases."""

from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from sqlalchemy import text

from storage import Catalog, Database, Filters, PageResult, QueryError, SearchPage, catalog, open_database
from storage.catalog import Order
from storage.search import limiting, searching, walking
from storage.search.fields import QueryWords
from storage.search.limiting import TookTooLongError, limited
from tests.databases import sqlite_url
from tests.specimens import HOUR, IRRELEVANT, NOW, fill, result

COUNT = 60
ENDLESS = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
    "postgresql": "SELECT pg_sleep(600)",
}
QUERIES = (
    "",
    "禁毒",
    "-禁毒",
    "龘",
    "龘 OR -禁毒",
    "教育工作",
    "禁毒 -省:甘肃",
    "教育 -育工",
    "教育 -育工 -龘",
    "-省:甘肃",
    "地:兰州",
    "缉毒 OR 地:兰州",
    "没有的词",
)


@pytest.fixture
def filled(database: Database) -> Database:
    fill(database, generated())
    return database


def generated() -> Iterator[PageResult]:
    for number in range(COUNT):
        words = "教育工作" if number % 3 else "教育 育工 工作"
        told = {"verdict": IRRELEVANT} if number % 4 else {}
        rare = "龘" if number == COUNT - 1 else ""
        title = "禁毒" if number % 2 else "缉毒"
        yield result(
            number,
            title=f"{title}{number}",
            text=words + rare,
            published_at=NOW - number * HOUR,
            facts=(),
            **told,
        )


def test_a_question_that_takes_too_long_is_given_up(database: Database) -> None:
    for _ in range(2):
        with (
            pytest.raises(TookTooLongError, match=r"检索超过 0\.05 秒.*took more than 0\.05 s; add a day"),
            database.read() as connection,
            limited(connection, 0.05, has_words=True),
        ):
            connection.execute(text(ENDLESS[database.dialect]))
        # What comes after is not bounded by it.
        with database.read() as connection:
            assert connection.scalar(text("SELECT count(*) FROM article")) == 0


def test_walking_finds_what_searching_does(filled: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "WINDOW", 3)
    monkeypatch.setattr(walking, "WALKING", 60)
    for query in QUERIES:
        expected = [hit.id for hit in Catalog(filled).search(query, limit=COUNT).hits]
        for limit in (7, COUNT):
            assert list(walked(filled, query, limit)) == expected, (query, limit)


def test_many_hits_are_met_from_the_newest_article_on(
    filled: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = {query: Catalog(filled).search(query, limit=COUNT) for query in QUERIES}
    monkeypatch.setattr(searching, "WINDOW", 2)
    monkeypatch.setattr(searching, "MANY", 0)
    for query, whole in expected.items():
        for limit in (5, COUNT):
            assert list(paged(filled, query, limit)) == [hit.id for hit in whole.hits], (query, limit)
        assert Catalog(filled).search(query, limit=5).total == whole.total, query


def paged(database: Database, query: str, limit: int) -> Iterator[int]:
    page = Catalog(database).search(query, limit=limit)
    yield from (hit.id for hit in page.hits)
    while page.next is not None:
        page = Catalog(database).search(query, limit=limit, before=page.next)
        yield from (hit.id for hit in page.hits)


def test_a_walk_that_is_out_of_time_goes_on_with_its_cursor(
    filled: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "WINDOW", 2)
    monkeypatch.setattr(walking, "WALKING", 1e-9)
    assert list(walked(filled, "龘", 5)) == [COUNT]


def walked(database: Database, query: str, limit: int) -> Iterator[int]:
    question, cursor = searching.prepare(query, Filters(), QueryWords()), None
    while True:
        with database.read() as connection:
            page = walking.walk(connection, question, limit, cursor)
        assert page.total >= len(page.hits)
        yield from (hit.id for hit in page.hits)
        if page.next is None:
            return
        cursor = searching.read_cursor(page.next)


def test_what_is_not_answered_soon_is_asked_of_the_newest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_database(sqlite_url(tmp_path)) as database:
        fill(database, generated())
        asked = Catalog(database)
        exactly = [found(asked.search("禁毒", order=order, limit=4)) for order in get_args(Order)]
        assert exactly == [([2, 4, 6, 8], COUNT // 2, True)] * 2
        monkeypatch.setattr(limiting, "_STEPS", 1)
        monkeypatch.setattr(catalog, "SOON", 1e-9)
        monkeypatch.setattr(walking, "NEWEST", 9)
        assert found(asked.search("禁毒", limit=4)) == ([2, 4, 6, 8], COUNT, False)
        assert found(asked.search("禁毒", limit=4, order="best")) == ([2, 4, 6, 8], COUNT, False)
        counts = asked.facets("禁毒")
        assert (counts.hits, counts.whole) == (5, False)
        monkeypatch.setattr(catalog, "LONGEST", 1e-9)
        with pytest.raises(QueryError, match="rarer word"):
            asked.timeline("禁毒")


def found(page: SearchPage) -> tuple[list[int], int, bool]:
    return [hit.id for hit in page.hits], page.total, page.exact
