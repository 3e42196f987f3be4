"""Filling an archive with invented reports, the quick way of each database: straight into the tables and the search index.

An archive filled so holds what `Archive.ingest` would have written of the same reports, but for the fingerprints: those are
as many, and spread evenly over 64 bits, so that a look-up finds nothing by chance.
"""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Table, text

from benchmarks.invented import PORTALS, UNTIL, YEARS, Invented, portal_name
from storage import Database, PageResult
from storage.articles.facets import FacetKind, facets_of
from storage.articles.shelving import article_row, fact_rows, sort_key, substances, text_row
from storage.identity.fingerprint import url_key
from storage.schema import (
    article,
    article_facet,
    article_substance,
    article_terms,
    article_text,
    coverage,
    facet,
    fact,
    fingerprint,
    host,
    source,
    story,
)
from storage.search.terms import fold, term_code, terms_of_article

PRINTS = 16
_AT_ONCE = 20_000
_IN_MEMORY = 64 << 20
"""Bytes that the search index of SQLite gathers before it writes a piece; a small one writes, and merges, very often."""


def fill(database: Database, reports: Iterable[Invented], count: int, *, days: int = 365 * YEARS) -> float:
    """Write `count` reports, which are the first of this archive, and so many days' counters; returns articles per second."""
    started, filling = time.perf_counter(), _Filling(database)
    _watch(database, days)
    filling.before()
    rest = iter(reports)
    while some := list(islice(rest, _AT_ONCE)):
        filling.write(some)
        done = some[-1].number
        print(
            f"{database.dialect}: {done:,} articles after {time.perf_counter() - started:.0f} s", flush=True
        )
    filling.after(count)
    took = time.perf_counter() - started
    print(f"{database.dialect}: {count:,} articles filled in {took:.0f} s", flush=True)
    return count / took


def add(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert many rows."""
    if not rows:
        return
    names = ", ".join(f'"{name}"' for name in rows[0])
    driver: Any = connection.connection.driver_connection
    written = [[_written(table.c[name], value, connection) for name, value in row.items()] for row in rows]
    if connection.dialect.name == "sqlite":
        marks = ", ".join("?" * len(rows[0]))
        driver.executemany(f"INSERT INTO {table.name} ({names}) VALUES ({marks})", written)
        return
    with driver.cursor().copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:
        for one in written:
            copy.write_row(one)


def _written(column: Any, value: Any, connection: Connection) -> Any:
    """A value as the driver takes it: times and lists go through the column's own type."""
    if value is None or isinstance(value, (str, int, float)):
        return value
    if connection.dialect.name == "postgresql" and column.table is article_terms:
        return value
    bind = column.type.dialect_impl(connection.dialect).bind_processor(connection.dialect)
    return value if bind is None else bind(value)


class _Filling:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._facets: dict[tuple[FacetKind, str], int] = {}
        self._reports: dict[int, int] = {}

    def before(self) -> None:
        """Make ready for much."""
        with self._database.write() as connection:
            if self._database.dialect == "sqlite":
                connection.execute(
                    text(f"INSERT INTO article_fts(article_fts, rank) VALUES ('hashsize', {_IN_MEMORY})")
                )
            else:
                connection.execute(text("DROP INDEX ix_article_terms_terms"))

    def write(self, some: Sequence[Invented]) -> None:
        """One batch in one transaction."""
        for one in some:
            self._reports[one.story] = self._reports.get(one.story, 0) + 1
        with self._database.write() as connection:
            if self._database.dialect == "sqlite":
                connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
            firsts = [one for one in some if one.story == one.number]
            add(connection, story, [_story(one) for one in firsts])
            add(connection, article, [_article(one) for one in some])
            add(
                connection,
                article_text,
                [text_row(one.number, one.result.article, one.result.verdict) for one in some],
            )
            add(connection, fact, [row for one in some for row in fact_rows(one.number, one.result.facts)])
            add(connection, article_substance, list(_substances(some)))
            self._name(connection, some)
            self._index(connection, some)

    def _name(self, connection: Connection, some: Sequence[Invented]) -> None:
        new, pairs = [], []
        for one in some:
            for kind, name in facets_of(one.result.article, one.result.verdict):
                if (kind, name) not in self._facets:
                    self._facets[kind, name] = len(self._facets) + 1
                    new.append({"id": len(self._facets), "kind": kind, "name": name, "folded": fold(name)})
                pairs.append({"facet_id": self._facets[kind, name], "article_id": one.number})
        add(connection, facet, new)
        add(connection, article_facet, sorted(pairs, key=lambda pair: pair["facet_id"]))

    def _index(self, connection: Connection, some: Sequence[Invented]) -> None:
        held = ((_place(one), _terms(one.result)) for one in some)
        if self._database.dialect == "sqlite":
            driver: Any = connection.connection.driver_connection
            rows = ((place, " ".join(sorted(terms))) for place, terms in held)
            driver.executemany("INSERT INTO article_fts(rowid, terms) VALUES (?, ?)", rows)
            return
        coded = [
            {"sort_key": place, "terms": sorted({term_code(term) for term in terms})} for place, terms in held
        ]
        add(connection, article_terms, coded)

    def after(self, count: int) -> None:
        """Count the reports of the stories, build what was put off, let the planner know."""
        many = [{"reports": n, "id": number} for number, n in self._reports.items() if n > 1]
        with self._database.write() as connection:
            if many:
                connection.execute(text("UPDATE story SET reports = :reports WHERE id = :id"), many)
            prints = _prints(count)
            while some := list(islice(prints, _AT_ONCE)):
                add(connection, fingerprint, some)
        with self._database.write() as connection:
            for statement in _LAST[self._database.dialect]:
                connection.execute(text(statement))
        with self._database.outside() as connection:
            connection.execute(
                text("VACUUM ANALYZE" if self._database.dialect == "postgresql" else "ANALYZE")
            )


_LAST = {
    "sqlite": ("INSERT INTO article_fts(article_fts, rank) VALUES ('hashsize', 1048576)",),
    "postgresql": (
        "SET LOCAL maintenance_work_mem = '2GB'",
        "CREATE INDEX ix_article_terms_terms ON article_terms USING gin (terms) WITH (gin_pending_list_limit = 512)",
        *(
            f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT max(id) FROM {name}))"
            for name in ("article", "story", "facet", "fact", "source")
        ),
    ),
}


def _terms(result: PageResult) -> frozenset[str]:
    read = result.article
    return terms_of_article(read.title, read.subtitle, read.text)


def _place(one: Invented) -> int:
    read = one.result.article
    return sort_key(one.number, read.published_at, read.fetched_at)


def _story(one: Invented) -> Mapping[str, Any]:
    read = one.result.article
    told = {"id": one.number, "title": read.title, "first_article_id": one.number}
    return told | {"first_seen_at": read.fetched_at, "reports": 1}


def _article(one: Invented) -> Mapping[str, Any]:
    joined = "first" if one.story == one.number else "verbatim"
    own = {
        "id": one.number,
        "key": url_key(one.result.article.url),
        "sort_key": _place(one),
        "story_id": one.story,
    }
    return own | article_row(one.result) | {"silent": False, "joined_as": joined}


def _substances(some: Sequence[Invented]) -> Iterator[Mapping[str, Any]]:
    for one in some:
        for name in substances(one.result.facts):
            yield {"substance": name, "article_id": one.number}


def _prints(count: int) -> Iterator[Mapping[str, Any]]:
    step = (1 << 64) // (count * PRINTS)
    for at in range(count * PRINTS):
        yield {"hash": at * step - (1 << 63), "article_id": at * 7_919 % count + 1}


def _watch(database: Database, days: int) -> None:
    """The portals' sources, and the counters of all days."""
    names = [portal_name(rank) for rank in range(PORTALS)]
    sources = [
        {
            "id": at, "portal": name, "url": f"http://www.{name}.example/", "kind": "list", "host": f"{name}.example",
            "every_seconds": 900, "active": True, "next_check_at": UNTIL, "first_ok_at": UNTIL - timedelta(days=365 * YEARS),
            "last_looked_at": UNTIL, "last_ok_at": UNTIL,
        }
        for at, name in enumerate(names, 1)
    ]  # fmt: skip
    with database.write() as connection:
        add(connection, host, [{"host": one["host"]} for one in sources])
        add(connection, source, sources)
        add(connection, coverage, list(_counters(sources, days)))


def _counters(sources: Sequence[Mapping[str, Any]], days: int) -> Iterator[Mapping[str, Any]]:
    for back in range(days):
        day = (UNTIL - timedelta(days=back)).date()
        for one in sources:
            for counter, n in (("looked", 96), ("new", 9), ("archived", 9), ("relevant", 3)):
                yield {
                    "day": day,
                    "portal": one["portal"],
                    "source_url": one["url"],
                    "counter": counter,
                    "n": n,
                }
