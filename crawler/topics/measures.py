"""The figures a topic counts: measures, the words that tell them apart, and the rules that join the two."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal


class MeasuresError(ValueError):
    """The measures of a topic hold a mistake; the message names the entry."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Measure:
    """One figure."""

    id: str
    name: str
    """Chinese name shown to readers."""
    english: str
    unit: str
    """The unit of most of its values; what was counted otherwise says so in the fact."""
    basis: Literal["stock", "flow"] | None = None
    """Where a present number and a number of a period are told apart: which of the two a silent text means."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """A family of units, a kind of noun and a kind of action make a measure."""

    family: str
    nouns: frozenset[str]
    actions: frozenset[str] = frozenset()
    """Empty: whatever was done."""
    measure: str
    why: str = ""
    """Why the figure should not be asserted."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """Everything that is known about a topic's figures."""

    measures: Mapping[str, Measure] = field(default_factory=dict)
    nouns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Word to the kinds of thing it names."""
    actions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Word to the kinds of deed it tells."""
    rules: tuple[Rule, ...] = ()
    context: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Name to words: drug, rival, history, plain, stock, flow, target."""


def read_figures(rows: Mapping[str, Any]) -> Figures:
    """The figures described by a parsed `measures.toml`.

    Raises:
        MeasuresError: an entry lacks something or names what is not there.
    """
    try:
        measures = {name: Measure(id=name, **row) for name, row in rows.get("measure", {}).items()}
        rules = tuple(_rule(row) for row in rows.get("rule", ()))
        figures = Figures(
            measures=measures,
            nouns=_kinds(rows.get("noun", ())),
            actions=_kinds(rows.get("action", ())),
            rules=rules,
            context={name: tuple(words) for name, words in rows.get("context", {}).items()},
        )
    except (KeyError, TypeError) as error:
        raise MeasuresError(f"measures.toml: {error}") from error
    for rule in rules:
        if rule.measure and rule.measure not in measures:
            raise MeasuresError(
                f"measures.toml: a rule names the measure {rule.measure!r}; add [measure.{rule.measure}]"
            )
    return figures


def _rule(row: Mapping[str, Any]) -> Rule:
    sets = {name: frozenset(row.get(name, ())) for name in ("nouns", "actions")}
    return Rule(family=row["family"], measure=row["measure"], why=row.get("why", ""), **sets)


def _kinds(rows: Iterable[Mapping[str, Any]]) -> dict[str, tuple[str, ...]]:
    kinds: dict[str, tuple[str, ...]] = {}
    for row in rows:
        for word in row["words"]:
            if row["kind"] not in kinds.get(word, ()):
                kinds[word] = (*kinds.get(word, ()), row["kind"])
    return kinds
