"""Is the archive sound: its file, its references, its search index, its counters."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from sqlalchemy import Connection, Select, column, func, literal_column, select, table, text

from storage.database import Database
from storage.schema import article, article_terms, article_text, link, story
from storage.search.terms import term_code, terms_of_article
from storage.upkeep.copying import batches
from storage.upkeep.moving import is_unfinished

ProblemKind: TypeAlias = Literal[
    "damaged", "broken_reference", "not_indexed", "no_text", "miscounted", "lost_first", "lost_article", "unfinished"
]  # fmt: skip
Progress: TypeAlias = Callable[[int], None]
"""Told how many articles more are done."""
SHOWN = 20
"""So many examples of one kind of problem are given."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """One thing that is not as it must be."""

    kind: ProblemKind
    detail: str
    count: int = 1


def check(database: Database, *, progress: Progress = lambda done: None) -> tuple[Problem, ...]:
    """Look for what cannot be if all is well; changes nothing and may run beside the service.

    Raises `ArchiveUnavailableError` where the archive is too damaged to be asked.
    """
    found: list[Problem] = []
    if is_unfinished(database):
        found.append(Problem(kind="unfinished", detail="a move into this archive was begun and not ended"))
    if database.dialect == "sqlite":
        found += _sqlite(database)
    with database.read() as connection:
        found += _counted(connection)
        found += _index(connection, progress)
    return tuple(found)


def _sqlite(database: Database) -> Iterator[Problem]:
    with database.read() as connection:
        for (told,) in connection.execute(text(f"PRAGMA integrity_check({SHOWN})")):
            if told != "ok":
                yield Problem(kind="damaged", detail=told)
        broken = connection.execute(text("PRAGMA foreign_key_check")).all()
    if broken:
        detail = ", ".join(f"{row[0]} {row[1]} → {row[2]}" for row in broken[:SHOWN])
        yield Problem(kind="broken_reference", detail=detail, count=len(broken))


def _counted(connection: Connection) -> Iterator[Problem]:
    reports = select(func.count()).where(article.c.story_id == story.c.id).scalar_subquery()
    there = select(article.c.id)
    questions: tuple[tuple[ProblemKind, str, Select[tuple[int]]], ...] = (
        ("miscounted", "stories", select(story.c.id).where(story.c.reports != reports)),
        (
            "lost_first",
            "stories",
            select(story.c.id).where(
                story.c.first_article_id.is_not(None), story.c.first_article_id.not_in(there)
            ),
        ),
        (
            "lost_article",
            "links",
            select(link.c.id).where(link.c.state == "archived", link.c.article_id.not_in(there)),
        ),
        ("no_text", "articles", there.where(article.c.id.not_in(select(article_text.c.article_id)))),
    )
    for kind, what, asked in questions:
        ids = connection.scalars(asked).all()
        if ids:
            detail = f"{what} {', '.join(map(str, ids[:SHOWN]))}"
            yield Problem(kind=kind, detail=detail, count=len(ids))


def _index(connection: Connection, progress: Progress) -> Iterator[Problem]:
    """Every article is found under a term of its own."""
    is_there = _in_fts5 if connection.dialect.name == "sqlite" else _in_gin
    asked = select(article_text.c.subtitle, article_text.c.text)
    missing = []
    for rows in batches(connection, article):
        for row in rows:
            words = connection.execute(asked.where(article_text.c.article_id == row.id)).one_or_none()
            terms = terms_of_article(row.title, *words) if words else frozenset[str]()
            if terms and not is_there(
                connection, row.sort_key, max(terms, key=lambda term: (len(term), term))
            ):
                missing.append(row.id)
        progress(len(rows))
    if missing:
        detail = f"articles {', '.join(map(str, missing[:SHOWN]))}"
        yield Problem(kind="not_indexed", detail=detail, count=len(missing))


def _in_fts5(connection: Connection, sort_key: int, term: str) -> bool:
    index = table("article_fts", column("rowid"))
    asked = select(index.c.rowid).where(
        literal_column("article_fts").op("MATCH", is_comparison=True)(f'"{term}"'), index.c.rowid == sort_key
    )
    return connection.scalar(asked) is not None


def _in_gin(connection: Connection, sort_key: int, term: str) -> bool:
    asked = select(article_terms.c.terms).where(article_terms.c.sort_key == sort_key)
    found = connection.scalar(asked)
    return found is not None and term_code(term) in found
