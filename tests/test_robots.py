"""robots.txt: what it allows, how long it is believed, and that a host is asked for it once a day."""

import subprocess
from datetime import timedelta
from pathlib import Path

import pytest

from crawler.replica import Replica
from crawler.replica.faults import Fault
from crawler.robots import LONGEST_READ, answered, crawl_delay, is_fresh, origin_of, refusal, unanswered
from storage import Database, Ledger, RobotsFile, RobotsFiles, open_database
from tests.databases import sqlite_url
from tests.replicas import crawl, crawl_command, crawl_environment
from tests.specimens import DAY, HOUR, MINUTE, NOW

ORIGIN = "http://www.lanxi.example"
AGENT = "jindu/0.1 (news archive)"
RULES = b"User-agent: *\nDisallow: /admin/\nCrawl-delay: 7\n"


def had(body: bytes = RULES, status: int = 200, before: RobotsFile | None = None) -> RobotsFile:
    return answered(before, ORIGIN, status, body, NOW)


@pytest.mark.parametrize(
    ("file", "path", "outcome"),
    {
        "allowed": (had(), "/news/1.html", None),
        "forbidden": (had(), "/admin/1.html", "robots"),
        "absent": (had(b"Disallow: /", 404), "/admin/1.html", None),
        "refused is absent": (had(b"", 403), "/admin/1.html", None),
        "an error page is no rules": (had(b"<html><body>Disallow all</body></html>"), "/1.html", None),
        "nothing in it": (had(b""), "/1.html", None),
        "other characters": (had(b"\xff\xfe\x00\x01"), "/1.html", None),
        "a byte order mark": (had(b"\xef\xbb\xbf" + RULES), "/admin/1.html", "robots"),
        "in trouble": (had(b"", 503), "/1.html", "robots_unavailable"),
        "too many": (had(b"", 429), "/1.html", "robots_unavailable"),
        "in trouble, with rules of before": (had(b"", 503, had()), "/1.html", None),
        "in trouble, and rules of before forbid": (had(b"", 503, had()), "/admin/1.html", "robots"),
        "out of reach": (unanswered(None, ORIGIN, "dns", NOW), "/1.html", "dns"),
        "out of reach, with rules of before": (unanswered(had(), ORIGIN, "dns", NOW), "/1.html", None),
        "what lies beyond the limit": (had(b"#" * LONGEST_READ + b"\n" + RULES), "/admin/1.html", None),
    }.values(),
)
def test_what_may_be_asked_for(file: RobotsFile, path: str, outcome: str | None) -> None:
    refused = refusal(file, f"{ORIGIN}{path}", AGENT, NOW)
    assert (refused and refused[0]) == outcome


def test_old_rules_are_not_used_for_ever() -> None:
    stale = unanswered(had(), ORIGIN, "timeout", NOW + 8 * DAY)
    refused = refusal(stale, f"{ORIGIN}/1.html", AGENT, NOW + 8 * DAY)
    assert refused is not None
    assert refused[0] == "timeout"


def test_how_long_it_is_believed() -> None:
    assert not is_fresh(None, NOW)
    for file in (had(), had(b"", 404)):
        assert is_fresh(file, NOW + DAY - MINUTE)
        assert not is_fresh(file, NOW + DAY)
        assert not is_fresh(file, NOW - HOUR), "a clock that was set back"
    assert not is_fresh(had(b"", 500), NOW + MINUTE)
    assert not is_fresh(unanswered(had(), ORIGIN, "dns", NOW), NOW + MINUTE)


def test_a_change_that_forbids_is_told_with_its_time() -> None:
    changed = answered(had(), ORIGIN, 200, b"User-agent: *\nDisallow: /\n", NOW + DAY)
    refused = refusal(changed, f"{ORIGIN}/1.html", AGENT, NOW + DAY)
    assert refused == ("robots", f"{ORIGIN}/robots.txt forbids {ORIGIN}/1.html since 2026-03-03 09:30")
    again = answered(changed, ORIGIN, 200, b"User-agent: *\nDisallow: /\n", NOW + 2 * DAY)
    assert again.changed_at == NOW + DAY
    assert had().changed_at is None


@pytest.mark.parametrize(
    ("told", "seconds"), [("7", 7), ("0.5", 0.5), ("3600", 60), ("-3", 0), ("soon", 0), ("", 0)]
)
def test_the_pace_it_asks_for(told: str, seconds: float) -> None:
    assert crawl_delay(had(f"User-agent: *\nCrawl-delay: {told}\n".encode()), AGENT) == seconds


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("http://News.Lanxi.example/a?b#c", "http://news.lanxi.example"),
        ("https://lanxi.example:8443/", "https://lanxi.example:8443"),
        ("http://me:secret@lanxi.example/", "http://lanxi.example"),
    ],
)
def test_one_file_speaks_for_one_origin(url: str, origin: str) -> None:
    assert origin_of(url) == origin


def test_what_is_known_is_kept(database: Database) -> None:
    files = RobotsFiles(database)
    assert files.get(ORIGIN) is None
    files.keep(had())
    assert files.get(ORIGIN) == had()
    changed = unanswered(had(), ORIGIN, "timeout", NOW + DAY)
    files.keep(changed)
    assert files.all() == (changed,)


HOST = "www.dianyun.example"


def run(replica: Replica, url: str, folder: Path) -> subprocess.CompletedProcess[str]:
    done = crawl(crawl_command("dianyun"), crawl_environment(url, proxy=replica.proxy_url), folder)
    assert done.returncode == 0, done.stderr[-2000:]
    return done


def asked_for_rules(replica: Replica) -> int:
    return sum(request.path == "/robots.txt" and request.host == HOST for request in replica.requests)


def test_a_host_is_asked_once_a_day_however_many_crawls_there_are(replica: Replica, tmp_path: Path) -> None:
    url = sqlite_url(tmp_path)
    run(replica, url, tmp_path)
    run(replica, url, tmp_path)
    assert asked_for_rules(replica) == 1
    with open_database(url) as database:
        files = RobotsFiles(database)
        (file,) = (file for file in files.all() if HOST in file.origin)
        forbidding = answered(
            file, file.origin, 200, b"User-agent: *\nDisallow: /\n", file.asked_at + timedelta(seconds=1)
        )
        files.keep(forbidding)
    replica.fault(Fault(kind="http_500", host=HOST, path="/robots.txt"))
    run(replica, url, tmp_path)
    assert asked_for_rules(replica) == 1
    with open_database(url) as database:
        (state,) = (s for s in Ledger(database).sources() if s.portal == "dianyun" and "yunnan" in s.url)
    assert state.last_outcome == "robots"
    assert "forbids" in state.detail
    assert "since" in state.detail
