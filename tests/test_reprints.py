"""Reprints find their story when they are archived; on both databases."""

import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest
from alembic import command
from sqlalchemy import delete, func, select, update

from storage import Archive, Database, Ingested, Outbox, PageResult, Related, Rule, open_database
from storage.migrations import configuration
from storage.schema import article, fingerprint, setting
from storage.stories.reprints import NEWEST
from tests.specimens import DAY, HOUR, MINUTE, NOW, fill, result
from tests.test_nearness import BRIEF, NOTICE, PARAGRAPHS, TITLE, WHOLE
from tests.test_races import ROOT


def page(number: int, text: str = WHOLE, title: str = TITLE, **more: Any) -> PageResult:
    """A page on a portal of its own."""
    url = f"http://p{number}.example/2026/t{number}.html"
    values = {"url": url, "canonical_url": url, "portal": f"p{number}"} | more
    return result(number, text=text, title=title, **values)


def joined(done: list[Ingested]) -> list[tuple[int, str]]:
    return [(one.story_id, one.joined_as) for one in done]


def test_each_kind_of_reprint_joins(database: Database) -> None:
    Outbox(database).set_rules([Rule(name="all", channels=("group",))], now=NOW)
    pages = [
        page(1),
        page(2, WHOLE.replace("，", ","), "转载"),
        page(3, "\n".join(PARAGRAPHS[:3]), "货车夹层藏毒"),
        page(4, WHOLE.replace("引起民警注意", "被执勤民警拦下").replace("据介绍，", "")),
        page(5, "图片新闻", canonical_url="http://p1.example/2026/t1.html"),
        page(6, BRIEF),
    ]
    done = fill(database, pages)
    expected = [(1, "first"), (1, "verbatim"), (1, "reprint"), (1, "edited"), (1, "address"), (2, "first")]
    assert joined(done) == expected
    assert [one.owed for one in done] == [1, 0, 0, 0, 0, 1]
    assert Outbox(database).counts()["pending"] == 2
    reports = Archive(database).reports(1)
    assert [(report.portal, report.joined_as) for report in reports] == [
        (f"p{number}", how) for number, (_, how) in enumerate(expected[:5], 1)
    ]


def test_a_reprint_of_a_reprint_joins(database: Database) -> None:
    cut = "\n".join(PARAGRAPHS[1:])
    assert joined(fill(database, [page(1), page(2, cut), page(3, cut), page(4, PARAGRAPHS[2] + PARAGRAPHS[3])])) == [
        (1, "first"),
        (1, "reprint"),
        (1, "verbatim"),
        (1, "reprint"),
    ]  # fmt: skip


def test_what_is_alike_but_not_the_same_is_linked(database: Database) -> None:
    other = BRIEF.replace("李某", "王某").replace("12.5", "8")
    done = fill(database, [page(1, BRIEF), page(2, NOTICE), page(3, other), page(4, WHOLE)])
    assert joined(done) == [(1, "first"), (2, "first"), (3, "first"), (4, "first")]
    assert [one.related for one in done] == [0, 0, 1, 0]
    archive = Archive(database)
    assert archive.related(1) == (Related(story_id=3, first_article_id=3, title=TITLE, why="names"),)
    assert [(one.story_id, one.why) for one in archive.related(3)] == [(1, "names")]
    assert archive.related(2) == archive.related(99) == ()


def test_the_same_words_months_later_are_linked(database: Database) -> None:
    late = NOW + 90 * DAY
    again = page(2, WHOLE + "本报将继续关注。", published_at=late, fetched_at=late)
    assert [one.story_id for one in fill(database, [page(1), again])] == [1, 2]
    assert [one.why for one in Archive(database).related(2)] == ["time"]


def test_first_publisher_and_delays(database: Database) -> None:
    fetched = NOW + 3 * HOUR
    fill(
        database,
        [
            page(1, published_at=NOW - HOUR, fetched_at=fetched),
            page(2, published_at=NOW - 2 * HOUR, fetched_at=fetched),
            page(3, published_at=NOW.replace(hour=0), precision="day", fetched_at=fetched),
            page(4, published_at=None, fetched_at=NOW),
            page(5, published_at=NOW + 9 * DAY, fetched_at=NOW + MINUTE),
        ],
    )
    reports = Archive(database).reports(1)
    told = [(report.portal, report.delay) for report in reports]
    assert told == [
        ("p2", timedelta(0)),
        ("p1", HOUR),
        ("p4", 2 * HOUR),
        ("p5", 2 * HOUR + MINUTE),
        ("p3", 5 * HOUR),
    ]


def test_only_new_texts_leave_fingerprints(database: Database) -> None:
    fill(database, [page(1), page(2), page(3, "短讯")])
    with database.read() as connection:
        left = connection.scalars(select(fingerprint.c.article_id)).all()
    assert left == [1] * 18


def test_what_many_share_does_not_hide_the_original(database: Database) -> None:
    fill(database, [page(1)])
    many = [page(n, f"{PARAGRAPHS[4]}\n{chr(0x4E00 + 3 * n) * 300}{n}", f"通稿{n}") for n in range(2, 30)]
    fill(database, many)
    assert joined(fill(database, [page(99, "\n".join(PARAGRAPHS[1:]), "转载")])) == [(1, "reprint")]
    assert len(many) < NEWEST


def test_fingerprints_of_other_rules_are_made_anew(database: Database, database_url: str) -> None:
    fill(database, [page(1), page(2)])
    with database.write() as connection:
        connection.execute(delete(fingerprint))
        connection.execute(update(setting).values(value="of old"))
    assert joined(fill(database, [page(3, "\n".join(PARAGRAPHS[:4]))])) == [(2, "first")]
    with database.write() as connection:
        connection.execute(delete(fingerprint))
    with open_database(database_url) as opened:
        assert joined(fill(opened, [page(4, "\n".join(PARAGRAPHS[1:4]))])) == [(2, "reprint")]
        with opened.read() as connection:
            assert connection.scalar(select(func.count()).select_from(article)) == 4


def test_an_archive_from_before_learns_of_reprints(database: Database, database_url: str) -> None:
    fill(database, [page(1), page(2)])
    with database.write() as connection:
        command.downgrade(configuration(connection), "0001")
    with open_database(database_url) as opened:
        assert [report.joined_as for report in Archive(opened).reports(1)] == ["first", "verbatim"]
        assert joined(fill(opened, [page(3, "\n".join(PARAGRAPHS[1:]))])) == [(1, "reprint")]


TELL = """
import sys
from random import Random
from storage import Archive, open_database
from tests.specimens import NOW
from tests.test_reprints import page
number = int(sys.argv[2])
rng = Random(7)
with open_database(sys.argv[1]) as database:
    archive = Archive(database)
    print("ready", flush=True)
    sys.stdin.readline()
    for story in range(12):
        sentences = ["".join(chr(rng.randrange(0x4E00, 0x9F00)) for _ in range(40)) for _ in range(8)]
        del sentences[number]
        archive.ingest(page(100 * story + number, "。".join(sentences), f"标题{chr(0x7532 + number)}"), lease=None, now=NOW)
"""


@pytest.mark.parametrize("tellers", [3])
def test_reprints_archived_at_once_are_one_story_with_one_alert(
    database: Database, database_url: str, tellers: int
) -> None:
    """Each process tells the same stories without another sentence: no two texts are the same."""
    Outbox(database).set_rules([Rule(name="all", channels=("group",))], now=NOW)
    pipe = subprocess.PIPE
    command = [sys.executable, "-W", "error", "-c", TELL, database_url]
    children = [
        subprocess.Popen([*command, str(number)], cwd=ROOT, stdin=pipe, stdout=pipe, text=True)
        for number in range(tellers)
    ]
    for child in children:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
    for child in children:
        assert child.stdin is not None
        child.stdin.write("go\n")
        child.stdin.flush()
    assert [(child.communicate()[0], child.returncode) for child in children] == [("", 0)] * tellers
    totals = Archive(database).totals()
    assert (totals.articles, totals.stories) == (12 * tellers, 12)
    assert Outbox(database).counts()["pending"] == 12
