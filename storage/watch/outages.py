"""Is it them or us: when most hosts stop answering in the same minutes, it is our own network. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

NO_ANSWER = frozenset({"dns", "connect", "timeout", "reset"})
"""Outcomes of a look that say no server answered."""
SAME_MINUTES = timedelta(minutes=15)
"""Looks further back say nothing of the network now."""
LATEST_HOSTS = 5
"""How many hosts, those looked at last, are heard."""
LEAST_HOSTS = 2
"""With fewer there is nothing to compare with, and a failure is taken for the host's own."""
KNOWN_DEAD = 3
"""A host that failed so often in a row was failing before, and is no witness."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Witness:
    """The last look at one source: whether the network carried us there."""

    host: str
    outcome: str
    at: datetime
    failures: int


def is_outage(witnesses: Iterable[Witness], *, now: datetime) -> bool:
    """Whether more than half of the hosts looked at last, and sound before, gave no answer."""
    heard: dict[str, bool] = {}
    for one in sorted(witnesses, key=lambda witness: (witness.at, witness.host), reverse=True):
        if now - one.at <= SAME_MINUTES and one.failures < KNOWN_DEAD:
            heard.setdefault(one.host, one.outcome in NO_ANSWER)
    latest = list(heard.values())[:LATEST_HOSTS]
    return len(latest) >= LEAST_HOSTS and sum(latest) > len(latest) / 2
