"""Kill -9 at random moments: no article and no alert is lost, and none comes twice outside the documented window.

The service runs as users run it, a subprocess of its own, against the replica, with alerts going to a real receiver.
"""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psutil
import pytest
from sqlalchemy import update

from crawler.replica import Replica
from storage import Archive, Catalog, Ledger, Outbox, open_database
from storage.schema import source
from tests.replicas import INVENTED, everything_published

KILLS = {"sqlite": 4, "postgresql": 2}
"""The service and its children are the same on both; a file is the harder case, and what most people use.

`JINDU_KILLS` says how many instead.
"""
LISTS = 6
"""A kill comes after so many requests, at most: that many there are whenever every list is due."""
THEN_WITHIN = 0.5
"""Seconds within which it comes then."""
PATIENCE = 240.0
"""Seconds in which the service must have caught up after the last kill."""
CONFIG = """
[crawl]
portals = "{portals}"
only = [{names}]
children = 1
hosts_per_child = 9
deadline = "60s"
back_off = "0.01s"

[web]
enabled = false

[service]
tick_seconds = 0.2

[alerts]
quiet_hours = 48
summary_after_seconds = 0
flood_messages = 0
poll_seconds = 0.05
lease_seconds = 6
timeout_seconds = 2

[channels]
duty = "json://127.0.0.1:{port}/"
"""


class Receiver:
    """An HTTP server on loopback that keeps every message it accepted."""

    def __init__(self) -> None:
        self.titles: list[str] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                receiver.titles.append(f"{body['title']}\n{body['message']}")
                self.send_response(200)
                self.send_header("Content-Length", "0")
                with suppress(ConnectionError):
                    self.end_headers()

            def log_message(self, *_args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class Watch:
    """A `jindu run` under test: started, killed, started again."""

    def __init__(self, folder: Path, url: str, proxy: str) -> None:
        self.url = url
        self.kills = int(os.environ.get("JINDU_KILLS") or KILLS[url.partition(":")[0]])
        self.log = folder / "service.log"
        self._log = self.log.open("ab")
        jindu = Path(sys.executable).with_name("jindu")
        self._command = [str(jindu), "--config", str(folder / "jindu.toml"), "--archive", url, "run"]
        # Portals are reached through the replica, the receiver of alerts is not.
        self._environment = os.environ | {"http_proxy": proxy, "no_proxy": "127.0.0.1"}
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> subprocess.Popen[bytes]:
        self.process = subprocess.Popen(
            self._command, env=self._environment, stdout=self._log, stderr=self._log, start_new_session=True
        )
        return self.process

    def start_and_wait(self) -> None:
        """Start it and wait until it says that it watches."""
        said = self.log.stat().st_size
        self.start()
        until(lambda: self.log.stat().st_size > said, "a word of the service")

    def publish(self, replica: Replica) -> None:
        """Let the portals publish more, and every list be due."""
        replica.advance(3)
        with open_database(self.url) as database, database.write() as connection:
            connection.execute(update(source).values(next_check_at=datetime.now(UTC)))

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def children(self) -> list[psutil.Process]:
        assert self.process is not None
        assert self.process.poll() is None, "the service ended by itself"
        with suppress(psutil.NoSuchProcess):
            return psutil.Process(self.process.pid).children()
        return []

    def close(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(35)
        self._log.close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.close()


@pytest.fixture
def watch(database_url: str, replica: Replica, receiver: Receiver, tmp_path: Path) -> Iterator[Watch]:
    # Later nothing is taken away any more: a page that is gone would be waited for.
    replica.advance(27)
    names = ", ".join(f'"{name}"' for name in INVENTED)
    (tmp_path / "jindu.toml").write_text(
        CONFIG.format(portals=replica.portals_dir, names=names, port=receiver.port), "utf-8"
    )
    watch = Watch(tmp_path, database_url, replica.proxy_url)
    yield watch
    watch.close()


def until(true: Callable[[], object], what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, f"{what} did not come"
        time.sleep(0.05)


def await_requests(watch: Watch, replica: Replica, chance: random.Random) -> None:
    """Wait for a moment in which what was begun is half done."""
    wanted = len(replica.requests) + chance.randint(0, LISTS)
    until(lambda: len(replica.requests) >= wanted or not watch.children(), "the requests")
    time.sleep(chance.uniform(0, THEN_WITHIN))


def settle(watch: Watch, replica: Replica) -> None:
    """Wait until everything published is archived and nothing is owed any more."""
    wanted, end = len(everything_published(replica)), time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with open_database(watch.url) as database:
            counts, totals = Outbox(database).counts(), Archive(database).totals()
            if totals.articles >= wanted and not totals.links_pending + counts["pending"] + counts["sending"]:
                return
        time.sleep(0.1)
    with open_database(watch.url) as database:
        pytest.fail(
            f"not settled: {Archive(database).totals()} of {wanted}, owed {Outbox(database).counts()}"
        )


def check(watch: Watch, receiver: Receiver, replica: Replica, *, kills_of_service: int) -> None:
    """Every published page is archived once; every alert owed came once, or twice where a receipt says it may have."""
    wanted = everything_published(replica)
    with open_database(watch.url) as database:
        addresses = Counter(hit.url for hit in Catalog(database).search("", limit=1000).hits)
        rows = Outbox(database).rows(limit=1000)
        assert not [s for s in Ledger(database).sources() if s.pending_links]
    assert set(addresses) == wanted
    assert set(addresses.values()) == {1}
    owed = {row.code: row for row in rows if row.state != "suppressed"}
    assert {row.state for row in owed.values()} == {"sent"}
    came = Counter(code for code in owed for message in receiver.titles if code in message)
    assert set(came) == set(owed), "lost alerts"
    twice = {code for code, times in came.items() if times > 1}
    explained = {code for code, row in owed.items() if any(a.receipt.ambiguous for a in row.receipts)}
    assert twice <= explained, "repeated outside the documented window"
    assert sum(came.values()) - len(came) <= kills_of_service


def test_killed_children_lose_nothing(watch: Watch, receiver: Receiver, replica: Replica) -> None:
    chance = random.Random(1)
    watch.start_and_wait()
    killed = 0
    while killed < watch.kills:
        watch.publish(replica)
        until(watch.children, "a crawl")
        await_requests(watch, replica, chance)
        for victim in watch.children()[:1]:
            with suppress(psutil.NoSuchProcess):
                victim.kill()
                killed += 1
    settle(watch, replica)
    check(watch, receiver, replica, kills_of_service=0)


def test_killed_services_lose_nothing(watch: Watch, receiver: Receiver, replica: Replica) -> None:
    chance = random.Random(2)
    for _ in range(watch.kills):
        watch.start_and_wait()
        watch.publish(replica)
        until(watch.children, "a crawl")
        await_requests(watch, replica, chance)
        watch.kill()
    watch.start()
    settle(watch, replica)
    check(watch, receiver, replica, kills_of_service=watch.kills)
