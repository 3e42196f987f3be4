"""Alerts as rows: written with the article that owes them, read by the rules in force."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, delete, select

from storage.schema import outbox, rule
from storage.statements import insert
from storage.telling.rulebook import awaits, read_rule, write_rule
from storage.telling.rules import alert_code, alert_key
from storage.values.alerts import Event, Rule

SILENCED = frozenset(("baseline", "backfill"))
"""Why a story was archived without telling anybody; then nobody is told what came of it either."""


def rules_in_force(connection: Connection) -> tuple[Rule, ...]:
    """The rules, in the order they were given."""
    specs = connection.scalars(select(rule.c.spec).order_by(rule.c.position))
    return tuple(read_rule(spec) for spec in specs)


def replace_rules(connection: Connection, rules: Iterable[Rule], now: datetime) -> None:
    """Put other rules in force."""
    connection.execute(delete(rule))
    rows = [
        {"name": one.name, "position": position, "spec": write_rule(one), "set_at": now}
        for position, one in enumerate(rules)
    ]
    if rows:
        connection.execute(insert(connection, rule).values(rows))


def owe(
    connection: Connection,
    matched: Iterable[Rule],
    event: Event,
    *,
    now: datetime,
    summary_at: datetime | None,
) -> int:
    """Write the alerts of an event; returns how many are really owed.

    One alert per event, rule and channel for ever: a row that is there stays as it is. With `summary_at` they are
    written as suppressed, and each rule and channel is owed one summary, once; those of a silent event without one. A
    sequel goes where `_hearers` says.
    """
    written = 0
    for told, hearers in _hearers(connection, matched, event):
        rows = [_row(one, channel, told, now) for one, channel in hearers]
        if summary_at is None and not event.silent:
            written += len(_write(connection, rows))
            continue
        reason = event.silent or "baseline"
        silent = {"state": "suppressed", "reason": reason, "batch": "", "not_before": now}
        pairs = _write(connection, [row | silent for row in rows])
        if summary_at is not None and not event.silent:
            _write(connection, [_summary(*pair, summary_at, now) for pair in pairs])
    return written


def _hearers(
    connection: Connection, matched: Iterable[Rule], event: Event
) -> list[tuple[Event, list[tuple[Rule, str]]]]:
    """What is told to whom.

    A sequel goes to rules that want its kind, on channels that were told of the story and not silenced by its baseline. A rule
    that hears of the story only now, because it matches only what came later, is told of it as its first.
    """
    pairs = [(one, channel) for one in matched for channel in dict.fromkeys(one.channels)]
    if event.kind == "story":
        return [(event, pairs)]
    first = replace(event, kind="story", about="", note="")
    keys = {_key(first, one, channel): (one, channel) for one, channel in pairs}
    asked = select(outbox.c.key, outbox.c.state, outbox.c.reason).where(outbox.c.key.in_(keys))
    known = {
        row.key: row.state != "suppressed" or row.reason not in SILENCED for row in connection.execute(asked)
    }
    sequel = [pair for key, pair in keys.items() if known.get(key) and event.kind in pair[0].also]
    late = [pair for key, pair in keys.items() if key not in known and event.kind != "removed"]
    return [(event, sequel), (first, late)]


def _key(event: Event, one: Rule, channel: str) -> str:
    return alert_key(event.kind, event.story_id, one.name, channel, event.about)


def _row(one: Rule, channel: str, event: Event, now: datetime) -> dict[str, object]:
    key = _key(event, one, channel)
    told = {name: getattr(event, name) for name in ("kind", "story_id", "article_id", "about", "note")}
    own = {"key": key, "code": alert_code(key), "rule": one.name, "channel": channel, "created_at": now}
    batch, not_before = awaits(one, now)
    due = {"batch": batch, "not_before": not_before, "urgent": one.is_urgent}
    return told | own | due | {"state": "pending", "reason": ""}


def _summary(rule_name: str, channel: str, at: datetime, now: datetime) -> dict[str, object]:
    key = alert_key("baseline", None, rule_name, channel)
    own: dict[str, object] = {"key": key, "code": alert_code(key), "rule": rule_name, "channel": channel}
    return own | {"kind": "baseline", "created_at": now, "not_before": at, "state": "pending"}


def _write(connection: Connection, rows: list[dict[str, object]]) -> list[tuple[str, str]]:
    if not rows:
        return []
    new = insert(connection, outbox).on_conflict_do_nothing().returning(outbox.c.rule, outbox.c.channel)
    # Sorted, so that two transactions never wait for each other in a circle.
    written = connection.execute(new, sorted(rows, key=lambda row: str(row["key"])))
    return [(row.rule, row.channel) for row in written]
