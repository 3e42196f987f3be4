"""Finding the story that an article continues, at a cost that does not grow with the archive."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, delete, select

from storage.articles.shelving import stored
from storage.identity.nearness import Imprint, compare, imprint
from storage.schema import article, event_mark
from storage.search.terms import folding_digest
from storage.statements import insert
from storage.stories.following import FOLLOWING_VERSION, Occurrence, continues, event_marks, occurrence
from storage.stories.reprints import sharing

COMPARED = 6
_NEW_TEXT = ("other",)
"""What a follow-up's text is to the one it follows; one alike in wording is a reprint, or the next of the same template."""
_ANOTHER = frozenset(("years", "names", "figures", "details", "time"))


def find_continued(
    connection: Connection, one: Occurrence | None, wording: Imprint, related: Mapping[int, str]
) -> int | None:
    """The story whose event `one` tells of as well; never one that its wording was told apart from."""
    if one is None:
        return None
    for number in sharing(connection, event_mark, event_marks(one), least=1, most=COMPARED):
        known = stored(connection, number)
        if known is None or related.get(known.story.id) in _ANOTHER:
            continue
        read = known.article
        other = occurrence(read, known.verdict, known.facts)
        if other is None or not continues(one, other):
            continue
        theirs = imprint(read.title, read.text, read.published_at or read.fetched_at)
        if compare(wording, theirs).likeness in _NEW_TEXT:
            return known.story.id
    return None


def keep_marks(connection: Connection, article_id: int, marks: Sequence[int]) -> None:
    """Let later reports of the same event find this article."""
    rows = [{"hash": one, "article_id": article_id} for one in marks]
    if rows:
        connection.execute(insert(connection, event_mark), rows)


def marks_version() -> str:
    """By what rules the event marks of an archive were made."""
    return f"{FOLLOWING_VERSION} {folding_digest()}"


def mark_anew(connection: Connection) -> None:
    """Make the event marks of all articles by the rules of this program."""
    connection.execute(delete(event_mark))
    asked = select(article.c.id).where(article.c.relevant.is_(True), article.c.joined_as != "verbatim")
    for number in connection.scalars(asked.order_by(article.c.id)).all():
        known = stored(connection, number)
        if known is not None:
            marks = event_marks(occurrence(known.article, known.verdict, known.facts))
            keep_marks(connection, number, marks)
