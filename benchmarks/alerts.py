"""How soon and how fast alerts are delivered: 1,000 owed over 20 channels, one of which hangs.

`python -W ignore -m benchmarks.alerts [ROUNDS]`. The receiver is a process of its own. *Latency* is from the commit of the article
to the arrival of its message at the receiver, over the 19 channels that answer, while the articles are archived by another process.
*Rate* is alerts that were owed beforehand, delivered and recorded, a second; *bare* is the same messages sent by Apprise alone, one
object and one thread a channel, without archive, receipts or the vendor's answer.
"""

import json
import multiprocessing
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from apprise import Apprise, AppriseAsset

from scheduler.alerts.channels import Channel, quiet_libraries
from scheduler.alerts.delivery import Delivered, Notifier, NotifierSettings
from scheduler.alerts.wording import load_wording
from storage import SHANGHAI, Archive, Ledger, Outbox, Rule, open_database
from tests.databases import server_url
from tests.specimens import result

CHANNELS = 20
ARTICLES = 50
HANGING = f"c{CHANNELS - 1}"
PATIENCE = 5.0
"""Seconds until a channel that hangs is given up for now."""
SPAWN = multiprocessing.get_context("spawn")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Any

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        name = self.path.strip("/")
        if name == HANGING:
            time.sleep(600)
        self.server.out.put((name, body["title"], body["message"], time.time()))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        with suppress(OSError):
            self.end_headers()

    def log_message(self, *_args: object) -> None:
        """Silence."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Senders may hang up."""


def receive(ready: Any, out: Any) -> None:
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.out = out  # type: ignore[attr-defined]
        ready.put(server.server_address[1])
        server.serve_forever()


@contextmanager
def receiver() -> Iterator[tuple[int, Any]]:
    ready, out = SPAWN.Queue(), SPAWN.Queue()
    process = SPAWN.Process(target=receive, args=(ready, out), daemon=True)
    process.start()
    yield ready.get(timeout=60), out
    process.kill()
    process.join()


def archive(url: str, first: int, committed: Any) -> None:
    """Archive the articles; tell when each was committed."""
    with open_database(url) as database:
        kept = Archive(database)
        for number in range(first, first + ARTICLES):
            kept.ingest(result(number), lease=None, now=datetime.now(SHANGHAI))
            committed.put((number, time.time()))


def notifier(
    database: Any,
    channels: Mapping[str, Channel],
    on_delivered: Callable[[Delivered], None] = lambda delivered: None,
) -> Notifier:
    return Notifier(
        outbox=Outbox(database),
        archive=Archive(database),
        ledger=Ledger(database),
        channels=channels,
        settings=NotifierSettings(
            owner="bench",
            clock=lambda: datetime.now(SHANGHAI),
            wording=load_wording(),
            lease_seconds=3 * 2 * PATIENCE,
            send_seconds=2 * PATIENCE,
            on_delivered=on_delivered,
        ),
    )


def drain(out: Any, many: int) -> list[tuple[str, str, str, float]]:
    return [out.get(timeout=300) for _ in range(many)]


def number_of(title: str) -> int:
    return int(title.rpartition("第")[2].partition("起")[0])


def latency(url: str, port: int, out: Any) -> list[float]:
    """Seconds from commit to arrival, sorted."""
    with open_database(url) as database:
        sender = notifier(database, channels_at(port))
        thread = threading.Thread(target=sender.run, daemon=True)
        thread.start()
        committed = SPAWN.Queue()
        writer = SPAWN.Process(target=archive, args=(url, 100_000, committed))
        writer.start()
        arrived = drain(out, ARTICLES * (CHANNELS - 1))
        at = dict(committed.get(timeout=60) for _ in range(ARTICLES))
        writer.join()
        sender.stop(within=timedelta(seconds=3 * PATIENCE))
        thread.join()
    return sorted(came - at[number_of(title)] for _, title, _, came in arrived)


def rate(url: str, first: int, port: int, out: Any) -> tuple[float, list[tuple[str, str, str, float]]]:
    """Delivered and recorded a second, of alerts owed beforehand; and the messages."""
    committed, many = SPAWN.Queue(), ARTICLES * (CHANNELS - 1)
    archive(url, first, committed)
    recorded = threading.Semaphore(0)

    def count(delivered: Delivered) -> None:
        if delivered.receipt.result == "sent":
            recorded.release()

    with open_database(url) as database:
        sender = notifier(database, channels_at(port), count)
        thread = threading.Thread(target=sender.run, daemon=True)
        began = time.time()
        thread.start()
        for _ in range(many):
            recorded.acquire()
        took = time.time() - began
        sender.stop(within=timedelta(seconds=3 * PATIENCE))
        thread.join()
    return many / took, drain(out, many)


def bare(messages: list[tuple[str, str, str, float]], port: int, out: Any) -> float:
    """The same messages a second by Apprise alone, a thread a channel."""
    by_channel: dict[str, list[tuple[str, str]]] = {}
    for name, title, body, _ in messages:
        by_channel.setdefault(name, []).append((title, body))

    def send(name: str, row: list[tuple[str, str]]) -> None:
        apprise = Apprise(asset=AppriseAsset(async_mode=False))
        apprise.add(f"json://127.0.0.1:{port}/{name}")
        for service in apprise:
            service.request_rate_per_sec = 0
        for title, body in row:
            apprise.notify(title=title, body=body)

    threads = [threading.Thread(target=send, args=one) for one in by_channel.items()]
    began = time.time()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.time() - began
    return len(drain(out, len(messages))) / took


def channels_at(port: int) -> dict[str, Channel]:
    names = [f"c{number}" for number in range(CHANNELS)]
    return {
        name: Channel(name, f"json://127.0.0.1:{port}/{name}", timeout_seconds=PATIENCE) for name in names
    }


def measure(name: str, url: str, rounds: int) -> None:
    quiet_libraries()
    with open_database(url) as database:
        rule = Rule(name="all", channels=tuple(f"c{number}" for number in range(CHANNELS)))
        Outbox(database).set_rules([rule], now=datetime.now(SHANGHAI))
    ratios, ours, theirs = [], [], []
    with receiver() as (port, out):
        waits = latency(url, port, out)
        for turn in range(rounds):
            mine, messages = rate(url, 200_000 + turn * ARTICLES, port, out)
            apprise = bare(messages, port, out)
            ours.append(mine)
            theirs.append(apprise)
            ratios.append(mine / apprise)
    p95 = waits[int(0.95 * len(waits))]
    print(
        f"{name}: commit to delivery median {statistics.median(waits):.2f} s, p95 {p95:.2f} s, most {waits[-1]:.2f} s "
        f"({len(waits)} alerts, {CHANNELS} channels, one hanging); delivered {statistics.median(ours):.0f}/s, "
        f"bare Apprise {statistics.median(theirs):.0f}/s, ratio {statistics.median(ratios):.2f} "
        f"({', '.join(f'{ratio:.2f}' for ratio in ratios)})"
    )


def main(rounds: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        measure("sqlite", f"sqlite:///{Path(folder) / 'archive.db'}", rounds)
    with server_url() as url:
        measure("postgresql", url, rounds)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
