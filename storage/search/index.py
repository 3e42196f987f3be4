"""The search index: which articles hold which terms, in the form each database is good at.

SQLite: contentless FTS5 whose row ids are sort keys, so that the newest hits come first without sorting. PostgreSQL: a
side table of term codes under GIN, so that a change of an article never rewrites its thousand index entries.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    and_,
    column,
    false,
    func,
    insert,
    literal_column,
    not_,
    or_,
    select,
    table,
    text,
    true,
)

from storage.schema import article, article_terms
from storage.search.conditions import condition
from storage.search.planning import ALL, AllOf, AnyOf, NoneOf, Plan, Term, Where
from storage.search.terms import term_code

WINDOW = 1000
"""How many of the newest articles PostgreSQL tries one by one before it asks its index for all."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """What is looked for."""

    plan: Plan
    since: int | None = None
    """The lowest sort key."""
    before: int | None = None
    """The sort key above the highest."""
    conditions: tuple[ColumnElement[bool], ...] = ()
    """On the columns of `article`."""


class Index(Protocol):
    """What search needs of a database."""

    def add(self, connection: Connection, sort_key: int, terms: Collection[str]) -> None:
        """Enter an article."""

    def remove(self, connection: Connection, sort_key: int, terms: Collection[str]) -> None:
        """Take out an article; `terms` must be those it was entered with."""

    def newest(self, connection: Connection, wanted: Wanted, limit: int) -> list[int]:
        """The highest sort keys of what is wanted, in falling order."""

    def page(self, connection: Connection, wanted: Wanted, limit: int) -> list[int] | Select[Any]:
        """`newest`, or what to select for them where the rows can be read in the same statement."""

    def count(self, connection: Connection, wanted: Wanted) -> int:
        """How many articles are wanted."""

    def keys(self, connection: Connection, wanted: Wanted, limit: int | None) -> Select[Any]:
        """What to select for the highest sort keys, or all, as a part of a larger question."""


def index_of(connection: Connection) -> Index:
    """The index of this database."""
    return _Fts5() if connection.dialect.name == "sqlite" else _Gin()


def _count(connection: Connection, asked: Select[Any]) -> int:
    return int(connection.scalar(select(func.count()).select_from(asked.order_by(None).subquery())) or 0)


def _first(asked: Select[Any], limit: int | None) -> Select[Any]:
    return asked.order_by(None) if limit is None else asked.limit(limit)


def _between(key: ColumnElement[int], wanted: Wanted) -> list[ColumnElement[bool]]:
    found = []
    if wanted.since is not None:
        found.append(key >= wanted.since)
    if wanted.before is not None:
        found.append(key < wanted.before)
    return found


def own_conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    """What is wanted beside the plan, on the rows of `article`."""
    return [*_between(article.c.sort_key, wanted), *wanted.conditions]


def _newest_articles(wanted: Wanted, *more: ColumnElement[bool]) -> Select[Any]:
    key = article.c.sort_key
    return select(key).where(*own_conditions(wanted), *more).order_by(key.desc())


_fts = table("article_fts", column("rowid"), column("terms"))
# The plus keeps SQLite from walking the articles and asking the index about each of them.
_row_of_fts: ColumnElement[int] = literal_column("+article_fts.rowid")


class _Fts5:
    def add(self, connection: Connection, sort_key: int, terms: Collection[str]) -> None:
        connection.execute(insert(_fts).values(rowid=sort_key, terms=" ".join(sorted(terms))))

    def remove(self, connection: Connection, sort_key: int, terms: Collection[str]) -> None:
        connection.execute(
            text("INSERT INTO article_fts(article_fts, rowid, terms) VALUES ('delete', :key, :terms)"),
            {"key": sort_key, "terms": " ".join(sorted(terms))},
        )

    def newest(self, connection: Connection, wanted: Wanted, limit: int) -> list[int]:
        return list(connection.scalars(_ask_fts5(wanted).limit(limit)))

    def page(self, connection: Connection, wanted: Wanted, limit: int) -> list[int] | Select[Any]:
        return self.keys(connection, wanted, limit)

    def count(self, connection: Connection, wanted: Wanted) -> int:
        return _count(connection, _ask_fts5(wanted))

    def keys(self, connection: Connection, wanted: Wanted, limit: int | None) -> Select[Any]:
        asked = _ask_fts5(wanted)
        return _first(asked.with_only_columns(asked.selected_columns[0].label("sort_key")), limit)


def _ask_fts5(wanted: Wanted) -> Select[Any]:
    words = _in_words(wanted.plan)
    if words is None:
        return _newest_articles(wanted, _in_sets(wanted.plan))
    key = _fts.c.rowid
    asked = select(key).where(_match(words), *_between(key, wanted)).order_by(key.desc())
    if wanted.conditions:
        asked = asked.join_from(_fts, article, article.c.sort_key == _row_of_fts).where(*wanted.conditions)
    return asked


def _match(words: str) -> ColumnElement[bool]:
    return literal_column("article_fts").op("MATCH", is_comparison=True)(words)


def _in_words(plan: Plan) -> str | None:
    """The plan in FTS5's language, or None where that has no words for it: it can exclude, but not from everything."""
    match plan:
        case Term(name):
            return f'"{name}"'
        case AnyOf(parts):
            return _joined(" OR ", [_in_words(part) for part in parts])
        case AllOf(parts):
            excluded = [_in_words(part.part) for part in parts if isinstance(part, NoneOf)]
            included = [_in_words(part) for part in parts if not isinstance(part, NoneOf)]
            both = [_joined(" AND ", included)] + ([_joined(" OR ", excluded)] if excluded else [])
            return _joined(" NOT ", both)
    return None


def _joined(operator: str, parts: list[str | None]) -> str | None:
    known = [part for part in parts if part is not None]
    if not parts or len(known) < len(parts):
        return None
    return known[0] if len(known) == 1 else f"({operator.join(known)})"


def _in_sets(plan: Plan) -> ColumnElement[bool]:
    """The plan as sets of sort keys, for what FTS5 has no words for."""
    if (words := _in_words(plan)) is not None:
        return article.c.sort_key.in_(select(_fts.c.rowid).where(_match(words)))
    match plan:
        case AllOf(parts):
            return and_(true(), *(_in_sets(part) for part in parts))
        case AnyOf(parts):
            return or_(false(), *(_in_sets(part) for part in parts))
        case NoneOf(part):
            return not_(_in_sets(part))
        case Where(field):
            return condition(field)
    raise AssertionError(plan)


class _Gin:
    def add(self, connection: Connection, sort_key: int, terms: Collection[str]) -> None:
        codes = sorted({term_code(term) for term in terms})
        connection.execute(insert(article_terms).values(sort_key=sort_key, terms=codes))

    def remove(self, connection: Connection, sort_key: int, terms: Collection[str]) -> None:
        connection.execute(article_terms.delete().where(article_terms.c.sort_key == sort_key))

    def newest(self, connection: Connection, wanted: Wanted, limit: int) -> list[int]:
        if wanted.plan == ALL:
            return list(connection.scalars(_newest_articles(wanted).limit(limit)))
        # A plain ORDER BY ... LIMIT walks all articles for a term that none has: minutes.
        found = list(connection.scalars(_in_window(wanted, limit)))
        if len(found) == limit:
            return found
        _prefer_index(connection)
        return list(connection.scalars(_behind_fence(wanted).limit(limit)))

    def page(self, connection: Connection, wanted: Wanted, limit: int) -> list[int] | Select[Any]:
        return self.newest(connection, wanted, limit)

    def count(self, connection: Connection, wanted: Wanted) -> int:
        if wanted.plan == ALL:
            return _count(connection, _newest_articles(wanted))
        _prefer_index(connection)
        return _count(connection, _behind_fence(wanted))

    def keys(self, connection: Connection, wanted: Wanted, limit: int | None) -> Select[Any]:
        if wanted.plan == ALL:
            return _first(_newest_articles(wanted), limit)
        _prefer_index(connection)
        return _first(_behind_fence(wanted), limit)


def _prefer_index(connection: Connection) -> None:
    # The terms lie outside the rows, so the planner takes a scan of the table for cheap and reads all of them.
    connection.execute(text("SET LOCAL enable_seqscan = off"))


def _in_window(wanted: Wanted, limit: int | None) -> Select[Any]:
    key = article_terms.c.sort_key
    window = select(key, article_terms.c.terms).where(*_between(key, wanted))
    if wanted.conditions:
        window = window.join_from(article_terms, article, article.c.sort_key == key)
        window = window.where(*wanted.conditions)
    newest = window.order_by(key.desc()).limit(WINDOW).cte("newest").prefix_with("MATERIALIZED")
    found = select(newest.c.sort_key).where(_holds(wanted.plan, newest))
    return found.order_by(newest.c.sort_key.desc()).limit(limit)


def _behind_fence(wanted: Wanted) -> Select[Any]:
    key = article_terms.c.sort_key
    holding = select(key).where(_holds(wanted.plan, article_terms), *_between(key, wanted))
    hits = holding.cte("hits").prefix_with("MATERIALIZED")
    asked = select(hits.c.sort_key).order_by(hits.c.sort_key.desc())
    if wanted.conditions:
        asked = asked.join_from(hits, article, article.c.sort_key == hits.c.sort_key)
        asked = asked.where(*wanted.conditions)
    return asked


def _excludes_term(part: Plan) -> bool:
    return isinstance(part, NoneOf) and isinstance(part.part, Term)


def _holds(plan: Plan, rows: FromClause) -> ColumnElement[bool]:
    """The plan, on rows of sort keys and terms."""
    key, terms = rows.c.sort_key, rows.c.terms
    match plan:
        case Term(name):
            return terms.contains([term_code(name)])
        case AllOf(parts):
            codes = [term_code(part.name) for part in parts if isinstance(part, Term)]
            excluded = [
                term_code(part.part.name)
                for part in parts
                if isinstance(part, NoneOf) and isinstance(part.part, Term)
            ]
            others = [
                _holds(part, rows)
                for part in parts
                if not isinstance(part, Term) and not _excludes_term(part)
            ]
            # One look at the terms of an article, however many are excluded: they lie outside its row.
            without = not_(terms.overlap(excluded)) if excluded else true()
            return and_(terms.contains(codes) if codes else true(), without, *others)
        case AnyOf(parts):
            return or_(false(), *(_holds(part, rows) for part in parts))
        case NoneOf(part):
            return not_(_holds(part, rows))
        case Where(field):
            return key.in_(select(article.c.sort_key).where(condition(field)).correlate(None))
