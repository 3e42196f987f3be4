"""Values of walks back in time. Frozen and keyword-only; times are aware."""

from dataclasses import dataclass
from datetime import datetime

from storage.values.model import Link, Outcome, SourceKind


@dataclass(frozen=True, kw_only=True, slots=True)
class Walk:
    """One source on its way back in time."""

    portal: str
    source_url: str
    source_id: int
    host: str
    kind: SourceKind
    since: datetime
    until: datetime
    further: tuple[str, ...]
    """Pages still to be asked for, in order."""
    marks: tuple[str, ...]
    """Of pages and lists of links met before: meeting one again ends the walk."""
    pages: int
    listed: int


@dataclass(frozen=True, kw_only=True, slots=True)
class WalkStep:
    """What one page of a walk brought."""

    portal: str
    source_url: str
    page: str
    """The page that was asked for."""
    outcome: Outcome
    detail: str = ""
    links: tuple[Link, ...] = ()
    """Those in the walk's span."""
    further: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    oldest_at: datetime | None = None
    again: bool = False
    """It gave no answer for the moment."""


@dataclass(frozen=True, kw_only=True, slots=True)
class BackfillProgress:
    """How far the walks of a portal have come."""

    portal: str
    walks: int
    walks_done: int
    pages: int
    """Pages of lists, sitemaps and searches read."""
    listed: int
    """Links found that were not known before."""
    archived: int
    failed: int
    pending: int
    due: int
    """Pending links that may be asked for now."""
    oldest_at: datetime | None
    since: datetime | None
    until: datetime | None
    troubles: tuple[str, ...]
    """Walks whose last page gave no answer."""
