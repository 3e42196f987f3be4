"""Parquet, for those who count in columns; needs the extra `parquet`."""

from collections.abc import Iterator
from itertools import islice
from typing import Any, BinaryIO

from scheduler.exporting.lines import Articles
from scheduler.exporting.rows import COLUMNS, row_of

ROWS = 2_000
"""Articles in one group: some megabytes."""
_TYPES = {"id": "int64", "story": "int64", "versions": "int64", "score": "float64", "relevant": "bool_"}


class ExtraMissingError(Exception):
    """A format needs a library that is not installed; the text says how to get it."""


def write_parquet(articles: Articles, file: BinaryIO) -> int:
    """The columns of the sheet, compressed. Raises ExtraMissingError without pyarrow."""
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        raise ExtraMissingError(
            "parquet 需要 pyarrow (this format needs pyarrow): pip install 'jindu[parquet]'"
        ) from None
    schema = pa.schema([(name, getattr(pa, _TYPES.get(name, "string"))()) for name in COLUMNS])
    count = 0
    with pq.ParquetWriter(file, schema, compression="zstd") as writer:
        for rows in _groups(articles):
            writer.write_table(pa.Table.from_pylist(rows, schema=schema))
            count += len(rows)
    return count


def _groups(articles: Articles) -> Iterator[list[Any]]:
    rows = (dict(row_of(stored)) for stored in articles)
    while group := list(islice(rows, ROWS)):
        yield group
