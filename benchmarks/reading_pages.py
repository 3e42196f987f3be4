"""How long pages take from a real server, and what Datasette answers over the same file."""

import json
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from benchmarks.asking import catalog_of
from benchmarks.bare import Bare, bare_queries
from benchmarks.clocking import Times, print_table
from benchmarks.invented import UNTIL
from crawler.portals import load_portals
from crawler.topics import choose_topic
from scheduler.alerts.wording import load_wording
from scheduler.asking import query_words
from scheduler.web.app import serving
from scheduler.web.sections import WebSection
from scheduler.web.site import Site
from storage import Database

PAGES = (
    "/", "/search", "/search?q=禁毒", "/search?q=海洛因 苹果", "/search?q=海洛因&order=best", "/search?q=省:云南", "/story/1",
    "/figures", "/figures?of=heroin", "/figures?split=province", "/figures?split=province&step=day", "/portals", "/brief", "/api/v1/search?q=禁毒", "/feed?q=禁毒",
)  # fmt: skip
_SLOW = 30.0
_PORT = 8_765


def pages(archives: Mapping[int, Database], repeat: int) -> None:
    """Print how long each page takes, network on this machine included; the first request only warms the memory."""
    told: dict[str, list[Times | str]] = {page: [] for page in PAGES}
    for database in archives.values():
        with serving(_site(database)) as address:
            for page in PAGES:
                told[page].append(_read(address.rstrip("/") + urllib.parse.quote(page, safe="/?&=:"), repeat))
    dialect = next(iter(archives.values())).dialect
    heads = ("page", *(f"{size:,}" for size in archives))
    print_table(f"{dialect}: pages, ms p50 / p95", heads, [(page, *times) for page, times in told.items()])


def _site(database: Database) -> Site:
    topic = choose_topic("")
    return Site(
        database=database,
        portals=load_portals(),
        wording=load_wording(topic),
        words=query_words(topic),
        settings=WebSection(port=0, requests_per_minute=1_000_000),
        clock=lambda: UNTIL + timedelta(minutes=5),
    )


def _read(address: str, repeat: int) -> Times | str:
    try:
        urllib.request.urlopen(address, timeout=120).read()
    except urllib.error.HTTPError as error:
        return f"HTTP {error.code}"
    times, began = Times(), time.perf_counter()
    for _ in range(repeat):
        times.of(lambda: urllib.request.urlopen(address, timeout=120).read())
        if time.perf_counter() - began > _SLOW:
            break
    return times


def datasette(database: Database, file: Path, program: str, repeat: int) -> None:
    """Print what Datasette answers over the file of this archive, and how long it takes, beside ours."""
    options = [
        "--port",
        str(_PORT),
        "--setting",
        "sql_time_limit_ms",
        "60000",
        "--setting",
        "num_sql_threads",
        "1",
    ]
    server = subprocess.Popen([program, "serve", str(file), *options], stderr=subprocess.PIPE)
    try:
        _wait(f"http://127.0.0.1:{_PORT}/-/versions.json")
        _beside(database, file.stem, repeat)
    finally:
        server.terminate()
        server.wait()


def _wait(address: str) -> None:
    while True:
        try:
            urllib.request.urlopen(address, timeout=5).read()
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.2)
        else:
            return


def _beside(database: Database, name: str, repeat: int) -> None:
    rows = []
    with serving(_site(database)) as address:
        for asked in bare_queries():
            ours, theirs = Times(), Times()
            query = urllib.parse.quote(asked.query)
            own = f"{address}api/v1/search?q={query}"
            known = [hit.id for hit in catalog_of(database).search(asked.query).hits]
            typed = _table(name, asked)
            found: object = None
            for _ in range(max(3, repeat // 3)):
                ours.of(lambda own=own: urllib.request.urlopen(own, timeout=60).read())
                found = theirs.of(lambda asked=asked: _by_sql(name, asked))
            rows.append((asked.kind, asked.query, ours, theirs, found == known, typed))
    heads = (
        "kind",
        "query",
        "our API",
        "Datasette, SQL written by hand",
        "same rows",
        "Datasette, the words typed into its search",
    )
    print_table("Datasette over the same file, ms p50 / p95", heads, rows)


def _by_sql(name: str, asked: Bare) -> list[int] | str:
    values = {"sql": asked.statement("sqlite", total=True), "_shape": "array"}
    if asked.needle:
        values["needle"] = asked.needle
    answer = _json(f"http://127.0.0.1:{_PORT}/{name}.json?{urllib.parse.urlencode(values)}")
    return answer if isinstance(answer, str) else [row["id"] for row in answer]


def _table(name: str, asked: Bare) -> str:
    """What its own search makes of the words."""
    values = urllib.parse.urlencode({"_search": asked.query, "_shape": "array", "_size": 20})
    answer = _json(f"http://127.0.0.1:{_PORT}/{name}/article_fts.json?{values}")
    return answer if isinstance(answer, str) else f"{len(answer)} rows without texts"


def _json(address: str) -> list[dict[str, int]] | str:
    try:
        answer = json.loads(urllib.request.urlopen(address, timeout=120).read())
    except urllib.error.HTTPError as error:
        return f"HTTP {error.code}: {error.read()[:80].decode(errors='replace')}"
    return answer if isinstance(answer, list) else str(answer.get("error", answer))[:80]
