"""Looking at archived pages again: what each finding leaves in the archive, on both databases."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from storage import (
    Archive,
    Capture,
    CaptureFolder,
    Catalog,
    Database,
    Fact,
    Filters,
    Lease,
    LeaseLostError,
    Ledger,
    NextRevisit,
    Outbox,
    PageResult,
    Relook,
    Relooked,
    Revisits,
    Rule,
    captures_of,
)
from storage.schema import article, article_text, coverage, fact, metadata, version, visit
from tests.specimens import (
    BODY,
    DAY,
    HOUR,
    IRRELEVANT,
    MINUTE,
    NOW,
    SEIZED,
    links,
    look,
    result,
    source,
    take,
)

ETAG = (("Content-Type", "text/html"), ("ETag", '"a1"'), ("last-modified", "Mon, 02 Mar 2026 01:00:00 GMT"))
MORE = replace(SEIZED, value=12_000, evidence="海洛因12公斤")
CHANGED = f"{BODY}\n编号1。".replace("海洛因1.2公斤", "海洛因12公斤")
ALSO = Rule(name="all", channels=("duty",), also=frozenset({"changed", "removed"}))
LATER = NOW + HOUR


def capture(url: str) -> Capture:
    return Capture(url=url, status=200, headers=ETAG, body=b"", fetched_at=NOW)


class Watched:
    """One relevant article that is due for its first re-look, under a lease."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.ledger, self.revisits = Ledger(database), Revisits(database)
        self.ledger.sync_sources([source()], now=NOW)
        Outbox(database).set_rules([ALSO], now=NOW)
        first = take(self.ledger)
        (link,) = look(self.ledger, first, links(1))
        page = replace(result(1, link=link), captures=(capture(link.url),))
        self.archive = Archive(database, relook_after=HOUR)
        self.catalog = Catalog(database)
        self.id = self.archive.ingest(page, lease=first, now=NOW).article_id
        self.ledger.release(first)
        self.lease = take(self.ledger, now=LATER)
        self.next = NextRevisit(step=1, attempts=0, at=NOW + DAY)

    def relook(self, sight: Any, outcome: str, *, at: datetime = LATER, **more: Any) -> Relooked:
        values: dict[str, Any] = {"next": self.next} | more
        seen = Relook(article_id=self.id, sight=sight, outcome=outcome, **values)
        return self.revisits.record(seen, lease=self.lease, now=at)

    def read(self, *, at: datetime = LATER, facts: tuple[Fact, ...] = (SEIZED,), **changes: Any) -> Relooked:
        outer = {"verdict": changes.pop("verdict")} if "verdict" in changes else {}
        page: PageResult = result(1, facts=facts, fetched_at=at, **outer, **changes)
        return self.relook("read", "article", at=at, result=page)

    def due(self, now: datetime = LATER) -> tuple[Any, ...]:
        return self.revisits.due(self.lease, portals=["qingyun"], now=now, limit=9)

    def mark(self) -> tuple[Any, str]:
        with self.database.read() as connection:
            asked = select(article.c.removed_at, article.c.removed_why).where(article.c.id == self.id)
            return tuple(connection.execute(asked).one())

    def visits(self) -> list[str]:
        with self.database.read() as connection:
            return list(connection.scalars(select(visit.c.outcome).order_by(visit.c.id)))

    def alerts(self) -> list[tuple[str, str]]:
        return sorted((row.kind, row.state) for row in Outbox(self.database).rows(limit=99))


@pytest.fixture
def watched(database: Database) -> Watched:
    return Watched(database)


def rows(database: Database, *names: str) -> dict[str, int]:
    with database.read() as connection:
        tables = [metadata.tables[name] for name in names]
        return {t.name: connection.scalar(select(func.count()).select_from(t)) or 0 for t in tables}


def test_a_relook_makes_its_host_due_and_knows_its_page(watched: Watched) -> None:
    (due,) = watched.due()
    assert (due.article_id, due.step, due.attempts, due.removed) == (watched.id, 0, 0, False)
    assert (due.etag, due.last_modified) == ('"a1"', "Mon, 02 Mar 2026 01:00:00 GMT")
    assert due.archived.text == f"{BODY}\n编号1。"
    assert due.link.url == due.archived.url
    assert watched.due(LATER - MINUTE) == ()


def test_a_host_is_claimed_for_nothing_but_a_relook(watched: Watched) -> None:
    ledger = watched.ledger
    (state,) = ledger.sources()
    look(ledger, watched.lease, links(1), now=LATER)  # the source is not due any more
    ledger.release(watched.lease)
    assert ledger.claim(now=LATER + MINUTE, owner="us", limit=9, lease=MINUTE)
    watched.revisits.none_any_more()
    ledger.release_owner("us")
    assert ledger.claim(now=LATER + MINUTE, owner="us", limit=9, lease=MINUTE) == ()
    assert state.portal == "qingyun"


@pytest.mark.parametrize(
    "case",
    [
        {"verdict": IRRELEVANT},
        {"link": None},
    ],
    ids=["irrelevant", "listed by nobody"],
)
def test_what_is_not_looked_at_again(database: Database, case: dict[str, Any]) -> None:
    archive = Archive(database, relook_after=HOUR)
    archive.ingest(result(1, **case), lease=None, now=NOW)
    assert rows(database, "revisit") == {"revisit": 0}


def test_a_page_that_did_not_change_leaves_only_the_time(watched: Watched) -> None:
    before = rows(watched.database, "version", "outbox", "fact", "fingerprint", "identity")
    assert watched.relook("not_modified", "not_modified").outcome == "not_modified"
    assert watched.read(at=LATER).outcome == "unchanged"
    assert rows(watched.database, *before) == before
    assert watched.visits() == ["not_modified", "unchanged"]
    assert watched.due() == ()
    (due,) = watched.due(NOW + DAY)
    assert due.step == 1


def test_changed_words_and_figures_are_a_version_and_are_told(watched: Watched) -> None:
    done = watched.read(text=CHANGED, title="青云更正：查获海洛因12公斤", facts=(MORE,))
    assert (done.outcome, done.version, done.owed) == ("changed", 2, 1)
    old, new = watched.revisits.versions(watched.id)
    assert (old.number, old.text, old.facts, old.changed) == (1, f"{BODY}\n编号1。", (SEIZED,), ())
    assert (new.number, new.text, new.facts) == (2, CHANGED, (MORE,))
    assert new.changed == ("title", "text")
    assert new.figures == "海洛因1.2公斤 → 海洛因12公斤"
    assert old.text_sha256 != new.text_sha256
    stored = watched.archive.get(watched.id)
    assert stored is not None
    assert (stored.article.text, stored.facts) == (CHANGED, (MORE,))
    assert stored.story.title == "青云更正：查获海洛因12公斤"
    assert stored.article.fetched_at == NOW
    assert watched.alerts() == [("changed", "pending"), ("story", "pending")]


def test_only_a_new_version_keeps_its_bytes(watched: Watched, tmp_path: Path) -> None:
    with CaptureFolder(tmp_path / "captures") as folder:
        watched.revisits = Revisits(watched.database, captures=folder)
        for text, count in ((f"{BODY}\n编号1。", 0), (CHANGED, 1)):
            page = replace(result(1, text=text), captures=(capture("http://www.qingyun.example/1.html"),))
            watched.relook("read", "article", result=page)
            assert len(captures_of(watched.database, watched.id)) == count
    assert [(one.version, one.page) for one in captures_of(watched.database, watched.id)] == [(2, 1)]


def test_the_search_entry_is_that_of_the_newest_version(watched: Watched) -> None:
    watched.read(text=CHANGED.replace("可疑货车", "白色轿车"), facts=(MORE,))
    found = {words: watched.catalog.search(words).total for words in ("白色轿车", "可疑货车", "海洛因")}
    assert found == {"白色轿车": 1, "可疑货车": 0, "海洛因": 1}
    assert watched.catalog.search("", filters=Filters(substance="heroin")).total == 1


def test_changed_words_without_changed_figures_are_told_to_nobody(watched: Watched) -> None:
    done = watched.read(text=CHANGED, facts=(SEIZED,))
    assert (done.outcome, done.version, done.owed) == ("changed", 2, 0)


def test_an_article_that_turned_irrelevant_says_so(watched: Watched) -> None:
    watched.read(text="此稿已换成另一篇与本题毫无关系的天气报道。" * 8, facts=(), verdict=IRRELEVANT)
    new = watched.revisits.versions(watched.id)[-1]
    assert "verdict" in new.changed
    assert not new.relevant


def test_a_reprint_of_either_wording_finds_the_story(watched: Watched) -> None:
    watched.read(text=CHANGED, facts=(MORE,))
    stored = watched.archive.get(watched.id)
    assert stored is not None
    for number, text in ((7, f"{BODY}\n编号1。"), (8, CHANGED)):
        copy = watched.archive.ingest(result(number, text=text), lease=None, now=LATER)
        assert (copy.story_id, copy.joined_as) == (stored.story.id, "verbatim")


def test_a_page_is_removed_on_the_second_look_and_told_once(watched: Watched) -> None:
    assert watched.relook("gone", "http_404", gone_since=LATER).outcome == "gone"
    assert watched.mark() == (None, "")
    for at in (LATER + HOUR, LATER + 2 * HOUR):
        done = watched.relook("gone", "http_404", gone_since=LATER, removed=True, at=at)
        assert done.outcome == "removed"
    assert watched.mark() == (LATER, "http_404")
    assert watched.alerts() == [("removed", "pending"), ("story", "pending")]
    assert watched.catalog.search("海洛因").total == 1


def test_a_page_that_comes_back_is_unmarked_and_its_going_again_told_again(watched: Watched) -> None:
    watched.relook("gone", "http_410", gone_since=LATER, removed=True)
    assert watched.read(at=LATER + HOUR).outcome == "back"
    assert watched.mark() == (None, "")
    again = LATER + 2 * HOUR
    watched.relook("gone", "http_410", gone_since=again, removed=True, at=again)
    assert watched.mark() == (again, "http_410")
    assert watched.visits() == ["removed", "back", "removed"]
    assert [kind for kind, _ in watched.alerts()] == ["removed", "removed", "story"]


def test_a_page_may_come_back_changed(watched: Watched) -> None:
    watched.relook("gone", "http_410", gone_since=LATER, removed=True)
    assert watched.read(at=LATER + HOUR, text=CHANGED, facts=(MORE,)).version == 2
    assert watched.visits() == ["removed", "back", "changed"]


def test_a_failed_look_says_nothing_of_the_page(watched: Watched) -> None:
    done = watched.relook("failed", "blocked", next=NextRevisit(step=0, attempts=1, at=LATER + HOUR))
    assert (done.outcome, done.version) == ("blocked", 1)
    assert watched.mark() == (None, "")
    (due,) = watched.due(LATER + HOUR)
    assert (due.step, due.attempts) == (0, 1)
    with watched.database.read() as connection:
        counted = dict(connection.execute(select(coverage.c.counter, coverage.c.n)).all())
    assert (counted["relooked"], counted["relook_failed:blocked"]) == (1, 1)


def test_a_holder_that_lost_its_host_writes_nothing(watched: Watched) -> None:
    watched.ledger.release_owner("us")
    with pytest.raises(LeaseLostError):
        watched.relook("gone", "http_410", gone_since=LATER, removed=True)
    with pytest.raises(LeaseLostError):
        watched.due()
    assert watched.mark() == (None, "")
    assert isinstance(watched.lease, Lease)


def test_all_of_a_version_or_nothing(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: object) -> None:
        raise RuntimeError("the power went")

    before = rows(watched.database, *metadata.tables)
    monkeypatch.setattr("storage.revisions.relooking.refer", breaks)
    with pytest.raises(RuntimeError):
        watched.read(text=CHANGED, facts=(MORE,))
    assert rows(watched.database, *metadata.tables) == before
    with watched.database.read() as connection:
        assert connection.scalar(select(article_text.c.text)) == f"{BODY}\n编号1。"
        assert connection.scalar(select(fact.c.value)) == SEIZED.value
        assert connection.scalar(select(func.count()).select_from(version)) == 0
    assert watched.due()
