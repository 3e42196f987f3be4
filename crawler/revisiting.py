"""Looking again at archived pages: what a second look means, and when the next one is. Pure.

Nothing counts as removed on the word of one answer. A page that stood there and gives 404, 410, an error text, another page or
next to nothing is looked at once more after half an hour; only then it is marked, with the time of the first such look, unless
the archive doubts it because its whole site may be gone. A refusal, a server in trouble, or a page whose text is there but is
not found by our reading says nothing about the page.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from crawler.hosts import is_front
from crawler.reading import Reading
from crawler.timing import retry_page
from storage import Article, DueRevisit, NextRevisit, Outcome, PageResult, Relook, Sight

MOST_TRIES = 10
"""Failed tries after which a look is given up until the next step."""
CONFIRM_AFTER = timedelta(minutes=30)
"""How long after a page was first seen gone it is looked at again; doubles while its whole site may be gone."""
LONGEST_DOUBT = timedelta(hours=6)
LONG = 100
"""Letters of a text that can be emptied; a caption may well shrink to nothing."""
LITTLE, LEAST = 0.1, 30
"""A text is emptied when less than a tenth, or less than thirty letters, of it is left."""
STANDS = 0.25
"""The share of samples of the old text found on a page at which the text still stands there."""
SAMPLES, SAMPLE_LENGTH = 8, 12

Gone: TypeAlias = Literal[
    "http_404", "http_410", "soft_404", "front_page", "moved_away", "replaced", "emptied"
]
GONE_STATUSES = frozenset({"http_404", "http_410"})
NOTHING_TOLD = frozenset({"blocked", "not_html", "empty", "layout"})
"""Readings that tell of a refusal, a hiccup of the server or of us, not of the page."""

_TAGS = re.compile(r"<(?:script|style)\b.*?</(?:script|style)>|<[^>]*>|&[a-zA-Z#0-9]{1,8};|\s+", re.DOTALL)


@dataclass(frozen=True, kw_only=True, slots=True)
class Appraisal:
    """What a second look means."""

    sight: Sight
    outcome: Outcome
    detail: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """What follows from it."""

    next: NextRevisit
    gone_since: datetime | None
    removed: bool
    if_doubted: NextRevisit | None = None


def appraise(old: Article, new: Reading, *, answered: str, printed: str) -> Appraisal:
    """Judge an answer of status 200 for the page of `old`.

    `answered` is the address after redirects when it is another page's than the one asked for, else empty; `printed` the
    markup of all pages read.
    """
    if new.outcome in NOTHING_TOLD:
        return Appraisal(sight="failed", outcome=new.outcome, detail=new.detail)
    if new.outcome == "soft_404":
        return Appraisal(sight="gone", outcome="soft_404", detail=new.detail)
    if new.outcome == "stub":
        return _sent_on(new)
    if stands(old.text or old.title, printed):
        return _standing(old, new)
    return _not_standing(old, new, answered)


def stands(text: str, markup: str) -> bool:
    """Whether a good part of a text still stands on a page, whether or not reading finds it there."""
    wanted, found = "".join(text.split()), _TAGS.sub("", markup)
    if len(wanted) <= SAMPLE_LENGTH:
        return wanted in found
    step = max(1, (len(wanted) - SAMPLE_LENGTH) // (SAMPLES - 1))
    samples = {wanted[at : at + SAMPLE_LENGTH] for at in range(0, len(wanted) - SAMPLE_LENGTH + 1, step)}
    return sum(sample in found for sample in samples) > STANDS * len(samples)


def plan(due: DueRevisit, seen: Appraisal, spans: Sequence[timedelta], now: datetime) -> Plan:
    """When to look again, and whether the page counts as removed by now."""
    if seen.sight == "failed":
        at = retry_page(due.link.url, outcome=seen.outcome, attempts=due.attempts + 1, now=now)
        following = _advance(due, spans, now, removed=due.removed)
        return Plan(next=_try_again(due, at, following), gone_since=due.gone_since, removed=False)
    if seen.sight != "gone":
        return Plan(next=_advance(due, spans, now, removed=False), gone_since=None, removed=False)
    if due.removed or due.gone_since is not None:
        following = _advance(due, spans, now, removed=True)
        rest = min(LONGEST_DOUBT, confirm_after(spans) * 2**due.attempts)
        return Plan(
            next=following,
            gone_since=due.gone_since or now,
            removed=True,
            if_doubted=_try_again(due, now + rest, following),
        )
    again = NextRevisit(step=due.step, attempts=0, at=now + confirm_after(spans))
    return Plan(next=again, gone_since=now, removed=False)


def relook(
    due: DueRevisit,
    seen: Appraisal,
    spans: Sequence[timedelta],
    now: datetime,
    result: PageResult | None = None,
) -> Relook:
    """What the archive is told of a look: what it means, and what follows."""
    planned = plan(due, seen, spans, now)
    return Relook(
        article_id=due.article_id,
        sight=seen.sight,
        outcome=seen.outcome,
        detail=seen.detail,
        next=planned.next,
        gone_since=planned.gone_since,
        removed=planned.removed,
        if_doubted=planned.if_doubted,
        result=result,
    )


def confirm_after(spans: Sequence[timedelta]) -> timedelta:
    """Half an hour, or half of the first span where that is less."""
    return min(CONFIRM_AFTER, *(span / 2 for span in spans[:1]))


def asks_in_full(due: DueRevisit, spans: Sequence[timedelta]) -> bool:
    """Whether no validators are sent: at the last step, since some portals' validators lie, and where the page may be gone."""
    last = len(spans) > 1 and due.step >= len(spans) - 1
    return last or due.removed or due.gone_since is not None


def _standing(old: Article, new: Reading) -> Appraisal:
    """The old text is there: what reading no longer finds of it is our trouble."""
    read = new.article
    if read is None or not read.text or (old.title and not read.title):
        return _worse(new)
    if _is_emptied(old.text, read.text) or len(read.text) < len(old.text) * STANDS:
        return _worse(new)
    return Appraisal(sight="read", outcome=new.outcome)


def _not_standing(old: Article, new: Reading, answered: str) -> Appraisal:
    text = new.article.text if new.article is not None else ""
    if answered:
        where: Gone = "front_page" if _is_front(answered) else "moved_away"
        return Appraisal(sight="gone", outcome=where, detail=f"leads to {answered}")
    if new.article is None or new.outcome == "not_an_article":
        return Appraisal(sight="gone", outcome="replaced", detail=f"{new.outcome} {new.detail}".strip())
    if _is_emptied(old.text, text):
        return Appraisal(sight="gone", outcome="emptied", detail=f"{len(old.text)} → {len(text)} letters")
    if (old.text and not text) or (old.title and not new.article.title):
        return _worse(new)
    return Appraisal(sight="read", outcome=new.outcome)


def _is_emptied(old: str, new: str) -> bool:
    return len(old) >= LONG and len(new) < max(LEAST, len(old) * LITTLE)


def _worse(new: Reading) -> Appraisal:
    return Appraisal(sight="failed", outcome="reading_worse", detail=f"{new.outcome} {new.detail}".strip())


def _sent_on(new: Reading) -> Appraisal:
    target = new.detail.removeprefix("sends on to ")
    if _is_front(target):
        return Appraisal(sight="gone", outcome="front_page", detail=new.detail)
    return Appraisal(sight="failed", outcome="stub", detail=new.detail)


def _is_front(address: str) -> bool:
    try:
        return is_front(address)
    except ValueError:
        return False


def _try_again(due: DueRevisit, at: datetime | None, following: NextRevisit) -> NextRevisit:
    """At `at`; when the tries are used up, or the next step comes sooner, wait for that."""
    attempts = due.attempts + 1
    if at is None or attempts >= MOST_TRIES or (following.at is not None and following.at <= at):
        return following
    return NextRevisit(step=due.step, attempts=attempts, at=at)


def _advance(due: DueRevisit, spans: Sequence[timedelta], now: datetime, *, removed: bool) -> NextRevisit:
    """The next step that is still to come; a removed page is looked for once more after the last."""
    # A page that was looked at early, for what it says of another, is looked at all the same when its step comes.
    for step in range(due.step, len(spans)):
        if due.archived_at + spans[step] > now:
            return NextRevisit(step=step, attempts=0, at=due.archived_at + spans[step])
    if removed and due.step < len(spans):
        return NextRevisit(step=len(spans), attempts=0, at=now + spans[-1] if spans else None)
    return NextRevisit(step=max(due.step + 1, len(spans)), attempts=0, at=None)
