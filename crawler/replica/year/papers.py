"""The year's portals and words as data: read once, checked by being used."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

from crawler.replica.families import Paper

_FILES = Path(__file__).parent
PORTALS_DIR = _FILES / "portals"
"""The portal files of the year's portals."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Kind:
    """One kind of news: how its headlines and sentences go."""

    name: str
    weight: int
    relevant: bool
    """Whether it belongs to the anti-drug topic."""
    law: bool
    """Whether it stands in the column of law."""
    titles: tuple[str, ...]
    opening: str
    sentences: tuple[str, ...]
    closing: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Vocabulary:
    """The words from which news is made."""

    hours: tuple[int, ...]
    """How often news comes in each hour of the day."""
    fillings: Mapping[str, tuple[str, ...]]
    """Slot → words that fill it."""
    editors: tuple[str, ...]
    kinds: tuple[Kind, ...]


def load_papers() -> Mapping[str, Paper]:
    """The year's portals by name."""
    rows = tomllib.loads((_FILES / "papers.toml").read_text("utf-8"))
    return {name: _paper(name, row) for name, row in rows.items()}


def load_vocabulary() -> Vocabulary:
    """The words of the year's news."""
    row = tomllib.loads((_FILES / "vocabulary.toml").read_text("utf-8"))
    return Vocabulary(
        hours=tuple(row["hours"]),
        fillings={
            slot: tuple(row[words])
            for slot, words in (
                ("agency", "agencies"),
                ("substance", "substances"),
                ("surname", "surnames"),
                ("school", "schools"),
                ("goods", "goods"),
                ("road", "roads"),
            )
        },
        editors=tuple(row["editors"]),
        kinds=tuple(_kind(kind) for kind in row["kinds"]),
    )


def _kind(row: Mapping[str, Any]) -> Kind:
    told = {name: tuple(value) if isinstance(value, list) else value for name, value in row.items()}
    return Kind(**cast(Any, told))


def _paper(name: str, row: Mapping[str, Any]) -> Paper:
    lists = {}
    for channel, address in row["lists"].items():
        parts = urlsplit(address)
        place = (str(parts.hostname), parts.path + (f"?{parts.query}" if parts.query else ""))
        lists["" if channel == "main" else channel] = place
    return Paper(
        name=name,
        title=row["title"],
        family=row["template"],
        lists=lists,
        robots=f"User-agent: *\n{row.get('robots', '')}Disallow: /admin/\n",
        charset=row["charset"],
        places=tuple(row["places"]),
    )
