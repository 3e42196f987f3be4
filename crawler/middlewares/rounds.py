"""One round of a crawl: the archive it opened, the hosts it holds, what it wrote."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from crawler.middlewares.claims import claim_hosts, given_leases, watch
from crawler.portals import Portal
from crawler.revisiting import Appraisal, relook
from crawler.timing import retry_page
from storage import (
    SHANGHAI,
    Archive,
    Backfills,
    CaptureFolder,
    DueRevisit,
    DueSource,
    HostBatch,
    Keep,
    Lease,
    Ledger,
    Look,
    PageFailure,
    PageResult,
    PendingLink,
    Relook,
    Revisits,
    RobotsFiles,
    Walk,
    WalkStep,
    open_database,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Terms:
    """Under what conditions a round goes."""

    archive: str
    """URL of the database."""
    quiet_before: timedelta
    summary_after: timedelta
    lease: timedelta
    """How long hosts are claimed for, when they are not given."""
    pages_per_host: int
    """Most pages asked of one host in this round; the others stay pending."""
    captures: Path
    """The folder for the bytes of pages."""
    keep: Keep = "all"
    """Of which articles the bytes are kept."""
    spans: tuple[timedelta, ...] = ()
    """How long after it was archived a relevant page is looked at again; none: never."""


class _Source(NamedTuple):
    lease: Lease
    portal: str
    due: DueSource


class _Page(NamedTuple):
    lease: Lease
    link: PendingLink


class _Relook(NamedTuple):
    lease: Lease
    due: DueRevisit


class Round:
    """What one crawl holds and writes. Raises the errors of `storage`; after `end` it is of no use."""

    def __init__(self, terms: Terms) -> None:
        self._database = open_database(terms.archive)
        self._ledger = Ledger(self._database)
        self.robots = RobotsFiles(self._database)
        self._captures = CaptureFolder(terms.captures, keep=terms.keep)
        self._archive = Archive(
            self._database,
            quiet_before=terms.quiet_before,
            summary_after=terms.summary_after,
            captures=self._captures,
            relook_after=terms.spans[0] if terms.spans else None,
        )
        self._backfills = Backfills(self._database)
        self._walks: dict[tuple[str, str], Walk] = {}
        self._revisits = Revisits(self._database, captures=self._captures)
        self._terms = terms
        self._leases: dict[str, Lease] = {}
        self._sources: dict[int, _Source] = {}
        self._pages: dict[int, _Page] = {}
        self._portals: dict[str, tuple[str, ...]] = {}
        self._relooks: dict[int, _Relook] = {}
        self._asked: Counter[str] = Counter()
        self._runs: dict[str, int] = {}
        self._counts: dict[str, Counter[str]] = {}

    def claim(
        self, portals: Mapping[str, Portal], every_portal: Mapping[str, Portal]
    ) -> tuple[HostBatch, ...]:
        """Claim all hosts of `portals`, due or not. Raises `HostsHeldError` when somebody works on one of them."""
        now = datetime.now(SHANGHAI)
        watch(self._ledger, every_portal, portals, now=now)
        sources = [source for portal in portals.values() for source in portal.watched()]
        return claim_hosts(self._ledger, sources, now=now, lease=self._terms.lease)

    def take_over(self, leases: str, portals: Mapping[str, Portal]) -> tuple[HostBatch, ...]:
        """The hosts that whoever started us claimed for us, as `host:fence,host:fence`."""
        return tuple(HostBatch(lease=lease, portals=tuple(portals)) for lease in given_leases(leases))

    def begin(self, batches: Iterable[HostBatch]) -> tuple[tuple[DueSource, ...], tuple[PendingLink, ...]]:
        """Note the begin of the runs; what there is to do on these hosts."""
        due: list[DueSource] = []
        links: list[PendingLink] = []
        for batch in batches:
            now = datetime.now(SHANGHAI)
            self._leases[batch.lease.host] = batch.lease
            self._portals[batch.lease.host] = batch.portals
            work = self._ledger.work(
                batch.lease, portals=batch.portals, now=now, limit=self._terms.pages_per_host
            )
            for source in work.sources:
                self._sources[source.id] = _Source(batch.lease, source.source.portal, source)
            due.extend(work.sources)
            links.extend(self._taken(work.links, batch.lease))
            for portal in sorted({s.source.portal for s in work.sources} | {k.portal for k in work.links}):
                self._start(portal, batch.lease, now)
        return tuple(due), tuple(links)

    def record_look(self, look: Look) -> Sequence[PendingLink]:
        """Write a look; its new links, as many as may still be asked for in this round."""
        held = self._sources[look.source_id]
        new = self._ledger.record_look(look, lease=held.lease, now=datetime.now(SHANGHAI))
        good = look.outcome in ("ok", "not_modified")
        self._counts[held.portal].update(
            {"looked": int(not look.page), "listed": len(look.links), "new": len(new)}
            | ({} if good else {f"look_failed:{look.outcome}": 1})
        )
        return self._taken(new, held.lease)

    def reads_on(self, look: Look) -> tuple[DueSource, Sequence[str]]:
        """The source that was looked at, and its further pages that are still to be read."""
        held = self._sources[look.source_id]
        answered = look.outcome in ("ok", "not_modified")
        may_wait = look.page or look.further or held.due.further
        return held.due, self._ledger.further(look.source_id) if answered and may_wait else ()

    def walks(self) -> Sequence[Walk]:
        """The walks on this round's hosts that go on; where as many pages wait as may be asked for, those come first."""
        found = [
            walk
            for host, portals in self._portals.items()
            if self._asked[host] < self._terms.pages_per_host
            for portal in portals
            for walk in self._backfills.walks(portal, host_name=host)
        ]
        self._walks = {(walk.portal, walk.source_url): walk for walk in found}
        return found

    def record_step(self, step: WalkStep) -> tuple[Sequence[PendingLink], Walk, str | None]:
        """Write a step of a walk; its new links, the walk, and the page to ask for next, if any."""
        walk = self._walks[step.portal, step.source_url]
        now = datetime.now(SHANGHAI)
        new, following = self._backfills.record(step, lease=self._leases[walk.host], now=now)
        return new, walk, following

    def taken(self, links: Sequence[PendingLink], walk: Walk) -> Sequence[PendingLink]:
        """Those of a walk's new links that may still be asked for in this round."""
        return self._taken(links, self._leases[walk.host])

    def record_page(self, item: PageResult | PageFailure) -> None:
        """Write what came of a page: an article, or a named failure."""
        now, held = datetime.now(SHANGHAI), self._held(item)
        counts = self._counts[held.link.portal]
        if isinstance(item, PageFailure):
            self._ledger.record_failure(item, lease=held.lease, now=now)
            counts.update({"fetched": 1, f"failed:{item.outcome}": 1})
            return
        done = self._archive.ingest(item, lease=held.lease, now=now)
        counts.update({"fetched": 1, "archived": int(done.new), "relevant": int(item.verdict.relevant)})

    def record_refusal(self, item: PageResult, error: Exception) -> None:
        """Write that the archive would not take an article: a fault of ours, and no reason to fetch it for ever."""
        now, held = datetime.now(SHANGHAI), self._held(item)
        again = retry_page(
            held.link.url, outcome="archiving_failed", attempts=held.link.attempts + 1, now=now
        )
        self.record_page(
            PageFailure(
                link_id=held.link.id,
                outcome="archiving_failed",
                detail=f"{type(error).__name__}: {error}"[:300],
                retry_at=again,
            )
        )

    def relooks(self) -> tuple[DueRevisit, ...]:
        """Archived pages of these hosts that are due for another look, as many as new ones have left room for."""
        found: list[DueRevisit] = []
        for host, lease in self._leases.items():
            now, room = datetime.now(SHANGHAI), self._terms.pages_per_host - self._asked[host]
            if not self._terms.spans or room <= 0:
                continue
            due = self._revisits.due(lease, portals=self._portals[host], now=now, limit=room)
            self._asked[host] += len(due)
            for one in due:
                self._relooks[one.article_id] = _Relook(lease, one)
                self._start(one.link.portal, lease, now)
            found.extend(due)
        return tuple(found)

    def record_relook(self, item: Relook) -> None:
        """Write what became of an archived page."""
        held = self._relooks[item.article_id]
        done = self._revisits.record(item, lease=held.lease, now=datetime.now(SHANGHAI))
        told = {"relooked": 1, "changed": int(done.outcome == "changed")}
        told |= {"removed": int(done.outcome == "removed")}
        self._counts[held.due.link.portal].update(told)

    def record_unwritten(self, item: Relook, error: Exception) -> None:
        """Write that the archive would not take what a page says now: a fault of ours."""
        detail = f"{type(error).__name__}: {error}"[:300]
        seen = Appraisal(sight="failed", outcome="archiving_failed", detail=detail)
        due = self._relooks[item.article_id].due
        self.record_relook(relook(due, seen, self._terms.spans, datetime.now(SHANGHAI)))

    def let_go(self, lease: Lease) -> None:
        """Give a host back that this round does not begin on."""
        self._ledger.release(lease)

    def hold(self, host: str, *, until: datetime) -> None:
        """Let nobody ask the host before `until`; a host that is not ours is left as it is."""
        lease = self._leases.get(host)
        if lease is not None:
            self._ledger.hold(lease, until=until)

    def end(self, reason: str, *, pace: Mapping[str, float]) -> None:
        """Note the end of the runs, give the hosts back, each with its pace in seconds, and close the archive."""
        now = datetime.now(SHANGHAI)
        try:
            for portal, run in self._runs.items():
                self._ledger.finish_run(run, outcome=reason, counts=+self._counts[portal], now=now)
            for host, lease in self._leases.items():
                rest = timedelta(seconds=pace.get(host, 0.0))
                self._ledger.release(lease, not_before=now + rest if rest else None)
        finally:
            self._captures.close()
            self._database.close()

    def _start(self, portal: str, lease: Lease, now: datetime) -> None:
        if portal not in self._runs:
            self._runs[portal] = self._ledger.start_run(portal, lease=lease, now=now)
            self._counts[portal] = Counter()

    def _held(self, item: PageResult | PageFailure) -> _Page:
        if item.link_id is None:
            raise ValueError("a crawled page always has its link")
        return self._pages[item.link_id]

    def _taken(self, links: Sequence[PendingLink], lease: Lease) -> Sequence[PendingLink]:
        taken = links[: max(0, self._terms.pages_per_host - self._asked[lease.host])]
        self._asked[lease.host] += len(taken)
        for link in taken:
            self._pages[link.id] = _Page(lease, link)
        return taken
