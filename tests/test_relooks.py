"""Real crawls that look at the replica's articles again, as processes of their own, into real databases."""

import subprocess
import time
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import update

from crawler.replica import Fault, FaultKind, Replica
from storage import (
    Catalog,
    Explanation,
    Filters,
    Ledger,
    Outbox,
    Revisits,
    Rule,
    open_database,
)
from storage.schema import revisit
from tests.databases import sqlite_url
from tests.replicas import crawl, crawl_command, crawl_environment
from tests.test_crawl import now

PORTAL = "guihai"
EDITED = "东兴查获海洛因"
RULE = Rule(name="all", channels=("duty",), also=frozenset({"changed", "removed"}))


class Watch:
    """An archive of one portal whose re-looks are due whenever a test says so."""

    def __init__(self, url: str, replica: Replica, folder: Path) -> None:
        self.url, self.replica, self.folder = url, replica, folder
        self.command = crawl_command(PORTAL)
        self.environment = crawl_environment(url, proxy=replica.proxy_url)
        with open_database(url) as database:
            Outbox(database).set_rules([RULE], now=now())
        replica.advance(20)
        self.crawl()
        with open_database(url) as database:
            filters = Filters(relevant_only=True)
            self.pages = {hit.title: hit.url for hit in Catalog(database).search("", filters=filters).hits}

    def crawl(self) -> None:
        ended = crawl(self.command, self.environment, self.folder)
        assert ended.returncode == 0, ended.stderr

    def look_again(self) -> list[tuple[str, int]]:
        """Make every re-look due and crawl; what pages were asked for, and what was answered."""
        with open_database(self.url) as database, database.write() as connection:
            planned = update(revisit).where(revisit.c.next_at.is_not(None))
            connection.execute(planned.values(next_at=now() - timedelta(seconds=1)))
        before = len(self.replica.requests)
        self.crawl()
        paths = {urlsplit(page).path for page in self.pages.values()}
        return [(one.path, one.status) for one in self.replica.requests[before:] if one.path in paths]

    def fault(self, kind: FaultKind, page: str) -> None:
        self.replica.fault(Fault(kind=kind, host=str(urlsplit(page).hostname), path=urlsplit(page).path))

    def explain(self, page: str) -> Explanation:
        with open_database(self.url) as database:
            return Ledger(database).explain(page)

    def seen(self, page: str) -> list[str]:
        return [visit.outcome for visit in self.explain(page).visits]

    def told(self) -> list[str]:
        with open_database(self.url) as database:
            kinds = (row.kind for row in Outbox(database).rows(limit=99) if row.state == "pending")
            return sorted(kind for kind in kinds if kind in RULE.also)


def test_what_becomes_of_pages(database_url: str, replica: Replica, tmp_path: Path) -> None:
    watch = Watch(database_url, replica, tmp_path)
    (edited,) = (page for title, page in watch.pages.items() if EDITED in title)
    told_of = sorted(set(watch.pages.values()) - {edited}, key=lambda page: watch.explain(page).silent)
    gone, blocked, down = told_of[:3]
    assert watch.explain(gone).silent is False

    assert {status for _, status in watch.look_again()} == {304}
    assert {tuple(watch.seen(page)) for page in watch.pages.values()} == {("not_modified",)}

    replica.advance(10)
    faults: dict[FaultKind, str] = {"http_404": gone, "http_403": blocked, "reset": down}
    for kind, page in faults.items():
        watch.fault(kind, page)
    watch.look_again()
    assert [watch.seen(page)[1:] for page in (gone, blocked, down)] == [["gone"], ["blocked"], ["reset"]]
    known = watch.explain(edited)
    assert known.article is not None
    assert [(v.number, v.figures) for v in known.article.versions] == [
        (1, ""),
        (2, "抓获中越籍犯罪嫌疑人6名 → 抓获中越籍犯罪嫌疑人7名"),
    ]
    assert watch.told() == ["changed"]

    watch.look_again()
    removed = {page: watch.explain(page).article for page in watch.pages.values()}
    marks = [page for page, article in removed.items() if article and article.removed_at is not None]
    assert marks == [gone]
    assert [article.removed_why for article in removed.values() if article and article.removed_at] == [
        "http_404"
    ]
    assert watch.told() == ["changed", "removed"]

    replica.forget()
    watch.look_again()
    assert watch.seen(gone) == ["not_modified", "gone", "removed", "back"]
    assert watch.seen(blocked) == ["not_modified", "blocked", "blocked", "unchanged"]
    back = watch.explain(gone).article
    assert back is not None
    assert (back.removed_at, len(back.versions)) == (None, 1)
    assert watch.told() == ["changed", "removed"]


def test_a_site_that_sends_every_page_to_its_front_page_has_removed_nothing(
    replica: Replica, tmp_path: Path
) -> None:
    watch = Watch(sqlite_url(tmp_path), replica, tmp_path)
    hosts = {str(urlsplit(page).hostname) for page in watch.pages.values()}
    for host in hosts:
        replica.fault(Fault(kind="front_page", host=host))
    watch.look_again()
    watch.look_again()
    assert {tuple(watch.seen(page)) for page in watch.pages.values()} == {("gone", "site_gone")}
    with open_database(watch.url) as database:
        later = Revisits(database).later_looks(now(), late_after=timedelta(hours=1))
    assert [(site.portal, site.pages) for site in later.missing_sites] == [(PORTAL, len(watch.pages))]

    replica.forget()
    watch.look_again()
    assert {watch.seen(page)[-1] for page in watch.pages.values()} <= {"not_modified", "unchanged"}
    assert watch.told() == []


def test_a_killed_relook_is_done_again(replica: Replica, tmp_path: Path) -> None:
    watch = Watch(sqlite_url(tmp_path), replica, tmp_path)
    (edited,) = (page for title, page in watch.pages.items() if EDITED in title)
    replica.advance(10)
    watch.fault("hang", edited)
    asked = len(replica.requests)
    with open_database(watch.url) as database, database.write() as connection:
        connection.execute(update(revisit).values(next_at=now() - timedelta(seconds=1)))
    child = subprocess.Popen(
        watch.command,
        env=watch.environment,
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    path, end = urlsplit(edited).path, time.monotonic() + 60
    while not any(one.path == path for one in replica.requests[asked:]):
        assert child.poll() is None, "the crawl ended before it looked again"
        assert time.monotonic() < end
        time.sleep(0.05)
    child.kill()
    child.wait()
    assert watch.seen(edited) == []
    replica.forget()
    assert path in [asked for asked, _ in watch.look_again()]
    assert watch.seen(edited) == ["changed"]


def test_new_pages_go_first_and_the_page_limit_holds(replica: Replica, tmp_path: Path) -> None:
    watch = Watch(sqlite_url(tmp_path), replica, tmp_path)
    replica.advance(24 * 60)
    watch.command = [*watch.command, "-s", "PAGES_PER_HOST=6"]
    before = len(replica.requests)
    again = watch.look_again()
    paths = [one.path for one in replica.requests[before:] if one.path.endswith("htm")]
    old = {urlsplit(page).path for page in watch.pages.values()}
    assert len(again) < len(old)
    first_old = next((at for at, path in enumerate(paths) if path in old), len(paths))
    assert not [path for path in paths[first_old:] if path not in old and "content" in path]


def test_nothing_is_looked_at_again_where_nobody_wants_it(replica: Replica, tmp_path: Path) -> None:
    url = sqlite_url(tmp_path)
    replica.advance(20)
    environment = crawl_environment(url, proxy=replica.proxy_url, JINDU_REVISIT="")
    assert crawl(crawl_command(PORTAL), environment, tmp_path).returncode == 0
    with open_database(url) as database:
        ids = [hit.id for hit in Catalog(database).search("", limit=99).hits]
        assert ids
        assert {Ledger(database).history(one).revisit for one in ids} == {None}  # type: ignore[union-attr]
        assert Revisits(database).turned(limit=9) == ()
