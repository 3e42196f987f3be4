"""The user's settings: `jindu.toml` and the environment, read once and checked into one frozen value."""

import difflib
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self, get_args

import platformdirs
from pydantic import BaseModel, Field, ValidationError, model_validator

from crawler.topics import choose_topic
from scheduler.alerts.ruling import needs_words, rule_of, words_of
from scheduler.alerts.sections import AlertsSection, OperatorsSection, RuleSection, TemplatesSection
from scheduler.sections import (
    ArchiveSection,
    CapturesSection,
    CrawlSection,
    Section,
    ServiceSection,
    TopicSection,
)
from scheduler.web.sections import WebSection
from storage import Category, FigureWords, Rule, captures_folder

APP = "jindu"


class ConfigError(Exception):
    """The configuration cannot be used: the text names the file and the key and says what to write."""


class Config(Section):
    """Everything the user can decide, checked."""

    archive: ArchiveSection = ArchiveSection()
    captures: CapturesSection = CapturesSection()
    crawl: CrawlSection = CrawlSection()
    topic: TopicSection = TopicSection()
    service: ServiceSection = ServiceSection()
    alerts: AlertsSection = AlertsSection()
    operators: OperatorsSection = OperatorsSection()
    templates: TemplatesSection = TemplatesSection()
    web: WebSection = WebSection()
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
        if missing := [name for name in self.operators.channels if name not in self.channels]:
            raise ValueError(f"operators.channels: there is no {missing[0]}; add it under [channels]")
        return self

    @model_validator(mode="after")
    def _rules_can_be_read(self) -> Self:
        for rule in self.rule_sections:
            try:
                rule_of(rule, self.channels, self._words(rule))
            except ValueError as error:
                raise ValueError(f"rules: {rule.name}: {error}") from error
        return self

    def _words(self, rule: RuleSection) -> FigureWords:
        """What figures are called; the topic is read only for rules that speak of them."""
        return words_of(choose_topic(self.topic.folder or "")) if needs_words(rule) else FigureWords()

    @property
    def captures_folder(self) -> Path:
        """Where the bytes of pages are kept."""
        return self.captures.folder or captures_folder(self.archive.url, platformdirs.user_data_path(APP))

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules as the archive keeps them; without any, every relevant story goes to every channel."""
        sections = self.rule_sections or ((RuleSection(name="all"),) if self.channels else ())
        return tuple(rule_of(section, self.channels, self._words(section)) for section in sections)


ENVIRONMENT: Mapping[str, tuple[str, str] | None] = {
    "JINDU_CONFIG": None,
    "JINDU_ARCHIVE": ("archive", "url"),
    "JINDU_PORTALS": ("crawl", "portals"),
    "JINDU_TOPIC": ("topic", "folder"),
    "JINDU_QUIET_HOURS": ("alerts", "quiet_hours"),
    "JINDU_SUMMARY_AFTER": ("alerts", "summary_after_seconds"),
    "JINDU_CAPTURES": ("captures", "keep"),
    "JINDU_CAPTURES_FOLDER": ("captures", "folder"),
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
    if isinstance(token := values.get("web", {}).get("token"), str):
        values["web"]["token"] = _from_environment("web.token", token, environment, where)
    operators = values.get("operators", {})
    if isinstance(ping := operators.get("ping_url"), str):
        operators["ping_url"] = _from_environment("operators.ping_url", ping, environment, where)
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
        resolved[name] = _from_environment(f"channels.{name}", url, environment, where)
    return resolved


def _from_environment(key: str, value: str, environment: Mapping[str, str], where: str) -> str:
    if not value.startswith("env:"):
        return value
    variable = value.removeprefix("env:").strip()
    if not environment.get(variable):
        raise ConfigError(f"{where}: {key}: 环境变量 {variable} 没有设置 (set that environment variable)")
    return environment[variable]


def _anchored(values: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Paths in the file are relative to the file."""
    for table, key in (
        ("crawl", "portals"),
        ("topic", "folder"),
        ("captures", "folder"),
        ("templates", "folder"),
    ):
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
