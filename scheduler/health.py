"""What is red, and why. Pure: from what the archive says to findings in words.

A finding is one cause: with no network at all, every failing source is the same trouble and is said once.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from scheduler.ailing import LOOK_CODES, source_findings
from scheduler.findings import FAILED, Finding, Level, print_span
from storage import (
    Beat,
    CaptureTotals,
    LaterLooks,
    MissingSite,
    OutboxRow,
    OutboxState,
    Quality,
    Rhythm,
    SourceState,
)

__all__ = [
    "CODES",
    "LOOK_CODES",
    "SERVICE",
    "SILENCE",
    "Finding",
    "Level",
    "Vitals",
    "diagnose",
    "print_span",
    "worst",
]

SILENCE = timedelta(seconds=60)
"""A part of the service without a sign of life for this long, or four ticks, is not running."""
LATE_AFTER = timedelta(minutes=10)
"""An alert due for this long and not delivered is late."""
NOT_KEPT_FOR = timedelta(hours=24)
"""For so long after the last page whose bytes could not be written it is said."""
DISK_LOW, DISK_FULL = 2_000_000_000, 500_000_000
"""Bytes free below which the disk is nearly full, and so nearly that archiving may stop within the day."""
LAG_AFTER = timedelta(minutes=30)
"""A source due for this long and not looked at says that crawling does not keep up."""
RELOOKS_LATE_AFTER = timedelta(hours=2)
"""The same of an archived page: the first looks come an hour and a day after it, and new pages go first."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Vitals:
    """What the archive says about the service at one moment."""

    now: datetime
    beats: Mapping[str, Beat]
    sources: tuple[SourceState, ...]
    outbox: Mapping[OutboxState, int]
    waiting: tuple[OutboxRow, ...] = ()
    """Alerts that are pending or being sent."""
    tick: timedelta = timedelta(seconds=15)
    channels: int = 0
    """How many channels are configured."""
    rhythms: Mapping[int, Rhythm] = field(default_factory=dict)
    """By id of a source, when its items appear."""
    qualities: Mapping[int, Quality] = field(default_factory=dict)
    """By id of a source, how its pages are read."""
    captures: CaptureTotals | None = None
    """The bytes of pages that are kept."""
    later: LaterLooks | None = None
    """The looks at archived pages, late after `RELOOKS_LATE_AFTER`."""
    disk_free: int | None = None
    """Bytes free where the archive is; None where that cannot be known, as for a server."""


CODES = (
    "service_down",
    "notifier_down",
    "no_network",
    *LOOK_CODES,
    "pages_unreadable",
    "selector_broken",
    "fields_lost",
    "garbled",
    "charset_changed",
    "validators_lie",
    "source_frozen",
    "source_silent",
    "source_stale",
    "all_silent",
    "site_gone",
    "disk_low",
    "captures_failing",
    "alerts_dead",
    "alerts_late",
    "ping_failing",
    "crawl_lag",
    "relooks_late",
    "no_channel",
)
"""Every code there is, the gravest first."""
LEVELS: tuple[Level, ...] = ("red", "yellow", "green")
SERVICE = frozenset({"service_down", "notifier_down"})
"""Codes that say the service itself does not run: what restarting it can cure."""


def diagnose(vitals: Vitals) -> tuple[Finding, ...]:
    """Everything that is not as it should be, the gravest first; empty when all is well."""
    running = _runs(vitals, "service")
    findings = [*_service(vitals, running=running), *_sources(vitals), *_captures(vitals), *_alerts(vitals)]
    findings += [*_disk(vitals), *_ping(vitals)]
    if vitals.later is not None:
        findings += map(_site_gone, vitals.later.missing_sites)
    if running:
        findings += [*_lag(vitals), *_late_relooks(vitals)]
    return tuple(sorted(findings, key=lambda one: (LEVELS.index(one.level), CODES.index(one.code))))


def worst(findings: tuple[Finding, ...]) -> Level:
    """The gravest level among the findings; green for none."""
    levels = {finding.level for finding in findings}
    return "red" if "red" in levels else "yellow" if "yellow" in levels else "green"


def _runs(vitals: Vitals, name: str) -> bool:
    beat = vitals.beats.get(name)
    return beat is not None and vitals.now - beat.at <= max(SILENCE, 4 * vitals.tick)


def _service(vitals: Vitals, *, running: bool) -> list[Finding]:
    if running and not _runs(vitals, "notifier"):
        return [
            Finding(
                code="notifier_down",
                level="red",
                chinese="抓取在运行，但提醒停了：请看日志",
                english="crawling runs but alerts have stopped: see the log",
            )
        ]
    if running:
        return []
    beat = vitals.beats.get("service")
    since = print_span(vitals.now - beat.at) if beat else None
    return [
        Finding(
            code="service_down",
            level="red",
            chinese=f"服务没有运行（最后一次心跳在 {since[0]}前）：jindu run"
            if since
            else "服务还没有运行过：jindu run",
            english=f"the service is not running (last sign of life {since[1]} ago): jindu run"
            if since
            else "the service has never run: jindu run",
        )
    ]


def _sources(vitals: Vitals) -> list[Finding]:
    return source_findings(vitals.sources, vitals.rhythms, vitals.qualities, vitals.now)


def _captures(vitals: Vitals) -> list[Finding]:
    kept = vitals.captures
    if kept is None or kept.last_not_kept_at is None or vitals.now - kept.last_not_kept_at > NOT_KEPT_FOR:
        return []
    return [
        Finding(
            code="captures_failing",
            level="red",
            chinese=f"网页原样没能写下（共 {kept.not_kept} 页）：请看存档文件夹的空间和权限，文章本身没有丢",
            english=f"the bytes of pages could not be written ({kept.not_kept} in all): check room and permissions"
            " of the captures' folder; no article was lost",
        )
    ]


def _disk(vitals: Vitals) -> list[Finding]:
    free = vitals.disk_free
    if free is None or free >= DISK_LOW:
        return []
    return [
        Finding(
            code="disk_low",
            level="red" if free < DISK_FULL else "yellow",
            chinese=f"归档所在磁盘只剩 {free // 1_000_000} MB：腾出空间，否则将停止入库",
            english=f"only {free // 1_000_000} MB free where the archive is: make room, or archiving will stop",
        )
    ]


def _ping(vitals: Vitals) -> list[Finding]:
    beat = vitals.beats.get("ping")
    if beat is None or not beat.detail.startswith(FAILED):
        return []
    reason = beat.detail.removeprefix(FAILED)
    return [
        Finding(
            code="ping_failing",
            level="yellow",
            chinese=f"operators.ping_url 没有应答：{reason}",
            english=f"the watch outside does not answer the ping: {reason}",
        )
    ]


def _alerts(vitals: Vitals) -> list[Finding]:
    findings = []
    if dead := vitals.outbox.get("dead", 0):
        findings.append(
            Finding(
                code="alerts_dead",
                level="red",
                chinese=f"{dead} 条提醒没有送到，已放弃：jindu alerts list --state dead",
                english=f"{dead} alerts were given up: jindu alerts list --state dead",
            )
        )
    late = [row for row in vitals.waiting if vitals.now - row.created_at >= LATE_AFTER]
    if late := [row for row in late if vitals.now - row.not_before >= timedelta(0) or row.attempt]:
        findings.append(
            Finding(
                code="alerts_late",
                level="yellow",
                chinese=f"{len(late)} 条提醒迟迟没有送到：jindu alerts list --state pending",
                english=f"{len(late)} alerts are late: jindu alerts list --state pending",
            )
        )
    if not vitals.channels:
        findings.append(
            Finding(
                code="no_channel",
                level="yellow",
                chinese="没有配置提醒通道：在 jindu.toml 的 [channels] 里加一个",
                english="no channel is configured: add one under [channels] in jindu.toml",
            )
        )
    return findings


def _lag(vitals: Vitals) -> list[Finding]:
    overdue = [
        source
        for source in vitals.sources
        if source.active and vitals.now - source.next_check_at >= LAG_AFTER
    ]
    if not overdue:
        return []
    oldest = print_span(vitals.now - min(source.next_check_at for source in overdue))
    return [
        Finding(
            code="crawl_lag",
            level="yellow",
            chinese=f"{len(overdue)} 个栏目该看而没看，最久 {oldest[0]}：增加 crawl.children 或检查归档",
            english=f"{len(overdue)} sources are overdue, the oldest by {oldest[1]}: raise crawl.children or check the archive",
        )
    ]


def _site_gone(site: MissingSite) -> Finding:
    since = f"{site.since:%m-%d %H:%M}"
    return Finding(
        code="site_gone",
        level="yellow",
        chinese=f"{site.portal}（{site.host}）整站页面不可见，不当作删稿：{since} 起 {site.pages} 篇存档的报道打不开，稍后再看",
        english=f"{site.portal}: {site.pages} archived pages of {site.host} are gone since {since} and none stands:"
        " its whole site, so none is called removed; looked at again later",
        subject=f"{site.portal} {site.host}",
    )


def _late_relooks(vitals: Vitals) -> list[Finding]:
    later = vitals.later
    if later is None or not later.late or later.oldest_due_at is None:
        return []
    oldest = print_span(vitals.now - later.oldest_due_at)
    return [
        Finding(
            code="relooks_late",
            level="yellow",
            chinese=f"{later.late} 篇存档的报道该复查而没查（改稿、撤稿会晚知道），最久 {oldest[0]}：增加 crawl.children，或缩短 crawl.revisit",
            english=f"{later.late} looks at archived pages are late, the oldest by {oldest[1]}, so changes and removals are"
            " told late: raise crawl.children, or shorten crawl.revisit",
        )
    ]
