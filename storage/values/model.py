"""The values everyone shares: what a page said, how it was judged, what is owed to whom.

All are frozen, keyword-only and free of I/O. A name ending in `_at` is always an aware datetime; anything that
prints for people does so in `SHANGHAI`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

Precision: TypeAlias = Literal["minute", "day"]
Category: TypeAlias = Literal[
    "enforcement",
    "trial",
    "control_treatment",
    "prevention",
    "policy",
    "statistics",
    "people",
    "international",
]
Qualifier: TypeAlias = Literal["exact", "over", "nearly", "about", "under", "at_least"]
JoinedAs: TypeAlias = Literal["first", "verbatim", "reprint", "edited", "address", "follow_up", "merged"]
"""How a report came to its story: it began it; has the text of an earlier one letter by letter; is that text cut or added
to; in other words; names the same canonical address, whatever its text; tells what came next in the same event; or was put
there by hand."""
SourceKind: TypeAlias = Literal["list", "feed", "json", "sitemap", "search"]


class NaiveDatetimeError(ValueError):
    """A datetime without a time zone was given; attach one (pages are read as Asia/Shanghai)."""


def _require_aware(**moments: datetime | None) -> None:
    for name, moment in moments.items():
        if moment is not None and moment.tzinfo is None:
            raise NaiveDatetimeError(f"{name}={moment!r}: {NaiveDatetimeError.__doc__}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Image:
    """A picture printed in the body of an article."""

    url: str
    caption: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Trace:
    """Which rule gave a field its value: what the reader of a bug report needs."""

    field: str
    rule: str
    """A short stable name, such as `label:来源`, `meta:publishdate`, `family:enorth`."""
    detail: str = ""
    """The words it was read from, or why a rival was turned down."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Article:
    """One news report as read from one page."""

    url: str
    """The address the page was fetched from, after redirects."""
    canonical_url: str
    """The address the page gives for itself where that is believable, else `url`."""
    portal: str
    """Name of the portal's file, e.g. `gscn`; empty when read outside a portal."""
    title: str
    """Headline without site name or column; empty if the page shows none."""
    subtitle: str = ""
    """Sub-headline or kicker, where the page keeps one apart."""
    published_at: datetime | None
    """Printed publication time in Asia/Shanghai; midnight when only the day is known."""
    precision: Precision = "minute"
    """How exactly `published_at` is known."""
    source: str | None
    """来源 as printed: who the portal says wrote it."""
    authors: tuple[str, ...] = ()
    """记者, 通讯员, 文/图: the people who wrote it."""
    editors: tuple[str, ...] = ()
    """责编, 编辑, 选稿: the people who published it."""
    text: str
    """Clean body: paragraphs joined by one newline. Empty for a page with a headline but no text (video, gallery)."""
    images: tuple[Image, ...] = ()
    attachments: tuple[str, ...] = ()
    """Absolute addresses of attached files (PDF, Word, Excel)."""
    language: str = "zh-Hans"
    """`zh-Hans`, `zh-Hant` or `und`."""
    fetched_at: datetime
    charset: str
    """The encoding the bytes were read with, e.g. `gb18030`."""
    charset_from: str
    """What decided the charset: `bom`, `header`, `meta`, `xml`, `guess`, `text`; a trailing `!` says damage was found."""
    missing_pages: tuple[str, ...] = ()
    """Absolute addresses of further pages of this article that have not been read yet."""
    trace: tuple[Trace, ...] = ()

    def __post_init__(self) -> None:
        _require_aware(published_at=self.published_at, fetched_at=self.fetched_at)


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """One term that spoke for or against relevance, and where it stood."""

    term: str
    weight: float
    """Positive speaks for the topic, negative against."""
    where: Literal["title", "text"]
    start: int
    """Offset of the term's first character in the title or text."""
    end: int
    why: str = ""
    """The kind of term: `drug word`, `agency`, `campaign`, `substance`, `context against: film`, ..."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """Whether an article belongs to the topic, and why."""

    topic: str = "antidrug"
    relevant: bool
    score: float
    """0 to 1; relevant means at or above the topic's threshold."""
    category: Category | None = None
    """None when not relevant."""
    province: str | None = None
    """Short name of the provincial unit the story is about (甘肃, 内蒙古), 全国, or None if not told."""
    places: tuple[str, ...] = ()
    """Administrative divisions the story names, full names from province down, e.g. 甘肃省兰州市城关区."""
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """A comparison printed with a figure."""

    kind: Literal["up", "down", "from_to", "times", "share", "target"]
    value: float
    """For up and down: percent; for from_to: the new value; for times: the factor; share: percent of the whole."""
    unit: str = "percent"
    base: float | None = None
    """The value compared with, when printed (从2018年的342人: 342)."""
    against: str = ""
    """What it is compared with, as printed: 同比, 较2015年."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Fact:
    """One figure, tied to the words it came from."""

    measure: str
    """What was counted, e.g. `drugs_seized`; the list is the topic's data."""
    value: float
    """In base units: grams, persons, cases, yuan."""
    unit: str
    qualifier: Qualifier = "exact"
    substance: str | None = None
    """`heroin`, `methamphetamine`, ...; several joined by `+`; `mixed` or `unspecified`; None where none applies."""
    period: str | None = None
    """As printed or resolved against the publication date."""
    period_from: datetime | None = None
    period_to: datetime | None = None
    """The resolved period in Asia/Shanghai, both ends included, where it could be resolved."""
    place: str | None = None
    change: Change | None = None
    basis: Literal["stock", "flow"] | None = None
    """For user measures: present number or newly found in the period."""
    target: bool = False
    """A goal, not a result."""
    uncertain: str = ""
    """Why the fact should not be asserted; empty when it may be."""
    evidence: str
    """The exact words: `text[start:end]`."""
    start: int
    end: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """An address a source listed."""

    url: str
    title: str = ""
    """The words of the link; empty for an image link without text."""
    published_at: datetime | None = None
    """The date the list printed beside it, in Asia/Shanghai."""
    precision: Precision = "day"

    def __post_init__(self) -> None:
        _require_aware(published_at=self.published_at)


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """One place of a portal where links appear, as the portal's file describes it."""

    portal: str
    url: str
    kind: SourceKind
    host: str
    """The pace group: the registrable domain of `url` (all sub-hosts share one pace and one lease)."""
    every: timedelta
    """How often to look when all is well."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Story:
    """The reports of one event or text."""

    id: int
    title: str
    first_article_id: int
    first_seen_at: datetime
    reports: int
    """How many articles belong to it, the first included."""


Outcome: TypeAlias = str
"""A named end of a fetch or a delivery; see `docs/glossary.md`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Passage:
    """A piece of text with the places to highlight."""

    text: str
    marks: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Counts:
    """Named counters of one day, portal or run, e.g. `{"looked": 3, "listed": 60, "failed:timeout": 1}`."""

    by_name: Mapping[str, int] = field(default_factory=dict)
