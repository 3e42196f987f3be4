"""Look after the service: status, portals, alerts."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import get_args

import click
from rich.text import Text

from crawler.portals import Portal
from scheduler.alerts.channels import build_channels
from scheduler.alerts.messages import trial_message
from scheduler.alerts.wording import load_wording
from scheduler.commands.session import Failure, Misuse, Session, json_option, pass_session
from scheduler.health import Finding, Vitals, diagnose, print_span, worst
from scheduler.printing import console, print_json, print_time, table
from storage import SHANGHAI, Archive, Database, Ledger, Outbox, OutboxRow, OutboxState, SourceState

WAITING_SHOWN = 500


@click.command(short_help="现状 is all well, and why not")
@json_option
@pass_session
def status(session: Session, *, as_json: bool) -> None:
    """现在是否一切正常，为什么不。 Whether all is well, and why not; ends with 1 when something is red."""
    now = datetime.now(SHANGHAI)
    with session.database() as database:
        vitals = gather(
            database, now, channels=len(session.config.channels), tick=session.config.service.tick_seconds
        )
        totals = Archive(database).totals()
        place = database.url
    findings = diagnose(vitals)
    if as_json:
        print_json(
            {
                "level": worst(findings),
                "archive": place,
                "findings": findings,
                "totals": totals,
                "outbox": vitals.outbox,
                "beats": vitals.beats,
                "sources": vitals.sources,
            }
        )
    else:
        out = console()
        _print_findings(findings)
        out.print(
            Text(
                f"归档 archive {place}：{totals.articles} 篇，相关 {totals.relevant}，报道 stories {totals.stories}，"
                f"待取 pending {totals.links_pending}，未能读取 failed {totals.links_failed}"
            )
        )
        owed = "，".join(f"{state} {count}" for state, count in vitals.outbox.items())
        out.print(Text(f"提醒 alerts：{owed or '—'}"))
        out.print(_source_table(vitals.sources, now))
    if worst(findings) == "red":
        click.get_current_context().exit(1)


def gather(database: Database, now: datetime, *, channels: int, tick: float) -> Vitals:
    """What the archive says about the service now."""
    ledger, outbox = Ledger(database), Outbox(database)
    return Vitals(
        now=now,
        beats=ledger.beats(),
        sources=ledger.sources(),
        outbox=outbox.counts(),
        waiting=outbox.rows("pending", WAITING_SHOWN) + outbox.rows("sending", WAITING_SHOWN),
        tick=timedelta(seconds=tick),
        channels=channels,
    )


@click.group(short_help="门户 the portals we watch")
def portals() -> None:
    """门户。 The portals we watch."""


@portals.command("list")
@json_option
@pass_session
def list_portals(session: Session, *, as_json: bool) -> None:
    """列出全部门户。 Every portal we know, and why some are off."""
    known = session.portals()
    if as_json:
        for portal in known.values():
            print_json(_portal_record(portal))
        return
    rows = (
        (
            name,
            portal.title,
            portal.province,
            f"{len(portal.watched())}",
            "" if portal.enabled else f"停用 off: {portal.off_because}",
        )
        for name, portal in known.items()
    )
    console().print(table("名 name", "门户 portal", "省 province", "栏目 sources", "", rows=rows))


@click.group(short_help="提醒 alerts and channels")
def alerts() -> None:
    """提醒。 Alerts and channels."""


@alerts.command("list")
@click.option("--state", type=click.Choice(get_args(OutboxState)), help="Only alerts in this state.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True)
@json_option
@pass_session
def list_alerts(session: Session, *, state: OutboxState | None, limit: int, as_json: bool) -> None:
    """列出提醒及每次投递。 The newest alerts with every delivery attempt."""
    with session.database() as database:
        rows = Outbox(database).rows(state, limit)
    if as_json:
        for row in rows:
            print_json(row)
        return
    console().print(
        table("编号", "状态", "规则 → 通道", "时间", "标题", "说明", rows=map(_alert_cells, rows))
    )


@alerts.command("test")
@click.argument("names", metavar="[CHANNEL]…", nargs=-1)
@pass_session
def test_channels(session: Session, names: tuple[str, ...]) -> None:
    """给通道发一条测试消息，看对方是否真的收下。 Send a test message and say whether it was really taken."""
    config = session.config
    if missing := [name for name in names if name not in config.channels]:
        known = "、".join(config.channels) or "none"
        raise Misuse(f"没有通道 {missing[0]}；已配置 (no such channel; configured): {known}")
    if not config.channels:
        raise Misuse(
            "没有配置通道；在 jindu.toml 的 [channels] 里加一个 (no channel; add one under [channels])"
        )
    channels = build_channels(config.channels, timeout_seconds=config.alerts.timeout_seconds)
    now = datetime.now(SHANGHAI)
    failed = 0
    for name in names or tuple(channels):
        receipt = channels[name].send(trial_message(name, now, load_wording()), now=now)
        failed += receipt.result != "sent"
        click.echo(
            f"{name}: {'已送达 sent' if receipt.result == 'sent' else receipt.result} {receipt.detail}"
        )
    if failed:
        raise Failure(
            f"{failed} 个通道没有送达；请检查地址 ({failed} channels failed; check their addresses)"
        )


def _print_findings(findings: Iterable[Finding]) -> None:
    out = console()
    colours = {"red": "bold red", "yellow": "yellow", "green": "green"}
    shown = list(findings)
    if not shown:
        out.print(Text("● 一切正常 (all is well)", "green"))
    for finding in shown:
        out.print(
            Text(f"● {finding.chinese}", colours[finding.level]), Text(f" {finding.english}", "dim"), sep=""
        )


def _source_table(sources: Iterable[SourceState], now: datetime) -> object:
    rows = []
    for source in (source for source in sources if source.active):
        good = f"{print_span(now - source.last_ok_at)[0]}前" if source.last_ok_at else "—"
        trouble = f"{source.last_outcome} {source.detail}".strip() if source.failures else ""
        style = "red" if source.failures else "green"
        rows.append(
            (
                Text("●", style if source.last_looked_at else "dim"),
                source.portal,
                source.url,
                good,
                str(source.pending_links or ""),
                trouble,
            )
        )
    return table(
        "", "门户 portal", "栏目 source", "上次成功 last good", "待取 pending", "故障 trouble", rows=rows
    )


def _portal_record(portal: Portal) -> dict[str, object]:
    return {
        "name": portal.name,
        "title": portal.title,
        "province": portal.province,
        "home": portal.home,
        "enabled": portal.enabled,
        "off_because": portal.off_because,
        "evidence": portal.evidence,
        "sources": [source.url for source in portal.sources],
    }


def _alert_cells(row: OutboxRow) -> tuple[str, ...]:
    receipts = "；".join(
        f"{attempt.receipt.result} {attempt.receipt.detail}".strip() for attempt in row.receipts[-3:]
    )
    why = " ".join(part for part in (row.reason, receipts) if part)
    title = row.title or ("监测开始的摘要 summary" if row.kind == "baseline" else "")
    return (
        f"#{row.code}",
        row.state,
        f"{row.rule} → {row.channel}",
        print_time(row.sent_at or row.created_at),
        title,
        why,
    )
