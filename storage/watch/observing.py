"""What a look tells of its source beside its links, written in the look's transaction."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from sqlalchemy import Connection, Row, select

from storage.schema import arrival, source
from storage.statements import insert
from storage.values.model import SHANGHAI
from storage.values.records import Look, PendingLink
from storage.watch.habits import SLOTS, Printed, Rhythm, arrivals, days_watched, faded, printed_habit
from storage.watch.outages import KNOWN_DEAD, NO_ANSWER, SAME_MINUTES, Witness, is_outage

SUSPECT_FOR = timedelta(days=7)
"""So long no validators are sent to a source whose validators lied."""
FULL_FETCH_EVERY = timedelta(hours=12)
"""How long a source may be believed to be unchanged."""
_LATE = timedelta(minutes=30)
"""An item may appear on its list so much later than the time printed beside it."""
_MANY = 3
"""So many new links at once, after nothing but "not modified", do not come from the last minutes."""

_Row: TypeAlias = Row[Any]


def observe(
    connection: Connection, look: Look, seen: _Row, new: Sequence[PendingLink], now: datetime
) -> dict[str, object]:
    """Note the rhythm of what is new; returns what else changes in the source's row, `failures` included.

    A look that got no answer while other hosts give none either is our own network's failure, and counts against nobody.
    """
    if look.outcome in NO_ANSWER and in_outage(connection, seen.host, now):
        return {"failures": seen.failures, "next_check_at": look.if_outage_at or look.next_check_at}
    if look.outcome not in ("ok", "not_modified"):
        return {"failures": seen.failures + 1, "failing_since": seen.failing_since or now}
    told: dict[str, object] = {"failures": 0, "failing_since": None}
    if seen.failures >= KNOWN_DEAD:
        told["recovered_at"] = now
    if has_lied(look, seen, new, now):
        told["lied_at"] = now
    if seen.first_ok_at is not None:
        _note_arrivals(connection, seen, [(link.published_at, link.precision) for link in new], now)
    return told


def printed_on(look: Look, seen: _Row, now: datetime) -> dict[str, object]:
    """What a full answer itself says of its source: how new its newest date is, and its charset."""
    habit = printed_habit([(link.published_at, link.precision) for link in look.links], now=now)
    told: dict[str, object] = dict(zip(("newest_at", "expected_by"), habit or (None, None), strict=True))
    if look.charset and look.charset != seen.charset:
        told["charset"] = look.charset
        if seen.charset:
            told |= {"charset_was": seen.charset, "charset_changed_at": now}
    return told


def in_outage(connection: Connection, host: str, now: datetime) -> bool:
    """Whether the other hosts say that it is our network that fails."""
    asked = select(source.c.host, source.c.last_outcome, source.c.last_looked_at, source.c.failures)
    recent = source.c.last_looked_at >= now - SAME_MINUTES
    rows = connection.execute(asked.where(source.c.active.is_(True), source.c.host != host, recent))
    return is_outage(
        (Witness(host=row[0], outcome=row[1], at=row[2], failures=row[3]) for row in rows), now=now
    )


_MANY_WITHIN = timedelta(minutes=30)
"""So many are no proof after a longer pause, e.g. when the service did not run."""


def has_lied(look: Look, seen: _Row, new: Sequence[PendingLink], now: datetime) -> bool:
    """Whether a full answer shows that the "not modified" before it was false.

    Three proofs: other links under the same validators; a link that was printed well before the last "not modified"; more
    links at once than the minutes since then explain.
    """
    forced = seen.last_full_at is not None and now - seen.last_full_at >= FULL_FETCH_EVERY
    if not (look.full and new and forced and seen.last_outcome == "not_modified"):
        return False
    kept = (seen.etag, seen.last_modified)
    same = kept == (look.etag, look.last_modified) and kept != (None, None)
    many = len(new) >= _MANY and now - seen.last_looked_at <= _MANY_WITHIN
    return same or many or any(_stood_before(link, seen.last_looked_at) for link in new)


def is_suspect(lied_at: datetime | None, now: datetime) -> bool:
    """Whether the source's validators lied lately."""
    return lied_at is not None and now - lied_at < SUSPECT_FOR


def rhythms(connection: Connection, sources: Collection[_Row], now: datetime) -> Mapping[int, Rhythm]:
    """The rhythm of each of these sources that ever answered well."""
    began = {row.id: row.first_ok_at for row in sources if row.first_ok_at is not None}
    items = {one: [0.0] * SLOTS for one in began}
    times = {one: [0.0] * SLOTS for one in began}
    for row in connection.execute(select(arrival).where(arrival.c.source_id.in_(sorted(began)))):
        items[row.source_id][row.slot] = faded(row.items, since=row.at, now=now)
        times[row.source_id][row.slot] = faded(row.times, since=row.at, now=now)
    return {
        one: Rhythm(items=tuple(items[one]), times=tuple(times[one]), days=days_watched(at, now))
        for one, at in began.items()
    }


def _stood_before(link: PendingLink, last_look: datetime | None) -> bool:
    if link.published_at is None or last_look is None:
        return False
    if link.precision == "minute":
        return link.published_at + _LATE < last_look
    return link.published_at.astimezone(SHANGHAI).date() < last_look.astimezone(SHANGHAI).date()


def _note_arrivals(connection: Connection, seen: _Row, new: Iterable[Printed], now: datetime) -> None:
    added = arrivals(new, last_look=seen.last_ok_at, now=now)
    if not added:
        return
    mine = select(arrival).where(arrival.c.source_id == seen.id, arrival.c.slot.in_(sorted(added)))
    known = {row.slot: row for row in connection.execute(mine)}
    rows = []
    for slot, came in sorted(added.items()):
        row = known.get(slot)
        before = (row.items, row.times, row.at) if row else (0.0, 0.0, now)
        items, times = (faded(count, since=before[2], now=now) for count in before[:2])
        rows.append({"source_id": seen.id, "slot": slot, "items": items + came.items, "times": times + came.times, "at": now})  # fmt: skip
    write = insert(connection, arrival)
    values = {name: write.excluded[name] for name in ("items", "times", "at")}
    connection.execute(
        write.on_conflict_do_update(index_elements=list(arrival.primary_key), set_=values), rows
    )
