"""Ask the archive: one report, and its story."""

from typing import Any

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
    print_delay,
    print_json,
    print_time,
    verdict_record,
)
from storage import (
    Archive,
    Related,
    Report,
    Stored,
)

JOINED = {
    "first": "先入库 archived first",
    "verbatim": "原文转载 verbatim",
    "reprint": "节选转载 reprint",
    "edited": "改写转载 edited",
    "follow_up": "后续 follow-up",
    "merged": "手工并入 merged by hand",
    "address": "同一网址 same address",
}


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
