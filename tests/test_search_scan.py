"""The benchmark of the archive, in small: what it generates is found as a scan of it all says; on both databases."""

from contextlib import suppress

from benchmarks.asking import HOSTILE, catalog_of
from benchmarks.bare import bare_queries
from benchmarks.filling import fill
from benchmarks.invented import invented
from benchmarks.scanning import compare
from storage import Archive, Database, QueryError
from tests.specimens import NOW

COUNT, LENGTHS = 400, (150, 250)


def test_an_archive_filled_by_the_benchmark_answers_as_a_scan_does(database: Database) -> None:
    fill(database, invented(COUNT, lengths=LENGTHS), COUNT, days=7)
    assert compare(database, COUNT, LENGTHS)
    catalog = catalog_of(database)
    for asked in bare_queries():
        with database.read() as connection:
            found = [row[0] for row in asked.ask(connection, asked.statement(database.dialect, total=True))]
        assert [hit.id for hit in catalog.search(asked.query).hits] == found, asked.query
    for name, query in HOSTILE.items():
        # Answered, or refused with words; nothing else.
        with suppress(QueryError):
            assert catalog.search(query).total <= COUNT, name
    (later,) = invented(1, lengths=LENGTHS, first=COUNT + 1)
    assert Archive(database).ingest(later.result, lease=None, now=NOW).article_id == COUNT + 1
