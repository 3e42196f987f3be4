"""Kill -9 a notifier at random moments, over and over, and count what arrived: for the tests and `benchmarks/notifier_kills.py`.

Each notifier is a process of its own, forked from one that has everything imported, so that hundreds can be killed in a minute.
Its clock stands an hour later than that of the one before, so that what that one held is due again.
"""

import json
import multiprocessing
import os
import random
import signal
import threading
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from scheduler.alerts.channels import Channel
from storage import Outbox, OutboxRow, Rule, open_database
from tests.notifying import notifier
from tests.specimens import NOW, fill, result

CHANNELS = ("left", "right")
HOUR = timedelta(hours=1)
MOST_MESSAGES = 5
"""A notifier is killed after so many of its messages have come, at most; after none in one life of six."""
THEN_WITHIN = 0.03
"""Seconds within which it is killed after the last of them: before its answer, before its receipt, or after."""
FIRST_CLAIM_WITHIN = 0.1
"""Seconds within which one is killed that may send nothing."""
ANSWER_WITHIN = 0.012
"""The receiver takes up to so many seconds before, and as many after, it counts a message."""
BATCH = 30
"""Reports archived whenever the outbox is nearly empty."""


class _Handler(BaseHTTPRequestHandler):
    server: Any

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        code = body["message"].rpartition("#")[2][:5]
        time.sleep(self.server.chance.uniform(0, ANSWER_WITHIN))
        channel, life = self.path.strip("/").split("/")
        with self.server.arrival:
            self.server.came.append((int(life), channel, code))
            self.server.arrival.notify_all()
        time.sleep(self.server.chance.uniform(0, ANSWER_WITHIN))
        with suppress(OSError):
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

    def log_message(self, *_args: object) -> None:
        """Silence."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """The dead hang up."""


@dataclass
class Tally:
    """What came of it."""

    kills: int
    owed: int = 0
    arrived: int = 0
    lost: list[str] = field(default_factory=list)
    twice: list[tuple[int, str, str]] = field(default_factory=list)
    """Each repetition: the life whose end explains it, the channel, the code."""
    unexplained: list[str] = field(default_factory=list)
    """Codes that came twice though no attempt of theirs is marked as ambiguous."""
    unsent: int = 0

    @property
    def most_of_one_kill(self) -> int:
        """The most repetitions in one channel that one kill led to."""
        return max(Counter((life, channel) for life, channel, _ in self.twice).values(), default=0)


def deliver(url: str, port: int, life: int, ready: Any, *, until_empty: bool) -> None:
    """A notifier's life: it sends what is owed until it is killed, or until nothing is owed."""
    with open_database(url) as database:
        channels = {
            name: Channel(name, f"json://127.0.0.1:{port}/{name}/{life}", timeout_seconds=5)
            for name in CHANNELS
        }
        sender = notifier(database, channels, ahead=life * HOUR)
        ready.set()
        while True:
            was_idle = not sender._busy
            if not sender.deliver_some() and was_idle and until_empty:
                return
            time.sleep(0.002)


def kill_notifiers(url: str, *, kills: int, seed: int) -> Tally:
    """Kill that many notifiers of an empty archive at this address, let one finish, and count."""
    chance = random.Random(seed)
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(["tests.forked"])
    with _Server(("127.0.0.1", 0), _Handler) as server, open_database(url) as database:
        server.came, server.chance = [], random.Random(seed)  # type: ignore[attr-defined]
        server.arrival = threading.Condition()  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        outbox = Outbox(database)
        outbox.set_rules([Rule(name="all", channels=CHANNELS)], now=NOW)
        filled = 0
        for life in range(kills + 1):
            if life < kills and outbox.counts()["pending"] < BATCH:
                fill(database, [result(number) for number in range(filled, filled + BATCH)])
                filled += BATCH
            ready = processes.Event()
            words = (url, server.server_address[1], life + 1, ready)
            child = processes.Process(target=deliver, args=words, kwargs={"until_empty": life == kills})
            child.start()
            assert ready.wait(60)
            if life < kills:
                _wait(server, chance.randint(0, MOST_MESSAGES), life + 1, chance)
                assert child.pid is not None
                os.kill(child.pid, signal.SIGKILL)
            child.join(120)
            assert child.exitcode == (0 if life == kills else -signal.SIGKILL)
        server.shutdown()
        rows = outbox.rows(limit=1_000_000)
        return _count(kills, rows, server.came)  # type: ignore[attr-defined]


def _wait(server: Any, messages: int, life: int, chance: random.Random) -> None:
    """Wait for the moment in which this life ends."""
    with server.arrival:
        server.arrival.wait_for(lambda: sum(came[0] == life for came in server.came) >= messages, 20)
    time.sleep(chance.uniform(0, THEN_WITHIN if messages else FIRST_CLAIM_WITHIN))


def _count(kills: int, rows: tuple[OutboxRow, ...], came: list[tuple[int, str, str]]) -> Tally:
    tally = Tally(
        kills=kills, owed=len(rows), arrived=len(came), unsent=sum(row.state != "sent" for row in rows)
    )
    lives: dict[tuple[str, str], list[int]] = {}
    for life, channel, code in came:
        lives.setdefault((channel, code), []).append(life)
    for row in rows:
        times = lives.get((row.channel, row.code), [])
        tally.lost += [] if times else [row.code]
        tally.twice += [(life, row.channel, row.code) for life in times[:-1]]
        if len(times) > 1 and not any(attempt.receipt.ambiguous for attempt in row.receipts):
            tally.unexplained.append(row.code)
    return tally
