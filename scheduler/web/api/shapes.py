"""What the API answers, field by field: the schemas of its OpenAPI document."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel

from storage import Category, Evidence, Fact, JoinedAs, Precision


class Fault(BaseModel):
    """Why there is no answer, and what to do."""

    error: str
    message: str
    position: int | None = None
    """Of a query: the character that does not fit, from 0."""


class HitShape(BaseModel):
    """One report found; `published` is `2026-04-23T09:15`, or a day where only that is known, in Asia/Shanghai."""

    id: int
    story: int
    url: str
    title: str
    portal: str
    province: str | None
    source: str | None
    published: str | None
    fetched_at: datetime
    relevant: bool
    category: Category | None
    score: float
    reports: int
    versions: int
    removed_at: datetime | None
    snippet: str


class Hits(BaseModel):
    """One page of a search."""

    hits: list[HitShape]
    total: int
    exact: bool
    """False: `total` is an upper bound."""
    next: str | None
    """Give it as `before` to get the next page; null on the last."""


class Picture(BaseModel):
    """A picture printed in the body."""

    url: str
    caption: str


class Citation(BaseModel):
    """How to cite a report."""

    gbt7714: str
    bibtex: str


class ReportShape(BaseModel):
    """One report with all that was concluded from it."""

    id: int
    story: int
    url: str
    canonical_url: str
    portal: str
    province: str | None
    places: list[str]
    outcome: str
    fetched_at: str
    versions: int
    removed_at: datetime | None
    title: str
    published: str | None
    source: str | None
    authors: list[str]
    editors: list[str]
    text: str
    images: list[Picture]
    relevant: bool
    score: float
    category: Category | None
    facts: list[Fact]
    evidence: list[Evidence]
    citation: Citation


class ReportLine(BaseModel):
    """One report of a story; `delay` is in seconds after the first."""

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
    delay: float


class RelatedLine(BaseModel):
    """A story alike in wording but not the same; `why` tells what keeps them apart."""

    story_id: int
    first_article_id: int
    title: str
    why: str


class StoryShape(BaseModel):
    """A story, the first publisher's report first."""

    id: int
    reports: list[ReportLine]
    related: list[RelatedLine]


class Health(BaseModel):
    """Whether page and archive answer, and how the service is."""

    ok: bool
    status: str
    """`green`, `yellow` or `red`."""
    findings: list[str]


FAULTS: dict[int | str, dict[str, Any]] = {
    400: {"model": Fault, "description": "The query cannot be read"},
    401: {"model": Fault, "description": "A token is required"},
    421: {"model": Fault, "description": "The host name is not one of ours"},
    422: {"model": Fault, "description": "A parameter cannot be read"},
    429: {"model": Fault, "description": "Too many requests; Retry-After tells when"},
    503: {"model": Fault, "description": "The archive cannot be asked now"},
}
"""What may come instead of an answer."""
NONE_SUCH: dict[int | str, dict[str, Any]] = {404: {"model": Fault, "description": "There is none"}}
