"""The tables of `jindu.toml` that say who hears what, and how it is sent."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator

from scheduler.sections import Section, Span
from storage import Category, Flood, Sequel, read_hours, read_time

DIGEST_TIMES = ("08:07", "17:37")
"""When digests go out unless other times are given: off the full and half hour, when vendors are busy."""


class AlertsSection(Section):
    """When and how patiently alerts are sent."""

    quiet_hours: Annotated[float, Field(ge=0)] = 48.0
    """News older than this when a source is first seen is archived without an alert."""
    summary_after_seconds: Annotated[float, Field(ge=0)] = 120.0
    poll_seconds: Annotated[float, Field(ge=0.05, le=60)] = 1.0
    lease_seconds: Annotated[float, Field(ge=2)] = 90.0
    """After a crash, an alert that was being sent is taken up again this much later."""
    timeout_seconds: Annotated[float, Field(ge=0.5, le=60)] = 15.0
    """How long a channel may take to answer."""
    flood_messages: Annotated[int, Field(ge=0)] = 20
    """At most so many messages on a channel within `flood_span`; what is more goes out as one list. 0: no limit."""
    flood_span: Span = timedelta(minutes=10)

    @property
    def flood(self) -> Flood | None:
        """What a channel takes at most; None for no limit."""
        return Flood(messages=self.flood_messages, span=self.flood_span) if self.flood_messages else None

    @model_validator(mode="after")
    def _lease_outlasts_a_send(self) -> Self:
        if self.lease_seconds < 3 * self.timeout_seconds:
            raise ValueError("alerts.lease_seconds: at least three times alerts.timeout_seconds")
        return self


class UrgentSection(Section):
    """What of a rule's reports is told at once, whatever the hour; every condition given must hold."""

    figures: tuple[str, ...] = ()
    categories: frozenset[Category] = frozenset()
    score: Annotated[float, Field(ge=0, le=1)] | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.figures and not self.categories and self.score is None:
            raise ValueError("give figures, categories or score: an empty one would call everything urgent")
        return self


class RuleSection(Section):
    """One `[[rules]]` entry: who hears what, and when."""

    name: str = Field(min_length=1, max_length=60)
    channels: tuple[str, ...] = ()
    """Names from `[channels]`; empty means all of them."""
    provinces: frozenset[str] = frozenset()
    places: tuple[str, ...] = ()
    """Prefectures and counties: 兰州, 甘肃省兰州市城关区."""
    portals: frozenset[str] = frozenset()
    categories: frozenset[Category] = frozenset()
    substances: frozenset[str] = frozenset()
    """海洛因, or heroin as facts name it."""
    min_score: Annotated[float, Field(ge=0, le=1)] = 0.0
    words: tuple[str, ...] = ()
    """Any of these; simplified and traditional are one."""
    all_words: tuple[str, ...] = ()
    not_words: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()
    """Any of these bounds: 海洛因>=1kg."""
    also: frozenset[Sequel] = frozenset()
    """What of a story told before to hear as well: follow_up, changed, removed."""
    digest: tuple[str, ...] = ()
    """Times of day in Asia/Shanghai at which its alerts go out together; true means `DIGEST_TIMES`."""
    quiet: str = ""
    """Hours in Asia/Shanghai, "22:30-07:00", whose alerts go out together after them."""
    urgent: UrgentSection | None = None

    @field_validator("digest", mode="before")
    @classmethod
    def _usual_times(cls, given: object) -> object:
        return {True: DIGEST_TIMES, False: ()}.get(given, given) if isinstance(given, bool) else given

    @field_validator("digest")
    @classmethod
    def _times_of_day(cls, times: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(f"{read_time(one):%H:%M}" for one in times)

    @field_validator("quiet")
    @classmethod
    def _hours(cls, hours: str) -> str:
        if hours:
            read_hours(hours)
        return hours


class OperatorsSection(Section):
    """Who is told how the service itself fares."""

    channels: tuple[str, ...] = ()
    """Names from `[channels]`; empty means that nobody is told of findings."""
    heartbeat: str = ""
    """A time of day in Asia/Shanghai for yesterday's figures; empty means never."""
    remind_hours: Annotated[float, Field(ge=1)] = 24.0
    """How often to say again what is still red."""
    ping_url: str = Field(default="", repr=False)
    """Fetched while the service is well, so that somebody outside notices when it no longer is; a secret."""
    ping_minutes: Annotated[float, Field(ge=0.01)] = 5.0

    @field_validator("heartbeat")
    @classmethod
    def _time_of_day(cls, time: str) -> str:
        return f"{read_time(time):%H:%M}" if time else ""

    @field_validator("ping_url")
    @classmethod
    def _web_address(cls, url: str) -> str:
        if url and urlsplit(url).scheme not in {"http", "https"}:
            raise ValueError("write an http or https address, or env:NAME")
        return url


class TemplatesSection(Section):
    """Messages in the user's own words."""

    folder: Path | None = None
    """Holds `KIND.WRITTEN.jinja` files; see docs/alerts.md."""
