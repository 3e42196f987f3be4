"""One page, one transaction: what it leaves, and what it does not do twice; on both databases."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import pytest

from storage import (
    SHANGHAI,
    Archive,
    Catalog,
    Change,
    Database,
    Evidence,
    Fact,
    Image,
    LeaseLostError,
    Outbox,
    OutboxRow,
    PendingLink,
    Report,
    Rule,
    Totals,
    Verdict,
)
from tests.specimens import (
    BODY,
    DAY,
    HOUR,
    IRRELEVANT,
    MINUTE,
    NOW,
    RELEVANT,
    article,
    fill,
    links,
    look,
    result,
    take,
    watch,
)

EVERYONE = Rule(name="all", channels=("group", "mail"))


@pytest.fixture
def archive(database: Database) -> Archive:
    Outbox(database).set_rules([EVERYONE], now=NOW)
    return Archive(database)


def owed(database: Database) -> set[tuple[str, str, str, str]]:
    return {(row.kind, row.channel, row.state, row.reason) for row in Outbox(database).rows()}


def rows_of(database: Database, kind: str) -> list[OutboxRow]:
    return [row for row in Outbox(database).rows() if row.kind == kind]


class TestWhatIsKept:
    def test_everything_comes_back(self, archive: Archive) -> None:
        full = result(
            1,
            subtitle="副题",
            precision="day",
            editors=("丁五",),
            images=(Image(url="http://www.qingyun.example/a.jpg", caption="现场"),),
            attachments=("http://www.qingyun.example/a.pdf",),
            language="zh-Hant",
            missing_pages=("http://www.qingyun.example/2026/03/t1_2.html",),
            facts=(
                EVERY_FIELD,
                Fact(measure="arrests", value=2, unit="person", evidence="两名", start=1, end=3),
            ),
        )
        done = archive.ingest(full, lease=None, now=NOW)
        stored = archive.get(done.article_id)
        assert stored is not None
        assert (stored.article, stored.verdict, stored.facts) == (full.article, full.verdict, full.facts)
        assert (stored.outcome, stored.province, stored.silent) == ("article", "甘肃", False)
        assert (stored.story.id, stored.story.reports) == (done.story_id, 1)
        assert (stored.story.first_article_id, stored.story.first_seen_at) == (done.article_id, NOW)

    def test_times_come_back_in_shanghai(self, archive: Archive) -> None:
        done = archive.ingest(result(), lease=None, now=NOW)
        stored = archive.get(done.article_id)
        assert stored is not None
        assert stored.article.fetched_at.tzinfo is SHANGHAI

    def test_no_such_article(self, archive: Archive) -> None:
        assert archive.get(7) is None

    @pytest.mark.parametrize("nothing", ["", "　\n"])
    def test_a_headline_without_text_is_news(self, archive: Archive, nothing: str) -> None:
        done = archive.ingest(
            result(text=nothing, outcome="video", published_at=None, source=None), lease=None, now=NOW
        )
        assert done.new
        assert done.owed == 2

    def test_text_no_database_can_hold(self, database: Database, archive: Archive) -> None:
        bad = "缉毒\x00民警\ud800"
        evidence = Evidence(term=bad, weight=1.0, where="title", start=0, end=5)
        verdict = Verdict(relevant=True, score=1.0, evidence=(evidence,), places=(bad,))
        done = archive.ingest(
            result(title=bad, text=bad, authors=(bad,), verdict=verdict), lease=None, now=NOW
        )
        stored = archive.get(done.article_id)
        assert stored is not None
        assert stored.article.title == stored.verdict.places[0] == "缉毒\ufffd民警\ufffd"
        assert Catalog(database).search("缉毒").total == 1


EVERY_FIELD = Fact(
    measure="drugs_seized",
    value=1200.5,
    unit="gram",
    qualifier="over",
    substance="heroin+methamphetamine",
    period="今年以来",
    period_from=datetime(2026, 1, 1, tzinfo=SHANGHAI),
    period_to=datetime(2026, 3, 2, tzinfo=SHANGHAI),
    place="青云县",
    change=Change(kind="from_to", value=5.0, unit="person", base=3.0, against="同比"),
    basis="flow",
    target=True,
    uncertain="two readings",
    evidence="海洛因1.2公斤",
    start=33,
    end=41,
)


class TestOnce:
    def test_a_page_is_archived_once(self, database: Database, archive: Archive) -> None:
        _, lease, (pending,) = watch(database, 1)
        first = archive.ingest(result(1, link=pending), lease=lease, now=NOW)
        again = archive.ingest(result(1, link=pending, title="改过的标题"), lease=lease, now=NOW)
        assert (first.new, first.joined, first.owed) == (True, False, 2)
        assert (again.new, again.joined, again.owed) == (False, False, 0)
        assert again.article_id == first.article_id
        assert archive.totals() == Totals(
            articles=1, relevant=1, stories=1, links_pending=0, links_failed=0, silent=0
        )

    def test_two_links_to_one_page(self, database: Database, archive: Archive) -> None:
        ledger, lease, pending = watch(database, 1, 2)
        for link in pending:
            archive.ingest(result(link=link, url=article(3).url), lease=lease, now=NOW)
        assert (archive.totals().articles, archive.totals().links_pending) == (1, 0)
        assert {ledger.explain(link.url).article_id for link in pending} == {1}

    def test_an_old_fence_archives_nothing(self, database: Database, archive: Archive) -> None:
        ledger, lease, (pending,) = watch(database, 1)
        new = take(ledger, now=NOW + HOUR)
        with pytest.raises(LeaseLostError):
            archive.ingest(result(1, link=pending), lease=lease, now=NOW)
        assert archive.totals().articles == 0
        assert Catalog(database).search("禁毒").total == 0
        assert archive.ingest(result(1, link=pending), lease=new, now=NOW).new


class TestStories:
    def test_one_text_is_one_story(self, database: Database, archive: Archive) -> None:
        reprint = result(
            2, text=f"{BODY}\n编号1。", title="转载", url="http://baiyun.example/9.html", portal="baiyun"
        )
        first, second = fill(database, [result(1), reprint])
        assert (second.joined, second.story_id, second.new) == (True, first.story_id, True)
        assert second.owed == 0
        assert len(rows_of(database, "story")) == 2
        assert [(r.title, r.portal) for r in archive.reports(first.story_id)] == [
            (article(1).title, "qingyun"),
            ("转载", "baiyun"),
        ]
        stored = archive.get(second.article_id)
        assert stored is not None
        assert (stored.story.title, stored.story.reports) == (article(1).title, 2)

    def test_one_canonical_address_is_one_story(self, database: Database, archive: Archive) -> None:
        phone = result(
            2, url="http://www.qingyun.example/app/88.html", canonical_url=article(1).url, text="短"
        )
        assert [done.joined for done in fill(database, [result(1), phone])] == [False, True]
        assert [done.joined for done in fill(database, [result(3, canonical_url=phone.article.url)])] == [
            True
        ]

    def test_a_canonical_address_that_names_no_page_joins_nothing(
        self, database: Database, archive: Archive
    ) -> None:
        front = "http://www.qingyun.example/"
        assert [done.joined for done in fill(database, [result(n, canonical_url=front) for n in (1, 2)])] == [
            False,
            False,
        ]

    def test_short_texts_are_stories_of_their_own(self, database: Database, archive: Archive) -> None:
        assert (
            len({done.story_id for done in fill(database, [result(n, text="图片新闻") for n in (1, 2)])}) == 2
        )

    def test_reports_by_time(self, database: Database, archive: Archive) -> None:
        times: Iterable[datetime | None] = (NOW - HOUR, None, NOW - DAY)
        done = fill(database, [result(n, text=BODY, published_at=at) for n, at in enumerate(times)])
        told: tuple[Report, ...] = archive.reports(done[0].story_id)
        assert [report.id for report in told] == [3, 1, 2]
        assert archive.reports(99) == ()


class TestAlerts:
    def test_each_channel_of_each_rule_once(self, database: Database, archive: Archive) -> None:
        rules = [EVERYONE, Rule(name="gansu", channels=("group", "group"), provinces=frozenset({"甘肃"}))]
        Outbox(database).set_rules([*rules, Rule(name="never", channels=("mail",), words=("没有",))], now=NOW)
        (done,) = fill(database, [result(1)])
        assert done.owed == 3
        assert {(row.rule, row.channel) for row in rows_of(database, "story")} == {
            ("all", "group"),
            ("all", "mail"),
            ("gansu", "group"),
        }

    def test_an_irrelevant_article_is_kept_and_told_to_nobody(
        self, database: Database, archive: Archive
    ) -> None:
        (done,) = fill(database, [result(1, verdict=IRRELEVANT)])
        assert (done.owed, archive.totals().relevant, archive.totals().articles) == (0, 0, 1)

    def test_a_reprint_that_matches_more_tells_only_those(self, database: Database, archive: Archive) -> None:
        Outbox(database).set_rules(
            [EVERYONE, Rule(name="baiyun", channels=("mail",), portals=frozenset({"baiyun"}))], now=NOW
        )
        done = fill(database, [result(1, text=BODY), result(2, text=BODY, portal="baiyun")])
        assert [one.owed for one in done] == [2, 1]


class TestBaseline:
    def ingest(self, archive: Archive, pending: Iterable[PendingLink], lease, **changes) -> list[int]:
        return [
            archive.ingest(result(n, link=link, **changes), lease=lease, now=NOW).owed
            for n, link in enumerate(pending)
        ]

    def test_old_reports_are_silenced_with_one_summary(self, database: Database, archive: Archive) -> None:
        _, lease, pending = watch(database, 1, 2, 3)
        assert self.ingest(archive, pending, lease, published_at=NOW - 3 * DAY) == [0, 0, 0]
        assert owed(database) == {
            ("story", "group", "suppressed", "baseline"),
            ("story", "mail", "suppressed", "baseline"),
            ("baseline", "group", "pending", ""),
            ("baseline", "mail", "pending", ""),
        }
        assert archive.totals().silent == 3
        assert [row.not_before for row in rows_of(database, "baseline")] == [NOW + 2 * MINUTE] * 2

    def test_the_summary_tells_how_many(self, database: Database, archive: Archive) -> None:
        _, lease, pending = watch(database, 1, 2, 3)
        self.ingest(archive, pending[:2], lease, published_at=NOW - 3 * DAY)
        self.ingest(archive, pending[2:], lease, published_at=NOW - 3 * DAY, verdict=IRRELEVANT)
        values = {"owner": "n", "limit": 9, "lease": MINUTE}
        assert Outbox(database).claim(now=NOW + MINUTE, **values) == ()
        told = Outbox(database).claim(now=NOW + 2 * MINUTE, **values)
        assert [(one.kind, one.silenced, one.silenced_relevant) for one in told] == [("baseline", 3, 2)] * 2

    def test_recent_reports_are_told(self, database: Database, archive: Archive) -> None:
        _, lease, pending = watch(database, 1)
        assert self.ingest(archive, pending, lease, published_at=NOW - 47 * HOUR) == [2]

    def test_the_watch_and_not_the_fetch_decides(self, database: Database, archive: Archive) -> None:
        ledger, lease, _ = watch(database)
        later = NOW + 9 * DAY
        pending = look(ledger, lease, links(1), now=later)
        late = result(1, link=pending[0], published_at=NOW + DAY, fetched_at=later)
        assert archive.ingest(late, lease=lease, now=later).owed == 2

    def test_without_a_date_the_first_list_is_old(self, database: Database, archive: Archive) -> None:
        ledger, lease, first = watch(database, 1)
        second = look(ledger, lease, links(1, 2), now=NOW + MINUTE)
        assert self.ingest(archive, first, lease, published_at=None) == [0]
        assert self.ingest(archive, second, lease, published_at=None, text="另一篇") == [2]

    def test_the_date_in_the_list_counts_where_the_page_has_none(
        self, database: Database, archive: Archive
    ) -> None:
        _, lease, pending = watch(database, 1, published_at=NOW - HOUR)
        assert self.ingest(archive, pending, lease, published_at=None) == [2]

    def test_how_old_is_old_can_be_told(self, database: Database, archive: Archive) -> None:
        _, lease, (pending,) = watch(database, 1)
        brave = Archive(database, quiet_before=timedelta(days=9), summary_after=HOUR)
        old = result(1, link=pending, published_at=NOW - 3 * DAY)
        assert brave.ingest(old, lease=lease, now=NOW).owed == 2

    def test_a_later_reprint_of_a_silenced_story_stays_silent(
        self, database: Database, archive: Archive
    ) -> None:
        ledger, lease, first = watch(database, 1)
        self.ingest(archive, first, lease, published_at=NOW - 3 * DAY, text=BODY)
        second = look(ledger, lease, links(2), now=NOW + MINUTE)
        assert self.ingest(archive, second, lease, published_at=NOW, text=BODY) == [0]


def test_explain_tells_the_whole_way(database: Database, archive: Archive) -> None:
    ledger, lease, (pending,) = watch(database, 1)
    done = archive.ingest(result(1, link=pending), lease=lease, now=NOW)
    told = ledger.explain(pending.url)
    assert (told.article_id, told.story_id, told.silent) == (done.article_id, done.story_id, False)
    assert told.verdict == RELEVANT
    assert told.links[0].state == "archived"
    assert [(a.rule, a.channel, a.state) for a in told.alerts] == [
        ("all", "group", "pending"),
        ("all", "mail", "pending"),
    ]
