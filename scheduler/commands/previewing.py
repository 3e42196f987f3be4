"""See beforehand what each channel would be sent."""

from dataclasses import replace

import click

from scheduler.alerts.channels import Channel, build_channels
from scheduler.alerts.composing import Composed, Composer
from scheduler.alerts.fitting import size
from scheduler.alerts.formats import render
from scheduler.alerts.messages import News
from scheduler.alerts.reporting import also_on, news_of
from scheduler.alerts.summaries import Told
from scheduler.alerts.templates import load_templates
from scheduler.alerts.wording import load_wording
from scheduler.commands.session import Failure, Misuse, Session, json_option, pass_session
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
@click.option("--rule", default="", metavar="NAME", help="Only the channels of this rule, with its name.")
@click.option("--channel", "chosen", multiple=True, metavar="NAME", help="Only this channel.")
@json_option
@pass_session
def preview(
    session: Session, article_id: int | None, *, rule: str, chosen: tuple[str, ...], as_json: bool
) -> None:
    """一篇文章在各通道上的消息样子。 What each channel would be sent for an article; nothing is sent.

    ID: as `jindu search` and `jindu show` print it; without one, the article of the newest alert. With templates of your own,
    this is where they are seen, and what is wrong with one is said.
    """
    channels = _channels(session, rule, chosen)
    config = session.config
    templates = load_templates(config.templates.folder)
    composer = Composer(wording=load_wording(session.topic), templates=templates)
    with session.database() as database:
        told = Told(owed=replace(SAMPLE, rule=rule or SAMPLE.rule), news=_news(session, database, article_id))
    if not channels:
        message = composer.compose([told], "text").message
        click.echo(
            f"没有配置通道，全文如下 (no channel configured; the whole message):\n{message.title}\n{message.body}"
        )
    for channel in channels:
        composed = composer.compose([told], channel.format)
        if as_json:
            print_json(_preview_record(channel, composed))
        else:
            click.echo(_preview_lines(channel, composed))


def _channels(session: Session, rule: str, chosen: tuple[str, ...]) -> tuple[Channel, ...]:
    """The channels asked for. Raises Misuse for a name that is none."""
    config = session.config
    rules = {one.name: one.channels for one in config.rules}
    if rule and rule not in rules:
        raise Misuse(f"没有规则 {rule} (no such rule; there are): {'、'.join(rules) or 'none'}")
    for name in chosen:
        if name not in config.channels:
            raise Misuse(f"没有通道 {name} (no such channel; configured): {'、'.join(config.channels)}")
    wanted = set(chosen or rules.get(rule) or config.channels)
    channels = build_channels(config.channels, timeout_seconds=config.alerts.timeout_seconds)
    return tuple(channel for name, channel in channels.items() if name in wanted)


def _news(session: Session, database: Database, article_id: int | None) -> News:
    if article_id is None:
        rows = Outbox(database).rows(limit=1000)
        article_id = next((row.article_id for row in rows if row.article_id is not None), None)
        if article_id is None:
            raise Failure("还没有提醒；请给出文章编号 (no alert yet; name an article, see jindu search)")
    archive = Archive(database)
    stored = archive.get(article_id)
    if stored is None:
        raise Failure(f"归档里没有文章 {article_id} (no such article); jindu search")
    titles = {name: portal.title for name, portal in session.portals().items()}
    return news_of(stored, titles, also_on=also_on(archive, stored))


def _preview_record(channel: Channel, composed: Composed) -> dict[str, object]:
    fitted, limit = channel.fit(composed.message), channel.limit
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
        "shortened": fitted != composed.message,
        "problem": composed.problem,
    }


def _preview_lines(channel: Channel, composed: Composed) -> str:
    record = _preview_record(channel, composed)
    shortened = "，已缩短 shortened" if record["shortened"] else ""
    problem = f"\n模板出错，用内置格式 (template failed): {composed.problem}" if composed.problem else ""
    of = f"{record['size']} / {record['limit']} {UNITS[channel.limit.unit]}"
    head = f"── {channel.name} ({channel.schema}, {channel.format}) {of}{shortened}{problem}"
    return f"{head}\n{record['title']}\n{record['body']}\n"
