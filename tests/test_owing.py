"""What comes after a story's first alert is told where the first was, and where a rule asks for it; on both databases."""

from typing import Any

import pytest
from sqlalchemy import update

from storage import SHANGHAI, Archive, Database, Event, Outbox, OutboxRow, Rule
from storage.schema import outbox as outbox_table
from storage.telling.owing import owe
from tests.specimens import DAY, HOUR, NOW, result, watch

CURIOUS = Rule(
    name="curious",
    channels=("group", "mail"),
    also=frozenset({"follow_up", "changed", "removed"}),
)
PLAIN = Rule(name="plain", channels=("group",))


class Town:
    """An archive with one story told to two rules."""

    def __init__(self, database: Database, *rules: Rule) -> None:
        self.database, self.outbox = database, Outbox(database)
        self.outbox.set_rules(rules or (CURIOUS, PLAIN), now=NOW)
        self.story = Archive(database).ingest(result(1), lease=None, now=NOW)

    def tell(self, kind: Any, about: str, *matched: Rule, note: str = "") -> int:
        event = Event(
            kind=kind,
            story_id=self.story.story_id,
            article_id=self.story.article_id,
            about=about,
            note=note,
        )
        with self.database.write() as connection:
            return owe(connection, matched or (CURIOUS, PLAIN), event, now=NOW + HOUR, summary_at=None)

    def rows(self, kind: str) -> list[OutboxRow]:
        return [row for row in self.outbox.rows() if row.kind == kind]


@pytest.fixture
def town(database: Database) -> Town:
    return Town(database)


@pytest.mark.parametrize("kind", ["follow_up", "changed", "removed"])
def test_a_sequel_goes_to_rules_that_ask_for_it(town: Town, kind: str) -> None:
    assert town.tell(kind, "v2", note="海洛因 1.2 → 2.4 千克") == 2
    rows = town.rows(kind)
    assert {(row.rule, row.channel) for row in rows} == {("curious", "group"), ("curious", "mail")}
    assert {(row.about, row.note) for row in rows} == {("v2", "海洛因 1.2 → 2.4 千克")}


def test_each_sequel_is_told_once(town: Town) -> None:
    assert [town.tell("changed", about) for about in ("v2", "v2", "v3")] == [2, 0, 2]
    assert len({row.code for row in town.outbox.rows()}) == 3 + 4


def test_reprints_however_many_are_told_once(town: Town) -> None:
    archive = Archive(town.database)
    for number in range(2, 60):
        copy = result(1, url=f"http://www.other{number}.example/a.html", canonical_url="")
        assert archive.ingest(copy, lease=None, now=NOW + HOUR).owed == 0
    assert len(town.outbox.rows()) == 3


def test_a_sequel_of_a_story_that_was_silenced_is_silent(database: Database) -> None:
    Outbox(database).set_rules((CURIOUS, PLAIN), now=NOW)
    _, lease, (old,) = watch(database, 1, published_at=NOW - 9 * DAY)
    done = Archive(database).ingest(result(1, link=old, published_at=NOW - 9 * DAY), lease=lease, now=NOW)
    event = Event(kind="follow_up", story_id=done.story_id, article_id=done.article_id, about="a2")
    with database.write() as connection:
        assert owe(connection, (CURIOUS, PLAIN), event, now=NOW + HOUR, summary_at=None) == 0


def test_a_rule_that_matches_only_later_is_told_the_story(database: Database) -> None:
    town = Town(database, PLAIN)
    late = Rule(name="late", channels=("group",))
    assert town.tell("follow_up", "a2", PLAIN, late) == 1
    [row] = [row for row in town.rows("story") if row.rule == "late"]
    assert row.about == ""
    assert town.tell("follow_up", "a3", PLAIN, late) == 0


def test_nobody_is_told_of_the_end_of_what_he_never_heard_of(database: Database) -> None:
    town = Town(database, PLAIN)
    assert town.tell("removed", "", CURIOUS) == 0


def test_a_sequel_of_an_alert_that_died_or_was_dropped_is_still_owed(town: Town) -> None:
    with town.database.write() as connection:
        connection.execute(update(outbox_table).values(state="suppressed", reason="dropped by hand"))
    assert town.tell("changed", "v2") == 2


def test_a_sequel_keeps_the_hours_of_its_rule(database: Database) -> None:
    rule = Rule(name="r", channels=("group",), also=frozenset({"changed"}), digest=("17:37",))
    town = Town(database, rule)
    assert town.tell("changed", "v2", rule) == 1
    [row] = town.rows("changed")
    assert (row.batch, f"{row.not_before.astimezone(SHANGHAI):%H:%M}") == ("digest", "17:37")
