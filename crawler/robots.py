"""robots.txt as RFC 9309 reads it, and how long it is believed. Pure.

Absent (4xx) allows everything; a server in trouble (5xx, 429) or out of reach forbids everything for now, unless rules that
were had from it not too long ago can be used (2.3.1.3, 2.3.1.4, 2.4).
"""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from urllib.parse import urlsplit

from protego import Protego

from storage import SHANGHAI, RobotsFile

LONGEST_READ = 500 * 1024
"""Bytes of a robots.txt that are obeyed; RFC 9309, 2.5 asks for at least 500 KiB."""
BELIEVED_FOR = timedelta(hours=24)
"""RFC 9309, 2.4: no longer than a day, as long as the server can be asked."""
STALE_FOR = timedelta(days=7)
"""How long rules are used while the server cannot be asked for newer ones; RFC 9309 would take 30 days."""
LONGEST_CRAWL_DELAY = 60.0
"""Seconds; a longer Crawl-delay is taken for a mistake."""
_MANY_REQUESTS = 429


def origin_of(url: str) -> str:
    """What one robots.txt speaks for: scheme, host and port."""
    parts = urlsplit(url)
    return f"{parts.scheme.lower()}://{parts.netloc.rpartition('@')[2].lower()}"


def is_fresh(file: RobotsFile | None, now: datetime) -> bool:
    """Whether what is known need not be asked for again yet; a server that could not say is asked at the next occasion."""
    if file is None or file.outcome not in ("ok", "absent"):
        return False
    return timedelta(0) <= now - file.asked_at < BELIEVED_FOR


def answered(before: RobotsFile | None, origin: str, status: int, body: bytes, now: datetime) -> RobotsFile:
    """What is known after an answer of the server."""
    if status >= 500 or status == _MANY_REQUESTS:
        return unanswered(before, origin, "robots_unavailable", now, status=status)
    absent = status >= 400
    rules = "" if absent else body[:LONGEST_READ].decode("utf-8-sig", "replace").replace("\0", "")
    changed = before.changed_at if before else None
    if before is not None and before.fetched_at is not None and before.body != rules:
        changed = now
    return RobotsFile(
        origin=origin,
        asked_at=now,
        outcome="absent" if absent else "ok",
        status=status,
        fetched_at=now,
        changed_at=changed,
        body=rules,
    )


def unanswered(
    before: RobotsFile | None, origin: str, outcome: str, now: datetime, *, status: int | None = None
) -> RobotsFile:
    """What is known after a question without an answer, or with one of a server in trouble."""
    known = before or RobotsFile(origin=origin, asked_at=now, outcome=outcome)
    return replace(known, asked_at=now, outcome=outcome, status=status)


def refusal(file: RobotsFile, url: str, agent: str, now: datetime) -> tuple[str, str] | None:
    """Why an address may not be asked for: outcome and one line; None when it may."""
    if not _has_rules(file, now):
        told = f"answered {file.status}" if file.status else f"could not be had ({file.outcome})"
        return file.outcome, f"{file.origin}/robots.txt {told}"
    if _rules(file.body).can_fetch(url, agent):
        return None
    since = f" since {file.changed_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if file.changed_at else ""
    return "robots", f"{file.origin}/robots.txt forbids {url}{since}"


def crawl_delay(file: RobotsFile, agent: str) -> float:
    """The least seconds between two requests that the rules ask for, at most `LONGEST_CRAWL_DELAY`; 0 for none."""
    try:
        delay = _rules(file.body).crawl_delay(agent)
    except ValueError:
        return 0.0
    return min(max(float(delay or 0.0), 0.0), LONGEST_CRAWL_DELAY)


def _has_rules(file: RobotsFile, now: datetime) -> bool:
    return file.fetched_at is not None and now - file.fetched_at < STALE_FOR


@lru_cache(maxsize=64)
def _rules(body: str) -> Protego:
    return Protego.parse(body)
