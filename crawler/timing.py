"""When to ask again: pure arithmetic over what happened, how often, and now.

A failure is answered by its kind. A network that is down is nobody's fault and comes back, so the watch asks again within ten
minutes; a server in trouble, a refusal, a page that is gone each get a longer rest. A source is never given up: it only
rests longer, at most a day. A page is given up after its kind's last attempt, and keeps its reason.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from hashlib import blake2b

from storage import Outcome, Source

LONGEST_REST = timedelta(hours=24)
"""No source rests longer, and no Retry-After is obeyed beyond it."""

ABSURD_RETRY_AFTER = timedelta(days=7)
"""A Retry-After longer than this is taken for forged or broken and ignored."""

AFTER_OUTAGE = timedelta(minutes=3)
"""When our own network fails, every source is tried again after about this long: half as long or half as long again, so that
not all come at once when it is back."""

_JITTER = 0.1
_AS_USUAL = frozenset({"ok", "not_modified", "empty_list"})
"""Nothing is wrong with the server: a list that is empty now is looked at again when it is due."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Patience:
    """How a kind of failure is answered."""

    first: timedelta
    """Rest after a page's first failure; each further one doubles it."""
    longest: timedelta
    attempts: int
    """After so many failed fetches a page is given up."""
    slower: int = 1
    """A source's own interval is multiplied by this before it doubles with every failure in a row."""


_NETWORK = Patience(first=timedelta(minutes=1), longest=timedelta(minutes=10), attempts=1000, slower=0)
_SERVER = Patience(first=timedelta(minutes=5), longest=timedelta(hours=6), attempts=20)
_REFUSED = Patience(first=timedelta(minutes=30), longest=LONGEST_REST, attempts=10, slower=4)
_GONE = Patience(first=timedelta(minutes=10), longest=timedelta(hours=6), attempts=4)
_UNREADABLE = Patience(first=timedelta(hours=1), longest=timedelta(hours=6), attempts=4)
_FINAL = Patience(first=timedelta(hours=1), longest=LONGEST_REST, attempts=1)

PATIENCE: Mapping[str, Patience] = {
    **dict.fromkeys(("dns", "connect", "timeout", "reset"), _NETWORK),
    **dict.fromkeys(("truncated", "robots_unavailable", "tls", "download"), _SERVER),
    **dict.fromkeys(("blocked", "robots", "http_429"), _REFUSED),
    **dict.fromkeys(
        ("http_404", "http_410", "soft_404", "moved_off_site", "moved_to_front", "redirect_loop"), _GONE
    ),
    **dict.fromkeys(("too_large", "not_html", "private_address", "bad_address"), _FINAL),
}
"""Outcome → patience; `http_5..` is the server's, every other name is taken for unreadable."""


def next_look(
    source: Source, *, outcome: Outcome, failures: int, now: datetime, usual: timedelta | None = None
) -> datetime:
    """When to look at a source again. `failures` are its failed looks in a row, this one included.

    `usual` is the rest after a good look where the source's rhythm is known, see `crawler.rhythm`. Two sources with the same
    interval do not keep meeting: the rest is moved by up to a tenth, always the same way for the same source.
    """
    if outcome in _AS_USUAL:
        return now + _moved(source.every if usual is None else usual, source.url)
    patience = _patience(outcome)
    step = source.every * patience.slower or min(source.every, _NETWORK.first)
    longest = max(patience.longest, source.every) if patience.slower else patience.longest
    return now + min(_moved(_doubled(step, failures, longest), source.url), longest)


def after_outage(source: Source, *, now: datetime) -> datetime:
    """When to look at a source again that gave no answer because our own network is down."""
    return now + _moved(min(AFTER_OUTAGE, source.every), source.url, by=0.5)


def retry_page(url: str, *, outcome: Outcome, attempts: int, now: datetime) -> datetime | None:
    """When to fetch a page again, or None to give it up. `attempts` are its failed fetches, this one included."""
    patience = _patience(outcome)
    if attempts >= patience.attempts:
        return None
    return now + _moved(_doubled(patience.first, attempts, patience.longest), url)


def is_passing(outcome: Outcome) -> bool:
    """Whether a failure tells of the moment (network, server in trouble), not of the page that was asked for."""
    return _patience(outcome) in (_NETWORK, _SERVER)


def retry_after(header: str, *, now: datetime) -> datetime | None:
    """The moment a Retry-After header asks for, at most a day away; None when it asks for nothing sensible.

    Seconds or an HTTP date (RFC 9110, 10.2.3). Zero, negative, past, unreadable and absurdly long ones ask for nothing.
    """
    value = header.strip()
    if value.isascii() and value.isdigit():
        rest = timedelta(seconds=int(value)) if len(value) < 10 else ABSURD_RETRY_AFTER * 2
    else:
        rest = _until_date(value, now)
    if not timedelta(0) < rest <= ABSURD_RETRY_AFTER:
        return None
    return now + min(rest, LONGEST_REST)


def _until_date(value: str, now: datetime) -> timedelta:
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return timedelta(0)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now


def _patience(outcome: Outcome) -> Patience:
    if outcome.startswith("http_5"):
        return _SERVER
    return PATIENCE.get(outcome, _UNREADABLE)


def _doubled(step: timedelta, times: int, longest: timedelta) -> timedelta:
    return min(step * (1 << min(max(times, 1) - 1, 20)), longest)


def _moved(rest: timedelta, key: str, by: float = _JITTER) -> timedelta:
    """`rest`, longer or shorter by up to a share `by` as `key` decides."""
    share = int.from_bytes(blake2b(key.encode(), digest_size=4).digest()) / 2**32
    return rest * (1 - by + 2 * by * share)
