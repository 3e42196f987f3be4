"""The user's settings: `jindu.toml` and the environment, read once and checked into one frozen value."""

import difflib
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self, get_args

import platformdirs
from pydantic import BaseModel, Field, ValidationError, model_validator

from scheduler.alerts.ruling import rule_of
from scheduler.alerts.sections import AlertsSection, OperatorsSection, RuleSection, TemplatesSection
from scheduler.alerts.vocabulary import Vocabulary, vocabulary_of
from scheduler.sections import (
    ArchiveSection,
    CapturesSection,
    CrawlSection,
    Section,
    ServiceSection,
    TopicSection,
)
from scheduler.web.sections import WebSection
from storage import Category, Rule, captures_folder

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
            raise ValueError(f"rules: 名称 {min(doubled)} 用了两次 (this name is given twice); rename one")
        for rule in self.rule_sections:
            if missing := [name for name in rule.channels if name not in self.channels]:
                raise ValueError(f"rules: {rule.name}: channels: {_no_channel(missing[0])}")
        if missing := [name for name in self.operators.channels if name not in self.channels]:
            raise ValueError(f"operators.channels: {_no_channel(missing[0])}")
        return self

    @model_validator(mode="after")
    def _rules_can_be_read(self) -> Self:
        for rule in self.rule_sections:
            try:
                rule_of(rule, self.channels, self._vocabulary(rule))
            except ValueError as error:
                raise ValueError(f"rules: {rule.name}: {error}") from error
        return self

    def _vocabulary(self, rule: RuleSection) -> Vocabulary:
        return vocabulary_of(rule, topic=self.topic.folder, portals=self.crawl.portals)

    @property
    def captures_folder(self) -> Path:
        """Where the bytes of pages are kept."""
        return self.captures.folder or captures_folder(self.archive.url, platformdirs.user_data_path(APP))

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules as the archive keeps them; without any, every relevant story goes to every channel."""
        sections = self.rule_sections or ((RuleSection(name="all"),) if self.channels else ())
        return tuple(rule_of(section, self.channels, self._vocabulary(section)) for section in sections)


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


LONGEST_NAME = 20
"""Characters of a channel's name that is said not to exist: what is longer may be a key, put where its name belongs."""
WANTED: Mapping[str, str] = {
    "missing": "缺少这个键 (it is missing)",
    "string_type": "应为引号里的文字 (write a text in quotes)",
    "string_too_short": "不能为空 (it must not be empty)",
    "string_too_long": "太长，最多 {max_length} 个字 (at most {max_length} characters)",
    "tuple_type": '应为列表，如 ["甲", "乙"] (write a list)',
    "frozen_set_type": '应为列表，如 ["甲", "乙"] (write a list)',
    "int_type": "应为整数 (write a whole number)",
    "int_parsing": "应为整数 (write a whole number)",
    "int_from_float": "应为整数 (write a whole number)",
    "float_type": "应为数字 (write a number)",
    "float_parsing": "应为数字 (write a number)",
    "bool_type": "应为 true 或 false (write true or false)",
    "bool_parsing": "应为 true 或 false (write true or false)",
    "model_type": "应为表，如 {{ key = … }} (write a table)",
    "greater_than_equal": "至少为 {ge} (at least {ge})",
    "less_than_equal": "最多为 {le} (at most {le})",
    "literal_error": "应为其中之一 (write one of): {expected}",
}
"""What is to be written instead, by the kind of fault."""


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
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: 请存为 UTF-8 编码 (it is not in UTF-8; save it so)") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(
            f"{path}: 不是有效的 TOML；键用英文，文字加引号 (not valid TOML: {error}); keys are in English, texts in quotes"
        ) from error
    for name, table in values.items():
        if name == "rules" and not isinstance(table, list):
            raise ConfigError(f"{path}: rules: 每条规则写在 [[rules]] 下面 (write each rule under [[rules]])")
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
    fault = error.errors(include_url=False, include_input=False)[0]
    key = ".".join(str(part) for part in fault["loc"])
    if fault["type"] == "extra_forbidden":
        return f"{key}: 不认识的键 (unknown key{_suggestion(fault['loc'])})"
    wanted = WANTED.get(fault["type"], fault["msg"].removeprefix("Value error, "))
    message = wanted.format_map(fault.get("ctx", {})) if fault["type"] in WANTED else wanted
    return f"{key + ': ' if key else ''}值不对 (wrong value): {message}"


def _no_channel(name: str) -> str:
    shown = name if len(name) <= LONGEST_NAME and "://" not in name else "…"
    return f"没有通道 {shown}；请写 [channels] 里的名称 (no such channel; write a name from [channels])"


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
