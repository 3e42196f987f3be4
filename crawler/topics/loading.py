"""Read a topic's folder of TOML files into one value, and refuse a mistake by file and entry."""

import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from crawler.topics.topic import Substance, Topic

_SHIPPED = Path(__file__).parent


class TopicError(Exception):
    """A topic's folder cannot be used; the message names file and entry and says what to do."""


@cache
def load_topic(name: str) -> Topic:
    """The topic of that name, read once from the folder beside this file.

    Raises:
        TopicError: there is no such topic, or one of its files holds a mistake.
    """
    folder = _SHIPPED / name
    if not (folder / "topic.toml").is_file():
        raise TopicError(f"no topic {name!r}: choose one of {', '.join(shipped_topics())}")
    about = _read(folder / "topic.toml")
    return Topic(name=name, title=about["title"], substances=tuple(_substances(folder)))


def shipped_topics() -> tuple[str, ...]:
    """Names of the topics that come with the project."""
    return tuple(sorted(path.parent.name for path in _SHIPPED.glob("*/topic.toml")))


def _substances(folder: Path) -> Iterable[Substance]:
    for row in _read(folder / "substances.toml").get("substance", ()):
        try:
            lists = {key: tuple(row.pop(key, ())) for key in ("names", "slang")}
            yield Substance(**{**row, **lists})
        except TypeError as error:
            raise TopicError(f"substances.toml, {row.get('id', '?')}: {error}") from error


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise TopicError(f"{path.name}: {error}") from error
