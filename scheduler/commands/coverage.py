"""What was watched, day by day, and what came of it: the command coverage."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Literal, TypeAlias

import click
from rich.text import Text

from scheduler.commands.session import Misuse, Session, json_option, pass_session
from scheduler.printing import console, print_json
from storage import SHANGHAI, CoverageRow, Ledger, SourceState

DayState: TypeAlias = Literal["news", "no_news", "could_not_look"]
"""`news` new links were listed or pages archived; `no_news` the list was seen and nothing came of it; `could_not_look` no
look succeeded that day, so that nothing is known of it."""
Unseen: TypeAlias = Literal["", "no_crawl", "not_asked"]
"""Why nobody looked: `no_crawl` no source at all was looked at that day, the service did not run; `not_asked` others were, this
one was not due or its host rested. Empty where somebody looked, or where only some sources were asked for."""
COUNTERS = ("looked", "listed", "new", "fetched", "archived", "judged", "relevant", "alerted")
DAYS = 7
DAY = click.DateTime(formats=["%Y-%m-%d"])

_WORDS = {
    "listed": "列出 listed",
    "new": "新 new",
    "fetched": "取 fetched",
    "judged": "判 judged",
    "relevant": "相关 relevant",
    "alerted": "提醒 alerted",
}
_UNSEEN_WORDS: Mapping[Unseen, str] = {
    "": "",
    "no_crawl": "（整天没有抓取，服务没有运行 the service did not run）",
    "not_asked": "（未到时间或网站在休息 not due, or its host rested）",
}
_COLOURS: Mapping[DayState, str] = {"news": "", "no_news": "dim", "could_not_look": "yellow"}


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceDay:
    """What one source gave on one day in Asia/Shanghai."""

    day: date
    portal: str
    source: str
    """Its address; empty for pages that no source listed."""
    state: DayState
    counts: Mapping[str, int]
    """Every name of COUNTERS, with 0 where nothing was counted."""
    look_failures: Mapping[str, int]
    """Outcome → looks at the list that ended so."""
    page_failures: Mapping[str, int]
    """Outcome → pages of this source that could not be had or read."""
    unseen: Unseen = ""


@click.command(short_help="哪天看了什么 what was watched, day by day")
@click.option(
    "--since", type=DAY, help=f"The first day (Asia/Shanghai); {DAYS} days up to today when absent."
)
@click.option("--until", type=DAY, help="The last day; today when absent.")
@click.option("--portal", help="Name of a portal, as in `jindu portals list`.")
@json_option
@pass_session
def coverage(
    session: Session, *, since: datetime | None, until: datetime | None, portal: str | None, as_json: bool
) -> None:
    """每个栏目每天看了几次、得到什么；没有看成的日子会说明。 What was looked at each day, and what came of it.

    "No news" is said only of a day on which the list was really seen; any other day could not be looked at.
    """
    first, last = _span(since, until, today=datetime.now(SHANGHAI).date())
    with session.database() as database:
        ledger = Ledger(database)
        sources = [one for one in ledger.sources() if portal in (None, one.portal)]
        everything = ledger.coverage(since=first, until=last)
        rows = [row for row in everything if portal in (None, row.portal)]
        began = _beginnings(ledger, sources, first)
    if portal is not None and not sources and not rows:
        session.portals(only=(portal,))
    crawled = {row.day for row in everything if row.counts.get("looked")}
    days = [explained(day, crawled) for day in summarise((*rows, *began), sources, since=first, until=last)]
    if as_json:
        for day in days:
            print_json(day)
    else:
        _print_days(days)


def summarise(
    rows: Iterable[CoverageRow], sources: Iterable[SourceState], *, since: date, until: date
) -> tuple[SourceDay, ...]:
    """Every day from `since` to `until` of every source, by portal, source and day; days of the ledger outside are left out.

    A source that is watched has a day even where the ledger has none, from the first sign of it in `rows` or its first
    good look on; one that was never looked at counts from `since`. A retired source has the days the ledger has.
    """
    counted = {(row.portal, row.source_url, row.day): row.counts for row in rows}
    first_counted = {(portal, url): day for portal, url, day in sorted(counted, reverse=True)}
    wanted = {key for key in counted if since <= key[2] <= until}
    for source in sources:
        if source.active:
            signs = [first_counted.get((source.portal, source.url)), _first_good_day(source)]
            begin = max(since, min((day for day in signs if day), default=since))
            for offset in range((until - begin).days + 1):
                wanted.add((source.portal, source.url, begin + timedelta(days=offset)))
    return tuple(_day(key, counted.get(key, {})) for key in sorted(wanted))


def explained(day: SourceDay, crawled: Collection[date]) -> SourceDay:
    """The day with the reason why nobody looked; `crawled` are the days on which any source was looked at."""
    if not day.source or day.counts["looked"]:
        return day
    return replace(day, unseen="not_asked" if day.day in crawled else "no_crawl")


def _first_good_day(source: SourceState) -> date | None:
    return source.first_ok_at.astimezone(SHANGHAI).date() if source.first_ok_at else None


def _day(key: tuple[str, str, date], counts: Mapping[str, int]) -> SourceDay:
    portal, source, day = key
    missed = _failures(counts, "look_failed:")
    state: DayState = "news" if counts.get("new") or counts.get("archived") else "no_news"
    if source and counts.get("looked", 0) <= sum(missed.values()):
        state = "could_not_look"
    return SourceDay(
        day=day,
        portal=portal,
        source=source,
        state=state,
        counts={name: counts.get(name, 0) for name in COUNTERS},
        look_failures=missed,
        page_failures=_failures(counts, "failed:"),
    )


def _failures(counts: Mapping[str, int], prefix: str) -> Mapping[str, int]:
    return {name.removeprefix(prefix): n for name, n in counts.items() if name.startswith(prefix)}


def worded(day: SourceDay) -> str:
    """One day in words, Chinese first."""
    counts = day.counts
    told = [_looks(day)] if day.source else []
    told += [f"{words} {counts[name]}" for name, words in _WORDS.items() if counts[name]]
    if day.page_failures:
        told.append(f"失败 failed {sum(day.page_failures.values())}（{_causes(day.page_failures)}）")
    return "，".join(told)


def _looks(day: SourceDay) -> str:
    looked, missed = day.counts["looked"], sum(day.look_failures.values())
    if day.state == "could_not_look":
        why = _causes(day.look_failures) or f"没有去看 nobody looked{_UNSEEN_WORDS[day.unseen]}"
        return f"没有看成 could not look：{why}"
    failed = f"（其中 {missed} 次没看成 failed：{_causes(day.look_failures)}）" if missed else ""
    news = "，没有新报道 no news" if day.state == "no_news" else ""
    return f"看 looked {looked}{failed}{news}"


def _causes(failures: Mapping[str, int]) -> str:
    """The outcomes, the most frequent first."""
    return "、".join(f"{name} {n}" for name, n in Counter(failures).most_common())


def _span(since: datetime | None, until: datetime | None, *, today: date) -> tuple[date, date]:
    """The days asked for, today at the latest. Raises Misuse when there are none."""
    last = min(until.date(), today) if until else today
    first = since.date() if since else last - timedelta(days=DAYS - 1)
    if first > last:
        raise Misuse(f"{first} 晚于 {last}：没有可看的日子 (--since is after --until or after today)")
    return first, last


def _beginnings(ledger: Ledger, sources: Iterable[SourceState], before: date) -> tuple[CoverageRow, ...]:
    """What the ledger has from before that day on portals with a source that never answered well.

    Nothing else tells since when such a source has been asked.
    """
    never = {one.portal for one in sources if one.active and one.first_ok_at is None and one.last_looked_at}
    yesterday = before - timedelta(days=1)
    return tuple(
        row for name in sorted(never) for row in ledger.coverage(since=date.min, until=yesterday, portal=name)
    )


def _print_days(days: Iterable[SourceDay]) -> None:
    out, any_day = console(), False
    for (portal, source), group in groupby(days, lambda day: (day.portal, day.source)):
        any_day = True
        out.print(Text(f"{portal}  {source or '不在任何栏目里的页面 pages that no source listed'}", "bold"))
        for day in group:
            out.print(Text(f"  {day.day}  {worded(day)}", _COLOURS[day.state]))
    if not any_day:
        out.print(Text("这些日子没有监测任何栏目 (nothing was watched on these days)；jindu run"))
