"""Ask the archive: why a page was (not) archived, judged, told."""

from collections.abc import Iterator

import click

from scheduler.commands.session import Session, json_option, pass_session
from scheduler.commands.stories import JOINED
from scheduler.commands.versions import GONE, PARTS, visit_line
from scheduler.printing import (
    print_json,
    print_time,
)
from storage import (
    AlertHistory,
    ArticleHistory,
    Explanation,
    Ledger,
    LinkHistory,
    RevisitState,
)

STATES = {"pending": "待取 pending", "archived": "已入库 archived", "failed": "已放弃 given up"}
ALERTS = {
    "story": "提醒 alert",
    "follow_up": "后续提醒 follow-up alert",
    "changed": "改稿提醒 change alert",
    "removed": "撤稿提醒 removal alert",
}


@click.command(short_help="为什么 why (not) archived, relevant, alerted")
@click.argument("url")
@json_option
@pass_session
def explain(session: Session, url: str, *, as_json: bool) -> None:
    """一个网址的全部经历。 The whole history of a page: listed, fetched, judged, changed, told; or why not."""
    with session.database() as database:
        explanation = Ledger(database).explain(url)
    if as_json:
        print_json(explanation)
    else:
        for line in _explained(explanation):
            click.echo(line)


def _explained(known: Explanation) -> Iterator[str]:
    yield known.url
    if not known.links and known.article is None:
        yield "从未在任何栏目里见过 (never listed by a source we watch); jindu portals list"
        return
    for link in known.links:
        yield _listed(link)
    fetches = [visit for visit in known.visits if not visit.archived]
    forgotten = sum(link.attempts for link in known.links) - len(fetches)
    if forgotten > 0:
        yield f"更早的 {forgotten} 次失败不再逐条保留 ({forgotten} earlier failures are no longer kept one by one)"
    yield from (visit_line(visit) for visit in fetches)
    if known.article is None:
        yield "还没有入库，所以不算已知，到时会再取 (not archived yet, so not known: it is fetched again when due)"
        return
    yield from _concluded(known, known.article)


def _listed(link: LinkHistory) -> str:
    again = link.retry_at and link.state == "pending"
    retry = f"，下次 next try {print_time(link.retry_at)}" if again else ""
    why = " ".join(part for part in (link.outcome, link.detail) if part)
    return (
        f"{link.portal} {print_time(link.first_seen_at)} 见于 listed on {link.source_url}："
        f"{STATES[link.state]} {why}（{link.attempts} 次失败 failures{retry}）"
    )


def _concluded(known: Explanation, article: ArticleHistory) -> Iterator[str]:
    verdict = known.verdict
    assert verdict is not None
    yield f"{print_time(article.archived_at)} 入库 archived ({article.outcome}): jindu show {article.id}"
    relevant = "相关 relevant" if verdict.relevant else "不相关 not relevant"
    words = "、".join(f"{item.term}({item.weight:+.1f})" for item in verdict.evidence[:10])
    yield f"判定 judged: {relevant} {verdict.score:.2f}" + (f"；依据 evidence: {words}" if words else "")
    yield (
        f"报道 story {article.story_id}「{article.story_title}」共 {article.reports} 篇 reports；"
        f"本篇 this one: {JOINED[article.joined_as]}"
    )
    if article.silent:
        yield "监测开始之前的旧闻，静默入库 (older than the watch: archived without alerts)"
    yield from _became(known, article)
    if not known.alerts:
        yield "没有提醒：没有规则要它 (no alert: no rule wanted it)"
    for alert in known.alerts:
        yield from _alert(alert)


def _became(known: Explanation, article: ArticleHistory) -> Iterator[str]:
    """Versions, removal, looks done and due."""
    for version in article.versions[1:]:
        parts = "、".join(PARTS[part] for part in version.changed)
        figures = f"；{version.figures}" if version.figures else ""
        yield f"{print_time(version.seen_at)} 第 {version.number} 版 version {version.number}: {parts}{figures}"
    if article.removed_at is not None:
        why = GONE.get(article.removed_why, article.removed_why)
        yield f"{print_time(article.removed_at)} 原网页撤下 removed: {why}"
    yield from (visit_line(visit) for visit in known.visits if visit.archived)
    yield _next_look(article.revisit)


def _next_look(state: RevisitState | None) -> str:
    if state is None:
        return "不复查 (not looked at again: only relevant pages of watched sources are)"
    if state.next_at is None:
        return "复查已做完 (all re-looks are done)"
    tried = f"，这一次已试 {state.attempts} 回 tries so far" if state.attempts else ""
    return f"下次复查 next look: {print_time(state.next_at)}{tried}"


def _alert(alert: AlertHistory) -> Iterator[str]:
    when = f" {print_time(alert.sent_at)}" if alert.sent_at else ""
    due = f"，不早于 not before {print_time(alert.not_before)}" if alert.state == "pending" else ""
    kind = ALERTS.get(alert.kind, alert.kind)
    line = f"{kind} #{alert.code} {alert.rule} → {alert.channel}: {alert.state}{when} {alert.reason}".rstrip()
    yield line + due
    for attempt in alert.receipts:
        left = attempt.receipt
        unsure = "，可能已送达 may have arrived" if left.ambiguous else ""
        yield (
            f"  第 {attempt.attempt} 次 attempt {print_time(attempt.at)}: {left.result} {left.detail}".rstrip()
            + unsure
        )
