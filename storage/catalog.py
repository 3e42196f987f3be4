"""What readers ask of the whole archive: hits by rank, counts, figures over time."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Literal, TypeAlias, TypeVar

from sqlalchemy import Connection

from storage.database import Database
from storage.search import searching, series, streaming, walking
from storage.search.best import read_rank_cursor, search_best
from storage.search.counting import FacetCounts, count_facets
from storage.search.fields import QueryWords
from storage.search.limiting import LONGEST, SOON, TookTooLongError, limited
from storage.search.planning import ALL
from storage.search.reading import Search
from storage.search.series import FigurePoint, FigureQuestion, FigureSource, Period, Step
from storage.values.findings import Filters, Hit, SearchPage, Stored

_T = TypeVar("_T")
Order: TypeAlias = Literal["newest", "best"]


class Catalog:
    """Questions to the whole archive, in reading transactions; `ArchiveUnavailableError` when one fails.

    Every method raises `QueryError` for a query that cannot be read, and for one that took longer than 10 s.
    """

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

        `best` ranks the newest 500 hits. A query that takes longer than half a second is asked of the newest articles,
        step by step, and not counted: see `SearchPage`. Raises `QueryError` for a cursor that cannot be read, too.
        """
        question = searching.prepare(query, filters, self._words)
        if order == "best":
            place = read_rank_cursor(before)
            return self._bounded(
                question,
                lambda connection: search_best(connection, question, limit, place),
                lambda connection: walking.best(connection, question, limit, place),
            )
        cursor = searching.read_cursor(before)
        return self._bounded(
            question,
            lambda connection: searching.search(connection, question, limit, cursor),
            lambda connection: walking.walk(connection, question, limit, cursor),
        )

    def newest(self, query: str = "", *, filters: Filters = Filters(), limit: int = 20) -> tuple[Hit, ...]:  # noqa: B008 - frozen
        """The newest articles that match, without a count of the others."""
        question = searching.prepare(query, filters, self._words)
        return self._bounded(
            question,
            lambda connection: searching.newest(connection, question, limit),
            lambda connection: walking.walk(connection, question, limit, None).hits,
        )

    def facets(self, query: str, *, filters: Filters = Filters()) -> FacetCounts:  # noqa: B008 - frozen
        """How the hits of a search divide, over at most the newest 50,000.

        Those of the newest 5,000 articles, where it takes longer than half a second to find out.
        """
        question = searching.prepare(query, filters, self._words)
        return self._bounded(
            question,
            lambda connection: count_facets(connection, question),
            lambda connection: walking.facets(connection, question),
        )

    def timeline(
        self,
        query: str = "",
        *,
        filters: Filters = Filters(),  # noqa: B008 - frozen
        step: Step = "month",
    ) -> tuple[Period, ...]:
        """How many reports and stories match in each day, week, month or year; those without any are left out."""
        question = searching.prepare(query, filters, self._words)
        with self._asking(question) as connection:
            return series.timeline(connection, question, step)

    def figures(
        self,
        wanted: FigureQuestion,
        query: str = "",
        *,
        filters: Filters = Filters(),  # noqa: B008 - frozen
    ) -> tuple[FigurePoint, ...]:
        """The figures of a measure over time; see `storage.search.series` for what is counted once."""
        question = searching.prepare(query, filters, self._words)
        with self._asking(question) as connection:
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
        with self._asking(question) as connection:
            return series.figure_sources(connection, question, wanted, begin=begin, end=end, limit=limit)

    def stream(self, query: str = "", *, filters: Filters = Filters()) -> Iterator[Stored]:  # noqa: B008 - frozen
        """All articles that match, the newest first, in flat memory; many short readings, not one."""
        return streaming.stream(self._database, searching.prepare(query, filters, self._words))

    def _bounded(
        self, question: Search, ask: Callable[[Connection], _T], instead: Callable[[Connection], _T]
    ) -> _T:
        """What the whole archive answers if it does so soon, else what its newest part does."""
        try:
            with self._asking(question, SOON) as connection:
                return ask(connection)
        except TookTooLongError:
            with self._asking(question) as connection:
                return instead(connection)

    @contextmanager
    def _asking(self, question: Search, seconds: float | None = None) -> Iterator[Connection]:
        has_words = question.asked.plan != ALL
        with (
            self._database.read() as connection,
            limited(connection, seconds or LONGEST, has_words=has_words),
        ):
            yield connection
