"""What the index proposes, as rows of articles: which of them match, and how they are shown."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from re import Pattern
from typing import Any

from sqlalchemy import Boolean, Connection, Integer, Row, TextualSelect, column, text

from storage.schema import article, article_text, story
from storage.search.conditions import Values, condition
from storage.search.fields import Field
from storage.search.index import Wanted, hits
from storage.search.passages import marks, passage
from storage.search.query import Expression, matches
from storage.search.terms import words_of_article
from storage.values.findings import Hit

_OF_HIT = (
    "id", "story_id", "url", "title", "portal", "province", "source", "published_at", "precision", "fetched_at",
    "relevant", "category", "score", "versions", "removed_at",
)  # fmt: skip
_COLUMNS = (
    *(article.c[name] for name in _OF_HIT), story.c.reports,
    article_text.c.text, article_text.c.subtitle, article.c.sort_key,
)  # fmt: skip
_SHOWN = (*_OF_HIT, "reports", "text")
_NAMES = ", ".join(f"{one.table.name}.{one.name}" for one in _COLUMNS)


@dataclass(frozen=True, kw_only=True, slots=True)
class Search:
    """A question, read: `sure` says that the index needs no check by the texts."""

    expression: Expression
    asked: Wanted
    sure: bool
    patterns: tuple[Pattern[str], ...]
    decided: bool = False
    """The index alone says which articles match; else each one that is shown is checked."""
    fields: tuple[Field, ...] = ()
    """The fields the expression asks for; the database says which hold for an article."""
    word: str = ""
    """The CJK word that is all the expression asks for, if so: a text that has it as it stands need not be folded."""


def read_rows(
    connection: Connection, question: Search, limit: int, before: int | None = None, *, counted: bool = False
) -> Sequence[Row[Any]]:
    """The newest articles that the index proposes, with what hits and a check by the texts need.

    `counted`: `proposed` is how many the index proposes in all, else 0.
    """
    values, asked_for = Values(), () if question.decided else question.fields
    proposing = hits(connection, question.asked, values)
    held = "".join(f", {condition(field, values)}" for field in asked_for)
    earlier = "" if before is None else f" WHERE sort_key < {values(before)}"
    proposed = "(SELECT count(*) FROM hits)" if counted else "0"
    asked = f"""{proposing}
        SELECT {_NAMES}, {proposed} AS proposed{held}
        FROM (SELECT sort_key FROM hits{earlier} ORDER BY sort_key DESC LIMIT {values(limit)}) AS page
        JOIN article ON article.sort_key = page.sort_key
        JOIN article_text ON article_text.article_id = article.id
        JOIN story ON story.id = article.story_id
        ORDER BY article.sort_key DESC"""
    return connection.execute(_typed(asked, len(asked_for)), values).all()


def fitting(rows: Iterable[Row[Any]], question: Search) -> Iterator[Row[Any]]:
    """The rows that really match."""
    return (row for row in rows if fits(row, question))


def hit(row: Row[Any], patterns: Sequence[Pattern[str]]) -> Hit:
    """A row as a reader sees it."""
    # By place: to ask a row for each name costs more than all else of a hit.
    known = dict(zip(_SHOWN, row, strict=False))
    text = known.pop("text")
    return Hit(**known, snippet=passage(text, patterns), title_marks=marks(known["title"], patterns))


def fits(row: Row[Any], question: Search) -> bool:
    """Whether a row really matches."""
    if question.decided or (question.word and (question.word in row.text or question.word in row.title)):
        return True
    held = [one for at, one in enumerate(question.fields) if getattr(row, f"field_{at}")]
    return matches(question.expression, words_of_article(row.title, row.subtitle, row.text), held)


@lru_cache(maxsize=256)
def _typed(asked: str, fields: int) -> TextualSelect:
    held = (column(f"field_{at}", Boolean) for at in range(fields))
    return text(asked).columns(*_COLUMNS, column("proposed", Integer), *held)
