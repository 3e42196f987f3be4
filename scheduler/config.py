"""The user's settings: `jindu.toml` and the environment, read once and checked into one frozen value."""

import difflib
import re
import tomllib
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Self, get_args

import platformdirs
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from storage import Category, Rule

APP = "jindu"
SPAN = re.compile(r"(\d+(?:\.\d+)?)\s*(s|m|h|d)")
SPAN_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


class ConfigError(Exception):
    """The configuration cannot be used: the text names the file and the key and says what to write."""


def read_span(value: object) -> object:
    """Read a length of time: "90s", "10m", "2h", "1d", or a number of seconds."""
    if isinstance(value, str):
        match = SPAN.fullmatch(value.strip())
        if match is None:
            raise ValueError('write a length of time such as "90s", "10m" or "2h"')
        return timedelta(**{SPAN_UNITS[match[2]]: float(match[1])})
    if isinstance(value, int | float) and not isinstance(value, bool):
        return timedelta(seconds=value)
    return value


Span = Annotated[timedelta, BeforeValidator(read_span)]


class Section(BaseModel):
    """A table of `jindu.toml`: frozen, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ArchiveSection(Section):
    """Where the archive is."""

    url: str = ""
    """A file path, `sqlite:///path` or `postgresql://…`; empty means the user's data folder."""


class CrawlSection(Section):
    """How crawl children are run."""

    children: Annotated[int, Field(ge=1, le=32)] = 2
    hosts_per_child: Annotated[int, Field(ge=1, le=64)] = 4
    deadline: Span = timedelta(minutes=10)
    back_off: Span = timedelta(minutes=1)
    """How long the hosts of a crawl that crashed rest; doubles to half an hour."""
    portals: Path | None = None
    """A folder with further portal files."""
    only: tuple[str, ...] = ()
    """Names of the portals to watch; empty means all that are enabled."""
    contact: str = ""
    """An address or page printed in the User-Agent, so that a portal can reach you."""

    @model_validator(mode="after")
    def _deadline_is_long_enough(self) -> Self:
        if self.deadline < timedelta(seconds=1):
            raise ValueError("crawl.deadline: at least one second")
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
            raise ValueError("service.watchdog_seconds: at least three ticks")
        return self


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

    @model_validator(mode="after")
    def _lease_outlasts_a_send(self) -> Self:
        if self.lease_seconds < 3 * self.timeout_seconds:
            raise ValueError("alerts.lease_seconds: at least three times alerts.timeout_seconds")
        return self


class RuleSection(Section):
    """One `[[rules]]` entry: who hears what."""

    name: str = Field(min_length=1, max_length=60)
    channels: tuple[str, ...] = ()
    """Names from `[channels]`; empty means all of them."""
    provinces: frozenset[str] = frozenset()
    portals: frozenset[str] = frozenset()
    categories: frozenset[Category] = frozenset()
    min_score: Annotated[float, Field(ge=0, le=1)] = 0.0
    words: tuple[str, ...] = ()


class Config(Section):
    """Everything the user can decide, checked."""

    archive: ArchiveSection = ArchiveSection()
    crawl: CrawlSection = CrawlSection()
    topic: TopicSection = TopicSection()
    service: ServiceSection = ServiceSection()
    alerts: AlertsSection = AlertsSection()
    channels: dict[str, str] = Field(default_factory=dict, repr=False)
    """Name → Apprise URL; a secret, never printed."""
    rule_sections: tuple[RuleSection, ...] = Field((), alias="rules")

    @model_validator(mode="after")
    def _rules_fit_the_channels(self) -> Self:
        names = [rule.name for rule in self.rule_sections]
        if doubled := {name for name in names if names.count(name) > 1}:
            raise ValueError(f"rules: the name {min(doubled)} is given twice; rename one")
        for rule in self.rule_sections:
            if missing := [name for name in rule.channels if name not in self.channels]:
                raise ValueError(
                    f"rules: {rule.name} names the channel {missing[0]}; add it under [channels]"
                )
        return self

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules as the archive keeps them; without any, every relevant story goes to every channel."""
        sections = self.rule_sections or ((RuleSection(name="all"),) if self.channels else ())
        return tuple(
            Rule(**{**dict(section), "channels": section.channels or tuple(self.channels)})
            for section in sections
        )


ENVIRONMENT: Mapping[str, tuple[str, str] | None] = {
    "JINDU_CONFIG": None,
    "JINDU_ARCHIVE": ("archive", "url"),
    "JINDU_PORTALS": ("crawl", "portals"),
    "JINDU_TOPIC": ("topic", "folder"),
    "JINDU_QUIET_HOURS": ("alerts", "quiet_hours"),
    "JINDU_SUMMARY_AFTER": ("alerts", "summary_after_seconds"),
}
"""Environment variables that are read: the file to use, and those that stand above a key of it."""


def find_config(environment: Mapping[str, str], *, chosen: Path | None, here: Path) -> Path | None:
    """The file to read: `--config`, `$JINDU_CONFIG`, `./jindu.toml`, then the user's folder; None for none.

    Raises ConfigError when a file that was asked for by name does not exist.
    """
    if named := chosen or (Path(environment["JINDU_CONFIG"]) if environment.get("JINDU_CONFIG") else None):
        if not named.is_file():
            raise ConfigError(f"找不到配置文件 {named}；请检查路径 (no such config file; check the path)")
        return named
    places = (here / "jindu.toml", platformdirs.user_config_path(APP) / "jindu.toml")
    return next((place for place in places if place.is_file()), None)


def load_config(environment: Mapping[str, str], *, path: Path | None, archive: str | None = None) -> Config:
    """Read and check the settings; `archive` (from the command line) stands above file and environment.

    Raises ConfigError with one line that names the file and the key.
    """
    where = str(path) if path else "environment"
    values = _anchored(_read(path), path.parent) if path else {}
    for variable, place in ENVIRONMENT.items():
        if place is not None and environment.get(variable):
            values.setdefault(place[0], {})[place[1]] = environment[variable]
    if archive:
        values.setdefault("archive", {})["url"] = archive
    values["channels"] = _resolve(values.get("channels", {}), environment, where)
    if not values.setdefault("archive", {}).get("url"):
        values["archive"]["url"] = default_archive()
    try:
        return Config.model_validate(values)
    except ValidationError as error:
        raise ConfigError(f"{where}: {_explain(error)}") from None


def default_archive() -> str:
    """The archive used when none is named: a file in the user's data folder."""
    return str(platformdirs.user_data_path(APP) / "archive.db")


def _read(path: Path) -> dict[str, Any]:
    try:
        values = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise ConfigError(
            f"{path}: 读不了 (cannot be read: {error.strerror}); check its permissions"
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: 不是有效的 TOML (not valid TOML: {error})") from error
    for name, table in values.items():
        if name != "rules" and not isinstance(table, dict):
            raise ConfigError(f"{path}: {name}: 应写成表 (write it in a table, such as [archive] url = …)")
    return values


def _resolve(channels: Any, environment: Mapping[str, str], where: str) -> dict[str, str]:
    """Replace `env:NAME` by the variable's value, so that secrets need not be in the file."""
    resolved: dict[str, str] = {}
    for name, url in channels.items():
        if not isinstance(url, str):
            raise ConfigError(f"{where}: channels.{name}: 应为 Apprise 地址 (write an Apprise URL in quotes)")
        if url.startswith("env:"):
            variable = url.removeprefix("env:").strip()
            if not environment.get(variable):
                raise ConfigError(
                    f"{where}: channels.{name}: 环境变量 {variable} 没有设置 (set that environment variable)"
                )
            url = environment[variable]
        resolved[name] = url
    return resolved


def _anchored(values: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Paths in the file are relative to the file."""
    for table, key in (("crawl", "portals"), ("topic", "folder")):
        if isinstance(given := values.get(table, {}).get(key), str):
            values[table][key] = folder / Path(given).expanduser()
    url = values.get("archive", {}).get("url")
    if isinstance(url, str) and url and "://" not in url:
        values["archive"]["url"] = str(folder / Path(url).expanduser())
    return values


def _explain(error: ValidationError) -> str:
    """The first fault in one line: which key, what is wrong, what to write. Never the value (it may be secret)."""
    fault = error.errors(include_url=False, include_input=False, include_context=False)[0]
    key = ".".join(str(part) for part in fault["loc"])
    if fault["type"] == "extra_forbidden":
        return f"{key}: 不认识的键 (unknown key{_suggestion(fault['loc'])})"
    message = fault["msg"].removeprefix("Value error, ")
    return f"{key + ': ' if key else ''}值不对 (wrong value): {message}"


def _suggestion(place: tuple[int | str, ...]) -> str:
    section: type[BaseModel] = Config
    for part in place[:-1]:
        if isinstance(part, str):
            section = RuleSection if part == "rules" else _section(section, part)
    known = [field.alias or name for name, field in section.model_fields.items()]
    close = difflib.get_close_matches(str(place[-1]), known, n=1)
    return f"; did you mean {close[0]}?" if close else f"; known: {', '.join(known)}"


def _section(parent: type[BaseModel], name: str) -> type[BaseModel]:
    annotation = parent.model_fields[name].annotation
    return annotation if isinstance(annotation, type) and issubclass(annotation, BaseModel) else parent


CATEGORIES: tuple[str, ...] = get_args(Category)
"""The categories a rule or a search may name."""
