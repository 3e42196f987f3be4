"""A rule as plain data, and what an alert of it waits for. Pure."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from storage.telling.figures import Bound
from storage.telling.timetable import next_time, quiet_until
from storage.values.alerts import Batch, Rule, Urgency

_SETS = ("provinces", "portals", "categories", "substances", "also")
_LISTS = ("places", "words", "all_words", "not_words", "digest")


def write_rule(rule: Rule) -> dict[str, object]:
    """The rule as values that JSON can hold."""
    values = asdict(rule)
    if rule.urgent is not None:
        values["urgent"]["categories"] = sorted(rule.urgent.categories)
    return {name: sorted(value) if isinstance(value, frozenset) else value for name, value in values.items()}


def read_rule(spec: Mapping[str, Any]) -> Rule:
    """What `write_rule` wrote, of this or an earlier version."""
    sets: dict[str, Any] = {name: frozenset(spec.get(name, ())) for name in _SETS}
    lists: dict[str, Any] = {name: tuple(spec.get(name, ())) for name in _LISTS}
    urgent = spec.get("urgent")
    return Rule(
        name=spec["name"],
        channels=tuple(spec["channels"]),
        min_score=spec["min_score"],
        figures=_bounds(spec),
        quiet=spec.get("quiet", ""),
        urgent=_urgency(urgent) if urgent else None,
        **sets,
        **lists,
    )


def awaits(rule: Rule, now: datetime) -> tuple[Batch, datetime]:
    """What an alert of this rule waits for, and until when: its digest, the end of its quiet hours, or nothing."""
    if rule.is_urgent:
        return "", now
    if rule.digest:
        due = next_time(rule.digest, now)
        return "digest", quiet_until(rule.quiet, due) or due
    over = quiet_until(rule.quiet, now)
    return ("", now) if over is None else ("quiet", over)


def _urgency(spec: Mapping[str, Any]) -> Urgency:
    return Urgency(figures=_bounds(spec), categories=frozenset(spec["categories"]), score=spec["score"])


def _bounds(spec: Mapping[str, Any]) -> tuple[Bound, ...]:
    return tuple(Bound(**one) for one in spec.get("figures", ()))
