"""What the rules would have sent over the archive: `jindu alerts rehearse`."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import click
from rich.text import Text

from scheduler.alerts.harmless import plain
from scheduler.alerts.rehearsing import Play, Played, play
from scheduler.commands.alerting import WAITS
from scheduler.commands.session import Misuse, Session, json_option, pass_session
from scheduler.config import load_config
from scheduler.printing import console, print_json, print_time, table
from storage import SHANGHAI, Archive, Catalog, Database, Filters, JoinedAs, Stored

PAGE = 200
TITLES = 20
"""How many are printed one by one."""


@click.command(short_help="试演 what the rules would have sent")
@click.option("--rule", "name", metavar="NAME", help="Only this rule.")
@click.option(
    "--since", type=click.DateTime(["%Y-%m-%d"]), help="Only reports published on this day or later."
)
@click.option(
    "--config",
    "other",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Rules of another file.",
)
@json_option
@pass_session
def rehearse(
    session: Session, *, name: str | None, since: datetime | None, other: Path | None, as_json: bool
) -> None:
    """现有规则对归档会发什么；不发送，不写入。 What the rules would have sent over the archive.

    Nothing is sent and nothing is written. Digests, quiet hours and flood control are applied.
    """
    config = load_config(session.environment, path=other) if other else session.config
    rules = [rule for rule in config.rules if name in (None, rule.name)]
    if not rules:
        known = "、".join(rule.name for rule in config.rules) or "none"
        raise Misuse(f"没有规则 {name or ''}；已配置 (no such rule; configured): {known}")
    with session.database() as database:
        result = play(_reports(database, since), rules, config.alerts.flood)
    if as_json:
        for one in result.alerts:
            print_json(one)
        return
    _print(result)


def _reports(database: Database, since: datetime | None) -> Iterator[tuple[Stored, JoinedAs]]:
    """Every relevant report, and how it came to its story."""
    archive = Archive(database)
    filters = Filters(relevant_only=True, since=since.replace(tzinfo=SHANGHAI) if since else None)
    for stored in Catalog(database).stream(filters=filters):
        yield stored, _joined_as(archive, stored)


def _joined_as(archive: Archive, stored: Stored) -> JoinedAs:
    if stored.story.reports == 1:
        return "first"
    return next(one.joined_as for one in archive.reports(stored.story.id) if one.id == stored.id)


def _print(result: Play) -> None:
    out = console()
    out.print(Text(f"试了 {result.tried} 篇，会有 {len(result.alerts)} 条提醒 ({len(result.alerts)} alerts)"))
    cells = [
        (f"{day}", rule, channel, str(many), str(result.messages[channel, day]))
        for (rule, channel, day), many in sorted(
            result.counts().items(), key=lambda item: (item[0][2], item[0])
        )
    ]
    out.print(
        table("日期 day", "规则 rule", "通道 channel", "提醒 alerts", "该通道消息 messages", rows=cells)
    )
    for one in result.alerts[:TITLES]:
        out.print(Text(_line(one)))
    if len(result.alerts) > TITLES:
        out.print(Text(f"… {len(result.alerts) - TITLES} more: --json", "dim"))


def _line(one: Played) -> str:
    waits = WAITS.get(one.batch, "紧急 urgent" if one.urgent else "")
    sequel = "后续 " if one.kind == "follow_up" else ""
    when = print_time(one.sent_at)
    return f"{when}  {one.rule} → {one.channel}  {sequel}{plain(one.title)}{waits and f'　({waits})'}"
