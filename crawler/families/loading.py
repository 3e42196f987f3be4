"""Read the template families that ship with the project."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, kw_only=True, slots=True)
class Family:
    """One content management system's way of writing pages."""

    name: str
    url: re.Pattern[str]
    """Searched in the address of an article."""
    signs: frozenset[str]
    """Class names and ids that only this family writes, lower-case."""
    notes: tuple[str, ...]
    """How the comments begin that only this family writes, lower-case."""
    body: frozenset[str]
    """Class names and ids of the element that holds the report, lower-case."""
    comments: frozenset[str] = frozenset()
    """Words of the comments that open and (with a slash) close the report."""
    properties: Mapping[str, str] = field(default_factory=dict)
    """`comment` names a metadata comment; the other keys name its fields."""


@cache
def load_families() -> Mapping[str, Family]:
    """Every family by name, in the order of the file."""
    text = files("crawler.families").joinpath("families.toml").read_text("utf-8")
    return {name: _family(name, entry) for name, entry in tomllib.loads(text).items()}


def _family(name: str, entry: Mapping[str, object]) -> Family:
    known = {"url", "signs", "notes", "body", "comments", "properties"}
    if unknown := sorted(set(entry) - known):
        raise ValueError(f"families.toml, [{name}]: unknown key {unknown[0]!r}; write one of {sorted(known)}")
    properties = entry.get("properties", {})
    assert isinstance(properties, dict)
    return Family(
        name=name,
        url=re.compile(str(entry["url"])),
        signs=frozenset(_words(entry, "signs")),
        notes=_words(entry, "notes"),
        body=frozenset(_words(entry, "body")),
        comments=frozenset(_words(entry, "comments")),
        properties={str(key): str(value) for key, value in properties.items()},
    )


def _words(entry: Mapping[str, object], key: str) -> tuple[str, ...]:
    words = entry.get(key, [])
    if not isinstance(words, list):
        raise TypeError(f"families.toml: {key} must be a list of words, not {words!r}")
    return tuple(str(word) for word in words)
