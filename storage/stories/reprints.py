"""Finding the story that an article reprints, among all that are archived, at a cost that does not grow with them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, Table, TextClause, delete, or_, select, text

from storage.identity.nearness import NEARNESS_VERSION, Imprint, Nearness, compare, fingerprints, imprint
from storage.schema import article, article_text, fingerprint, kept_apart, related
from storage.search.terms import folding_digest
from storage.statements import insert
from storage.values.model import (
    JoinedAs,
)

NEWEST = 100
"""How many articles a fingerprint leads to, the newest: what thousands share (boilerplate) would cost without finding."""
SHARED = 2
"""Fingerprints in common below which two articles are not compared."""
COMPARED = 12
MOST_RELATED = 3
_AT_ONCE = 200
_JOINED: Mapping[str, JoinedAs] = {"reprint": "reprint", "edited": "edited"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Kin:
    """What an article reprints, or else what it resembles."""

    story_id: int | None = None
    joined_as: JoinedAs = "first"
    related: Mapping[int, str] = field(default_factory=dict)
    """Stories alike but not the same, with the reason that keeps them apart."""


def find_kin(connection: Connection, one: Imprint, prints: Sequence[int]) -> Kin:
    """The story that `one` reprints, judged by the most alike of the archived articles.

    Where that story was once split, the nearest report decides to which of its parts `one` belongs.
    """
    alike: dict[int, str] = {}
    best: tuple[Nearness, int] | None = None
    parts: Collection[int] = ()
    for row in _candidates(connection, prints):
        if best is not None and row.story_id not in parts:
            continue
        found = compare(one, imprint(row.title, row.text, row.published_at or row.fetched_at))
        if found.likeness in ("reprint", "edited"):
            if best is None and not (parts := split_from(connection, row.story_id)):
                return Kin(story_id=row.story_id, joined_as=_JOINED[found.likeness])
            if best is None or found.contained > best[0].contained:
                best = found, row.story_id
        elif found.likeness == "related" and len(alike) < MOST_RELATED:
            alike.setdefault(row.story_id, found.why)
    if best is not None:
        return Kin(story_id=best[1], joined_as=_JOINED[best[0].likeness])
    return Kin(related=alike)


def split_from(connection: Connection, story_id: int) -> frozenset[int]:
    """The stories that were found not to be the same as this one, this one among them; empty when there are none."""
    one, other = kept_apart.c.story_id, kept_apart.c.other_id
    rows = connection.execute(select(one, other).where(or_(one == story_id, other == story_id)))
    return frozenset(number for row in rows for number in row)


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


def sharing(
    connection: Connection, table: Table, hashes: Sequence[int], *, least: int, most: int
) -> list[int]:
    """The articles that have `least` or more of the hashes in `table`, those with most of them first, at most `most`.

    A look-up asks for the newest 100 articles of each hash, so that its cost does not grow with the archive.
    """
    if not hashes:
        return []
    asked = _sharing(connection.dialect.name, table.name, len(hashes), least, most)
    if connection.dialect.name == "sqlite":
        values: dict[str, object] = {f"h{at}": one for at, one in enumerate(hashes)}
        return list(connection.execute(asked, values).scalars())
    # Most hashes are rare, so the planner would fetch and sort all articles of a common one.
    connection.execute(text("SET LOCAL enable_bitmapscan = off"))
    found = list(connection.execute(asked, {"hashes": list(hashes)}).scalars())
    connection.execute(text("SET LOCAL enable_bitmapscan = on"))
    return found


def _candidates(connection: Connection, prints: Sequence[int]) -> Sequence[Row[Any]]:
    """The articles that share most fingerprints, at most 12."""
    ids = sharing(connection, fingerprint, prints, least=SHARED, most=COMPARED)
    if not ids:
        return ()
    asked = select(article, article_text.c.text).where(article.c.id.in_(ids))
    rows = connection.execute(asked.join(article_text, article_text.c.article_id == article.c.id))
    return sorted(rows, key=lambda row: ids.index(row.id))


@cache
def _sharing(dialect: str, table: str, count: int, least: int, most: int) -> TextClause:
    by_share = f" GROUP BY article_id HAVING count(*) >= {least} ORDER BY count(*) DESC, article_id DESC LIMIT {most}"
    if dialect == "postgresql":
        return text(
            "SELECT article_id FROM unnest(CAST(:hashes AS bigint[])) AS wanted(hash) CROSS JOIN LATERAL"
            f" (SELECT article_id FROM {table} WHERE {table}.hash = wanted.hash"
            f" ORDER BY article_id DESC LIMIT {NEWEST}) AS found{by_share}"
        )
    # A LIMIT inside each arm of a UNION needs a query around it.
    arms = " UNION ALL ".join(
        f"SELECT * FROM (SELECT article_id FROM {table}"
        f" WHERE hash = :h{at} ORDER BY article_id DESC LIMIT {NEWEST})"
        for at in range(count)
    )
    return text(f"SELECT article_id FROM ({arms}){by_share}")
