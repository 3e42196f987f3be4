"""Reading article pages: golden pages of our own, table cases, hostile input, and real pages where they are at hand."""

import json
import os
import re
import unicodedata
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.reading import Page, Reading, ReadingRules, read_page
from storage import Link
from tests.reading_cases import FETCHED_AT, FIELDS, Case, as_record, cases

CASES = {case.name: case for case in cases()}
# Rates over our own cases below which no change may go.
FLOOR = 1.0
# Rates over the real pages (`JINDU_REAL_PAGES`), a little under what was last measured.
REAL_FLOORS = {
    "title": 0.985,
    "published": 0.98,
    "source": 0.96,
    "authors": 0.94,
    "editors": 0.95,
    "body": 0.95,
    "perfect": 0.9,
}


@pytest.mark.parametrize("name", CASES)
def test_golden_page(name: str) -> None:
    assert as_record(CASES[name].read()) == CASES[name].expected()


def test_scores_on_our_own_pages() -> None:
    right: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    for case in CASES.values():
        for field, same in compared(case).items():
            seen[field] += 1
            right[field] += same
    rates = {field: right[field] / seen[field] for field in FIELDS}
    assert all(rate >= FLOOR for rate in rates.values()), rates


def compared(case: Case) -> dict[str, bool]:
    expected, read = case.expected(), as_record(case.read())
    return {field: read.get(field) == expected[field] for field in FIELDS if field in expected}


def read(html: str, url: str = "http://www.hean.example/a/2024/0601/1.html", **given: Any) -> Reading:
    rules = given.pop("rules", ReadingRules())
    return read_page(Page(body=html.encode(), url=url, fetched_at=FETCHED_AT, **given), rules)


BODY = "<div class='content'><p>6月1日，河岸市公安局举行新闻发布会，通报近期工作情况，并回答了记者提问。</p><p>发布会持续了一个小时。</p></div>"


def test_the_list_gives_the_day_that_the_page_does_not_print() -> None:
    link = Link(
        url="http://www.hean.example/p/1",
        title="河岸警方通报近期工作",
        published_at=datetime(2024, 6, 1, tzinfo=FETCHED_AT.tzinfo),
    )
    reading = read(f"<html><title>河岸警方通报近期工作</title><body>{BODY}", url=link.url, link=link)
    assert reading.article is not None
    assert (reading.article.published_at, reading.article.precision) == (link.published_at, "day")
    assert reading.article.title == "河岸警方通报近期工作"


def test_a_time_in_the_future_is_refused() -> None:
    reading = read(
        f"<h1>河岸警方通报近期工作</h1><div>2031-06-01 10:00</div>{BODY}", url="http://www.hean.example/p/1"
    )
    assert reading.article is not None
    assert reading.article.published_at is None


def test_a_conflict_of_dates_is_told() -> None:
    html = f"<meta name=publishdate content='2022-01-05 08:00'><h1>河岸警方通报近期工作</h1><div>2024-06-01 10:00</div>{BODY}"
    article = read(html).article
    assert article is not None
    assert article.published_at is not None
    assert article.published_at.isoformat() == "2024-06-01T10:00:00+08:00"
    assert any("conflict" in trace.detail for trace in article.trace)


def test_a_foreign_canonical_address_is_not_believed() -> None:
    html = f"<link rel=canonical href='https://evil.example/a/2024/0601/1.html'><h1>河岸警方通报近期工作</h1>{BODY}"
    article = read(html, rules=ReadingRules(hosts=("hean.example",))).article
    assert article is not None
    assert article.canonical_url == article.url


def test_numbered_pages_are_missing_in_order() -> None:
    pager = "".join(f"<a href='1_{n}.html'>{n}</a> " for n in (3, 2)) + "<a href='1_2.html'>下一页</a>"
    article = read(f"<h1>河岸警方通报近期工作</h1>{BODY}<div>{pager}</div>").article
    assert article is not None
    assert [address.rsplit("/", 1)[1] for address in article.missing_pages] == ["1_2.html", "1_3.html"]


def test_a_page_of_nested_tags_has_a_clear_answer() -> None:
    reading = read("<h1>河岸警方通报近期工作</h1>" + "<div>" * 200_000 + BODY)
    assert reading.outcome == "layout"
    assert "too many" in reading.detail


def test_a_large_page_is_read() -> None:
    lines = "".join(
        f"<p>第{n}段：记者在现场看到，救援工作正在有序进行，群众情绪稳定。</p>" for n in range(40_000)
    )
    reading = read(f"<h1>河岸警方通报近期工作</h1><div class=content>{lines}</div>")
    assert reading.outcome == "article"
    assert reading.article is not None
    assert reading.article.text.count("\n") == 39_999


MARKUP = st.sampled_from(
    [
        "<p>",
        "</p>",
        "<div>",
        "</div>",
        "<h1>",
        "<br>",
        "<table><tr><td>",
        "<a",
        "href=x>",
        "</a>",
        "<!--enpcontent-->",
        "<!--",
        "<![CDATA[",
        "<title>",
        "</title>",
        "<meta",
        "charset=gbk>",
        "来源：",
        "记者",
        "编辑:",
        "2024-06-01",
        "10:00",
        "（记者",
        "）",
        "【责任编辑",
        "】",
        "。",
        "，",
        "\x00",
        "&#x10FFFF;",
        "&nbsp;",
        "\u3000\u3000",
        "<",
        ">",
        '"',
        "'",
        "<script>",
        "</script>",
        "<html>",
        "</html>",
        "<video>",
        "2026-38-15",
        "下一页",
    ]
)
PIECES = st.lists(MARKUP | st.text(max_size=12), max_size=60)


@settings(max_examples=200, deadline=None)
@given(
    pieces=PIECES,
    charset=st.sampled_from(["utf-8", "gb18030", "utf-16"]),
    label=st.sampled_from(["", "gbk", "utf-8", "latin-1"]),
)
def test_any_page_can_be_read(pieces: list[str], charset: str, label: str) -> None:
    body = "".join(pieces).encode(charset, "replace")
    reading = read_page(
        Page(body=body, url="", fetched_at=FETCHED_AT, content_type=f"text/html; charset={label}")
    )
    if reading.article is not None:
        assert "\n\n" not in reading.article.text
        assert all(name.strip() for name in (*reading.article.authors, *reading.article.editors))


@settings(max_examples=60, deadline=None)
@given(name=st.sampled_from(sorted(CASES)), cut=st.floats(0, 1), noise=st.binary(max_size=40))
def test_a_cut_and_dirty_page_can_be_read(name: str, cut: float, noise: bytes) -> None:
    body = (CASES[name].folder / "page.html").read_bytes()
    at = int(len(body) * cut)
    for mutated in (body[:at], body[:at] + noise + body[at:], body[at:]):
        read_page(Page(body=mutated, url="", fetched_at=FETCHED_AT))


def squash(text: str | None) -> str:
    return re.sub(r"[\s\u200b·•・]+", "", unicodedata.normalize("NFKC", text or "")).translate(
        str.maketrans("“”‘’—–―", "\"\"''---")
    )


def right_fields(gold: dict[str, Any], reading: Reading) -> dict[str, bool]:
    article = reading.article
    if article is None:
        return dict.fromkeys(("title", "published", "source", "authors", "editors", "body"), False)
    body = squash(article.text)
    first, last = squash(gold.get("body_first")), squash(gold.get("body_last"))
    printed = article.published_at.isoformat() if article.published_at else ""
    same = {
        "title": squash(article.title) == squash(gold["title"]),
        "authors": set(map(squash, article.authors)) == set(map(squash, gold["authors"])),
        "editors": set(map(squash, article.editors)) == set(map(squash, gold["editors"])),
        "body": all(squash(part) in body for part in gold["must_have"])
        and not any(squash(part) in body for part in gold["must_not"])
        and first in body[: len(first) + 60]
        and last in body[-(len(last) + 60) :],
    }
    if gold.get("published"):
        same["published"] = printed.startswith(gold["published"][:16])
    if gold.get("source"):
        same["source"] = squash(article.source) == squash(gold["source"])
    return same


@pytest.mark.skipif(
    "JINDU_REAL_PAGES" not in os.environ, reason="JINDU_REAL_PAGES names no folder of saved pages"
)
def test_floors_on_real_pages() -> None:
    folder = Path(os.environ["JINDU_REAL_PAGES"])
    urls = {
        row["id"]: row["url"] or ""
        for row in map(json.loads, (folder / "index.jsonl").read_text("utf-8").splitlines())
    }
    right: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    for gold in map(json.loads, (folder / "gold.jsonl").read_text("utf-8").splitlines()):
        body = (folder / "html" / f"{gold['id']}.html").read_bytes()
        same = right_fields(
            gold, read_page(Page(body=body, url=urls[gold["id"]], fetched_at=datetime.now(FETCHED_AT.tzinfo)))
        )
        same["perfect"] = all(same.values())
        seen.update(same.keys())
        right.update(field for field, ok in same.items() if ok)
    rates = {field: right[field] / seen[field] for field in REAL_FLOORS}
    assert all(rates[field] >= floor for field, floor in REAL_FLOORS.items()), rates
