"""Where a story is: the administrative divisions it names, and its province. Not where the portal is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick

from crawler.judging.normalise import respell
from crawler.topics.divisions import Division, load_gazetteer

NATIONAL = "全国"
_SHOWN = 6
_WELL_BEFORE = 40
"""Characters: 公安部 right before 云南警方 only says who led, a sentence earlier that the country is meant."""
_MANY = 3
"""A report that names this many provinces, and the whole country, is about the whole country."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where a story is."""

    province: str | None
    """Short name, 全国, or None where no place is told."""
    places: tuple[str, ...]
    """Full names from the province down, as far as printed, in order of mention."""


class _Meaning(NamedTuple):
    """What a printed name may stand for."""

    division: Division
    alone: bool


class _Name(NamedTuple):
    start: int
    end: int
    meanings: tuple[_Meaning, ...]
    """Empty for a word that means the whole country."""


class _Place(NamedTuple):
    start: int
    end: int
    division: Division


def find_places(pieces: Sequence[str]) -> Places:
    """The places of a story from its telling pieces, respelled, the most telling (the headline) first."""
    found: list[Division] = []
    province: str | None = None
    for piece in pieces:
        names = list(_names(piece))
        here = list(_divisions(piece, names, found[-1] if found else None))
        found.extend(place.division for place in here)
        province = province or _province(names, here)
    if province == NATIONAL and len({division.province for division in found}) == 1:
        province = found[0].province
    return Places(province, _most_exact(found))


def _province(names: Sequence[_Name], here: Sequence[_Place]) -> str | None:
    """The first province named, unless a word for the whole country stands well before it or many are named."""
    country = min((name.start for name in names if not name.meanings), default=-1)
    if not here:
        return NATIONAL if country >= 0 else None
    named = len({place.division.province for place in here})
    if 0 <= country < here[0].start - _WELL_BEFORE or (country >= 0 and named >= _MANY):
        return NATIONAL
    return here[0].division.province


def _most_exact(found: Sequence[Division]) -> tuple[str, ...]:
    """Each division once, without those that only stand above another one."""
    unique = list(dict.fromkeys(division.path for division in found))
    inner = [
        path for path in unique if not any(path != other and other[: len(path)] == path for other in unique)
    ]
    return tuple("".join(path) for path in inner[:_SHOWN])


def _divisions(text: str, names: Sequence[_Name], before: Division | None) -> Iterator[_Place]:
    """The divisions among the names; a name shared by several is settled by what was named before it."""
    last = _Place(-1, -1, before) if before else None
    covered = 0
    for start, end, meanings in names:
        if end <= covered or (end - start <= _SHORT and text.startswith(load_gazetteer().not_before, end)):
            continue
        division = _settled(start, meanings, last)
        if division:
            covered = end
            last = _Place(start, end, division)
            yield last


_SHORT = 3
"""Longest short name whose meaning hangs on what follows: 黑龙江, 石家庄."""


def _settled(start: int, meanings: Sequence[_Meaning], last: _Place | None) -> Division | None:
    path = last.division.path if last else ()
    adjoining = last is not None and last.end == start
    possible = [
        meaning.division
        for meaning in meanings
        if meaning.alone or (adjoining and meaning.division.path[: len(path)] == path)
    ]
    if len(possible) > 1:
        nearest = max(_shared(division.path, path) for division in possible)
        possible = [division for division in possible if _shared(division.path, path) == nearest]
        shortest = min(len(division.path) for division in possible)
        possible = [division for division in possible if len(division.path) == shortest]
    return possible[0] if len(possible) == 1 else None


def _shared(path: tuple[str, ...], other: tuple[str, ...]) -> int:
    count = 0
    for mine, theirs in zip(path, other, strict=False):
        if mine != theirs:
            break
        count += 1
    return count


def _names(text: str) -> Iterator[_Name]:
    automaton, meanings = _automaton()
    raw = automaton.find_matches_as_indexes(text, overlapping=True)
    for start, minus_end, index in sorted([(start, -end, index) for index, start, end in raw]):
        yield _Name(start, -minus_end, meanings[index])


@cache
def _automaton() -> tuple[AhoCorasick, tuple[tuple[_Meaning, ...], ...]]:
    meanings: dict[str, list[_Meaning]] = {word: [] for word in load_gazetteer().national}
    for division in load_gazetteer().divisions:
        for name in division.names:
            meanings.setdefault(respell(name), []).append(_Meaning(division, alone=True))
        if division.short:
            meanings.setdefault(respell(division.short), []).append(_Meaning(division, alone=division.alone))
    return AhoCorasick(tuple(meanings)), tuple(tuple(row) for row in meanings.values())
