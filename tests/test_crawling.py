"""Crawl children: started under leases, ended with everything they started, and never orphaned."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from crawler.owners import is_dead, own_name
from scheduler.crawling import CrawlLimits, Crawls, Ended, back_off, classify, spread
from storage import Database, HostBatch, Lease, Ledger
from tests.specimens import MINUTE, NOW, source

PATIENCE = 20.0
LIMITS = CrawlLimits(children=2, hosts_per_child=2, deadline=MINUTE, grace=timedelta(seconds=5))
LATER = NOW + LIMITS.deadline

DONE = "pass"
FAILED = "import sys; print('the archive is full'); sys.exit(1)"
CRASHED = "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"
WAITS = "import time; print('up', flush=True); time.sleep(60)"
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"
PARENT = (
    "import subprocess, sys, time; "
    "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']); "
    "print(child.pid, file=open(sys.argv[1], 'w'), flush=True); {then}"
)
LISTENS = "import sys; print('up', flush=True); sys.stdin.read()"


@pytest.fixture
def ledger(database: Database) -> Ledger:
    """Five hosts with one source each, all due."""
    ledger = Ledger(database)
    ledger.sync_sources(
        [source(f"http://www.h{n}.example/", host=f"h{n}.example", portal=f"p{n}") for n in range(5)], now=NOW
    )
    return ledger


class Yard:
    """Crawls whose children run a line of Python, and are gone at the end of the test."""

    def __init__(self, ledger: Ledger, folder: Path) -> None:
        self.code = DONE
        self.started: list[tuple[HostBatch, ...]] = []
        self.note = folder / "note"
        self.crawls = Crawls(ledger, command=self._command, environment=os.environ, owner="us", limits=LIMITS)

    def _command(self, batches: Sequence[HostBatch]) -> list[str]:
        self.started.append(tuple(batches))
        return [sys.executable, "-u", "-c", self.code, str(self.note)]

    def ended(self, count: int, now: object = NOW) -> list[Ended]:
        """Wait until that many children have been collected."""
        found: list[Ended] = []
        end = time.monotonic() + PATIENCE
        while len(found) < count and time.monotonic() < end:
            found += self.crawls.reap(now)  # type: ignore[arg-type]
            time.sleep(0.01)
        assert len(found) == count
        return found

    def up(self) -> None:
        """Wait until every child has said so."""
        end = time.monotonic() + PATIENCE
        for child in self.crawls._children:
            while not os.pread(child.output.fileno(), 10, 0) and time.monotonic() < end:
                time.sleep(0.01)


@pytest.fixture
def yard(ledger: Ledger, tmp_path: Path) -> Iterator[Yard]:
    yard = Yard(ledger, tmp_path)
    yield yard
    yard.crawls.kill()
    yard.crawls.reap(NOW)


def is_alive(pid: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        # A killed orphan may wait for its new parent to notice.
        return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0] != "Z"
    return False


def gone(pid: int) -> bool:
    end = time.monotonic() + PATIENCE
    while is_alive(pid) and time.monotonic() < end:
        time.sleep(0.01)
    return not is_alive(pid)


def test_due_hosts_are_dealt_to_at_most_so_many_children(yard: Yard, ledger: Ledger) -> None:
    yard.code = WAITS
    assert yard.crawls.fill(NOW) == 2
    assert [len(batches) for batches in yard.started] == [2, 2]
    assert yard.crawls.fill(NOW) == 0
    assert len(ledger.held(NOW)) == 4
    assert sorted(yard.crawls.hosts) == sorted(holding.host for holding in ledger.held(NOW))


def test_a_lease_outlasts_its_child(yard: Yard, ledger: Ledger) -> None:
    yard.crawls.fill(NOW)
    assert all(holding.lease_until > LATER + LIMITS.grace for holding in ledger.held(NOW))


def test_hosts_come_back_when_a_child_is_done(yard: Yard, ledger: Ledger) -> None:
    yard.crawls.fill(NOW)
    assert {child.ending for child in yard.ended(2)} == {"done"}
    assert ledger.held(NOW) == ()
    assert yard.crawls.fill(NOW) == 2


ENDINGS = {"failed": (FAILED, "failed", "the archive is full"), "crashed": (CRASHED, "crashed", "SIGSEGV")}


@pytest.mark.parametrize(("code", "ending", "detail"), ENDINGS.values(), ids=ENDINGS)
def test_hosts_of_a_crash_rest(yard: Yard, ledger: Ledger, code: str, ending: str, detail: str) -> None:
    yard.code = code
    yard.crawls.fill(NOW)
    children = yard.ended(2)
    assert {child.ending for child in children} == {ending}
    assert detail in children[0].detail
    assert ledger.held(NOW) == ()
    rested = {host for child in children for host in child.hosts}
    more = {"owner": "they", "limit": 9, "lease": MINUTE}
    assert {batch.lease.host for batch in ledger.claim(now=NOW, **more)}.isdisjoint(rested)  # type: ignore[arg-type]
    again = ledger.claim(now=NOW + MINUTE, **more)  # type: ignore[arg-type]
    assert rested <= {batch.lease.host for batch in again}


def test_a_child_past_its_deadline_is_ended(yard: Yard) -> None:
    yard.code = WAITS
    yard.crawls.fill(NOW)
    yard.up()
    assert yard.crawls.reap(NOW + MINUTE / 2) == ()
    assert {child.ending for child in yard.ended(2, LATER)} == {"deadline"}


def test_a_child_that_will_not_end_is_killed_after_its_grace(yard: Yard) -> None:
    yard.code = STUBBORN
    yard.crawls.fill(NOW)
    yard.up()
    yard.crawls.reap(LATER)
    assert yard.crawls.running == 2
    assert {child.ending for child in yard.ended(2, LATER + LIMITS.grace)} == {"deadline"}


@pytest.mark.parametrize("then", ["time.sleep(60)", "pass"], ids=["at its deadline", "when it has ended"])
def test_what_a_child_started_ends_with_it(yard: Yard, then: str) -> None:
    yard.code = PARENT.format(then=then)
    yard.crawls.start([HostBatch(lease=Lease(host="h0.example", fence=1), portals=("p0",))], NOW)
    end = time.monotonic() + PATIENCE
    while not (yard.note.exists() and yard.note.read_text("utf-8").strip()) and time.monotonic() < end:
        time.sleep(0.01)
    grandchild = int(yard.note.read_text("utf-8"))
    yard.ended(1, LATER)
    assert gone(grandchild)


def test_stopping_starts_no_more_and_ends_all(yard: Yard, ledger: Ledger) -> None:
    yard.code = WAITS
    yard.crawls.fill(NOW)
    yard.up()
    yard.crawls.stop(NOW)
    assert yard.crawls.fill(NOW) == 0
    assert {child.ending for child in yard.ended(2)} == {"stopped"}
    assert ledger.held(NOW) == ()


def test_killing_leaves_nothing(yard: Yard, ledger: Ledger) -> None:
    yard.code = STUBBORN
    yard.crawls.fill(NOW)
    yard.up()
    pids = [child.process.pid for child in yard.crawls._children]
    yard.crawls.kill()
    yard.ended(2)
    assert not any(map(is_alive, pids))
    assert ledger.held(NOW) == ()


def test_a_child_that_cannot_be_started_gives_its_hosts_back(ledger: Ledger) -> None:
    crawls = Crawls(
        ledger, command=lambda _batches: ["/no/such/program"], environment={}, owner="us", limits=LIMITS
    )
    with pytest.raises(OSError, match="no/such"):
        crawls.fill(NOW)
    assert ledger.held(NOW) == ()


def test_a_killed_parent_leaves_no_orphan(tmp_path: Path) -> None:
    """The pipe closes with the parent, however it dies, and the child reads that."""
    parent = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import subprocess, sys, time\n"
            f"c = subprocess.Popen([sys.executable, '-c', {LISTENS!r}], stdin=subprocess.PIPE, start_new_session=True)\n"
            "print(c.pid, flush=True); time.sleep(60)",
        ],
        stdout=subprocess.PIPE,
    )
    assert parent.stdout is not None
    child = int(next(line for line in parent.stdout if line.strip().isdigit()))
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    assert gone(child)


CODES = {
    "done": (0, None, "done"),
    "failed": (1, None, "failed"),
    "usage": (2, None, "crashed"),
    "killed by another": (-9, None, "crashed"),
    "ended by us": (-15, "deadline", "deadline"),
    "done while being stopped": (0, "stopped", "stopped"),
}


@pytest.mark.parametrize(("code", "reason", "ending"), CODES.values(), ids=CODES)
def test_exit_codes(code: int, reason: str | None, ending: str) -> None:
    assert classify(code, reason) == ending  # type: ignore[arg-type]


def test_the_back_off_doubles_to_half_an_hour() -> None:
    minutes = [back_off(crashes) / MINUTE for crashes in range(1, 9)]
    assert minutes == [1, 2, 4, 8, 16, 30, 30, 30]


def test_hosts_are_dealt_evenly() -> None:
    batches = [HostBatch(lease=Lease(host=f"h{n}", fence=1), portals=()) for n in range(5)]
    assert [len(group) for group in spread(batches, 2)] == [3, 2]
    assert [len(group) for group in spread(batches[:1], 2)] == [1]
    assert spread([], 2) == ()


def test_owners_know_the_dead_from_the_living() -> None:
    assert not is_dead(own_name())
    child = subprocess.Popen([sys.executable, "-c", "pass"])
    host, _, start = own_name().split(":")
    child.wait()
    assert is_dead(f"{host}:{child.pid}:1")
    assert is_dead(f"{host}:{child.pid}")
    assert is_dead(f"{host}:{os.getpid()}:{int(start) + 1}")
    assert not is_dead(f"{host}:{os.getpid()}")
    assert not is_dead(f"another-{host}:{child.pid}:1")
    assert not is_dead("somebody")
