"""Read a topic's folder of TOML files into one value, and refuse a mistake by file and entry."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from crawler.topics.measures import Figures, MeasuresError, read_figures
from crawler.topics.topic import Cue, Kind, Model, Substance, Term, Topic

_SHIPPED = Path(__file__).parent
_Groups = tuple[tuple[str, dict[str, Any]], ...]


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
    return read_topic(folder)


def shipped_topics() -> tuple[str, ...]:
    """Names of the topics that come with the project."""
    return tuple(sorted(path.parent.name for path in _SHIPPED.glob("*/topic.toml")))


def read_topic(folder: Path) -> Topic:
    """The topic kept in a folder, read afresh: what `load_topic` caches, and what a changed copy is tried with.

    Raises:
        TopicError: one of its files holds a mistake.
    """
    files = {path.name: _read(path) for path in sorted(folder.glob("*.toml"))}
    substances = tuple(_substances(files.get("substances.toml", {})))
    return Topic(
        name=folder.name,
        title=_required(files, "topic.toml", "title"),
        terms=tuple(_terms(files, substances)),
        cues=tuple(_cues(files.get("categories.toml", {}))),
        substances=substances,
        model=_model(files.get("model.toml", {})),
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


def _terms(files: Mapping[str, dict[str, Any]], substances: tuple[Substance, ...]) -> Iterator[Term]:
    kinds = {name: Kind(name=name, **row) for name, row in files.get("kinds.toml", {}).items()}
    guards = [guard for rows in files.values() for guard in rows.get("guard", ())]
    weighed: dict[str, tuple[str, float]] = dict(_substance_names(substances))
    listed: set[str] = set()
    for file, group in _groups(files):
        if group["kind"] not in kinds:
            raise TopicError(
                f"{file}: no kind {group['kind']!r} in kinds.toml; name one of {', '.join(kinds)}"
            )
        weighed.update(_once(file, group, listed))
        listed.update(group["terms"])
    for text, (kind, weight) in weighed.items():
        after, before = _neighbours(text, guards)
        yield Term(
            text=text,
            kind=kinds[kind],
            weight=weight,
            not_after=frozenset(after),
            not_before=frozenset(before),
        )


def _once(file: str, group: Mapping[str, Any], listed: set[str]) -> dict[str, tuple[str, float]]:
    """The terms of a group. A substance's name may be listed again to give it another kind or weight, a word not."""
    terms = group["terms"]
    again = sorted({text for text in terms if text in listed or terms.count(text) > 1})
    if again:
        raise TopicError(f"{file}: {', '.join(again)} listed twice; keep one kind and one weight for a word")
    return {text: (group["kind"], group.get("weight", 1.0)) for text in terms}


def _groups(files: Mapping[str, dict[str, Any]]) -> _Groups:
    return tuple((file, group) for file, rows in files.items() for group in rows.get("group", ()))


def _substance_names(substances: Iterable[Substance]) -> Iterator[tuple[str, tuple[str, float]]]:
    for substance in substances:
        yield from ((text, ("slang", 1.0)) for text in substance.slang)
        yield from ((text, ("substance", substance.weight)) for text in substance.names)


def _neighbours(text: str, guards: Iterable[Mapping[str, Any]]) -> tuple[str, str]:
    """The characters that must not stand before and behind a term."""
    after = before = ""
    for guard in guards:
        ends = "ending" in guard and text.endswith(guard["ending"])
        starts = "starting" in guard and text.startswith(guard["starting"])
        if text in guard.get("terms", ()) or ends or starts:
            after += guard.get("not_after", "")
            before += guard.get("not_before", "")
    return after, before


def _substances(rows: Mapping[str, Any]) -> Iterator[Substance]:
    for row in rows.get("substance", ()):
        lists = {key: tuple(row.get(key, ())) for key in ("names", "slang")}
        try:
            yield Substance(**{**row, **lists})
        except TypeError as error:
            raise TopicError(f"substances.toml, {row.get('id', '?')}: {error}") from error


def _cues(rows: Mapping[str, Any]) -> Iterator[Cue]:
    for row in rows.get("cue", ()):
        for text in row["terms"]:
            yield Cue(text=text, category=row["category"], weight=row.get("weight", 1.0))


def _model(rows: Mapping[str, Any]) -> Model:
    try:
        return Model(**rows)
    except TypeError as error:
        raise TopicError(f"model.toml: {error}") from error
