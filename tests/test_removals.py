"""Many pages of one site gone at once are its own trouble: what is believed, and what it leaves, on both databases."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from crawler.revisiting import Appraisal, relook
from storage import Archive, Database, Ledger, Look, NextRevisit, Outbox, Relook, Revisits, Rule
from storage.revisions.removals import SEVERAL, Belief, Neighbour, weigh
from tests.specimens import DAY, HOUR, MINUTE, NOW, links, look, result, source, take

SITE = "www.qingyun.example"
SPANS = (HOUR, DAY, 7 * DAY)
GONE = Appraisal(sight="gone", outcome="http_404")
STANDS = Appraisal(sight="not_modified", outcome="not_modified")
BELIEVED = Belief(believed=True)


def neighbour(article_id: int, **more: Any) -> Neighbour:
    known = {"site": SITE, "stood_at": NOW - DAY, "gone_since": None, "failures": 0} | more
    return Neighbour(article_id=article_id, **known)


def gone(article_id: int, since: datetime = NOW) -> Neighbour:
    return neighbour(article_id, stood_at=None, gone_since=since)


WEIGHED: dict[str, tuple[list[Neighbour], bool, Belief]] = {
    "another page was seen since": ([neighbour(2, stood_at=NOW)], False, BELIEVED),
    "another page stood before": ([neighbour(2)], False, Belief(believed=False, ask=2)),
    "the nearest in age is asked": ([neighbour(4), neighbour(2)], False, Belief(believed=False, ask=4)),
    "one that answers badly is asked last": (
        [neighbour(4, failures=1), neighbour(2)], False, Belief(believed=False, ask=2)
    ),
    "the next is asked where the first is gone": (
        [gone(4), neighbour(2)], False, Belief(believed=False, ask=2)
    ),
    "a site that is gone is not asked for all its pages": (
        [*(gone(n) for n in range(2, 2 + SEVERAL)), neighbour(9)], False, Belief(believed=False)
    ),
    "one page stands among many that are gone": (
        [*(gone(n) for n in range(2, 9)), neighbour(9, stood_at=NOW + MINUTE)], False, BELIEVED
    ),
    "another host of the portal says nothing": (
        [neighbour(2, site="m.qingyun.example", stood_at=NOW), neighbour(3)], False, Belief(believed=False, ask=3)
    ),
    "unless nobody else can": ([neighbour(2, site="m.qingyun.example", stood_at=NOW)], False, BELIEVED),
    "no other page, the list answers": ([], False, BELIEVED),
    "no other page, no list answers": ([], True, Belief(believed=False)),
    "two pages, both gone": ([gone(2)], False, BELIEVED),
    "three pages, all gone": ([gone(2), gone(3)], False, Belief(believed=False)),
    "two others went long ago": ([gone(2, NOW - 9 * DAY), gone(3, NOW - 9 * DAY)], False, BELIEVED),
}  # fmt: skip


@pytest.mark.parametrize("name", WEIGHED)
def test_what_neighbours_say(name: str) -> None:
    neighbours, lists_fail, said = WEIGHED[name]
    assert weigh(SITE, NOW, neighbours, lists_fail=lists_fail) == said


class Site:
    """One portal with some articles, each due for a look when a test says so."""

    def __init__(self, database: Database, articles: int) -> None:
        self.revisits, self.ledger, self.outbox = Revisits(database), Ledger(database), Outbox(database)
        self.ledger.sync_sources([source()], now=NOW)
        self.outbox.set_rules([Rule(name="all", channels=("duty",), also=frozenset({"removed"}))], now=NOW)
        self.lease = take(self.ledger, lease=99 * DAY)
        # What the first look at a source finds may be old; news comes with the second.
        look(self.ledger, self.lease, ())
        archive = Archive(database, relook_after=HOUR)
        for number, link in enumerate(
            look(self.ledger, self.lease, links(*range(1, articles + 1)), now=NOW + MINUTE), 1
        ):
            archive.ingest(result(number, link=link), lease=self.lease, now=NOW + MINUTE)
        self.due_now = NOW + MINUTE + HOUR

    def look(self, now: datetime, *standing: int) -> list[tuple[int, str]]:
        """Look at all that is due, as a crawl does; only the pages with these numbers stand."""
        seen = []
        for due in self.revisits.due(self.lease, portals=["qingyun"], now=now, limit=99):
            what = STANDS if due.article_id in standing else GONE
            done = self.revisits.record(relook(due, what, SPANS, now), lease=self.lease, now=now)
            seen.append((due.article_id, done.outcome))
        return seen

    def told(self) -> list[int | None]:
        return [row.article_id for row in self.outbox.rows(limit=99) if row.kind == "removed"]

    def missing(self) -> list[tuple[str, int, datetime]]:
        sites = self.revisits.later_looks(self.due_now, late_after=HOUR).missing_sites
        return [(site.host, site.pages, site.since) for site in sites]


def outcomes(seen: list[tuple[int, str]]) -> set[str]:
    return {outcome for _, outcome in seen}


def test_a_site_that_is_gone_for_a_day_is_told_of_nobody(database: Database) -> None:
    site = Site(database, 5)
    begin = site.due_now
    assert outcomes(site.look(begin)) == {"gone"}
    assert site.missing() == []
    now, rests = begin + 30 * MINUTE, []
    while now < begin + 20 * HOUR:
        assert outcomes(site.look(now)) == {"site_gone"}
        assert site.missing() == [("qingyun.example", 5, begin)]
        following = site.revisits.later_looks(now, late_after=HOUR)
        assert (following.planned, following.due) == (5, 0)
        before, now = now, next(at for at in times(now) if due_at(site, at))
        rests.append(now - before)
    assert rests == sorted(rests)
    assert (rests[0], rests[-1]) == (30 * MINUTE, 6 * HOUR)
    assert outcomes(site.look(now, 1, 2, 3, 4, 5)) == {"not_modified"}
    assert (site.missing(), site.told()) == ([], [])


def test_what_stays_gone_when_the_site_is_back_is_told(database: Database) -> None:
    site = Site(database, 5)
    begin = site.due_now
    site.look(begin)
    site.look(begin + HOUR)
    after = begin + 3 * HOUR
    assert dict(site.look(after, 1, 2, 4, 5)) == {1: "not_modified", 2: "not_modified", 3: "gone"} | dict.fromkeys(
        (4, 5), "not_modified"
    )  # fmt: skip
    assert site.told() == []
    assert site.look(after + 6 * HOUR, 1, 2, 4, 5) == [(3, "removed")]
    assert site.told() == [3]


def test_one_page_that_is_gone_is_told_after_half_an_hour(database: Database) -> None:
    site = Site(database, 3)
    assert (1, "gone") in site.look(site.due_now, 2, 3)
    assert site.look(site.due_now + 30 * MINUTE, 2, 3) == [(1, "removed")]
    assert site.told() == [1]


def test_a_page_whose_looks_are_over_is_asked_what_stands(database: Database) -> None:
    site = Site(database, 2)
    site.look(site.due_now, 1, 2)
    site.look(NOW + 8 * DAY, 1, 2)
    assert site.revisits.later_looks(NOW + 9 * DAY, late_after=HOUR).planned == 0
    site.revisits.record(
        Relook(
            article_id=1,
            sight="gone",
            outcome="http_410",
            next=NextRevisit(step=3, attempts=0, at=NOW + 9 * DAY + MINUTE),
            gone_since=NOW + 9 * DAY,
        ),
        lease=site.lease,
        now=NOW + 9 * DAY,
    )
    assert site.look(NOW + 9 * DAY, 2) == [(2, "not_modified")]
    assert site.look(NOW + 9 * DAY + MINUTE, 2) == [(1, "removed")]
    assert site.revisits.later_looks(NOW + 9 * DAY, late_after=HOUR).planned == 0


def test_looks_that_are_late_are_counted_once_their_site_may_be_asked(database: Database) -> None:
    site = Site(database, 2)
    begin = NOW + HOUR

    def counted(at: timedelta) -> tuple[int, int, int, datetime | None]:
        found = site.revisits.later_looks(begin + at, late_after=HOUR)
        return found.planned, found.due, found.late, found.oldest_due_at

    assert counted(-2 * MINUTE) == (2, 0, 0, None)
    assert counted(MINUTE) == (2, 2, 0, None)
    assert counted(HOUR) == (2, 2, 2, begin)
    site.ledger.hold(site.lease, until=begin + HOUR)
    assert counted(HOUR) == (2, 2, 0, None)
    assert counted(2 * HOUR) == (2, 2, 2, begin)
    site.ledger.sync_sources([replace(source(), portal="other")], now=NOW)
    assert counted(2 * HOUR) == (0, 0, 0, None)


def test_a_portal_whose_lists_fail_too_has_removed_nothing(database: Database) -> None:
    site = Site(database, 1)
    (state,) = site.ledger.sources()
    failed = Look(source_id=state.id, outcome="moved_to_front", next_check_at=NOW + 9 * DAY)
    site.ledger.record_look(failed, lease=site.lease, now=site.due_now)
    site.look(site.due_now)
    assert site.look(site.due_now + 30 * MINUTE) == [(1, "site_gone")]
    site.ledger.record_look(replace(failed, outcome="ok"), lease=site.lease, now=site.due_now + HOUR)
    assert site.look(site.due_now + 2 * HOUR) == [(1, "gone")]
    assert site.look(site.due_now + 9 * HOUR) == [(1, "removed")]


def times(begin: datetime) -> list[datetime]:
    return [begin + n * 30 * MINUTE for n in range(1, 99)]


def due_at(site: Site, at: datetime) -> bool:
    return bool(site.revisits.due(site.lease, portals=["qingyun"], now=at, limit=1))
