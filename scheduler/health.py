"""What is red, and why. Pure: from what the archive says to findings in words.

A finding is one cause: with no network at all, every failing source is the same trouble and is said once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from storage import Beat, OutboxRow, OutboxState, SourceState

Level = Literal["green", "yellow", "red"]

SILENCE = timedelta(seconds=60)
"""A part of the service without a sign of life for this long, or four ticks, is not running."""
FAILING_AFTER = 3
"""Failed looks in a row after which a source is called failing."""
DOWN_AFTER = timedelta(hours=24)
"""A failing source without a good look for this long is called down."""
LATE_AFTER = timedelta(minutes=10)
"""An alert due for this long and not delivered is late."""
LAG_AFTER = timedelta(minutes=30)
"""A source due for this long and not looked at says that crawling does not keep up."""
NETWORK_SHARE = 0.5
"""The network is gone when more than this share of the sources fail without an answer."""
NO_ANSWER = frozenset({"dns", "connect", "timeout", "reset"})
"""Outcomes of a look that say no server answered."""


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


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One thing an operator should know."""

    code: str
    """A stable name, e.g. `service_down`; `docs/operations.md` says what to do about each."""
    level: Level
    chinese: str
    english: str
    subject: str = ""
    """What it is about where there may be several: `portal` or `portal address-of-the-source`; empty for the whole service."""


CODES = (
    "service_down",
    "notifier_down",
    "no_network",
    "source_down",
    "source_failing",
    "alerts_dead",
    "alerts_late",
    "crawl_lag",
    "no_channel",
)
"""Every code there is, the gravest first."""
SERVICE = frozenset({"service_down", "notifier_down"})
"""Codes that say the service itself does not run: what restarting it can cure."""


def diagnose(vitals: Vitals) -> tuple[Finding, ...]:
    """Everything that is not as it should be, the gravest first; empty when all is well."""
    running = _runs(vitals, "service")
    findings = [*_service(vitals, running=running), *_sources(vitals), *_alerts(vitals)]
    if running:
        findings += _lag(vitals)
    return tuple(sorted(findings, key=lambda finding: CODES.index(finding.code)))


def worst(findings: tuple[Finding, ...]) -> Level:
    """The gravest level among the findings; green for none."""
    levels = {finding.level for finding in findings}
    return "red" if "red" in levels else "yellow" if "yellow" in levels else "green"


def answered(source: SourceState) -> bool:
    """Whether the last look at the source got an answer from a server, good or bad."""
    return source.last_outcome.split(":", 1)[0] not in NO_ANSWER


def subject_of(source: SourceState) -> str:
    """A source as the subject of a finding: the same words at every look."""
    return f"{source.portal} {source.url}"


def print_span(span: timedelta) -> tuple[str, str]:
    """A length of time in words, Chinese and English, in the largest unit that fits."""
    seconds = max(0, int(span.total_seconds()))
    for size, chinese, english in ((86_400, "天", "d"), (3_600, "小时", "h"), (60, "分钟", "min")):
        if seconds >= size:
            return f"{seconds // size} {chinese}", f"{seconds // size} {english}"
    return f"{seconds} 秒", f"{seconds} s"


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
    looked = [source for source in vitals.sources if source.active and source.last_looked_at]
    failing = [source for source in looked if source.failures]
    silent = [source for source in failing if not answered(source)]
    if looked and len(silent) > NETWORK_SHARE * len(looked):
        return [
            Finding(
                code="no_network",
                level="red",
                chinese=f"没有网络：{len(looked)} 个栏目中 {len(silent)} 个连不上；恢复后会自动继续",
                english=f"no network: {len(silent)} of {len(looked)} sources cannot be reached; goes on by itself when it is back",
            )
        ]
    return [_source(source, vitals.now) for source in failing if source.failures >= FAILING_AFTER]


def _source(source: SourceState, now: datetime) -> Finding:
    good = source.last_ok_at or source.first_ok_at
    down = good is None or now - good >= DOWN_AFTER
    why = f"{source.last_outcome} {source.detail}".strip()
    return Finding(
        code="source_down" if down else "source_failing",
        level="red" if down else "yellow",
        chinese=f"{source.portal} {source.url} 连续 {source.failures} 次失败：{why}",
        english=f"{source.portal} failed {source.failures} times in a row",
        subject=subject_of(source),
    )


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
