"""The archive: what was seen, what it was judged to be, who must hear of it. Import names from here only."""

from storage.addresses import (
    AddressBook,
    AddressRules,
)
from storage.alerts import (
    Batch,
    Event,
    OutboxKind,
    OutboxState,
    Owed,
    Receipt,
    Rule,
    Sequel,
    Urgency,
)
from storage.archive import (
    Archive,
)
from storage.backfilling import (
    Backfills,
)
from storage.captures import (
    CaptureMissingError,
    CaptureRow,
    CaptureTotals,
    capture_totals,
    captures_folder,
    captures_of,
    packed_record,
    standing,
)
from storage.capturing import (
    CaptureFolder,
    Keep,
)
from storage.catalog import (
    Catalog,
    Order,
)
from storage.changes import (
    ChangedFigure,
    changed_figures,
    figures_line,
    what_changed,
)
from storage.claiming import (
    Claim,
)
from storage.counting import (
    FacetCounts,
)
from storage.database import (
    Database,
    open_database,
)
from storage.delivering import (
    Closing,
)
from storage.disagreeing import (
    Disagreement,
    ToldFigure,
)
from storage.errors import (
    ArchiveUnavailableError,
    LeaseLostError,
    QueryError,
    StorageError,
    StoryError,
)
from storage.fields import (
    QueryWords,
)
from storage.figures import (
    Bound,
    FigureError,
    FigureWords,
    any_meets,
    meets,
    parse_bound,
)
from storage.findings import (
    Attempt,
    Filters,
    Hit,
    OutboxRow,
    Related,
    Report,
    SearchPage,
    Stored,
    Totals,
)
from storage.fingerprint import (
    text_hash,
    url_key,
)
from storage.habits import (
    Rhythm,
    slot_of,
)
from storage.holding import (
    Flood,
)
from storage.leads import (
    LeadHost,
    Leads,
)
from storage.ledger import (
    Ledger,
)
from storage.manifests import (
    Sealed,
    manifests_of,
    seal,
)
from storage.measuring import (
    figure_words,
)
from storage.mending import (
    StoryChange,
)
from storage.model import (
    SHANGHAI,
    Article,
    Category,
    Change,
    Counts,
    Evidence,
    Fact,
    Image,
    JoinedAs,
    Link,
    NaiveDatetimeError,
    Outcome,
    Passage,
    Precision,
    Qualifier,
    Source,
    SourceKind,
    Story,
    Trace,
    Verdict,
)
from storage.notices import (
    Notice,
)
from storage.outages import (
    NO_ANSWER,
    Witness,
    is_outage,
)
from storage.outbox import (
    Outbox,
)
from storage.records import (
    AlertHistory,
    Beat,
    Capture,
    CoverageRow,
    DueSource,
    Explanation,
    Holding,
    HostBatch,
    Ingested,
    Lease,
    LinkHistory,
    LinkState,
    Look,
    PageFailure,
    PageResult,
    PendingLink,
    Rekeyed,
    SourceState,
    Work,
)
from storage.relooks import (
    DueRevisit,
    NextRevisit,
    Relook,
    Relooked,
    RevisitState,
    Sight,
    Version,
    Visit,
)
from storage.retiring import (
    Retired,
    retire_captures,
)
from storage.revisits import (
    Revisits,
)
from storage.rewording import (
    Piece,
    Rewording,
    Sentence,
    compare_texts,
)
from storage.robots import (
    RobotsFile,
    RobotsFiles,
)
from storage.rules import (
    matching,
)
from storage.series import (
    FigurePoint,
    FigureQuestion,
    FigureSource,
    Period,
    Split,
    Step,
    next_step,
    step_of,
)
from storage.timetable import (
    next_time,
    quiet_until,
    read_hours,
    read_time,
)
from storage.verifying import (
    Verified,
    bytes_to_verify,
    verify,
)
from storage.walks import (
    BackfillProgress,
    Walk,
    WalkStep,
)

__all__ = [
    "NO_ANSWER",
    "SHANGHAI",
    "AddressBook",
    "AddressRules",
    "AlertHistory",
    "Archive",
    "ArchiveUnavailableError",
    "Article",
    "Attempt",
    "BackfillProgress",
    "Backfills",
    "Batch",
    "Beat",
    "Bound",
    "Capture",
    "CaptureFolder",
    "CaptureMissingError",
    "CaptureRow",
    "CaptureTotals",
    "Catalog",
    "Category",
    "Change",
    "ChangedFigure",
    "Claim",
    "Closing",
    "Counts",
    "CoverageRow",
    "Database",
    "Disagreement",
    "DueRevisit",
    "DueSource",
    "Event",
    "Evidence",
    "Explanation",
    "FacetCounts",
    "Fact",
    "FigureError",
    "FigurePoint",
    "FigureQuestion",
    "FigureSource",
    "FigureWords",
    "Filters",
    "Flood",
    "Hit",
    "Holding",
    "HostBatch",
    "Image",
    "Ingested",
    "JoinedAs",
    "Keep",
    "LeadHost",
    "Leads",
    "Lease",
    "LeaseLostError",
    "Ledger",
    "Link",
    "LinkHistory",
    "LinkState",
    "Look",
    "NaiveDatetimeError",
    "NextRevisit",
    "Notice",
    "Order",
    "Outbox",
    "OutboxKind",
    "OutboxRow",
    "OutboxState",
    "Outcome",
    "Owed",
    "PageFailure",
    "PageResult",
    "Passage",
    "PendingLink",
    "Period",
    "Piece",
    "Precision",
    "Qualifier",
    "QueryError",
    "QueryWords",
    "Receipt",
    "Rekeyed",
    "Related",
    "Relook",
    "Relooked",
    "Report",
    "Retired",
    "RevisitState",
    "Revisits",
    "Rewording",
    "Rhythm",
    "RobotsFile",
    "RobotsFiles",
    "Rule",
    "Sealed",
    "SearchPage",
    "Sentence",
    "Sequel",
    "Sight",
    "Source",
    "SourceKind",
    "SourceState",
    "Split",
    "Step",
    "StorageError",
    "Stored",
    "Story",
    "StoryChange",
    "StoryError",
    "ToldFigure",
    "Totals",
    "Trace",
    "Urgency",
    "Verdict",
    "Verified",
    "Version",
    "Visit",
    "Walk",
    "WalkStep",
    "Witness",
    "Work",
    "any_meets",
    "bytes_to_verify",
    "capture_totals",
    "captures_folder",
    "captures_of",
    "changed_figures",
    "compare_texts",
    "figure_words",
    "figures_line",
    "is_outage",
    "manifests_of",
    "matching",
    "meets",
    "next_step",
    "next_time",
    "open_database",
    "packed_record",
    "parse_bound",
    "quiet_until",
    "read_hours",
    "read_time",
    "retire_captures",
    "seal",
    "slot_of",
    "standing",
    "step_of",
    "text_hash",
    "url_key",
    "verify",
    "what_changed",
]
