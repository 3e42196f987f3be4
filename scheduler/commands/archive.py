"""Ask the archive: search, show, explain."""

from datetime import datetime, timedelta
from typing import Any, get_args

import click
from rich.console import Console
from rich.text import Text

from scheduler.alerts.messages import print_fact
from scheduler.alerts.wording import Wording, load_wording
from scheduler.commands.session import Failure, Session, json_option, pass_session
from scheduler.printing import (
    article_record,
    as_json,
    console,
    iso_local,
    marked,
    print_delay,
    print_json,
    print_time,
    verdict_record,
)
from storage import (
    SHANGHAI,
    Archive,
    Category,
    Explanation,
    Filters,
    Hit,
    Ledger,
    Passage,
    Related,
    Report,
    SearchPage,
    Stored,
)

JOINED = {
    "first": "先入库 archived first",
    "verbatim": "原文转载 verbatim",
    "reprint": "节选转载 reprint",
    "edited": "改写转载 edited",
    "address": "同一网址 same address",
}
DAY = click.DateTime(formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M"])


@click.command(short_help="检索 search the archive")
@click.argument("query", default="")
@click.option("--province", help="省份，如 甘肃。 Short name of a province.")
@click.option("--portal", help="Name of a portal, as in `jindu portals list`.")
@click.option("--category", type=click.Choice(get_args(Category)), help="What sort of report.")
@click.option("--substance", help="A substance its figures name, e.g. heroin.")
@click.option("--since", type=DAY, help="Published on this day or later (Asia/Shanghai).")
@click.option("--until", type=DAY, help="Published on this day or earlier.")
@click.option("--relevant/--all", "relevant_only", default=False, help="Only relevant reports.")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@click.option("--before", help="Continue after an earlier page: the value printed at its end.")
@json_option
@pass_session
def search(
    session: Session, /, query: str, *, as_json: bool, limit: int, before: str | None, **wanted: Any
) -> None:
    """检索归档。 Search the archive, the newest first.

    Words are joined by AND; "…" is a phrase. Without QUERY everything matches.
    """
    filters = Filters(**_filter_values(wanted))
    with session.database() as database:
        page = Archive(database).search(query, filters=filters, limit=limit, before=before)
    if as_json:
        for hit in page.hits:
            print_json(_hit_record(hit))
    else:
        _print_page(page)


@click.command(short_help="看一篇 show one report")
@click.argument("article_id", metavar="ID", type=int)
@json_option
@pass_session
def show(session: Session, article_id: int, *, as_json: bool) -> None:
    """看一篇报道的全部。 Show one report: article, verdict, figures, and the other reports of its story."""
    with session.database() as database:
        archive = Archive(database)
        stored = archive.get(article_id)
        if stored is None:
            raise Failure(
                f"归档里没有 {article_id} 号报道；编号见 jindu search (no such report; search prints the ids)"
            )
        reports, related = archive.reports(stored.story.id), archive.related(stored.story.id)
    if as_json:
        print_json(_stored_record(stored, reports, related))
    else:
        _print_stored(stored, load_wording(session.topic))
        _print_story(reports, related, console())


@click.command(short_help="为什么 why (not) archived, relevant, alerted")
@click.argument("url")
@json_option
@pass_session
def explain(session: Session, url: str, *, as_json: bool) -> None:
    """一个网址为什么（没有）入库、相关、提醒。 Why a page was (not) archived, judged relevant, alerted."""
    with session.database() as database:
        explanation = Ledger(database).explain(url)
    if as_json:
        print_json(explanation)
    else:
        for line in _explained(explanation):
            click.echo(line)


def _filter_values(wanted: dict[str, Any]) -> dict[str, Any]:
    """Days become moments in Asia/Shanghai; `until` includes its day."""
    since: datetime | None = wanted.pop("since")
    until: datetime | None = wanted.pop("until")
    if until is not None and until.time() == datetime.min.time():
        until += timedelta(days=1)
    return wanted | {
        "since": since.replace(tzinfo=SHANGHAI) if since else None,
        "until": until.replace(tzinfo=SHANGHAI) if until else None,
    }


def _hit_record(hit: Hit) -> dict[str, Any]:
    return {
        "id": hit.id,
        "story": hit.story_id,
        "url": hit.url,
        "title": hit.title,
        "portal": hit.portal,
        "province": hit.province,
        "source": hit.source,
        "published": iso_local(hit.published_at, hit.precision),
        "fetched_at": as_json(hit.fetched_at),
        "relevant": hit.relevant,
        "category": hit.category,
        "score": round(hit.score, 4),
        "snippet": hit.snippet.text,
    }


def _print_page(page: SearchPage) -> None:
    out = console()
    for hit in page.hits:
        title = marked(Passage(text=hit.title, marks=hit.title_marks))
        title.stylize("bold")
        when = print_time(hit.published_at, hit.precision)
        out.print(
            Text(f"{hit.id:>6}  "), title, Text(f"  {hit.province or ''} {hit.portal} {when}", "dim"), sep=""
        )
        if hit.snippet.text:
            out.print(Text("        "), marked(hit.snippet), sep="")
    total = f"{page.total}" if page.exact else f"不超过 {page.total}"
    out.print(Text(f"共 {total} 篇 ({page.total} found){_continuation(page)}", "dim"))


def _continuation(page: SearchPage) -> str:
    return f"；下一页 next page: --before {page.next}" if page.next else ""


def _stored_record(
    stored: Stored, reports: tuple[Report, ...], related: tuple[Related, ...]
) -> dict[str, Any]:
    article = stored.article
    return {
        "id": stored.id,
        "story": as_json(stored.story),
        "url": article.url,
        "canonical_url": article.canonical_url,
        "portal": article.portal,
        "province": stored.province,
        "outcome": stored.outcome,
        "silent": stored.silent,
        **article_record(article),
        **verdict_record(stored.verdict, stored.facts),
        "evidence": as_json(stored.verdict.evidence),
        "trace": as_json(article.trace),
        "reports": as_json(reports),
        "related": as_json(related),
    }


def _print_stored(stored: Stored, wording: Wording) -> None:
    article, verdict, out = stored.article, stored.verdict, console()
    out.print(Text(article.title or "（无标题）", "bold"))
    people = "、".join(article.authors) or "—"
    when = print_time(article.published_at, article.precision)
    out.print(
        Text(f"{article.source or '—'} · {when} · {people} · {stored.province or ''} {article.portal}", "dim")
    )
    out.print(Text(article.url, "dim"))
    category = wording.categories.get(verdict.category or "", "")
    out.print(
        Text(
            f"{'相关 relevant' if verdict.relevant else '不相关 not relevant'} {verdict.score:.2f} {category}"
        )
    )
    for fact in stored.facts:
        out.print(Text(f"  · {print_fact(fact, wording)}　「{fact.evidence}」"))
    out.print(Text(f"\n{article.text}\n"))


def _print_story(reports: tuple[Report, ...], related: tuple[Related, ...], out: Console) -> None:
    """Who had it first and who followed, when there is more than the one report."""
    for report in reports if len(reports) > 1 else ():
        when = print_time(report.published_at, report.precision)
        after = f" {print_delay(report.delay)}" if report.delay else ""
        role = "首发 first" if report is reports[0] else JOINED[report.joined_as]
        source = f"（{report.source}）" if report.source else ""
        out.print(
            Text(
                f"{role}: {report.id} {report.portal}{source} {when}{after} {report.title} {report.url}",
                "dim",
            )
        )
    for other in related:
        out.print(Text(f"相近 related ({other.why}): {other.first_article_id} {other.title}", "dim"))


def _explained(known: Explanation) -> list[str]:
    lines = [f"{known.url}"]
    if not known.links and known.article_id is None:
        return [*lines, "从未在任何栏目里见过 (never listed by a source we watch); jindu portals list"]
    for link in known.links:
        retry = (
            f"，下次 next try {print_time(link.retry_at)}"
            if link.retry_at and link.state == "pending"
            else ""
        )
        why = " ".join(part for part in (link.outcome, link.detail) if part)
        lines.append(
            f"{link.portal} {print_time(link.first_seen_at)} 见于 listed on {link.source_url}："
            f"{link.state} {why}（{link.attempts} 次失败 failures{retry}）"
        )
    return lines + _conclusions(known)


def _conclusions(known: Explanation) -> list[str]:
    if known.article_id is None or known.verdict is None:
        return ["还没有入库 (not archived yet)"]
    relevant = "相关 relevant" if known.verdict.relevant else "不相关 not relevant"
    lines = [f"已入库 archived: jindu show {known.article_id}；{relevant} {known.verdict.score:.2f}"]
    words = "、".join(f"{item.term}({item.weight:+.1f})" for item in known.verdict.evidence[:10])
    if words:
        lines.append(f"依据 evidence: {words}")
    if known.silent:
        lines.append("监测开始之前的旧闻，静默入库 (older than the watch: archived without alerts)")
    if not known.alerts:
        lines.append("没有提醒：没有规则要它 (no alert: no rule wanted it)")
    for alert in known.alerts:
        when = f" {print_time(alert.sent_at)}" if alert.sent_at else ""
        lines.append(
            f"提醒 alert #{alert.code} {alert.rule} → {alert.channel}: {alert.state}{when} {alert.reason}".rstrip()
        )
    return lines
