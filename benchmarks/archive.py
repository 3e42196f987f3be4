"""How the archive answers: right, how fast beside the bare engine, how it grows, what it costs.

    python -m benchmarks.archive FOLDER --sizes 100000 1000000 [--databases sqlite postgresql] [--parts recall speed ...]

The archives are generated on the first run and kept in FOLDER (not in the repository): at 200 to 600 characters a text, 100,000
articles take some 3 minutes and 0.7 GB in SQLite, 5 minutes and 1.4 GB in PostgreSQL, whose server runs on FOLDER as well. Times are
milliseconds, p50 / p95; compare ratios, not times. `--datasette` names its program for the part `datasette`.
"""

import argparse
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import psycopg
from sqlalchemy import text

from benchmarks import asking, costing, reading_pages, scanning
from benchmarks.filling import fill
from benchmarks.invented import invented
from storage import Database, open_database
from tests.databases import kept_server

LENGTHS = (200, 600)
_LARGE = 500_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """The archives of one database, by size."""

    name: str
    archives: Mapping[int, Database]
    copy: Callable[[int], AbstractContextManager[Database]]
    """An archive of that size to write in, which is gone afterwards."""
    files: Mapping[int, Path]


def main() -> int:
    """Print the tables; 1 where search and scan differ."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sizes", type=int, nargs="+", default=[100_000])
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"])
    parser.add_argument("--parts", nargs="+", default=list(_PARTS), choices=list(_PARTS))
    parser.add_argument("--repeat", type=int, default=30)
    parser.add_argument("--datasette", default="datasette")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    sound = True
    for name in asked.databases:
        with _opened(name, asked.folder, sorted(asked.sizes)) as kept:
            for part in asked.parts:
                sound &= _PARTS[part](kept, asked) is not False
    return int(not sound)


@contextmanager
def _opened(name: str, folder: Path, sizes: Sequence[int]) -> Iterator[Kept]:
    with _addresses(name, folder, sizes) as (addresses, copy):
        archives = {}
        for size, address in addresses.items():
            archives[size] = open_database(address)
            with archives[size].read() as connection:
                filled = connection.scalar(text("SELECT max(id) FROM article")) or 0
            if not filled:
                fill(archives[size], invented(size, lengths=LENGTHS), size)
            elif filled != size:
                raise SystemExit(
                    f"{address}: holds {filled} articles, not {size}; remove it and run this again"
                )
        files = {size: folder / f"archive-{size}.db" for size in sizes}
        yield Kept(name=name, archives=archives, copy=copy, files=files)
        for archive in archives.values():
            archive.close()


_Copy = Callable[[int], AbstractContextManager[Database]]


@contextmanager
def _addresses(name: str, folder: Path, sizes: Sequence[int]) -> Iterator[tuple[Mapping[int, str], _Copy]]:
    if name == "sqlite":
        yield (
            {size: f"sqlite:///{folder / f'archive-{size}.db'}" for size in sizes},
            lambda size: _copied(folder, size),
        )
        return
    (folder / "pg").mkdir(exist_ok=True)
    running = (
        nullcontext(_address_of(folder)) if (folder / "pg" / "data" / "postmaster.pid").exists() else None
    )
    with running or kept_server(folder / "pg") as url:
        with psycopg.connect(url, autocommit=True) as connection:
            there = {row[0] for row in connection.execute("SELECT datname FROM pg_database")}
            for size in sizes:
                if f"archive_{size}" not in there:
                    connection.execute(f"CREATE DATABASE archive_{size}")
        addresses = {size: url.replace("/postgres?", f"/archive_{size}?") for size in sizes}
        yield addresses, lambda size: _cloned(url, size)


def _address_of(folder: Path) -> str:
    return f"postgresql://jindu@/postgres?host={folder / 'pg'}"


@contextmanager
def _copied(folder: Path, size: int) -> Iterator[Database]:
    copy = folder / f"copy-{size}.db"
    shutil.copy(folder / f"archive-{size}.db", copy)
    try:
        with open_database(f"sqlite:///{copy}") as database:
            yield database
    finally:
        for path in folder.glob(f"{copy.name}*"):
            path.unlink()


@contextmanager
def _cloned(url: str, size: int) -> Iterator[Database]:
    # A clone needs a template that nobody is connected to.
    end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(end, [f"archive_{size}"])
        connection.execute(f"CREATE DATABASE copy_{size} TEMPLATE archive_{size}")
        try:
            with open_database(url.replace("/postgres?", f"/copy_{size}?")) as database:
                yield database
        finally:
            connection.execute(f"DROP DATABASE copy_{size} WITH (FORCE)")


def _recall(kept: Kept, _asked: argparse.Namespace) -> bool:
    # The scan holds its reports in memory.
    sizes = [size for size in kept.archives if size < _LARGE]
    sound = True
    for size in sizes:
        sound &= scanning.compare(kept.archives[size], size, LENGTHS)
    return sound


def _speed(kept: Kept, asked: argparse.Namespace) -> None:
    asking.searches(kept.archives, asked.repeat)


def _questions(kept: Kept, asked: argparse.Namespace) -> None:
    asking.whole_questions(kept.archives, max(3, asked.repeat // 5))
    asking.hostile(kept.archives)


def _pages(kept: Kept, asked: argparse.Namespace) -> None:
    reading_pages.pages(kept.archives, max(3, asked.repeat // 3))


def _costs(kept: Kept, _asked: argparse.Namespace) -> None:
    costing.sizes(kept.archives)
    costing.ingests(kept.archives, kept.copy)
    costing.exports(kept.archives[min(kept.archives)])


def _datasette(kept: Kept, asked: argparse.Namespace) -> None:
    if kept.name == "sqlite":
        size = min(kept.archives)
        reading_pages.datasette(kept.archives[size], kept.files[size], asked.datasette, asked.repeat)


_PARTS: Mapping[str, Callable[[Kept, argparse.Namespace], bool | None]] = {
    "recall": _recall,
    "speed": _speed,
    "questions": _questions,
    "pages": _pages,
    "costs": _costs,
    "datasette": _datasette,
}


if __name__ == "__main__":
    sys.exit(main())
