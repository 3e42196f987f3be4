"""Ask the archive: one report, and its story."""

from typing import Any

import click
from rich.text import Text

from scheduler.alerts.messages import print_fact
from scheduler.alerts.wording import Wording, load_wording
from scheduler.commands.session import Failure, Session, json_option, pass_session
from scheduler.commands.stories import story_lines, view_story
from scheduler.commands.versions import standing_lines, standing_record
from scheduler.printing import (
    article_record,
    as_json,
    console,
    print_json,
    print_time,
    verdict_record,
)
from storage import (
    Archive,
    Ledger,
    Stored,
)


@click.command(short_help="看一篇 show one report")
@click.argument("article_id", metavar="ID", type=int)
@json_option
@pass_session
def show(session: Session, article_id: int, *, as_json: bool) -> None:
    """看一篇报道的全部。 Show one report: article, verdict, figures, and the other reports of its story."""
    with session.database() as database:
        archive = Archive(database)
        stored = archive.get(article_id)
        if stored is None:
            raise Failure(
                f"归档里没有 {article_id} 号报道；编号见 jindu search (no such report; search prints the ids)"
            )
        story = view_story(archive, stored.story.id)
        history = Ledger(database).history(article_id)
    assert history is not None
    if as_json:
        print_json(_stored_record(stored) | story.record() | standing_record(history))
    else:
        wording = load_wording(session.topic)
        _print_stored(stored, wording)
        for line in standing_lines(history):
            console().print(line)
        for told in story_lines(story, wording):
            console().print(Text(told, "dim"))


def _stored_record(stored: Stored) -> dict[str, Any]:
    article = stored.article
    return {
        "id": stored.id,
        "story": as_json(stored.story),
        "url": article.url,
        "canonical_url": article.canonical_url,
        "portal": article.portal,
        "province": stored.province,
        "outcome": stored.outcome,
        "silent": stored.silent,
        **article_record(article),
        **verdict_record(stored.verdict, stored.facts),
        "evidence": as_json(stored.verdict.evidence),
        "trace": as_json(article.trace),
    }


def _print_stored(stored: Stored, wording: Wording) -> None:
    article, verdict, out = stored.article, stored.verdict, console()
    out.print(Text(article.title or "（无标题）", "bold"))
    people = "、".join(article.authors) or "—"
    when = print_time(article.published_at, article.precision)
    out.print(
        Text(f"{article.source or '—'} · {when} · {people} · {stored.province or ''} {article.portal}", "dim")
    )
    out.print(Text(f"{article.url} · 事件 story {stored.story.id}", "dim"))
    category = wording.categories.get(verdict.category or "", "")
    out.print(
        Text(
            f"{'相关 relevant' if verdict.relevant else '不相关 not relevant'} {verdict.score:.2f} {category}"
        )
    )
    for fact in stored.facts:
        out.print(Text(f"  · {print_fact(fact, wording)}　「{fact.evidence}」"))
    out.print(Text(f"\n{article.text}\n"))
