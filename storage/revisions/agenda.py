"""Which archived pages are to be looked at again, and when."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, case, exists, func, or_, select, update

from storage.articles.shelving import stored
from storage.schema import article, host, link, revisit, source
from storage.statements import insert
from storage.values.records import Capture, Lease, PendingLink
from storage.values.relooks import SITE_GONE, DueRevisit, LaterLooks, MissingSite, RevisitState
from storage.watch.leases import lost


def plan_first(
    connection: Connection, article_id: int, listed: Row[Any], captures: Sequence[Capture], *, at: datetime
) -> None:
    """Plan the first re-look at an article that was just archived, with the validators of the answer it was read from.

    `listed` is the row of its link.
    """
    planned = {"article_id": article_id, "portal": listed.portal, "host": listed.host, "next_at": at}
    connection.execute(insert(connection, revisit).values(planned | validators(captures)))


def validators(captures: Sequence[Capture]) -> dict[str, str | None]:
    """`ETag` and `Last-Modified` of the first page's answer, as far as they can be sent back as they are."""
    told = {name.lower(): value for name, value in (captures[0].headers if captures else ())}
    found = {"etag": told.get("etag"), "last_modified": told.get("last-modified")}
    return {
        name: value if value and value.isprintable() and value.isascii() else None
        for name, value in found.items()
    }


def state_of(connection: Connection, article_id: int) -> RevisitState | None:
    """How the re-looks at an article stand; None when none was ever planned."""
    row = connection.execute(select(revisit).where(revisit.c.article_id == article_id)).one_or_none()
    names = RevisitState.__dataclass_fields__
    return RevisitState(**{name: getattr(row, name) for name in names}) if row else None


def due(
    connection: Connection, lease: Lease, portals: Sequence[str], now: datetime, limit: int
) -> tuple[DueRevisit, ...]:
    """What is due of a leased host; raises `LeaseLostError` under an old fence."""
    if connection.scalar(select(host.c.fence).where(host.c.host == lease.host)) != lease.fence:
        raise lost(lease)
    asked = select(revisit).where(
        revisit.c.host == lease.host, revisit.c.portal.in_(portals), revisit.c.next_at <= now
    )
    rows = connection.execute(asked.order_by(revisit.c.next_at, revisit.c.article_id).limit(limit)).all()
    return tuple(_due_revisit(connection, row) for row in rows)


def _due_revisit(connection: Connection, row: Row[Any]) -> DueRevisit:
    known = stored(connection, row.article_id)
    removed = connection.scalar(select(article.c.removed_at).where(article.c.id == row.article_id))
    listed = select(link).where(link.c.article_id == row.article_id).order_by(link.c.id).limit(1)
    told = connection.execute(listed).one_or_none()
    assert known is not None
    return DueRevisit(
        article_id=row.article_id,
        link=PendingLink(
            id=told.id if told else 0,
            source_id=told.source_id if told else 0,
            portal=row.portal,
            url=known.article.url,
            title=told.title if told else "",
            published_at=told.published_at if told else None,
            precision=told.precision if told else "day",
            attempts=row.attempts,
        ),
        archived=known.article,
        archived_at=known.article.fetched_at,
        step=row.step,
        attempts=row.attempts,
        gone_since=row.gone_since,
        removed=removed is not None,
        etag=row.etag,
        last_modified=row.last_modified,
    )


def later_looks(connection: Connection, now: datetime, late_after: timedelta) -> LaterLooks:
    """What is planned, due and late; a site that asked for rest is late only for longer than that rest."""
    latest = now - late_after
    rested = or_(host.c.not_before.is_(None), host.c.not_before <= latest)
    late = and_(revisit.c.next_at <= latest, rested)
    planned, due, behind, oldest = connection.execute(
        select(
            func.count(),
            func.count(case((revisit.c.next_at <= now, 1))),
            func.count(case((late, 1))),
            func.min(case((late, revisit.c.next_at))),
        )
        .join_from(revisit, host, host.c.host == revisit.c.host)
        .where(*_planned())
    ).one()
    return LaterLooks(
        planned=planned,
        due=due,
        late=behind,
        oldest_due_at=oldest,
        missing_sites=_missing_sites(connection),
    )


def _missing_sites(connection: Connection) -> tuple[MissingSite, ...]:
    of_site = revisit.c.portal, revisit.c.host
    columns = func.count().label("pages"), func.min(revisit.c.gone_since).label("since")
    asked = select(*of_site, *columns).where(*_planned(), revisit.c.outcome == SITE_GONE)
    rows = connection.execute(asked.group_by(*of_site).order_by(*of_site))
    return tuple(MissingSite(**row._mapping) for row in rows)


def _planned() -> tuple[ColumnElement[bool], ...]:
    """A look is planned, and a portal on its host is watched."""
    watched = exists().where(
        source.c.host == revisit.c.host, source.c.portal == revisit.c.portal, source.c.active.is_(True)
    )
    return revisit.c.next_at.is_not(None), watched


def none_any_more(connection: Connection) -> int:
    """Give up all looks that are planned; returns how many."""
    planned = update(revisit).where(revisit.c.next_at.is_not(None))
    return connection.execute(planned.values(next_at=None)).rowcount
