"""Sketches of other libraries, where installed, as judges of the same rows: what they merge without a veto."""

import importlib
from collections.abc import Callable, Iterator
from typing import Any

from benchmarks.retellings import Told

_WIDTH, _PERMUTATIONS = 4, 128
_LEAST_SIMILAR, _MOST_BITS = 0.5, 6


def sketches() -> Iterator[tuple[str, Callable[[Told, Told], bool]]]:
    """Name and judge of each library that is there."""
    for name, judge in (("datasketch", _datasketch), ("rensa", _rensa), ("trafilatura", _trafilatura)):
        try:
            library: Any = importlib.import_module(
                "trafilatura.deduplication" if name == "trafilatura" else name
            )
        except ImportError:
            print(f"\n{name} is not installed: left out")
        else:
            yield name, judge(library)


def _grams(text: str) -> list[str]:
    return [text[at : at + _WIDTH] for at in range(max(len(text) - _WIDTH + 1, 1))]


def _datasketch(library: Any) -> Callable[[Told, Told], bool]:
    def sketch(text: str) -> Any:
        made = library.MinHash(num_perm=_PERMUTATIONS)
        made.update_batch([gram.encode() for gram in set(_grams(text))])
        return made

    return lambda one, other: sketch(one.text).jaccard(sketch(other.text)) >= _LEAST_SIMILAR


def _rensa(library: Any) -> Callable[[Told, Told], bool]:
    def sketch(text: str) -> Any:
        made = library.RMinHash(num_perm=_PERMUTATIONS, seed=1)
        made.update(list(set(_grams(text))))
        return made

    return lambda one, other: sketch(one.text).jaccard(sketch(other.text)) >= _LEAST_SIMILAR


def _trafilatura(library: Any) -> Callable[[Told, Told], bool]:
    def sketch(text: str) -> int:
        return int(library.Simhash(" ".join(_grams(text))).hash)

    return lambda one, other: (sketch(one.text) ^ sketch(other.text)).bit_count() <= _MOST_BITS
