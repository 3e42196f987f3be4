"""The search index: which articles hold which terms, in the form each database is good at.

SQLite: contentless FTS5 whose row ids are sort keys, so that the newest hits come first without sorting. PostgreSQL: a
side table of term codes under GIN, so that a change of an article never rewrites its thousand index entries.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Protocol

from sqlalchemy import BigInteger, Connection, TextClause, TextualSelect, column, insert, table, text

from storage.schema import article_terms
from storage.search.conditions import Values, condition, is_elsewhere, is_rare
from storage.search.planning import ALL, AllOf, AnyOf, NoneOf, Plan, Term, Where
from storage.search.terms import term_code


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """What is looked for."""

    plan: Plan
    since: int | None = None
    """The lowest sort key."""
    before: int | None = None
    """The sort key above the highest."""
    conditions: tuple[Plan, ...] = ()
    """Fields that must hold, or must not, beside the plan."""
    leading: bool = False
    """Whether no word leads to the articles, so that the fields must."""
    narrow: bool = False
    """Whether `since` and `before` leave few articles, so that each of them is asked."""


class Index(Protocol):
    """What search needs of a database."""

    counts_first: bool
    """Whether the hits of words are best counted first: how many there are tells how to find the newest."""

    def add(self, connection: Connection, sort_key: int, terms: Collection[str]) -> None:
        """Enter an article."""

    def remove(self, connection: Connection, sort_key: int, terms: Collection[str]) -> None:
        """Take out an article; `terms` must be those it was entered with."""

    def keys(self, wanted: Wanted, values: Values) -> str:
        """What to select for the sort keys of all that is wanted, in any order."""


def index_of(connection: Connection) -> Index:
    """The index of this database."""
    return _Fts5() if connection.dialect.name == "sqlite" else _Gin()


def hits(connection: Connection, wanted: Wanted, values: Values) -> str:
    """The beginning of a statement that makes a table `hits` of the sort keys of what is wanted."""
    # Where one hit costs as much as all, they are looked for once; else the newest come first and the others if asked.
    once = wanted.leading and any(
        isinstance(one, Where) and is_elsewhere(one.field) for one in wanted.conditions
    )
    once |= best_counted_first(connection, wanted)
    return f"WITH hits AS {'' if once else 'NOT '}MATERIALIZED ({index_of(connection).keys(wanted, values)})"


def how_many(connection: Connection, wanted: Wanted) -> int:
    """How many articles are wanted, as far as the index knows."""
    without, excluded = _apart(wanted)
    if excluded and best_counted_first(connection, without):
        # What an article must not hold is looked up in its terms; what it must, in the index.
        return how_many(connection, without) - how_many(connection, excluded)
    values = Values()
    asked = f"SELECT count(*) FROM ({index_of(connection).keys(wanted, values)}) AS hits"
    return int(connection.scalar(text(asked), values) or 0)


def _apart(wanted: Wanted) -> tuple[Wanted, Wanted | None]:
    """What is wanted without what its plan excludes, and the excluded part of that, if there is one."""
    parts = wanted.plan.parts if isinstance(wanted.plan, AllOf) else (wanted.plan,)
    left = tuple(part for part in parts if not isinstance(part, NoneOf))
    out = tuple(part.part for part in parts if isinstance(part, NoneOf))
    without = replace(wanted, plan=AllOf(left))
    return without, replace(wanted, plan=AllOf((*left, AnyOf(out)))) if left and out else None


def best_counted_first(connection: Connection, wanted: Wanted) -> bool:
    """Whether what is wanted is best counted before the newest of it are looked for."""
    return index_of(connection).counts_first and wanted.plan != ALL


def keys(connection: Connection, wanted: Wanted, limit: int | None = None) -> TextualSelect:
    """The sort keys of all that is wanted, or of the newest, as a part of a larger question."""
    values = Values()
    asked = f"{hits(connection, wanted, values)} SELECT sort_key FROM hits"
    if limit is not None:
        asked += f" ORDER BY sort_key DESC LIMIT {values(limit)}"
    return text(asked).bindparams(**values).columns(column("sort_key", BigInteger))


def own_conditions(wanted: Wanted) -> list[TextClause]:
    """What is wanted beside the plan, on the rows of `article`."""
    values = Values()
    asked = _joined(" AND ", _of_articles(wanted, values))
    return [text(asked).bindparams(**values)] if asked else []


def _between(key: str, wanted: Wanted, values: Values) -> Iterator[str]:
    if wanted.since is not None:
        yield f"{key} >= {values(wanted.since)}"
    if wanted.before is not None:
        yield f"{key} < {values(wanted.before)}"


def _of_articles(wanted: Wanted, values: Values) -> list[str]:
    return [*_between("article.sort_key", wanted, values), *_fields(wanted, values)]


def _fields(wanted: Wanted, values: Values) -> Iterator[str]:
    for part in wanted.conditions:
        match part:
            case Where(field):
                told = condition(field, values, leading=wanted.leading)
                # So that PostgreSQL plans no join for it, which takes seconds where there are many fields.
                yield f"coalesce({told}, FALSE)" if wanted.narrow else told
            case NoneOf(Where(field)):
                yield f"NOT coalesce({condition(field, values)}, FALSE)"


def _select(source: str, conditions: Iterable[str]) -> str:
    return f"SELECT {source}" + (f" WHERE {asked}" if (asked := " AND ".join(conditions)) else "")


def _joined(operator: str, parts: Collection[str]) -> str:
    return next(iter(parts), "") if len(parts) < 2 else f"({operator.join(parts)})"


_fts = table("article_fts", column("rowid"), column("terms"))


class _Fts5:
    counts_first = False

    def add(self, connection: Connection, sort_key: int, terms: Collection[str]) -> None:
        connection.execute(insert(_fts).values(rowid=sort_key, terms=" ".join(sorted(terms))))

    def remove(self, connection: Connection, sort_key: int, terms: Collection[str]) -> None:
        connection.execute(
            text("INSERT INTO article_fts(article_fts, rowid, terms) VALUES ('delete', :key, :terms)"),
            {"key": sort_key, "terms": " ".join(sorted(terms))},
        )

    def keys(self, wanted: Wanted, values: Values) -> str:
        if wanted.narrow or (words := _in_words(wanted.plan)) is None:
            chosen = [] if wanted.plan == ALL else [_in_sets(wanted.plan, wanted, values)]
            return _select("article.sort_key FROM article", [*_of_articles(wanted, values), *chosen])
        found = [f"article_fts MATCH {values(words)}", *_between("article_fts.rowid", wanted, values)]
        source = "article_fts.rowid AS sort_key FROM article_fts"
        if wanted.conditions:
            # The plus keeps SQLite from walking the articles and asking the index about each of them.
            source += " JOIN article ON article.sort_key = +article_fts.rowid"
        return _select(source, [*found, *_fields(wanted, values)])


def _in_words(plan: Plan) -> str | None:
    """The plan in FTS5's language, or None where that has no words for it: it can exclude, but not from everything."""
    match plan:
        case Term(name):
            return f'"{name}"'
        case AnyOf(parts):
            return _all_known(" OR ", [_in_words(part) for part in parts])
        case AllOf(parts):
            excluded = [_in_words(part.part) for part in parts if isinstance(part, NoneOf)]
            included = [_in_words(part) for part in parts if not isinstance(part, NoneOf)]
            both = [_all_known(" AND ", included)] + ([_all_known(" OR ", excluded)] if excluded else [])
            return _all_known(" NOT ", both)
    return None


def _all_known(operator: str, parts: list[str | None]) -> str | None:
    known = [part for part in parts if part is not None]
    return _joined(operator, known) if parts and len(known) == len(parts) else None


def _in_sets(plan: Plan, wanted: Wanted, values: Values) -> str:
    """The plan as sets of sort keys, for what FTS5 has no words for."""
    words = _in_words(plan)
    # Between two findings FTS5 does not look where a span ends: only a term by itself keeps to it.
    if words is not None and (isinstance(plan, Term) or not wanted.narrow):
        found = [f"article_fts MATCH {values(words)}", *_between("article_fts.rowid", wanted, values)]
        return f"article.sort_key IN ({_select('article_fts.rowid FROM article_fts', found)})"
    match plan:
        case AllOf(parts):
            return _joined(" AND ", [_in_sets(part, wanted, values) for part in parts]) or "TRUE"
        case AnyOf(parts):
            return _joined(" OR ", [_in_sets(part, wanted, values) for part in parts]) or "FALSE"
        case NoneOf(part):
            return f"NOT {_in_sets(part, wanted, values)}"
        case Where(field):
            return condition(field, values)
    raise AssertionError(plan)


class _Gin:
    counts_first = True

    def add(self, connection: Connection, sort_key: int, terms: Collection[str]) -> None:
        codes = sorted({term_code(term) for term in terms})
        connection.execute(insert(article_terms).values(sort_key=sort_key, terms=codes))

    def remove(self, connection: Connection, sort_key: int, terms: Collection[str]) -> None:
        connection.execute(article_terms.delete().where(article_terms.c.sort_key == sort_key))

    def keys(self, wanted: Wanted, values: Values) -> str:
        if wanted.plan == ALL:
            return _select("article.sort_key FROM article", _of_articles(wanted, values))
        found = [_holds(wanted.plan, wanted, values), *_between("sort_key", wanted, values)]
        holding = _select("sort_key FROM article_terms", found)
        if not wanted.conditions:
            return holding
        # A fence: the index is asked first, whatever the planner thinks of the conditions; but for those it knows well.
        rare = any(isinstance(one, Where) and is_rare(one.field) for one in wanted.conditions)
        source = f"holding.sort_key FROM ({holding}{'' if rare else ' OFFSET 0'}) AS holding"
        source += " JOIN article ON article.sort_key = holding.sort_key"
        return _select(source, _fields(wanted, values))


def _holds(plan: Plan, wanted: Wanted, values: Values) -> str:
    """The plan, on rows of sort keys and terms."""
    match plan:
        case Term():
            return f"terms @> {_codes([plan], values)}"
        case AllOf(parts):
            return _joined(" AND ", list(_all_hold(parts, wanted, values))) or "TRUE"
        case AnyOf(parts):
            return _joined(" OR ", [_holds(part, wanted, values) for part in parts]) or "FALSE"
        case NoneOf(part):
            return f"NOT {_holds(part, wanted, values)}"
        case Where(field):
            told = [
                *_between("article.sort_key", wanted, values),
                f"coalesce({condition(field, values)}, FALSE)",
            ]
            return f"sort_key IN ({_select('article.sort_key FROM article', told)})"


def _all_hold(parts: Collection[Plan], wanted: Wanted, values: Values) -> Iterator[str]:
    # One look at the terms of an article, however many there are: they lie outside its row.
    held = [part for part in parts if isinstance(part, Term)]
    excluded = [part.part for part in parts if isinstance(part, NoneOf) and isinstance(part.part, Term)]
    if held:
        yield f"terms @> {_codes(held, values)}"
    if excluded:
        yield f"NOT terms && {_codes(excluded, values)}"
    for part in parts:
        if not isinstance(part, Term) and not (isinstance(part, NoneOf) and isinstance(part.part, Term)):
            yield _holds(part, wanted, values)


def _codes(terms: Iterable[Term], values: Values) -> str:
    return f"CAST({values([term_code(one.name) for one in terms])} AS int[])"
