"""Is all well, and if not, why: the command status."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby

import click
from rich.table import Table
from rich.text import Text

from scheduler.ailing import STATE_WORDS, state_of
from scheduler.breakage import expected_looks
from scheduler.commands.captures import captures_line
from scheduler.commands.session import Session, json_option, pass_session
from scheduler.health import SERVICE, Finding, Vitals, diagnose, print_span, worst
from scheduler.printing import as_json as as_plain
from scheduler.printing import console, print_json, table
from scheduler.vitals import gather
from storage import (
    SHANGHAI,
    Archive,
    Database,
    Ledger,
    RobotsFile,
    RobotsFiles,
    SourceState,
    Totals,
    changes,
)

SHOWN = 12
"""Findings on a person's screen; the rest is counted."""


@click.command(short_help="现状 is all well, and why not")
@click.option("--service", is_flag=True, help="Only whether the service itself runs: for a health check.")
@click.option("--sources", is_flag=True, help="A line for each source, not for each portal.")
@click.option("--all", "everything", is_flag=True, help=f"Every finding, not the gravest {SHOWN}.")
@json_option
@pass_session
def status(session: Session, *, service: bool, sources: bool, everything: bool, as_json: bool) -> None:
    """现在是否一切正常，为什么不。 Whether all is well, and why not; ends with 1 when something is red.

    The worst is told first. `--json` has everything.
    """
    now = datetime.now(SHANGHAI)
    with session.database() as database:
        vitals = gather(
            database, now, channels=len(session.config.channels), tick=session.config.service.tick_seconds
        )
        totals, today = Archive(database).totals(), counts_of_today(database, now)
        place, robots = database.url, RobotsFiles(database).all()
    findings = tuple(found for found in diagnose(vitals) if not service or found.code in SERVICE)
    if as_json:
        more = {"today": today, "robots": [_without_rules(file) for file in robots]}
        print_json(_record(place, findings, totals, vitals) | more)
    else:
        _print_findings(findings, len(findings) if everything else SHOWN)
        if not service:
            _print_totals(place, totals, vitals)
            if vitals.captures is not None:
                console().print(Text(captures_line(vitals.captures, session.config.captures_folder)))
            shown = _source_table(vitals.sources, now) if sources else _portal_table(vitals, today)
            console().print(shown)
    if worst(findings) == "red":
        click.get_current_context().exit(1)


def counts_of_today(database: Database, now: datetime) -> Mapping[str, Mapping[str, int]]:
    """By portal, what was looked at, listed, fetched and judged since midnight in Asia/Shanghai."""
    day = now.astimezone(SHANGHAI).date()
    counts: dict[str, Counter[str]] = {}
    for row in Ledger(database).coverage(since=day, until=day):
        counts.setdefault(row.portal, Counter()).update(row.counts)
    return counts


def _record(place: str, findings: tuple[Finding, ...], totals: Totals, vitals: Vitals) -> dict[str, object]:
    return {
        "level": worst(findings),
        "archive": place,
        "findings": findings,
        "totals": totals,
        "captures": vitals.captures,
        "later_looks": vitals.later,
        "outbox": vitals.outbox,
        "beats": vitals.beats,
        "states": Counter(state_of(source, vitals.now) for source in vitals.sources if source.active),
        "sources": [_source_record(source, vitals) for source in vitals.sources],
    }


def _source_record(source: SourceState, vitals: Vitals) -> dict[str, object]:
    """What is known of a source: its own row, how it fares, what its rhythm lets one expect, how its pages read."""
    rhythm, quality = vitals.rhythms.get(source.id), vitals.qualities.get(source.id)
    day_ago = vitals.now - timedelta(days=1)
    told: dict[str, object] = as_plain(source)
    return told | {
        "state": state_of(source, vitals.now),
        "expected_today": round(expected_looks(rhythm, day_ago, vitals.now), 2) if rhythm else None,
        "pages": as_plain(quality) if quality else None,
        "worse": changes(quality) if quality else (),
    }


def _without_rules(file: RobotsFile) -> dict[str, object]:
    return {name: getattr(file, name) for name in RobotsFile.__dataclass_fields__ if name != "body"}


def _print_findings(findings: Sequence[Finding], most: int) -> None:
    out = console()
    colours = {"red": "bold red", "yellow": "yellow", "green": "green"}
    if not findings:
        out.print(Text("● 一切正常 (all is well)", "green"))
    for finding in findings[:most]:
        out.print(
            Text(f"● {finding.chinese}", colours[finding.level]), Text(f" {finding.english}", "dim"), sep=""
        )
    rest = Counter(finding.code for finding in findings[most:])
    if rest:
        told = "、".join(f"{code} {n}" for code, n in rest.most_common())
        out.print(
            Text(f"  还有 {rest.total()} 项 (and {rest.total()} more)：{told}；jindu status --all", "dim")
        )


def _print_totals(place: str, totals: Totals, vitals: Vitals) -> None:
    out = console()
    out.print(
        Text(
            f"归档 archive {place}：{totals.articles} 篇，相关 {totals.relevant}，报道 stories {totals.stories}，"
            f"待取 pending {totals.links_pending}，未能读取 failed {totals.links_failed}"
        )
    )
    owed = "，".join(f"{state} {count}" for state, count in vitals.outbox.items())
    out.print(Text(f"提醒 alerts：{owed or '—'}"))
    later = vitals.later
    if later is not None and later.planned:
        late = f"，逾期 late {later.late}" if later.late else ""
        out.print(Text(f"复查 later looks：已排 planned {later.planned}，到时 due {later.due}{late}"))


def _portal_table(vitals: Vitals, today: Mapping[str, Mapping[str, int]]) -> Table:
    rows = []
    for portal, group in groupby((source for source in vitals.sources if source.active), _name):
        sources = list(group)
        counts = today.get(portal, {})
        rows.append(
            (
                _light(sources, vitals.now),
                portal,
                _fares(sources, vitals.now),
                _last_good(sources, vitals.now),
                f"{counts.get('looked', 0)} / {counts.get('new', 0)} / {counts.get('relevant', 0)}",
                str(sum(source.pending_links for source in sources) or ""),
                _trouble(sources),
            )
        )
    return table(
        "", "门户\nportal", "栏目正常\nsources", "上次成功\nlast good", "今日看/新/相关\nlooked/new/relevant",
        "待取\npending", "故障\ntrouble", rows=rows,
    )  # fmt: skip


def _source_table(sources: Iterable[SourceState], now: datetime) -> Table:
    rows = [
        (
            _light([source], now),
            source.portal,
            source.url,
            STATE_WORDS[state_of(source, now)],
            _last_good([source], now),
            str(source.pending_links or ""),
            _trouble([source]),
        )
        for source in sources
        if source.active
    ]
    return table(
        "",
        "门户 portal",
        "栏目 source",
        "状态 state",
        "上次成功 last good",
        "待取 pending",
        "故障 trouble",
        rows=rows,
    )


def _name(source: SourceState) -> str:
    return source.portal


def _light(sources: Sequence[SourceState], now: datetime) -> Text:
    states = [state_of(source, now) for source in sources]
    if set(states) == {"waiting"}:
        return Text("○", "dim")
    bad = sum(state in ("failing", "down") for state in states)
    return Text("●", "green" if not bad else "red" if bad == len(states) else "yellow")


def _fares(sources: Sequence[SourceState], now: datetime) -> str:
    """How many of how many are well, and how the others fare."""
    states = Counter(state_of(source, now) for source in sources)
    well = states["ok"] + states["recovered"]
    others = [f"{STATE_WORDS[state]} {n}" for state, n in states.items() if state != "ok"]
    return f"{well}/{len(sources)}" + (f" {'、'.join(others)}" if others else "")


def _last_good(sources: list[SourceState], now: datetime) -> str:
    good = [source.last_ok_at for source in sources if source.last_ok_at]
    return f"{print_span(now - max(good))[0]}前" if good else "—"


def _trouble(sources: list[SourceState]) -> str:
    failing = [source for source in sources if source.failures]
    if not failing:
        return ""
    worst_one = max(failing, key=lambda source: source.failures)
    more = f"（另 {len(failing) - 1} 个 more）" if len(failing) > 1 else ""
    return f"{worst_one.last_outcome} {worst_one.detail}".strip() + more
