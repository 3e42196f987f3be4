"""How the hits of a search divide: by province, category, portal, month, and what they name."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CTE, CompoundSelect, Connection, Select, func, literal, select, union_all

from storage.schema import article, article_facet, article_substance, facet
from storage.search.index import keys
from storage.search.reading import Search

COUNTED = 50_000
"""Counts are made over at most so many of the newest hits: more would cost seconds and tell the same."""
MOST_NAMES = 40
"""Of each kind the most frequent; enough for every province, whose map shows those that are left out as empty."""
_OWN = ("province", "category", "portal")


@dataclass(frozen=True, kw_only=True, slots=True)
class FacetCounts:
    """The hits of a search by what they have in common, most frequent first."""

    hits: int
    """How many hits were counted."""
    whole: bool
    """False: there are more; these are the newest."""
    by: Mapping[str, Mapping[str, int]]
    """`province`, `category`, `portal`, `substance`, `place`, `reporter`, `source` → value → articles."""


def count_facets(connection: Connection, question: Search) -> FacetCounts:
    """Count over the newest hits. A long phrase is counted by its terms, as in `SearchPage.total`."""
    newest = keys(connection, question.asked, COUNTED + 1).subquery("hits")
    columns = (article.c.id, *(article.c[name] for name in _OWN))
    found = select(*columns).join(newest, newest.c.sort_key == article.c.sort_key)
    # Asked for once, whatever it is counted by.
    mine = found.cte("mine").prefix_with("MATERIALIZED")
    parts = [_of_articles(mine, name) for name in _OWN]
    by: dict[str, dict[str, int]] = {name: {} for name in (*_OWN, "substance", "place", "reporter", "source")}
    number = 0
    asked: CompoundSelect[Any] = union_all(_all_of(mine), *parts, _of_substances(mine), _of_names(mine))
    for kind, name, n in connection.execute(asked):
        if kind:
            by[kind][name] = n
        else:
            number = n
    most = {kind: _most_frequent(counts) for kind, counts in by.items()}
    return FacetCounts(hits=min(number, COUNTED), whole=number <= COUNTED, by=most)


def _all_of(mine: CTE) -> Select[Any, Any, Any]:
    asked = select(literal("").label("kind"), literal("").label("name"), func.count().label("n"))
    return asked.select_from(mine)


def _of_articles(mine: CTE, name: str) -> Select[Any]:
    column = mine.c[name]
    return select(literal(name), column, func.count()).where(column.is_not(None)).group_by(column)


def _of_substances(mine: CTE) -> Select[Any]:
    substance = article_substance.c.substance
    asked = select(literal("substance"), substance, func.count())
    return asked.join(mine, mine.c.id == article_substance.c.article_id).group_by(substance)


def _of_names(mine: CTE) -> Select[Any]:
    # Counted by number and named afterwards: names are long, and there are a few of each article.
    held = select(article_facet.c.facet_id, func.count().label("n")).select_from(mine)
    held = held.join(article_facet, article_facet.c.article_id == mine.c.id).group_by(
        article_facet.c.facet_id
    )
    counted = held.subquery("counted")
    return select(facet.c.kind, facet.c.name, counted.c.n).join(counted, counted.c.facet_id == facet.c.id)


def _most_frequent(counts: Mapping[str, int]) -> Mapping[str, int]:
    ordered = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    return dict(ordered[:MOST_NAMES])
