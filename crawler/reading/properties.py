"""What a template family tells outside the printed text: its name, its metadata comment."""

import re
from collections.abc import Iterable, Mapping

from crawler.families import Family
from crawler.reading.document import Document, squeeze

_TAG = re.compile(r"<(?P<name>[a-z]+)>(?P<value>[^<]*)</(?P=name)>", re.IGNORECASE)
_LONGEST_COMMENT = 20_000


def find_family(
    document: Document, url: str, families: Mapping[str, Family], named: str | None
) -> Family | None:
    """The family the portal names, else the one whose signs are in the page, else the one its address looks like."""
    if named:
        return families.get(named)
    names = set(" ".join({frame.names for frame in document.frames}).split())
    for family in families.values():
        if family.signs & names or any(note.startswith(family.notes) for note in document.comments):
            return family
    return next((family for family in families.values() if family.url.search(url)), None)


def read_properties(document: Document, family: Family | None) -> dict[str, str]:
    """The fields of the family's metadata comment under our names (`published`, `source`, `title`, `url`)."""
    if family is None or not family.properties:
        return {}
    mark = family.properties["comment"]
    start = document.text.find(f"<!--{mark}")
    end = document.text.find(f"/{mark}", start + len(mark) + 4) if start >= 0 else -1
    if end < 0 or end - start > _LONGEST_COMMENT:
        return {}
    told = {
        match["name"].lower(): squeeze(match["value"]) for match in _TAG.finditer(document.text, start, end)
    }
    names = ((ours, theirs) for ours, theirs in family.properties.items() if ours != "comment")
    return {ours: told[theirs] for ours, theirs in names if told.get(theirs)}


def comment_words(families: Iterable[Family]) -> frozenset[str]:
    """Every word that opens a report in a comment."""
    return frozenset(word for family in families for word in family.comments)
