"""How things are printed: JSON Lines for programs, plain lines and tables for people."""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime, timedelta
from typing import Any

import click
from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from scheduler.alerts.harmless import legible
from storage import SHANGHAI, Article, Fact, Hit, Passage, Precision, Verdict


def print_json(value: object) -> None:
    """One JSON object on one line of standard output."""
    click.echo(json.dumps(as_json(value), ensure_ascii=False))


def as_json(value: object) -> Any:
    """A value as JSON knows it: dataclasses as objects, times in ISO 8601 with their zone, sets and tuples as lists."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: as_json(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): as_json(item) for key, item in value.items()}
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, set | frozenset):
        return sorted(as_json(item) for item in value)
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [as_json(item) for item in value]
    return value


def iso_local(moment: datetime | None, precision: Precision) -> str | None:
    """A publication time as `2026-04-23T09:15` or `2026-04-23` in Asia/Shanghai."""
    if moment is None:
        return None
    local = moment.astimezone(SHANGHAI)
    return f"{local:%Y-%m-%dT%H:%M}" if precision == "minute" else f"{local:%Y-%m-%d}"


def article_record(article: Article) -> dict[str, Any]:
    """The fields of an article that a page's readers ask for."""
    return {
        "title": article.title,
        "published": iso_local(article.published_at, article.precision),
        "source": article.source,
        "authors": list(article.authors),
        "editors": list(article.editors),
        "text": article.text,
        "images": as_json(article.images),
    }


def verdict_record(verdict: Verdict, facts: Iterable[Fact]) -> dict[str, Any]:
    """What was concluded, in the names of the commands' contract."""
    return {
        "relevant": verdict.relevant,
        "score": round(verdict.score, 4),
        "category": verdict.category,
        "facts": as_json(tuple(facts)),
    }


def hit_record(hit: Hit) -> dict[str, Any]:
    """One hit of a search, in the names of the commands' contract."""
    return {
        "id": hit.id,
        "story": hit.story_id,
        "url": hit.url,
        "title": hit.title,
        "portal": hit.portal,
        "province": hit.province,
        "source": hit.source,
        "published": iso_local(hit.published_at, hit.precision),
        "fetched_at": as_json(hit.fetched_at),
        "relevant": hit.relevant,
        "category": hit.category,
        "score": round(hit.score, 4),
        "reports": hit.reports,
        "versions": hit.versions,
        "removed_at": as_json(hit.removed_at),
        "snippet": hit.snippet.text,
    }


def print_time(moment: datetime | None, precision: Precision = "minute") -> str:
    """A time for people, in Asia/Shanghai."""
    if moment is None:
        return "—"
    return f"{moment.astimezone(SHANGHAI):{'%Y-%m-%d %H:%M' if precision == 'minute' else '%Y-%m-%d'}}"


def print_delay(delay: timedelta) -> str:
    """How much later, for people: `+3 分钟`, `+2 小时`, `+4 天`; rounded down."""
    minutes = int(delay.total_seconds()) // 60
    for unit, length in (("天", 24 * 60), ("小时", 60)):
        if minutes >= 2 * length:
            return f"+{minutes // length} {unit}"
    return f"+{minutes} 分钟"


WIDE = 400
"""Columns of output that nobody's window limits."""


def console() -> Console:
    """Standard output: colours and tables on a terminal, plain uncut lines elsewhere."""
    width = None if sys.stdout.isatty() else WIDE
    return _Harmless(highlight=False, soft_wrap=True, width=width)


class _Harmless(Console):
    """Nothing that came from a page steers the terminal."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterator[Segment]:
        """What is shown, without controls and direction marks of others."""
        for segment in super().render(renderable, options):
            yield segment if segment.control else Segment(legible(segment.text), segment.style)


def marked(passage: Passage) -> Text:
    """A passage with its marks highlighted."""
    text = Text(passage.text.replace("\n", " "))
    for start, end in passage.marks:
        text.stylize("bold red", start, end)
    return text


def table(*columns: str, rows: Iterable[Sequence[str | Text]]) -> Table:
    """A plain table; cells are text, never markup."""
    made = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        made.add_column(column, overflow="fold")
    for row in rows:
        made.add_row(*(cell if isinstance(cell, Text) else Text(cell) for cell in row))
    return made
