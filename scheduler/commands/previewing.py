"""See beforehand what each channel would be sent."""

import click

from scheduler.alerts.channels import Channel, build_channels
from scheduler.alerts.delivery import news_of
from scheduler.alerts.fitting import size
from scheduler.alerts.formats import render
from scheduler.alerts.messages import Message, story_message
from scheduler.alerts.wording import load_wording
from scheduler.commands.session import Failure, Session, json_option, pass_session
from scheduler.printing import print_json
from storage import Archive, Database, Outbox, Owed

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
UNITS = {
    "bytes": "字节 bytes",
    "characters": "字符 characters",
    "json": "JSON 字节 bytes of JSON",
    "wide_json": "JSON 字节 bytes of JSON",
}


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
        click.echo(
            f"没有配置通道，全文如下 (no channel configured; the whole message):\n{message.title}\n{message.body}"
        )
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
    told = render(fitted, limit.format)
    return {
        "channel": channel.name,
        "schema": channel.schema,
        "format": limit.format,
        "title": told.title,
        "body": told.body,
        "size": size(fitted, limit),
        "limit": limit.total,
        "unit": limit.unit,
        "shortened": fitted != message,
    }


def _preview_lines(channel: Channel, message: Message) -> str:
    record = _preview_record(channel, message)
    shortened = "，已缩短 shortened" if record["shortened"] else ""
    of = f"{record['size']} / {record['limit']} {UNITS[channel.limit.unit]}"
    head = f"── {channel.name} ({channel.schema}, {channel.limit.format}) {of}{shortened}"
    return f"{head}\n{record['title']}\n{record['body']}\n"
