"""How far a list is read on, and what a walk back in time keeps."""

from datetime import datetime, timedelta

import pytest

from storage import (
    SHANGHAI,
    Backfills,
    Database,
    LeadHost,
    Leads,
    Lease,
    Ledger,
    Link,
    Look,
    Source,
    WalkStep,
)
from storage.watch.leads import AGAIN_AFTER, MOST_PER_HOST
from storage.watch.leafing import goes_on, waiting

NOW = datetime(2026, 6, 15, 12, 0, tzinfo=SHANGHAI)
LAST = NOW - timedelta(hours=1)
LIST = "http://www.lanxi.example/gsyw/"
SECOND = LIST + "index_2.html"


def links(*ages: float | None) -> tuple[Link, ...]:
    """Links with times so many hours ago; None for none."""
    return tuple(
        Link(url=f"http://www.lanxi.example/a/{n}.html", published_at=age if age is None else NOW - timedelta(hours=age))
        for n, age in enumerate(ages)
    )  # fmt: skip


@pytest.mark.parametrize(
    ("listed", "known", "goes"),
    [
        (links(1, 1, 1, 2), (), True),
        (links(None, None, None, None), (), True),
        (links(1, 1, 1, 2), (3,), False),
        (links(1, 1, 1, 2), (0,), True),
        (links(1, 24, 80, 90), (), False),
        (links(1, 1, 1, 1, None, None), (4, 5), True),
        (links(1, 2), (0, 1), False),
    ],
    ids=["all new", "all new, undated", "its end is known", "pinned", "older than the last look", "known beside it", "nothing new"],
)  # fmt: skip
def test_a_list_is_read_on_while_its_end_is_new(
    listed: tuple[Link, ...], known: tuple[int, ...], goes: bool
) -> None:
    new = {link.url for n, link in enumerate(listed) if n not in known}
    assert goes_on(listed, new, LAST) is goes
    assert not goes_on(listed, new, None)


def test_pages_wait_once_and_in_order() -> None:
    assert waiting(("c", "b"), read="b", following=("a", "c")) == ("a", "c")


def watched(database: Database, *urls: str) -> tuple[Ledger, Lease]:
    ledger = Ledger(database)
    every = timedelta(minutes=15)
    ledger.sync_sources(
        [Source(portal="lanxi", url=url, kind="list", host="lanxi.example", every=every) for url in urls],
        now=NOW,
    )
    (batch,) = ledger.claim(now=NOW, owner="test", limit=1, lease=timedelta(hours=2))
    return ledger, batch.lease


def due(ledger: Ledger, lease: Lease) -> tuple[str, ...]:
    (source,) = ledger.work(lease, portals=["lanxi"], now=NOW + timedelta(hours=1), limit=9).sources
    return source.further


def looked(**told: object) -> Look:
    return Look(source_id=1, outcome="ok", next_check_at=NOW, **told)  # type: ignore[arg-type]


def test_where_a_list_goes_on_is_kept_until_it_was_read(database: Database) -> None:
    ledger, lease = watched(database, LIST)
    first = looked(links=links(1, 2), further=(SECOND,))
    ledger.record_look(first, lease=lease, now=NOW)
    assert due(ledger, lease) == ()

    more = tuple(Link(url=f"http://www.lanxi.example/b/{n}.html") for n in range(4))
    ledger.record_look(looked(links=more, further=(SECOND,)), lease=lease, now=NOW)
    assert due(ledger, lease) == (SECOND,)

    lost = Look(source_id=1, outcome="timeout", next_check_at=NOW, page=SECOND, again=True)
    ledger.record_look(lost, lease=lease, now=NOW)
    assert due(ledger, lease) == (SECOND,)
    (state,) = ledger.sources()
    assert (state.last_outcome, state.failures) == ("ok", 0)

    new = ledger.record_look(looked(links=links(3, 4, 5), page=SECOND), lease=lease, now=NOW)
    assert [link.url[-6:] for link in new] == ["2.html"]
    assert due(ledger, lease) == ()


def test_leads_are_kept_once_a_day_and_within_bounds(database: Database) -> None:
    ledger, lease = watched(database, LIST)
    one, other = "http://news.tongpu.example/a/1.html", "http://news.tongpu.example/a/2.html"
    for passed in (timedelta(0), timedelta(minutes=5), AGAIN_AFTER):
        ledger.record_look(looked(leads=(one, other)), lease=lease, now=NOW + passed)
    many = tuple(f"http://dagao.example/{n}.html" for n in range(3 * MOST_PER_HOST))
    for at in range(0, len(many), 60):
        ledger.record_look(looked(leads=many[at : at + 60]), lease=lease, now=NOW)
    full, found = Leads(database).hosts()
    assert (full.host, full.addresses) == ("dagao.example", 120)
    assert found == LeadHost(
        host="news.tongpu.example",
        addresses=2,
        times=4,
        first_seen_at=NOW,
        last_seen_at=NOW + AGAIN_AFTER,
        seen_on=("lanxi",),
        samples=found.samples,
    )
    assert set(found.samples) == {one, other}


SINCE, UNTIL = NOW - timedelta(days=30), NOW - timedelta(days=2)
WALKED = Source(portal="lanxi", url=LIST, kind="list", host="lanxi.example", every=timedelta(hours=1))


def step(page: str, **told: object) -> WalkStep:
    return WalkStep(portal="lanxi", source_url=LIST, page=page, **{"outcome": "ok", **told})  # type: ignore[arg-type]


def test_a_walk_goes_on_where_it_was_stopped(database: Database) -> None:
    _, lease = watched(database, LIST)
    walks = Backfills(database)
    walks.begin([WALKED], since=SINCE, until=UNTIL, now=NOW)
    (walk,) = walks.walks("lanxi")
    assert walk.further == (LIST,)

    brought = step(
        LIST, links=links(80, 90), further=(SECOND,), marks=("a",), oldest_at=NOW - timedelta(hours=90)
    )
    new, following = walks.record(brought, lease=lease, now=NOW)
    assert (len(new), following) == (2, SECOND)
    # Killed before it knew that this was written: the step again finds nothing new.
    walks.begin([WALKED], since=SINCE, until=NOW, now=NOW)
    assert walks.record(brought, lease=lease, now=NOW) == ((), SECOND)
    (walk,) = walks.walks("lanxi")
    assert (walk.further, walk.marks, walk.listed) == ((SECOND,), ("a",), 2)

    assert walks.record(step(SECOND, outcome="timeout", again=True), lease=lease, now=NOW) == ((), None)
    assert walks.walks("lanxi")[0].further == (SECOND,)
    walks.record(step(SECOND), lease=lease, now=NOW)
    assert walks.walks("lanxi") == ()

    done = walks.progress("lanxi", now=NOW)
    assert (done.walks, done.walks_done, done.listed, done.pending) == (1, 1, 2, 2)
    assert (done.oldest_at, done.troubles) == (NOW - timedelta(hours=90), ())
    walks.begin([WALKED], since=SINCE - timedelta(days=9), until=UNTIL, now=NOW)
    assert [walk.further for walk in walks.walks("lanxi")] == [(LIST,)]


def test_a_page_that_never_answers_ends_its_walk_by_name(database: Database) -> None:
    _, lease = watched(database, LIST)
    walks = Backfills(database)
    walks.begin([WALKED], since=SINCE, until=UNTIL, now=NOW)
    while walks.walks("lanxi"):
        walks.record(step(LIST, outcome="timeout", again=True), lease=lease, now=NOW)
    done = walks.progress("lanxi", now=NOW)
    assert (done.walks_done, done.pages) == (1, 5)
    assert done.troubles == (f"{LIST}: timeout",)
    walks.begin([WALKED], since=SINCE, until=NOW, now=NOW)
    assert walks.walks("lanxi")[0].further == (LIST,)
