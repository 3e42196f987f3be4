"""The replica's news as data, written for it: `load_stories` reads the files beside this module."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from crawler.replica.site import Edit, Reprint, Story

_FILES = Path(__file__).parent
_PAGE_BREAK = "=====\n"


def load_stories(folder: Path = _FILES) -> tuple[Story, ...]:
    """All stories of `folder`, in the order of the files and of the stories in them."""
    return tuple(
        _story(row, file)
        for path in sorted(folder.glob("*.toml"))
        for file in [tomllib.loads(path.read_text("utf-8"))]
        for row in file["stories"]
    )


def _story(row: Mapping[str, Any], file: Mapping[str, Any]) -> Story:
    return Story(
        id=row["id"],
        title=row["title"],
        pages=tuple(tuple(page.strip().splitlines()) for page in row["text"].split(_PAGE_BREAK)),
        offset=row["offset"],
        portal=file["portal"],
        source=file["source"],
        author=row.get("author", ""),
        editor=row["editor"],
        channel=row.get("channel", ""),
        relevant=row["relevant"],
        removed=row.get("removed"),
        reprints=tuple(Reprint(**reprint) for reprint in row.get("reprints", ())),
        edits=tuple(Edit(**edit) for edit in row.get("edits", ())),
    )
