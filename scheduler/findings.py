"""What an operator is told: findings, their codes and their words. Pure."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from storage import SourceState

Level = Literal["green", "yellow", "red"]
FAILED = "failed: "
"""How the detail of a sign of life begins when what left it came to nothing."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One thing an operator should know."""

    code: str
    """A stable name, e.g. `service_down`; `docs/operations.md` says what to do about each."""
    level: Level
    chinese: str
    english: str
    subject: str = ""
    """What it is about where there may be several: `portal address-of-the-source`; empty for the whole service."""


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
