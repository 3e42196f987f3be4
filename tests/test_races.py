"""Several processes and threads at once: nothing twice, nothing lost; on both databases."""

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier
from typing import TypeVar

from storage import Archive, Database, Ledger, Link, Look, Outbox, Owed, Receipt, Rule, open_database
from tests.specimens import HOUR, MINUTE, NOW, fill, result, source

ROOT = Path(__file__).parent.parent
T = TypeVar("T")


def at_once(url: str, workers: int, work: Callable[[Database, int], T]) -> list[T]:
    """What each worker gets done, all having begun together with a connection of their own."""
    barrier = Barrier(workers)

    def one(number: int) -> T:
        with open_database(url) as database:
            barrier.wait()
            return work(database, number)

    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(one, range(workers)))


REPRINT = """
import sys
from storage import Archive, open_database
from tests.specimens import BODY, NOW, result
portal = sys.argv[2]
with open_database(sys.argv[1]) as database:
    archive = Archive(database)
    print("ready", flush=True)
    sys.stdin.readline()
    for number in range(15):
        url = f"http://{portal}.example/{number}.html"
        page = result(number, url=url, canonical_url=url, portal=portal, text=f"{BODY} {number}")
        archive.ingest(page, lease=None, now=NOW)
"""


def test_reprints_ingested_at_once_are_one_story_with_one_alert(
    database: Database, database_url: str
) -> None:
    Outbox(database).set_rules([Rule(name="all", channels=("group",))], now=NOW)
    command = [sys.executable, "-W", "error", "-c", REPRINT, database_url]
    pipe = subprocess.PIPE
    children = [
        subprocess.Popen([*command, portal], cwd=ROOT, stdin=pipe, stdout=pipe, text=True)
        for portal in ("qingyun", "baiyun", "heiyun")
    ]
    for child in children:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
    for child in children:
        assert child.stdin is not None
        child.stdin.write("go\n")
        child.stdin.flush()
    assert [child.communicate()[0] for child in children] == [""] * 3
    assert [child.returncode for child in children] == [0] * 3
    totals = Archive(database).totals()
    assert (totals.articles, totals.stories) == (45, 15)
    assert Outbox(database).counts()["pending"] == 15
    for story_id in {row.story_id for row in Outbox(database).rows()}:
        assert {report.portal for report in Archive(database).reports(story_id)} == {
            "qingyun",
            "baiyun",
            "heiyun",
        }


def test_one_page_ingested_at_once_is_one_article(database: Database, database_url: str) -> None:
    def ingest(own: Database, _: int) -> list[bool]:
        return [Archive(own).ingest(result(n), lease=None, now=NOW).new for n in range(8)]

    done = at_once(database_url, 3, ingest)
    assert sum(map(sum, done)) == 8
    assert Archive(database).totals().articles == 8


def test_a_host_is_claimed_by_one(database: Database, database_url: str) -> None:
    hosts = [f"h{number:02}.example" for number in range(40)]
    Ledger(database).sync_sources([source(f"http://{host}/", host=host) for host in hosts], now=NOW)

    def claim(own: Database, number: int) -> list[str]:
        mine: list[str] = []
        while batches := Ledger(own).claim(now=NOW, owner=str(number), limit=3, lease=HOUR):
            mine += [batch.lease.host for batch in batches]
        return mine

    claimed = [host for mine in at_once(database_url, 4, claim) for host in mine]
    # A claim may pass over hosts that another one is just taking; they are taken by that one.
    assert sorted(claimed) == hosts


def test_an_alert_is_sent_by_one(database: Database, database_url: str) -> None:
    Outbox(database).set_rules([Rule(name="all", channels=("group", "mail"))], now=NOW)
    fill(database, [result(n) for n in range(20)])

    def send(own: Database, number: int) -> list[Owed]:
        outbox, sent = Outbox(own), list[Owed]()
        while owed := outbox.claim(now=NOW, owner=str(number), limit=4, lease=MINUTE):
            for one in owed:
                outbox.record(one, Receipt(result="sent"), now=NOW)
            sent += owed
        return sent

    sent = [one.code for own in at_once(database_url, 3, send) for one in own]
    assert len(sent) == len(set(sent)) == 40
    assert Outbox(database).counts()["sent"] == 40


def test_lists_with_the_same_links_add_each_once(database: Database, database_url: str) -> None:
    hosts = ["a.example", "b.example", "c.example"]
    Ledger(database).sync_sources([source(f"http://{host}/", host=host) for host in hosts], now=NOW)
    batches = Ledger(database).claim(now=NOW, owner="us", limit=3, lease=HOUR)
    sources = {state.host: state.id for state in Ledger(database).sources()}
    listed = [Link(url=f"http://news.example/{number}.html") for number in range(200)]

    def look(own: Database, number: int) -> int:
        lease, shown = batches[number].lease, listed if number % 2 else listed[::-1]
        seen = Look(source_id=sources[lease.host], outcome="ok", links=tuple(shown), next_check_at=NOW + HOUR)
        return len(Ledger(own).record_look(seen, lease=lease, now=NOW))

    assert sum(at_once(database_url, 3, look)) == 200


def test_threads_may_share_one_archive(database: Database) -> None:
    ledger = Ledger(database)
    with ThreadPoolExecutor(4) as pool:
        for number in range(40):
            pool.submit(ledger.beat, f"part{number % 4}", now=NOW + timedelta(seconds=number))
    assert len(ledger.beats()) == 4
