"""Values of explaining: all that is known of one address, from its first listing to the last alert.

Frozen and keyword-only like the values of `storage.values.model`. Times are aware, in Asia/Shanghai.
"""

from dataclasses import dataclass
from datetime import datetime

from storage.values.alerts import OutboxKind, OutboxState
from storage.values.findings import Attempt
from storage.values.model import JoinedAs, Verdict
from storage.values.records import LinkState
from storage.values.relooks import RevisitState, Version, Visit


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkHistory:
    """What is known of a listed address."""

    url: str
    portal: str
    source_url: str
    first_seen_at: datetime
    state: LinkState
    attempts: int
    """Failed fetches; the newest forty are told as visits."""
    outcome: str
    detail: str
    retry_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class AlertHistory:
    """One alert that the story of an address owes or owed."""

    code: str
    kind: OutboxKind
    rule: str
    channel: str
    state: OutboxState
    reason: str
    """Why it was suppressed or is dead."""
    created_at: datetime
    not_before: datetime
    sent_at: datetime | None
    receipts: tuple[Attempt, ...]
    """Every attempt to deliver it, the first one first."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ArticleHistory:
    """What became of the page once it was archived."""

    id: int
    title: str
    archived_at: datetime
    outcome: str
    """How it was read."""
    story_id: int
    story_title: str
    story_first_seen_at: datetime
    reports: int
    """How many reports its story has."""
    joined_as: JoinedAs
    silent: bool
    """Archived silently because it is older than the watch."""
    removed_at: datetime | None
    removed_why: str
    versions: tuple[Version, ...]
    revisit: RevisitState | None
    """None: it is never looked at again."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Explanation:
    """Everything the archive knows of one address."""

    url: str
    key: str
    """The identity of the address, see `url_key`."""
    links: tuple[LinkHistory, ...]
    """Empty: never listed by a source."""
    visits: tuple[Visit, ...]
    """Failed fetches before it was archived, and looks at it after, the earliest first."""
    article_id: int | None
    story_id: int | None
    verdict: Verdict | None
    silent: bool | None
    """Archived silently because it is older than the watch; None when not archived."""
    article: ArticleHistory | None
    """None: not in the archive, so the address does not count as known."""
    alerts: tuple[AlertHistory, ...]
