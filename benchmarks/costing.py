"""What the archive costs: bytes an article, articles a second in and out, memory of an export."""

import time
import tracemalloc
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import timedelta
from functools import partial
from itertools import islice

from sqlalchemy import text

from benchmarks.clocking import Times, print_table
from benchmarks.invented import UNTIL, invented
from storage import Archive, Catalog, Database

INGESTED = 300
_WITH_MEMORY = 20_000
_PARTS = {
    "search index": ("article_fts_%", "article_terms%", "ix_article_terms%", "pk_article_terms"),
    "texts": ("article_text%", "pk_article_text"),
    "all": ("%",),
}


def sizes(archives: Mapping[int, Database]) -> None:
    """Print the bytes an article of the search index, the texts and everything."""
    rows = []
    for size, database in archives.items():
        held = _held(database)
        rows.append(
            (
                f"{size:,}",
                *(round(_sum(held, part) / size) for part in _PARTS),
                f"{_sum(held, 'all') / 2**20:,.0f} MB",
            )
        )
    dialect = next(iter(archives.values())).dialect
    print_table(f"{dialect}: bytes an article", ("articles", *_PARTS, "whole archive"), rows)


def _held(database: Database) -> Mapping[str, int]:
    """The bytes of each table and index."""
    asked = "SELECT name, sum(pgsize) FROM dbstat GROUP BY name"
    if database.dialect == "postgresql":
        asked = (
            "SELECT relname, pg_relation_size(oid) + coalesce(pg_relation_size(nullif(reltoastrelid, 0)), 0)"
        )
        asked += " FROM pg_class WHERE relkind IN ('r', 'i') AND relnamespace = 'public'::regnamespace"
    with database.read() as connection:
        return {name: int(n) for name, n in connection.execute(text(asked))}


def _sum(held: Mapping[str, int], part: str) -> int:
    starts = [start.rstrip("%") for start in _PARTS[part]]
    return sum(n for name, n in held.items() if any(name.startswith(start) for start in starts))


def ingests(
    archives: Mapping[int, Database], copy: Callable[[int], AbstractContextManager[Database]]
) -> None:
    """Print how many articles a second `Archive.ingest` writes, everything in the transaction, synced to disk."""
    rows = []
    for size in archives:
        with copy(size) as database:
            archive, times = Archive(database), Times()
            for one in invented(INGESTED, lengths=(200, 600), first=size + 1, seed=2):
                times.of(partial(archive.ingest, one.result, lease=None, now=UNTIL + timedelta(hours=1)))
            rows.append((f"{size:,}", INGESTED / sum(times.seconds), times))
    dialect = next(iter(archives.values())).dialect
    print_table(f"{dialect}: ingest", ("articles", "articles/s", "ms p50 / p95"), rows)


def exports(database: Database) -> None:
    """Print how fast all hits stream, and the most memory that takes."""
    catalog = Catalog(database)
    rows = []
    for query in ("", "禁毒", "海洛因"):
        started = time.perf_counter()
        count = sum(1 for _ in catalog.stream(query))
        took = time.perf_counter() - started
        rows.append(
            (
                query or "(all)",
                f"{count:,}",
                f"{count / took:,.0f}",
                f"{_peak(catalog, query) / 2**20:.1f} MB",
            )
        )
    heads = ("query", "articles", "articles/s", f"most memory, traced over the first {_WITH_MEMORY:,}")
    print_table(f"{database.dialect}: export", heads, rows)


def _peak(catalog: Catalog, query: str) -> int:
    tracemalloc.start()
    try:
        for _ in islice(catalog.stream(query), _WITH_MEMORY):
            pass
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
