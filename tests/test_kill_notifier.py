"""Kill -9 the notifier at random moments, on both databases: nothing is lost, and little comes twice.

`JINDU_KILLS` says how many; `benchmarks/notifier_kills.py` kills 200 on each.
"""

import os

from tests.killing import kill_notifiers

KILLS = int(os.environ.get("JINDU_KILLS", "10"))


def test_killed_notifiers_lose_nothing_and_repeat_one_message_each_at_most(database_url: str) -> None:
    tally = kill_notifiers(database_url, kills=KILLS, seed=7)
    assert tally.lost == []
    assert tally.unsent == 0
    assert tally.unexplained == [], "repeated outside the documented window"
    assert tally.most_of_one_kill <= 1
    assert tally.arrived == tally.owed + len(tally.twice)
