"""What breaks without an error: silence, frozen lists, lying validators, pages read worse than before. Pure.

Each is judged against the source's own history, so a source that is new says nothing. `docs/operations.md` has the codes.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from crawler.rhythm import rates
from storage import Quality, Rhythm, SourceState, Worse, changes, slot_of

SILENT_AT = 7.0
"""Looks with news that its rhythm lets one expect, and that did not come: by chance once in 1,000 times."""
LEAST_SILENCE = timedelta(hours=6)
"""Nothing shorter is called silence, however busy a source is."""
LEAST_HISTORY = 5.0
"""Looks with news, faded, below which a source has no rhythm to be silent against."""
LEAST_DAYS = 3.0
EVERYBODY = 0.5
"""When more than this share of at least `LEAST_PORTALS` portals with a rhythm are silent, it is a holiday, or it is us."""
LEAST_PORTALS = 3
SUSPECT_FOR = timedelta(days=7)
"""How long lying validators are told of, and none are sent."""
CHARSET_TOLD_FOR = timedelta(days=2)
"""How long a list in another charset is told of, if it reads well."""
LATELY = timedelta(days=30)
"""A list that brought something so lately is not given up, whatever dates it prints."""

_HOUR = timedelta(hours=1)
_LONGEST = timedelta(days=60)
_PLENTY = 1000.0


Kind = Literal["silent", "frozen"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Silence:
    """A source that brings nothing for longer than its history explains."""

    source: SourceState
    kind: Kind
    """`frozen` when other sources of its portal brought news in the meantime."""
    since: datetime
    expected: float
    """Looks with news that should have come since then."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Silences:
    """Who is silent, or that nearly everybody is."""

    sources: tuple[Silence, ...] = ()
    everybody: tuple[int, int] | None = None
    """Silent portals and portals with a rhythm, when it is most of them; `sources` is empty then."""


def silences(sources: Sequence[SourceState], rhythms: Mapping[int, Rhythm]) -> Silences:
    """The sources that answer well and yet are silent against their own weekly rhythm."""
    judged = [one for one in sources if has_rhythm(rhythms.get(one.id)) and one.active and not one.failures]
    found = [silence for one in judged if (silence := _silence(one, rhythms[one.id], sources)) is not None]
    portals = {one.portal for one in judged}
    loud = {one.portal for one in judged} - {silence.source.portal for silence in found}
    silent = len(portals) - len(loud)
    if len(portals) >= LEAST_PORTALS and silent > EVERYBODY * len(portals):
        return Silences(everybody=(silent, len(portals)))
    return Silences(sources=tuple(found))


def expected_looks(rhythm: Rhythm, begin: datetime, end: datetime) -> float:
    """How many looks with news the rhythm lets one expect between two moments."""
    hourly = rates(rhythm.times, rhythm.days, 0.0)
    moment, total = max(begin, end - _LONGEST), 0.0
    while moment < end and total < _PLENTY:
        step = min(_HOUR, end - moment)
        total += hourly[slot_of(moment)] * (step / _HOUR)
        moment += step
    return total


def has_rhythm(rhythm: Rhythm | None) -> bool:
    """Whether enough is known of a source to call it silent."""
    return rhythm is not None and sum(rhythm.times) >= LEAST_HISTORY and sum(rhythm.days) >= LEAST_DAYS


def liars(sources: Iterable[SourceState], now: datetime) -> tuple[SourceState, ...]:
    """Sources whose "not modified" was proved false within the last week."""
    return tuple(one for one in sources if one.active and one.lied_at and now - one.lied_at < SUSPECT_FOR)


def given_up(sources: Iterable[SourceState]) -> tuple[SourceState, ...]:
    """Sources whose list answers well, and by the dates printed on it should long have brought something newer."""
    return tuple(one for one in sources if one.active and not one.failures and _is_given_up(one))


def _is_given_up(source: SourceState) -> bool:
    last, by = source.last_ok_at, source.expected_by
    if last is None or by is None or last <= by:
        return False
    # What the first look found is no news.
    brought = source.last_new_at if source.last_new_at != source.first_ok_at else None
    return brought is None or last - brought > LATELY


def in_other_charset(sources: Iterable[SourceState], now: datetime) -> tuple[SourceState, ...]:
    """Sources whose list came in another charset than before, lately."""
    changed = ((one, one.charset_changed_at) for one in sources if one.active)
    return tuple(one for one, at in changed if at is not None and now - at < CHARSET_TOLD_FOR)


def worsened(
    sources: Iterable[SourceState], qualities: Mapping[int, Quality]
) -> tuple[tuple[SourceState, tuple[Worse, ...]], ...]:
    """Sources whose last pages are read worse than those before, and in what."""
    found = ((one, changes(qualities[one.id])) for one in sources if one.active and one.id in qualities)
    return tuple((one, worse) for one, worse in found if worse)


def _silence(source: SourceState, rhythm: Rhythm, everyone: Sequence[SourceState]) -> Silence | None:
    marks = [source.last_new_at or source.first_ok_at, source.recovered_at]
    since = max((mark for mark in marks if mark is not None), default=None)
    if since is None or source.last_ok_at is None or source.last_ok_at - since < LEAST_SILENCE:
        return None
    expected = expected_looks(rhythm, since, source.last_ok_at)
    if expected < SILENT_AT:
        return None
    others = [one.last_new_at for one in everyone if one.portal == source.portal and one.id != source.id]
    frozen = any(mark is not None and mark > since + LEAST_SILENCE for mark in others)
    return Silence(source=source, kind="frozen" if frozen else "silent", since=since, expected=expected)
