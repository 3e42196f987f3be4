"""Records of the archive that pass through the door: articles found, alerts owed, figures.

Frozen and keyword-only like the values of `storage.values.model`. Times are aware; those read from the archive are in
Asia/Shanghai.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from storage.values.alerts import (
    OutboxKind,
    OutboxState,
    Receipt,
)
from storage.values.model import (
    Article,
    Category,
    Fact,
    JoinedAs,
    Outcome,
    Passage,
    Precision,
    Story,
    Verdict,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Stored:
    """One archived article with all that was concluded from it."""

    id: int
    story: Story
    article: Article
    outcome: Outcome
    verdict: Verdict
    facts: tuple[Fact, ...]
    province: str | None
    silent: bool
    """Archived without alerts because it is older than the watch."""
    versions: int = 1
    """How many versions of its page were seen; this is the newest."""
    removed_at: datetime | None = None
    """When its page was found gone."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """One article of a story, in a line."""

    id: int
    title: str
    url: str
    portal: str
    source: str | None
    published_at: datetime | None
    precision: Precision
    fetched_at: datetime
    relevant: bool
    joined_as: JoinedAs
    delay: timedelta
    """How long after the first report of its story; zero for that one. See `told_at` for what counts as its time."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Related:
    """A story alike in wording but not the same."""

    story_id: int
    first_article_id: int
    title: str
    why: str
    """What keeps them apart: `years`, `names`, `figures`, `details`, `time` or `part`; see `docs/storage.md`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Filters:
    """Conditions on the articles found; every one given must hold."""

    province: str | None = None
    portal: str | None = None
    category: Category | None = None
    substance: str | None = None
    since: datetime | None = None
    """Published (or, if that is unknown, fetched) at this time or later."""
    until: datetime | None = None
    """Published before this time."""
    relevant_only: bool = False
    story_id: int | None = None
    place: str | None = None
    """Words of a place the article names: 兰州 finds 甘肃省兰州市."""
    source: str | None = None
    """来源, or how it begins."""
    reporter: str | None = None
    """An author's name, or how it begins."""
    figures: tuple[str, ...] = ()
    """Bounds such as `海洛因>=1kg`; all must hold."""
    first_only: bool = False
    """Each story once, by its first report."""
    changed_only: bool = False
    removed_only: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Hit:
    """One article found."""

    id: int
    story_id: int
    url: str
    title: str
    portal: str
    province: str | None
    source: str | None
    published_at: datetime | None
    precision: Precision
    fetched_at: datetime
    relevant: bool
    category: Category | None
    score: float
    """Relevance to the topic, 0 to 1."""
    snippet: Passage
    title_marks: tuple[tuple[int, int], ...]
    reports: int = 1
    """How many reports its story has."""
    versions: int = 1
    """How many versions of its page were seen."""
    removed_at: datetime | None = None
    """When its page was found gone; the article stays."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SearchPage:
    """The hits of one page, the newest first."""

    hits: tuple[Hit, ...]
    total: int
    """How many articles match in all; see `exact`."""
    exact: bool = True
    """False: `total` is an upper bound, since a long phrase is checked only on the pages shown, or since the query costs
    too much to be asked of the whole archive; then a page may also hold fewer hits than there are, and go on."""
    next: str | None = None
    """Give it as `before` to get the next page; None on the last."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Totals:
    """The archive in figures."""

    articles: int
    relevant: int
    stories: int
    links_pending: int
    links_failed: int
    silent: int = 0
    """Articles archived silently because they are older than the watch."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Attempt:
    """One delivery attempt and its receipt."""

    attempt: int
    at: datetime
    receipt: Receipt


@dataclass(frozen=True, kw_only=True, slots=True)
class OutboxRow:
    """One alert, owed or done, with every attempt."""

    id: int
    code: str
    kind: OutboxKind
    state: OutboxState
    reason: str
    rule: str
    channel: str
    story_id: int | None
    article_id: int | None
    title: str
    """Headline of the article; empty for a summary."""
    attempt: int
    created_at: datetime
    not_before: datetime
    lease_until: datetime | None
    sent_at: datetime | None
    receipts: tuple[Attempt, ...] = field(default=())
    batch: str = ""
    """What it waits for, or was told together with; see `Batch`."""
    about: str = ""
    note: str = ""
    """Its own words: all that a notice says."""
