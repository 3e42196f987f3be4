"""The invented portals, served on loopback."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.replica import Replica

INVENTED = tuple(sorted(path.stem for path in Path(Replica.portals_dir).glob("*.toml")))
"""Names of the replica's portals."""


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
