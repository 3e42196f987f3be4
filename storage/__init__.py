"""The archive: what was seen, what it was judged to be, who must hear of it. Import names from here only."""

from storage.archive import (
    Archive,
)
from storage.captures.capturing import (
    CaptureFolder,
    Keep,
)
from storage.captures.manifests import (
    Sealed,
    manifests_of,
    seal,
)
from storage.captures.retiring import (
    Retired,
    retire_captures,
)
from storage.captures.rows import (
    CaptureMissingError,
    CaptureRow,
    CaptureTotals,
    capture_totals,
    captures_folder,
    captures_of,
    packed_record,
    standing,
)
from storage.captures.verifying import (
    Verified,
    bytes_to_verify,
    verify,
)
from storage.catalog import (
    Catalog,
    Order,
)
from storage.database import (
    Database,
    open_database,
)
from storage.errors import (
    ArchiveUnavailableError,
    LeaseLostError,
    QueryError,
    StorageError,
    StoryError,
)
from storage.identity.addresses import (
    AddressBook,
    AddressRules,
)
from storage.identity.fingerprint import (
    text_hash,
    url_key,
)
from storage.ledger import (
    Ledger,
)
from storage.outbox import (
    Outbox,
)
from storage.revisions.changes import (
    ChangedFigure,
    changed_figures,
    figures_line,
    what_changed,
)
from storage.revisions.revisits import (
    Revisits,
)
from storage.revisions.rewording import (
    Piece,
    Rewording,
    Sentence,
    compare_texts,
)
from storage.search.counting import (
    FacetCounts,
)
from storage.search.fields import (
    QueryWords,
)
from storage.search.saved import (
    SavedSearch,
    SavedSearchError,
    SavedSearches,
)
from storage.search.series import (
    FigurePoint,
    FigureQuestion,
    FigureSource,
    Period,
    Split,
    Step,
    next_step,
    step_of,
)
from storage.search.terms import (
    fold,
)
from storage.stories.disagreeing import (
    Disagreement,
    ToldFigure,
)
from storage.stories.mending import (
    StoryChange,
)
from storage.telling.claiming import (
    Claim,
)
from storage.telling.delivering import (
    Closing,
)
from storage.telling.figures import (
    Bound,
    FigureError,
    FigureWords,
    any_meets,
    meets,
    parse_bound,
)
from storage.telling.holding import (
    Flood,
)
from storage.telling.measuring import (
    figure_words,
)
from storage.telling.notices import (
    Notice,
)
from storage.telling.rulebook import (
    awaits,
)
from storage.telling.rules import (
    lies_in,
    matching,
)
from storage.telling.timetable import (
    next_time,
    quiet_until,
    read_hours,
    read_time,
)
from storage.telling.told import (
    Operators,
    Plan,
    Standing,
)
from storage.upkeep.backups import (
    BackupError,
    back_up,
    copy_captures,
    restore,
    size_of,
)
from storage.upkeep.checking import (
    Problem,
    check,
)
from storage.upkeep.forgetting import (
    Retention,
    forget,
)
from storage.upkeep.moving import (
    INDEX,
    Moved,
    MoveError,
    is_unfinished,
    move,
    must_be_whole,
    rows_to_move,
)
from storage.upkeep.tidying import (
    vacuum,
)
from storage.values.alerts import (
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
from storage.values.findings import (
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
from storage.values.histories import (
    AlertHistory,
    ArticleHistory,
    Explanation,
    LinkHistory,
)
from storage.values.model import (
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
from storage.values.records import (
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
    LooksOfDay,
    PageFailure,
    PageResult,
    PendingLink,
    Rekeyed,
    SourceState,
    Work,
)
from storage.values.relooks import (
    DueRevisit,
    LaterLooks,
    MissingSite,
    NextRevisit,
    Relook,
    Relooked,
    RevisitState,
    Sight,
    Version,
    Visit,
)
from storage.values.walks import (
    BackfillProgress,
    Walk,
    WalkStep,
)
from storage.watch.backfilling import (
    Backfills,
)
from storage.watch.habits import (
    Rhythm,
    slot_of,
)
from storage.watch.leads import (
    LeadHost,
    Leads,
)
from storage.watch.outages import (
    NO_ANSWER,
    Witness,
    is_outage,
)
from storage.watch.quality import (
    Mark,
    Quality,
    Worse,
    changes,
)
from storage.watch.robots import (
    RobotsFile,
    RobotsFiles,
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
    "LaterLooks",
    "LeadHost",
    "Leads",
    "Lease",
    "LeaseLostError",
    "Ledger",
    "Link",
    "LinkHistory",
    "LinkState",
    "Look",
    "LooksOfDay",
    "Mark",
    "MissingSite",
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
    "lies_in",
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
