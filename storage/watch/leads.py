"""Articles on other portals' hosts: kept for a person to judge which site is worth watching, never crawled."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy import Connection, delete, func, select

from storage.database import Database
from storage.identity.fingerprint import url_key
from storage.schema import lead
from storage.statements import insert

MOST_PER_HOST = 100
"""More addresses of one host tell nothing more."""
MOST = 20_000
"""When there are more in all, those last seen longest ago are dropped."""
MOST_PER_LOOK = 60
AGAIN_AFTER = timedelta(hours=20)
"""A lead seen again sooner is not written again: a list shows the same ones at every look."""
_SAMPLES = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class LeadHost:
    """A host that is no portal's and has articles that portals link to."""

    host: str
    addresses: int
    """Different ones that were kept."""
    times: int
    """How often they were seen, at most once a day each."""
    first_seen_at: datetime
    last_seen_at: datetime
    seen_on: tuple[str, ...]
    """Portals whose lists named them, sorted."""
    samples: tuple[str, ...]
    """The addresses seen last."""


class Leads:
    """The leads; each method is one transaction and raises `ArchiveUnavailableError`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def hosts(self) -> tuple[LeadHost, ...]:
        """Every host, the one with most addresses first."""
        grouped = (
            select(
                lead.c.host,
                func.count().label("addresses"),
                func.sum(lead.c.times).label("times"),
                func.min(lead.c.first_seen_at).label("first_seen_at"),
                func.max(lead.c.last_seen_at).label("last_seen_at"),
            )
            .group_by(lead.c.host)
            .order_by(func.count().desc(), lead.c.host)
        )
        with self._database.read() as connection:
            rows = connection.execute(grouped).all()
            named = connection.execute(
                select(lead.c.host, lead.c.url, lead.c.portal).order_by(
                    lead.c.last_seen_at.desc(), lead.c.key
                )
            ).all()
        samples: dict[str, list[str]] = {}
        portals: dict[str, set[str]] = {}
        for host, url, portal in named:
            samples.setdefault(host, []).append(url)
            portals.setdefault(host, set()).add(portal)
        return tuple(
            LeadHost(
                **row._mapping,
                seen_on=tuple(sorted(portals[row.host])),
                samples=tuple(samples[row.host][:_SAMPLES]),
            )
            for row in rows
        )


def keep(
    connection: Connection, leads: Iterable[str], *, portal: str, source_url: str, now: datetime
) -> None:
    """Keep the leads of one look, within the bounds."""
    by_key = {url_key(url): url for url in reversed(tuple(leads)[:MOST_PER_LOOK])}
    if not by_key:
        return
    seen = select(lead.c.key, lead.c.last_seen_at).where(lead.c.key.in_(sorted(by_key)))
    known = {row.key: row.last_seen_at for row in connection.execute(seen)}
    full = _full_hosts(connection, {_host(url) for key, url in by_key.items() if key not in known})
    told = {"portal": portal, "source_url": source_url, "first_seen_at": now, "last_seen_at": now, "times": 1}
    rows = [
        {"key": key, "url": url, "host": _host(url), **told}
        # Sorted, so that two looks never wait for each other in a circle.
        for key, url in sorted(by_key.items())
        if (now - known[key] >= AGAIN_AFTER if key in known else _host(url) not in full)
    ]
    if not rows:
        return
    new = insert(connection, lead)
    again = {"last_seen_at": new.excluded.last_seen_at, "times": lead.c.times + 1}
    connection.execute(new.on_conflict_do_update(index_elements=[lead.c.key], set_=again), rows)
    _drop_oldest(connection)


def _full_hosts(connection: Connection, hosts: set[str]) -> set[str]:
    counted = select(lead.c.host).where(lead.c.host.in_(sorted(hosts))).group_by(lead.c.host)
    return set(connection.scalars(counted.having(func.count() >= MOST_PER_HOST)))


def _drop_oldest(connection: Connection) -> None:
    extra = int(connection.scalar(select(func.count()).select_from(lead)) or 0) - MOST
    if extra > 0:
        oldest = select(lead.c.key).order_by(lead.c.last_seen_at, lead.c.key).limit(extra)
        connection.execute(delete(lead).where(lead.c.key.in_(oldest)))


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").lower()
