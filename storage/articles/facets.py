"""What an article names beside its words: places, people, the source; kept so that they can be asked for and counted."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, TypeAlias

from sqlalchemy import Connection, delete, insert, select, tuple_

from storage.schema import article_facet, facet
from storage.search.terms import fold, storable
from storage.statements import insert as upsert
from storage.values.model import Article, Verdict

FacetKind: TypeAlias = Literal["place", "reporter", "source"]


def facets_of(article: Article, verdict: Verdict) -> tuple[tuple[FacetKind, str], ...]:
    """The names under which an article is found, by kind."""
    named: set[tuple[FacetKind, str]] = {("place", name) for name in verdict.places}
    named |= {("reporter", name) for name in article.authors}
    if article.source:
        named.add(("source", article.source))
    return tuple(sorted((kind, storable(name)) for kind, name in named if name.strip()))


def keep_facets(connection: Connection, article_id: int, named: Iterable[tuple[FacetKind, str]]) -> None:
    """Enter the names of an article that has none yet."""
    pairs = sorted(set(named))
    if not pairs:
        return
    ids = _ids(connection, pairs)
    if missing := [pair for pair in pairs if pair not in ids]:
        rows = [{"kind": kind, "name": name, "folded": fold(name)} for kind, name in missing]
        connection.execute(upsert(connection, facet).on_conflict_do_nothing(), rows)
        ids = _ids(connection, pairs)
    connection.execute(
        insert(article_facet), [{"facet_id": ids[pair], "article_id": article_id} for pair in pairs]
    )


def replace_facets(connection: Connection, article_id: int, named: Iterable[tuple[FacetKind, str]]) -> None:
    """Make these the names of an article, and no others."""
    connection.execute(delete(article_facet).where(article_facet.c.article_id == article_id))
    keep_facets(connection, article_id, named)


def _ids(connection: Connection, pairs: Sequence[tuple[FacetKind, str]]) -> Mapping[tuple[str, str], int]:
    asked = select(facet.c.kind, facet.c.name, facet.c.id)
    found = connection.execute(asked.where(tuple_(facet.c.kind, facet.c.name).in_(pairs)))
    return {(kind, name): number for kind, name, number in found}
