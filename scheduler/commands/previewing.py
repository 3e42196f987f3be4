"""See beforehand what each channel would be sent."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import click

from scheduler.alerts.channels import Channel, build_channels
from scheduler.alerts.composing import Composed, Composer
from scheduler.alerts.fitting import size
from scheduler.alerts.formats import TITLED, render
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
KINDS = ("story", "follow_up", "changed", "removed", "digest", "notice", "baseline")
DIGEST = 3
"""How many reports a previewed digest holds."""
UNREPORTED: dict[str, dict[str, Any]] = {
    "notice": {
        "kind": "notice",
        "note": "1 项异常 (1 finding)\n● 示例日报 2 个栏目连续失败 (sample: a source fails)",
    },
    "baseline": {"kind": "baseline", "silenced": 120, "silenced_relevant": 7},
}
"""What is invented for messages that tell of no report."""
SEQUEL_NOTES = {"changed": "缴获海洛因 1.2千克 → 1.5千克"}
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
@click.option(
    "--kind", type=click.Choice(KINDS), default="story", show_default=True, help="What kind of message."
)
@json_option
@pass_session
def preview(  # noqa: PLR0913 - one for each option
    session: Session, article_id: int | None, *, rule: str, chosen: tuple[str, ...], kind: str, as_json: bool
) -> None:
    """一篇文章在各通道上的消息样子。 What each channel would be sent for an article; nothing is sent.

    ID: as `jindu search` and `jindu show` print it; without one, the article of the newest alert, for a digest those of the
    newest three. With templates of your own, this is where they are seen, and what is wrong with one is said.
    """
    channels = _channels(session, rule, chosen)
    config = session.config
    templates = load_templates(config.templates.folder)
    composer = Composer(wording=load_wording(session.topic), templates=templates)
    with session.database() as database:
        batch = _batch(session, database, kind, article_id, rule or SAMPLE.rule)
    if not channels:
        message = composer.compose(batch, "text").message
        click.echo(
            f"没有配置通道，全文如下 (no channel configured; the whole message):\n{message.title}\n{message.body}"
        )
    for channel in channels:
        composed = composer.compose(batch, channel.format)
        if as_json:
            for record in _preview_records(channel, composed):
                print_json(record)
        else:
            click.echo("\n".join(_preview_lines(channel, composed)))


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


def _batch(session: Session, database: Database, kind: str, article_id: int | None, rule: str) -> list[Told]:
    """What the message tells of: an invented notice or summary, or reports of the archive."""
    owed = replace(SAMPLE, rule=rule)
    if kind in UNREPORTED:
        return [Told(owed=replace(owed, **UNREPORTED[kind]))]
    ids = [article_id] if article_id is not None else _newest(database, DIGEST if kind == "digest" else 1)
    if kind != "digest":
        owed = replace(owed, kind=kind, note=SEQUEL_NOTES.get(kind, ""))  # type: ignore[arg-type]
        return [Told(owed=owed, news=_news(session, database, ids[0]))]
    owed = replace(owed, batch="digest")
    told = [Told(owed=owed, news=_news(session, database, one)) for one in ids]
    return told if len(told) > 1 else told * 2


def _newest(database: Database, many: int) -> list[int]:
    """The articles of the newest alerts, each once."""
    rows = Outbox(database).rows(limit=1000)
    ids = list(dict.fromkeys(row.article_id for row in rows if row.article_id is not None))[:many]
    if not ids:
        raise Failure("还没有提醒；请给出文章编号 (no alert yet; name an article, see jindu search)")
    return ids


def _news(session: Session, database: Database, article_id: int) -> News:
    archive = Archive(database)
    stored = archive.get(article_id)
    if stored is None:
        raise Failure(f"归档里没有文章 {article_id} (no such article); jindu search")
    titles = {name: portal.title for name, portal in session.portals().items()}
    return news_of(stored, titles, also_on=also_on(archive, stored))


def _preview_records(channel: Channel, composed: Composed) -> Iterator[dict[str, object]]:
    """Every message that the one is sent as."""
    limit = channel.limit
    whole = replace(composed.message, lines=composed.message.all_lines, entries=(), closing=())
    parts = channel.split(composed.message)
    for part in parts:
        told = render(part.message, limit.format)
        yield {
            "channel": channel.name,
            "schema": channel.schema,
            "format": limit.format,
            "title": told.title,
            "body": told.body,
            "size": size(part.message, limit),
            "limit": limit.total,
            "unit": limit.unit,
            "shortened": len(parts) == 1 and part.message != whole,
            "problem": composed.problem,
        }


def _preview_lines(channel: Channel, composed: Composed) -> Iterator[str]:
    """What a reader sees; of Feishu's post the words, not its JSON."""
    problem = f"\n模板出错，用内置格式 (template failed): {composed.problem}" if composed.problem else ""
    for record, part in zip(
        _preview_records(channel, composed), channel.split(composed.message), strict=True
    ):
        shortened = "，已缩短 shortened" if record["shortened"] else ""
        of = f"{record['size']} / {record['limit']} {UNITS[channel.limit.unit]}"
        yield f"── {channel.name} ({channel.schema}, {channel.format}) {of}{shortened}{problem}"
        if channel.format not in TITLED or channel.format == "post":
            yield str(record["title"])
        yield f"{part.message.body if channel.format == 'post' else record['body']}\n"
