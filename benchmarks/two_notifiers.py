"""Two notifiers, each a process, on one archive: is each of many alerts sent once, and how fast.

`python -W ignore -m benchmarks.two_notifiers [ALERTS]`: on SQLite and PostgreSQL, 10 channels, a local receiver that counts.
"""

import sys
import tempfile
import time
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.alerts import SPAWN, drain, notifier, receiver
from scheduler.alerts.channels import Channel, quiet_libraries
from storage import SHANGHAI, Archive, Outbox, Rule, open_database
from tests.databases import server_url
from tests.specimens import result

CHANNELS = tuple(f"c{number}" for number in range(10))


def send(url: str, port: int, done: Any) -> None:
    """Deliver until nothing is owed."""
    quiet_libraries()
    channels = {
        name: Channel(name, f"json://127.0.0.1:{port}/{name}", timeout_seconds=20) for name in CHANNELS
    }
    with open_database(url) as database:
        sender = notifier(database, channels)
        while any(Outbox(database).counts()[state] for state in ("pending", "sending")):
            if not sender.deliver_some():
                time.sleep(0.02)
        sender.wait_idle(within=timedelta(seconds=30))
    done.put(url)


def measure(name: str, url: str, alerts: int) -> None:
    with open_database(url) as database:
        Outbox(database).set_rules([Rule(name="all", channels=CHANNELS)], now=datetime.now(SHANGHAI))
        kept = Archive(database)
        for number in range(alerts // len(CHANNELS)):
            kept.ingest(result(number), lease=None, now=datetime.now(SHANGHAI))
    with receiver() as (port, out):
        done = SPAWN.Queue()
        senders = [SPAWN.Process(target=send, args=(url, port, done)) for _ in range(2)]
        began = time.time()
        for sender in senders:
            sender.start()
        arrived = Counter((channel, title) for channel, title, _, _ in drain(out, alerts))
        took = time.time() - began
        for sender in senders:
            done.get(timeout=300)
            sender.join()
        time.sleep(1)
        extra = out.qsize()
    with open_database(url) as database:
        counts = {state: many for state, many in Outbox(database).counts().items() if many}
    twice = sum(many - 1 for many in arrived.values()) + extra
    print(f"{name}: {alerts} owed, {len(arrived)} arrived, {twice} twice, {counts}, {alerts / took:.0f}/s")


def main(alerts: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        measure("sqlite", f"sqlite:///{Path(folder) / 'archive.db'}", alerts)
    with server_url() as url:
        measure("postgresql", url, alerts)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
