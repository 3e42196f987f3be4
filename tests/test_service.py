"""The service as users run it: a process that starts, is told to end, is killed, loses its network, and goes on."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest

from crawler.replica import Replica
from scheduler.config import load_config
from scheduler.receiver import Receiver
from scheduler.service import STUCK_EXIT, child_command, child_environment
from storage import Archive, HostBatch, Lease, Ledger, open_database
from tests.replicas import INVENTED, everything_published

JINDU = Path(sys.executable).with_name("jindu")
PATIENCE = 240.0
"""Seconds within which on any machine everything comes that is to come."""
SETTINGS = """
[archive]
url = "archive.db"
[crawl]
portals = "{portals}"
only = [{names}]
deadline = "60s"
back_off = "1s"
[web]
enabled = false

[service]
tick_seconds = 0.2
[alerts]
summary_after_seconds = 0
poll_seconds = 0.05
timeout_seconds = 2
lease_seconds = 6
flood_messages = 0
[channels]
duty = "{channel}"
"""


class Run:
    """`jindu run`, once or several times."""

    def __init__(self, folder: Path, proxy: str) -> None:
        self.url = str(folder / "archive.db")
        self.settings = folder / "jindu.toml"
        self._environment = os.environ | {"http_proxy": proxy}
        self.log = folder / "log"
        self.process: subprocess.Popen[bytes] | None = None
        self.all: list[subprocess.Popen[bytes]] = []

    def start(self) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [str(JINDU), "--config", str(self.settings), "run"],
                env=self._environment,
                stdout=log,
                stderr=log,
            )
        self.all.append(self.process)
        return self.process

    def ask(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(JINDU), "--config", str(self.settings), *words],
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    def until(self, true: Callable[[], object], what: str) -> None:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if true():
                return
            time.sleep(0.1)
        pytest.fail(f"{what} did not come; the log:\n{self.log.read_text('utf-8')[-3000:]}")

    def articles(self) -> int:
        if not Path(self.url).exists():
            return 0
        with open_database(self.url) as database:
            return Archive(database).totals().articles

    def children(self) -> list[psutil.Process]:
        assert self.process is not None
        with suppress(psutil.NoSuchProcess):
            return psutil.Process(self.process.pid).children(recursive=True)
        return []


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as receiver:
        yield receiver


@pytest.fixture
def service(tmp_path: Path, replica: Replica, receiver: Receiver) -> Iterator[Run]:
    names = ", ".join(f'"{name}"' for name in INVENTED)
    text = SETTINGS.format(portals=replica.portals_dir, names=names, channel=receiver.channel)
    (tmp_path / "jindu.toml").write_text(text, "utf-8")
    service = Run(tmp_path, replica.proxy_url)
    yield service
    for process in service.all:
        process.kill()
        process.wait()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "Ctrl-C"])
def test_a_signal_ends_it_cleanly_and_soon(service: Run, number: signal.Signals) -> None:
    process = service.start()
    service.until(service.children, "a crawl")
    children = service.children()
    process.send_signal(number)
    assert process.wait(30) == 0
    assert [child for child in children if child.is_running() and child.status() != "zombie"] == []
    with open_database(service.url) as database:
        assert Ledger(database).held(datetime.now(UTC)) == ()


def test_what_was_begun_is_finished_after_a_restart(
    service: Run, replica: Replica, receiver: Receiver
) -> None:
    service.start()
    service.until(service.children, "a crawl")
    assert service.process is not None
    service.process.kill()
    service.process.wait()
    service.start()
    service.until(lambda: service.articles() == len(everything_published(replica)), "every article")
    service.until(lambda: not receiver.messages.empty(), "an alert")
    assert service.ask("status").returncode in {0, 1}


def test_with_no_network_it_stays_up_says_so_and_recovers(tmp_path: Path, service: Run) -> None:
    """The proxy is the network here: it is not there at first, then it comes."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    service._environment["http_proxy"] = f"http://127.0.0.1:{port}"
    process = service.start()

    def says_so() -> bool:
        answer = service.ask("status", "--json")
        return answer.stdout != "" and "no_network" in {
            finding["code"] for finding in json.loads(answer.stdout)["findings"]
        }

    service.until(says_so, "no_network in the status")
    assert process.poll() is None
    with Replica(port=port, minutes_per_second=0):
        service.until(lambda: service.articles() > 0, "an article after the network came back")
    process.terminate()
    assert process.wait(30) == 0


def test_a_service_that_stops_ticking_ends_itself(tmp_path: Path) -> None:
    """The archive's claim hangs: nothing ticks any more, and whoever supervises it must hear of it."""
    code = f"""
import os, threading, time
from pathlib import Path
from scheduler.config import load_config
from scheduler.service import Service
from storage import Ledger, open_database
Path({str(tmp_path / "jindu.toml")!r}).write_text('[service]\\ntick_seconds = 0.1\\nwatchdog_seconds = 1\\n[archive]\\nurl = "a.db"')
config = load_config({{}}, path=Path({str(tmp_path / "jindu.toml")!r}))
Ledger.claim = lambda *args, **more: time.sleep(60)
with open_database(config.archive.url) as database:
    Service(database, config, {{}}, environment=os.environ).run()
"""
    done = subprocess.run([sys.executable, "-c", code], timeout=PATIENCE, check=False, capture_output=True)
    assert done.returncode == STUCK_EXIT
    assert b"no tick" in done.stderr


def test_a_second_service_takes_no_host_of_the_first(service: Run, replica: Replica) -> None:
    first = service.start()
    second = service.start()
    service.until(lambda: service.articles() == len(everything_published(replica)), "every article")
    for process in (first, second):
        process.terminate()
    assert [process.wait(30) for process in (first, second)] == [0, 0]
    pages = [
        request.path for request in replica.requests if "robots" not in request.path and request.status == 200
    ]
    reports = {path for report in replica.reports() for path in report.paths}
    fetched = [path for path in pages if path in reports]
    assert len(fetched) == len(set(fetched))


def test_the_command_of_a_child() -> None:
    batches = [
        HostBatch(lease=Lease(host="a.example", fence=3), portals=("x", "y")),
        HostBatch(lease=Lease(host="b.example", fence=1), portals=("x",)),
    ]
    words = child_command(batches)
    assert words[1:6] == ["-P", "-m", "scrapy", "crawl", "portal"]
    assert words[6:] == ["-a", "portal=x,y", "-a", "leases=a.example:3,b.example:1"]


def test_a_child_is_not_told_the_keys_of_channels(tmp_path: Path) -> None:
    path = tmp_path / "jindu.toml"
    path.write_text('[channels]\na = "env:BOT"\n[archive]\nurl = "a.db"', "utf-8")
    environment = {"BOT": "wecombot://key", "PATH": "/bin", "http_proxy": "http://p"}
    told = child_environment(load_config(environment, path=path), environment)
    assert "wecombot://key" not in told.values()
    assert (told["PATH"], told["http_proxy"]) == ("/bin", "http://p")
    assert told["JINDU_ARCHIVE"] == str(tmp_path / "a.db")
