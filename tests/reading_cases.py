"""The golden pages of reading: one folder a case, written by us, with the page, what was known of it and the record."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from crawler.reading import Page, Reading, ReadingRules, read_page
from storage import SHANGHAI

FOLDER = Path(__file__).parent / "cases" / "reading"
FETCHED_AT = datetime(2026, 1, 1, 12, tzinfo=SHANGHAI)
FIELDS = ("outcome", "title", "published", "source", "authors", "editors", "text")
"""The fields that have a score of their own."""


@dataclass(frozen=True, slots=True)
class Case:
    """One folder: `page.html`, `meta.json` (url, content_type, hosts, selectors) and `expected.json`."""

    folder: Path

    @property
    def name(self) -> str:
        return self.folder.name

    def read(self) -> Reading:
        meta = json.loads((self.folder / "meta.json").read_text("utf-8"))
        page = Page(
            body=(self.folder / "page.html").read_bytes(),
            url=meta["url"],
            fetched_at=FETCHED_AT,
            content_type=meta.get("content_type", ""),
        )
        rules = ReadingRules(hosts=tuple(meta.get("hosts", ())), selectors=meta.get("selectors", {}))
        return read_page(page, rules)

    def expected(self) -> dict[str, Any]:
        record: dict[str, Any] = json.loads((self.folder / "expected.json").read_text("utf-8"))
        return record

    def record(self) -> None:
        """Write down what is read now; look at it before you commit it."""
        text = json.dumps(as_record(self.read()), ensure_ascii=False, indent=2)
        (self.folder / "expected.json").write_text(text + "\n", "utf-8")


def cases() -> Iterator[Case]:
    return (Case(folder) for folder in sorted(FOLDER.iterdir()) if folder.is_dir())


def as_record(reading: Reading) -> dict[str, Any]:
    """A reading as it is kept beside its page."""
    record: dict[str, Any] = {"outcome": reading.outcome, "detail": reading.detail}
    article = reading.article
    if article is None:
        return record
    return record | {
        "title": article.title,
        "subtitle": article.subtitle,
        "published": article.published_at.isoformat() if article.published_at else None,
        "precision": article.precision,
        "source": article.source,
        "authors": list(article.authors),
        "editors": list(article.editors),
        "text": article.text.split("\n"),
        "images": [[image.url, image.caption] for image in article.images],
        "attachments": list(article.attachments),
        "language": article.language,
        "charset": f"{article.charset} by {article.charset_from}",
        "canonical_url": article.canonical_url,
        "missing_pages": list(article.missing_pages),
        "rules": [f"{trace.field}: {trace.rule}" for trace in article.trace],
    }
