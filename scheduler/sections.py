"""The tables of `jindu.toml` that say where the archive is, how it crawls and by what clockwork."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from storage import Keep

SPAN = re.compile(r"(\d+(?:\.\d+)?)\s*(s|m|h|d)")
SPAN_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def read_span(value: object) -> object:
    """Read a length of time: "90s", "10m", "2h", "1d", or a number of seconds."""
    if isinstance(value, str):
        match = SPAN.fullmatch(value.strip())
        if match is None:
            raise ValueError('应为时长，如 "90s"、"10m"、"2h" (write a length of time such as "10m")')
        return timedelta(**{SPAN_UNITS[match[2]]: float(match[1])})
    if isinstance(value, int | float) and not isinstance(value, bool):
        return timedelta(seconds=value)
    return value


Span = Annotated[timedelta, BeforeValidator(read_span)]


class Section(BaseModel):
    """A table of `jindu.toml`: frozen, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ArchiveSection(Section):
    """Where the archive is, and how long each kind of thing is kept in it."""

    url: str = ""
    """A file path, `sqlite:///path` or `postgresql://…`; empty means the user's data folder."""
    keep_irrelevant_days: Annotated[int, Field(ge=0)] = 0
    """How many days the texts of articles that are not relevant are kept; 0, here and below, means for ever."""
    keep_receipts_days: Annotated[int, Field(ge=0)] = 0
    """The same for attempts to deliver alerts that are settled."""
    keep_coverage_days: Annotated[int, Field(ge=0)] = 0
    """The same for the counters of days."""
    keep_runs_days: Annotated[int, Field(ge=0)] = 0
    """The same for crawls that ended."""


class CapturesSection(Section):
    """The bytes of pages."""

    keep: Keep = "all"
    """Of which articles they are kept: `all`, `relevant`, `none`."""
    folder: Path | None = None
    """Where; absent means beside an SQLite archive, else in the user's data folder."""
    keep_days: Annotated[int, Field(ge=0)] = 0
    """How long, for all of them; 0 means for ever."""
    max_gigabytes: Annotated[float, Field(ge=0)] = 20.0
    """When they take more, the oldest of articles that are not relevant go; 0 means no limit."""


class CrawlSection(Section):
    """How crawl children are run."""

    children: Annotated[int, Field(ge=1, le=32)] = 2
    hosts_per_child: Annotated[int, Field(ge=1, le=64)] = 4
    deadline: Span = timedelta(minutes=10)
    back_off: Span = timedelta(minutes=1)
    """How long the hosts of a crawl that crashed rest; doubles to half an hour."""
    soonest: Span = timedelta(minutes=5)
    """A source that is well is not looked at more often, unless its `every` says so."""
    latest: Span = timedelta(hours=6)
    """A source that is well is looked at no later than this, unless its `every` says so."""
    portals: Path | None = None
    """A folder with further portal files."""
    only: tuple[str, ...] = ()
    """Names of the portals to watch; empty means all that are enabled."""
    revisit: tuple[Span, ...] = (timedelta(hours=1), timedelta(hours=24), timedelta(days=7))
    """How long after it was archived a relevant article is looked at again; empty means never."""
    contact: str = ""
    """An address or page printed in the User-Agent, so that a portal can reach you."""

    @model_validator(mode="after")
    def _revisits_follow_each_other(self) -> Self:
        if any(span <= timedelta(0) for span in self.revisit) or list(self.revisit) != sorted(
            set(self.revisit)
        ):
            raise ValueError(
                'crawl.revisit: 应为递增的时长 (lengths of time in rising order), ["1h", "24h", "7d"]'
            )
        return self

    @model_validator(mode="after")
    def _deadline_is_long_enough(self) -> Self:
        if self.deadline < timedelta(seconds=1):
            raise ValueError("crawl.deadline: 至少一秒 (at least one second)")
        return self

    @model_validator(mode="after")
    def _soonest_is_before_latest(self) -> Self:
        if not timedelta(0) < self.soonest <= self.latest:
            raise ValueError(
                "crawl.soonest: 大于零，不超过 crawl.latest (more than nothing, and no longer than crawl.latest)"
            )
        return self


class TopicSection(Section):
    """What counts as news of the topic."""

    folder: Path | None = None
    """A folder of your own with the topic's files; absent means the anti-drug topic as shipped."""


class ServiceSection(Section):
    """The service's own clockwork, in seconds."""

    tick_seconds: Annotated[float, Field(ge=0.1, le=60)] = 15.0
    watchdog_seconds: Annotated[float, Field(ge=1)] = 120.0
    stop_seconds: Annotated[float, Field(ge=0.1, le=20)] = 15.0
    """What crawl children are given to end by themselves when the service stops."""

    @model_validator(mode="after")
    def _watchdog_is_slower_than_the_tick(self) -> Self:
        if self.watchdog_seconds < 3 * self.tick_seconds:
            raise ValueError("service.watchdog_seconds: 至少是 tick_seconds 的三倍 (at least three ticks)")
        return self
