"""Stories put right by hand: merged, split, and both remembered.

A merged story stays as an empty one that points to the whole; a split one is kept apart from its other part for good. Alerts
follow their articles: what one of two merged stories was told is told, and a part that nobody was told of is owed.
Whoever changes a story holds its row, so that a report that joins at the same time finds where it belongs.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, delete, func, or_, select, update

from storage.articles.shelving import stored
from storage.errors import StoryError
from storage.identity.addressing import in_force, url_names
from storage.identity.fingerprint import text_hash
from storage.schema import article, article_text, identity, kept_apart, outbox, related, story, story_change
from storage.statements import insert
from storage.telling.owing import SILENCED, owe, rules_in_force
from storage.telling.rules import matching
from storage.values.alerts import Event

MERGED = "merged"
"""Why an alert is suppressed whose story was told as part of another."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StoryChange:
    """One mending of a story."""

    at: datetime
    kind: Literal["merge", "split"]
    story_id: int
    """The story that took the other in, or that was split."""
    other_id: int
    """The story that is empty now, or that was begun."""
    article_ids: tuple[int, ...]
    """The articles that moved."""
    why: str


def merge(connection: Connection, stories: Sequence[int], why: str, now: datetime) -> int:
    """Make one story of several: that of the first given. Raises `StoryError`."""
    into, *others = dict.fromkeys(stories)
    if not others:
        raise StoryError("merging takes two stories or more; name the one to keep first")
    _hold(connection, (into, *others))
    for other in others:
        moved = _articles(connection, article.c.story_id == other)
        _move(connection, moved, into)
        first = update(article).where(article.c.id.in_(moved), article.c.joined_as == "first")
        connection.execute(first.values(joined_as="merged"))
        connection.execute(update(identity).where(identity.c.story_id == other).values(story_id=into))
        _tell_once(connection, into, other)
        _point_to(connection, into, other)
        done = StoryChange(
            at=now, kind="merge", story_id=into, other_id=other, article_ids=tuple(moved), why=why
        )
        _record(connection, done)
        connection.execute(update(story).where(story.c.id == other).values(reports=0, merged_into=into))
    _recount(connection, into)
    return into


def split(connection: Connection, articles: Sequence[int], why: str, now: datetime) -> int:
    """Take articles out of their story into one of their own; returns its id. Raises `StoryError`."""
    moved = sorted(set(articles))
    rows = connection.execute(select(article.c.id, article.c.story_id).where(article.c.id.in_(moved))).all()
    if missing := set(moved) - {row.id for row in rows}:
        raise StoryError(f"no article has the id {min(missing)}; `jindu search` prints the ids")
    if len(of := {row.story_id for row in rows}) != 1:
        raise StoryError("these articles belong to several stories; split one story at a time")
    (old,) = of
    _hold(connection, (old,))
    if not set(_articles(connection, article.c.story_id == old)) - set(moved):
        raise StoryError(f"story {old} has no other article; leave at least one in it")
    new = _begin(connection, moved)
    _move(connection, moved, new)
    _rename(connection, old, new)
    connection.execute(insert(connection, kept_apart).values(story_id=min(old, new), other_id=max(old, new)))
    _take_alerts(connection, old, new, moved)
    done = StoryChange(at=now, kind="split", story_id=old, other_id=new, article_ids=tuple(moved), why=why)
    _record(connection, done)
    for part in (old, new):
        _recount(connection, part)
        _owe_first(connection, part, now)
    return new


def changes(connection: Connection, story_id: int) -> tuple[StoryChange, ...]:
    """How a story was mended, the oldest first."""
    mine = or_(story_change.c.story_id == story_id, story_change.c.other_id == story_id)
    rows = connection.execute(select(story_change).where(mine).order_by(story_change.c.id))
    names = StoryChange.__dataclass_fields__
    return tuple(
        StoryChange(**{name: getattr(row, name) for name in names} | {"article_ids": tuple(row.article_ids)})
        for row in rows
    )


def _hold(connection: Connection, stories: Collection[int]) -> None:
    """Let no report join these stories until this transaction ends."""
    asked = select(story.c.id, story.c.merged_into).where(story.c.id.in_(stories)).order_by(story.c.id)
    held = {row.id: row.merged_into for row in connection.execute(asked.with_for_update(key_share=True))}
    for one in stories:
        if one not in held:
            raise StoryError(f"there is no story {one}; `jindu show` prints an article's story")
        if held[one] is not None:
            raise StoryError(f"story {one} is part of story {held[one]} already; name that one")


def _articles(connection: Connection, condition: Any) -> list[int]:
    return list(connection.scalars(select(article.c.id).where(condition).order_by(article.c.id)))


def _move(connection: Connection, articles: Collection[int], to: int) -> None:
    connection.execute(update(article).where(article.c.id.in_(articles)).values(story_id=to))


def _begin(connection: Connection, articles: Sequence[int]) -> int:
    first = connection.execute(select(article).where(article.c.id == articles[0])).one()
    new = insert(connection, story).values(title=first.title, first_seen_at=first.fetched_at, reports=0)
    return int(connection.execute(new.returning(story.c.id)).scalar_one())


def _recount(connection: Connection, story_id: int) -> None:
    """Let the story's row say how many reports it has, and which came first."""
    asked = select(func.count(), func.min(article.c.id)).where(article.c.story_id == story_id)
    reports, first = connection.execute(asked).one()
    counted = {"reports": reports, "first_article_id": first}
    connection.execute(update(story).where(story.c.id == story_id).values(counted))
    connection.execute(update(article).where(article.c.id == first).values(joined_as="first"))


def _rename(connection: Connection, old: int, new: int) -> None:
    """Let the names of the articles that moved lead to their story; those they share with others stay."""
    names = _names(connection, new) - _names(connection, old)
    mine = identity.c.name.in_(sorted(names)), identity.c.story_id == old
    connection.execute(update(identity).where(*mine).values(story_id=new))


def _names(connection: Connection, story_id: int) -> set[str]:
    book = in_force(connection)
    asked = select(article.c.url, article_text.c.canonical_url, article_text.c.text)
    asked = asked.join(article_text, article_text.c.article_id == article.c.id)
    names: set[str] = set()
    for row in connection.execute(asked.where(article.c.story_id == story_id)):
        names.update(url_names(row.url, row.canonical_url, book))
        if (digest := text_hash(row.text)) is not None:
            names.add(f"text:{digest}")
    return names


def _point_to(connection: Connection, into: int, other: int) -> None:
    """Let what was related to a story, or kept apart from it, be so of the one that took it in."""
    for table in (related, kept_apart):
        mine = or_(table.c.story_id == other, table.c.other_id == other)
        rows = connection.execute(select(table).where(mine)).all()
        connection.execute(delete(table).where(mine))
        for row in rows:
            others = sorted({into, row.story_id, row.other_id} - {other})
            if len(others) == 2:
                pair = {"story_id": others[0], "other_id": others[1]}
                values = dict(row._mapping) | pair
                connection.execute(insert(connection, table).values(values).on_conflict_do_nothing())


def _tell_once(connection: Connection, into: int, other: int) -> None:
    """Give the alerts of the other story to this one; what either was told, or is to be told, is told once."""
    asked = select(outbox).where(outbox.c.kind == "story").order_by(outbox.c.id)
    of = {(row.rule, row.channel): row for row in connection.execute(asked.where(outbox.c.story_id == into))}
    for row in connection.execute(asked.where(outbox.c.story_id == other)).all():
        mine = of.get((row.rule, row.channel))
        if mine is not None and not _is_baseline(mine) and not _is_baseline(row):
            surplus = mine if row.state in ("sent", "sending") else row
            one = outbox.c.id == surplus.id, outbox.c.state == "pending"
            connection.execute(update(outbox).where(*one).values(state="suppressed", reason=MERGED))
    _hand_over(connection, into, outbox.c.story_id == other)


def _is_baseline(row: Row[Any]) -> bool:
    return row.state == "suppressed" and row.reason in SILENCED


def _hand_over(connection: Connection, to: int, condition: Any) -> None:
    """Alerts belong to another story from now on; one whose key is taken there keeps its own."""
    for row in connection.execute(select(outbox).where(condition).order_by(outbox.c.id)).all():
        kind, _, rest = row.key.split("|", 2)
        key = f"{kind}|{to}|{rest}"
        taken = connection.scalar(select(outbox.c.id).where(outbox.c.key == key))
        moved = {"story_id": to} | ({} if taken else {"key": key})
        connection.execute(update(outbox).where(outbox.c.id == row.id).values(moved))


def _take_alerts(connection: Connection, old: int, new: int, articles: Collection[int]) -> None:
    """The alerts of the articles that moved go with them; what only a merge held back is owed again."""
    of_them = outbox.c.story_id == old, outbox.c.article_id.in_(articles)
    held_back = *of_them, outbox.c.state == "suppressed", outbox.c.reason == MERGED
    connection.execute(update(outbox).where(*held_back).values(state="pending", reason=""))
    ids = connection.scalars(select(outbox.c.id).where(*of_them)).all()
    _hand_over(connection, new, outbox.c.id.in_(ids))


def _owe_first(connection: Connection, story_id: int, now: datetime) -> None:
    """What nobody was told of a part, because it was thought to be the other, is owed now."""
    rules = rules_in_force(connection)
    for number in _articles(connection, article.c.story_id == story_id):
        known = stored(connection, number)
        if known is not None and not known.silent:
            matched = matching(rules, known.article, known.verdict, known.facts)
            event = Event(kind="story", story_id=story_id, article_id=number)
            owe(connection, matched, event, now=now, summary_at=None)


def _record(connection: Connection, change: StoryChange) -> None:
    row = {name: getattr(change, name) for name in StoryChange.__dataclass_fields__}
    new = insert(connection, story_change)
    connection.execute(new.values(row | {"article_ids": list(change.article_ids)}))
