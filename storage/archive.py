"""Articles in, articles out."""

from datetime import datetime, timedelta

from storage.database import Database
from storage.records import Filters, Ingested, Lease, PageResult, Report, SearchPage, Stored, Totals

QUIET_BEFORE = timedelta(hours=48)
SUMMARY_AFTER = timedelta(minutes=2)


class Archive:
    """The articles. Every method is one transaction and raises `ArchiveUnavailableError` when that fails."""

    def __init__(
        self,
        database: Database,
        *,
        quiet_before: timedelta = QUIET_BEFORE,
        summary_after: timedelta = SUMMARY_AFTER,
    ) -> None:
        """`quiet_before`: reports older than this at a source's first look are archived without alerts;
        `summary_after`: how long after the first of them the one summary is due."""
        self._database = database
        self._quiet_before = quiet_before
        self._summary_after = summary_after

    def ingest(self, result: PageResult, *, lease: Lease | None, now: datetime) -> Ingested:
        """Archive one page: article, texts, story, facts, search entry, alerts owed, link state, counts.

        All of it or nothing. A page archived before changes nothing. Raises `LeaseLostError` under an old fence.
        """
        raise NotImplementedError

    def get(self, article_id: int) -> Stored | None:
        """The article with that id, or None if there is none."""
        raise NotImplementedError

    def reports(self, story_id: int) -> tuple[Report, ...]:
        """The articles of a story by publication time, else fetch time."""
        raise NotImplementedError

    def search(
        self,
        query: str,
        *,
        filters: Filters = Filters(),  # noqa: B008 - frozen
        limit: int = 20,
        before: str | None = None,
    ) -> SearchPage:
        """The newest articles that match `query` (see `storage.query`); an empty query matches all.

        Raises `QueryError` for a query or cursor that cannot be read.
        """
        raise NotImplementedError

    def totals(self) -> Totals:
        """The archive in figures."""
        raise NotImplementedError
