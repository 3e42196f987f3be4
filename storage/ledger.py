"""What is due, who holds it, what came of it."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import insert, select, update

from storage.database import Database
from storage.identity import addressing
from storage.identity.addresses import AddressRules
from storage.schema import beat, run, source
from storage.statements import insert as upsert
from storage.values.histories import ArticleHistory, Explanation
from storage.values.model import (
    Source,
)
from storage.values.records import (
    Beat,
    CoverageRow,
    Holding,
    HostBatch,
    Lease,
    Look,
    LooksOfDay,
    PageFailure,
    PendingLink,
    Rekeyed,
    SourceState,
    Work,
)
from storage.watch import coverage, explaining, leases, looks, marking, observing
from storage.watch.habits import Rhythm
from storage.watch.quality import Quality


class Ledger:
    """What is due, who holds it, what came of it.

    Every method is one transaction. Methods that take a `Lease` raise `LeaseLostError` when another claim has
    raised the host's fence since; all raise `ArchiveUnavailableError` when the archive cannot be asked.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def sync_sources(self, sources: Iterable[Source], *, now: datetime) -> None:
        """Make `sources` the watched ones: new ones are due at once, missing ones are retired, not deleted."""
        with self._database.write() as connection:
            looks.sync(connection, sources, now)

    def set_address_rules(self, rules: Iterable[AddressRules]) -> Rekeyed:
        """Make `rules` the ones by which addresses are told apart, here and in every other process.

        When they are others than before, all keys of articles and links are made anew: where two are one page now, the
        older keeps the key, and nothing is lost.
        """
        with self._database.write() as connection:
            return addressing.replace(connection, rules)

    def claim(  # noqa: PLR0913 - the conditions of one claim; all by name
        self,
        *,
        now: datetime,
        owner: str,
        limit: int,
        lease: timedelta,
        portals: Collection[str] | None = None,
        due_only: bool = True,
    ) -> tuple[HostBatch, ...]:
        """Take up to `limit` free hosts with work, those that waited longest first.

        A host has work when one of its active sources or pending links is due. `due_only=False` takes hosts of
        `portals` whatever is due and makes each of their sources part of `work` once; the host's `not_before` is
        then not obeyed but told in the batch.
        """
        wanted = leases.Claim(
            now=now, owner=owner, limit=limit, lease=lease, portals=portals, due_only=due_only
        )
        with self._database.write() as connection:
            return leases.claim(connection, wanted)

    def hold(self, lease: Lease, *, until: datetime) -> None:
        """Let nobody claim the host before `until` (Retry-After, pace); an earlier time changes nothing."""
        with self._database.write() as connection:
            leases.hold(connection, lease, until)

    def release(self, lease: Lease, *, not_before: datetime | None = None) -> None:
        """Give the host back; `not_before` as in `hold`. Twice is once."""
        with self._database.write() as connection:
            leases.release(connection, lease, not_before)

    def release_owner(self, owner: str) -> int:
        """Free everything a dead owner held, refuse what it may still write; returns how many hosts."""
        with self._database.write() as connection:
            return leases.release_owner(connection, owner)

    def held(self, now: datetime) -> tuple[Holding, ...]:
        """Hosts under a lease that has not run out."""
        with self._database.read() as connection:
            return leases.held(connection, now)

    def work(self, lease: Lease, *, portals: Collection[str], now: datetime, limit: int) -> Work:
        """Due sources of the host and these portals, and at most `limit` pending links that are due."""
        with self._database.read() as connection:
            return looks.work(connection, lease, portals=portals, now=now, limit=limit)

    def record_look(self, look: Look, *, lease: Lease, now: datetime) -> tuple[PendingLink, ...]:
        """Write validators, next time, new links and counts in one transaction; returns the new links."""
        with self._database.write() as connection:
            return looks.record_look(connection, look, lease, now)

    def further(self, source_id: int) -> tuple[str, ...]:
        """Pages of a source that are still to be read, in order."""
        with self._database.read() as connection:
            waiting = connection.scalar(select(source.c.further).where(source.c.id == source_id))
            return tuple(waiting or ())

    def record_failure(self, failure: PageFailure, *, lease: Lease, now: datetime) -> None:
        """Note that a page gave no article, and when to try again, if ever."""
        with self._database.write() as connection:
            looks.record_failure(connection, failure, lease, now)

    def start_run(self, portal: str, *, lease: Lease, now: datetime) -> int:
        """Note the begin of a crawl of one portal on the leased host; returns the run's id."""
        with self._database.write() as connection:
            leases.require(connection, lease)
            begun = insert(run).values(portal=portal, host=lease.host, fence=lease.fence, started_at=now)
            return int(connection.execute(begun.returning(run.c.id)).scalar_one())

    def finish_run(self, run_id: int, *, outcome: str, counts: Mapping[str, int], now: datetime) -> None:
        """Note the end of a run. A run without an end was cut off."""
        ended = {"finished_at": now, "outcome": outcome, "counts": dict(counts)}
        with self._database.write() as connection:
            connection.execute(update(run).where(run.c.id == run_id).values(ended))

    def coverage(self, *, since: date, until: date, portal: str | None = None) -> tuple[CoverageRow, ...]:
        """What each source gave on each day in Asia/Shanghai, `since` and `until` included."""
        with self._database.read() as connection:
            return coverage.read(connection, since=since, until=until, portal=portal)

    def looks_by_day(self, *, since: date, until: date, portal: str | None = None) -> tuple[LooksOfDay, ...]:
        """How often the sources were looked at on each day, those of all portals unless one is named."""
        with self._database.read() as connection:
            return coverage.read_looks(connection, since=since, until=until, portal=portal)

    def sources(self) -> tuple[SourceState, ...]:
        """Every source ever watched, by portal and address."""
        with self._database.read() as connection:
            return explaining.source_states(connection)

    def rhythms(self, now: datetime) -> Mapping[int, Rhythm]:
        """By id of a source, when its items appear; sources without a good look have none."""
        with self._database.read() as connection:
            return observing.rhythms(connection, connection.execute(select(source)).all(), now)

    def qualities(self, now: datetime) -> Mapping[int, Quality]:
        """By id of a source, how its pages are read; sources without pages have none."""
        with self._database.read() as connection:
            return marking.qualities(connection, now)

    def explain(self, url: str) -> Explanation:
        """Everything known of an address; an unknown one has no links and no article."""
        with self._database.read() as connection:
            return explaining.explain(connection, url)

    def history(self, article_id: int) -> ArticleHistory | None:
        """What became of an archived page: versions, removal, re-looks; None when there is no such article."""
        with self._database.read() as connection:
            return explaining.history(connection, article_id)

    def beat(self, name: str, *, now: datetime, detail: str = "") -> None:
        """Leave a sign of life, e.g. of `service` or `notifier`."""
        sign = {"at": now, "detail": detail}
        with self._database.write() as connection:
            new = upsert(connection, beat).values(sign | {"name": name})
            connection.execute(new.on_conflict_do_update(index_elements=[beat.c.name], set_=sign))

    def beats(self) -> Mapping[str, Beat]:
        """The last sign of life of each part."""
        with self._database.read() as connection:
            rows = connection.execute(select(beat))
            return {row.name: Beat(at=row.at, detail=row.detail) for row in rows}
