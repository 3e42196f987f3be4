"""Times of day in Asia/Shanghai, whatever the zone of the machine."""

import itertools
import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from storage import SHANGHAI, next_time, quiet_until, read_hours, read_time

DIGEST = ("08:07", "17:37")
QUIET = "22:30-07:00"


@pytest.fixture(params=["UTC", "Asia/Shanghai", "America/New_York"])
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield request.param
    monkeypatch.undo()
    time.tzset()


def test_a_whole_year_has_two_digests_a_day(zone: str) -> None:
    assert os.environ["TZ"] == zone
    moment = datetime(2026, 1, 1, tzinfo=SHANGHAI)
    seen = []
    while moment.year == 2026:
        moment = next_time(DIGEST, moment.astimezone())
        seen.append(moment)
    assert [f"{one:%H:%M}" for one in seen[:-1]] == [*DIGEST] * 365
    assert {two - one for one, two in itertools.pairwise(seen)} == {
        timedelta(hours=9, minutes=30),
        timedelta(hours=14, minutes=30),
    }


CHANGES = [datetime(2026, 3, 8, 6, 30, tzinfo=UTC), datetime(2026, 11, 1, 5, 30, tzinfo=UTC)]
"""The hours in which New York's clocks jump forward and back."""


@pytest.mark.parametrize("change", CHANGES)
def test_the_machines_daylight_saving_moves_nothing(zone: str, change: datetime) -> None:
    hours = [(change + timedelta(minutes=10 * n)).astimezone() for n in range(12)]
    found = {next_time(DIGEST, hour) for hour in hours}
    assert found == {datetime(change.year, change.month, change.day, 17, 37, tzinfo=SHANGHAI)}


@pytest.mark.parametrize(
    ("clock", "until"),
    [
        ("2026-03-02T22:29:59", None),
        ("2026-03-02T22:30:00", "2026-03-03T07:00"),
        ("2026-03-03T00:00:00", "2026-03-03T07:00"),
        ("2026-03-03T06:59:59", "2026-03-03T07:00"),
        ("2026-03-03T07:00:00", None),
    ],
)
def test_quiet_hours(zone: str, clock: str, until: str | None) -> None:
    now = datetime.fromisoformat(clock).replace(tzinfo=SHANGHAI).astimezone(UTC)
    over = quiet_until(QUIET, now)
    assert (over and f"{over:%Y-%m-%dT%H:%M}") == until


def test_quiet_hours_within_a_day() -> None:
    noon = datetime(2026, 3, 2, 12, 30, tzinfo=SHANGHAI)
    assert quiet_until("12:00-14:00", noon) == datetime(2026, 3, 2, 14, tzinfo=SHANGHAI)
    assert quiet_until("12:00-14:00", noon - timedelta(hours=1)) is None
    assert quiet_until("", noon) is None


@pytest.mark.parametrize("written", ["8", "24:00", "08:60", "8:5", "noon", "", "08:07:00"])
def test_a_wrong_time_says_how_to_write_it(written: str) -> None:
    with pytest.raises(ValueError, match=r'write a time of day such as "08:07"'):
        read_time(written)


@pytest.mark.parametrize("written", ["22:30", "22:30-", "07:00-07:00", "22:30–07:00"])
def test_wrong_hours_say_how_to_write_them(written: str) -> None:
    with pytest.raises(ValueError, match="such as"):
        read_hours(written)
