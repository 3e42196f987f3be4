"""The story of an article: found by name, by likeness, by its event; joined or begun."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from storage.identity.nearness import Imprint, fingerprints, imprint
from storage.schema import identity, story
from storage.statements import insert
from storage.stories.following import Occurrence, event_marks, occurrence
from storage.stories.followups import find_continued, keep_marks
from storage.stories.reprints import Kin, find_kin, keep_prints, relate
from storage.values.records import PageResult


@dataclass(frozen=True, kw_only=True, slots=True)
class Bearings:
    """What of a page finds its story where no name does."""

    imprint: Imprint
    prints: tuple[int, ...]
    """Fingerprints: of its wording."""
    occurrence: Occurrence | None
    marks: tuple[int, ...]
    """Of its event."""


def bearings(result: PageResult) -> Bearings:
    """Work them out; takes a millisecond, so before the transaction."""
    read = result.article
    own = imprint(read.title, read.text, read.published_at or read.fetched_at)
    event = occurrence(read, result.verdict, result.facts)
    return Bearings(imprint=own, prints=fingerprints(own), occurrence=event, marks=event_marks(event))


def find_story(connection: Connection, names: Sequence[str], own: Bearings) -> Kin:
    """The story an article belongs to: by name, else by likeness, else by its event."""
    asked = select(identity.c.name, identity.c.story_id).where(identity.c.name.in_(names))
    found = connection.execute(asked.order_by(identity.c.story_id)).all()
    if found:
        story_id = found[0].story_id
        same = any(name.startswith("text:") and of == story_id for name, of in found)
        return Kin(story_id=story_id, joined_as="verbatim" if same else "address")
    kin = find_kin(connection, own.imprint, own.prints)
    if kin.story_id is None:
        continued = find_continued(connection, own.occurrence, own.imprint, kin.related)
        if continued is not None:
            return Kin(story_id=continued, joined_as="follow_up")
    return kin


def join(connection: Connection, kin: Kin, names: Sequence[str], *, title: str, now: datetime) -> int:
    """Add a report to its story, or begin one; its names lead there from now on."""
    if kin.story_id is None:
        new = insert(connection, story).values(title=title, first_seen_at=now, reports=1)
        story_id = int(connection.execute(new.returning(story.c.id)).scalar_one())
    else:
        story_id = _count_in(connection, kin.story_id)
    if names:
        rows = [{"name": name, "story_id": story_id} for name in names]
        connection.execute(insert(connection, identity).on_conflict_do_nothing(), rows)
    return story_id


def tie(connection: Connection, kin: Kin, own: Bearings, *, story_id: int, article_id: int) -> None:
    """Let later reports find this article, and link its story to those it resembles."""
    if kin.story_id is None:
        first = update(story).where(story.c.id == story_id).values(first_article_id=article_id)
        connection.execute(first)
        relate(connection, story_id, article_id, kin.related)
    # The first report of a text leads to all that have it.
    if kin.joined_as != "verbatim":
        keep_prints(connection, article_id, own.prints)
        keep_marks(connection, article_id, own.marks)


def _count_in(connection: Connection, story_id: int) -> int:
    """Count one more report of a story; of the one it was merged into, if somebody did so just now."""
    while True:
        whole = story.c.id == story_id, story.c.merged_into.is_(None)
        if connection.execute(update(story).where(*whole).values(reports=story.c.reports + 1)).rowcount:
            return story_id
        story_id = int(
            connection.execute(select(story.c.merged_into).where(story.c.id == story_id)).scalar_one()
        )
