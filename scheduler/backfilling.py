"""Walk a portal back in time, child after child, until its walks have ended: what `jindu backfill` does."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from crawler.owners import own_name
from crawler.portals import Portal
from scheduler.config import Config
from scheduler.crawling import Crawls, Ended
from scheduler.service import child_command, child_environment, crawl_limits, now_in_shanghai, prepare
from storage import BackfillProgress, Backfills, Database, HostBatch, Ledger

REAP_SECONDS = 0.2
MOST_HOSTS = 1_000
MOST_CRASHES = 3
MOST_IDLE = 6
"""Crawls in a row that brought nothing; then what is missing waits for another time."""


class BackfillError(Exception):
    """The backfill cannot go on now: the line says why; the same command goes on where it was stopped."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """From when to when, and how many new links at most."""

    since: datetime
    until: datetime
    limit: int = 0
    """0 for no limit; whole pages are taken, so that a few more may be found."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """What a watcher is told while it goes on."""

    progress: BackfillProgress
    waits: str = ""
    """What is waited for; empty while pages are read."""


class Backfill:
    """The backfill of one portal."""

    def __init__(
        self,
        database: Database,
        config: Config,
        watched: Mapping[str, Portal],
        portal: Portal,
        *,
        environment: Mapping[str, str],
    ) -> None:
        """`watched` are all portals of the configuration, as for `OnePass`."""
        self._portal = portal
        self._ledger = Ledger(database)
        self._backfills = Backfills(database)
        self._limits = crawl_limits(config)
        self._grace = config.service.stop_seconds
        self._owner = own_name()
        self._limit = 0
        self._crawls = Crawls(
            self._ledger,
            command=self._command,
            environment=child_environment(config, environment),
            owner=self._owner,
            limits=replace(self._limits, children=1),
        )
        prepare(database, config, watched, now_in_shanghai())

    def run(self, span: Span, *, on_told: Callable[[Told], None]) -> BackfillProgress:
        """Go on until the walks have ended and what they found was asked for; when interrupted, end the child first.

        Raises BackfillError when crawls crash again and again.
        """
        self._backfills.begin(
            self._portal.walked(), since=span.since, until=span.until, now=now_in_shanghai()
        )
        first = self._progress()
        idle = crashes = 0
        try:
            while not self._is_done(span, first, state := self._progress()) and idle < MOST_IDLE:
                ended = self._crawl(on_told)
                crashes = 0 if ended.ending in ("done", "deadline") else crashes + 1
                if crashes >= MOST_CRASHES:
                    raise BackfillError(f"{self._portal.name}: {ended.ending} {ended.detail}")
                idle = idle + 1 if _is_same(state, self._progress()) else 0
                self._wait(timedelta(seconds=2**idle if idle or crashes else 0), "", on_told)
        finally:
            self._end()
        return self._progress()

    def _is_done(self, span: Span, first: BackfillProgress, state: BackfillProgress) -> bool:
        """Whether there is nothing left to do; also decides how many links the next crawl may find."""
        left = span.limit - (state.listed - first.listed)
        self._limit = left if left > 0 else -1
        full = span.limit > 0 and left <= 0
        if not span.limit:
            self._limit = 0
        return state.due == 0 and (full or state.walks_done == state.walks)

    def _crawl(self, on_told: Callable[[Told], None]) -> Ended:
        """One child from start to end."""
        self._crawls.start(self._claim(on_told), now_in_shanghai())
        while True:
            ended = self._crawls.reap(now_in_shanghai())
            if ended:
                return ended[0]
            on_told(Told(progress=self._progress()))
            time.sleep(REAP_SECONDS)

    def _claim(self, on_told: Callable[[Told], None]) -> Sequence[HostBatch]:
        """The portal's hosts, once nobody else works on them and they want to be called again."""
        while True:
            now = now_in_shanghai()
            batches = self._ledger.claim(
                now=now,
                owner=self._owner,
                limit=MOST_HOSTS,
                lease=self._limits.lease,
                portals=(self._portal.name,),
                due_only=False,
            )
            rest = max((batch.not_before or now for batch in batches), default=now) - now
            if batches and rest <= timedelta(0):
                return batches
            for batch in batches:
                self._ledger.release(batch.lease)
            why = (
                "网站要求稍候 (the site asks for rest)"
                if batches
                else "别的抓取正在进行 (another crawl of it goes on)"
            )
            self._wait(rest if batches else timedelta(seconds=1), why, on_told)

    def _wait(self, rest: timedelta, why: str, on_told: Callable[[Told], None]) -> None:
        end = now_in_shanghai() + rest
        while (left := end - now_in_shanghai()) > timedelta(0):
            on_told(Told(progress=self._progress(), waits=f"{why} {left.total_seconds():.0f} s".strip()))
            time.sleep(min(1.0, left.total_seconds()))

    def _command(self, batches: Sequence[HostBatch]) -> list[str]:
        words = ["backfill" if word == "portal" else word for word in child_command(batches)]
        return [*words, "-a", f"limit={self._limit}"]

    def _progress(self) -> BackfillProgress:
        return self._backfills.progress(self._portal.name, now=now_in_shanghai())

    def _end(self) -> None:
        self._crawls.stop(now_in_shanghai())
        end = now_in_shanghai() + timedelta(seconds=self._grace)
        while self._crawls.running and now_in_shanghai() < end:
            self._crawls.reap(now_in_shanghai())
            time.sleep(REAP_SECONDS)
        self._crawls.kill()
        self._crawls.reap(now_in_shanghai())


def _is_same(before: BackfillProgress, after: BackfillProgress) -> bool:
    names = ("walks_done", "listed", "archived", "failed", "oldest_at")
    return all(getattr(before, name) == getattr(after, name) for name in names)


def share_walked(state: BackfillProgress) -> float:
    """How much of the time asked for the walks have passed, 0 to 1; as long as no list told a time, the walks that ended."""
    if state.walks and state.walks_done == state.walks:
        return 1.0
    if state.oldest_at is None or state.since is None or state.until is None or state.until <= state.since:
        return state.walks_done / state.walks if state.walks else 1.0
    passed = (state.until - state.oldest_at) / (state.until - state.since)
    return min(max(passed, 0.0), 1.0)


def time_left(first: BackfillProgress, state: BackfillProgress, elapsed: timedelta) -> timedelta | None:
    """How much longer it will take at the rate so far: for the rest of the time to walk, and for the pages found in it.

    None while nothing was read yet.
    """
    read = state.archived + state.failed - first.archived - first.failed
    share = share_walked(state)
    if read <= 0 or share <= 0:
        return None
    found = read + state.pending
    return elapsed * (found / share / read - 1)
