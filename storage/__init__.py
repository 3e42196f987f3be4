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
from storage.backups import (
    BackupError,
    back_up,
    copy_captures,
    restore,
    size_of,
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
from storage.checking import (
    Problem,
    check,
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
from storage.forgetting import (
    Retention,
    forget,
)
from storage.habits import (
    Rhythm,
    slot_of,
)
from storage.histories import (
    AlertHistory,
    ArticleHistory,
    Explanation,
    LinkHistory,
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
from storage.moving import (
    INDEX,
    Moved,
    MoveError,
    is_unfinished,
    move,
    must_be_whole,
    rows_to_move,
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
from storage.quality import (
    Mark,
    Quality,
    Worse,
    changes,
)
from storage.records import (
    Beat,
    Capture,
    CoverageRow,
    DueSource,
    Holding,
    HostBatch,
    Ingested,
    Lease,
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
from storage.rulebook import (
    awaits,
)
from storage.rules import (
    matching,
)
from storage.saved import (
    SavedSearch,
    SavedSearches,
    SavedSearchError,
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
from storage.telling import (
    Operators,
    Plan,
    Standing,
)
from storage.terms import (
    fold,
)
from storage.tidying import (
    vacuum,
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
    "INDEX",
    "NO_ANSWER",
    "SHANGHAI",
    "AddressBook",
    "AddressRules",
    "AlertHistory",
    "Archive",
    "ArchiveUnavailableError",
    "Article",
    "ArticleHistory",
    "Attempt",
    "BackfillProgress",
    "Backfills",
    "BackupError",
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
    "Mark",
    "MoveError",
    "Moved",
    "NaiveDatetimeError",
    "NextRevisit",
    "Notice",
    "Operators",
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
    "Plan",
    "Precision",
    "Problem",
    "Qualifier",
    "Quality",
    "QueryError",
    "QueryWords",
    "Receipt",
    "Rekeyed",
    "Related",
    "Relook",
    "Relooked",
    "Report",
    "Retention",
    "Retired",
    "RevisitState",
    "Revisits",
    "Rewording",
    "Rhythm",
    "RobotsFile",
    "RobotsFiles",
    "Rule",
    "SavedSearch",
    "SavedSearchError",
    "SavedSearches",
    "Sealed",
    "SearchPage",
    "Sentence",
    "Sequel",
    "Sight",
    "Source",
    "SourceKind",
    "SourceState",
    "Split",
    "Standing",
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
    "Worse",
    "any_meets",
    "awaits",
    "back_up",
    "bytes_to_verify",
    "capture_totals",
    "captures_folder",
    "captures_of",
    "changed_figures",
    "changes",
    "check",
    "compare_texts",
    "copy_captures",
    "figure_words",
    "figures_line",
    "fold",
    "forget",
    "is_outage",
    "is_unfinished",
    "manifests_of",
    "matching",
    "meets",
    "move",
    "must_be_whole",
    "next_step",
    "next_time",
    "open_database",
    "packed_record",
    "parse_bound",
    "quiet_until",
    "read_hours",
    "read_time",
    "restore",
    "retire_captures",
    "rows_to_move",
    "seal",
    "size_of",
    "slot_of",
    "standing",
    "step_of",
    "text_hash",
    "url_key",
    "vacuum",
    "verify",
    "what_changed",
]
