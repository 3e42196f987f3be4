"""Run crawl children: claim hosts that are due, start a child per batch, end it in time, give the hosts back.

A child is a process group of its own with a pipe from us as its standard input: when we die, however we die, the pipe
closes and the child ends. The leases given with it outlast its deadline, so nobody else works on its hosts meanwhile.
"""

import logging
import os
import signal
import subprocess
import tempfile
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import IO, Literal, TypeAlias

from storage import HostBatch, LeaseLostError, Ledger

log = logging.getLogger(__name__)

Command: TypeAlias = Callable[[Sequence[HostBatch]], Sequence[str]]
"""From the hosts of one batch to the command line of the child that crawls them."""
Ending: TypeAlias = Literal["done", "failed", "crashed", "deadline", "stopped"]

LEASE_MARGIN = timedelta(seconds=60)
FIRST_BACK_OFF = timedelta(minutes=1)
LONGEST_BACK_OFF = timedelta(minutes=30)
KILL_GRACE = timedelta(seconds=10)
"""What a child past its deadline has between SIGTERM and SIGKILL."""
REPORTED_FAILURE = 1
"""The exit code with which a crawl says that it failed; anything else but 0 is a crash."""
TAIL_BYTES = 2_000
KILLED_BY = {-number: number.name for number in signal.Signals}
"""Exit code → the signal that ended a child."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CrawlLimits:
    """How many children, how many hosts each, how long."""

    children: int = 2
    hosts_per_child: int = 4
    deadline: timedelta = timedelta(minutes=10)
    grace: timedelta = KILL_GRACE
    back_off: timedelta = FIRST_BACK_OFF
    """How long the hosts of a crawl that crashed rest."""

    @property
    def lease(self) -> timedelta:
        """How long a host is claimed for: longer than its child can live."""
        return self.deadline + self.grace + LEASE_MARGIN


@dataclass(frozen=True, kw_only=True, slots=True)
class Ended:
    """How one child ended."""

    hosts: tuple[str, ...]
    portals: tuple[str, ...]
    ending: Ending
    detail: str = ""
    """The last thing it wrote, for anything but `done`."""


@dataclass(kw_only=True, eq=False)
class _Child:
    process: subprocess.Popen[bytes]
    batches: tuple[HostBatch, ...]
    output: IO[bytes]
    deadline: datetime
    told_at: datetime | None = None
    """When it was sent SIGTERM."""
    reason: Ending | None = field(default=None)
    """Why we ended it, if we did."""


class Crawls:
    """The crawl children of this process. Safe to call from several threads."""

    def __init__(
        self,
        ledger: Ledger,
        *,
        command: Command,
        environment: Mapping[str, str],
        owner: str,
        limits: CrawlLimits,
    ) -> None:
        self._ledger = ledger
        self._command = command
        self._environment = dict(environment)
        self._owner = owner
        self._limits = limits
        self._children: list[_Child] = []
        self._crashes: dict[str, int] = {}
        self._closed = False
        self._filling = threading.Lock()
        self._lock = threading.RLock()

    @property
    def running(self) -> int:
        """How many children are alive or not yet reaped."""
        return len(self._children)

    @property
    def hosts(self) -> tuple[str, ...]:
        """Hosts that are being crawled now."""
        return tuple(b.lease.host for child in tuple(self._children) for b in child.batches)

    def fill(self, now: datetime) -> int:
        """Claim due hosts for every free place and start their children; returns how many were started."""
        with self._filling:
            free = 0 if self._closed else self._limits.children - len(self._children)
            if free <= 0:
                return 0
            # Not under the lock of the children: the archive may be slow, and ending them must not wait for it.
            batches = self._ledger.claim(
                now=now,
                owner=self._owner,
                limit=free * self._limits.hosts_per_child,
                lease=self._limits.lease,
            )
            with self._lock:
                return self._start_all(spread(batches, free), now)

    def start(self, batches: Sequence[HostBatch], now: datetime) -> bool:
        """Start one child for hosts claimed by the caller, if there is a free place."""
        with self._lock:
            if self._closed or len(self._children) >= self._limits.children:
                return False
            self._start(tuple(batches), now)
            return True

    def reap(self, now: datetime) -> tuple[Ended, ...]:
        """End children past their deadline, collect those that ended, and give their hosts back."""
        with self._lock:
            for child in self._children:
                self._enforce_deadline(child, now)
            gone = [child for child in self._children if _has_ended(child.process)]
            return tuple(self._collect(child, now) for child in gone)

    def stop(self, now: datetime) -> None:
        """Start no more, and ask every child to end; call `reap` until `running` is 0, then `kill`."""
        with self._lock:
            self._closed = True
            for child in self._children:
                if child.told_at is None:
                    self._terminate(child, "stopped", now)

    def kill(self) -> None:
        """End every child and everything it started, at once."""
        with self._lock:
            self._closed = True
            for child in self._children:
                child.reason = child.reason or "stopped"
                _signal_group(child.process, signal.SIGKILL)
                child.process.wait()

    def _start_all(self, groups: Collection[tuple[HostBatch, ...]], now: datetime) -> int:
        """Start a child per group; what cannot be started is given back."""
        waiting = list(groups)
        try:
            while waiting and not self._closed:
                self._start(waiting.pop(0), now)
        finally:
            for batch in (batch for group in waiting for batch in group):
                self._release(batch, None)
        return len(groups) - len(waiting)

    def _start(self, batches: tuple[HostBatch, ...], now: datetime) -> None:
        output = tempfile.TemporaryFile()  # noqa: SIM115 - closed when the child is collected
        try:
            process = subprocess.Popen(
                list(self._command(batches)),
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
                env=self._environment,
                start_new_session=True,
            )
        except OSError:
            output.close()
            for batch in batches:
                self._release(batch, now + FIRST_BACK_OFF)
            raise
        deadline = now + self._limits.deadline
        self._children.append(_Child(process=process, batches=batches, output=output, deadline=deadline))

    def _enforce_deadline(self, child: _Child, now: datetime) -> None:
        if child.told_at is None and now >= child.deadline:
            self._terminate(child, "deadline", now)
        elif (
            child.told_at is not None
            and child.reason == "deadline"
            and now >= child.told_at + self._limits.grace
        ):
            _signal_group(child.process, signal.SIGKILL)

    def _terminate(self, child: _Child, reason: Ending, now: datetime) -> None:
        child.reason, child.told_at = reason, now
        _signal_group(child.process, signal.SIGTERM)

    def _collect(self, child: _Child, now: datetime) -> Ended:
        # What the child itself started must not outlive it; until it is waited for, the group's id is its own.
        _signal_group(child.process, signal.SIGKILL)
        child.process.wait()
        ended = Ended(
            hosts=tuple(batch.lease.host for batch in child.batches),
            portals=tuple(sorted({name for batch in child.batches for name in batch.portals})),
            ending=classify(child.process.returncode, child.reason),
            detail="" if child.process.returncode == 0 else _said(child),
        )
        if child.process.stdin is not None:
            with suppress(BrokenPipeError):
                child.process.stdin.close()
        child.output.close()
        self._children.remove(child)
        for batch in child.batches:
            self._release(batch, self._back_off(batch.lease.host, ended.ending, now))
        return ended

    def _back_off(self, host: str, ending: Ending, now: datetime) -> datetime | None:
        if ending in {"done", "stopped"}:
            self._crashes.pop(host, None)
            return None
        self._crashes[host] = crashes = self._crashes.get(host, 0) + 1
        return now + back_off(crashes, self._limits.back_off)

    def _release(self, batch: HostBatch, not_before: datetime | None) -> None:
        # The child gives back what it finished; another may hold the host by now.
        with suppress(LeaseLostError):
            self._ledger.release(batch.lease, not_before=not_before)


def classify(code: int, reason: Ending | None) -> Ending:
    """What an exit code means (negative: ended by that signal), given why we ended the child, if we did."""
    if reason is not None:
        return reason
    if code == 0:
        return "done"
    return "failed" if code == REPORTED_FAILURE else "crashed"


def back_off(crashes: int, first: timedelta = FIRST_BACK_OFF) -> timedelta:
    """How long to leave a host alone whose crawl failed this many times in a row."""
    return min(first * (1 << min(crashes - 1, 10)), max(first, LONGEST_BACK_OFF))


def spread(batches: Sequence[HostBatch], groups: int) -> tuple[tuple[HostBatch, ...], ...]:
    """Deal hosts to at most that many groups, as evenly as possible."""
    dealt = (tuple(batches[start::groups]) for start in range(groups))
    return tuple(group for group in dealt if group)


def _has_ended(process: subprocess.Popen[bytes]) -> bool:
    """Whether it has ended, without waiting for it where the system can tell (then its id stays taken)."""
    if process.returncode is None and hasattr(os, "waitid"):
        options = os.WEXITED | os.WNOHANG | os.WNOWAIT
        return os.waitid(os.P_PID, process.pid, options) is not None
    return process.poll() is not None


def _signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    # The child leads its own group, whose id stays taken while any member lives.
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


def _said(child: _Child) -> str:
    """The last words of a child that did not end well, or how it ended if it left none."""
    code = child.process.returncode
    if words := _tail(child.output):
        return words
    name = KILLED_BY.get(code, f"exit code {code}")
    return f"被 {name} 结束 (ended by {name})" + (
        "，可能是内存不足 (out of memory?)" if name == "SIGKILL" else ""
    )


def _tail(output: IO[bytes]) -> str:
    """The last lines a child wrote, on one line."""
    size = output.seek(0, os.SEEK_END)
    output.seek(max(0, size - TAIL_BYTES))
    lines = output.read().decode("utf-8", "replace").splitlines()
    return " / ".join(line.strip() for line in lines[-3:] if line.strip())
