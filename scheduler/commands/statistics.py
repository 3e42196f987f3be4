"""Ask the archive: reports and figures over time."""

from collections.abc import Iterable
from typing import Any, get_args

import click
from rich.bar import Bar
from rich.table import Table
from rich.text import Text

from scheduler.alerts.messages import print_amount
from scheduler.alerts.wording import Wording, load_wording
from scheduler.asking import query_words
from scheduler.commands.searching import filter_options, print_facets, read_filters
from scheduler.commands.session import Misuse, Session, json_option, pass_session
from scheduler.printing import console, print_json, print_time, table
from storage import (
    Catalog,
    FigurePoint,
    FigureQuestion,
    FigureSource,
    Period,
    Step,
    step_of,
)

step_option = click.option(
    "--by",
    "step",
    type=click.Choice(get_args(Step)),
    default="month",
    show_default=True,
    help="Step of time.",
)
plot_option = click.option("--plot", is_flag=True, help="画图 Draw it in the terminal.")


@click.command(short_help="统计 reports over time, and how they divide")
@click.argument("query", default="")
@filter_options
@step_option
@plot_option
@json_option
@pass_session
def stats(session: Session, /, query: str, *, step: Step, plot: bool, as_json: bool, **wanted: Any) -> None:
    """多少篇报道、多少件事，按时间和分布。 How many reports and stories, over time and by province, category, ….

    Takes a query as `jindu search` does.
    """
    filters = read_filters(wanted)
    with session.database() as database:
        catalog = Catalog(database, query_words(session.topic))
        periods = catalog.timeline(query, filters=filters, step=step)
        counts = catalog.facets(query, filters=filters)
    if as_json:
        for period in periods:
            print_json(period)
        print_json({"facets": counts})
        return
    _print_periods(periods, plot=plot)
    print_facets(counts, load_wording(session.topic))


@click.command(short_help="数字 figures over time: seized, arrested, treated")
@click.argument("measure", default="drugs_seized")
@click.argument("query", default="")
@click.option("--split", type=click.Choice(["province", "substance", "portal"]), help="One line for each.")
@click.option(
    "--statistics", is_flag=True, help="统计数字 Figures of long periods, which are never added up."
)
@click.option("--sources", type=click.DateTime(["%Y-%m-%d"]), help="The words behind the point of that day.")
@filter_options
@step_option
@plot_option
@json_option
@pass_session
def figures(session: Session, /, measure: str, query: str, *, as_json: bool, **wanted: Any) -> None:
    """一段时间里的数字，每个都有出处。 Figures over time, each tied to the words it came from.

    MEASURE is one of those `jindu figures list` prints, by name (缴获) or id (drugs_seized). Each story counts once: its
    largest figure, on the day of its first report.
    """
    wording = load_wording(session.topic)
    if measure == "list":
        for name, words in wording.measures.items():
            print_json({"measure": name, "name": words}) if as_json else click.echo(f"{name:<20} {words}")
        return
    asked = _asked(measure, wanted, wording)
    plot, day = wanted.pop("plot"), wanted.pop("sources")
    filters = read_filters(wanted)
    with session.database() as database:
        catalog = Catalog(database, query_words(session.topic))
        if day is None:
            points = catalog.figures(asked, query, filters=filters)
            _print_points(points, wording, plot=plot, as_json=as_json)
            return
        begin = step_of(day.date(), asked.step)
        sources = catalog.figure_sources(asked, query, filters=filters, begin=begin)
    _print_sources(sources, wording, as_json=as_json)


def _asked(measure: str, wanted: dict[str, Any], wording: Wording) -> FigureQuestion:
    """What the options ask for, ids for the words. Raises Misuse."""
    measures = {words: name for name, words in wording.measures.items()}
    name = measures.get(measure, measure)
    if name not in wording.measures:
        known = "、".join(wording.measures.values())
        raise Misuse(f"没有这种数字：{measure} (no such figure); 可用 use one of {known}")
    substances = {words: key for key, words in wording.substances.items()}
    substance = wanted.pop("substance")
    return FigureQuestion(
        measure=name,
        substance=substances.get(substance, substance),
        step=wanted.pop("step"),
        split=wanted.pop("split") or "",
        statistics=wanted.pop("statistics"),
    )


BAR = 40
"""Columns of the longest bar."""


def _print_periods(periods: Iterable[Period], *, plot: bool) -> None:
    periods = tuple(periods)
    most = max((period.articles for period in periods), default=0)
    made = _table("时间 time", "报道 reports", "事件 stories", plot=plot)
    for period in periods:
        bar = (Bar(most, 0, period.articles, width=BAR),) if plot else ()
        stories = "…" if period.stories is None else f"{period.stories}"
        made.add_row(f"{period.begin}", f"{period.articles}", stories, *bar)
    console().print(made)


def _print_points(points: tuple[FigurePoint, ...], wording: Wording, *, plot: bool, as_json: bool) -> None:
    if as_json:
        for point in points:
            print_json(point)
        return
    if not points:
        click.echo("没有这样的数字 (no such figures); 见 jindu figures list")
        return
    made = _table("时间 time", "分组 group", "数字 figure", "事件 stories", plot=plot)
    most = {
        unit: max(one.value for one in points if one.unit == unit) for unit in {one.unit for one in points}
    }
    for point in points:
        group = wording.substances.get(point.group, point.group)
        amount = print_amount(point.value, point.unit, wording)
        bar = (Bar(most[point.unit], 0, point.value, width=BAR),) if plot else ()
        made.add_row(f"{point.begin}", group, amount, f"{point.stories}", *bar)
    console().print(made)
    console().print(
        Text("每个数字的出处：加 --sources 日期 (add --sources DAY for the words behind a figure)", "dim")
    )


def _table(*columns: str, plot: bool) -> Table:
    made = table(*columns, rows=())
    if plot:
        made.add_column("")
    return made


def _print_sources(sources: Iterable[FigureSource], wording: Wording, *, as_json: bool) -> None:
    out = console()
    for one in sources:
        if as_json:
            print_json(one)
            continue
        amount = wording.qualifiers.get(one.qualifier, "") + print_amount(one.value, one.unit, wording)
        when = print_time(one.published_at, one.precision)
        out.print(Text(f"{amount}　「{one.evidence}」", "bold"))
        out.print(
            Text(
                f"    {one.article_id} {one.title} {one.province or ''} {one.portal} {when} {one.url}", "dim"
            )
        )
