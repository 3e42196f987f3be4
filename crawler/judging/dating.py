"""Give each figure the time it holds for: the one printed last before it, in its sentence or paragraph."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date

from crawler.judging.accepting import Draft
from crawler.judging.periods import Period, find_periods


def date_drafts(plain: str, found: Sequence[Draft], *, published: date | None) -> None:
    """Set the period of every draft; drafts must be in order of place. Each paragraph is read once."""
    line_start = -1
    periods: tuple[Period, ...] = ()
    starts: list[int] = []
    for index, draft in enumerate(found):
        if draft.line.start != line_start:
            line_start = draft.line.start
            periods = find_periods(plain, line_start, draft.line.end, published=published)
            starts = [period.start for period in periods]
        at = bisect_right(starts, draft.quantity.number_at)
        draft.period = periods[at - 1] if at else None
        _in_order(plain, found, index, periods[max(0, at - _LISTED) : at])


_LISTED = 8


def _in_order(plain: str, found: Sequence[Draft], index: int, before: Sequence[Period]) -> None:
    """2020年至2022年…分别为214件、119件、69件: the years go to the values in order."""
    draft = found[index]
    if draft.listed is None:
        return
    place, length = draft.listed
    years = [period for period in before if period.first and period.start >= draft.sentence.start]
    whole = [
        period for period in years if period.last and period.first and period.last.year == period.first.year
    ]
    if years and _covers(years[-1], length):
        year = years[-1].first.year + place if years[-1].first else 0
        draft.period = Period(years[-1].start, years[-1].end, date(year, 1, 1), date(year, 12, 31))
    elif len(whole) == length:
        draft.period = whole[place]


def _covers(period: Period, length: int) -> bool:
    return bool(period.first and period.last and period.last.year - period.first.year + 1 == length > 1)
