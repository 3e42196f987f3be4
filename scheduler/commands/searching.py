"""Ask the archive: search."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, get_args

import click
from rich.text import Text

from scheduler.alerts.wording import Wording, load_wording
from scheduler.asking import query_words
from scheduler.commands.session import Session, json_option, pass_session
from scheduler.printing import (
    console,
    hit_record,
    marked,
    print_json,
    print_time,
)
from storage import (
    SHANGHAI,
    Catalog,
    Category,
    FacetCounts,
    Filters,
    Hit,
    Order,
    Passage,
    SearchPage,
)

DAY = click.DateTime(formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M"])


FILTER_OPTIONS = (
    click.option("--province", help="省份，如 甘肃。 Short name of a province."),
    click.option("--portal", help="Name of a portal, as in `jindu portals list`."),
    click.option("--category", type=click.Choice(get_args(Category)), help="What sort of report."),
    click.option("--substance", help="A substance its figures name, e.g. heroin."),
    click.option("--since", type=DAY, help="Published on this day or later (Asia/Shanghai)."),
    click.option("--until", type=DAY, help="Published on this day or earlier."),
    click.option("--place", help="地方，如 兰州。 Words of a place the report names."),
    click.option("--source", help="来源，或其开头。 The 来源, or how it begins."),
    click.option("--reporter", help="记者，或其开头。 An author, or how the name begins."),
    click.option("--figure", "figures", multiple=True, help="数字，如 海洛因>=1kg；可多次。 All must hold."),
    click.option("--relevant/--all", "relevant_only", default=False, help="Only relevant reports."),
    click.option(
        "--first", "first_only", is_flag=True, help="每件事一条 Each story once, by its first report."
    ),
    click.option(
        "--changed", "changed_only", is_flag=True, help="改过的 Only pages that were changed later."
    ),
    click.option(
        "--removed", "removed_only", is_flag=True, help="已删的 Only pages that were removed later."
    ),
)


def filter_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options by which search and statistics choose articles; `read_filters` reads them."""
    for option in reversed(FILTER_OPTIONS):
        command = option(command)
    return command


@click.command(short_help="检索 search the archive")
@click.argument("query", default="")
@filter_options
@click.option("--best", is_flag=True, help="按相关程度 The best answers first, not the newest.")
@click.option("--facets", is_flag=True, help="分布 How the hits divide by province, category, ….")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@click.option("--before", help="Continue after an earlier page: the value printed at its end.")
@json_option
@pass_session
def search(
    session: Session, /, query: str, *, as_json: bool, limit: int, before: str | None, **wanted: Any
) -> None:
    """检索归档。 Search the archive, the newest first.

    Words are joined by AND; OR, -word, "a phrase" and (brackets) work as usual, and fields stand beside words:
    标题: 省: 地: 门户: 类: 毒品: 来源: 记者: 日: 自: 至: 是:首发 是:改过 是:已删, and figures such as 海洛因>=1kg.
    Without QUERY everything matches.
    """
    best, facets = wanted.pop("best"), wanted.pop("facets")
    filters = read_filters(wanted)
    order: Order = "best" if best else "newest"
    with session.database() as database:
        catalog = Catalog(database, query_words(session.topic))
        counts = catalog.facets(query, filters=filters) if facets else None
        page = catalog.search(query, filters=filters, limit=limit, before=before, order=order)
    if as_json:
        for hit in page.hits:
            print_json(hit_record(hit))
        if counts is not None:
            print_json({"facets": counts})
        return
    _print_page(page)
    if counts is not None:
        print_facets(counts, load_wording(session.topic))


def read_filters(wanted: dict[str, Any]) -> Filters:
    """Take the options of `filter_options` out of `wanted`; days become moments in Asia/Shanghai, `until` includes its day."""
    since: datetime | None = wanted.pop("since")
    until: datetime | None = wanted.pop("until")
    if until is not None and until.time() == datetime.min.time():
        until += timedelta(days=1)
    return Filters(
        since=since.replace(tzinfo=SHANGHAI) if since else None,
        until=until.replace(tzinfo=SHANGHAI) if until else None,
        **{name: wanted.pop(name) for name in list(wanted) if name in Filters.__dataclass_fields__},
    )


def _print_page(page: SearchPage) -> None:
    out = console()
    for hit in page.hits:
        title = marked(Passage(text=hit.title, marks=hit.title_marks))
        title.stylize("bold")
        when = print_time(hit.published_at, hit.precision)
        place = f"  {hit.province or ''} {hit.portal} {when}{_fate(hit)}"
        out.print(Text(f"{hit.id:>6}  "), title, Text(place, "dim"), sep="")
        if hit.snippet.text:
            out.print(Text("        "), marked(hit.snippet), sep="")
    total = f"{page.total}" if page.exact else f"不超过 {page.total}"
    out.print(Text(f"共 {total} 篇 ({page.total} found){_continuation(page)}", "dim"))


def _continuation(page: SearchPage) -> str:
    return f"；下一页 next page: --before {page.next}" if page.next else ""


FACETS = {
    "province": "省份 province",
    "category": "类别 category",
    "substance": "毒品 substance",
    "portal": "门户 portal",
    "place": "地方 place",
    "source": "来源 source",
    "reporter": "记者 reporter",
}
SHOWN = 8


def _fate(hit: Hit) -> str:
    """What became of the report and its page, in a few words."""
    told = [f"{hit.reports} 篇 reports"] if hit.reports > 1 else []
    told += ["改过 changed"] if hit.versions > 1 else []
    told += ["已删 removed"] if hit.removed_at else []
    return "".join(f" · {word}" for word in told)


def print_facets(counts: FacetCounts, wording: Wording) -> None:
    """How hits divide, a line for each kind."""
    out = console()
    if not counts.whole:
        out.print(Text(f"以下按最新 {counts.hits} 篇统计 (of the newest {counts.hits})", "dim"))
    names = {"category": wording.categories, "substance": wording.substances}
    for kind, label in FACETS.items():
        found = list(counts.by[kind].items())[:SHOWN]
        words = "  ".join(f"{names.get(kind, {}).get(value, value)} {n}" for value, n in found)
        if words:
            out.print(Text(f"{label}: ", "bold"), Text(words), sep="")
