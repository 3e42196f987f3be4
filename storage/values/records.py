"""Records of the crawl that pass through the door: what is due, what came of it, what is known of it.

Frozen and keyword-only like the values of `storage.values.model`. Times are aware; those read from the archive are in
Asia/Shanghai.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, NamedTuple, TypeAlias

from storage.values.model import (
    Article,
    Fact,
    JoinedAs,
    Link,
    Outcome,
    Precision,
    Source,
    Verdict,
)
from storage.watch.habits import Rhythm

LinkState: TypeAlias = Literal["pending", "archived", "failed"]
"""`failed`: given up, kept with its reason; nothing asks for it again."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Lease:
    """The right to work on one host until somebody else's claim raises the fence."""

    host: str
    fence: int


class Holding(NamedTuple):
    """Who holds a host, and until when."""

    host: str
    owner: str
    lease_until: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class HostBatch:
    """One claimed host."""

    lease: Lease
    portals: tuple[str, ...]
    """Portals with work on that host, sorted."""
    not_before: datetime | None = None
    """Only when claimed with `due_only=False`: the host asked not to be called before (Retry-After, pace)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DueSource:
    """A source to look at, with what its last answer left us."""

    id: int
    source: Source
    etag: str | None
    last_modified: str | None
    failures: int
    """Failed looks in a row."""
    full_fetch_due: bool
    """The last full answer is 12 hours old or older, or this source's validators lied: send none."""
    rhythm: Rhythm | None = None
    """When its items appear; None before its first good look."""
    last_ok_at: datetime | None = None
    """The last good look; None before the first."""
    further: tuple[str, ...] = ()
    """Further pages that earlier looks found and did not read yet."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PendingLink:
    """A page that was listed and is not archived yet."""

    id: int
    source_id: int
    portal: str
    url: str
    title: str
    published_at: datetime | None
    """What the list printed beside the link."""
    precision: Precision
    attempts: int
    """Failed fetches so far."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Work:
    """What a lease holder has to do now."""

    sources: tuple[DueSource, ...]
    links: tuple[PendingLink, ...]
    """The newest first."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """What came of looking at one source."""

    source_id: int
    outcome: Outcome
    """`ok` and `not_modified` are successes; every other name is a failure of the source."""
    links: tuple[Link, ...] = ()
    etag: str | None = None
    last_modified: str | None = None
    next_check_at: datetime
    detail: str = ""
    full: bool = True
    """False for a 304: the validators and the time of the last full answer stay."""
    if_outage_at: datetime | None = None
    """The next look instead of `next_check_at`, if it turns out that our own network is down."""
    leads: tuple[str, ...] = ()
    """Article-like addresses on other hosts."""
    further: tuple[str, ...] = ()
    """Where more of it stands; kept only where new items may stand there (`storage.watch.leafing`)."""
    page: str = ""
    """The further page this look is of; empty for the source's own page. Of a further page only its links are written."""
    again: bool = False
    """A further page that gave no answer for the moment: the next look asks for it again."""
    charset: str = ""
    """In which the list was read; empty where that was not looked at."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Capture:
    """One answer of a server as it came over the wire: what stood there."""

    url: str
    """The address asked for."""
    status: int
    headers: tuple[tuple[str, str], ...]
    """As sent by the server, in its order."""
    body: bytes
    """Decoded from the transfer (gzip), otherwise untouched."""
    fetched_at: datetime
    answered_url: str = ""
    """Where redirects led; empty: the address asked for answered itself."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PageResult:
    """A page that was read and judged."""

    link_id: int | None
    """None for a page that no source listed; it is never silenced as baseline."""
    outcome: Outcome
    """How it was read: `article`, `video`, `no_body`, ..."""
    article: Article
    verdict: Verdict
    facts: tuple[Fact, ...] = ()
    captures: tuple[Capture, ...] = ()
    """The answers it was read from, in the order of its pages."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PageFailure:
    """A page that gave no article."""

    link_id: int
    outcome: Outcome
    detail: str = ""
    retry_at: datetime | None
    """None: given up; the link stays, with outcome and detail."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ingested:
    """What an ingest did."""

    article_id: int
    story_id: int
    new: bool
    """False: the page was in the archive already, nothing was written but the link's state."""
    joined: bool
    """The article joined a story that was there before it."""
    owed: int
    """Alerts owed because of it; silenced ones are not counted."""
    joined_as: JoinedAs = "first"
    related: int = 0
    """How many stories it was linked to without joining them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rekeyed:
    """What other rules of addresses changed in the archive."""

    articles: int = 0
    """Articles with another key."""
    links: int = 0
    same_articles: int = 0
    """Articles that turned out to be the page of an older one: both stay, the key leads to the older."""
    same_links: int = 0
    """Links that turned out to lead to the page of an older one: they wait no more."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CoverageRow:
    """What one source gave on one day in Asia/Shanghai."""

    day: date
    portal: str
    source_url: str
    """Empty for pages that no source listed."""
    counts: Mapping[str, int]
    """Looks: `looked`, `not_modified`, `listed`, `new`, `look_failed:<outcome>`. Pages: `fetched` (asked for, whatever
    came of it), `archived`, `judged`, `relevant`, `alerted` (owed at least one alert), `failed:<outcome>`.
    Archived pages: `relooked`, `changed`, `removed`, `back`, `relook_failed:<outcome>`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LooksOfDay:
    """How often sources were looked at on one day in Asia/Shanghai."""

    day: date
    looked: int
    failed: int
    """Looks that brought no answer that could be read."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceState:
    """A source and how it fares."""

    id: int
    portal: str
    url: str
    kind: str
    host: str
    active: bool
    """False: no longer in the portal's file."""
    first_ok_at: datetime | None
    """The first successful look: the watch of this source began here."""
    last_looked_at: datetime | None
    last_ok_at: datetime | None
    last_new_at: datetime | None
    last_outcome: str
    """Empty before the first look."""
    detail: str
    failures: int
    next_check_at: datetime
    pending_links: int
    failing_since: datetime | None = None
    """The first of the failed looks in a row; None when the last one was good."""
    recovered_at: datetime | None = None
    """When it last came back after failing again and again."""
    lied_at: datetime | None = None
    """When a full answer last proved its "not modified" false; for a week no validators are sent."""
    newest_at: datetime | None = None
    """The newest date printed on it, where its dates tell a habit."""
    expected_by: datetime | None = None
    """By when something newer was to be expected, by the pauses between its dates."""
    charset: str = ""
    charset_was: str = ""
    """The one before the last change."""
    charset_changed_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Beat:
    """The last sign of life of a part of the service."""

    at: datetime
    detail: str = ""
