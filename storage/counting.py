"""How the hits of a search divide: by province, category, portal, month, and what they name."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, func, select

from storage.index import index_of
from storage.schema import article, article_facet, article_substance, facet
from storage.searching import Search

COUNTED = 50_000
"""Counts are made over at most so many of the newest hits: more would cost seconds and tell the same."""
MOST_NAMES = 30


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
    keys = index_of(connection).keys(connection, question.asked, COUNTED + 1).subquery("hits")
    number = connection.scalar(select(func.count()).select_from(keys)) or 0
    found = select(article.c.id).join(keys, keys.c.sort_key == article.c.sort_key)
    by: dict[str, Mapping[str, int]] = {
        name: _counts(connection, _of_articles(keys, name)) for name in ("province", "category", "portal")
    }
    mine = found.subquery("mine")
    substances = select(article_substance.c.substance, func.count().label("n"))
    substances = substances.join(mine, mine.c.id == article_substance.c.article_id)
    by["substance"] = _counts(connection, substances.group_by(article_substance.c.substance))
    for kind in ("place", "reporter", "source"):
        by[kind] = _counts(connection, _of_names(mine, kind))
    return FacetCounts(hits=min(number, COUNTED), whole=number <= COUNTED, by=by)


def _of_articles(keys: Any, name: str) -> Select[Any]:
    column = article.c[name]
    asked = select(column, func.count().label("n")).join(keys, keys.c.sort_key == article.c.sort_key)
    return asked.where(column.is_not(None)).group_by(column)


def _of_names(mine: Any, kind: str) -> Select[Any]:
    asked = select(facet.c.name, func.count().label("n")).join(
        article_facet, article_facet.c.facet_id == facet.c.id
    )
    return (
        asked.join(mine, mine.c.id == article_facet.c.article_id)
        .where(facet.c.kind == kind)
        .group_by(facet.c.name)
    )


def _counts(connection: Connection, asked: Select[Any]) -> dict[str, int]:
    ordered = asked.order_by(func.count().desc(), asked.selected_columns[0]).limit(MOST_NAMES)
    return {str(name): int(n) for name, n in connection.execute(ordered)}
