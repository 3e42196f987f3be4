"""What finding and keeping fingerprints costs in a small and in a large archive, on SQLite and PostgreSQL."""

import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from sqlalchemy import Table, insert, text

from storage import Database, open_database
from storage.nearness import Imprint, fingerprints, imprint
from storage.reprints import find_kin, keep_prints
from storage.schema import article, article_text, fingerprint, story
from tests.databases import server_url

SMALL = 10_000
_ASKED = 400
_AT_ONCE = 2_000
_AT = datetime(2026, 3, 2, tzinfo=UTC)
_SHARED = range(6)
"""The fingerprints of a boilerplate."""
_WITH_BOILERPLATE = 0.3


def growth(large: int) -> tuple[float, ...]:
    """How many times what it costs at 10,000 articles each step costs at `large`, median and 95 of 100, on each database.

    The slowest are printed and not judged: they tell of the disk and of whoever else uses the machine.
    """
    ratios = []
    with tempfile.TemporaryDirectory() as folder, server_url() as server:
        for url in (f"sqlite:///{Path(folder) / 'archive.db'}", server):
            with open_database(url) as database:
                small, grown = [_costs(database, size) for size in _grown(database, large)]
            for name in small:
                ratio = grown[name] / small[name]
                if name.endswith("median"):
                    ratios.append(ratio)
                print(
                    f"{database.dialect}: {name} {small[name]:.2f} ms at {SMALL:,} articles,"
                    f" {grown[name]:.2f} ms at {large:,}: ratio {ratio:.2f} (at most 2)"
                )
    return tuple(ratios)


def _grown(database: Database, large: int) -> Iterator[int]:
    """Fill the archive to the small size, then to the large one."""
    rng, filled = Random(3), 0
    for size in (SMALL, large):
        while filled < size:
            with database.write() as connection:
                for table, rows in _rows(range(filled + 1, min(filled + _AT_ONCE, size) + 1), rng).items():
                    connection.execute(insert(table), rows)
            filled = min(filled + _AT_ONCE, size)
        if database.dialect == "postgresql":
            with database.write() as connection:
                connection.execute(text("ANALYZE"))
        yield size


def _rows(ids: Sequence[int], rng: Random) -> Mapping[Table, list[dict[str, object]]]:
    """Articles with random fingerprints, as of different texts; three in ten share those of one boilerplate."""
    prints: list[dict[str, object]] = []
    for number in ids:
        own = {rng.randrange(-(1 << 63), 1 << 63) for _ in range(16)}
        own |= set(_SHARED) if rng.random() < _WITH_BOILERPLATE else set()
        prints += [{"hash": one, "article_id": number} for one in own]
    told = {
        "portal": "p",
        "url": "u",
        "title": "题",
        "precision": "minute",
        "fetched_at": _AT,
        "outcome": "article",
    }
    judged = {"topic": "antidrug", "relevant": False, "score": 0.0, "silent": True, "joined_as": "first"}
    empty = dict.fromkeys(
        ("authors", "editors", "images", "attachments", "missing_pages", "trace", "places", "evidence"), ()
    )
    words = dict.fromkeys(("canonical_url", "subtitle", "language", "charset", "charset_from"), "")
    return {
        story: [
            {"id": n, "title": "题", "first_article_id": n, "first_seen_at": _AT, "reports": 1} for n in ids
        ],
        article: [{"id": n, "key": f"k{n}", "sort_key": n, "story_id": n} | told | judged for n in ids],
        article_text: [{"article_id": n, "text": _text(Random(n))} | empty | words for n in ids],
        fingerprint: prints,
    }


def _text(rng: Random) -> str:
    return "".join(chr(0x4E00 + rng.randrange(3000)) for _ in range(300))


def _costs(database: Database, size: int) -> Mapping[str, float]:
    """Milliseconds of a look-up with all comparisons, and of writing the fingerprints, commit included."""
    looks, inserts = [], []
    for number in range(_ASKED):
        one, prints = _asked(Random(size + number))
        with database.write() as connection:
            started = time.perf_counter()
            find_kin(connection, one, prints)
            looked = time.perf_counter()
            keep_prints(connection, 1 << 40 | size << 10 | number, prints)
        inserts.append(time.perf_counter() - looked)
        looks.append(looked - started)
    costs = {}
    for name, times in (("look-up", looks), ("insert", inserts)):
        costs[f"{name} median"] = 1000 * statistics.median(times)
        costs[f"{name} p95"] = 1000 * statistics.quantiles(times, n=20)[-1]
    return costs


def _asked(rng: Random) -> tuple[Imprint, tuple[int, ...]]:
    """A new text; three in ten have the boilerplate."""
    one = imprint("", _text(rng), _AT)
    shared = _SHARED if rng.random() < _WITH_BOILERPLATE else ()
    return one, tuple(sorted({*fingerprints(one), *shared}))
