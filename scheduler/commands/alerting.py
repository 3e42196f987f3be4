"""One alert at a time: show it, send a dead one again or drop it."""

from collections.abc import Sequence
from datetime import datetime

import click

from scheduler.alerts.harmless import plain
from scheduler.commands.session import Misuse, Session, json_option, pass_session
from scheduler.printing import print_json, print_time
from storage import SHANGHAI, Outbox, OutboxRow

DROPPED = "dropped by hand"
WAITS = {
    "digest": "等汇总 waits for a digest",
    "quiet": "免打扰 waits for the end of quiet hours",
    "flood": "限流 waits for the end of a flood",
    "notice": "汇集中 gathers with other notices",
}
"""What an alert waits for, in words."""
SEQUELS = {"follow_up": "后续", "changed": "有改动", "removed": "原文已撤"}

code_argument = click.argument("codes", metavar="CODE…", nargs=-1, required=True)


@click.command(short_help="一条提醒 one alert with all its attempts")
@click.argument("code")
@json_option
@pass_session
def show(session: Session, code: str, *, as_json: bool) -> None:
    """一条提醒的全部经过。 Everything that became of the alert with this code (`7F3A2` or `#7F3A2`)."""
    with session.database() as database:
        found = _named(Outbox(database), [code])
    for row in found:
        if as_json:
            print_json(row)
        else:
            click.echo("\n".join(_told(row)))


@click.command(short_help="重发 send dead alerts again")
@code_argument
@pass_session
def replay(session: Session, codes: Sequence[str]) -> None:
    """把已放弃的提醒重新排队。 Make dead alerts due again; their attempts stay in their history."""
    with session.database() as database:
        outbox = Outbox(database)
        found = _dead(outbox, codes)
        done = outbox.replay([row.code for row in found], now=datetime.now(SHANGHAI))
    for code in done:
        click.echo(f"#{code} 已重新排队 pending again")


@click.command(short_help="丢弃 drop dead alerts")
@code_argument
@click.option("--reason", default="", metavar="TEXT", help="Why; kept with the alert.")
@pass_session
def drop(session: Session, codes: Sequence[str], *, reason: str) -> None:
    """不再发送已放弃的提醒。 Drop dead alerts: they are kept as suppressed, with the reason, and never sent."""
    why = f"{DROPPED}: {reason}" if reason else DROPPED
    with session.database() as database:
        outbox = Outbox(database)
        found = _dead(outbox, codes)
        done = outbox.drop([row.code for row in found], reason=why)
    for code in done:
        click.echo(f"#{code} 已丢弃 dropped")


def _named(outbox: Outbox, codes: Sequence[str]) -> tuple[OutboxRow, ...]:
    """The alerts with these codes. Raises Misuse for the first code that no alert has."""
    found: list[OutboxRow] = []
    for code in codes:
        rows = outbox.with_code(code.strip().lstrip("#").upper())
        if not rows:
            raise Misuse(f"没有编号为 {code} 的提醒 (no alert has this code); jindu alerts list")
        found += rows
    return tuple(found)


def _dead(outbox: Outbox, codes: Sequence[str]) -> tuple[OutboxRow, ...]:
    """The dead alerts among these. Raises Misuse when a code has none: then nothing is changed."""
    found = _named(outbox, codes)
    dead = tuple(row for row in found if row.state == "dead")
    for row in found:
        if row.code not in {one.code for one in dead}:
            raise Misuse(
                f"#{row.code} 是 {row.state}，只有 dead 的提醒可以重发或丢弃 (only dead alerts can be replayed or dropped)"
            )
    return dead


def title_of(row: OutboxRow) -> str:
    """What an alert is about, in one line: a headline, or the first line of its own words."""
    if row.kind == "baseline":
        return "监测开始的摘要 summary"
    title = row.title or row.note.partition("\n")[0]
    sequel = SEQUELS.get(row.kind, "")
    return f"{f'【{sequel}】' if sequel else ''}{plain(title)}"


def _told(row: OutboxRow) -> list[str]:
    sent = f"　送达 sent {print_time(row.sent_at)}" if row.sent_at else ""
    lines = [
        f"#{row.code} {row.state}{f'：{plain(row.reason)}' if row.reason else ''}",
        f"  {title_of(row)}",
        f"  规则 rule {row.rule} → 通道 channel {row.channel}　文章 article {row.article_id or '—'}",
        f"  产生 owed {print_time(row.created_at)}{sent}",
    ]
    if row.state == "pending":
        together = WAITS.get(row.batch, "")
        lines.append(f"  下次 next try {print_time(row.not_before)}{together and f'　{together}'}")
    for attempt in row.receipts:
        left = attempt.receipt
        unsure = "，可能已送达 may have arrived" if left.ambiguous else ""
        lines.append(
            f"  第 {attempt.attempt} 次 {print_time(attempt.at)} {left.result} {plain(left.detail)}{unsure}".rstrip()
        )
    return lines
