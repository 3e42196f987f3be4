"""Bytes of pages: written before their article, found again, and never in each other's way."""

import errno
import hashlib
import io
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select
from warcio.archiveiterator import ArchiveIterator

from crawler.replica import Replica
from storage import (
    Archive,
    Capture,
    CaptureFolder,
    CaptureMissingError,
    Catalog,
    Database,
    capture_totals,
    captures_of,
    open_database,
    standing,
)
from storage.captures.capturing import place_of
from storage.captures.rows import packed_record
from storage.schema import capture
from tests.databases import sqlite_url
from tests.replicas import crawl, crawl_command, crawl_environment
from tests.specimens import IRRELEVANT, NOW, result

ROOT = Path(__file__).parent.parent
BODY = "<html>青云县禁毒大队</html>".encode("gb18030")
SEEN = Capture(
    url="http://www.qingyun.example/2026/03/t00001.html",
    status=200,
    headers=(
        ("Content-Type", "text/html; charset=gb18030"),
        ("Set-Cookie", "visitor=17"),
        ("Content-Encoding", "gzip"),
        ("X-Title", "禁毒\r\nX-Forged: yes"),
    ),
    body=BODY,
    fetched_at=NOW,
)


def pages(number: int, count: int = 1) -> tuple[Capture, ...]:
    """What a server answered for the pages of an article."""
    return tuple(
        replace(SEEN, url=f"{SEEN.url}?{number}_{page}", body=BODY + b"%d %d" % (number, page))
        for page in range(count)
    )


def archived(database: Database, folder: CaptureFolder, number: int = 1, count: int = 1, **more) -> int:
    """The id of an article archived with the answers of its pages."""
    seen = replace(result(number, **more), captures=pages(number, count))
    return Archive(database, captures=folder).ingest(seen, lease=None, now=NOW).article_id


@pytest.fixture
def folder(tmp_path: Path) -> CaptureFolder:
    return CaptureFolder(tmp_path / "captures")


def test_every_page_of_an_article_can_be_shown_again(database: Database, folder: CaptureFolder) -> None:
    with folder:
        first, second = (archived(database, folder, number, 3) for number in (1, 2))
    rows = captures_of(database, second)
    assert [(row.article_id, row.version, row.page, row.state) for row in rows] == [
        (second, 1, page, "kept") for page in (1, 2, 3)
    ]
    assert [standing(folder.path, row).body for row in rows] == [one.body for one in pages(2, 3)]
    assert {row.sha256 for row in rows} == {hashlib.sha256(one.body).hexdigest() for one in pages(2, 3)}
    assert captures_of(database, first, 2) == ()
    assert capture_totals(database).captures == 6


def test_a_record_is_a_warc_response_without_secrets(database: Database, folder: CaptureFolder) -> None:
    seen = replace(SEEN, answered_url="http://www.qingyun.example/禁 毒")
    with folder:
        Archive(database, captures=folder).ingest(replace(result(), captures=(seen,)), lease=None, now=NOW)
    (row,) = captures_of(database, 1)
    (file,) = folder.path.rglob("*.warc.gz")
    with file.open("rb") as stream:
        info, found = (
            (record.rec_type, record.rec_headers, record.http_headers, record.content_stream().read())
            for record in ArchiveIterator(stream, check_digests="raise")
        )
    kind, fields, headers, body = found
    assert (info[0], kind, fields.protocol, body) == ("warcinfo", "response", "WARC/1.1", BODY)
    assert fields.get_header("WARC-Record-ID") == f"<{row.record}>"
    assert fields.get_header("WARC-Date") == "2026-03-02T01:30:00.000000Z"
    assert fields.get_header("WARC-Payload-Digest") == f"sha256:{row.sha256}"
    assert fields.get_header("WARC-Target-URI") == "http://www.qingyun.example/%E7%A6%81%20%E6%AF%92"
    assert fields.get_header("Jindu-Asked-For") == SEEN.url
    told = dict(headers.headers)
    assert told["Content-Length"] == str(len(BODY))
    assert told["X-Orig-Content-Encoding"] == "gzip"
    assert not {"Set-Cookie", "X-Forged", "Content-Encoding"} & told.keys()


def test_relevant_and_other_pages_are_in_files_of_their_own(
    database: Database, folder: CaptureFolder
) -> None:
    with folder:
        for number, verdict in enumerate((IRRELEVANT, None, IRRELEVANT)):
            archived(database, folder, number, **({"verdict": verdict} if verdict else {}))
    names = sorted(path.name.partition("-")[0] for path in folder.path.rglob("*.warc.gz"))
    assert names == ["other", "relevant"]


@pytest.mark.parametrize(("keep", "kept"), [("all", 2), ("relevant", 1), ("none", 0)])
def test_what_is_kept_is_the_user_s_choice(database: Database, tmp_path: Path, keep, kept: int) -> None:
    with CaptureFolder(tmp_path / "captures", keep=keep) as folder:
        archived(database, folder, 1)
        archived(database, folder, 2, verdict=IRRELEVANT)
    assert capture_totals(database).captures == kept
    assert folder.path.exists() == bool(kept)


def test_a_file_is_written_by_one_and_then_by_the_next(database: Database, tmp_path: Path) -> None:
    one, two = CaptureFolder(tmp_path), CaptureFolder(tmp_path)
    archived(database, one, 1)
    archived(database, two, 2)
    assert len([*tmp_path.rglob("*.open")]) == 2
    one.close()
    two.close()
    with CaptureFolder(tmp_path) as three:
        archived(database, three, 3)
    assert len([*tmp_path.rglob("*.warc.gz")]) == 2
    assert [standing(tmp_path, captures_of(database, n)[0]).body for n in (1, 2, 3)] == [
        pages(number)[0].body for number in (1, 2, 3)
    ]


def test_a_full_file_is_followed_by_another(database: Database, tmp_path: Path) -> None:
    with CaptureFolder(tmp_path, file_bytes=1) as folder:
        for number in range(3):
            archived(database, folder, number)
    assert len([*tmp_path.rglob("*.warc.gz")]) == 3


def test_a_new_day_is_a_new_folder(tmp_path: Path) -> None:
    with CaptureFolder(tmp_path) as folder:
        late, early = (folder.keep([SEEN], relevant=True, now=NOW.replace(hour=hour)) for hour in (15, 16))
    assert [kept.day.isoformat() for kept in (*late, *early)] == ["2026-03-02", "2026-03-03"]
    assert len([*tmp_path.rglob("*.warc.gz")]) == 2


def test_a_folder_that_takes_nothing_loses_no_article(database: Database, tmp_path: Path) -> None:
    (tmp_path / "captures").write_text("not a folder")
    folder = CaptureFolder(tmp_path / "captures")
    (row,) = captures_of(database, archived(database, folder))
    assert (row.state, row.file, row.sha256) == (
        "not_kept",
        None,
        hashlib.sha256(pages(1)[0].body).hexdigest(),
    )
    assert capture_totals(database).not_kept == 1
    with pytest.raises(CaptureMissingError, match="not kept"):
        packed_record(folder.path, row)


WRITE = """
import sys
from pathlib import Path
from storage import Archive, CaptureFolder, open_database
from dataclasses import replace
from tests.specimens import NOW, result
from tests.test_captures import pages
with open_database(sys.argv[1]) as database, CaptureFolder(Path(sys.argv[2])) as folder:
    archive = Archive(database, captures=folder)
    for number in range(int(sys.argv[3]), int(sys.argv[4])):
        done = archive.ingest(replace(result(number), captures=pages(number, 2)), lease=None, now=NOW)
        print(done.article_id, flush=True)
"""


def writer(code: str, url: str, folder: Path, first: int, last: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-W", "error", "-c", code, url, str(folder), str(first), str(last)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def assert_all_there(database: Database, folder: Path) -> int:
    """Every row's record is in its file; returns how many."""
    with database.read() as connection:
        ids = connection.scalars(select(capture.c.article_id).distinct()).all()
    rows = [row for article_id in ids for row in captures_of(database, article_id)]
    for row in rows:
        assert hashlib.sha256(packed_record(folder, row)).hexdigest() == row.record_sha256
        assert hashlib.sha256(standing(folder, row).body).hexdigest() == row.sha256
    return len(rows)


def test_killed_writers_leave_no_reference_to_nothing(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    place = tmp_path / "captures"
    with (
        writer(WRITE, database_url, place, 0, 500) as one,
        writer(WRITE, database_url, place, 500, 999) as two,
    ):
        for child in (one, two):
            assert child.stdout is not None
            for _ in range(5):
                next(child.stdout)
            child.kill()
    assert assert_all_there(database, place) >= 20
    with CaptureFolder(place) as third:
        for number in range(1000, 1003):
            archived(database, third, number, 2)
    assert assert_all_there(database, place) >= 26


DIE = """
import os, signal
from storage.{room} import {module}
def die(*_, **__): os.kill(os.getpid(), signal.SIGKILL)
{module}.{name} = die
"""


@pytest.mark.parametrize(
    ("room", "module", "name", "left"),
    [("captures", "capturing", "os.fsync", 0), ("articles", "ingesting", "refer", 3)],
    ids=["while the file is written", "before the rows are"],
)
def test_killed_between_file_and_rows(
    database: Database, database_url: str, tmp_path: Path, room: str, module: str, name: str, left: int
) -> None:
    code = DIE.format(room=room, module=module, name=name) + WRITE
    with writer(code, database_url, tmp_path / "captures", 0, 1) as child:
        assert child.communicate()[0] == ""
    assert child.returncode == -signal.SIGKILL
    assert assert_all_there(database, tmp_path / "captures") == 0
    (file,) = (tmp_path / "captures").rglob("*.open")
    whole = [record.rec_type for record in ArchiveIterator(io.BytesIO(file.read_bytes()))]
    assert len(whole) == left or left == 0
    with CaptureFolder(tmp_path / "captures") as folder:
        archived(database, folder, 0, 2)
    assert assert_all_there(database, tmp_path / "captures") == 2


LITTLE = "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (4000, 4000))\n"


def test_a_disk_that_stays_full_gathers_no_empty_files(database: Database, tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("storage.captures.capturing.os.fsync", _refuse)
        for number in range(3):
            archived(database, CaptureFolder(tmp_path / "captures"), number)
    assert capture_totals(database).not_kept == 3
    assert not [path for path in (tmp_path / "captures").rglob("*") if path.is_file()]


def _refuse(_handle: int) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("name", ["../archive.db", "/etc/hostname", "2026-03-02/../../archive.db"])
def test_a_name_that_leads_out_of_the_folder_is_no_file(tmp_path: Path, name: str) -> None:
    (tmp_path / "archive.db").touch()
    (tmp_path / "captures" / "2026-03-02").mkdir(parents=True)
    assert place_of(tmp_path / "captures", name) is None


def test_a_disk_that_fills_up_keeps_articles_and_earlier_records(fresh_postgresql, tmp_path: Path) -> None:
    url = fresh_postgresql()
    with writer(LITTLE + WRITE, url, tmp_path / "captures", 0, 12) as child:
        assert len(child.communicate()[0].split()) == 12
    with open_database(url) as database:
        totals = capture_totals(database)
        assert totals.captures + totals.not_kept == 24
        assert totals.captures > 0
        with database.read() as connection:
            lost = connection.scalars(select(capture.c.file).where(capture.c.state == "not_kept")).all()
        assert set(lost) <= {None}


def test_a_crawl_keeps_every_answer_of_every_article(replica: Replica, tmp_path: Path) -> None:
    environment = crawl_environment(sqlite_url(tmp_path), proxy=replica.proxy_url)
    replica.advance(30)
    assert crawl(crawl_command("longshang"), environment, tmp_path).returncode == 0
    place = tmp_path / "archive.db.captures"
    with open_database(sqlite_url(tmp_path)) as database:
        hits = Catalog(database).search("", limit=1000).hits
        rows = {hit.url: captures_of(database, hit.id) for hit in hits}
        assert hits
        assert all(rows.values())
        assert max(len(pages) for pages in rows.values()) > 1
        assert assert_all_there(database, place) == sum(map(len, rows.values()))
    for url, (first, *_) in rows.items():
        assert first.url == url
        assert b"<html" in standing(place, first).body
    assert not list(place.rglob("*.open"))
