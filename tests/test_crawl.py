"""Real crawls, as processes of their own, of the replica, into real databases."""

import itertools
import os
import random
import re
import socket
import subprocess
import time
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from crawler.portals import load_portals
from crawler.replica import Fault, FaultKind, Replica
from storage import SHANGHAI, Archive, Catalog, Ledger, RobotsFiles, open_database
from tests.databases import sqlite_url
from tests.replicas import (
    INVENTED,
    crawl,
    crawl_afresh,
    crawl_command,
    crawl_environment,
    everything_published,
)

PORTAL = """title = "试验"
province = "全国"
home = "http://www.trial-0.example/"
hosts = {hosts}
evidence = "B"
pace_seconds = {pace}
"""
SOURCE = """
[[sources]]
url = "{url}"
every = "1h"
"""


def write_portal(folder: Path, sources: list[str], *, hosts: list[str], pace: float = 0.0) -> Path:
    """A folder with the portal file `trial`."""
    folder.mkdir()
    text = PORTAL.format(hosts=str(hosts).replace("'", '"'), pace=pace)
    text = text.replace("http://www.trial-0.example/", sources[0])
    (folder / "trial.toml").write_text(text + "".join(SOURCE.format(url=url) for url in sources), "utf-8")
    return folder


def archived(url: str) -> Counter[str]:
    """How often each address is in the archive."""
    with open_database(url) as database:
        return Counter(hit.url for hit in Catalog(database).search("", limit=1000).hits)


def outcomes(url: str) -> dict[str, str]:
    """Address of each source → what its last look came to."""
    with open_database(url) as database:
        return {state.url: state.last_outcome for state in Ledger(database).sources() if state.last_outcome}


def now() -> datetime:
    return datetime.now(SHANGHAI)


def test_every_report_is_archived_once_and_then_only_lists_are_asked_for(
    database_url: str, replica: Replica, tmp_path: Path
) -> None:
    environment = crawl_environment(database_url, proxy=replica.proxy_url)
    replica.advance(20)
    first = crawl_afresh(crawl_command(*INVENTED), environment, tmp_path)
    assert first.returncode == 0, first.stderr
    wanted = everything_published(replica)
    assert archived(database_url) == Counter(wanted)
    with open_database(database_url) as database:
        totals = Archive(database).totals()
        found = Catalog(database).search("外流贩毒治理见到实效", limit=10)
        told = Archive(database).reports(found.hits[-1].story_id)
    # Which of them came first is chance; one is a copy, one leaves out the end.
    assert sorted(report.joined_as for report in told) == ["first", "reprint", "verbatim"]
    assert told[0].portal == "longshang"
    assert (totals.links_pending, totals.links_failed) == (0, 0)
    assert 0 < totals.relevant < totals.articles
    assert totals.stories < totals.articles
    assert "甘肃通报禁毒工作进展" in found.hits[-1].title

    assert median_gap(replica, "www.dianyun.example") > 0.15  # Crawl-delay; the portal's own pace is shorter

    replica.forget()
    assert crawl(crawl_command(*INVENTED), environment, tmp_path).returncode == 0
    asked = [request for request in replica.requests if request.path != "/robots.txt"]
    assert {request.status for request in asked} == {304}
    assert len(asked) == 6


def median_gap(replica: Replica, host: str) -> float:
    """Seconds between two requests to a host."""
    times = [request.at for request in replica.requests if request.host == host]
    gaps = sorted(after - before for before, after in itertools.pairwise(times))
    return gaps[len(gaps) // 2]


LIST_FAULTS: dict[FaultKind, str] = {
    "http_500": "http_500",
    "http_404": "http_404",
    "http_403": "blocked",
    "http_429": "http_429",
    "http_503": "http_503",
    "hang": "timeout",
    "reset": "reset",
    "moved_off_site": "moved_off_site",
    "private_redirect": "private_address",
    "redirect_loop": "redirect_loop",
    "waf": "blocked",
    "truncated": "truncated",
    "too_large": "too_large",
    "half_gzip": "truncated",
}


def test_every_way_a_list_can_fail_has_its_name(replica: Replica, tmp_path: Path) -> None:
    hosts = {kind: f"trial-{kind.replace('_', '-')}.example" for kind in LIST_FAULTS}
    lists = {f"http://www.{host}/list.html": kind for kind, host in hosts.items()}
    for kind, host in hosts.items():
        replica.fault(Fault(kind=kind, host=f"www.{host}", retry_after="3600" if kind == "http_429" else ""))
        replica.fault(Fault(kind="http_404", host=f"www.{host}", path="/robots.txt"))
    replica.fault(Fault(kind="http_503", host="www.trial-trouble.example", path="/robots.txt"))
    more = {
        "http://www.dianyun.example/search/list.html": "robots",
        "http://www.trial-trouble.example/list.html": "robots_unavailable",
        "http://www.trial-gone.example/list.html": "robots_unavailable",
    }
    broken = [f"http://www.trial-broken.example/{n}.html" for n in range(8)]
    replica.fault(Fault(kind="http_500", host="www.trial-broken.example"))
    replica.fault(Fault(kind="http_404", host="www.trial-broken.example", path="/robots.txt"))
    every = [*hosts.values(), "dianyun.example"]
    every += [f"trial-{name}.example" for name in ("trouble", "gone", "broken")]
    folder = write_portal(tmp_path / "portals", [*lists, *more, *broken], hosts=every)
    url = sqlite_url(tmp_path)
    environment = crawl_environment(url, proxy=replica.proxy_url, portals=folder)
    # What hangs, hangs for ever; everything else is answered within this on a busy machine too.
    command = [*crawl_command("trial"), "-s", "DOWNLOAD_TIMEOUT=6"]
    ended = crawl(command, environment, tmp_path)
    assert ended.returncode == 0, ended.stderr
    asked_for = dict.fromkeys(broken[:5], "http_500")
    assert outcomes(url) == {address: LIST_FAULTS[kind] for address, kind in lists.items()} | more | asked_for
    asked = {request.host for request in replica.requests}
    assert "www.elsewhere.example" not in asked
    assert "127.0.0.1" not in asked
    with open_database(url) as database:
        assert all(state.detail for state in Ledger(database).sources() if state.last_outcome)
        assert "trial-broken.example" not in claimable(Ledger(database), now() + timedelta(minutes=4))
        resting = hosts["http_429"]
        assert resting not in claimable(Ledger(database), now() + timedelta(minutes=55))
        assert resting in claimable(Ledger(database), now() + timedelta(hours=30))


def claimable(ledger: Ledger, at: datetime) -> set[str]:
    """Hosts that would be crawled at that moment; they are free again afterwards."""
    batches = ledger.claim(now=at, owner="test", limit=100, lease=timedelta(seconds=1))
    ledger.release_owner("test")
    return {batch.lease.host for batch in batches}


PAGE_FAULTS: dict[FaultKind, tuple[str, bool]] = {
    "http_500": ("http_500", True),
    "http_404": ("http_404", True),
    "http_403": ("blocked", True),
    "reset": ("reset", True),
    "moved_off_site": ("moved_off_site", True),
    "private_redirect": ("private_address", False),
    "waf": ("blocked", True),
    "truncated": ("truncated", True),
    "too_large": ("too_large", False),
    "half_gzip": ("truncated", True),
    "empty": ("empty", True),
}


def test_every_way_a_page_can_fail_has_its_name_and_its_next_try(replica: Replica, tmp_path: Path) -> None:
    replica.advance(100)
    spoiled = dict(zip(PAGE_FAULTS, every_third_report(replica), strict=False))
    assert len(spoiled) == len(PAGE_FAULTS)
    for kind, url in spoiled.items():
        host, _, path = url.removeprefix("http://").partition("/")
        replica.fault(Fault(kind=kind, host=host, path=f"/{path}"))
    url = sqlite_url(tmp_path)
    environment = crawl_environment(url, proxy=replica.proxy_url)
    assert crawl(crawl_command(*INVENTED), environment, tmp_path).returncode == 0
    assert set(archived(url)) == everything_published(replica) - set(spoiled.values())
    with open_database(url) as database:
        for kind, (outcome, again) in PAGE_FAULTS.items():
            (known,) = Ledger(database).explain(spoiled[kind]).links
            assert (known.outcome, known.retry_at is not None) == (outcome, again), kind
            assert known.state == ("pending" if again else "failed"), kind
            assert known.attempts == 1


def every_third_report(replica: Replica) -> list[str]:
    """Addresses spread over all portals, so that no host fails five times in a row."""
    return [report.url for report in replica.reports()][::3]


def test_a_dead_network_is_named_and_tried_again_soon(replica: Replica, tmp_path: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    url = sqlite_url(tmp_path)
    environment = crawl_environment(url, proxy=f"http://127.0.0.1:{port}")
    for _ in range(2):
        assert crawl(crawl_command(*INVENTED), environment, tmp_path).returncode == 0
    assert set(outcomes(url).values()) == {"connect"}
    with open_database(url) as database:
        states = Ledger(database).sources()
        # The first two hosts cannot know yet that the others will be silent too; from then on it is our own network.
        counted = {state.host for state in states if state.failures}
        assert len(counted) <= 2
        assert max(state.failures for state in states) == 1
        assert max(state.next_check_at for state in states) <= now() + timedelta(minutes=10)
        assert {row.outcome for row in RobotsFiles(database).all()} == {"connect"}


def test_private_addresses_are_never_called(replica: Replica, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as secret:
        secret.settimeout(0)
        port = secret.getsockname()[1]
        own_name = socket.gethostname()
        lists = {
            f"http://127.0.0.1:{port}/": "private_address",
            f"http://2130706433:{port}/": "private_address",
            f"http://localhost:{port}/": "private_address",
            f"http://{'a' * 64}.example/": "dns",
        }
        if "." not in own_name and resolves(own_name):
            lists[f"http://{own_name}:{port}/"] = "private_address"
        hosts = [re.sub(r"http://|:\d+|/", "", address) for address in lists]
        folder = write_portal(tmp_path / "portals", list(lists), hosts=hosts)
        url = sqlite_url(tmp_path)
        environment = crawl_environment(url, proxy=None, portals=folder)
        ended = crawl(crawl_command("trial"), environment, tmp_path)
        assert ended.returncode == 0, ended.stderr
        assert outcomes(url) == lists
        with pytest.raises(BlockingIOError):
            secret.accept()


def resolves(name: str) -> bool:
    try:
        socket.getaddrinfo(name, None, socket.AF_INET)
    except OSError:
        return False
    return True


def test_kill_9_loses_nothing_and_repeats_nothing(replica: Replica, tmp_path: Path) -> None:
    url, chance = sqlite_url(tmp_path), random.Random(26)
    environment = crawl_environment(url, proxy=replica.proxy_url)
    open_database(url).close()
    replica.advance(24)
    for _ in range(3):
        child = subprocess.Popen(
            crawl_command(*INVENTED), env=environment, cwd=tmp_path, stderr=subprocess.DEVNULL
        )
        wait_for_requests(replica, len(replica.requests) + chance.randrange(1, 16), child)
        child.kill()
        child.wait()
    ended = crawl(crawl_command(*INVENTED), environment, tmp_path)
    assert ended.returncode == 0, ended.stderr
    before = everything_published(replica)
    assert archived(url) == Counter(before)

    replica.forget()
    replica.advance(40)
    assert crawl(crawl_command(*INVENTED), environment, tmp_path).returncode == 0
    asked = {f"http://{request.host}{request.path}" for request in replica.requests}
    assert not asked & before, "what is archived is not asked for again"
    assert archived(url) == Counter(before | everything_published(replica))
    with open_database(url) as database:
        (hit,) = Catalog(database).search("平凉公安", limit=2).hits
        joined = Archive(database).get(hit.id)
    assert joined is not None
    assert "缴获冰毒2.4公斤" in joined.article.text, "the first page"
    assert "最高奖励5万元" in joined.article.text, "the second page"


def wait_for_requests(
    replica: Replica, count: int, child: "subprocess.Popen[str] | subprocess.Popen[bytes]"
) -> None:
    """Until the replica has seen so many requests, or the crawl is over."""
    while len(replica.requests) < count and child.poll() is None:
        time.sleep(0.02)


@pytest.fixture
def slow(replica: Replica, tmp_path: Path) -> tuple[str, dict[str, str]]:
    """A portal that answers at once and whose pace keeps a crawl busy for a minute."""
    source = "http://www.bashu.example/rss/news.xml"
    folder = write_portal(
        tmp_path / "portals", [f"{source}?{n}" for n in range(20)], hosts=["bashu.example"], pace=2.0
    )
    url = sqlite_url(tmp_path)
    return url, crawl_environment(url, proxy=replica.proxy_url, portals=folder)


def running(
    command: list[str], environment: dict[str, str], folder: Path, replica: Replica
) -> "subprocess.Popen[str]":
    """A crawl that has made its first request."""
    child = subprocess.Popen(
        command, env=environment, cwd=folder, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    wait_for_requests(replica, 1, child)
    return child


def held(url: str) -> list[str]:
    with open_database(url) as database:
        return [holding.host for holding in Ledger(database).held(now())]


def test_a_crawl_ends_with_its_parent_and_gives_its_hosts_back(
    slow: tuple[str, dict[str, str]], replica: Replica, tmp_path: Path
) -> None:
    url, environment = slow
    child = running(crawl_command("trial"), environment | {"JINDU_PARENT_PIPE": "1"}, tmp_path, replica)
    assert held(url) == ["bashu.example"]
    _, said = child.communicate(timeout=20)
    assert "parent_gone" in said
    assert child.returncode == 0
    assert held(url) == []


def test_a_crawl_that_hangs_ends_with_its_parent_all_the_same(
    slow: tuple[str, dict[str, str]], replica: Replica, tmp_path: Path
) -> None:
    _, environment = slow
    replica.fault(Fault(kind="hang", host="www.bashu.example", path="/r"))
    command = [*crawl_command("trial"), "-s", "PARENT_PIPE_GRACE=0.5"]
    child = running(command, environment | {"JINDU_PARENT_PIPE": "1"}, tmp_path, replica)
    child.communicate(timeout=20)
    assert child.returncode == 1


def test_a_crawl_whose_lease_is_taken_stops_with_one_line(
    slow: tuple[str, dict[str, str]], replica: Replica, tmp_path: Path
) -> None:
    url, environment = slow
    child = running(crawl_command("trial"), environment, tmp_path, replica)
    with open_database(url) as database:
        ledger = Ledger(database)
        (holding,) = ledger.held(now())
        assert f":{child.pid}:" in holding.owner
        assert ledger.release_owner(holding.owner) == 1
    _, said = child.communicate(timeout=30)
    assert child.returncode == 1
    errors = [line for line in said.splitlines() if " ERROR: " in line]
    assert len(errors) == 1
    assert "bashu.example" in errors[0]
    assert "Traceback" not in said


def test_hosts_are_crawled_by_whoever_holds_them(replica: Replica, tmp_path: Path) -> None:
    url, owner = sqlite_url(tmp_path), f"{socket.gethostname()}:{os.getpid()}"
    environment = crawl_environment(url, proxy=replica.proxy_url)
    portals = load_portals(Replica.portals_dir, only=["bashu"])
    with open_database(url) as database:
        ledger = Ledger(database)
        ledger.sync_sources(portals["bashu"].watched(), now=now())
        (batch,) = ledger.claim(now=now(), owner=owner, limit=5, lease=timedelta(hours=1))
    uninvited = crawl(crawl_command("bashu"), environment, tmp_path)
    assert uninvited.returncode == 1
    assert f"bashu.example (by {owner}" in uninvited.stderr
    assert "Traceback" not in uninvited.stderr
    assert replica.requests == ()

    lease = f"{batch.lease.host}:{batch.lease.fence}"
    command = [*crawl_command("bashu", leases=lease), "-s", "PAGES_PER_HOST=2"]
    invited = crawl(command, environment, tmp_path)
    assert invited.returncode == 0, invited.stderr
    newest = sorted(replica.reports(), key=lambda report: report.printed_at, reverse=True)
    assert set(archived(url)) == set([report.url for report in newest if "bashu" in report.host][:2])
    with open_database(url) as database:
        assert Archive(database).totals().links_pending == 2, "the others wait for another run"
    assert held(url) == []


@pytest.mark.parametrize(
    ("portal", "archive", "code", "line"),
    {
        "unknown portal": ("bashuu", "ok.db", 2, "did you mean bashu"),
        "no archive": ("bashu", "no/such/folder/x.db", 1, "x.db"),
    }.values(),
)
def test_a_crawl_that_cannot_begin_says_why_in_a_line(
    replica: Replica, tmp_path: Path, portal: str, archive: str, code: int, line: str
) -> None:
    (tmp_path / "no").write_text("a file where a folder should be", "utf-8")
    environment = crawl_environment(f"sqlite:///{tmp_path}/{archive}", proxy=replica.proxy_url)
    ended = crawl_afresh(crawl_command(portal), environment, tmp_path)
    assert ended.returncode == code
    assert line in ended.stderr
    assert "Traceback" not in ended.stderr


def test_scrapy_lists_the_spiders(tmp_path: Path) -> None:
    command = [*crawl_command()[:4], "list"]
    listed = crawl_afresh(command, crawl_environment("", proxy=None), tmp_path)
    assert listed.stdout.split() == ["backfill", "portal"]
