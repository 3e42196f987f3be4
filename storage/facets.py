"""What an article names beside its words: places, people, the source; kept so that they can be asked for and counted."""

from collections.abc import Iterable
from typing import Literal, TypeAlias

from sqlalchemy import Connection, delete, insert, select

from storage.model import Article, Verdict
from storage.schema import article_facet, facet
from storage.statements import insert as upsert
from storage.terms import fold, storable

FacetKind: TypeAlias = Literal["place", "reporter", "source"]


def facets_of(article: Article, verdict: Verdict) -> tuple[tuple[FacetKind, str], ...]:
    """The names under which an article is found, by kind."""
    named: set[tuple[FacetKind, str]] = {("place", name) for name in verdict.places}
    named |= {("reporter", name) for name in article.authors}
    if article.source:
        named.add(("source", article.source))
    return tuple(sorted((kind, storable(name)) for kind, name in named if name.strip()))


def keep_facets(connection: Connection, article_id: int, named: Iterable[tuple[FacetKind, str]]) -> None:
    """Make these the names of an article, and no others."""
    connection.execute(delete(article_facet).where(article_facet.c.article_id == article_id))
    rows = [{"facet_id": _id(connection, *one), "article_id": article_id} for one in sorted(set(named))]
    if rows:
        connection.execute(insert(article_facet), rows)


def _id(connection: Connection, kind: FacetKind, name: str) -> int:
    asked = select(facet.c.id).where(facet.c.kind == kind, facet.c.name == name)
    if (known := connection.scalar(asked)) is not None:
        return int(known)
    new = upsert(connection, facet).values(kind=kind, name=name, folded=fold(name)).on_conflict_do_nothing()
    connection.execute(new)
    return int(connection.execute(asked).scalar_one())
