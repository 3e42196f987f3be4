"""What readers ask of the whole archive: hits by rank, counts, figures over time."""

from collections.abc import Iterator
from datetime import date
from typing import Literal, TypeAlias

from storage.database import Database
from storage.search import searching, series, streaming
from storage.search.best import read_rank_cursor, search_best
from storage.search.counting import FacetCounts, count_facets
from storage.search.fields import QueryWords
from storage.search.series import FigurePoint, FigureQuestion, FigureSource, Period, Step
from storage.values.findings import Filters, Hit, SearchPage, Stored

Order: TypeAlias = Literal["newest", "best"]


class Catalog:
    """Questions to the whole archive. Every method is one reading transaction; `ArchiveUnavailableError` when that fails."""

    def __init__(self, database: Database, words: QueryWords = QueryWords()) -> None:  # noqa: B008 - frozen
        """`words`: what readers call substances, categories and figures; without them only our own names are known."""
        self._database = database
        self._words = words

    def search(
        self,
        query: str,
        *,
        filters: Filters = Filters(),  # noqa: B008 - frozen
        limit: int = 20,
        before: str | None = None,
        order: Order = "newest",
    ) -> SearchPage:
        """The articles that match `query` (see `storage.search.query`), the newest or the best answers first.

        `best` ranks the newest 500 hits. Raises `QueryError` for a query or cursor that cannot be read.
        """
        if order == "newest":
            question, cursor = searching.prepare(query, filters, self._words), searching.read_cursor(before)
            with self._database.read() as connection:
                return searching.search(connection, question, limit, cursor)
        question = searching.prepare(query, filters, self._words)
        place = read_rank_cursor(before)
        with self._database.read() as connection:
            return search_best(connection, question, limit, place)

    def newest(self, query: str = "", *, filters: Filters = Filters(), limit: int = 20) -> tuple[Hit, ...]:  # noqa: B008 - frozen
        """The newest articles that match, without a count of the others. Raises `QueryError`."""
        question = searching.prepare(query, filters, self._words)
        with self._database.read() as connection:
            return searching.newest(connection, question, limit)

    def facets(self, query: str, *, filters: Filters = Filters()) -> FacetCounts:  # noqa: B008 - frozen
        """How the hits of a search divide, over at most the newest 50,000. Raises `QueryError`."""
        question = searching.prepare(query, filters, self._words)
        with self._database.read() as connection:
            return count_facets(connection, question)

    def timeline(
        self,
        query: str = "",
        *,
        filters: Filters = Filters(),  # noqa: B008 - frozen
        step: Step = "month",
    ) -> tuple[Period, ...]:
        """How many reports and stories match in each day, week, month or year; those without any are left out."""
        question = searching.prepare(query, filters, self._words)
        with self._database.read() as connection:
            return series.timeline(connection, question, step)

    def figures(
        self,
        wanted: FigureQuestion,
        query: str = "",
        *,
        filters: Filters = Filters(),  # noqa: B008 - frozen
    ) -> tuple[FigurePoint, ...]:
        """The figures of a measure over time; see `storage.search.series` for what is counted once. Raises `QueryError`."""
        question = searching.prepare(query, filters, self._words)
        with self._database.read() as connection:
            return series.figure_points(connection, question, wanted)

    def figure_sources(
        self,
        wanted: FigureQuestion,
        query: str = "",
        *,
        filters: Filters = Filters(),  # noqa: B008 - frozen
        begin: date,
        limit: int = 100,
    ) -> tuple[FigureSource, ...]:
        """What stands behind the point that begins on that day: each figure with its words, the largest first."""
        question = searching.prepare(query, filters, self._words)
        end = series.next_step(begin, wanted.step)
        with self._database.read() as connection:
            return series.figure_sources(connection, question, wanted, begin=begin, end=end, limit=limit)

    def stream(self, query: str = "", *, filters: Filters = Filters()) -> Iterator[Stored]:  # noqa: B008 - frozen
        """All articles that match, the newest first, in flat memory; many short readings, not one. Raises `QueryError`."""
        return streaming.stream(self._database, searching.prepare(query, filters, self._words))
