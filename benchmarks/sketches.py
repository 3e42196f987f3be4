"""Sketches of other libraries, where installed, as judges of the same rows: what they merge without a veto.

They are no part of the project: `python -m venv PEERS`, `PEERS/bin/pip install -r requirements-dev.lock datasketch rensa trafilatura`,
then run the benchmark by `PEERS/bin/python` with `--rivals`.
"""

import importlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from benchmarks.retellings import Told

_WIDTH, _PERMUTATIONS = 4, 128
_LEAST_SIMILAR, _MOST_BITS = 0.5, 6


@dataclass(frozen=True)
class Rival:
    """One library's way, at its usual threshold."""

    name: str
    sketch: Callable[[str], Any]
    alike: Callable[[Any, Any], bool]

    def merges(self, one: Told, other: Told) -> bool:
        """Whether it takes two texts for one."""
        return self.alike(self.sketch(one.text), self.sketch(other.text))


def rivals() -> Iterator[Rival]:
    """Each library that is there."""
    made = {"datasketch": _datasketch, "rensa": _rensa, "trafilatura.deduplication": _trafilatura}
    for name, make in made.items():
        try:
            yield make(importlib.import_module(name))
        except ImportError:
            print(f"\n{name.partition('.')[0]} is not installed: left out")


def _grams(text: str) -> list[str]:
    return [text[at : at + _WIDTH] for at in range(max(len(text) - _WIDTH + 1, 1))]


def _datasketch(library: Any) -> Rival:
    def sketch(text: str) -> Any:
        made = library.MinHash(num_perm=_PERMUTATIONS)
        made.update_batch([gram.encode() for gram in set(_grams(text))])
        return made

    return Rival("datasketch MinHash", sketch, lambda one, other: one.jaccard(other) >= _LEAST_SIMILAR)


def _rensa(library: Any) -> Rival:
    def sketch(text: str) -> Any:
        made = library.RMinHash(num_perm=_PERMUTATIONS, seed=1)
        made.update(list(set(_grams(text))))
        return made

    return Rival("rensa RMinHash", sketch, lambda one, other: one.jaccard(other) >= _LEAST_SIMILAR)


def _trafilatura(library: Any) -> Rival:
    def sketch(text: str) -> int:
        return int(library.Simhash(" ".join(_grams(text))).hash)

    return Rival("trafilatura SimHash", sketch, lambda one, other: (one ^ other).bit_count() <= _MOST_BITS)
