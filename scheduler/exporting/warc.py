"""The captures behind a search as one WARC file: each record as it was kept, byte by byte."""

from pathlib import Path
from typing import BinaryIO

from scheduler.exporting.lines import Articles
from storage import CaptureMissingError, Database, captures_of, packed_record


def write_warc(articles: Articles, file: BinaryIO, database: Database, folder: Path) -> tuple[int, int]:
    """Write the records of all versions; how many articles had some, and how many had none that can be shown."""
    count = missing = 0
    for stored in articles:
        found = 0
        for row in captures_of(database, stored.id):
            try:
                file.write(packed_record(folder, row))
            except CaptureMissingError:
                continue
            found += 1
        count += found > 0
        missing += found == 0
    return count, missing
