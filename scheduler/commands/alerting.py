"""One alert at a time: show it, send a dead one again or drop it, and see beforehand how a message looks."""

from collections.abc import Sequence
from datetime import datetime

import click

from scheduler.alerts.channels import Channel, build_channels
from scheduler.alerts.delivery import news_of
from scheduler.alerts.fitting import size
from scheduler.alerts.harmless import plain
from scheduler.alerts.messages import Message, story_message
from scheduler.alerts.wording import load_wording
from scheduler.commands.session import Failure, Misuse, Session, json_option, pass_session
from scheduler.printing import print_json, print_time
from storage import SHANGHAI, Archive, Database, Outbox, OutboxRow, Owed

SAMPLE = Owed(
    id=0,
    code="ABCDE",
    kind="story",
    rule="预览 preview",
    channel="",
    attempt=1,
    lease=1,
    article_id=None,
    story_id=None,
)
DROPPED = "dropped by hand"
UNITS = {"bytes": "字节 bytes", "characters": "字符 characters", "json": "JSON 字节 bytes of JSON"}

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


@click.command(short_help="预览 what a message looks like on each channel")
@click.argument("article_id", metavar="[ID]", type=click.IntRange(1), required=False)
@json_option
@pass_session
def preview(session: Session, article_id: int | None, *, as_json: bool) -> None:
    """一篇文章在各通道上的消息样子。 What each channel would be sent for an article; nothing is sent.

    ID: as `jindu search` and `jindu show` print it; without one, the article of the newest alert.
    """
    config = session.config
    channels = build_channels(config.channels, timeout_seconds=config.alerts.timeout_seconds)
    with session.database() as database:
        message = _message(session, database, article_id)
    if not channels:
        click.echo(f"没有配置通道，全文如下 (no channel configured; the whole message):\n{_text(message)}")
    for channel in channels.values():
        if as_json:
            print_json(_preview_record(channel, message))
        else:
            click.echo(_preview_lines(channel, message))


def _message(session: Session, database: Database, article_id: int | None) -> Message:
    if article_id is None:
        rows = Outbox(database).rows(limit=1000)
        article_id = next((row.article_id for row in rows if row.article_id is not None), None)
        if article_id is None:
            raise Failure("还没有提醒；请给出文章编号 (no alert yet; name an article, see jindu search)")
    stored = Archive(database).get(article_id)
    if stored is None:
        raise Failure(f"归档里没有文章 {article_id} (no such article); jindu search")
    titles = {name: portal.title for name, portal in session.portals().items()}
    return story_message(SAMPLE, news_of(stored, titles), load_wording(session.topic))


def _preview_record(channel: Channel, message: Message) -> dict[str, object]:
    fitted, limit = channel.fit(message), channel.limit
    return {
        "channel": channel.name,
        "schema": channel.schema,
        "title": fitted.title,
        "body": fitted.body,
        "size": size(fitted, limit),
        "limit": limit.total,
        "unit": limit.unit,
        "shortened": fitted != message,
    }


def _preview_lines(channel: Channel, message: Message) -> str:
    fitted, limit = channel.fit(message), channel.limit
    shortened = "，已缩短 shortened" if fitted != message else ""
    head = f"── {channel.name} ({channel.schema}) {size(fitted, limit)} / {limit.total} {UNITS[limit.unit]}{shortened}"
    return f"{head}\n{_text(fitted)}\n"


def _text(message: Message) -> str:
    return f"{message.title}\n{message.body}"


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


def _told(row: OutboxRow) -> list[str]:
    sent = f"　送达 sent {print_time(row.sent_at)}" if row.sent_at else ""
    lines = [
        f"#{row.code} {row.state}{f'：{plain(row.reason)}' if row.reason else ''}",
        f"  {plain(row.title) or '监测开始的摘要 summary'}",
        f"  规则 rule {row.rule} → 通道 channel {row.channel}　文章 article {row.article_id or '—'}",
        f"  产生 owed {print_time(row.created_at)}{sent}",
    ]
    if row.state == "pending":
        lines.append(f"  下次 next try {print_time(row.not_before)}")
    for attempt in row.receipts:
        left = attempt.receipt
        unsure = "，可能已送达 may have arrived" if left.ambiguous else ""
        lines.append(
            f"  第 {attempt.attempt} 次 {print_time(attempt.at)} {left.result} {plain(left.detail)}{unsure}".rstrip()
        )
    return lines
