"""The tables of `jindu.toml` that say who hears what, and how it is sent."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, field_validator, model_validator

from scheduler.alerts.wording import category_named
from scheduler.sections import Section, Span
from storage import Category, Flood, Sequel, fold, read_hours, read_time

PATTERN = re.compile(r"[*|\\\[\]{}^]|\.\+|\(\?")
"""What stands in regular expressions and in no word."""
LONGEST_DAY_OFF = 12
"""Quiet hours between morning and evening of one day that last longer were meant the other way round."""

DIGEST_TIMES = ("08:07", "17:37")
"""When digests go out unless other times are given: off the full and half hour, when vendors are busy."""


def read_word(written: str) -> str:
    """A word of a rule. Raises ValueError for one that is blank, which every text holds, or a pattern, which none does."""
    if not fold(written).strip():
        raise ValueError("空白的词 (a blank word); leave it out")
    if PATTERN.search(written):
        raise ValueError(
            f"{written}: 应写词语本身，不用正则 (words are plain text, no patterns); write several"
        )
    return written


Word = Annotated[str, AfterValidator(read_word)]
Named = Annotated[Category, BeforeValidator(category_named)]
"""A category by its name or in Chinese: enforcement, 查缉."""


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
            raise ValueError(
                "lease_seconds 至少是 timeout_seconds 的三倍 (at least three times timeout_seconds)"
            )
        return self


class UrgentSection(Section):
    """What of a rule's reports is told at once, whatever the hour; every condition given must hold."""

    figures: tuple[str, ...] = ()
    categories: frozenset[Named] = frozenset()
    score: Annotated[float, Field(ge=0, le=1)] | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.figures and not self.categories and self.score is None:
            raise ValueError(
                "请给出 figures、categories 或 score (give one of them: an empty one would call everything urgent)"
            )
        return self


class RuleSection(Section):
    """One `[[rules]]` entry: who hears what, and when."""

    name: str = Field(min_length=1, max_length=60)
    channels: tuple[str, ...] = ()
    """Names from `[channels]`; empty means all of them."""
    provinces: frozenset[str] = frozenset()
    """甘肃, 甘肃省, 全国."""
    places: tuple[str, ...] = ()
    """Prefectures and counties: 兰州, 甘肃省兰州市城关区."""
    portals: frozenset[str] = frozenset()
    """By name or title."""
    categories: frozenset[Named] = frozenset()
    substances: frozenset[str] = frozenset()
    """海洛因, or heroin as facts name it."""
    min_score: Annotated[float, Field(ge=0, le=1)] = 0.0
    words: tuple[Word, ...] = ()
    """Any of these; simplified and traditional are one."""
    all_words: tuple[Word, ...] = ()
    not_words: tuple[Word, ...] = ()
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
            begin, end = read_hours(hours)
            if end.hour - begin.hour > LONGEST_DAY_OFF:
                turned = f"{end:%H:%M}-{begin:%H:%M}"
                raise ValueError(
                    f'{hours}: 整个白天都不提醒，写反了？夜间写 "{turned}"，一天一次用 digest '
                    f'(quiet all day; for the night write "{turned}", for once a day use digest)'
                )
        return hours

    @model_validator(mode="after")
    def _words_can_be_met(self) -> Self:
        unwanted = [fold(word) for word in self.not_words]
        for wanted in (*([one] for one in self.all_words), *([self.words] if self.words else [])):
            if all(any(no in fold(word) for no in unwanted) for word in wanted):
                raise ValueError(
                    f"not_words 排除了要求的词 {'、'.join(wanted)}，永远不会有提醒 (not_words excludes what is wanted: nothing "
                    "could ever match)"
                )
        return self


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
            raise ValueError("应为 http 或 https 地址，或 env:NAME (write such an address, or env:NAME)")
        return url


class TemplatesSection(Section):
    """Messages in the user's own words."""

    folder: Path | None = None
    """Holds `KIND.WRITTEN.jinja` files; see docs/alerts.md."""
