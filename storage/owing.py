"""Alerts as rows: written with the article that owes them, read by the rules in force."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Connection, delete, select

from storage.alerts import Event, Rule
from storage.rules import alert_code, alert_key
from storage.schema import outbox, rule
from storage.statements import insert


def rules_in_force(connection: Connection) -> tuple[Rule, ...]:
    """The rules, in the order they were given."""
    specs = connection.scalars(select(rule.c.spec).order_by(rule.c.position))
    return tuple(
        Rule(
            name=spec["name"],
            channels=tuple(spec["channels"]),
            provinces=frozenset(spec["provinces"]),
            portals=frozenset(spec["portals"]),
            categories=frozenset(spec["categories"]),
            min_score=spec["min_score"],
            words=tuple(spec["words"]),
            also=frozenset(spec.get("also", ())),
        )
        for spec in specs
    )


def replace_rules(connection: Connection, rules: Iterable[Rule], now: datetime) -> None:
    """Put other rules in force."""
    connection.execute(delete(rule))
    rows = [
        {"name": one.name, "position": position, "spec": _spec(one), "set_at": now}
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
    written as suppressed, and each rule and channel is owed one summary, once.
    """
    pairs = [(one.name, channel) for one in matched for channel in dict.fromkeys(one.channels)]
    told: dict[str, object] = {
        "kind": event.kind,
        "story_id": event.story_id,
        "article_id": event.article_id,
        "created_at": now,
    }
    told |= {"not_before": now, "state": "pending", "reason": ""}
    if summary_at is not None:
        told |= {"state": "suppressed", "reason": "baseline"}
    written = _write(connection, [_row(*pair, told, event.about) for pair in pairs])
    if summary_at is None:
        return len(written)
    summary: dict[str, object] = {"kind": "baseline", "story_id": None, "article_id": None, "created_at": now}
    summary |= {"not_before": summary_at, "state": "pending", "reason": ""}
    _write(connection, [_row(*pair, summary) for pair in written])
    return 0


def _row(rule_name: str, channel: str, told: dict[str, object], about: str = "") -> dict[str, object]:
    story_id = told["story_id"]
    key = alert_key(
        str(told["kind"]), story_id if isinstance(story_id, int) else None, rule_name, channel, about
    )
    return told | {"key": key, "code": alert_code(key), "rule": rule_name, "channel": channel}


def _write(connection: Connection, rows: list[dict[str, object]]) -> list[tuple[str, str]]:
    if not rows:
        return []
    new = insert(connection, outbox).on_conflict_do_nothing().returning(outbox.c.rule, outbox.c.channel)
    # Sorted, so that two transactions never wait for each other in a circle.
    written = connection.execute(new, sorted(rows, key=lambda row: str(row["key"])))
    return [(row.rule, row.channel) for row in written]


def _spec(one: Rule) -> dict[str, object]:
    return {
        name: sorted(value) if isinstance(value, frozenset) else value for name, value in asdict(one).items()
    }
