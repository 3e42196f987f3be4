"""Reading lists on, sitemaps, searches and walks back in time: real crawls of a real small site."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from scheduler.backfilling import share_walked, time_left
from storage import SHANGHAI, Archive, BackfillProgress, Catalog, Filters, Outbox, open_database
from tests.databases import sqlite_url
from tests.replicas import crawl, crawl_command, crawl_environment
from tests.shelves import Shelf, hours_ago, portals_folder, shelved

DAY = 24.0


@contextmanager
def site(tmp_path: Path, shelf: Shelf, *kinds: str) -> Iterator[dict[str, str]]:
    """The environment in which the shelf is a portal with sources of these kinds."""
    (tmp_path / "jindu.toml").write_text(
        '[channels]\nwork = "json://127.0.0.1:9"\n[captures]\nkeep = "none"\n', "utf-8"
    )
    with shelved(shelf) as proxy:
        folder = portals_folder(tmp_path, *kinds)
        yield crawl_environment(sqlite_url(tmp_path), proxy=proxy, portals=folder)


def once(tmp_path: Path, environment: dict[str, str]) -> None:
    """One crawl by hand."""
    done = crawl(crawl_command("lanxi"), environment, tmp_path)
    assert done.returncode == 0, done.stderr


def backfill_command(*more: str) -> list[str]:
    return [str(Path(sys.executable).with_name("jindu")), "backfill", "lanxi", "--since", "2026-01-01", *more]


def archived(tmp_path: Path) -> set[str]:
    with open_database(sqlite_url(tmp_path)) as database:
        page = Catalog(database).search("", filters=Filters(), limit=500)
        return {Archive(database).get(hit.id).article.url for hit in page.hits}  # type: ignore[union-attr]


def test_a_list_is_read_on_as_far_as_new_items_go(tmp_path: Path) -> None:
    now = datetime.now(SHANGHAI)
    old = hours_ago(now, *(100 + n for n in range(20)))
    shelf = Shelf(old, now)
    with site(tmp_path, shelf, "list") as environment:
        once(tmp_path, environment)
        assert [path for path in shelf.asked if "gsyw" in path] == ["/gsyw/"]

        shelf.asked.clear()
        once(tmp_path, environment)
        assert shelf.asked == ["/gsyw/"]

        fresh = hours_ago(now, *(0.1 * n for n in range(1, 8)))
        shelf.times = fresh + shelf.times
        shelf.asked.clear()
        once(tmp_path, environment)
        assert [path for path in shelf.asked if "gsyw" in path] == ["/gsyw/", "/gsyw/index_2.html"]
        assert shelf.urls(fresh) <= archived(tmp_path)


def test_a_server_that_closes_late_and_without_a_word_costs_no_request(tmp_path: Path) -> None:
    """A kept connection of HTTP/1.0 would look open for a moment, and the next request be lost in it."""
    now = datetime.now(SHANGHAI)
    shelf = Shelf(hours_ago(now, 1, 2, 3, 4), now)
    shelf.linger = 0.2
    with site(tmp_path, shelf, "list") as environment:
        once(tmp_path, environment)
    assert archived(tmp_path) == shelf.urls()
    assert set(Counter(shelf.asked).values()) == {1}


def test_a_sitemap_is_followed_where_it_changed(tmp_path: Path) -> None:
    now = datetime.now(SHANGHAI)
    shelf = Shelf(hours_ago(now, 1, 2, 40 * DAY, 80 * DAY), now)
    with site(tmp_path, shelf, "sitemap") as environment:
        once(tmp_path, environment)
        # In the first hours of a month they stand in two of its parts.
        newest = {f"/map-{time:%Y-%m}.xml.gz" for time in shelf.times[:2]}
        asked = [path for path in shelf.asked if "map" in path]
        assert sorted(asked) == sorted({"/sitemap.xml", *newest})
        assert archived(tmp_path) == shelf.urls(shelf.times[:2])


def owed(tmp_path: Path) -> Counter[tuple[str, str]]:
    with open_database(sqlite_url(tmp_path)) as database:
        return Counter((row.state, row.reason) for row in Outbox(database).rows(limit=1000))


def test_a_backfill_finds_everything_and_tells_nobody(tmp_path: Path) -> None:
    now = datetime.now(SHANGHAI)
    ages = [72 + 7 * n for n in range(12)] + [400 * DAY, 401 * DAY, 402 * DAY, 403 * DAY]
    shelf = Shelf(hours_ago(now, 1, *ages), now)
    shelf.hidden = 4
    since = now - timedelta(days=60)
    with site(tmp_path, shelf, "list", "sitemap", "search") as environment:
        command = backfill_command("--json")
        command[command.index("2026-01-01")] = f"{since:%Y-%m-%d}"
        done = subprocess.run(
            command, env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False
        )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert archived(tmp_path) == shelf.urls(shelf.times[1:13]), done.stdout
    assert (told["archived"], told["pending"], told["share"]) == (12, 0, 1.0)
    assert told["walks_done"] == told["walks"]
    assert set(owed(tmp_path)) == {("suppressed", "backfill")}
    assert max(Counter(path for path in shelf.asked if path.endswith(".shtml")).values()) == 1


def test_a_killed_backfill_goes_on_without_loss_or_repeats(tmp_path: Path) -> None:
    now = datetime.now(SHANGHAI)
    shelf = Shelf(hours_ago(now, *(72 + 7 * n for n in range(40))), now)
    command = backfill_command()
    command[command.index("2026-01-01")] = f"{now - timedelta(days=60):%Y-%m-%d}"
    with site(tmp_path, shelf, "list") as environment:
        started = subprocess.Popen(
            command, env=environment, cwd=tmp_path, stdout=subprocess.DEVNULL, start_new_session=True
        )
        while len([path for path in shelf.asked if path.endswith(".shtml")]) < 8:
            assert started.poll() is None
            time.sleep(0.02)
        os.killpg(started.pid, signal.SIGKILL)
        started.wait()
        done = subprocess.run(
            command, env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False
        )
    assert done.returncode == 0, done.stderr
    assert archived(tmp_path) == shelf.urls(), done.stdout + done.stderr
    # What was being read when it was killed is asked for again, no more.
    assert sum(Counter(shelf.asked).values()) <= len(set(shelf.asked)) + 6


def progress(**told: object) -> BackfillProgress:
    nothing: dict[str, object] = dict.fromkeys(BackfillProgress.__dataclass_fields__, 0)
    nothing |= {"portal": "lanxi", "oldest_at": None, "since": None, "until": None, "troubles": ()}
    return BackfillProgress(**{**nothing, **told})  # type: ignore[arg-type]


NOW = datetime(2026, 6, 15, tzinfo=SHANGHAI)
SPAN = {"walks": 2, "since": NOW - timedelta(days=10), "until": NOW}


@pytest.mark.parametrize(
    ("state", "share", "minutes"),
    [
        (progress(**SPAN), 0.0, None),
        (progress(**SPAN, oldest_at=NOW - timedelta(days=5), archived=10), 0.5, 10),
        (progress(**SPAN, oldest_at=NOW - timedelta(days=5), archived=10, pending=10), 0.5, 30),
        (progress(**SPAN, walks_done=2, archived=10, pending=10), 1.0, 10),
        (progress(**SPAN, walks_done=1, archived=10), 0.5, 10),
        (progress(**SPAN, oldest_at=NOW - timedelta(days=50), archived=10), 1.0, 0),
    ],
    ids=[
        "nothing yet",
        "half way",
        "half way, pages wait",
        "walked, pages wait",
        "lists without dates",
        "beyond",
    ],
)
def test_the_estimate(state: BackfillProgress, share: float, minutes: float | None) -> None:
    assert share_walked(state) == share
    left = time_left(progress(**SPAN), state, timedelta(minutes=10))
    assert left == (None if minutes is None else timedelta(minutes=minutes))
