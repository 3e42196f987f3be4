"""Finding the story that an article reprints, among all that are archived, at a cost that does not grow with them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, TextClause, delete, select, text

from storage.model import (
    JoinedAs,
)
from storage.nearness import NEARNESS_VERSION, Imprint, compare, fingerprints, imprint
from storage.schema import article, article_text, fingerprint, related
from storage.statements import insert
from storage.terms import folding_digest

NEWEST = 100
"""How many articles a fingerprint leads to, the newest: what thousands share (boilerplate) would cost without finding."""
SHARED = 2
"""Fingerprints in common below which two articles are not compared."""
COMPARED = 12
MOST_RELATED = 3
_AT_ONCE = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Kin:
    """What an article reprints, or else what it resembles."""

    story_id: int | None = None
    joined_as: JoinedAs = "first"
    related: Mapping[int, str] = field(default_factory=dict)
    """Stories alike but not the same, with the reason that keeps them apart."""


def find_kin(connection: Connection, one: Imprint, prints: Sequence[int]) -> Kin:
    """The story that `one` reprints, judged by the most alike of the archived articles."""
    alike: dict[int, str] = {}
    for row in _candidates(connection, prints):
        found = compare(one, imprint(row.title, row.text, row.published_at or row.fetched_at))
        if found.likeness in ("reprint", "edited"):
            return Kin(
                story_id=row.story_id, joined_as="reprint" if found.likeness == "reprint" else "edited"
            )
        if found.likeness == "related" and len(alike) < MOST_RELATED:
            alike.setdefault(row.story_id, found.why)
    return Kin(related=alike)


def keep_prints(connection: Connection, article_id: int, prints: Sequence[int]) -> None:
    """Let later reprints find this article."""
    rows = [{"hash": one, "article_id": article_id} for one in prints]
    if rows:
        connection.execute(insert(connection, fingerprint), rows)


def relate(connection: Connection, story_id: int, article_id: int, stories: Mapping[int, str]) -> None:
    """Link a new story, because of its article, to those it resembles."""
    rows = [
        {"story_id": story_id, "other_id": other, "why": why, "article_id": article_id}
        for other, why in sorted(stories.items())
    ]
    if rows:
        connection.execute(insert(connection, related), rows)


def prints_version() -> str:
    """By what rules the fingerprints of an archive were made; those of other rules find nothing."""
    return f"{NEARNESS_VERSION} {folding_digest()}"


def print_anew(connection: Connection) -> None:
    """Make the fingerprints of all articles by the rules of this program."""
    connection.execute(delete(fingerprint))
    asked = select(article.c.id, article.c.title, article_text.c.text)
    asked = asked.join(article_text, article_text.c.article_id == article.c.id)
    asked = asked.where(article.c.joined_as != "verbatim").order_by(article.c.id).limit(_AT_ONCE)
    after = 0
    while rows := connection.execute(asked.where(article.c.id > after)).all():
        for row in rows:
            keep_prints(connection, row.id, fingerprints(imprint(row.title, row.text, None)))
        after = rows[-1].id


def _candidates(connection: Connection, prints: Sequence[int]) -> Sequence[Row[Any]]:
    """The articles that share most fingerprints, at most 12."""
    if not prints:
        return ()
    if connection.dialect.name == "sqlite":
        values: dict[str, object] = {f"h{at}": one for at, one in enumerate(prints)}
        found = connection.execute(_sharing_sqlite(len(prints)), values)
    else:
        # Most fingerprints are rare, so the planner would fetch and sort all articles of a common one.
        connection.execute(text("SET LOCAL enable_bitmapscan = off"))
        found = connection.execute(_SHARING_POSTGRESQL, {"prints": list(prints)})
        connection.execute(text("SET LOCAL enable_bitmapscan = on"))
    ids = list(found.scalars())
    asked = select(article, article_text.c.text).where(article.c.id.in_(ids))
    rows = connection.execute(asked.join(article_text, article_text.c.article_id == article.c.id))
    return sorted(rows, key=lambda row: ids.index(row.id))


_BY_SHARE = f" GROUP BY article_id HAVING count(*) >= {SHARED} ORDER BY count(*) DESC, article_id DESC LIMIT {COMPARED}"
_SHARING_POSTGRESQL = text(
    "SELECT article_id FROM unnest(CAST(:prints AS bigint[])) AS wanted(hash) CROSS JOIN LATERAL"
    " (SELECT article_id FROM fingerprint WHERE fingerprint.hash = wanted.hash"
    f" ORDER BY article_id DESC LIMIT {NEWEST}) AS found{_BY_SHARE}"
)


@cache
def _sharing_sqlite(count: int) -> TextClause:
    # A LIMIT inside each arm of a UNION needs a query around it.
    arms = " UNION ALL ".join(
        "SELECT * FROM (SELECT article_id FROM fingerprint"
        f" WHERE hash = :h{at} ORDER BY article_id DESC LIMIT {NEWEST})"
        for at in range(count)
    )
    return text(f"SELECT article_id FROM ({arms}){_BY_SHARE}")
