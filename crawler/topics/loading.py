"""Read a topic's folder of TOML files into one value, and refuse a mistake by file and entry."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from crawler.topics import entries
from crawler.topics.entries import TopicError
from crawler.topics.measures import Figures, MeasuresError, read_figures
from crawler.topics.topic import Topic

_SHIPPED = Path(__file__).parent
DEFAULT = "antidrug"


@cache
def load_topic(name: str) -> Topic:
    """The topic of that name, read once from the folder beside this file.

    Raises:
        TopicError: there is no such topic, or one of its files holds a mistake.
    """
    folder = _SHIPPED / name
    if not (folder / "topic.toml").is_file():
        raise TopicError(f"no topic {name!r}: choose one of {', '.join(shipped_topics())}")
    return read_topic(folder)


def choose_topic(folder: str | Path) -> Topic:
    """The topic in the user's own folder, or the shipped anti-drug topic when `folder` is empty.

    Raises:
        TopicError: the folder holds no topic, or one of its files holds a mistake.
    """
    if not str(folder):
        return load_topic(DEFAULT)
    if not (Path(folder) / "topic.toml").is_file():
        raise TopicError(f"{folder}: no topic.toml in it; make a folder with `jindu topic copy {folder}`")
    return read_topic(Path(folder))


def copy_topic(folder: Path) -> None:
    """Copy the files of the shipped anti-drug topic to a new folder, to be changed there.

    Raises:
        TopicError: the folder is there already, or cannot be written.
    """
    try:
        folder.mkdir(parents=True)
        for file in sorted((_SHIPPED / DEFAULT).glob("*.toml")):
            (folder / file.name).write_bytes(file.read_bytes())
    except FileExistsError as error:
        raise TopicError(f"{folder}: is there already; name a new folder") from error
    except OSError as error:
        raise TopicError(f"{folder}: cannot be written ({error.strerror}); name another place") from error


def shipped_topics() -> tuple[str, ...]:
    """Names of the topics that come with the project."""
    return tuple(sorted(path.parent.name for path in _SHIPPED.glob("*/topic.toml")))


def read_topic(folder: Path) -> Topic:
    """The topic kept in a folder, read afresh: what `load_topic` caches, and what a changed copy is tried with.

    Raises:
        TopicError: one of its files holds a mistake.
    """
    files = {path.name: _read(path) for path in sorted(folder.glob("*.toml"))}
    substances = tuple(entries.substances(files))
    return Topic(
        name=folder.name,
        title=_required(files, "topic.toml", "title"),
        terms=tuple(entries.terms(files, substances)),
        cues=tuple(entries.cues(files)),
        substances=substances,
        model=entries.model(files),
        figures=_figures(files.get("measures.toml", {})),
    )


def _figures(rows: Mapping[str, Any]) -> Figures:
    try:
        return read_figures(rows)
    except MeasuresError as error:
        raise TopicError(str(error)) from error


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise TopicError(f"{path}: {error}") from error


def _required(files: Mapping[str, dict[str, Any]], file: str, key: str) -> Any:
    try:
        return files[file][key]
    except KeyError as error:
        raise TopicError(f"{file}: {key!r} is missing; add it") from error
