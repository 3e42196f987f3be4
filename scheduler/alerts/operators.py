"""What operators are told, and when: one message for each change of state, none for what flickers. Pure.

A trouble is told when it has lasted `SETTLED`, its end when that has lasted `calm`: ten minutes, doubling each time the
trouble comes back, so that one that flickers is told once and stays told. A restart changes nothing: how things stand is kept.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from scheduler.alerts.harmless import plain
from scheduler.health import LOOK_CODES, SERVICE, Finding
from storage import SHANGHAI, CoverageRow, Notice, Plan, Standing, read_time

SETTLED = timedelta(minutes=2)
CALM = timedelta(minutes=10)
LONGEST_CALM = timedelta(hours=4)
FORGOTTEN = timedelta(days=1)
"""A trouble that is over for this long has its flickering forgiven."""
LINES = 10
"""How many troubles a message names."""
HEARTBEAT_WITHIN = timedelta(hours=6)
"""A heartbeat that could not be owed at its time still is within this; later it would be told as today's and be wrong."""

ONE_TROUBLE: Mapping[str, str] = dict.fromkeys(LOOK_CODES, "source")
"""Codes that are stages of one trouble: from one to the other is no end of it."""
TOLD_OTHERWISE = frozenset({"alerts_dead"})
"""Its beginning is a notice of its own, for each alert that dies."""
UNTELLABLE = SERVICE | {"no_channel"}
"""What cannot be told by the very thing that is missing."""
OVERSHADOWED: Mapping[str, str] = {"no_network": "source"}
"""While the one is there, the others cannot be seen: they stay as they were."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Changed:
    """How a trouble stands now, and what to say of it."""

    standing: Standing | None
    line: str = ""
    is_end: bool = False


def review(
    known: Sequence[Standing],
    findings: Iterable[Finding],
    *,
    now: datetime,
    remind: timedelta,
    channels: Iterable[str],
) -> Plan:
    """How the troubles stand, and one notice for each channel when something is to be told."""
    seen = {_key(one): one for one in findings if one.code not in UNTELLABLE}
    stood = {(one.code, one.subject): replace(one, since=min(one.since, now)) for one in known}
    hidden = {OVERSHADOWED[one.code] for one in seen.values() if one.code in OVERSHADOWED}
    changes = []
    for key in sorted(seen.keys() | stood.keys()):
        if key in seen:
            changes.append(_present(key, seen[key], stood.get(key), now, remind))
        elif key[0] in hidden:
            changes.append(_Changed(standing=stood[key]))
        else:
            changes.append(_absent(stood[key], now))
    note = change_note([one for one in changes if one.line])
    about = f"findings:{now.astimezone(SHANGHAI):%Y-%m-%dT%H:%M:%S}"
    notices = (Notice(name, about, note, now, "") for name in channels) if note else ()
    return Plan(tuple(one.standing for one in changes if one.standing is not None), tuple(notices))


def calm(standing: Standing) -> timedelta:
    """How long a trouble must be over before that is told."""
    return min(CALM * (1 << min(standing.swings, 20)), LONGEST_CALM)


def heartbeat_is_due(at: str, now: datetime) -> date | None:
    """The day whose heartbeat is due at this moment; None when none is."""
    if not at:
        return None
    here = now.astimezone(SHANGHAI)
    since = here - datetime.combine(here.date(), read_time(at), SHANGHAI)
    return here.date() if timedelta(0) <= since < HEARTBEAT_WITHIN else None


def heartbeat_note(day: date, rows: Iterable[CoverageRow], findings: Sequence[Finding], sources: int) -> str:
    """What the daily heartbeat says: yesterday in figures, and whatever is not well."""
    counts: dict[str, int] = {}
    for row in rows:
        for name, number in row.counts.items():
            counts[name] = counts.get(name, 0) + number
    failed = sum(number for name, number in counts.items() if name.startswith("look_failed"))
    ill = len([one for one in findings if one.subject])
    head = f"有 {_many(len(findings))}" if findings else "一切正常 all quiet"
    lines = [
        head,
        f"{day:%Y-%m-%d}：看 looked {counts.get('looked', 0)} 次（失败 failed {failed}），新链接 new {counts.get('new', 0)}，"
        f"归档 archived {counts.get('archived', 0)}，相关 relevant {counts.get('relevant', 0)}，"
        f"有提醒 alerted {counts.get('alerted', 0)}",
        f"栏目 sources：{sources - ill}/{sources} 正常 well",
    ]
    return "\n".join((*lines, *_named([f"● {plain(one.chinese)}" for one in findings])))


def change_note(changes: Sequence[_Changed]) -> str:
    """One text for all that changed; empty for nothing."""
    if not changes:
        return ""
    begun = [one.line for one in changes if not one.is_end]
    over = [one.line for one in changes if one.is_end]
    head = "，".join(
        words
        for many, words in (
            (begun, _many(len(begun))),
            (over, f"{len(over)} 项恢复 ({len(over)} recovered)"),
        )
        if many
    )
    return "\n".join((head, *_named([*begun, *over])))


def _many(findings: int) -> str:
    return f"{findings} 项异常 ({findings} finding{'s' if findings > 1 else ''})"


def _named(lines: Sequence[str]) -> list[str]:
    more = len(lines) - LINES
    return [*lines[:LINES], *([f"还有 {more} 项 (and {more} more): jindu status"] if more > 0 else [])]


def _key(finding: Finding) -> tuple[str, str]:
    return ONE_TROUBLE.get(finding.code, finding.code), finding.subject


def _present(
    key: tuple[str, str], finding: Finding, stood: Standing | None, now: datetime, remind: timedelta
) -> _Changed:
    said = plain(finding.chinese)
    if stood is None:
        known = key[0] in TOLD_OTHERWISE
        begun = Standing(
            code=key[0],
            subject=key[1],
            level=finding.level,
            since=now,
            told=known,
            told_at=now if known else None,
            said=said,
        )
        return _Changed(standing=begun)
    back = stood.level == "green"
    standing = replace(stood, level=finding.level, said=said, since=now if back else stood.since)
    if not standing.told and now - standing.since >= SETTLED:
        return _Changed(standing=replace(standing, told=True, told_at=now), line=f"● {said}")
    worse = standing.told and not back and stood.level == "yellow" and finding.level == "red"
    if worse:
        return _Changed(standing=replace(standing, told_at=now), line=f"● 加重 worse：{said}")
    if standing.told and finding.level == "red" and now - (standing.told_at or now) >= remind:
        return _Changed(standing=replace(standing, told_at=now), line=f"● 仍未恢复 still：{said}")
    return _Changed(standing=standing)


def _absent(stood: Standing, now: datetime) -> _Changed:
    if stood.level != "green":
        return _Changed(standing=replace(stood, level="green", since=now))
    lasted = now - stood.since
    if stood.told and lasted >= calm(stood):
        over = replace(stood, told=False, told_at=None, swings=stood.swings + 1)
        return _Changed(standing=over, line=f"✓ 已恢复 recovered：{plain(stood.said)}", is_end=True)
    return _Changed(standing=stood if stood.told or lasted < FORGOTTEN else None)
