"""An archive worth reading, of invented reports, and the page over it as a real server on loopback."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from crawler.portals import load_portals
from crawler.topics import choose_topic
from scheduler.alerts.wording import load_wording
from scheduler.asking import query_words
from scheduler.web.app import serving
from scheduler.web.sections import WebSection
from scheduler.web.site import Site
from storage import (
    Archive,
    Database,
    Evidence,
    Fact,
    NextRevisit,
    PageResult,
    Relook,
    Revisits,
    Verdict,
    open_database,
)
from tests.specimens import BODY, DAY, HOUR, IRRELEVANT, NOW, fill, result, take, watch

TOKEN = "an-invented-token-of-26-letters"
HOSTILE = {
    "script": "<script>document.title='owned'</script>禁毒",
    "entity": "&lt;img src=x onerror=alert(1)&gt;禁毒&#x202e;",
    "bidi": "\u202e\u2066毒禁\u2069 שלום عليكم \u200f禁毒",
    "marks": "禁" + "e" + "\u0301" * 5000 + "毒",
    "lines": "禁毒\r\nSet-Cookie: a=b\r\n\r\n<b>\x00\x07\ufffe\ud800",
    "quotes": "\"><svg/onload=alert(1)>'`{{7*7}}禁毒",
}
"""Headlines that mean harm; each holds 禁 and 毒."""
PLACES = (
    ("甘肃", "gscn", "甘肃省兰州市"), ("广西", "gxnews", "广西壮族自治区百色市"), ("云南", "yunnan", "云南省临沧市"), ("四川", "scol", "四川省凉山彝族自治州"),
)  # fmt: skip
MORE = f"{BODY}\n编号1。".replace("海洛因1.2公斤", "海洛因12公斤")


def seized(text: str, words: str, grams: float, *, substance: str = "heroin", **more: Any) -> Fact:
    """The figure that stands in `text` with these words."""
    start = text.index(words)
    return Fact(
        measure="drugs_seized", value=grams, unit="gram", substance=substance, evidence=words, start=start,
        end=start + len(words), **more,
    )  # fmt: skip


def told(number: int, when: datetime, **changes: Any) -> PageResult:
    """A report with a text, figures and evidence of its own for each number."""
    province, portal, place = PLACES[number % len(PLACES)]
    kilos = number % 9 + 1
    text = (
        f"近日，{place}禁毒部门通报第{number}号案件，民警在一处仓库查获冰毒{kilos}公斤、海洛因{kilos}00克。\n"
        f"第{number}号案件的{number % 5 + 2}名嫌疑人已被抓获，案件正在侦办中。禁毒志愿者走进第{number}中学宣讲。"
    )
    title = changes.pop("title", f"{province}公布第{number}号禁毒案件 查获冰毒{kilos}公斤")
    at = text.index("禁毒")
    evidence = (
        Evidence(term="禁毒", weight=2.0, where="text", start=at, end=at + 2, why="drug word"),
        *(
            Evidence(term="禁毒", weight=2.0, where="title", start=title.find("禁毒"), end=title.find("禁毒") + 2)
            for _ in range("禁毒" in title)
        ),
    )  # fmt: skip
    facts = (
        seized(text, f"冰毒{kilos}公斤", kilos * 1000.0, substance="methamphetamine"),
        seized(text, f"海洛因{kilos}00克", kilos * 100.0),
    )
    verdict = Verdict(
        relevant=True, score=0.95, category=("enforcement", "trial", "prevention")[number % 3], province=province,
        places=(place,), evidence=evidence,
    )  # fmt: skip
    values = {"text": text, "title": title, "published_at": when, "fetched_at": when + timedelta(minutes=5)}
    values |= {"portal": portal, "facts": facts, "verdict": verdict, "source": f"{province}日报"}
    return result(number, **(values | changes))


def stock(database: Database) -> None:
    """Put in: a report that was changed and removed, a story with a reprint, a year of cases, hostile headlines."""
    ledger, lease, (link,) = watch(database, 1)
    Archive(database, relook_after=HOUR).ingest(
        result(1, link=link, facts=(seized(f"{BODY}\n编号1。", "海洛因1.2公斤", 1200),)), lease=lease, now=NOW
    )
    ledger.release(lease)
    lease, at = take(ledger, now=NOW + HOUR), NOW + HOUR
    changed = result(1, text=MORE, facts=(seized(MORE, "海洛因12公斤", 12_000),), fetched_at=at)
    later = NextRevisit(step=1, attempts=0, at=NOW + DAY)
    read = Relook(article_id=1, sight="read", outcome="article", next=later, result=changed)
    gone = Relook(
        article_id=1, sight="gone", outcome="http_410", next=later, gone_since=NOW + DAY, removed=True
    )
    for days, seen in enumerate((read, gone)):
        Revisits(database).record(seen, lease=lease, now=at + days * 23 * HOUR)
    fill(database, (told(n, NOW - (n - 100) * 8 * DAY) for n in range(100, 145)))
    fill(database, (told(n, NOW - HOUR) for n in range(200, 205)))
    one = told(203, NOW)
    fill(
        database,
        [result(300, portal="scol", text=one.article.text, title=one.article.title, published_at=NOW)],
    )
    fill(database, [result(500, title="青云县春耕全面展开", text="春耕" * 40, facts=(), verdict=IRRELEVANT)])
    fill(database, (told(400 + n, NOW, title=title) for n, title in enumerate(HOSTILE.values())))


def site(database: Database, **web: Any) -> Site:
    """The archive as its readers see it, on a free port; `web` are settings."""
    topic = choose_topic("")
    return Site(
        database=database,
        portals=load_portals(),
        wording=load_wording(topic),
        words=query_words(topic),
        settings=WebSection(**({"port": 0, "requests_per_minute": 100_000} | web)),
        clock=lambda: NOW + 2 * HOUR,
    )


@contextmanager
def library(path: Path, **web: Any) -> Iterator[str]:
    """Serve a stocked archive; gives the address without its last slash."""
    with open_database(str(path)) as database:
        stock(database)
        with serving(site(database, **web)) as address:
            yield address.rstrip("/")
