"""Which hosts a crawl may work on: given by whoever started it, or claimed by itself."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from crawler.owners import is_dead, own_name
from crawler.portals import Portal
from storage import HostBatch, Lease, Ledger, Source


class HostsHeldError(Exception):
    """Another process works on a host: the line says which host, who and until when."""


def given_leases(text: str) -> tuple[Lease, ...]:
    """The leases in `host:fence,host:fence`, as the scheduler hands them to its child.

    Raises:
        ValueError: the text is not of that form.
    """
    pairs = [part.rpartition(":") for part in text.split(",") if part.strip()]
    return tuple(Lease(host=host.strip(), fence=int(fence)) for host, _, fence in pairs)


def watch(ledger: Ledger, portals: Mapping[str, Portal], names: Collection[str], *, now: datetime) -> None:
    """Make sure that the sources of the portals `names` are watched, and leave the others as they are.

    `portals` are all there are: what the ledger watches of them already stays watched.
    """
    known = {(state.portal, state.url) for state in ledger.sources() if state.active}
    ledger.sync_sources(
        (
            source
            for portal in portals.values()
            for source in portal.watched()
            if portal.name in names or (source.portal, source.url) in known
        ),
        now=now,
    )


def claim_hosts(
    ledger: Ledger, sources: Sequence[Source], *, now: datetime, lease: timedelta
) -> tuple[HostBatch, ...]:
    """Claim every host of `sources`, due or not; hosts of processes that died on this machine are freed first.

    Raises:
        HostsHeldError: a living process holds one of them; nothing is claimed then.
    """
    wanted = {source.host for source in sources}
    for holding in ledger.held(now):
        if holding.host in wanted and is_dead(holding.owner):
            ledger.release_owner(holding.owner)
    batches = ledger.claim(
        now=now,
        owner=own_name(),
        limit=len(wanted),
        lease=lease,
        portals={source.portal for source in sources},
        due_only=False,
    )
    missing = wanted - {batch.lease.host for batch in batches}
    if missing:
        for batch in batches:
            ledger.release(batch.lease)
        raise HostsHeldError(_who_holds(ledger, missing, now))
    return batches


def _who_holds(ledger: Ledger, hosts: Collection[str], now: datetime) -> str:
    held = [
        f"{holding.host} (by {holding.owner} until {holding.lease_until:%H:%M:%S})"
        for holding in ledger.held(now)
        if holding.host in hosts
    ]
    return (
        f"another process is crawling {', '.join(held) or ', '.join(sorted(hosts))}; wait for it or stop it"
    )
