"""What was looked at, by day, portal and source: counters that only grow."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import Connection, func, or_, select

from storage.schema import coverage
from storage.statements import insert
from storage.values.model import SHANGHAI
from storage.values.records import CoverageRow, LooksOfDay


def count(
    connection: Connection, portal: str, source_url: str, counts: Mapping[str, int], *, now: datetime
) -> None:
    """Add to the counters of the day in Asia/Shanghai; the last statement of a transaction, for short locks."""
    day = now.astimezone(SHANGHAI).date()
    rows = [
        {"day": day, "portal": portal, "source_url": source_url, "counter": name, "n": n}
        # Sorted, so that two transactions never wait for each other in a circle.
        for name, n in sorted(counts.items())
        if n
    ]
    if not rows:
        return
    added = insert(connection, coverage)
    total = coverage.c.n + added.excluded.n
    summed = added.on_conflict_do_update(index_elements=list(coverage.primary_key), set_={"n": total})
    connection.execute(summed, rows)


def read_looks(
    connection: Connection, *, since: date, until: date, portal: str | None
) -> tuple[LooksOfDay, ...]:
    """How often each day was looked, over all sources and (without `portal`) portals: few rows for many years."""
    looked = coverage.c.counter == "looked"
    failed = coverage.c.counter.startswith("look_failed:", autoescape=True)
    sums = (func.coalesce(func.sum(coverage.c.n).filter(one), 0) for one in (looked, failed))
    # The index knows the counters: of those that tell something else, the rows are not read.
    asked = select(coverage.c.day, *sums).where(coverage.c.day.between(since, until), or_(looked, failed))
    if portal is not None:
        asked = asked.where(coverage.c.portal == portal)
    rows = connection.execute(asked.group_by(coverage.c.day).order_by(coverage.c.day))
    return tuple(LooksOfDay(day=day, looked=int(looked), failed=int(failed)) for day, looked, failed in rows)


def read(connection: Connection, *, since: date, until: date, portal: str | None) -> tuple[CoverageRow, ...]:
    """The counters of the days from `since` to `until`."""
    asked = select(coverage).where(coverage.c.day.between(since, until)).order_by(*coverage.primary_key)
    if portal is not None:
        asked = asked.where(coverage.c.portal == portal)
    found: dict[tuple[date, str, str], dict[str, int]] = {}
    # Years of it are hundreds of thousands of rows: unpacked at once, they cost half.
    for day, of_portal, url, counter, n in connection.execute(asked):
        found.setdefault((day, of_portal, url), {})[counter] = n
    return tuple(
        CoverageRow(day=day, portal=portal, source_url=url, counts=counts)
        for (day, portal, url), counts in found.items()
    )
