"""Formats of lines: sheets that no program runs, JSON Lines, citations."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping
from typing import BinaryIO, TypeAlias

from scheduler.alerts.harmless import legible
from scheduler.exporting.rows import COLUMNS, row_of
from scheduler.printing import article_record, as_json, iso_local, verdict_record
from storage import Stored

Articles: TypeAlias = Iterable[Stored]
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""How a cell begins that a spreadsheet may run; full-width signs are signs to some."""
LONGEST_CELL = 32_767
"""Characters that Excel keeps of a cell; the rest is in the other formats."""


def write_csv(articles: Articles, file: BinaryIO) -> int:
    """RFC 4180 in UTF-8 with a byte order mark, without which Excel garbles Chinese; no cell is a formula."""
    text = io.TextIOWrapper(file, "utf-8-sig", newline="", errors="replace", write_through=True)
    sheet = csv.writer(text)
    sheet.writerow(COLUMNS)
    count = 0
    for stored in articles:
        count += 1
        row = row_of(stored)
        sheet.writerow([safe_cell(row[name]) for name in COLUMNS])
    text.detach()
    return count


def safe_cell(value: object) -> object:
    """A cell that a spreadsheet takes for text; numbers stay numbers."""
    if not isinstance(value, str):
        return "" if value is None else value
    shown = legible(value)[: LONGEST_CELL - 1]
    return f"'{shown}" if shown.lstrip(" \u3000\ufeff").startswith(_FORMULA) else shown


def write_jsonl(articles: Articles, file: BinaryIO) -> int:
    """One object a line: everything that `jindu show --json` tells of an article."""
    count = 0
    for stored in articles:
        count += 1
        file.write(json.dumps(record_of(stored), ensure_ascii=False).encode("utf-8", "replace") + b"\n")
    return count


def record_of(stored: Stored) -> Mapping[str, object]:
    """An article with all that was concluded from it, as JSON knows it."""
    article = stored.article
    return {
        "id": stored.id,
        "story": stored.story.id,
        "url": article.url,
        "canonical_url": article.canonical_url,
        "portal": article.portal,
        "province": stored.province,
        "places": list(stored.verdict.places),
        "outcome": stored.outcome,
        "fetched_at": iso_local(article.fetched_at, "minute"),
        "versions": stored.versions,
        "removed_at": as_json(stored.removed_at),
        **article_record(article),
        **verdict_record(stored.verdict, stored.facts),
        "evidence": as_json(stored.verdict.evidence),
    }


def write_texts(articles: Articles, file: BinaryIO, words: Callable[[Stored, int], str]) -> int:
    """One piece of text an article, in lines of UTF-8; `words` is given the article and its number from 1."""
    count = 0
    for count, stored in enumerate(articles, 1):
        file.write(words(stored, count).encode("utf-8", "replace") + b"\n")
    return count
