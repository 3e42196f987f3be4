"""Read pages and rows as the crawler would: inspect, judge."""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from rich.text import Text

from crawler.judging import Conclusion, conclude
from crawler.portals import Portal
from crawler.reading import ListRules, Page, ReadingRules, read_list, read_page
from crawler.topics import Topic
from scheduler.alerts.messages import print_fact
from scheduler.alerts.wording import Wording, load_wording
from scheduler.commands.session import Failure, Misuse, Session, json_option, pass_session
from scheduler.fetching import FetchError, RobotsMemory
from scheduler.printing import (
    article_record,
    as_json,
    console,
    iso_local,
    print_json,
    print_time,
    verdict_record,
)
from scheduler.trying import Visitor, kind_of
from storage import SHANGHAI, Article, Fact, Verdict

PACE = 1.0
"""Seconds between two requests for pages of no portal that we know."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Given:
    """One page named on the command line, or why it could not be had."""

    name: str
    page: Page


@click.command(short_help="读网页 read pages as the crawler would")
@click.argument("places", metavar="FILE|URL…", nargs=-1, required=True)
@click.option("--url", default="", help="The address a saved page came from.")
@click.option("--links", is_flag=True, help="Read list pages, feeds or list APIs instead of articles.")
@json_option
@pass_session
def inspect(session: Session, places: tuple[str, ...], *, url: str, links: bool, as_json: bool) -> None:
    """读网页，显示读到了什么、怎样判断、依据。 Read pages as the crawler would, and say how.

    A URL is fetched once, politely: robots.txt is asked, no private address is called.
    """
    portals = session.portals()
    troubles = 0
    with _visitor(session, places, portals) as visitor:
        for place in places:
            try:
                given = _take(place, url, visitor)
            except (FetchError, OSError) as error:
                troubles += 1
                click.echo(f"错误 error: {_worded(place, error)}", err=True)
                continue
            if links:
                _inspect_list(given, portals, as_json=as_json)
            else:
                _inspect_article(given, portals, session.topic, as_json=as_json)
    if troubles:
        raise Misuse(
            f"{len(places)} 个页面中 {troubles} 个读不了 ({troubles} of {len(places)} could not be had)"
        )


@click.command("judge", short_help="判断 judge rows of JSON Lines")
@json_option
@pass_session
def judge_rows(session: Session, *, as_json: bool) -> None:
    """判断标准输入里的每一行。 Judge rows of JSON Lines: {id, title?, text?, published?}.

    Prints {id, relevant, score, category, evidence, facts} for each; without --json one line with the words it rests on.
    """
    if sys.stdin.isatty():
        raise Misuse("请从标准输入给出行 (give rows on standard input: jindu judge < rows.jsonl)")
    topic = session.topic
    wording = load_wording(topic)
    wrong = 0
    for number, line in enumerate(sys.stdin.buffer, start=1):
        if not line.strip():
            continue
        try:
            record = _judge_row(line, topic)
        except ValueError as error:
            wrong += 1
            click.echo(f"错误 error: 第 {number} 行 (line {number}): {error}", err=True)
            continue
        if as_json:
            print_json(record)
        else:
            click.echo(_judged(record, wording))
    if wrong:
        raise Failure(
            f"{wrong} 行读不懂，其余已判断 ({wrong} rows could not be read, the others were judged)"
        )


def _judged(record: Mapping[str, Any], wording: Wording) -> str:
    """One line: verdict, score, category, id, and the words it rests on, each with what it stands for."""
    verdict = "相关 relevant" if record["relevant"] else "不相关 not relevant"
    words = dict.fromkeys(
        f"{item['term']}（{item['why'].split()[0]} {item['weight']:+.1f}）" for item in record["evidence"]
    )
    category = wording.categories.get(record["category"] or "", "")
    reasons = f"依据 evidence: {'、'.join(words) or '—'}"
    return "\t".join((verdict, f"{record['score']:.2f}", category, str(record["id"]), reasons))


def _judge_row(line: bytes, topic: Topic) -> dict[str, Any]:
    """Judge one row. Raises ValueError saying what is wrong with it."""
    row = _read_row(line)
    verdict, facts = conclude(
        row.get("title") or "",
        row.get("text") or "",
        published_at=_moment(row.get("published")),
        topic=topic,
    )
    record = verdict_record(verdict, facts)
    return {"id": row["id"], **record, "evidence": as_json(verdict.evidence)}


def _read_row(line: bytes) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise ValueError(f"不是 JSON (not JSON: {error})") from error
    if not isinstance(row, dict) or "id" not in row:
        raise ValueError('应为带 id 和 title 的对象 (write an object: {"id": …, "title": …})')
    for key in ("title", "text", "published"):
        if not isinstance(row.get(key) or "", str):
            raise ValueError(f"{key} 应为文字 ({key} must be a string)")
    if not row.get("title") and not row.get("text"):
        raise ValueError("title 和 text 都没有 (give a title, a text, or both)")
    return row


def _moment(text: str | None) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError(
            f"published 应为 ISO 8601 时间 (published must be an ISO 8601 time, not {text!r})"
        ) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)


@contextmanager
def _visitor(session: Session, places: Iterable[str], portals: Mapping[str, Portal]) -> Iterator[Visitor]:
    """Who fetches the addresses among `places`, at the slowest pace that one of their portals asks for."""
    addresses = [place for place in places if _is_address(place)]
    asked = [owner.pace_seconds for url in addresses if (owner := _portal_of(url, portals)) is not None]
    with session.robots() if addresses else nullcontext(RobotsMemory()) as book:
        yield Visitor(max(asked, default=PACE), lambda _: True, book=book)


def _is_address(place: str) -> bool:
    return place.lower().startswith(("http://", "https://"))


def _take(place: str, url: str, visitor: Visitor) -> _Given:
    if _is_address(place):
        return _Given(name=place, page=visitor.get(place))
    now = datetime.now(SHANGHAI)
    return _Given(name=place, page=Page(body=Path(place).read_bytes(), url=url, fetched_at=now))


def _worded(place: str, error: Exception) -> str:
    if isinstance(error, OSError):
        return f"{place}: 文件读不了 (the file cannot be read: {error.strerror or error})"
    return str(error)


def _portal_of(url: str, portals: Mapping[str, Portal]) -> Portal | None:
    return next((portal for portal in portals.values() if portal.owns(url)), None)


def _inspect_article(given: _Given, portals: Mapping[str, Portal], topic: Topic, *, as_json: bool) -> None:
    portal = _portal_of(given.page.url, portals)
    reading = read_page(given.page, portal.reading_rules() if portal else ReadingRules())
    article = reading.article
    record: dict[str, Any] = {"file": given.name, "outcome": reading.outcome, "detail": reading.detail}
    if article is None:
        if as_json:
            print_json(record | _nothing_read())
        else:
            click.echo(f"{given.name}: {reading.outcome} {reading.detail}".rstrip())
        return
    verdict, facts = conclude(article.title, article.text, published_at=article.published_at, topic=topic)
    if as_json:
        print_json(record | _article_record(article, verdict, facts))
    else:
        name = f"{given.name}: {reading.outcome} {reading.detail}".strip()
        _print_reading(name, article, Conclusion(verdict, facts), load_wording(topic))


def _nothing_read() -> dict[str, Any]:
    empty = dict.fromkeys(("title", "published", "source", "category"))
    return empty | {
        "authors": [],
        "editors": [],
        "text": "",
        "images": [],
        "relevant": False,
        "score": 0.0,
        "facts": [],
    }


def _article_record(article: Article, verdict: Verdict, facts: Iterable[Fact]) -> dict[str, Any]:
    return {
        **article_record(article),
        **verdict_record(verdict, facts),
        "province": verdict.province,
        "evidence": as_json(verdict.evidence),
        "url": article.url,
        "canonical_url": article.canonical_url,
        "charset": f"{article.charset} ({article.charset_from})",
        "trace": as_json(article.trace),
    }


def _print_reading(name: str, article: Article, conclusion: Conclusion, wording: Wording) -> None:
    out, (verdict, facts) = console(), conclusion
    out.print(Text(name, "dim"))
    out.print(Text(article.title or "（无标题）", "bold"))
    for label, value in (
        ("时间 published", print_time(article.published_at, article.precision)),
        ("来源 source", article.source or "—"),
        ("记者 authors", "、".join(article.authors) or "—"),
        ("编辑 editors", "、".join(article.editors) or "—"),
        ("编码 charset", f"{article.charset} ({article.charset_from})"),
        (
            "判断 verdict",
            f"{'相关 relevant' if verdict.relevant else '不相关 not relevant'} {verdict.score:.2f} {verdict.category or ''}",
        ),
        (
            "依据 evidence",
            "、".join(f"{item.term}({item.weight:+.1f})" for item in verdict.evidence[:12]) or "—",
        ),
    ):
        out.print(Text(f"  {label}: {value}"))
    for fact in facts:
        out.print(Text(f"  数字 figure: {print_fact(fact, wording)}　「{fact.evidence}」"))
    out.print(Text(f"\n{article.text}\n"))
    for step in article.trace:
        out.print(Text(f"  {step.field} ← {step.rule} {step.detail}".rstrip(), "dim"))


def _inspect_list(given: _Given, portals: Mapping[str, Portal], *, as_json: bool) -> None:
    listing = read_list(given.page, kind_of(given.page), _list_rules(given.page.url, portals))
    links = [
        {"url": link.url, "title": link.title, "published": iso_local(link.published_at, link.precision)}
        for link in listing.links
    ]
    if as_json:
        print_json({"file": given.name, "outcome": listing.outcome, "detail": listing.detail, "links": links})
        return
    click.echo(f"{given.name}: {listing.outcome} {listing.detail} {len(links)} links".replace("  ", " "))
    for link in links:
        click.echo(f"  {link['published'] or '':<16} {link['title']}  {link['url']}")


def _list_rules(url: str, portals: Mapping[str, Portal]) -> ListRules:
    portal = _portal_of(url, portals)
    if portal is None:
        return ListRules()
    return portal.list_rules(next((source for source in portal.sources if source.url == url), None))
