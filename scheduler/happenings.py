"""What becomes of stories while the demo runs, in a few lines each: reprints, follow-ups, edits, removals."""

from collections.abc import Mapping
from datetime import timedelta

from rich.console import Console
from rich.text import Text

from crawler.portals import Portal
from scheduler.commands.stories import JOINED
from scheduler.commands.versions import GONE, rewording_lines
from scheduler.printing import print_delay
from storage import (
    Archive,
    ArticleHistory,
    Catalog,
    Database,
    Filters,
    Ledger,
    Report,
    Revisits,
    Version,
    compare_texts,
)

MINUTE = timedelta(minutes=1)
NEWEST = 40
"""Reports that are watched."""


class Happenings:
    """Prints what is new since it was last asked."""

    def __init__(self, out: Console, database: Database, portals: Mapping[str, Portal]) -> None:
        self._out = out
        self._archive = Archive(database)
        self._catalog = Catalog(database)
        self._ledger = Ledger(database)
        self._revisits = Revisits(database)
        self._titles = {name: portal.title for name, portal in portals.items()}
        self._told: set[tuple[str, int, int]] = set()
        self.reprinted: int | None = None
        """A report of the story that most portals carry."""
        self.changed: int | None = None
        self.removed: int | None = None
        """The newest report of each kind."""
        self._most = 1

    @property
    def all_seen(self) -> bool:
        """Whether there was one of each kind."""
        return None not in (self.reprinted, self.changed, self.removed)

    def print_new(self) -> None:
        """Print them, each once."""
        for article_id in self._revisits.turned(limit=NEWEST):
            history = self._ledger.history(article_id)
            if history is not None:
                self._print_turned(history)
        hits = self._catalog.search("", filters=Filters(relevant_only=True), limit=NEWEST).hits
        for story_id in dict.fromkeys(hit.story_id for hit in hits):
            self._print_joined(story_id)

    def _print_joined(self, story_id: int) -> None:
        reports = self._archive.reports(story_id)
        if len(reports) > self._most:
            self._most, self.reprinted = len(reports), reports[0].id
        for report in reports[1:]:
            if self._is_new("joined", report.id, 0):
                self._out.print(Text(self._joined(reports[0], report), "cyan"))

    def _joined(self, first: Report, report: Report) -> str:
        names = [self._titles.get(one.portal, one.portal) for one in (first, report)]
        how = JOINED["reprint" if report.joined_as == "first" else report.joined_as]
        later = f" {print_delay(report.delay)}" if report.delay >= MINUTE else ""
        return f"↻ {how} {names[1]}{later}（首发 first {names[0]}）《{report.title}》"

    def _print_turned(self, history: ArticleHistory) -> None:
        for old, new in zip(history.versions, history.versions[1:], strict=False):
            if self._is_new("changed", history.id, new.number):
                self.changed = history.id
                self._print_changed(old, new)
        if history.removed_at is not None and self._is_new("removed", history.id, 0):
            self.removed = history.id
            why = GONE.get(history.removed_why, history.removed_why)
            self._out.print(
                Text(f"⚠ 撤稿 removed《{history.title}》：{why}；归档还在 still archived", "magenta")
            )

    def _print_changed(self, old: Version, new: Version) -> None:
        self._out.print(Text(f"✎ 改稿 changed《{new.title}》 {new.figures}".rstrip(), "yellow"))
        for line in rewording_lines(compare_texts((old.title, old.text), (new.title, new.text))):
            self._out.print(Text.assemble("   ", line))

    def _is_new(self, what: str, article_id: int, number: int) -> bool:
        key = (what, article_id, number)
        if key in self._told:
            return False
        self._told.add(key)
        return True
