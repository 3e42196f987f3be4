"""Values of alerts: who hears what, what is owed to whom, what came of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from storage.telling.figures import Bound

Sequel: TypeAlias = Literal["follow_up", "changed", "removed"]
"""What may be told of a story after its first alert."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Urgency:
    """What makes a report urgent; every condition given must hold, and at least one must be given."""

    figures: tuple[Bound, ...] = ()
    """Any of these."""
    categories: frozenset[str] = frozenset()
    score: float | None = None
    """At least this relevant."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """Who hears what, and when: the articles that match are owed to each of the channels."""

    name: str
    channels: tuple[str, ...]
    provinces: frozenset[str] = frozenset()
    """Short names; empty means every province."""
    places: tuple[str, ...] = ()
    """Any of these prefectures and counties: 兰州, 甘肃省兰州市城关区. Empty means everywhere."""
    portals: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    substances: frozenset[str] = frozenset()
    """Any of these in the figures, by the names facts carry."""
    min_score: float = 0.0
    words: tuple[str, ...] = ()
    """Any of these in title or text; empty means no condition."""
    all_words: tuple[str, ...] = ()
    not_words: tuple[str, ...] = ()
    figures: tuple[Bound, ...] = ()
    """Any of these must be met."""
    also: frozenset[Sequel] = frozenset()
    """What of a story told before it wants to hear as well."""
    digest: tuple[str, ...] = ()
    """Times of day in Asia/Shanghai at which its alerts go out together; empty means at once."""
    quiet: str = ""
    """Hours in Asia/Shanghai, such as `22:30-07:00`, whose alerts go out together after them."""
    urgent: Urgency | None = None
    """What is told at once all the same."""
    is_urgent: bool = False
    """Set by `matching` for a report that is: neither digest, quiet hours nor flood control hold it back."""


OutboxState: TypeAlias = Literal["pending", "sending", "sent", "suppressed", "dead"]
OutboxKind: TypeAlias = Literal["story", "baseline", "follow_up", "changed", "removed", "notice"]
"""What an alert tells: a story, once; how much was archived silently; what came next in a story's event; that its figures
changed; that its page is gone; or a notice to operators."""
Batch: TypeAlias = Literal["", "digest", "quiet", "flood", "notice"]
"""What an alert waits for, to be sent in one message with the others of its channel that do: a time of its rule's digest; the
end of the quiet hours; the end of a flood; a moment in which operators' notices gather. Empty: a message of its own, at once."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Owed:
    """One alert owed to one channel: a claimed outbox row with what is needed to word it."""

    id: int
    code: str
    """Short stable id printed in the message, so that a human recognises a duplicate."""
    kind: OutboxKind
    rule: str
    channel: str
    attempt: int
    """1 for the first attempt, counted at the claim."""
    lease: int
    """Token of this claim; a receipt under an older token is refused."""
    article_id: int | None
    story_id: int | None
    silenced: int = 0
    """For `baseline`: how many articles were archived silently so far."""
    silenced_relevant: int = 0
    about: str = ""
    """What of the story a sequel is about, as in `Event`."""
    note: str = ""
    """Stored text: what a sequel says of what changed, or all that a notice says."""
    batch: Batch = ""
    urgent: bool = False
    """Its rule calls the report urgent."""
    created_at: datetime | None = None
    """When it became owed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """Something that the rules may want to hear of: a story's first report, or what came after it."""

    kind: OutboxKind
    story_id: int
    article_id: int
    about: str = ""
    """Tells events of one kind and story apart: `a17` for a follow-up article, `v3` for a version. Empty for the first."""
    note: str = ""
    """What the message says beside the article, such as the figures that changed; kept with the alert."""
    silent: str = ""
    """Why nobody is told, not even by a summary: `backfill`; its alerts are written as suppressed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Receipt:
    """What came of one delivery attempt."""

    result: Literal["sent", "transient", "throttled", "permanent", "unreadable"]
    detail: str = ""
    """Human words without secrets."""
    ambiguous: bool = False
    """The request may have arrived although no answer was read."""
    retry_at: datetime | None = None
    """Set by the retry policy for everything but `sent` and `permanent`."""
