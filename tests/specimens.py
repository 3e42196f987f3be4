"""Invented articles, sources and rules for the tests of the archive."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from storage import (
    Archive,
    Article,
    Database,
    Evidence,
    Fact,
    Ingested,
    Lease,
    Ledger,
    Link,
    Look,
    PageResult,
    PendingLink,
    Source,
    Trace,
    Verdict,
)

NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
"""A Monday morning; 09:30 in Shanghai."""
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LIST = "http://www.qingyun.example/fazhi/"
BODY = (
    "3月1日,青云县公安局禁毒大队在高速路口查获一辆可疑货车,从夹层中搜出海洛因1.2公斤。\n"
    "两名驾驶人员当场被控制,案件正在进一步侦办中。通讯员说,这是该县今年破获的第三起运输毒品案。"
)


def article(number: int = 1, **changes: Any) -> Article:
    """An article of its own for each number."""
    url = f"http://www.qingyun.example/2026/03/t{number:05}.html"
    values: dict[str, Any] = {
        "url": url,
        "canonical_url": url,
        "portal": "qingyun",
        "title": f"青云禁毒大队破获第{number}起案件",
        "published_at": NOW - HOUR,
        "source": "青云日报",
        "authors": ("林一", "周二"),
        "text": f"{BODY}\n编号{number}。",
        "fetched_at": NOW,
        "charset": "gb18030",
        "charset_from": "meta",
        "trace": (Trace(field="title", rule="heading", detail="h1"),),
    }
    return Article(**(values | changes))


RELEVANT = Verdict(
    relevant=True,
    score=0.9,
    category="enforcement",
    province="甘肃",
    places=("甘肃省兰州市",),
    evidence=(Evidence(term="禁毒", weight=2.0, where="title", start=2, end=4, why="drug word"),),
)
IRRELEVANT = Verdict(relevant=False, score=0.1)
SEIZED = Fact(
    measure="drugs_seized",
    value=1200,
    unit="gram",
    substance="heroin",
    evidence="海洛因1.2公斤",
    start=33,
    end=41,
)


def result(number: int = 1, *, link: PendingLink | None = None, **changes: Any) -> PageResult:
    """A relevant article with one figure, for `Archive.ingest`."""
    outer = {name: changes.pop(name) for name in ("verdict", "facts", "outcome") if name in changes}
    if link is not None:
        changes = {"url": link.url, "canonical_url": link.url} | changes
    values: dict[str, Any] = {"outcome": "article", "verdict": RELEVANT, "facts": (SEIZED,)} | outer
    return PageResult(link_id=link.id if link else None, article=article(number, **changes), **values)


def source(url: str = LIST, *, host: str = "qingyun.example", portal: str = "qingyun") -> Source:
    """A list page looked at every quarter of an hour."""
    return Source(portal=portal, url=url, kind="list", host=host, every=15 * MINUTE)


def links(*numbers: int, published_at: datetime | None = None) -> tuple[Link, ...]:
    """Links to the articles with these numbers."""
    return tuple(Link(url=article(n).url, title=article(n).title, published_at=published_at) for n in numbers)


def take(ledger: Ledger, *, now: datetime = NOW, owner: str = "us", **more: Any) -> Lease:
    """The lease of the one host that can be claimed."""
    values: dict[str, Any] = {"limit": 9, "lease": 5 * MINUTE} | more
    (batch,) = ledger.claim(now=now, owner=owner, **values)
    return batch.lease


def look(
    ledger: Ledger, lease: Lease, listed: Iterable[Link], *, now: datetime = NOW
) -> tuple[PendingLink, ...]:
    """Look at the one source of the leased host; its new links."""
    (state,) = ledger.sources()
    seen = Look(source_id=state.id, outcome="ok", links=tuple(listed), next_check_at=now + 15 * MINUTE)
    return ledger.record_look(seen, lease=lease, now=now)


def watch(database: Database, *numbers: int, **more: Any) -> tuple[Ledger, Lease, tuple[PendingLink, ...]]:
    """An archive that has looked at one source with links to these articles."""
    ledger = Ledger(database)
    ledger.sync_sources([source()], now=NOW)
    lease = take(ledger)
    return ledger, lease, look(ledger, lease, links(*numbers, **more))


def fill(database: Database, results: Iterable[PageResult]) -> list[Ingested]:
    """Archive these pages."""
    archive = Archive(database)
    return [archive.ingest(one, lease=None, now=NOW) for one in results]
