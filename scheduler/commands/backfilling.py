"""Read what was published before the watch began: the command backfill."""

from datetime import datetime, timedelta
from typing import Any

import click
from rich.progress import BarColumn, Progress, TextColumn

from crawler.portals import Portal, PortalError
from scheduler.backfilling import Backfill, BackfillError, Span, Told, share_walked, time_left
from scheduler.commands.session import Failure, Misuse, Session, json_option, pass_session
from scheduler.printing import as_json as to_json
from scheduler.printing import console, print_json, print_time
from scheduler.service import now_in_shanghai
from storage import SHANGHAI, BackfillProgress

_DAY = click.DateTime(formats=["%Y-%m-%d"])
_EVERY = timedelta(seconds=5)
"""How often a line is printed where there is no terminal for a bar."""


@click.command("backfill", short_help="补抓旧稿 archive what was published before the watch")
@click.argument("name", metavar="PORTAL")
@click.option("--since", type=_DAY, required=True, help="The first day, such as 2026-01-01.")
@click.option("--until", type=_DAY, help="The last day; the day before alerts.quiet_hours ago when absent.")
@click.option("--limit", type=click.IntRange(min=1), default=None, help="Rest after so many new links.")
@json_option
@pass_session
def backfill(session: Session, /, name: str, *, as_json: bool, **told: Any) -> None:
    """补抓 PORTAL 从 --since 起的旧稿，不发提醒。 Walk the portal's lists, sitemaps and searches back in time.

    Polite and slow like any crawl, and never an alert. Stop it as you like: the same command goes on where it was.
    """
    portal = _chosen(session, name)
    span = _span(session, told["since"], told["until"], told["limit"] or 0)
    with session.database() as database:
        everything = {**session.portals(), name: portal}
        work = Backfill(database, session.config, everything, portal, environment=session.environment)
        watcher = _Watcher(as_json=as_json)
        try:
            with watcher.bar:
                state = work.run(span, on_told=watcher.tell)
        except BackfillError as error:
            raise Failure(
                f"{error}；再运行同一命令就从这里继续 (the same command goes on from here)"
            ) from error
    _say(state, as_json=as_json)


def _chosen(session: Session, name: str) -> Portal:
    portal = session.portals(only=(name,))[name]
    if not portal.enabled:
        raise PortalError(f"门户 {name} 停用 (is off): {portal.off_because}")
    if not portal.walked():
        raise PortalError(
            f"{name}.toml: sources: 没有可以往回翻的栏目 (nothing leads back in time; add a list, a sitemap or a search)"
        )
    return portal


def _span(session: Session, since: datetime, until: datetime | None, limit: int) -> Span:
    """The days asked for, in Asia/Shanghai. Raises Misuse for a span without a day."""
    now = now_in_shanghai()
    news = now - timedelta(hours=session.config.alerts.quiet_hours)
    first = since.replace(tzinfo=SHANGHAI)
    # What is younger is news: the watch finds it, and tells of it.
    last = min(until.replace(tzinfo=SHANGHAI) + timedelta(days=1), news) if until else news
    if first >= last:
        raise Misuse(
            f"--since {since:%Y-%m-%d}: 到 {print_time(last)} 之间没有一天；更新的由监测读取 "
            "(there is no day before that; what is newer is read by the watch)"
        )
    return Span(since=first, until=last, limit=limit)


class _Watcher:
    """Shows how far it is: a bar on a terminal, a line now and then elsewhere, records for programs."""

    def __init__(self, *, as_json: bool) -> None:
        out = console()
        self._as_json = as_json
        self._has_bar = out.is_terminal and not as_json
        columns = TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %")
        self.bar = Progress(*columns, console=out, disable=not self._has_bar)
        self._task = self.bar.add_task("", total=1.0)
        self._began = now_in_shanghai()
        self._first: BackfillProgress | None = None
        self._told_at = self._began - _EVERY

    def tell(self, told: Told) -> None:
        """Show one state."""
        now, state = now_in_shanghai(), told.progress
        self._first = self._first or state
        left = time_left(self._first, state, now - self._began)
        if self._has_bar:
            line = _line(state, left, told.waits)
            self.bar.update(self._task, completed=share_walked(state), description=line)
        elif now - self._told_at >= _EVERY:
            self._told_at = now
            if self._as_json:
                print_json(_record(state, left) | {"waits": told.waits})
            else:
                click.echo(f"{share_walked(state):4.0%} {_line(state, left, told.waits)}")


def _line(state: BackfillProgress, left: timedelta | None, waits: str) -> str:
    back = f"回到 back to {state.oldest_at.astimezone(SHANGHAI):%Y-%m-%d} " if state.oldest_at else ""
    more = f" 约剩 left ~{_rough(left)}" if left is not None else ""
    return (
        f"{back}列表 {state.pages} 页 pages，入库 {state.archived} 篇 archived，待取 {state.pending} pending{more}"
        f"{' · ' + waits if waits else ''}"
    )


def _rough(left: timedelta) -> str:
    minutes = max(1, round(left.total_seconds() / 60))
    return f"{minutes} min" if minutes < 120 else f"{minutes / 60:.0f} h"


def _record(state: BackfillProgress, left: timedelta | None) -> dict[str, Any]:
    told: dict[str, Any] = to_json(state)
    return told | {"share": round(share_walked(state), 4), "seconds_left": to_json(left)}


def _say(state: BackfillProgress, *, as_json: bool) -> None:
    if as_json:
        print_json(_record(state, timedelta(0)) | {"waits": ""})
    else:
        click.echo(f"{_line(state, None, '')}，未能读取 {state.failed} failed")
        if state.pending:
            click.echo(f"{state.pending} 篇稍后由监测再试 ({state.pending} will be tried again by the watch)")
        if state.walks_done < state.walks:
            click.echo("还没有走完，再运行同一命令继续 (not at the end yet: the same command goes on)")
    for trouble in state.troubles:
        click.echo(f"✗ {trouble}", err=True)
    if state.troubles:
        raise Failure(
            f"{len(state.troubles)} 个栏目没有走完，见上 (that many sources were not walked to the end)"
        )
