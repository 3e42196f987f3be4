"""Sources and their links: what to look at, and what came of it."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from sqlalchemy import Connection, Row, Select, func, or_, select, update

from storage.identity.addressing import in_force
from storage.identity.fingerprint import url_key
from storage.revisions.visits import keep_failure
from storage.schema import article, host, link, revisit, source
from storage.statements import insert
from storage.values.model import (
    Link,
    Source,
)
from storage.values.records import DueSource, Lease, Look, PageFailure, PendingLink, Work
from storage.watch.coverage import count
from storage.watch.habits import Rhythm
from storage.watch.leads import keep as keep_leads
from storage.watch.leafing import goes_on, waiting
from storage.watch.leases import lost, require
from storage.watch.marking import note_failure
from storage.watch.observing import FULL_FETCH_EVERY, is_suspect, observe, printed_on, rhythms

SUCCESSES = frozenset(("ok", "not_modified"))
"""Outcomes of a look after which the source counts as seen."""
_AT_ONCE = 400
"""Rows in one statement: SQLite's older builds take 32,766 values, its oldest limits are lower."""

_Row: TypeAlias = Row[Any]


def sync(connection: Connection, sources: Iterable[Source], now: datetime) -> None:
    """Make these the active sources."""
    wanted = {(s.portal, s.url): s for s in sources}
    if names := sorted({s.host for s in wanted.values()}):
        new_hosts = insert(connection, host).on_conflict_do_nothing()
        connection.execute(new_hosts, [{"host": name} for name in names])
    known = {(row.portal, row.url): row for row in connection.execute(select(source))}
    for key, row in sorted(known.items()):
        told = _told(wanted[key]) if key in wanted else {"active": False}
        # A shorter interval holds at once, not after the long one has run out.
        soonest = now + wanted[key].every if key in wanted else row.next_check_at
        told["next_check_at"] = min(row.next_check_at, soonest)
        if any(getattr(row, name) != value for name, value in told.items()):
            connection.execute(update(source).where(source.c.id == row.id).values(told))
        if told.get("host", row.host) != row.host:
            connection.execute(update(link).where(link.c.source_id == row.id).values(host=told["host"]))
            listed = select(article.c.id).where(article.c.source_id == row.id)
            moved = update(revisit).where(revisit.c.article_id.in_(listed))
            connection.execute(moved.values(host=told["host"]))
    new = [
        _told(wanted[key]) | {"portal": key[0], "url": key[1], "next_check_at": now}
        for key in sorted(wanted.keys() - known.keys())
    ]
    if new:
        # Another process may add the same ones just now.
        connection.execute(insert(connection, source).on_conflict_do_nothing(), new)


def work(
    connection: Connection, lease: Lease, *, portals: Collection[str], now: datetime, limit: int
) -> Work:
    """What is due on the leased host."""
    held = connection.execute(select(host).where(host.c.host == lease.host)).one_or_none()
    if held is None or held.fence != lease.fence:
        raise lost(lease)
    due = source.c.next_check_at <= now
    if held.whole:
        due = or_(due, source.c.last_looked_at.is_(None), source.c.last_looked_at < held.claimed_at)
    mine = source.c.host == lease.host, source.c.active.is_(True), source.c.portal.in_(sorted(portals))
    rows = connection.execute(select(source).where(*mine, due).order_by(source.c.id)).all()
    known = rhythms(connection, rows, now)
    return Work(
        sources=tuple(_due_source(row, known.get(row.id), now) for row in rows),
        links=_pending(connection, _due_links(lease, portals, now).limit(limit)),
    )


def record_look(connection: Connection, look: Look, lease: Lease, now: datetime) -> tuple[PendingLink, ...]:
    """Write what a look brought; the new links in the order of the list."""
    require(connection, lease)
    of_source = source.c.id == look.source_id, source.c.host == lease.host
    seen = connection.execute(select(source).where(*of_source)).one_or_none()
    if seen is None:
        raise lost(lease)
    found = pending(connection, add_links(connection, seen, look.links, now))
    values: dict[str, object] = {"further": _further(look, seen, found)}
    if not look.page:
        values |= _looked(look, seen, now) | observe(connection, look, seen, found, now)
    if found:
        values["last_new_at"] = now
    connection.execute(update(source).where(*of_source).values(values))
    keep_leads(connection, look.leads, portal=seen.portal, source_url=seen.url, now=now)
    counts = {"listed": len(look.links), "new": len(found)}
    counts |= {"further": 1} if look.page else {"looked": 1, "not_modified": int(not look.full)}
    if look.outcome not in SUCCESSES:
        counts[f"look_failed:{look.outcome}"] = 1
    count(connection, seen.portal, seen.url, counts, now=now)
    return found


def record_failure(connection: Connection, failure: PageFailure, lease: Lease, now: datetime) -> None:
    """Note what a page's fetch or reading came to; an archived page stays archived."""
    require(connection, lease)
    done = connection.execute(
        update(link)
        .where(link.c.id == failure.link_id, link.c.state != "archived")
        .values(
            attempts=link.c.attempts + 1,
            state="failed" if failure.retry_at is None else "pending",
            outcome=failure.outcome,
            detail=failure.detail,
            retry_at=failure.retry_at,
        )
        .returning(link.c.portal, link.c.source_id, link.c.attempts, link.c.backfill)
    ).one_or_none()
    if done is not None:
        keep_failure(connection, failure, now)
        note_failure(connection, done, failure.outcome, now)
        url = connection.scalar(select(source.c.url).where(source.c.id == done.source_id)) or ""
        count(connection, done.portal, url, {"fetched": 1, f"failed:{failure.outcome}": 1}, now=now)


def _told(one: Source) -> dict[str, object]:
    every = int(one.every.total_seconds())
    return {"kind": one.kind, "host": one.host, "every_seconds": every, "active": True}


def _due_source(row: _Row, rhythm: Rhythm | None, now: datetime) -> DueSource:
    every = timedelta(seconds=row.every_seconds)
    told = Source(portal=row.portal, url=row.url, kind=row.kind, host=row.host, every=every)
    return DueSource(
        id=row.id,
        source=told,
        etag=row.etag,
        last_modified=row.last_modified,
        failures=row.failures,
        full_fetch_due=row.last_full_at is None
        or now - row.last_full_at >= FULL_FETCH_EVERY
        or is_suspect(row.lied_at, now),
        rhythm=rhythm,
        last_ok_at=row.last_ok_at,
        further=tuple(row.further or ()),
    )


def _due_links(lease: Lease, portals: Collection[str], now: datetime) -> Select[Any]:
    due = select(link).where(
        link.c.host == lease.host,
        link.c.state == "pending",
        link.c.retry_at <= now,
        link.c.portal.in_(sorted(portals)),
    )
    return due.order_by(func.coalesce(link.c.published_at, link.c.first_seen_at).desc(), link.c.id)


def _pending(
    connection: Connection, asked: Select[Any], *, order: Collection[int] = ()
) -> tuple[PendingLink, ...]:
    names = PendingLink.__dataclass_fields__
    found = [PendingLink(**{name: getattr(row, name) for name in names}) for row in connection.execute(asked)]
    place = {one: at for at, one in enumerate(order)}
    return tuple(sorted(found, key=lambda one: place[one.id]) if order else found)


def _looked(look: Look, seen: _Row, now: datetime) -> dict[str, object]:
    values: dict[str, object] = {
        "last_looked_at": now,
        "last_outcome": look.outcome,
        "detail": look.detail,
        "next_check_at": look.next_check_at,
    }
    if look.outcome not in SUCCESSES:
        return values
    values |= {"last_ok_at": now, "first_ok_at": seen.first_ok_at or now}
    if look.full:
        values |= {"etag": look.etag, "last_modified": look.last_modified, "last_full_at": now}
        values |= printed_on(look, seen, now)
    return values


def _further(look: Look, seen: _Row, found: Collection[PendingLink]) -> list[str]:
    """The further pages of the source that are still to be read; an index has no links and always goes on."""
    known = tuple(seen.further or ())
    new = {one.url for one in found}
    reads_on = look.outcome == "ok" and (not look.links or goes_on(look.links, new, seen.last_ok_at))
    following = look.further if reads_on else ()
    return list(waiting(known, read="" if look.again else look.page, following=following))


def pending(connection: Connection, ids: Collection[int]) -> tuple[PendingLink, ...]:
    """The links with these ids, in their order."""
    return _pending(connection, select(link).where(link.c.id.in_(ids)), order=ids)


def add_links(
    connection: Connection, seen: _Row, links: Iterable[Link], now: datetime, *, backfill: bool = False
) -> list[int]:
    """Note links as pending; the ids of those that were not known, in the order of the list."""
    by_key: dict[str, Link] = {}
    book = in_force(connection, writing=True)
    for one in links:
        by_key.setdefault(url_key(one.url, book), one)
    # Sorted, so that two lists with the same links never wait for each other in a circle.
    new = sorted(by_key.keys() - _known(connection, list(by_key)))
    ids: dict[str, int] = {}
    for at in range(0, len(new), _AT_ONCE):
        some = new[at : at + _AT_ONCE]
        rows = [_link_row(seen, key, by_key[key], now) | {"backfill": backfill} for key in some]
        added = insert(connection, link).on_conflict_do_nothing().returning(link.c.key, link.c.id)
        ids |= {row.key: row.id for row in connection.execute(added, rows)}
    return [ids[key] for key in by_key if key in ids]


def _known(connection: Connection, keys: list[str]) -> set[str]:
    known: set[str] = set()
    for at in range(0, len(keys), _AT_ONCE):
        some = keys[at : at + _AT_ONCE]
        known.update(connection.scalars(select(link.c.key).where(link.c.key.in_(some))))
        known.update(connection.scalars(select(article.c.key).where(article.c.key.in_(some))))
    return known


def _link_row(seen: _Row, key: str, one: Link, now: datetime) -> dict[str, object]:
    return {
        "key": key,
        "url": one.url,
        "source_id": seen.id,
        "portal": seen.portal,
        "host": seen.host,
        "title": one.title,
        "published_at": one.published_at,
        "precision": one.precision,
        "first_seen_at": now,
        "first_list": seen.first_ok_at is None,
        "state": "pending",
        "retry_at": now,
    }
