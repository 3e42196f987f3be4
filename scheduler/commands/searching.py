"""Ask the archive: search."""

from datetime import datetime, timedelta
from typing import Any, get_args

import click
from rich.text import Text

from scheduler.commands.session import Session, json_option, pass_session
from scheduler.printing import (
    as_json,
    console,
    iso_local,
    marked,
    print_json,
    print_time,
)
from storage import (
    SHANGHAI,
    Archive,
    Category,
    Filters,
    Hit,
    Passage,
    SearchPage,
)

DAY = click.DateTime(formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M"])


@click.command(short_help="检索 search the archive")
@click.argument("query", default="")
@click.option("--province", help="省份，如 甘肃。 Short name of a province.")
@click.option("--portal", help="Name of a portal, as in `jindu portals list`.")
@click.option("--category", type=click.Choice(get_args(Category)), help="What sort of report.")
@click.option("--substance", help="A substance its figures name, e.g. heroin.")
@click.option("--since", type=DAY, help="Published on this day or later (Asia/Shanghai).")
@click.option("--until", type=DAY, help="Published on this day or earlier.")
@click.option("--relevant/--all", "relevant_only", default=False, help="Only relevant reports.")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@click.option("--before", help="Continue after an earlier page: the value printed at its end.")
@json_option
@pass_session
def search(
    session: Session, /, query: str, *, as_json: bool, limit: int, before: str | None, **wanted: Any
) -> None:
    """检索归档。 Search the archive, the newest first.

    Words are joined by AND; "…" is a phrase. Without QUERY everything matches.
    """
    filters = Filters(**_filter_values(wanted))
    with session.database() as database:
        page = Archive(database).search(query, filters=filters, limit=limit, before=before)
    if as_json:
        for hit in page.hits:
            print_json(_hit_record(hit))
    else:
        _print_page(page)


def _filter_values(wanted: dict[str, Any]) -> dict[str, Any]:
    """Days become moments in Asia/Shanghai; `until` includes its day."""
    since: datetime | None = wanted.pop("since")
    until: datetime | None = wanted.pop("until")
    if until is not None and until.time() == datetime.min.time():
        until += timedelta(days=1)
    return wanted | {
        "since": since.replace(tzinfo=SHANGHAI) if since else None,
        "until": until.replace(tzinfo=SHANGHAI) if until else None,
    }


def _hit_record(hit: Hit) -> dict[str, Any]:
    return {
        "id": hit.id,
        "story": hit.story_id,
        "url": hit.url,
        "title": hit.title,
        "portal": hit.portal,
        "province": hit.province,
        "source": hit.source,
        "published": iso_local(hit.published_at, hit.precision),
        "fetched_at": as_json(hit.fetched_at),
        "relevant": hit.relevant,
        "category": hit.category,
        "score": round(hit.score, 4),
        "snippet": hit.snippet.text,
    }


def _print_page(page: SearchPage) -> None:
    out = console()
    for hit in page.hits:
        title = marked(Passage(text=hit.title, marks=hit.title_marks))
        title.stylize("bold")
        when = print_time(hit.published_at, hit.precision)
        out.print(
            Text(f"{hit.id:>6}  "), title, Text(f"  {hit.province or ''} {hit.portal} {when}", "dim"), sep=""
        )
        if hit.snippet.text:
            out.print(Text("        "), marked(hit.snippet), sep="")
    total = f"{page.total}" if page.exact else f"不超过 {page.total}"
    out.print(Text(f"共 {total} 篇 ({page.total} found){_continuation(page)}", "dim"))


def _continuation(page: SearchPage) -> str:
    return f"；下一页 next page: --before {page.next}" if page.next else ""
