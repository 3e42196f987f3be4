"""A story for people: who had it first, who followed, what came next, where reports disagree; and putting it right by hand."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import click
from rich.text import Text

from scheduler.alerts.messages import print_amount
from scheduler.alerts.wording import Wording, load_wording
from scheduler.commands.session import Failure, Session, json_option, pass_session
from scheduler.printing import as_json, console, print_delay, print_json, print_time
from scheduler.service import now_in_shanghai
from storage import Archive, Disagreement, Related, Report, StoryChange

JOINED = {
    "first": "先入库 archived first",
    "verbatim": "原文转载 verbatim",
    "reprint": "节选转载 reprint",
    "edited": "改写转载 edited",
    "follow_up": "后续 follow-up",
    "merged": "手工并入 merged by hand",
    "address": "同一网址 same address",
}


@dataclass(frozen=True, kw_only=True)
class StoryView:
    """What is shown of a story."""

    reports: tuple[Report, ...]
    """The first publisher's first."""
    related: tuple[Related, ...]
    changes: tuple[StoryChange, ...]
    disagreements: tuple[Disagreement, ...]

    def record(self) -> dict[str, Any]:
        """For programs."""
        names = ("reports", "related", "changes", "disagreements")
        return {name: as_json(getattr(self, name)) for name in names}


def view_story(archive: Archive, story_id: int) -> StoryView:
    """Read all of it."""
    return StoryView(
        reports=archive.reports(story_id),
        related=archive.related(story_id),
        changes=archive.story_changes(story_id),
        disagreements=archive.differing_figures(story_id),
    )


def story_lines(story: StoryView, wording: Wording) -> Iterator[str]:
    """Reports in the order in which they stood there, follow-ups after them; then where figures differ, and what was mended."""
    told = sorted(story.reports, key=lambda report: report.joined_as == "follow_up")
    for report in told if len(told) > 1 else ():
        yield _report_line(report, first=report is story.reports[0])
    for one in story.disagreements:
        yield _disagreement_line(one, story.reports, wording)
    for change in story.changes:
        yield change_line(change)
    for other in story.related:
        yield f"相近 related ({other.why}): {other.first_article_id} {other.title}"


def change_line(change: StoryChange) -> str:
    """One mending: 2026-03-02 09:30 并入 merged: …"""
    what = {
        "merge": f"{change.other_id} 号并入 {change.story_id} 号 merged",
        "split": f"从 {change.story_id} 号拆出 {change.other_id} 号 split",
    }[change.kind]
    articles = "、".join(map(str, change.article_ids))
    why = f"：{change.why}" if change.why else ""
    return f"{print_time(change.at)} {what}（报道 articles {articles}）{why}"


def _report_line(report: Report, *, first: bool) -> str:
    role = "首发 first" if first else JOINED[report.joined_as]
    source = f"（{report.source}）" if report.source else ""
    after = f" {print_delay(report.delay)}" if report.delay else ""
    when = print_time(report.published_at, report.precision)
    return f"{role}: {report.id} {report.portal}{source} {when}{after} {report.title} {report.url}"


def _disagreement_line(one: Disagreement, reports: tuple[Report, ...], wording: Wording) -> str:
    portals = {report.id: report.portal for report in reports}
    names = "、".join(wording.substances.get(name, name) for name in (one.substance or "").split("+") if name)
    shown = names if one.measure in wording.of_substances else ""
    told = "；".join(
        f"{wording.qualifiers.get(figure.qualifier, '')}{print_amount(figure.value, one.unit, wording)}"
        f"（{figure.article_id} {portals.get(figure.article_id, '')}「{figure.words}」）"
        for figure in one.figures
    )
    return f"数字不一 figures differ: {wording.measures.get(one.measure, one.measure)}{shown} {told}"


@click.group(short_help="事件 merge and split stories")
def stories() -> None:
    """事件：合并、拆分，及其记录。 Stories: merge them, split them, see what was mended."""


why_option = click.option("--why", required=True, help="为什么，会记下来。 Why; it is kept.")


@stories.command("merge", short_help="合并 make one of several")
@click.argument("story_ids", metavar="STORY STORY…", nargs=-1, type=int, required=True)
@why_option
@json_option
@pass_session
def merge(session: Session, story_ids: tuple[int, ...], why: str, *, as_json: bool) -> None:
    """把几个事件合成第一个；不会再次提醒。 Make one story of several, that of the first; nobody is told again."""
    with session.database() as database:
        archive = Archive(database)
        into = archive.merge_stories(story_ids, why=why, now=now_in_shanghai())
        _tell(archive, into, as_json=as_json)


@stories.command("split", short_help="拆出 take reports out")
@click.argument("article_ids", metavar="ARTICLE…", nargs=-1, type=int, required=True)
@why_option
@json_option
@pass_session
def split(session: Session, article_ids: tuple[int, ...], why: str, *, as_json: bool) -> None:
    """把报道从事件里拆出，另成一个事件；以后不会再自动并回。 Take reports out into a story of their own, for good."""
    with session.database() as database:
        archive = Archive(database)
        new = archive.split_story(article_ids, why=why, now=now_in_shanghai())
        _tell(archive, new, as_json=as_json)


@stories.command("history", short_help="改动 what was mended")
@click.argument("story_id", metavar="STORY", type=int)
@json_option
@pass_session
def history(session: Session, story_id: int, *, as_json: bool) -> None:
    """一个事件的报道和改动。 A story's reports, and how it was mended."""
    with session.database() as database:
        archive = Archive(database)
        story = view_story(archive, story_id)
        if not story.reports and not story.changes:
            raise Failure(
                f"没有 {story_id} 号事件；编号见 jindu show (no such story; show prints its number)"
            )
    if as_json:
        print_json({"story_id": story_id} | story.record())
        return
    for line in story_lines(story, load_wording(session.topic)):
        console().print(Text(line))
    if not story.changes:
        click.echo("没有手工改动 (never mended)")


def _tell(archive: Archive, story_id: int, *, as_json: bool) -> None:
    change = archive.story_changes(story_id)[-1]
    if as_json:
        print_json(change)
    else:
        click.echo(change_line(change))
        click.echo(
            f"现有报道 reports now: {len(archive.reports(story_id))}；jindu stories history {story_id}"
        )
