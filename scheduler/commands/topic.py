"""Own the topic: copy it, change its words, try the change on the archive."""

from itertools import islice
from pathlib import Path

import click
from rich.text import Text

from crawler.topics import choose_topic, copy_topic
from scheduler.commands.session import Session, json_option, pass_session
from scheduler.printing import console, print_json
from scheduler.rehearsal import Changed, rehearse
from storage import Catalog, Verdict

PAGE = 200
"""Articles asked for at once."""
FOLDER = click.Path(path_type=Path)


@click.group(short_help="主题 the words that decide")
def topic() -> None:
    """主题：什么算禁毒新闻。 What counts: words, contexts, weights, as files of your own."""


@topic.command("copy")
@click.argument("folder", type=FOLDER)
def copy(folder: Path) -> None:
    """把随附的主题复制到新文件夹，供修改。 Copy the shipped topic to a new folder, to be changed there."""
    copy_topic(folder)
    click.echo(
        f"已复制到 {folder}；改好后先试 (copied; change it, then try it): jindu topic check {folder}\n"
        f'启用 (to use it): [topic] folder = "{folder}"'
    )


@topic.command("check")
@click.argument("folder", type=FOLDER)
@click.option(
    "--limit",
    type=click.IntRange(1),
    default=2000,
    show_default=True,
    help="The newest articles to try it on.",
)
@click.option(
    "--examples", type=click.IntRange(0), default=10, show_default=True, help="How many of each to print."
)
@json_option
@pass_session
def check(session: Session, folder: Path, *, limit: int, examples: int, as_json: bool) -> None:
    """改动若早已生效，会多发什么、漏掉什么。 What a change of words would have sent and lost over the archive.

    Nothing is changed and nothing is sent.
    """
    changed = choose_topic(folder)
    with session.database() as database:
        result = rehearse(islice(Catalog(database).stream(), limit), changed)
    groups = (
        ("多发 gained", "gained", result.gained),
        ("漏掉 lost", "lost", result.lost),
        ("改类 moved", "moved", result.moved),
    )
    if as_json:
        for _, name, found in groups:
            for one in found:
                print_json({"change": name} | _record(one))
        return
    out = console()
    out.print(Text(f"试了 {result.tried} 篇 (tried on {result.tried} articles)"))
    for label, _, found in groups:
        out.print(Text(f"{label}: {len(found)}", "bold"))
        for one in found[:examples]:
            out.print(Text(f"  {one.id:>6}  {one.title}"))
            out.print(Text(f"          {_told(one.before)} → {_told(one.after)}", "dim"))
        if len(found) > examples:
            out.print(Text(f"          … {len(found) - examples} more: --examples", "dim"))


def _told(verdict: Verdict) -> str:
    words = "、".join(f"{one.term}({one.weight:+.1f})" for one in verdict.evidence[:5])
    return f"{'相关' if verdict.relevant else '不相关'} {verdict.score:.2f} {verdict.category or ''} {words}".strip()


def _record(one: Changed) -> dict[str, object]:
    return {"id": one.id, "story": one.story_id, "title": one.title, "before": one.before, "after": one.after}
