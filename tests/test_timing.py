"""When to ask again."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from crawler.timing import LONGEST_REST, after_outage, is_passing, next_look, retry_after, retry_page
from storage import Source

NOW = datetime(2026, 6, 26, 12, 0, tzinfo=UTC)
SOURCE = Source(
    portal="p",
    url="http://news.p.example/list.html",
    kind="list",
    host="p.example",
    every=timedelta(minutes=15),
)


def rest(outcome: str, failures: int = 0, source: Source = SOURCE) -> timedelta:
    return next_look(source, outcome=outcome, failures=failures, now=NOW) - NOW


@pytest.mark.parametrize("outcome", ["ok", "not_modified", "empty_list"])
def test_a_good_look_rests_for_the_interval_give_or_take_a_tenth(outcome: str) -> None:
    assert timedelta(minutes=13.5) <= rest(outcome) <= timedelta(minutes=16.5)
    assert rest(outcome) == rest(outcome)


def test_sources_are_spread() -> None:
    rests = {
        rest(
            "ok",
            source=Source(
                portal="p",
                url=f"http://p.example/{n}",
                kind="list",
                host="p.example",
                every=timedelta(minutes=15),
            ),
        )
        for n in range(50)
    }
    assert len(rests) == 50


@pytest.mark.parametrize("outcome", ["dns", "connect", "timeout", "reset"])
@pytest.mark.parametrize("failures", [1, 3, 50, 10_000])
def test_a_dead_network_is_tried_again_within_ten_minutes(outcome: str, failures: int) -> None:
    assert timedelta(seconds=50) < rest(outcome, failures) <= timedelta(minutes=10)
    assert retry_page("http://p.example/1", outcome=outcome, attempts=min(failures, 900), now=NOW) is not None


@pytest.mark.parametrize(
    "outcome", ["http_500", "http_404", "blocked", "layout", "moved_off_site", "never heard of"]
)
def test_other_failures_rest_longer_each_time_and_never_for_good(outcome: str) -> None:
    rests = [rest(outcome, failures) for failures in range(1, 40)]
    assert rests == sorted(rests)
    assert timedelta(minutes=13) < rests[0] < rests[2]
    assert rests[-1] <= LONGEST_REST


def test_who_refuses_us_is_left_alone_four_times_as_long() -> None:
    assert rest("blocked", 1) == 4 * rest("http_500", 1)


@pytest.mark.parametrize(
    ("outcome", "attempts"),
    [
        ("http_404", 4),
        ("http_503", 20),
        ("blocked", 10),
        ("layout", 4),
        ("too_large", 1),
        ("private_address", 1),
    ],
)
def test_a_page_is_given_up_after_the_last_attempt(outcome: str, attempts: int) -> None:
    times = [
        retry_page("http://p.example/1", outcome=outcome, attempts=n, now=NOW) for n in range(1, attempts + 1)
    ]
    assert times[-1] is None
    assert all(time is not None and time > NOW for time in times[:-1])


@pytest.mark.parametrize(
    ("header", "seconds"),
    {
        "seconds": ("120", 120),
        "spaces": (" 5 ", 5),
        "capped at a day": ("172800", 86400),
        "date": (format_datetime(NOW + timedelta(seconds=90), usegmt=True), 90),
        "past date": ("Wed, 21 Oct 2015 07:28:00 GMT", None),
        "zero": ("0", None),
        "negative": ("-1", None),
        "absurd": ("99999999", None),
        "beyond any clock": ("9" * 400, None),
        "garbage": ("soon", None),
        "empty": ("", None),
        "other digits": ("١٢", None),
    }.values(),
)
def test_retry_after(header: str, seconds: int | None) -> None:
    found = retry_after(header, now=NOW)
    assert found == (None if seconds is None else NOW + timedelta(seconds=seconds))


def test_after_an_outage_everybody_comes_soon_and_not_at_once() -> None:
    homes = [replace(SOURCE, url=f"http://p.example/{n}") for n in range(50)]
    rests = {after_outage(home, now=NOW) - NOW for home in homes}
    assert len(rests) == 50
    assert timedelta(minutes=1.5) <= min(rests) < timedelta(minutes=2)
    assert timedelta(minutes=4) < max(rests) <= timedelta(minutes=4.5)
    often = replace(SOURCE, every=timedelta(seconds=5))
    assert after_outage(often, now=NOW) - NOW <= timedelta(seconds=7.5)


def test_a_known_rhythm_takes_the_place_of_the_interval_when_all_is_well() -> None:
    usual = timedelta(hours=2)
    well = next_look(SOURCE, outcome="ok", failures=0, now=NOW, usual=usual) - NOW
    assert timedelta(minutes=108) <= well <= timedelta(minutes=132)
    failed = next_look(SOURCE, outcome="http_500", failures=1, now=NOW, usual=usual)
    assert failed == next_look(SOURCE, outcome="http_500", failures=1, now=NOW)


def test_what_passes_is_told_from_what_stays() -> None:
    assert [
        name
        for name in ("dns", "http_503", "truncated", "http_404", "too_large", "blocked")
        if is_passing(name)
    ] == [
        "dns",
        "http_503",
        "truncated",
    ]
