"""Take what a search finds out of the archive."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from scheduler.asking import query_words
from scheduler.commands.searching import filter_options, read_filters
from scheduler.commands.session import Failure, Misuse, Session, pass_session
from scheduler.exporting import FORMATS, Articles, format_of
from scheduler.exporting.columns import ExtraMissingError
from scheduler.exporting.warc import write_warc
from storage import Catalog, Stored


@click.command(short_help="导出 CSV, JSON Lines, Parquet, citations, WARC")
@click.argument("query", default="")
@click.option(
    "--format", "form", type=click.Choice([*FORMATS, "warc"]), help="By default, as the file's name asks."
)
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="A file; by default standard output."
)
@filter_options
@pass_session
def export(session: Session, /, query: str, *, form: str | None, out: Path | None, **wanted: Any) -> None:
    """导出检索到的全部报道。 Export every report a search finds, in flat memory.

    CSV opens in Excel and runs no formula; gbt7714 and bibtex are citations; warc is what the servers sent.
    """
    form = form or (format_of(out) if out else None) or "jsonl"
    if out is None and form in ("parquet", "warc") and sys.stdout.isatty():
        raise Misuse(f"{form} 不适合终端 (is not for a terminal); write it to a file with --out")
    filters = read_filters(wanted)
    with session.database() as database, _target(out) as file:
        catalog = Catalog(database, query_words(session.topic))
        total = catalog.search(query, filters=filters, limit=1).total
        with _counted(catalog.stream(query, filters=filters), total) as articles:
            try:
                if form == "warc":
                    count, missing = write_warc(articles, file, database, session.config.captures_folder)
                else:
                    count, missing = FORMATS[form](articles, file), 0
            except ExtraMissingError as error:
                raise Failure(str(error)) from error
    left = f"；{missing} 篇没有留底 ({missing} have no captures)" if missing else ""
    click.echo(f"导出 {count} 篇 (exported {count}){left}", err=True)


@contextmanager
def _target(out: Path | None) -> Iterator[BinaryIO]:
    """The file under its final name only once it is whole. Raises Failure when it cannot be written."""
    if out is None:
        yield sys.stdout.buffer
        return
    part = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(out)
    except OSError as error:
        raise Failure(f"{out}: 写不了 (cannot be written: {error.strerror})") from error
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def _counted(articles: Articles, total: int) -> Iterator[Articles]:
    columns = (TextColumn("导出 export"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        progress.disable = not sys.stderr.isatty()
        task = progress.add_task("", total=total)

        def counted() -> Iterator[Stored]:
            for stored in articles:
                yield stored
                progress.advance(task)

        yield counted()
