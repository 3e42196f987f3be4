"""The invented portals, served on loopback, and real crawls of them."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.replica import Replica
from tests.forking import fork

INVENTED = tuple(sorted(path.stem for path in Path(Replica.portals_dir).glob("*.toml")))
"""Names of the replica's portals."""
CRAWL_WITHIN = 120
"""Seconds."""


@pytest.fixture(scope="session")
def session_replica() -> Iterator[Replica]:
    with Replica(minutes_per_second=0) as replica:
        yield replica


@pytest.fixture
def replica(session_replica: Replica) -> Replica:
    """The session's replica as it was at its start: its clock stands still until a test advances it."""
    session_replica.forget()
    session_replica.advance(-session_replica.minutes)
    return session_replica


def everything_published(replica: Replica) -> set[str]:
    """The address of every report that can be read on the replica now."""
    return {report.url for report in replica.reports()}


def crawl_command(*portals: str, **arguments: str) -> list[str]:
    """The command line of a crawl as users and the scheduler start it; `settings` are extra -s options."""
    told = [f"portal={','.join(portals)}"] + [f"{name}={value}" for name, value in arguments.items()]
    options = [part for argument in told for part in ("-a", argument)]
    return [sys.executable, "-P", "-m", "scrapy", "crawl", "portal", *options]


def crawl_environment(
    database_url: str, *, proxy: str | None, portals: Path = Replica.portals_dir, **more: str
) -> dict[str, str]:
    """The environment of a crawl; without `proxy` it asks the hosts themselves."""
    inherited = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    return (
        inherited
        | {
            "SCRAPY_SETTINGS_MODULE": "crawler.settings",
            "JINDU_ARCHIVE": database_url,
            "JINDU_PORTALS": str(portals),
        }
        | ({"http_proxy": proxy} if proxy else {})
        | more
    )


def crawl(command: list[str], environment: dict[str, str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a crawl to its end, as a process of its own in a folder that is not the checkout."""
    with tempfile.TemporaryDirectory() as place:
        log = (Path(place) / "stdout", Path(place) / "stderr")
        child = fork(command, environment, folder, log)
        child.join(CRAWL_WITHIN)
        if child.exitcode is None:
            child.kill()
            raise subprocess.TimeoutExpired(command, CRAWL_WITHIN)
        told = (path.read_text("utf-8") for path in log)
        return subprocess.CompletedProcess(command, child.exitcode, *told)


def crawl_afresh(
    command: list[str], environment: dict[str, str], folder: Path
) -> subprocess.CompletedProcess[str]:
    """The same by the command line itself."""
    return subprocess.run(
        command,
        env=environment,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=CRAWL_WITHIN,
        check=False,
    )
