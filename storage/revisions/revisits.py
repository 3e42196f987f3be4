"""Archived pages that are looked at again."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import or_, select

from storage.articles.ingesting import Entry, prepare
from storage.articles.shelving import stored
from storage.captures.capturing import CaptureFolder, Kept
from storage.database import Database
from storage.revisions import agenda
from storage.revisions.relooking import Relooking, changed_since
from storage.revisions.versions import versions
from storage.revisions.visits import visits
from storage.schema import article
from storage.values.records import Lease
from storage.values.relooks import DueRevisit, LaterLooks, Relook, Relooked, Version, Visit
from storage.watch.leases import require


class Revisits:
    """Archived pages that are looked at again. Every method is one transaction; see `Ledger` for what they raise."""

    def __init__(self, database: Database, *, captures: CaptureFolder | None = None) -> None:
        """`captures`: where the bytes of new versions are kept, if they are."""
        self._database = database
        self._captures = captures

    def due(
        self, lease: Lease, *, portals: Collection[str], now: datetime, limit: int
    ) -> tuple[DueRevisit, ...]:
        """At most `limit` pages of the leased host and these portals that are to be looked at again, the longest due first."""
        with self._database.read() as connection:
            return agenda.due(connection, lease, sorted(portals), now, limit)

    def record(self, relook: Relook, *, lease: Lease, now: datetime) -> Relooked:
        """Write what became of a page: a version, a removal, a return, or only when it was looked at.

        All of it or nothing. Raises `LeaseLostError` under an old fence.
        """
        entry: Entry | None = None
        kept: tuple[Kept, ...] = ()
        if relook.result is not None:
            entry = prepare(relook.result)
            if self._captures is not None and self._is_news(relook, entry):
                # Only relevant articles are looked at again; what one became is kept as long as what it was.
                kept = self._captures.keep(relook.result.captures, relevant=True, now=now)
        with self._database.write() as connection:
            require(connection, lease)
            return Relooking(connection, relook, now).run(entry, kept)

    def later_looks(self, now: datetime, *, late_after: timedelta) -> LaterLooks:
        """How many looks are planned and due, how many have been due for longer than `late_after`, and which sites are gone."""
        with self._database.read() as connection:
            return agenda.later_looks(connection, now, late_after)

    def none_any_more(self) -> int:
        """Look at nothing again, as the configuration wants it; returns how many looks were given up."""
        with self._database.write() as connection:
            return agenda.none_any_more(connection)

    def versions(self, article_id: int) -> tuple[Version, ...]:
        """Every version of an article, the first one first; empty when there is no such article."""
        with self._database.read() as connection:
            return versions(connection, article_id)

    def turned(self, *, limit: int) -> tuple[int, ...]:
        """The ids of articles that were changed or removed, those archived last first."""
        asked = select(article.c.id).where(or_(article.c.versions > 1, article.c.removed_at.is_not(None)))
        with self._database.read() as connection:
            return tuple(connection.scalars(asked.order_by(article.c.id.desc()).limit(limit)))

    def visits(self, article_id: int) -> tuple[Visit, ...]:
        """Every look at an article since it was archived, the earliest first."""
        with self._database.read() as connection:
            return visits(connection, link_ids=(), article_id=article_id)

    def _is_news(self, relook: Relook, entry: Entry) -> bool:
        """Whether the page has changed, so that its bytes are worth keeping."""
        with self._database.read() as connection:
            old = stored(connection, relook.article_id)
        return old is not None and bool(changed_since(old, entry))
