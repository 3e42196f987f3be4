"""Articles in, articles out."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, ScalarSelect, Table, func, select

from storage.articles.ingesting import Ingestion, Watch, prepare
from storage.articles.shelving import facts_of, stored, told_at
from storage.captures.capturing import CaptureFolder
from storage.database import Database
from storage.schema import article, link, related, story
from storage.stories import mending
from storage.stories.disagreeing import Disagreement, disagreements
from storage.stories.mending import StoryChange
from storage.values.findings import Related, Report, Stored, Totals
from storage.values.records import Ingested, Lease, PageResult

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
        captures: CaptureFolder | None = None,
        relook_after: timedelta | None = None,
    ) -> None:
        """`quiet_before`: reports older than this at a source's first look are archived without alerts;
        `summary_after`: how long after the first of them the one summary is due; `captures`: where the bytes of pages
        are kept, if they are; `relook_after`: how long after it was archived a relevant page is first looked at again, if
        it is."""
        self._database = database
        self._quiet_before = quiet_before
        self._summary_after = summary_after
        self._captures = captures
        self._relook_after = relook_after

    def ingest(self, result: PageResult, *, lease: Lease | None, now: datetime) -> Ingested:
        """Archive one page: article, texts, story, facts, search entry, alerts owed, link state, counts.

        All of it or nothing. A page archived before changes nothing. Raises `LeaseLostError` under an old fence.
        """
        entry = prepare(result)
        if self._captures is not None:
            kept = self._captures.keep(result.captures, relevant=result.verdict.relevant, now=now)
            entry = replace(entry, kept=kept)
        watch = Watch(
            now=now,
            quiet_before=self._quiet_before,
            summary_after=self._summary_after,
            relook_after=self._relook_after,
        )
        with self._database.write() as connection:
            return Ingestion(connection, entry, watch).run(lease)

    def get(self, article_id: int) -> Stored | None:
        """The article with that id, or None if there is none."""
        with self._database.read() as connection:
            return stored(connection, article_id)

    def reports(self, story_id: int) -> tuple[Report, ...]:
        """The articles of a story, the first publisher's first, each with its delay."""
        with self._database.read() as connection:
            rows = connection.execute(select(article).where(article.c.story_id == story_id)).all()
        told = sorted((told_at(row.published_at, row.precision, row.fetched_at), row.id, row) for row in rows)
        names = Report.__dataclass_fields__.keys() - {"delay"}
        return tuple(
            Report(**{name: getattr(row, name) for name in names}, delay=at - told[0][0])
            for at, _, row in told
        )

    def related(self, story_id: int) -> tuple[Related, ...]:
        """Stories alike in wording that are not the same, and why not."""
        one, other = related.c.story_id, related.c.other_id
        with self._database.read() as connection:
            return tuple(
                Related(story_id=row.id, first_article_id=row.first_article_id, title=row.title, why=row.why)
                for mine, theirs in ((one, other), (other, one))
                for row in connection.execute(
                    select(story.c.id, story.c.first_article_id, story.c.title, related.c.why)
                    .join(related, theirs == story.c.id)
                    .where(mine == story_id)
                    .order_by(story.c.id)
                )
            )

    def merge_stories(self, stories: Sequence[int], *, why: str, now: datetime) -> int:
        """Make one story of several, that of the first given; recorded with `why`. Nobody is told again.

        Raises `StoryError`.
        """
        with self._database.write() as connection:
            return mending.merge(connection, stories, why, now)

    def split_story(self, articles: Sequence[int], *, why: str, now: datetime) -> int:
        """Take articles out of their story into a new one, whose id is returned; recorded with `why`, and kept apart.

        Alerts go with their articles; a part nobody was told of is owed. Raises `StoryError`.
        """
        with self._database.write() as connection:
            return mending.split(connection, articles, why, now)

    def story_changes(self, story_id: int) -> tuple[StoryChange, ...]:
        """How a story was merged and split by hand, the oldest first."""
        with self._database.read() as connection:
            return mending.changes(connection, story_id)

    def differing_figures(self, story_id: int) -> tuple[Disagreement, ...]:
        """What the reports of a story tell differently."""
        reports = self.reports(story_id)
        with self._database.read() as connection:
            return disagreements([(one.id, facts_of(connection, one.id)) for one in reports])

    def totals(self) -> Totals:
        """The archive in figures."""
        columns = (
            _counted(article).label("articles"),
            _counted(article, article.c.relevant.is_(True)).label("relevant"),
            _counted(article, article.c.silent.is_(True)).label("silent"),
            _counted(story, story.c.merged_into.is_(None)).label("stories"),
            _counted(link, link.c.state == "pending").label("links_pending"),
            _counted(link, link.c.state == "failed").label("links_failed"),
        )
        with self._database.read() as connection:
            return Totals(**connection.execute(select(*columns)).one()._mapping)


def _counted(table: Table, *conditions: ColumnElement[bool]) -> ScalarSelect[int]:
    return select(func.count()).select_from(table).where(*conditions).scalar_subquery()
