"""Alerts are given out once, and every attempt leaves its mark; on both databases."""

from typing import Any

import pytest

from storage import Database, LeaseLostError, Outbox, OutboxRow, Owed, Receipt, Rule
from tests.specimens import HOUR, MINUTE, NOW, fill, result

RULES = (
    Rule(name="all", channels=("group",)),
    Rule(
        name="narrow",
        channels=("mail", "group"),
        provinces=frozenset({"甘肃"}),
        portals=frozenset({"qingyun"}),
        categories=frozenset({"trial"}),
        min_score=0.5,
        words=("海洛因", "冰毒"),
    ),
)


@pytest.fixture
def outbox(database: Database) -> Outbox:
    """Three alerts owed to one channel."""
    outbox = Outbox(database)
    outbox.set_rules(RULES[:1], now=NOW)
    fill(database, [result(n) for n in (1, 2, 3)])
    return outbox


def claim(outbox: Outbox, **changes: Any) -> tuple[Owed, ...]:
    values: dict[str, Any] = {"now": NOW, "owner": "notifier", "limit": 9, "lease": MINUTE} | changes
    return outbox.claim(**values)


def row(outbox: Outbox, owed: Owed) -> OutboxRow:
    (found,) = (one for one in outbox.rows() if one.id == owed.id)
    return found


def test_rules_come_back_in_order(database: Database) -> None:
    outbox = Outbox(database)
    outbox.set_rules(RULES, now=NOW)
    assert outbox.rules() == RULES
    outbox.set_rules(reversed(RULES), now=NOW)
    assert outbox.rules() == RULES[::-1]
    outbox.set_rules([], now=NOW)
    assert outbox.rules() == ()


def test_each_alert_is_given_out_once(outbox: Outbox) -> None:
    first, second = claim(outbox, limit=2), claim(outbox, limit=2)
    assert [one.story_id for one in (*first, *second)] == [1, 2, 3]
    assert claim(outbox) == ()
    assert outbox.counts() == {"pending": 0, "sending": 3, "sent": 0, "suppressed": 0, "dead": 0}
    (one, _) = first
    assert (one.kind, one.rule, one.channel, one.attempt, one.article_id) == ("story", "all", "group", 1, 1)


def test_sent(outbox: Outbox) -> None:
    (owed,) = claim(outbox, limit=1)
    outbox.record(owed, Receipt(result="sent", detail="200 ok"), now=NOW + MINUTE)
    done = row(outbox, owed)
    assert (done.state, done.sent_at, done.lease_until) == ("sent", NOW + MINUTE, None)
    assert [(a.attempt, a.at, a.receipt) for a in done.receipts] == [
        (1, NOW + MINUTE, Receipt(result="sent", detail="200 ok"))
    ]
    assert done.title.startswith("青云")


def test_failed_and_tried_again_at_its_time(outbox: Outbox) -> None:
    (owed,) = claim(outbox, limit=1)
    outbox.record(owed, Receipt(result="transient", detail="502", retry_at=NOW + HOUR), now=NOW)
    assert owed.id not in {one.id for one in claim(outbox, now=NOW + 59 * MINUTE, lease=9 * HOUR)}
    (again,) = claim(outbox, now=NOW + HOUR)
    assert (again.id, again.attempt, again.code) == (owed.id, 2, owed.code)
    assert again.lease > owed.lease


DEAD = {
    "permanent": Receipt(result="permanent", detail="no such group", retry_at=NOW),
    "the policy gives up": Receipt(result="transient", detail="no such group"),
}


@pytest.mark.parametrize("receipt", DEAD.values(), ids=DEAD)
def test_dead(outbox: Outbox, receipt: Receipt) -> None:
    (owed,) = claim(outbox, limit=1)
    outbox.record(owed, receipt, now=NOW)
    assert [(one.id, one.reason) for one in outbox.rows("dead")] == [(owed.id, "no such group")]
    assert owed.id not in {one.id for one in claim(outbox, now=NOW + 99 * HOUR)}


def kill(outbox: Outbox, count: int = 1) -> tuple[Owed, ...]:
    """Alerts that end as dead after two attempts."""
    for owed in claim(outbox, limit=count):
        outbox.record(owed, Receipt(result="transient", detail="502", retry_at=NOW), now=NOW)
    killed = claim(outbox, limit=count)
    for owed in killed:
        outbox.record(owed, Receipt(result="permanent", detail="no such group"), now=NOW)
    return killed


def test_a_dead_alert_is_replayed_with_its_history_and_new_patience(outbox: Outbox) -> None:
    (dead, *_) = kill(outbox, 3)
    assert outbox.replay([dead.code, "NONE1"], now=NOW + HOUR) == (dead.code,)
    assert (row(outbox, dead).state, row(outbox, dead).reason) == ("pending", "")
    assert outbox.replay([dead.code], now=NOW + HOUR) == ()
    assert claim(outbox) == ()
    (again,) = claim(outbox, now=NOW + HOUR)
    assert (again.id, again.attempt, again.lease, again.code) == (dead.id, 1, 3, dead.code)
    outbox.record(again, Receipt(result="sent"), now=NOW + HOUR)
    details = [(one.attempt, one.receipt.detail) for one in row(outbox, dead).receipts]
    assert details == [(1, "502"), (2, "no such group"), (2, "replayed by hand"), (3, "")]
    assert outbox.counts()["dead"] == 2


def test_a_sender_from_before_a_replay_can_no_longer_leave_a_receipt(outbox: Outbox) -> None:
    (dead,) = kill(outbox)
    outbox.replay([dead.code], now=NOW)
    (again,) = [one for one in claim(outbox) if one.id == dead.id]
    with pytest.raises(LeaseLostError):
        outbox.record(dead, Receipt(result="sent"), now=NOW)
    outbox.record(again, Receipt(result="sent"), now=NOW)


def test_a_dead_alert_is_dropped_and_never_deleted(outbox: Outbox) -> None:
    (dead,) = kill(outbox)
    assert outbox.drop([dead.code], reason="dropped: old group") == (dead.code,)
    dropped = row(outbox, dead)
    assert (dropped.state, dropped.reason, len(dropped.receipts)) == ("suppressed", "dropped: old group", 2)
    assert outbox.drop([dead.code], reason="again") == ()
    assert outbox.replay([dead.code], now=NOW) == ()


def test_only_the_dead_are_replayed_or_dropped(outbox: Outbox) -> None:
    (sent,) = claim(outbox, limit=1)
    outbox.record(sent, Receipt(result="sent"), now=NOW)
    claim(outbox, limit=1)
    codes = [one.code for one in outbox.rows()]
    before = outbox.counts()
    assert outbox.replay(codes, now=NOW) == ()
    assert outbox.drop(codes, reason="no") == ()
    assert outbox.counts() == before


def test_an_alert_is_found_by_its_code(outbox: Outbox) -> None:
    (one, *_) = outbox.rows()
    assert outbox.with_code(one.code) == (one,)
    assert outbox.with_code("NONE1") == ()


def test_an_expired_lease_is_given_out_again_and_marked_ambiguous(outbox: Outbox) -> None:
    (first,) = claim(outbox, limit=1)
    assert first.id not in {one.id for one in claim(outbox, now=NOW + MINUTE / 2, lease=HOUR)}
    (again,) = claim(outbox, now=NOW + MINUTE)
    assert (again.id, again.attempt) == (first.id, 2)
    (lost,) = row(outbox, again).receipts
    assert (lost.attempt, lost.receipt.ambiguous, lost.receipt.result) == (1, True, "unreadable")


def test_a_late_receipt_is_refused(outbox: Outbox) -> None:
    (first,) = claim(outbox, limit=1)
    (again, *_) = claim(outbox, now=NOW + MINUTE)
    with pytest.raises(LeaseLostError, match=f"alert {first.code}: attempt 1 is over"):
        outbox.record(first, Receipt(result="sent"), now=NOW + MINUTE)
    assert row(outbox, again).state == "sending"
    outbox.record(again, Receipt(result="sent"), now=NOW + MINUTE)
    with pytest.raises(LeaseLostError):
        outbox.record(again, Receipt(result="sent"), now=NOW + MINUTE)
    assert [a.attempt for a in row(outbox, again).receipts] == [1, 2]


def test_a_receipt_after_the_lease_counts_while_nobody_else_has_it(outbox: Outbox) -> None:
    (owed,) = claim(outbox, limit=1)
    outbox.record(owed, Receipt(result="sent"), now=NOW + HOUR)
    assert row(outbox, owed).state == "sent"


def test_a_held_channel_gives_out_nothing(outbox: Outbox, database: Database) -> None:
    outbox.set_rules([Rule(name="other", channels=("mail",))], now=NOW)
    fill(database, [result(4)])
    outbox.hold_channel("group", until=NOW + HOUR)
    outbox.hold_channel("group", until=NOW + MINUTE)
    assert {one.channel for one in claim(outbox, now=NOW + 59 * MINUTE)} == {"mail"}
    assert {one.channel for one in claim(outbox, now=NOW + HOUR, lease=HOUR)} == {"group", "mail"}
    outbox.hold_channel("group", until=NOW + 2 * HOUR)
    assert claim(outbox, now=NOW + HOUR) == ()


def test_channels_to_pass_over(outbox: Outbox) -> None:
    assert claim(outbox, skip_channels={"group"}) == ()
    assert len(claim(outbox, skip_channels={"mail"})) == 3


def test_rows_newest_first_and_limited(outbox: Outbox) -> None:
    assert [one.story_id for one in outbox.rows(limit=2)] == [3, 2]
    assert outbox.rows("sent") == ()


def test_alerts_owed_stay_owed_when_the_rules_change(outbox: Outbox) -> None:
    outbox.set_rules([], now=NOW)
    assert len(claim(outbox)) == 3
