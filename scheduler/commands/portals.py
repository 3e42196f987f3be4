"""The portals we watch: list them, try them, add one."""

from collections.abc import Iterator, Mapping

import click
from rich.text import Text

from crawler.portals import Portal
from scheduler.commands.adding import add
from scheduler.commands.leads import leads
from scheduler.commands.session import Failure, Session, json_option, pass_session
from scheduler.fetching import RobotsBook
from scheduler.printing import as_json as to_json
from scheduler.printing import console, print_json, table
from scheduler.trying import Tried, Visitor, print_sample, try_source

KINDS: Mapping[str, str] = {
    "list": "列表 list",
    "feed": "订阅源 feed",
    "json": "接口 API",
    "sitemap": "站点地图 sitemap",
    "search": "搜索 search",
}


@click.group(short_help="门户 the portals we watch")
def portals() -> None:
    """门户。 The portals we watch."""


portals.add_command(add)
portals.add_command(leads)


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


@portals.command("check", short_help="试一遍 try every source once")
@click.argument("names", metavar="[NAME]…", nargs=-1)
@json_option
@pass_session
def check(session: Session, names: tuple[str, ...], *, as_json: bool) -> None:
    """每个栏目取一次，读两篇，说明哪些可用。 Try every source once, read two of its articles, and say what works.

    Without names, every portal that is watched. Nothing is archived. robots.txt is obeyed and the portal's pace kept;
    ends with 1 when something is wrong.
    """
    known = session.portals(only=names)
    chosen = {name: portal for name, portal in known.items() if names or portal.enabled}
    tried = wrong = 0
    with session.robots() as book:
        for result in _try_all(chosen, book, say=not as_json):
            tried += 1
            wrong += not result.works
            if as_json:
                print_json(to_json(result) | {"works": result.works})
            else:
                _print_tried(result)
    if wrong:
        raise Failure(
            f"{tried} 个栏目中 {wrong} 个有问题，见上 ({wrong} of {tried} sources do not work, see above; docs/portals.md says what to do)"
        )
    if not as_json:
        click.echo(f"{tried} 个栏目都可用 (all {tried} sources work)")


def _try_all(chosen: Mapping[str, Portal], book: RobotsBook, *, say: bool) -> Iterator[Tried]:
    """Each source that is on; of a portal that is off as a whole, every one that its file does not turn off."""
    for portal in chosen.values():
        if say:
            off = "" if portal.enabled else f"  停用 off: {portal.off_because}"
            console().print(Text(f"{portal.name}  {portal.title} {portal.province}{off}", "bold"))
        visitor, seen = Visitor(portal.pace_seconds, portal.owns, book=book), set[str]()
        for source in portal.sources:
            if source.enabled:
                yield try_source(portal, source, visitor, seen)


def _print_tried(tried: Tried) -> None:
    mark = ("✓", "green") if tried.works else ("✗", "red")
    told = f"{tried.title} {tried.source}".strip()
    answer = f"{KINDS[tried.kind]} {tried.outcome}，{tried.links} 条链接 links，{tried.dated} 条带时间 dated {tried.detail}".strip()
    if tried.further:
        answer += f"；续页 goes on at {tried.further}"
    if tried.outcome == "not_fetched":
        answer = f"没有取到 not fetched：{tried.detail}"
    console().print(Text(f"  {mark[0]} ", mark[1]), Text(f"{told}：{answer}"), sep="")
    for sample in tried.samples:
        console().print(Text(f"      {print_sample(sample)}", "" if not sample.troubles else "yellow"))


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
