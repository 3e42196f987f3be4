"""The archive in the formats others read: sheets, lines of JSON, columns, citations, captures.

Each format writes article by article, so that millions of rows take the memory of one.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import BinaryIO

from scheduler.exporting.citing import bibtex, gbt7714
from scheduler.exporting.columns import write_parquet
from scheduler.exporting.lines import Articles, write_csv, write_jsonl, write_texts

Writer = Callable[[Articles, BinaryIO], int]
"""Writes all articles to a file; returns how many."""

FORMATS: Mapping[str, Writer] = {
    "csv": write_csv,
    "jsonl": write_jsonl,
    "parquet": write_parquet,
    "gbt7714": lambda articles, file: write_texts(articles, file, gbt7714),
    "bibtex": lambda articles, file: write_texts(articles, file, bibtex),
}
"""What `jindu export --format` takes, beside `warc`."""
ENDINGS: Mapping[str, str] = {
    ".csv": "csv", ".jsonl": "jsonl", ".parquet": "parquet", ".txt": "gbt7714", ".bib": "bibtex", ".gz": "warc", ".warc": "warc",
}  # fmt: skip
"""The format a file's name asks for."""


def format_of(file: Path) -> str | None:
    """The format that the name of a file asks for, if any."""
    return ENDINGS.get(file.suffix.lower())


__all__ = ["FORMATS", "Articles", "Writer", "bibtex", "format_of", "gbt7714"]
