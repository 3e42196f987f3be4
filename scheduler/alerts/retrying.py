"""When to try a failed alert again, and when to give it up. Pure.

Waiting doubles from 15 s to half an hour, with full jitter, so that a channel that comes back is not stormed. An alert is
given up after about a day of trying, at once when the channel refused it for good, and after three answers that cannot be
read, because each of those may have been delivered.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from storage import Receipt

FIRST_WAIT = timedelta(seconds=15)
LONGEST_WAIT = timedelta(minutes=30)
PATIENCE = timedelta(hours=24)
UNREADABLE_ATTEMPTS = 3
THROTTLE_WAIT = timedelta(seconds=60)
LONGEST_THROTTLE = timedelta(hours=1)


def ceiling(attempt: int) -> timedelta:
    """The longest wait after the attempt of this number (1 for the first)."""
    return min(FIRST_WAIT * (1 << min(attempt - 1, 20)), LONGEST_WAIT)


def expected_age(attempt: int) -> timedelta:
    """How long an alert has been tried, on average, when the attempt of this number fails."""
    seconds = sum(ceiling(number).total_seconds() / 2 for number in range(1, attempt))
    return timedelta(seconds=seconds)


def plan_retry(receipt: Receipt, *, attempt: int, now: datetime, chance: float) -> Receipt:
    """The receipt with the time of the next attempt; without one the alert is sent, or given up.

    `chance` is a random number from 0 to 1 (the jitter). A `retry_at` the server asked for is kept, within an hour.
    """
    if receipt.result in {"sent", "permanent"} or _is_hopeless(receipt, attempt):
        return replace(receipt, retry_at=None)
    if receipt.result == "throttled":
        asked = receipt.retry_at or now + THROTTLE_WAIT
        return replace(receipt, retry_at=min(asked, now + LONGEST_THROTTLE) + chance * FIRST_WAIT)
    return replace(receipt, retry_at=now + chance * ceiling(attempt))


def _is_hopeless(receipt: Receipt, attempt: int) -> bool:
    if receipt.result == "unreadable":
        return attempt >= UNREADABLE_ATTEMPTS
    if receipt.result == "throttled":
        return attempt >= PATIENCE / THROTTLE_WAIT
    return expected_age(attempt) >= PATIENCE
