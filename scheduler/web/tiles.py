"""The tile map of the 31 provincial units: one square each, with how many stories there are today."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PLACES = Path(__file__).with_name("tiles.toml")


@dataclass(frozen=True, kw_only=True, slots=True)
class Tile:
    """One unit on the map."""

    province: str
    row: int
    column: int
    stories: int
    state: str
    """`ok`, `bad` (none of its portals could be looked at) or `off` (none is watched)."""


@cache
def places() -> Mapping[str, tuple[int, int]]:
    """Row and column of each unit, from 0."""
    table = tomllib.loads(PLACES.read_text("utf-8"))["tiles"]
    return {province: (row, column) for province, (row, column) in table.items()}


def tiles(stories: Mapping[str, int], states: Mapping[str, str]) -> tuple[Tile, ...]:
    """The map, in reading order."""
    return tuple(
        Tile(
            province=province,
            row=row,
            column=column,
            stories=stories.get(province, 0),
            state=states.get(province, "off"),
        )
        for province, (row, column) in sorted(places().items(), key=lambda item: item[1])
    )
