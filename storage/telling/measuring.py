"""The words in which bounds on figures are written, from `figures.toml`."""

import tomllib
from functools import cache
from pathlib import Path

from storage.search.terms import fold
from storage.telling.figures import FigureWords

TABLE = Path(__file__).with_name("figures.toml")


@cache
def figure_words() -> FigureWords:
    """The shipped words; read once."""
    table = tomllib.loads(TABLE.read_text("utf-8"))
    return FigureWords(
        measures={
            fold(word): (name, entry["unit"])
            for name, entry in table["measures"].items()
            for word in (name, *entry["words"])
        },
        substances={
            fold(word): name for name, words in table["substances"].items() for word in (name, *words)
        },
        units={
            fold(word): (unit, float(factor))
            for unit, words in table["units"].items()
            for word, factor in words.items()
        },
    )
