"""One pass over some portals now, whatever is due: what `jindu crawl` does."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from crawler.owners import own_name
from crawler.portals import Portal
from scheduler.config import Config
from scheduler.crawling import Crawls, Ended
from scheduler.service import child_command, child_environment, crawl_limits, now_in_shanghai, prepare
from storage import Database, Holding, HostBatch, Ledger

MANY_HOSTS = 100_000
REAP_SECONDS = 0.1


@dataclass(frozen=True, kw_only=True, slots=True)
class Pass:
    """What came of one pass."""

    ended: tuple[Ended, ...]
    """Every child, as it ended."""
    held: tuple[Holding, ...]
    """Hosts of these portals that somebody else was crawling."""

    @property
    def complete(self) -> bool:
        """Whether every host was crawled to the end."""
        return not self.held and all(child.ending == "done" for child in self.ended)


class OnePass:
    """Crawls each host of the chosen portals once."""

    def __init__(
        self,
        database: Database,
        config: Config,
        watched: Mapping[str, Portal],
        *,
        environment: Mapping[str, str],
    ) -> None:
        """`watched` are all portals of the configuration; those that are no longer among them are retired."""
        self._ledger = Ledger(database)
        self._limits = crawl_limits(config)
        self._grace = config.service.stop_seconds
        self._owner = own_name()
        self.crawls = Crawls(
            self._ledger,
            command=child_command,
            environment=child_environment(config, environment),
            owner=self._owner,
            limits=self._limits,
        )
        prepare(database, config, watched, now_in_shanghai())

    def run(self, portals: Mapping[str, Portal], *, on_ended: Callable[[Ended], None]) -> Pass:
        """Crawl them all; when interrupted, end the children first."""
        hosts = {source.host for portal in portals.values() for source in portal.watched()}
        waiting = self._claim(tuple(portals), hosts)
        claimed = {batch.lease.host for group in waiting for batch in group}
        held = tuple(
            holding
            for holding in self._ledger.held(now_in_shanghai())
            if holding.host in hosts - claimed and holding.owner != self._owner
        )
        ended: list[Ended] = []
        try:
            while waiting or self.crawls.running:
                while waiting and self.crawls.start(waiting[0], now_in_shanghai()):
                    waiting.pop(0)
                for child in self.crawls.reap(now_in_shanghai()):
                    ended.append(child)
                    on_ended(child)
                time.sleep(REAP_SECONDS)
        finally:
            self._end(waiting)
        return Pass(ended=tuple(ended), held=held)

    def _claim(self, portals: tuple[str, ...], hosts: set[str]) -> list[tuple[HostBatch, ...]]:
        """Claim everything at once, for as long as the last child may have to wait for its turn."""
        size = self._limits.hosts_per_child
        rounds = 1 + len(hosts) // (size * self._limits.children)
        batches = self._ledger.claim(
            now=now_in_shanghai(),
            owner=self._owner,
            limit=MANY_HOSTS,
            lease=rounds * self._limits.lease,
            portals=portals,
            due_only=False,
        )
        return [batches[start : start + size] for start in range(0, len(batches), size)]

    def _end(self, waiting: list[tuple[HostBatch, ...]]) -> None:
        self.crawls.stop(now_in_shanghai())
        end = now_in_shanghai() + timedelta(seconds=self._grace)
        while self.crawls.running and now_in_shanghai() < end:
            self.crawls.reap(now_in_shanghai())
            time.sleep(REAP_SECONDS)
        self.crawls.kill()
        self.crawls.reap(now_in_shanghai())
        for batch in (batch for group in waiting for batch in group):
            self._ledger.release(batch.lease)
