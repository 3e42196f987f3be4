"""Who may work on a host: claims, fences, pace."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, exists, or_, select, update

from storage.errors import LeaseLostError
from storage.schema import backfill, host, link, revisit, source
from storage.values.records import Holding, HostBatch, Lease


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """The conditions of one claim; see `Ledger.claim`."""

    now: datetime
    owner: str
    limit: int
    lease: timedelta
    portals: Collection[str] | None
    due_only: bool


def claim(connection: Connection, wanted: Claim) -> tuple[HostBatch, ...]:
    """Take free hosts with work and raise their fences."""
    # The lease is tested on the locked row itself: a second claimer that waited for it sees the new lease.
    free = select(host.c.host).where(_free(wanted), _has_work(wanted))
    free = free.order_by(host.c.claimed_at.nulls_first(), host.c.host).limit(wanted.limit)
    names = connection.scalars(free.with_for_update(skip_locked=True)).all()
    if not names:
        return ()
    portals = _portals(connection, names, wanted)
    taken = connection.execute(
        update(host)
        .where(host.c.host.in_(names))
        .values(
            fence=host.c.fence + 1,
            owner=wanted.owner,
            claimed_at=wanted.now,
            lease_until=wanted.now + wanted.lease,
            whole=not wanted.due_only,
        )
        .returning(host.c.host, host.c.fence, host.c.not_before)
    )
    fences = {row.host: (row.fence, row.not_before) for row in taken}
    return tuple(
        HostBatch(
            lease=Lease(host=name, fence=fences[name][0]),
            portals=tuple(sorted(portals[name])),
            not_before=None if wanted.due_only else fences[name][1],
        )
        for name in names
    )


def require(connection: Connection, lease: Lease) -> None:
    """Make sure that the lease still holds, until the end of this transaction. Raises `LeaseLostError`."""
    held = update(host).where(*_is(lease)).values(fence=lease.fence)
    if connection.execute(held).rowcount == 0:
        raise lost(lease)


def lost(lease: Lease) -> LeaseLostError:
    """What to raise when another claim has raised the fence."""
    return LeaseLostError(
        f"host {lease.host}: claim {lease.fence} is over, another process may hold it; drop this work"
    )


def hold(connection: Connection, lease: Lease, until: datetime) -> None:
    """Move `not_before` of the host, never back."""
    require(connection, lease)
    sooner = or_(host.c.not_before.is_(None), host.c.not_before < until)
    connection.execute(update(host).where(*_is(lease), sooner).values(not_before=until))


def release(connection: Connection, lease: Lease, not_before: datetime | None) -> None:
    """Give the host back."""
    if not_before is not None:
        hold(connection, lease, not_before)
    over = update(host).where(*_is(lease)).values(owner=None, lease_until=None, whole=False)
    if connection.execute(over).rowcount == 0:
        raise lost(lease)


def release_owner(connection: Connection, owner: str) -> int:
    """Free what an owner held, and raise the fences against what it may still write."""
    over = update(host).where(host.c.owner == owner)
    return connection.execute(
        over.values(owner=None, lease_until=None, whole=False, fence=host.c.fence + 1)
    ).rowcount


def held(connection: Connection, now: datetime) -> tuple[Holding, ...]:
    """Leases that have not run out."""
    columns = select(host.c.host, host.c.owner, host.c.lease_until)
    rows = connection.execute(columns.where(host.c.lease_until > now).order_by(host.c.host))
    return tuple(Holding(*row) for row in rows)


def _is(lease: Lease) -> tuple[ColumnElement[bool], ...]:
    return host.c.host == lease.host, host.c.fence == lease.fence


def _free(wanted: Claim) -> ColumnElement[bool]:
    unleased = or_(host.c.lease_until.is_(None), host.c.lease_until <= wanted.now)
    if not wanted.due_only:
        return unleased
    return and_(unleased, or_(host.c.not_before.is_(None), host.c.not_before <= wanted.now))


def _has_work(wanted: Claim) -> ColumnElement[bool]:
    on_host = source.c.host == host.c.host
    if not wanted.due_only:
        return exists().where(on_host, *_watched(wanted))
    return or_(
        exists().where(on_host, *_source_due(wanted)),
        exists().where(link.c.host == host.c.host, *_link_due(wanted)),
        exists().where(revisit.c.host == host.c.host, *_revisit_due(wanted)),
    )


def _watched(wanted: Claim) -> list[ColumnElement[bool]]:
    walked = exists().where(
        backfill.c.portal == source.c.portal,
        backfill.c.source_url == source.c.url,
        backfill.c.done.is_(False),
    )
    # What only backfills ask is not watched; whoever takes all hosts of a portal takes theirs too.
    on = source.c.active.is_(True) if wanted.due_only else or_(source.c.active.is_(True), walked)
    conditions: list[ColumnElement[bool]] = [on]
    if wanted.portals is not None:
        conditions.append(source.c.portal.in_(sorted(wanted.portals)))
    return conditions


def _source_due(wanted: Claim) -> list[ColumnElement[bool]]:
    return [*_watched(wanted), source.c.next_check_at <= wanted.now]


def _link_due(wanted: Claim) -> list[ColumnElement[bool]]:
    # Links of a retired source are still fetched, as long as their portal is watched on that host at all.
    watched = exists().where(
        source.c.host == link.c.host, source.c.portal == link.c.portal, *_watched(wanted)
    )
    return [link.c.state == "pending", link.c.retry_at <= wanted.now, watched]


def _revisit_due(wanted: Claim) -> list[ColumnElement[bool]]:
    watched = exists().where(
        source.c.host == revisit.c.host, source.c.portal == revisit.c.portal, *_watched(wanted)
    )
    return [revisit.c.next_at <= wanted.now, watched]


def _portals(connection: Connection, names: Collection[str], wanted: Claim) -> dict[str, set[str]]:
    watched = _watched(wanted) if not wanted.due_only else _source_due(wanted)
    found = select(source.c.host, source.c.portal).where(source.c.host.in_(names), *watched)
    rows = list(connection.execute(found.distinct()))
    if wanted.due_only:
        listed = select(link.c.host, link.c.portal).where(link.c.host.in_(names), *_link_due(wanted))
        rows += connection.execute(listed.distinct())
        read = select(revisit.c.host, revisit.c.portal).where(
            revisit.c.host.in_(names), *_revisit_due(wanted)
        )
        rows += connection.execute(read.distinct())
    portals: dict[str, set[str]] = {name: set() for name in names}
    for name, portal in rows:
        portals[name].add(portal)
    return portals
