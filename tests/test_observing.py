"""What looks tell of their source: its rhythm, whether it is our own network that fails, whether its validators lie."""

from datetime import datetime
from typing import Any

import pytest

from storage import SHANGHAI, Database, Ledger, Link, Look, SourceState, Witness, is_outage
from storage.watch.habits import printed_habit
from tests.specimens import DAY, HOUR, LIST, MINUTE, NOW, article, source

PORTALS = ("qingyun", "baiyun", "ziyun", "hongyun", "luyun")


@pytest.fixture
def ledger(database: Database) -> Ledger:
    ledger = Ledger(database)
    ledger.sync_sources([home(name) for name in PORTALS], now=NOW - 40 * DAY)
    return ledger


def home(name: str) -> Any:
    return source(
        LIST if name == "qingyun" else f"http://www.{name}.example/", host=f"{name}.example", portal=name
    )


def state_of(ledger: Ledger, name: str = "qingyun") -> SourceState:
    (state,) = (state for state in ledger.sources() if state.portal == name)
    return state


def see(ledger: Ledger, outcome: str, *, now: datetime, name: str = "qingyun", **more: Any) -> None:
    """Look at a portal's source under a lease of its own."""
    ends = {"next_check_at": now + 15 * MINUTE, "if_outage_at": now + 3 * MINUTE} | more
    seen = Look(source_id=state_of(ledger, name).id, outcome=outcome, **ends)
    batches = ledger.claim(now=now, owner="us", limit=9, lease=5 * MINUTE, portals={name}, due_only=False)
    (batch,) = batches
    ledger.record_look(seen, lease=batch.lease, now=now)
    ledger.release(batch.lease)


def listed(*numbers: int, at: datetime | None = None, precision: Any = "minute") -> tuple[Link, ...]:
    return tuple(Link(url=article(n).url, published_at=at, precision=precision) for n in numbers)


def test_our_own_outage_is_not_counted_against_the_sources(ledger: Ledger) -> None:
    for name in PORTALS:
        see(ledger, "ok", now=NOW - 10 * MINUTE, name=name)
    for minutes in (0, 3, 6, 9):
        for name in PORTALS:
            see(ledger, "connect", now=NOW + minutes * MINUTE, name=name)
    states = [state_of(ledger, name) for name in PORTALS]
    assert max(state.failures for state in states) <= 1
    assert sum(state.failures for state in states) <= 3
    assert {state.next_check_at for state in states} == {NOW + 12 * MINUTE}
    assert {state.last_outcome for state in states} == {"connect"}


def test_a_single_dead_site_is_counted(ledger: Ledger) -> None:
    for minutes in range(0, 50, 10):
        for name in PORTALS[1:]:
            see(ledger, "ok", now=NOW + minutes * MINUTE, name=name)
        see(ledger, "timeout", now=NOW + (minutes + 1) * MINUTE)
    assert state_of(ledger).failures == 5
    assert state_of(ledger).failing_since == NOW + MINUTE


def witness(host: str, outcome: str, minutes: int = 1, failures: int = 0) -> Witness:
    return Witness(host=host, outcome=outcome, at=NOW - minutes * MINUTE, failures=failures)


OUTAGES = {
    "nobody else": ((), False),
    "one other is no majority": ((witness("a", "dns"),), False),
    "two others silent": ((witness("a", "dns"), witness("b", "reset")), True),
    "half is not most": ((witness("a", "dns"), witness("b", "ok")), False),
    "a refusal is an answer": ((witness("a", "blocked"), witness("b", "http_500"), witness("c", "dns")), False),
    "sources of one host are one witness": ((witness("a", "dns"), witness("a", "dns", 2), witness("b", "ok")), False),
    "long ago says nothing": ((witness("a", "dns", 20), witness("b", "dns", 20)), False),
    "who was dead before is no witness": (
        (witness("a", "dns", failures=9), witness("b", "dns", failures=3), witness("c", "ok"), witness("d", "ok")),
        False,
    ),
    "the last five count": (
        (*(witness(f"old{n}", "ok", 10) for n in range(9)), *(witness(f"new{n}", "dns") for n in range(3))),
        True,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("witnesses", "outage"), OUTAGES.values(), ids=OUTAGES)
def test_them_or_us(witnesses: tuple[Witness, ...], *, outage: bool) -> None:
    assert is_outage(witnesses, now=NOW) is outage


def test_coming_back_after_failing_again_and_again_is_noted(ledger: Ledger) -> None:
    see(ledger, "ok", now=NOW)
    see(ledger, "http_500", now=NOW + HOUR)
    see(ledger, "ok", now=NOW + 2 * HOUR)
    assert state_of(ledger).recovered_at is None
    for hour in (3, 4, 5):
        see(ledger, "http_500", now=NOW + hour * HOUR)
    assert state_of(ledger).failing_since == NOW + 3 * HOUR
    see(ledger, "not_modified", now=NOW + 6 * HOUR, full=False)
    state = state_of(ledger)
    assert (state.recovered_at, state.failing_since, state.failures) == (NOW + 6 * HOUR, None, 0)


LIES: dict[str, tuple[dict[str, Any], bool]] = {
    "other links under the same validator": ({"etag": '"a"', "links": listed(9)}, True),
    "printed before the last 304": ({"etag": '"b"', "links": listed(9, at=NOW + 3 * HOUR)}, True),
    "printed the day before": (
        {"etag": '"b"', "links": listed(9, at=NOW - DAY, precision="day")},
        True,
    ),
    "many at once": ({"etag": '"b"', "links": listed(7, 8, 9)}, True),
    "one that just came": ({"etag": '"b"', "links": listed(9, at=NOW + 12 * HOUR + 10 * MINUTE)}, False),
    "one of which no time is known": ({"etag": '"b"', "links": listed(9)}, False),
    "nothing new": ({"etag": '"a"', "links": listed(1)}, False),
}


@pytest.mark.parametrize(("told", "lied"), LIES.values(), ids=LIES)
def test_a_full_answer_tells_whether_the_validators_lied(
    ledger: Ledger, told: dict[str, Any], *, lied: bool
) -> None:
    see(ledger, "ok", now=NOW, etag='"a"', links=listed(1))
    see(ledger, "not_modified", now=NOW + 12 * HOUR - MINUTE, etag='"a"', full=False)
    see(ledger, "ok", now=NOW + 12 * HOUR + 20 * MINUTE, **told)
    assert (state_of(ledger).lied_at is not None) is lied
    later = NOW + 14 * HOUR
    (batch,) = ledger.claim(now=later, owner="us", limit=1, lease=HOUR, portals={"qingyun"}, due_only=False)
    (due,) = ledger.work(batch.lease, portals=["qingyun"], now=later, limit=9).sources
    assert due.full_fetch_due is lied


def test_many_after_a_pause_are_no_lie(ledger: Ledger) -> None:
    see(ledger, "ok", now=NOW, etag='"a"', links=listed(1))
    see(ledger, "not_modified", now=NOW + 6 * HOUR, etag='"a"', full=False)
    see(ledger, "ok", now=NOW + 12 * HOUR, etag='"b"', links=listed(7, 8, 9))
    assert state_of(ledger).lied_at is None


def test_an_honest_change_is_no_lie(ledger: Ledger) -> None:
    see(ledger, "ok", now=NOW, etag='"a"', links=listed(1))
    see(ledger, "not_modified", now=NOW + HOUR, etag='"a"', full=False)
    see(ledger, "ok", now=NOW + 2 * HOUR, etag='"a"', links=listed(7, 8, 9))
    assert state_of(ledger).lied_at is None


def test_the_rhythm_of_a_source_goes_with_its_work(ledger: Ledger) -> None:
    began = NOW - 14 * DAY
    see(ledger, "ok", now=began, links=listed(1, 2, 3, at=began - HOUR))
    see(ledger, "ok", now=began + DAY, links=listed(4, 5, at=began + DAY - HOUR))
    see(ledger, "ok", now=began + 2 * DAY, links=listed(6, at=began + 2 * DAY - HOUR))
    (batch,) = ledger.claim(now=NOW, owner="us", limit=1, lease=HOUR, portals={"qingyun"}, due_only=False)
    (due,) = ledger.work(batch.lease, portals=["qingyun"], now=NOW, limit=9).sources
    assert due.rhythm is not None
    # What stood there when the watch began says nothing; the rest has faded by almost half.
    assert due.rhythm.items[8] == pytest.approx(2 * 0.5 ** (13 / 14) + 0.5 ** (12 / 14), rel=0.01)
    assert due.rhythm.times[8] == pytest.approx(0.5 ** (13 / 14) + 0.5 ** (12 / 14), rel=0.01)
    assert sum(due.rhythm.items) == pytest.approx(due.rhythm.items[8])
    assert sum(due.rhythm.days) == pytest.approx(10.1, abs=0.3)


def test_a_source_never_seen_has_no_rhythm(ledger: Ledger) -> None:
    (batch,) = ledger.claim(now=NOW, owner="us", limit=1, lease=HOUR, portals={"qingyun"}, due_only=False)
    (due,) = ledger.work(batch.lease, portals=["qingyun"], now=NOW, limit=9).sources
    assert due.rhythm is None


def test_a_list_in_another_charset_is_known_without_anything_new(ledger: Ledger) -> None:
    see(ledger, "ok", now=NOW, links=listed(1), charset="gb18030")
    see(ledger, "ok", now=NOW + HOUR, links=listed(1), charset="gb18030")
    assert state_of(ledger).charset_changed_at is None
    see(ledger, "ok", now=NOW + 2 * HOUR, links=listed(1), charset="utf-8")
    see(ledger, "not_modified", now=NOW + 3 * HOUR, full=False)
    state = state_of(ledger)
    assert (state.charset_was, state.charset) == ("gb18030", "utf-8")
    assert state.charset_changed_at == NOW + 2 * HOUR


def test_what_a_list_prints_is_known_from_the_first_look(ledger: Ledger) -> None:
    old = [NOW - day * DAY for day in (900, 901, 903, 904, 905, 920)]
    see(ledger, "ok", now=NOW, links=tuple(link for n, at in enumerate(old) for link in listed(n + 1, at=at)))
    see(ledger, "not_modified", now=NOW + HOUR, full=False)
    state = state_of(ledger)
    assert state.newest_at is not None
    assert state.newest_at.date() == old[0].astimezone(SHANGHAI).date()
    assert state.expected_by == state.newest_at + 30 * DAY


HABITS: dict[str, tuple[list[float], float | None]] = {
    "every day": ([0, 1, 2, 3, 4], 30),
    "every month": ([0, 30, 61, 92, 122], 93),
    "an old notice at the end": ([0, 1, 2, 3, 4, 900], 30),
    "all on one day": ([0, 0, 0, 0, 0, 0], None),
    "too few": ([0, 1, 2], None),
    "a date to come is no date": ([-3, -2, 0, 1, 2], None),
}


@pytest.mark.parametrize(("days", "patient"), HABITS.values(), ids=HABITS)
def test_how_long_something_newer_is_waited_for(days: list[float], patient: float | None) -> None:
    found = printed_habit([(NOW - day * DAY, "day") for day in days] + [(None, "day")], now=NOW)
    assert (found and (found[1] - found[0]) / DAY) == patient
