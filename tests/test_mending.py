"""Stories merged and split by hand; on both databases."""

from dataclasses import replace

import pytest

from storage import Archive, Database, Outbox, OutboxRow, Rule, StoryError
from tests.specimens import DAY, HOUR, NOW, SEIZED, fill
from tests.test_nearness import BRIEF, PARAGRAPHS, WHOLE
from tests.test_races import at_once
from tests.test_reprints import joined, page

RULE = Rule(name="all", channels=("group",))
NARROW = Rule(name="p2", channels=("mail",), portals=frozenset(("p2",)))


@pytest.fixture
def archive(database: Database) -> Archive:
    Outbox(database).set_rules([RULE, NARROW], now=NOW)
    return Archive(database)


def owed(database: Database) -> list[tuple[str, str, int | None, int | None, str]]:
    """Rule, state, story and article of every alert, the oldest first."""
    rows: list[OutboxRow] = sorted(Outbox(database).rows(), key=lambda row: row.id)
    return [(row.rule, row.state, row.story_id, row.article_id, row.reason) for row in rows]


def told(archive: Archive, story_id: int) -> list[tuple[int, str]]:
    return [(report.id, report.joined_as) for report in archive.reports(story_id)]


def test_a_merge_is_one_story_told_once(archive: Archive, database: Database) -> None:
    fill(database, [page(1), page(2, BRIEF)])
    assert archive.merge_stories([1, 2], why="one case", now=NOW + HOUR) == 1
    assert told(archive, 1) == [(1, "first"), (2, "merged")]
    assert archive.reports(2) == ()
    assert archive.totals().stories == 1
    assert owed(database) == [
        ("all", "pending", 1, 1, ""),
        ("all", "suppressed", 1, 2, "merged"),
        ("p2", "pending", 1, 2, ""),
    ]
    (change,) = archive.story_changes(1)
    assert (change.kind, change.story_id, change.other_id) == ("merge", 1, 2)
    assert (change.article_ids, change.why, change.at) == ((2,), "one case", NOW + HOUR)
    assert archive.story_changes(2) == (change,)


def test_reports_of_either_join_the_merged_story_and_nobody_is_told_again(
    archive: Archive, database: Database
) -> None:
    fill(database, [page(1), page(2, BRIEF)])
    archive.merge_stories([1, 2], why="", now=NOW)
    before = owed(database)
    done = fill(database, [page(3, BRIEF), page(4, "\n".join(PARAGRAPHS[:4])), page(5, WHOLE)])
    assert joined(done) == [(1, "verbatim"), (1, "reprint"), (1, "verbatim")]
    assert owed(database) == before
    assert len(archive.reports(1)) == 5


def test_what_was_sent_stays_the_one_alert(archive: Archive, database: Database) -> None:
    fill(database, [page(1), page(2, BRIEF, portal="p9")])
    outbox = Outbox(database)
    with database.write() as connection:
        connection.exec_driver_sql("UPDATE outbox SET state = 'sent' WHERE story_id = 2")
    archive.merge_stories([1, 2], why="", now=NOW)
    assert owed(database) == [("all", "suppressed", 1, 1, "merged"), ("all", "sent", 1, 2, "")]
    assert outbox.claim(now=NOW + DAY, owner="us", limit=9, lease=HOUR) == ()


def test_a_split_is_remembered_and_told(archive: Archive, database: Database) -> None:
    fill(database, [page(1), page(2, "\n".join(PARAGRAPHS[:4]))])
    new = archive.split_story([2], why="another lorry", now=NOW + HOUR)
    assert (told(archive, 1), told(archive, new)) == ([(1, "first")], [(2, "first")])
    assert owed(database) == [
        ("all", "pending", 1, 1, ""),
        ("p2", "pending", new, 2, ""),
        ("all", "pending", new, 2, ""),
    ]
    (change,) = archive.story_changes(new)
    assert (change.kind, change.story_id, change.other_id, change.why) == ("split", 1, new, "another lorry")
    # The same page, the same text elsewhere, and texts nearer to one of the parts.
    again = [page(2, "\n".join(PARAGRAPHS[:4])), page(3, "\n".join(PARAGRAPHS[:4])), page(4, WHOLE)]
    near = [
        page(5, "\n".join(PARAGRAPHS[:4]) + "本报将继续关注。"),
        page(6, "\n".join(PARAGRAPHS[1:]), "转载"),
    ]
    assert [one.story_id for one in fill(database, again + near)] == [new, new, 1, new, 1]


def test_what_a_merge_held_back_is_owed_after_a_split(archive: Archive, database: Database) -> None:
    fill(database, [page(1), page(2, BRIEF)])
    archive.merge_stories([1, 2], why="", now=NOW)
    new = archive.split_story([2], why="no, another", now=NOW)
    assert owed(database) == [
        ("all", "pending", 1, 1, ""),
        ("all", "pending", new, 2, ""),
        ("p2", "pending", new, 2, ""),
    ]
    assert [change.kind for change in archive.story_changes(1)] == ["merge", "split"]
    assert joined(fill(database, [page(7, BRIEF)])) == [(new, "verbatim")]
    archive.merge_stories([1, new], why="yes", now=NOW)
    assert len(archive.reports(1)) == 3
    assert archive.totals().stories == 1


def test_the_first_article_may_leave(archive: Archive, database: Database) -> None:
    fill(database, [page(1), page(2), page(3)])
    new = archive.split_story([1], why="", now=NOW)
    assert (told(archive, 1), told(archive, new)) == ([(2, "first"), (3, "verbatim")], [(1, "first")])
    stored = archive.get(2)
    assert stored is not None
    assert (stored.story.first_article_id, stored.story.reports) == (2, 2)
    assert [row for row in owed(database) if row[0] == "all"] == [
        ("all", "pending", new, 1, ""),
        ("all", "pending", 1, 2, ""),
    ]


def test_silent_articles_owe_nothing_after_a_split(archive: Archive, database: Database) -> None:
    fill(database, [page(1), page(2)])
    with database.write() as connection:
        connection.exec_driver_sql("UPDATE article SET silent = true")
        connection.exec_driver_sql("DELETE FROM outbox")
    archive.split_story([2], why="", now=NOW)
    assert owed(database) == []


WRONG = {
    "one story": ("merge", [1], "two stories or more"),
    "twice the same": ("merge", [1, 1], "two stories or more"),
    "no such story": ("merge", [1, 77], "no story 77"),
    "no such article": ("split", [77], "no article has the id 77"),
    "whole story": ("split", [1], "leave at least one"),
    "of several": ("split", [1, 2], "several stories"),
}


@pytest.mark.parametrize(("act", "ids", "message"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_done_changes_nothing(
    archive: Archive, database: Database, act: str, ids: list[int], message: str
) -> None:
    fill(database, [page(1), page(2, BRIEF)])
    with pytest.raises(StoryError, match=message):
        (archive.merge_stories if act == "merge" else archive.split_story)(ids, why="", now=NOW)
    assert (told(archive, 1), told(archive, 2)) == ([(1, "first")], [(2, "first")])
    assert archive.story_changes(1) == ()


def test_a_merged_story_is_merged_once(archive: Archive, database: Database) -> None:
    fill(database, [page(1), page(2, BRIEF)])
    archive.merge_stories([1, 2], why="", now=NOW)
    with pytest.raises(StoryError, match="part of story 1 already"):
        archive.merge_stories([2, 1], why="", now=NOW)


def test_what_was_related_is_related_to_the_whole(archive: Archive, database: Database) -> None:
    other = BRIEF.replace("李某", "王某").replace("12.5", "8")
    fill(database, [page(1), page(2, BRIEF), page(3, other)])
    archive.merge_stories([1, 2], why="", now=NOW)
    assert [one.story_id for one in archive.related(1)] == [3]
    archive.merge_stories([3, 1], why="", now=NOW)
    assert archive.related(3) == ()


def test_reports_that_come_while_stories_are_merged_are_not_lost(
    archive: Archive, database: Database, database_url: str
) -> None:
    fill(database, [page(1), page(2, BRIEF)])

    def work(own: Database, number: int) -> None:
        if number == 0:
            Archive(own).merge_stories([1, 2], why="", now=NOW)
            return
        for at in range(6):
            Archive(own).ingest(page(100 * number + at, BRIEF), lease=None, now=NOW)

    at_once(database_url, 3, work)
    assert len(archive.reports(1)) == 14
    stored = archive.get(1)
    assert stored is not None
    assert stored.story.reports == 14
    assert [row[0] for row in owed(database) if row[1] == "pending"].count("all") == 1


def test_reports_disagree(archive: Archive, database: Database) -> None:
    fill(database, [page(1), page(2, facts=(replace(SEIZED, value=1500.0),)), page(3)])
    (one,) = archive.differing_figures(1)
    assert (one.measure, one.substance, one.unit) == ("drugs_seized", "heroin", "gram")
    assert [(figure.article_id, figure.value) for figure in one.figures] == [(1, 1200), (2, 1500), (3, 1200)]
    assert one.figures[0].words == SEIZED.evidence
    assert archive.differing_figures(99) == ()
