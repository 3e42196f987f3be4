"""Give each figure the time it holds for: the one printed last before it that speaks of it."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date

from crawler.judging.accepting import Draft
from crawler.judging.periods import Period, find_periods
from crawler.judging.sections import Section

_LOOKED_AT = 8
"""How many times before a number are tried."""
_LONG_DAYS = 27
"""A period this long holds for later paragraphs too; a day does not."""


def date_drafts(plain: str, section: Section, found: Sequence[Draft], *, published: date | None) -> None:
    """Set the period of every draft of a section; drafts must be in order of place."""
    if not found:
        return
    periods = find_periods(plain, section.start, section.end, published=published)
    starts = [period.start for period in periods]
    moved: Draft | None = None
    for draft in found:
        at = bisect_right(starts, draft.quantity.number_at)
        before = periods[max(0, at - _LOOKED_AT) : at]
        draft.period = _in_order(draft, before) or _nearest(draft, before, moved)
        if draft.basis == "stock" and not _tells_stock(draft):
            draft.period = Period(0, 0, None, published) if published else None
        moved = draft if draft.change is not None and draft.change.kind == "from_to" else moved


def _nearest(draft: Draft, before: Sequence[Period], moved: Draft | None) -> Period | None:
    for period in reversed(before):
        if moved is not None and moved.start <= period.start < moved.end:
            continue
        if draft.measure == "drugs_destroyed" and period.start >= draft.start:
            continue
        if period.start >= draft.line.start or _long(period):
            return period
    return None


def _long(period: Period) -> bool:
    if period.first is None or period.last is None:
        return False
    return (period.last - period.first).days >= _LONG_DAYS


def _tells_stock(draft: Draft) -> bool:
    """A present number is dated by its own sentence, or by 截至… in its paragraph; else it is of the day of the report."""
    period = draft.period
    if period is None:
        return False
    return period.start >= draft.sentence.start or (period.first is None and period.last is not None)


def _in_order(draft: Draft, before: Sequence[Period]) -> Period | None:
    """2020年至2022年…分别为214件、119件、69件: the years go to the values in order."""
    if draft.listed is None:
        return None
    place, length = draft.listed
    own = [
        period for period in before if period.start >= draft.sentence.start and period.first and period.last
    ]
    if own and own[-1].first and own[-1].last and own[-1].last.year - own[-1].first.year + 1 == length:
        year = own[-1].first.year + place
        return Period(own[-1].start, own[-1].end, date(year, 1, 1), date(year, 12, 31))
    return own[place] if len(own) == length else None
