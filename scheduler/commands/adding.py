"""Watch a new site: the command portals add."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from rich.text import Text

from crawler.portals import PortalError, load_portals
from crawler.portals.drafting import Draft, as_toml, name_from, site_host
from crawler.portals.portal import PROVINCES
from scheduler.commands.session import Failure, Misuse, Session, pass_session
from scheduler.printing import console
from scheduler.surveying import Survey, SurveyError, Wanted, survey
from scheduler.trying import Visitor, print_sample

PACE = 3.0
"""Seconds between two requests where nobody says otherwise, as in a portal's file."""
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")


@click.command("add", short_help="看一个新网站 look at a new site and write its file")
@click.argument("url")
@click.option("--name", help="The file's name without .toml; made from the domain when absent.")
@click.option("--title", help="The site's own name; read from the page when absent.")
@click.option(
    "--province", type=click.Choice(PROVINCES), help="Short name; guessed from the title when absent."
)
@click.option(
    "--pace", type=click.FloatRange(0, 600), default=PACE, show_default=True, help="Seconds between requests."
)
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where to write; crawl.portals when absent.",
)
@click.option("--yes", is_flag=True, help="Write without asking.")
@pass_session
def add(session: Session, /, url: str, *, folder: Path | None, yes: bool, **told: Any) -> None:
    """看一次新网站，写出它的门户文件。 Look at a new site once and write its portal file.

    URL is a page that lists its news, or a feed. The page, its feeds and two of its articles are fetched, politely; what was
    found is shown, and nothing is written before you agree. A file that is there is never overwritten.
    """
    chosen = folder or session.config.crawl.portals
    if chosen is None:
        raise Misuse("写到哪里？给出 --folder，或在 jindu.toml 里设 [crawl] portals (say where to write)")
    name = _checked_name(told["name"], url)
    path = chosen / f"{name}.toml"
    _refuse_known(url, name, path, session.config.crawl.portals)
    own = site_host(url)
    pace = told["pace"] if told["pace"] != PACE else None
    wanted = Wanted(name=name, title=told["title"], province=told["province"], pace_seconds=pace)
    try:
        with session.robots() as book:
            visitor = Visitor(told["pace"], lambda address: site_host(address) == own, book=book)
            found = survey(url, wanted, visitor)
    except SurveyError as error:
        raise Failure(str(error)) from error
    text = as_toml(_with_province(found.draft, may_ask=not yes))
    _show(found, path, text)
    if not yes and not click.confirm(f"写入 write {path}?"):
        raise Failure("没有写入 (not written)")
    _write(path, text)
    _say_next(session, path)


def _checked_name(asked: str | None, url: str) -> str:
    if not re.match(r"https?://[^/\s]", url, re.IGNORECASE):
        raise Misuse(f"{url}: 请写完整的网址 (write a whole address: http://news.example/gsyw/)")
    try:
        name = asked or name_from(url)
    except ValueError as error:
        raise Misuse(f"{url}: 不是有效的地址 (not a valid address): {error}") from error
    if not _NAME.fullmatch(name):
        raise Misuse(f"--name {name}: 只用小写字母、数字、- 和 _ (write small letters, digits, - and _)")
    return name


def _refuse_known(url: str, name: str, path: Path, configured: Path | None) -> None:
    """Nothing is asked of a site that is watched already. Raises Misuse, and PortalError when a file there is wrong."""
    if path.exists():
        raise Misuse(
            f"{path}: 已经有了，不会改写 (is there already and is never overwritten; choose another --name)"
        )
    for folder in {configured, path.parent}:
        known = load_portals(folder if folder and folder.is_dir() else None)
        if name in known:
            raise Misuse(f"已有门户叫 {name} (a portal is called so already; choose another --name)")
        owner = next((portal for portal in known.values() if portal.owns(url)), None)
        if owner is not None:
            raise Misuse(
                f"{url} 属于门户 {owner.name} {owner.title} (belongs to that portal; put a list of it under [[sources]] in a "
                "file with replaces = true)"
            )


def _with_province(draft: Draft, *, may_ask: bool) -> Draft:
    if draft.province:
        return draft
    if not may_ask:
        raise Misuse(
            f"看不出 {draft.title} 属于哪个省：给出 --province (its name does not tell the province; say it)"
        )
    said = click.prompt(
        f"{draft.title} 属于哪个省 its province", type=click.Choice(PROVINCES), show_choices=False
    )
    return replace(draft, province=said)


def _show(found: Survey, path: Path, text: str) -> None:
    out = console()
    out.print(Text(f"# {path}", "bold"))
    out.print(Text(text))
    for line in found.findings:
        out.print(Text(f"· {line}"))
    for sample in found.samples:
        out.print(Text(f"  {print_sample(sample)}"))
    worth = {"B": "较可靠 fairly sure", "C": "把握不大 weak"}[found.draft.evidence]
    off = f"；先停用 off: {found.draft.off_because}" if found.draft.off_because else ""
    out.print(Text(f"把握 confidence: {found.draft.evidence} {worth}{off}"))


def _write(path: Path, text: str) -> None:
    """Write the file where there is none, and make sure that it loads with the others of its folder."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise Failure(f"{path}: 写不了 (cannot be written: {error.strerror})") from error
    try:
        load_portals(path.parent)
    except PortalError:
        path.unlink()
        raise


def _say_next(session: Session, path: Path) -> None:
    crawl = session.config.crawl
    click.echo(f"已写入 written: {path}")
    if crawl.portals is None or crawl.portals.resolve() != path.parent.resolve():
        click.echo(f"请在 jindu.toml 里设 (set in jindu.toml): [crawl] portals = {str(path.parent)!r}")
    if crawl.only and path.stem not in crawl.only:
        click.echo(f"请把 {path.stem} 加进 (add it to) crawl.only")
    click.echo(f"接着 next: jindu portals check {path.stem}；jindu crawl {path.stem}")
