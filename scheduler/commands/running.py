"""Make it go: demo, run, crawl."""

import shutil
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from types import FrameType

import click
from rich.text import Text

from crawler.portals import Portal, PortalError
from scheduler.commands.reading import page_beside
from scheduler.commands.session import Failure, Session, pass_session
from scheduler.crawling import Ended
from scheduler.demo import SECONDS, DemoError, Outcome, run_demo
from scheduler.once import OnePass, Pass
from scheduler.printing import console, print_time
from scheduler.service import Service
from storage import Archive, Outbox, Totals

INTERRUPTED = 130


@click.command(short_help="一分钟看完全过程 the whole loop in a minute")
@click.option("--keep-running", is_flag=True, help="Go on until Ctrl-C.")
@click.option(
    "--seconds", type=click.FloatRange(1, 3600), default=SECONDS, show_default=True, help="How long to show."
)
def demo(*, keep_running: bool, seconds: float) -> None:
    """一分钟看完整个过程，不用网络和配置。 The whole loop in a minute: no network, no configuration."""
    out = console()
    try:
        outcome = run_demo(out, seconds=seconds, keep_running=keep_running)
    except DemoError as error:
        raise Failure(str(error)) from error
    for line in _summary(outcome):
        out.print(Text(line))
    if outcome.interrupted and not keep_running:
        click.get_current_context().exit(INTERRUPTED)


@click.command(short_help="运行服务 watch the portals and send alerts")
@pass_session
def run(session: Session) -> None:
    """运行服务，直到 Ctrl-C 或 SIGTERM。 Watch the portals and send alerts until Ctrl-C or SIGTERM.

    Ends within 30 s of the signal, leaving no child and nothing half-written; a second signal ends it at once.
    """
    config, portals = session.config, session.portals()
    with session.database() as database, page_beside(session, database) as page:
        service = Service(database, config, portals, environment=session.environment)

        def on_signal(_number: int, _frame: FrameType | None) -> None:
            # The next signal gets Python's and the system's own answer.
            signal.signal(signal.SIGINT, signal.default_int_handler)
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            service.request_stop()

        signal.signal(signal.SIGINT, on_signal)
        signal.signal(signal.SIGTERM, on_signal)
        watched = sum(portal.enabled for portal in portals.values())
        channels = len(config.channels)
        click.echo(
            f"监测 {watched} 个门户，{channels} 个提醒通道；归档 {database.url}。Ctrl-C 结束。 "
            f"Watching {watched} portals with {channels} channels; jindu status says how it is.",
            err=True,
        )
        if page:
            click.echo(f"网页 the page: {page}", err=True)
        service.run()


@click.command(short_help="现在抓一遍 one pass over portals now")
@click.argument("names", metavar="[PORTAL]…", nargs=-1)
@pass_session
def crawl(session: Session, names: tuple[str, ...]) -> None:
    """现在把门户各抓一遍。 One pass over the portals now, whatever is due; all of them without names."""
    chosen = _chosen(session, names)
    with session.database() as database:
        before = Archive(database).totals()
        everything = {**session.portals(), **chosen}
        one_pass = OnePass(database, session.config, everything, environment=session.environment)
        result = one_pass.run(chosen, on_ended=_say_ended)
        after = Archive(database).totals()
        owed = Outbox(database).counts().get("pending", 0)
    _say_pass(result, before, after, owed)
    if not result.complete:
        raise Failure("有的网站没有抓完，原因见上 (some sites were not crawled to the end, see above)")


def _chosen(session: Session, names: tuple[str, ...]) -> Mapping[str, Portal]:
    """The portals asked for. Raises PortalError for an unknown one and for one that is off."""
    known = session.portals(only=names)
    for name in names:
        if not known[name].enabled:
            raise PortalError(
                f"门户 {name} 停用 (is off): {known[name].off_because}；要抓它，请在自己的门户文件里启用 (enable it in a file of your own)"
            )
    return {name: portal for name, portal in known.items() if portal.enabled}


def _say_ended(child: Ended) -> None:
    if child.ending == "done":
        click.echo(f"✓ {', '.join(child.hosts)}")
    else:
        click.echo(f"✗ {', '.join(child.hosts)} {child.ending} {child.detail}", err=True)


def _say_pass(result: Pass, before: Totals, after: Totals, owed: int) -> None:
    for holding in result.held:
        click.echo(
            f"✗ {holding.host} 正由别的进程抓取 (is being crawled by {holding.owner}, at most until "
            f"{print_time(holding.lease_until)})",
            err=True,
        )
    new = after.articles - before.articles
    click.echo(
        f"新入库 {new} 篇，其中相关 {after.relevant - before.relevant}；待取 {after.links_pending}，未能读取 {after.links_failed} "
        f"({new} new, {after.links_pending} pending, {after.links_failed} failed)"
    )
    if owed:
        click.echo(f"{owed} 条提醒待发，由 jindu run 送出 ({owed} alerts wait for jindu run)")


def _summary(outcome: Outcome) -> list[str]:
    totals, jindu = outcome.totals, f"{_own_command()} --config {outcome.settings}"
    return [
        "",
        f"入库 {totals.articles} 篇，其中禁毒相关 {totals.relevant} 篇，归为 {totals.stories} 个报道，发出提醒 {outcome.alerts} 条。",
        f"Archived {totals.articles}, relevant {totals.relevant}, stories {totals.stories}, alerts {outcome.alerts}.",
        "",
        "接着试试 try next:",
        f"  {jindu} search 禁毒",
        f"  {jindu} search '冰毒 OR 海洛因' --relevant --json",
        *([f"  {jindu} show {outcome.example}"] if outcome.example else []),
        *([f"  {jindu} versions {outcome.changed}"] if outcome.changed else []),
        *([f"  {jindu} explain {outcome.removed}"] if outcome.removed else []),
        f"  {jindu} alerts list",
        f"  {jindu} web",
    ]


def _own_command() -> str:
    """This program as one can type it again from here."""
    called = Path(sys.argv[0]).resolve()
    found = shutil.which("jindu")
    if found and Path(found).resolve() == called:
        return "jindu"
    return str(called.relative_to(Path.cwd())) if called.is_relative_to(Path.cwd()) else str(called)
