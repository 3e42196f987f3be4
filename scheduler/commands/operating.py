"""Look after the alerts: list them, try their channels; what is done with one alert is in `alerting`."""

from datetime import datetime
from typing import get_args

import click

from scheduler.alerts.channels import build_channels
from scheduler.alerts.harmless import plain
from scheduler.alerts.messages import trial_message
from scheduler.alerts.templates import load_templates
from scheduler.alerts.wording import load_wording
from scheduler.commands.alerting import drop, replay, show, title_of
from scheduler.commands.previewing import preview
from scheduler.commands.rehearsing import rehearse
from scheduler.commands.session import Failure, Misuse, Session, json_option, pass_session
from scheduler.printing import console, print_json, print_time, table
from storage import SHANGHAI, Outbox, OutboxRow, OutboxState

CAME_OF_IT = {
    "sent": "已送达 sent",
    "transient": "transient 没有送达，也许只是暂时的 (not delivered, perhaps only for now)",
    "throttled": "throttled 对方限流，稍后再试 (too many messages; try later)",
    "permanent": "permanent 对方拒收，请检查地址和机器人的设置 (refused for good; check the address and the robot)",
    "unreadable": "unreadable 回答不是回执，不算送达 (the answer is no receipt, so this is no success)",
}
"""What came of a test message, in words."""


@click.group(short_help="提醒 alerts and channels")
def alerts() -> None:
    """提醒。 Alerts and channels."""


for command in (show, replay, drop, preview, rehearse):
    alerts.add_command(command)


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
    load_templates(config.templates.folder)
    now = datetime.now(SHANGHAI)
    failed = 0
    for name in names or tuple(channels):
        receipt = channels[name].send(trial_message(name, now, load_wording(session.topic)), now=now)
        failed += receipt.result != "sent"
        unsure = "，可能已送达 may have arrived" if receipt.ambiguous else ""
        click.echo(f"{name}: {CAME_OF_IT[receipt.result]}{unsure}: {plain(receipt.detail)}")
    if failed:
        raise Failure(
            f"{failed} 个通道没有送达；请检查地址 ({failed} channels failed; check their addresses)"
        )


def _alert_cells(row: OutboxRow) -> tuple[str, ...]:
    receipts = "；".join(
        f"{attempt.receipt.result} {attempt.receipt.detail}".strip() for attempt in row.receipts[-3:]
    )
    why = " ".join(part for part in (row.reason, receipts) if part)
    title = title_of(row)
    return (
        f"#{row.code}",
        row.state,
        f"{row.rule} → {row.channel}",
        print_time(row.sent_at or row.created_at),
        title,
        plain(why),
    )
