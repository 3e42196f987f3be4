"""Walks back in time: how far each source of a portal has been read, and what was found."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from sqlalchemy import Connection, Row, func, select, update

from storage.database import Database
from storage.schema import article, backfill, host, link, source
from storage.statements import insert
from storage.values.model import Source
from storage.values.records import Lease, PendingLink
from storage.values.walks import BackfillProgress, Walk, WalkStep
from storage.watch import looks
from storage.watch.leases import require

MOST_FAILURES = 5
"""A page that gave no answer so often in a row ends its walk, which names it."""
MOST_PAGES = 2_000
"""Of one walk."""
_LAST_READ = 20
_MOVED_BY = timedelta(days=1)
"""The end of a span that is counted back from now moves; so little is no reason to walk again."""

_Row: TypeAlias = Row[Any]


class Backfills:
    """The walks. Every method is one transaction and raises `ArchiveUnavailableError`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, sources: Iterable[Source], *, since: datetime, until: datetime, now: datetime) -> None:
        """Make sure that each source has a walk that covers `since` to `until`.

        One under way or given up goes on where it was stopped, one that ended is left so; they begin anew only where the new
        span reaches further than theirs.
        """
        with self._database.write() as connection:
            for one in sources:
                _make_known(connection, one, now)
                _begin(connection, one, since, until, now)

    def walks(self, portal: str, *, host_name: str | None = None) -> tuple[Walk, ...]:
        """The walks of a portal that have not ended, those on `host_name` only where it is given."""
        asked = select(backfill, source.c.id, source.c.host, source.c.kind).join(
            source, (source.c.portal == backfill.c.portal) & (source.c.url == backfill.c.source_url)
        )
        asked = asked.where(backfill.c.portal == portal, backfill.c.done.is_(False))
        if host_name is not None:
            asked = asked.where(source.c.host == host_name)
        with self._database.read() as connection:
            return tuple(_walk(row) for row in connection.execute(asked.order_by(backfill.c.source_url)))

    def record(
        self, step: WalkStep, *, lease: Lease, now: datetime
    ) -> tuple[tuple[PendingLink, ...], str | None]:
        """Write what one page brought and where its walk goes on; returns the new links and the next page, if any.

        Raises `LeaseLostError` under an old fence. A step written twice finds nothing new.
        """
        with self._database.write() as connection:
            require(connection, lease)
            of_walk = backfill.c.portal == step.portal, backfill.c.source_url == step.source_url
            row = connection.execute(select(backfill).where(*of_walk)).one()
            of_source = source.c.portal == step.portal, source.c.url == step.source_url
            seen = connection.execute(select(source).where(*of_source)).one()
            ids = looks.add_links(connection, seen, step.links, now, backfill=True)
            values = _moved(row, step, now) | {"listed": row.listed + len(ids)}
            if not values["done"] and _has_passed(connection, seen.id, row.since):
                values |= {"done": True, "further": [], "detail": "the articles are older than asked for"}
            connection.execute(update(backfill).where(*of_walk).values(values))
            new = looks.pending(connection, ids)
            following = None if values["done"] or step.again else next(iter(values["further"]), None)
            return new, following

    def progress(self, portal: str, *, now: datetime) -> BackfillProgress:
        """How far the walks of a portal have come."""
        with self._database.read() as connection:
            walks = connection.execute(select(backfill).where(backfill.c.portal == portal)).all()
            states = select(link.c.state, func.count()).where(
                link.c.portal == portal, link.c.backfill.is_(True)
            )
            counts = {row[0]: row[1] for row in connection.execute(states.group_by(link.c.state))}
            due = select(func.count()).where(
                link.c.portal == portal,
                link.c.backfill.is_(True),
                link.c.state == "pending",
                link.c.retry_at <= now,
            )
            waiting = int(connection.scalar(due) or 0)
        return BackfillProgress(
            portal=portal,
            walks=len(walks),
            walks_done=sum(row.done for row in walks),
            pages=sum(row.pages for row in walks),
            listed=sum(row.listed for row in walks),
            archived=counts.get("archived", 0),
            failed=counts.get("failed", 0),
            pending=counts.get("pending", 0),
            due=waiting,
            oldest_at=min((row.oldest_at for row in walks if row.oldest_at), default=None),
            since=min((row.since for row in walks), default=None),
            until=max((row.until for row in walks), default=None),
            troubles=tuple(
                f"{row.source_url}: {row.outcome} {row.detail}".strip() for row in walks if row.failures
            ),
        )


def _make_known(connection: Connection, one: Source, now: datetime) -> None:
    """A source that only backfills look at is not watched, but its links need it."""
    connection.execute(insert(connection, host).on_conflict_do_nothing(), [{"host": one.host}])
    told: dict[str, object] = {"portal": one.portal, "url": one.url, "kind": one.kind, "host": one.host}
    told |= {"every_seconds": int(one.every.total_seconds()), "active": False, "next_check_at": now}
    connection.execute(insert(connection, source).on_conflict_do_nothing(), [told])


def _begin(connection: Connection, one: Source, since: datetime, until: datetime, now: datetime) -> None:
    of_walk = backfill.c.portal == one.portal, backfill.c.source_url == one.url
    known = connection.execute(select(backfill).where(*of_walk)).one_or_none()
    if known is not None and _covers(known, since, until):
        again = {"done": False, "failures": 0, "pages": 0}
        if known.done and known.further:
            # It was given up, not finished.
            connection.execute(update(backfill).where(*of_walk).values(again))
        return
    fresh: dict[str, object] = {
        "since": since,
        "until": until,
        "oldest_at": None,
        "further": [one.url],
        "marks": [],
    }
    fresh |= {"pages": 0, "listed": 0, "failures": 0, "outcome": "", "detail": ""}
    fresh |= {"began_at": now, "moved_at": None, "done": False}
    new = insert(connection, backfill).values(fresh | {"portal": one.portal, "source_url": one.url})
    keys = [backfill.c.portal, backfill.c.source_url]
    connection.execute(new.on_conflict_do_update(index_elements=keys, set_=fresh))


def _covers(known: _Row, since: datetime, until: datetime) -> bool:
    goes_on = known.further or not known.done
    return bool(known.since <= since and (goes_on or known.until >= until - _MOVED_BY))


def _walk(row: _Row) -> Walk:
    names = ("portal", "source_url", "since", "until", "pages", "listed")
    return Walk(
        **{name: getattr(row, name) for name in names},
        source_id=row.id,
        host=row.host,
        kind=row.kind,
        further=tuple(row.further),
        marks=tuple(row.marks),
    )


def _moved(row: _Row, step: WalkStep, now: datetime) -> dict[str, Any]:
    """The walk after one step."""
    rest = [url for url in row.further if url != step.page]
    failures = row.failures + 1 if step.again else 0
    rest = [step.page, *rest] if step.again else list(dict.fromkeys((*step.further, *rest)))
    oldest = min((at for at in (row.oldest_at, step.oldest_at) if at is not None), default=None)
    pages = row.pages + 1
    return {
        "further": rest,
        "marks": list(dict.fromkeys((*row.marks, *step.marks))),
        "failures": failures if step.outcome != "ok" else 0,
        "pages": pages,
        "oldest_at": oldest,
        "outcome": step.outcome,
        "detail": step.detail,
        "moved_at": now,
        "done": not rest or pages >= MOST_PAGES or failures >= MOST_FAILURES,
    }


def _has_passed(connection: Connection, source_id: int, since: datetime) -> bool:
    """Whether the last articles a walk led to are older than `since`: how a list without dates ends."""
    last = (
        select(article.c.published_at)
        .join(link, link.c.article_id == article.c.id)
        .where(link.c.source_id == source_id, link.c.backfill.is_(True), link.c.published_at.is_(None))
        .order_by(link.c.id.desc())
        .limit(_LAST_READ)
    )
    times = [at for at in connection.scalars(last) if at is not None]
    return len(times) >= _LAST_READ // 2 and all(at < since for at in times)
