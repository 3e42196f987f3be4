"""Values of looking again at archived pages: what is due, what came of it, and the versions it leaves.

Frozen and keyword-only like the values of `storage.values.model`. Times are aware; those read from the archive are in
Asia/Shanghai.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from storage.revisions.changes import Changed
from storage.values.model import Article, Fact, Outcome
from storage.values.records import PageResult, PendingLink

Sight: TypeAlias = Literal["not_modified", "read", "gone", "failed"]
"""What a second look at a page found: that the server says nothing changed; the page; that it is gone; or nothing that could
be judged."""
VisitOutcome: TypeAlias = str
"""`not_modified`, `unchanged`, `changed`, `gone` (seen once, to be confirmed), `site_gone`, `removed`, `back`, or the name of a
failure."""
SITE_GONE = "site_gone"
"""The outcome of a look at a page that is gone together with its site, as far as anybody can tell: not called removed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DueRevisit:
    """An archived page to look at again, with what is known of it."""

    article_id: int
    link: PendingLink
    """What a list said of the page; its address is the one the page was read from."""
    archived: Article
    """As it reads in the archive now."""
    archived_at: datetime
    """When it was first archived: the spans of the re-looks count from here."""
    step: int
    """Which re-look it is, the first being 0."""
    attempts: int
    """Failed tries of this step."""
    gone_since: datetime | None
    """When it was first seen gone, if it was at the last look."""
    removed: bool
    etag: str | None
    last_modified: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class NextRevisit:
    """When to look at a page again."""

    step: int
    attempts: int
    at: datetime | None
    """None: no more."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Relook:
    """What came of looking at an archived page again."""

    article_id: int
    sight: Sight
    outcome: Outcome
    """How it was read, or why it counts as gone or failed: `article`, `http_404`, `timeout`, ..."""
    detail: str = ""
    next: NextRevisit
    gone_since: datetime | None = None
    """When it was first seen gone; None when it was seen standing, or it is not known."""
    removed: bool = False
    """That it is gone was confirmed."""
    if_doubted: NextRevisit | None = None
    """When to look again if its whole site may be gone; given when `removed` is."""
    result: PageResult | None = None
    """The page as it reads now, judged again, with its captures; given when `sight` is `read`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Relooked:
    """What the archive made of a re-look."""

    outcome: VisitOutcome
    version: int
    """The newest version of the article."""
    owed: int = 0
    """Alerts owed because of it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Version:
    """An archived article as it once read."""

    article_id: int
    number: int
    seen_at: datetime
    """When this version was first seen."""
    title: str
    text: str
    source: str | None
    authors: tuple[str, ...]
    editors: tuple[str, ...]
    facts: tuple[Fact, ...]
    text_sha256: str
    changed: tuple[Changed, ...]
    """What it has other than the version before; empty for the first."""
    figures: str
    """Its changed figures in one Chinese line; empty when none changed."""
    outcome: Outcome
    relevant: bool
    score: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """One fetch of a page: before it was archived (failed ones only) or after."""

    at: datetime
    outcome: VisitOutcome
    detail: str
    next_at: datetime | None
    """When to try or look again, as decided then."""
    archived: bool
    """Whether the page was in the archive by then."""


@dataclass(frozen=True, kw_only=True, slots=True)
class MissingSite:
    """A site of which pages are gone that are not called removed, because nothing of it was seen standing since."""

    portal: str
    host: str
    pages: int
    since: datetime
    """When the first of them was first seen gone."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LaterLooks:
    """How the watch keeps up with its looks at archived pages, of the portals that are watched."""

    planned: int
    due: int
    late: int
    """Due, with their site free to be asked, for longer than was asked about."""
    oldest_due_at: datetime | None
    """Since when the longest due of the late ones has been waiting."""
    missing_sites: tuple[MissingSite, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class RevisitState:
    """How the re-looks at an archived page stand."""

    step: int
    """How many are done."""
    next_at: datetime | None
    attempts: int
    outcome: VisitOutcome
    visited_at: datetime | None
    gone_since: datetime | None
