"""Crawl the saved real pages as if they were live, on SQLite and on PostgreSQL: `make replay`.

    python -m tests.replay SHARED      SHARED holds eval/replay.py and realpages/

Every saved article must be archived exactly once, what could not be read must be named, and a second pass must ask for
nothing but the lists. Ends with 0 when all of it holds, with 1 and the difference when not; where SHARED does not hold
the pages, it says so and ends with 0.
"""

import json
import os
import subprocess
import sys
import tempfile
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from storage import Archive, Article, Catalog, open_database
from tests.databases import own_server, sqlite_url

SAY = sys.stdout.write
PORTAL = """title = "replay"
province = "全国"
home = "{home}"
hosts = {hosts}
evidence = "B"
pace_seconds = 0.0
article_patterns = ["^http://"]
"""
SOURCE = """
[[sources]]
url = "{start}"
"""


def main(shared: Path) -> int:
    """Replay on both databases; 0 when every article was archived once and the second pass asked for lists only."""
    if not (shared / "realpages" / "index.jsonl").is_file():
        SAY(f"{shared}/realpages is not here: nothing to replay, nothing checked\n")
        return 0
    with tempfile.TemporaryDirectory() as folder, replayed(shared) as proxy, own_server() as server:
        work = Path(folder)
        hosts = write_portal(shared, work)
        wanted = sum(host["articles"] for host in hosts)
        archives = {"SQLite": sqlite_url(work), "PostgreSQL": server.url(server.take())}
        faults = [fault for name, url in archives.items() for fault in passes(name, url, wanted, proxy, work)]
    SAY("".join(f"FAILED {fault}\n" for fault in faults) or "replay: all held\n")
    return 1 if faults else 0


@contextmanager
def replayed(shared: Path) -> Iterator[str]:
    """The saved pages behind an HTTP proxy on loopback; yields the proxy's address."""
    command = [sys.executable, str(shared / "eval/replay.py"), str(shared / "realpages"), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            yield server.stdout.readline().rsplit(" ", 1)[-1].strip()
        finally:
            server.terminate()


def write_portal(shared: Path, work: Path) -> list[dict[str, str | int]]:
    """Write the portal file for the saved hosts and a configuration that uses it."""
    command = [sys.executable, str(shared / "eval/replay.py"), str(shared / "realpages"), "--hosts"]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    hosts = [json.loads(line) for line in lines]
    head = PORTAL.format(home=hosts[0]["start"], hosts=json.dumps([host["host"] for host in hosts]))
    (work / "portals").mkdir()
    (work / "portals" / "replay.toml").write_text(
        head + "".join(SOURCE.format(**host) for host in hosts), "utf-8"
    )
    (work / "jindu.toml").write_text('[crawl]\nportals = "portals"\nhosts_per_child = 64\n', "utf-8")
    return hosts


def passes(name: str, url: str, wanted: int, proxy: str, work: Path) -> Iterator[str]:
    """Crawl twice; yields what did not hold, in words."""
    first = crawl(url, proxy, work)
    with open_database(url) as database:
        archive = Archive(database)
        totals = archive.totals()
        stored = [archive.get(hit.id) for hit in Catalog(database).search("", limit=wanted + 50).hits]
    articles = [one.article for one in stored if one is not None]
    SAY(
        f"{name}: {totals.articles} of {wanted} articles archived, {totals.links_failed} failed, first pass {first}\n"
    )
    SAY(f"{name}: not read: {unread(articles)}\n")
    addresses = {article.url for article in articles}
    if totals.articles != wanted or len(addresses) != wanted:
        yield f"{name}: {totals.articles} articles at {len(addresses)} addresses archived, {wanted} replayed"
    second = crawl(url, proxy, work)
    SAY(f"{name}: second pass {second}\n")
    if set(second) - {"304", "404"} or not second.get("304"):
        yield f"{name}: the second pass got {second}; only unchanged lists (304) and absent robots.txt (404) may be"


def unread(articles: list[Article]) -> dict[str, int]:
    """How many articles lack a field that most pages print; a page may not print it."""
    fields = ("title", "published_at", "source", "authors", "editors", "text")
    lacking = {field: sum(not getattr(article, field) for article in articles) for field in fields}
    return lacking | {"further pages": sum(len(article.missing_pages) for article in articles)}


def crawl(url: str, proxy: str, work: Path) -> dict[str, int]:
    """One `jindu crawl replay`; returns how many answers of each status the proxy gave."""
    urllib.request.urlopen(urllib.request.Request(f"{proxy}/__stats", method="POST")).close()
    jindu = Path(sys.executable).with_name("jindu")
    command = [str(jindu), "--config", str(work / "jindu.toml"), "--archive", url, "crawl", "replay"]
    subprocess.run(command, env=os.environ | {"http_proxy": proxy}, check=True)
    with urllib.request.urlopen(f"{proxy}/__stats") as answer:
        by_host = json.load(answer)
    counts: Counter[str] = Counter()
    for key, count in by_host.items():
        counts[key.rsplit(" ", 1)[-1]] += count
    return dict(counts)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
