"""Ask the archive: why a page was (not) archived, judged, told."""

import click

from scheduler.commands.session import Session, json_option, pass_session
from scheduler.printing import (
    print_json,
    print_time,
)
from storage import (
    Explanation,
    Ledger,
)


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
