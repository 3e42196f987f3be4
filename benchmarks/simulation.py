"""The watch of the replica's year, hour by hour: real crawl children on a real archive, with only the wall clock moved on."""

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from benchmarks.later import later
from crawler.owners import own_name
from crawler.portals import load_portals
from crawler.replica import Replica
from scheduler.config import load_config
from scheduler.crawling import Crawls, Ended
from scheduler.service import child_command, child_environment, crawl_limits, prepare
from storage import SHANGHAI, Catalog, HostBatch, Ledger, SourceState, open_database

SETTINGS = """\
[archive]
url = "{url}"
[captures]
folder = "captures"
[crawl]
portals = "{portals}"
only = [{names}]
children = 1
hosts_per_child = {hosts}
revisit = []
"""
"""One child for each crawler; there are two crawlers."""
CRAWLERS = 2
DOWNLOAD_TIMEOUT = 1
"""Seconds; the replica's hanging answers never come."""
_POLL = 0.02
_MOST_FILLS = 20


def next_noon() -> datetime:
    """When a simulation begins, so that it is the same whenever it is run: the next noon in Asia/Shanghai."""
    now = datetime.now(SHANGHAI)
    noon = now.replace(hour=12, minute=0, second=0, microsecond=0)
    return noon if noon > now else noon + timedelta(days=1)


class Simulation:
    """Two crawlers that share an archive, and the time that passes for them and for the replica. Close it at the end."""

    def __init__(
        self,
        replica: Replica,
        folder: Path,
        *,
        url: str,
        only: Sequence[str] = (),
        options: Sequence[str] = (),
    ) -> None:
        """`only` names the portals to watch, empty means all of the replica's; `options` are `-s` options of each crawl."""
        self.replica = replica
        self.names = sorted(only) or sorted(path.stem for path in replica.portals_dir.glob("*.toml"))
        self.settings = folder / "jindu.toml"
        self.settings.write_text(
            SETTINGS.format(
                url=url,
                portals=replica.portals_dir,
                names=", ".join(f'"{name}"' for name in self.names),
                hosts=-(-len(self.names) // CRAWLERS),
            ),
            "utf-8",
        )
        self._folder = folder
        self._options = (f"DOWNLOAD_TIMEOUT={DOWNLOAD_TIMEOUT}", "LOG_LEVEL=WARNING", *options)
        self._ahead = replica.now - datetime.now(SHANGHAI)
        self._config = load_config({}, path=self.settings)
        self._environment = child_environment(
            self._config, {**_without_proxies(), "http_proxy": replica.proxy_url}
        )
        self.portals = load_portals(replica.portals_dir, only=self.names)
        self._database = open_database(self._config.archive.url)
        self._ledger = Ledger(self._database)
        prepare(self._database, self._config, self.portals, self.now)
        self._crawlers = [
            Crawls(
                self._ledger,
                command=self._command,
                environment=self._environment,
                owner=f"{own_name()}#{number}",
                limits=crawl_limits(self._config),
            )
            for number in range(CRAWLERS)
        ]

    def close(self) -> None:
        """End children that are still there."""
        for crawler in self._crawlers:
            crawler.kill()
        self._database.close()

    @property
    def now(self) -> datetime:
        """The wall clock of the simulation."""
        return datetime.now(SHANGHAI) + self._ahead

    def advance(self, span: timedelta, *, publishing: bool = True) -> None:
        """Let time pass between two passes; without `publishing`, the replica's clock stands still."""
        self._ahead += span
        if publishing:
            self.replica.advance(span / timedelta(minutes=1))

    def run_pass(self) -> list[Ended]:
        """Crawl whatever is due now, as the service does: two crawlers side by side, until nothing more is due."""
        ended: list[Ended] = []
        for _ in range(_MOST_FILLS):
            started = sum(crawler.fill(self.now) for crawler in self._crawlers)
            if not started:
                break
            while any(crawler.running for crawler in self._crawlers):
                for crawler in self._crawlers:
                    ended += crawler.reap(self.now)
                time.sleep(_POLL)
        return ended

    def ask(self, *words: str) -> subprocess.CompletedProcess[str]:
        """A command of `jindu` about this archive, at the time of the simulation."""
        command = [sys.executable, "-P", "-m", "scheduler.cli:main", "--config", str(self.settings), *words]
        return subprocess.run(
            later(self._ahead.total_seconds(), command),
            env=self._environment,
            cwd=self._folder,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def archived(self) -> Counter[str]:
        """How often each address is in the archive."""
        found: Counter[str] = Counter()
        before: str | None = None
        while True:
            page = Catalog(self._database).search("", limit=500, before=before)
            found.update(hit.url for hit in page.hits)
            before = page.next
            if before is None:
                return found

    def sources(self) -> tuple[SourceState, ...]:
        """What the ledger knows of each source."""
        return self._ledger.sources()

    def _command(self, batches: Sequence[HostBatch]) -> list[str]:
        told = [word for option in self._options for word in ("-s", option)]
        return later(self._ahead.total_seconds(), [*child_command(batches), *told])


def _without_proxies() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
