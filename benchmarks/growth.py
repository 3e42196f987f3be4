"""What finding and keeping fingerprints and event marks costs in a small and in a large archive, on SQLite and PostgreSQL.

`python -m benchmarks.growth --sizes 10000 1000000 [--databases sqlite postgresql]`
"""

import argparse
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from itertools import chain
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import Connection, Table, text

from storage import Database, open_database
from storage.identity.nearness import Imprint, fingerprints, imprint
from storage.schema import article, article_text, event_mark, fingerprint, story
from storage.stories.following import Occurrence, event_marks
from storage.stories.followups import find_continued, keep_marks
from storage.stories.reprints import find_kin, keep_prints
from tests.databases import server_url

SMALL, MOST_GROWTH = 10_000, 2.0
_ASKED = 400
_AT_ONCE = 20_000
_TEXTS = 5_000
_AT = datetime(2026, 3, 2, tzinfo=UTC)
_STORED_AT = "2026-03-02 00:00:00.000000"
_PRINTS, _MARKS = 16, 8
_WITH_BOILERPLATE = 0.3
_BOILERPLATE = tuple(at - (1 << 63) for at in range(6))
"""The fingerprints of a boilerplate that so many articles share."""
_HABIT = Occurrence(
    cases=frozenset(),
    places=frozenset(("青云", "金川")),
    people=frozenset(("李某", "马某")),
    amounts=frozenset((("gram", 500.5),)),
    days=frozenset(),
    province=None,
    told_at=_AT,
)
"""What as many of the events seem to share."""
_LARGE_PRIME = 7_919


def main() -> int:
    """Print the figures; 1 when a median grew by more than twice."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[SMALL, 50_000])
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"])
    asked = parser.parse_args()
    return int(max(growth(*sorted(asked.sizes), only=asked.databases)) > MOST_GROWTH)


def growth(*sizes: int, only: Sequence[str] = ("sqlite", "postgresql")) -> tuple[float, ...]:
    """How many times what it costs at the smallest size each step costs at the largest, by medians, on each database.

    The slowest twentieth is printed and not judged: it tells of the disk and of whoever else uses the machine.
    """
    ratios: list[float] = []
    for name in only:
        with _address(name) as url, open_database(url) as database:
            told = {size: _costs(database, size) for size in _grown(database, sizes)}
        first, *_, last = told.values()
        for step in first:
            across = ", ".join(f"{cost[step]:.2f} ms at {size:,}" for size, cost in told.items())
            ratio = last[step] / first[step]
            print(f"{name}: {step} {across}: ratio {ratio:.2f}")
            if step.endswith("median"):
                ratios.append(ratio)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{name}: medians at most {MOST_GROWTH:g}; memory of this process {memory:.0f} MB at most")
    return tuple(ratios)


@contextmanager
def _address(name: str) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        here: AbstractContextManager[str] = nullcontext(f"sqlite:///{Path(folder) / 'archive.db'}")
        with here if name == "sqlite" else server_url() as url:
            yield url


def _grown(database: Database, sizes: Sequence[int]) -> Iterator[int]:
    """Fill the archive to each size in turn."""
    filled = 0
    for size in sizes:
        started = time.perf_counter()
        _fill(database, range(filled + 1, size + 1))
        filled = size
        with database.write() as connection:
            connection.execute(text("ANALYZE"))
        print(
            f"{database.dialect}: {size:,} articles after {time.perf_counter() - started:.0f} s more",
            flush=True,
        )
        yield size


def _fill(database: Database, ids: range) -> None:
    for at in range(0, len(ids), _AT_ONCE):
        some = ids[at : at + _AT_ONCE]
        with database.write() as connection:
            for table, row_of in _ROWS.items():
                _add(connection, table, (row_of(number) for number in some))
    for table, each, common in (
        (fingerprint, _PRINTS, _BOILERPLATE),
        (event_mark, _MARKS, event_marks(_HABIT)),
    ):
        with database.write() as connection:
            _add(connection, table, _hashes(ids, each, common))


def _add(connection: Connection, table: Table, rows: Iterator[Mapping[str, object]]) -> None:
    """Insert many rows the quick way of each database."""
    first = next(rows)
    names = ", ".join(f'"{name}"' for name in first)
    driver: Any = connection.connection.driver_connection
    values = (tuple(row.values()) for row in chain((first,), rows))
    if connection.dialect.name == "sqlite":
        marks = ", ".join("?" * len(first))
        driver.executemany(f"INSERT INTO {table.name} ({names}) VALUES ({marks})", values)
        return
    with driver.cursor().copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:
        for one in values:
            copy.write_row(one)


def _hashes(ids: range, each: int, common: Sequence[int]) -> Iterator[Mapping[str, object]]:
    """So many hashes for each article, in their own order: inserting at random would only measure the filling.

    They are spread evenly over 64 bits and met by one article each, but for those of a boilerplate.
    """
    count = len(ids) * each
    step, begin = (1 << 64) // count, -(1 << 63) + 1_000 + ids.start
    shared = ((one, number) for one in common for number in ids if _has_boilerplate(number))
    own = ((begin + step * at, ids[at * _LARGE_PRIME % len(ids)]) for at in range(count - 1))
    for one, number in chain(shared, own):
        yield {"hash": one, "article_id": number}


def _has_boilerplate(number: int) -> bool:
    return number * _LARGE_PRIME % 1_000 < 1_000 * _WITH_BOILERPLATE


def _story(number: int) -> Mapping[str, object]:
    return {
        "id": number,
        "title": "题",
        "first_article_id": number,
        "first_seen_at": _STORED_AT,
        "reports": 1,
    }


def _article(number: int) -> Mapping[str, object]:
    return {
        "id": number, "key": f"k{number}", "sort_key": number, "story_id": number, "portal": "p", "url": "u", "title": "题",
        "precision": "minute", "fetched_at": _STORED_AT, "outcome": "article", "topic": "antidrug", "relevant": True, "score": 0.9,
        "category": "enforcement", "silent": True, "joined_as": "first",
    }  # fmt: skip


def _article_text(number: int) -> Mapping[str, object]:
    lists = ("authors", "editors", "images", "attachments", "missing_pages", "trace", "places", "evidence")
    words = ("canonical_url", "subtitle", "language", "charset", "charset_from")
    own = {"article_id": number, "text": _text(number % _TEXTS)}
    return own | dict.fromkeys(lists, "[]") | dict.fromkeys(words, "")


_ROWS: Mapping[Table, Callable[[int], Mapping[str, object]]] = {
    story: _story,
    article: _article,
    article_text: _article_text,
}


@cache
def _text(number: int) -> str:
    rng = Random(number)
    return "".join(chr(0x4E00 + rng.randrange(3000)) for _ in range(300))


def _costs(database: Database, size: int) -> Mapping[str, float]:
    """Milliseconds of a look-up with all comparisons, and of writing what finds an article, commit included."""
    looks, events, inserts = [], [], []
    for number in range(_ASKED):
        one, prints, event = _asked(size + number)
        marks = event_marks(event)
        with database.write() as connection:
            started = time.perf_counter()
            find_kin(connection, one, prints)
            looked = time.perf_counter()
            find_continued(connection, event, one, {})
            found = time.perf_counter()
            keep_prints(connection, 1 << 40 | size << 10 | number, prints)
            keep_marks(connection, 1 << 40 | size << 10 | number, marks)
        inserts.append(time.perf_counter() - found)
        events.append(found - looked)
        looks.append(looked - started)
    costs = {}
    for name, times in (("look-up of reprints", looks), ("look-up of events", events), ("insert", inserts)):
        costs[f"{name} median"] = 1000 * statistics.median(times)
        costs[f"{name} p95"] = 1000 * statistics.quantiles(times, n=20)[-1]
    return costs


def _asked(number: int) -> tuple[Imprint, tuple[int, ...], Occurrence]:
    """A new text of a new event; three in ten have the boilerplate and the habit."""
    one = imprint("", _text(_TEXTS + number), _AT)
    common = number % 10 < 10 * _WITH_BOILERPLATE
    prints = {*fingerprints(one), *(_BOILERPLATE if common else ())}
    amounts = {("gram", 1_000_000.5 + number)} | (_HABIT.amounts if common else frozenset())
    event = replace(_HABIT, amounts=frozenset(amounts), people=_HABIT.people if common else frozenset())
    return one, tuple(sorted(prints)), event


if __name__ == "__main__":
    sys.exit(main())
