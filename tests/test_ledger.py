"""What is due, who holds it, what came of it; on both databases."""

from datetime import date, timedelta

import pytest

from storage import (
    Archive,
    Beat,
    Database,
    Holding,
    Lease,
    LeaseLostError,
    Ledger,
    Look,
    PageFailure,
    SourceState,
)
from tests.specimens import HOUR, LIST, MINUTE, NOW, article, links, look, result, source, take, watch

OTHER = source("http://news.baiyun.example/", host="baiyun.example", portal="baiyun")


@pytest.fixture
def ledger(database: Database) -> Ledger:
    ledger = Ledger(database)
    ledger.sync_sources([source(), OTHER], now=NOW)
    return ledger


def state_of(ledger: Ledger, url: str = LIST) -> SourceState:
    (state,) = (state for state in ledger.sources() if state.url == url)
    return state


def claim(ledger: Ledger, **changes) -> dict[str, Lease]:
    values = {"now": NOW, "owner": "us", "limit": 9, "lease": 5 * MINUTE} | changes
    return {batch.lease.host: batch.lease for batch in ledger.claim(**values)}


def failed_look(lease: Lease, ledger: Ledger, outcome: str = "blocked") -> None:
    seen = Look(source_id=state_of(ledger).id, outcome=outcome, next_check_at=NOW + HOUR, detail="HTTP 403")
    ledger.record_look(seen, lease=lease, now=NOW)


class TestSources:
    def test_new_ones_are_due_at_once(self, ledger: Ledger) -> None:
        assert [(s.portal, s.active, s.next_check_at) for s in ledger.sources()] == [
            ("baiyun", True, NOW),
            ("qingyun", True, NOW),
        ]

    def test_missing_ones_are_retired_and_come_back(self, ledger: Ledger) -> None:
        ledger.sync_sources([OTHER], now=NOW)
        assert not state_of(ledger).active
        assert claim(ledger).keys() == {"baiyun.example"}
        ledger.sync_sources([source(), OTHER], now=NOW)
        assert state_of(ledger).active
        assert claim(ledger).keys() == {"qingyun.example"}

    def test_a_shorter_interval_holds_at_once(self, ledger: Ledger) -> None:
        lease = claim(ledger)["qingyun.example"]
        failed_look(lease, ledger)
        ledger.sync_sources([source()], now=NOW)
        assert state_of(ledger).next_check_at == NOW + 15 * MINUTE

    def test_a_source_that_moves_to_another_host_takes_its_links_along(self, database: Database) -> None:
        ledger, lease, _ = watch(database, 1)
        ledger.release(lease)
        ledger.sync_sources([source(host="new.example")], now=NOW)
        lease = take(ledger, now=NOW)
        assert lease.host == "new.example"
        assert len(ledger.work(lease, portals=["qingyun"], now=NOW, limit=9).links) == 1

    def test_syncing_twice_is_once(self, ledger: Ledger) -> None:
        before = ledger.sources()
        ledger.sync_sources([source(), source(), OTHER], now=NOW + HOUR)
        assert ledger.sources() == before


class TestClaims:
    def test_a_held_host_is_not_given_out(self, ledger: Ledger) -> None:
        first = claim(ledger)
        assert {lease.fence for lease in first.values()} == {1}
        assert claim(ledger, owner="they") == {}
        assert ledger.held(NOW) == tuple(
            Holding(host, "us", NOW + 5 * MINUTE) for host in ("baiyun.example", "qingyun.example")
        )

    def test_an_expired_lease_is_given_out_with_a_higher_fence(self, ledger: Ledger) -> None:
        old = claim(ledger)["qingyun.example"]
        new = claim(ledger, now=NOW + 5 * MINUTE, owner="they")["qingyun.example"]
        assert (old.fence, new.fence) == (1, 2)
        with pytest.raises(LeaseLostError, match=r"qingyun\.example: claim 1 is over"):
            failed_look(old, ledger)
        assert state_of(ledger).last_looked_at is None
        failed_look(new, ledger)

    @pytest.mark.parametrize(
        "write",
        [
            lambda ledger, old: ledger.hold(old, until=NOW + HOUR),
            lambda ledger, old: ledger.release(old),
            lambda ledger, old: ledger.work(old, portals=["qingyun"], now=NOW, limit=9),
            lambda ledger, old: ledger.start_run("qingyun", lease=old, now=NOW),
            lambda ledger, old: ledger.record_failure(
                PageFailure(link_id=1, outcome="timeout", retry_at=None), lease=old, now=NOW
            ),
        ],
        ids=["hold", "release", "work", "start_run", "record_failure"],
    )
    def test_an_old_fence_writes_nothing(self, ledger: Ledger, write) -> None:
        old = claim(ledger)["qingyun.example"]
        claim(ledger, now=NOW + HOUR)
        with pytest.raises(LeaseLostError):
            write(ledger, old)

    def test_the_longest_waiting_first(self, ledger: Ledger) -> None:
        first = claim(ledger, limit=1)
        ledger.release(next(iter(first.values())))
        assert claim(ledger, limit=1).keys().isdisjoint(first)

    def test_only_the_portals_asked_for(self, ledger: Ledger) -> None:
        assert claim(ledger, portals=["baiyun"]).keys() == {"baiyun.example"}

    def test_a_released_host_without_work_rests(self, ledger: Ledger) -> None:
        lease = claim(ledger)["qingyun.example"]
        failed_look(lease, ledger)
        ledger.release(lease)
        ledger.release(lease)
        assert "qingyun.example" not in claim(ledger, now=NOW + 59 * MINUTE)
        assert "qingyun.example" in claim(ledger, now=NOW + HOUR)

    def test_a_pending_link_makes_its_host_due(self, database: Database) -> None:
        ledger, lease, _ = watch(database, 1)
        ledger.release(lease)
        (batch,) = ledger.claim(now=NOW, owner="us", limit=9, lease=HOUR)
        assert (batch.lease.host, batch.portals) == ("qingyun.example", ("qingyun",))

    def test_links_of_a_portal_no_longer_watched_wait(self, database: Database) -> None:
        ledger, lease, _ = watch(database, 1)
        ledger.release(lease)
        ledger.sync_sources([], now=NOW)
        assert ledger.claim(now=NOW, owner="us", limit=9, lease=HOUR) == ()

    def test_a_hold_keeps_the_host_back_and_never_shrinks(self, ledger: Ledger) -> None:
        lease = claim(ledger, portals=["qingyun"])["qingyun.example"]
        ledger.hold(lease, until=NOW + HOUR)
        ledger.release(lease, not_before=NOW + MINUTE)
        assert claim(ledger, portals=["qingyun"], now=NOW + 59 * MINUTE) == {}
        assert claim(ledger, portals=["qingyun"], now=NOW + HOUR).keys() == {"qingyun.example"}

    def test_a_pass_by_hand_takes_hosts_that_are_not_due(self, ledger: Ledger) -> None:
        lease = claim(ledger)["qingyun.example"]
        failed_look(lease, ledger)
        ledger.release(lease, not_before=NOW + HOUR)
        later = {"now": NOW + MINUTE, "owner": "hand", "limit": 9, "lease": HOUR, "due_only": False}
        (batch,) = ledger.claim(**later, portals=["qingyun"])
        assert batch.not_before == NOW + HOUR
        work = ledger.work(batch.lease, portals=["qingyun"], now=NOW + MINUTE, limit=9)
        assert [due.source.url for due in work.sources] == [LIST]
        look_again = Look(source_id=work.sources[0].id, outcome="ok", next_check_at=NOW + HOUR)
        ledger.record_look(look_again, lease=batch.lease, now=NOW + 2 * MINUTE)
        assert ledger.work(batch.lease, portals=["qingyun"], now=NOW + 3 * MINUTE, limit=9).sources == ()

    def test_a_dead_owner_is_freed_and_refused(self, ledger: Ledger) -> None:
        lease = claim(ledger)["qingyun.example"]
        assert ledger.release_owner("they") == 0
        assert ledger.release_owner("us") == 2
        assert ledger.held(NOW) == ()
        with pytest.raises(LeaseLostError):
            failed_look(lease, ledger)
        assert claim(ledger, owner="they").keys() == {"baiyun.example", "qingyun.example"}


class TestLooks:
    def test_new_links_are_pending_once(self, database: Database) -> None:
        ledger, lease, new = watch(database, 2, 1)
        assert [link.url for link in new] == [article(2).url, article(1).url]
        again = look(ledger, lease, links(3, 1, 2), now=NOW + MINUTE)
        assert [link.url for link in again] == [article(3).url]
        work = ledger.work(lease, portals=["qingyun"], now=NOW + MINUTE, limit=9)
        assert {link.url for link in work.links} == {article(n).url for n in (1, 2, 3)}
        assert work.links[0].url == article(3).url
        assert len(ledger.work(lease, portals=["qingyun"], now=NOW + MINUTE, limit=2).links) == 2
        assert ledger.work(lease, portals=["baiyun"], now=NOW + MINUTE, limit=9).links == ()

    def test_other_ways_to_write_an_address_are_no_new_link(self, database: Database) -> None:
        ledger, lease, (pending,) = watch(database, 1)
        same = pending.url.replace("http://www.", "https://m.") + "?utm_source=app"
        (link,) = links(1)
        assert look(ledger, lease, [type(link)(url=same)]) == ()

    def test_a_redirected_article_is_known_under_its_own_address(self, database: Database) -> None:
        ledger, lease, (pending,) = watch(database, 1)
        Archive(database).ingest(result(9, link=pending, url=article(9).url), lease=lease, now=NOW)
        assert look(ledger, lease, links(9)) == ()
        assert ledger.explain(pending.url).article_id == ledger.explain(article(9).url).article_id == 1

    def test_validators(self, database: Database) -> None:
        ledger, lease, _ = watch(database, 1)
        (state,) = ledger.sources()
        full = Look(source_id=state.id, outcome="ok", etag='"a"', last_modified="Mon", next_check_at=NOW)
        ledger.record_look(full, lease=lease, now=NOW)
        later = NOW + 11 * HOUR
        unchanged = Look(source_id=state.id, outcome="not_modified", full=False, next_check_at=later)
        ledger.record_look(unchanged, lease=lease, now=later)
        (due,) = ledger.work(lease, portals=["qingyun"], now=later, limit=9).sources
        assert (due.etag, due.last_modified, due.full_fetch_due) == ('"a"', "Mon", False)
        assert due.source == source()
        (due,) = ledger.work(lease, portals=["qingyun"], now=NOW + 12 * HOUR, limit=9).sources
        assert due.full_fetch_due

    def test_failures_in_a_row_are_counted(self, ledger: Ledger) -> None:
        lease = claim(ledger)["qingyun.example"]
        failed_look(lease, ledger)
        failed_look(lease, ledger, "layout")
        state = state_of(ledger)
        assert (state.failures, state.last_outcome, state.detail) == (2, "layout", "HTTP 403")
        assert (state.first_ok_at, state.last_ok_at, state.last_looked_at) == (None, None, NOW)
        ledger.record_look(Look(source_id=state.id, outcome="ok", next_check_at=NOW), lease=lease, now=NOW)
        assert (state_of(ledger).failures, state_of(ledger).first_ok_at) == (0, NOW)

    def test_a_source_of_another_host_is_refused(self, ledger: Ledger) -> None:
        leases = claim(ledger)
        with pytest.raises(LeaseLostError):
            failed_look(leases["baiyun.example"], ledger)

    def test_a_list_longer_than_a_statement(self, database: Database) -> None:
        ledger, lease, _ = watch(database)
        assert len(look(ledger, lease, links(*range(1000)))) == 1000
        assert look(ledger, lease, links(*range(1000))) == ()


class TestFailures:
    def test_a_failed_page_is_tried_again_at_its_time(self, database: Database) -> None:
        ledger, lease, (pending,) = watch(database, 1)
        failure = PageFailure(link_id=pending.id, outcome="timeout", detail="30 s", retry_at=NOW + HOUR)
        ledger.record_failure(failure, lease=lease, now=NOW)
        assert ledger.work(lease, portals=["qingyun"], now=NOW, limit=9).links == ()
        (link,) = ledger.work(lease, portals=["qingyun"], now=NOW + HOUR, limit=9).links
        assert link.attempts == 1

    def test_a_page_given_up_is_kept_and_explained(self, database: Database) -> None:
        ledger, lease, (pending,) = watch(database, 1)
        failure = PageFailure(link_id=pending.id, outcome="soft_404", detail="empty", retry_at=None)
        ledger.record_failure(failure, lease=lease, now=NOW)
        (known,) = ledger.explain(pending.url).links
        assert (known.state, known.outcome, known.detail, known.attempts) == (
            "failed",
            "soft_404",
            "empty",
            1,
        )
        assert look(ledger, lease, links(1)) == ()
        assert Archive(database).totals().links_failed == 1

    def test_an_archived_page_cannot_fail(self, database: Database) -> None:
        ledger, lease, (pending,) = watch(database, 1)
        Archive(database).ingest(result(1, link=pending), lease=lease, now=NOW)
        late = PageFailure(link_id=pending.id, outcome="timeout", retry_at=NOW)
        ledger.record_failure(late, lease=lease, now=NOW)
        assert ledger.explain(pending.url).links[0].state == "archived"


class TestCoverage:
    def test_counts(self, database: Database) -> None:
        ledger, lease, (one, two, three) = watch(database, 1, 2, 3)
        archive = Archive(database)
        for _ in range(2):
            archive.ingest(result(1, link=one), lease=lease, now=NOW)
        ledger.record_failure(
            PageFailure(link_id=two.id, outcome="timeout", retry_at=NOW), lease=lease, now=NOW
        )
        ledger.record_failure(
            PageFailure(link_id=three.id, outcome="soft_404", retry_at=None), lease=lease, now=NOW
        )
        failed_look(lease, ledger)
        (row,) = ledger.coverage(since=date(2026, 3, 2), until=date(2026, 3, 2))
        assert (row.day, row.portal, row.source_url) == (date(2026, 3, 2), "qingyun", LIST)
        assert row.counts == {
            "looked": 2, "listed": 3, "new": 3, "look_failed:blocked": 1, "fetched": 3, "archived": 1,
            "judged": 1, "relevant": 1, "failed:timeout": 1, "failed:soft_404": 1,
        }  # fmt: skip
        (day,) = ledger.looks_by_day(since=date(2026, 3, 2), until=date(2026, 3, 2))
        assert (day.day, day.looked, day.failed) == (date(2026, 3, 2), 2, 1)

    def test_days_are_those_of_shanghai(self, database: Database) -> None:
        ledger, lease, _ = watch(database)
        look(ledger, lease, (), now=NOW.replace(hour=15, minute=59))
        look(ledger, lease, (), now=NOW.replace(hour=16))
        days = [row.day.day for row in ledger.coverage(since=date(2026, 3, 1), until=date(2026, 3, 9))]
        assert days == [2, 3]
        assert ledger.coverage(since=date(2026, 3, 3), until=date(2026, 3, 3), portal="baiyun") == ()
        found = ledger.looks_by_day(since=date(2026, 3, 1), until=date(2026, 3, 9))
        assert [(one.day.day, one.looked, one.failed) for one in found] == [(2, 2, 0), (3, 1, 0)]
        assert ledger.looks_by_day(since=date(2026, 3, 1), until=date(2026, 3, 9), portal="baiyun") == ()


class TestExplain:
    def test_nothing_known(self, ledger: Ledger) -> None:
        told = ledger.explain("https://www.qingyun.example/2026/x9.html#top")
        assert (told.key, told.links, told.article_id, told.alerts) == (
            "qingyun.example/2026/x9.html",
            (),
            None,
            (),
        )

    def test_pending(self, database: Database) -> None:
        ledger, _, (pending,) = watch(database, 1)
        (known,) = ledger.explain(pending.url).links
        assert (known.state, known.source_url, known.first_seen_at) == ("pending", LIST, NOW)
        assert known.retry_at == NOW


class TestRunsAndBeats:
    def test_a_run(self, ledger: Ledger) -> None:
        lease = claim(ledger)["qingyun.example"]
        run_id = ledger.start_run("qingyun", lease=lease, now=NOW)
        assert ledger.start_run("qingyun", lease=lease, now=NOW) > run_id
        ledger.finish_run(run_id, outcome="finished", counts={"pages": 3}, now=NOW + MINUTE)

    def test_beats(self, ledger: Ledger) -> None:
        assert ledger.beats() == {}
        ledger.beat("service", now=NOW)
        ledger.beat("service", now=NOW + timedelta(seconds=15), detail="2 children")
        ledger.beat("notifier", now=NOW)
        assert ledger.beats() == {
            "service": Beat(at=NOW + timedelta(seconds=15), detail="2 children"),
            "notifier": Beat(at=NOW),
        }
