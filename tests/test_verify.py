"""`jindu verify` and `jindu capture`: what was kept is what the chain says, and every change has a name."""

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import delete, text, update

from scheduler.cli import main
from storage import (
    CaptureFolder,
    Database,
    capture_totals,
    captures_of,
    manifests_of,
    open_database,
    retire_captures,
    seal,
    verify,
)
from storage.captures.capturing import OPEN
from storage.captures.retiring import CaptureFile, outlived
from storage.captures.rows import refer
from storage.schema import capture, manifest
from tests.databases import sqlite_url
from tests.specimens import DAY, IRRELEVANT, NOW
from tests.test_captures import SEEN, archived, pages, writer

ROOT = Path(__file__).parent.parent
TODAY = NOW.date()


def fill(database: Database, place: Path, days: int = 3) -> None:
    """Two articles a day, one of them relevant, each with two pages; every day but the last sealed."""
    with CaptureFolder(place) as folder:
        for number in range(days):
            kept = folder.keep(pages(number, 2), relevant=True, now=NOW + number * DAY)
            other = folder.keep(pages(100 + number, 2), relevant=False, now=NOW + number * DAY)
            refer_to(database, place, number, kept, other)
    seal(database, place, now=NOW + (days - 1) * DAY)


def refer_to(database: Database, place: Path, number: int, *kept) -> None:
    for at, one in enumerate(kept):
        with CaptureFolder(place, keep="none") as nowhere:
            changes = {} if at == 0 else {"verdict": IRRELEVANT}
            article_id = archived(database, nowhere, 10 * number + at, **changes)
        with database.write() as connection:
            refer(connection, article_id, 1, one)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "captures"


@pytest.fixture
def filled(database: Database, place: Path) -> Database:
    fill(database, place)
    return database


def faults(database: Database, place: Path) -> list[str]:
    return [fault.kind for fault in verify(database, place).faults]


def test_what_nobody_touched_is_as_it_was(filled: Database, place: Path) -> None:
    found = verify(filled, place)
    assert found.faults == ()
    assert (found.records, found.manifests) == (12, 2)
    assert found.head == manifests_of(filled)[-1].sha256
    assert [(note.kind, note.captures) for note in found.notes] == [("unsealed", 4)]


def test_sealing_again_changes_nothing(filled: Database, place: Path) -> None:
    before = [(path, path.read_bytes()) for path in sorted((place / "manifests").iterdir())]
    assert seal(filled, place, now=NOW + 2 * DAY) == ()
    assert before == [(path, path.read_bytes()) for path in sorted((place / "manifests").iterdir())]
    assert len(before) == 2


def test_a_late_capture_stands_in_the_next_manifest(filled: Database, place: Path) -> None:
    with CaptureFolder(place) as folder:
        late = folder.keep([SEEN], relevant=True, now=NOW)
    refer_to(filled, place, 9, late)
    (done,) = seal(filled, place, now=NOW + 3 * DAY)
    assert (done.day, done.captures) == (TODAY + timedelta(days=2), 5)
    assert faults(filled, place) == []


def warc(place: Path, kind: str = "relevant") -> Path:
    return sorted(place.glob(f"2026-03-02/{kind}-*"))[0]


def flip(path: Path, at: int) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)


def change_row(database: Database, **values) -> None:
    with database.write() as connection:
        connection.execute(update(capture).where(capture.c.id == 1).values(**values))


def forge_manifest(database: Database, place: Path) -> None:
    """Whoever changes a manifest and its own digest still breaks the link to the next."""
    path = place / "manifests" / "2026-03-02.json"
    told = json.loads(path.read_bytes())
    told["captures"][0]["status"] = 404
    path.write_text(
        json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n", "utf-8"
    )
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    with database.write() as connection:
        connection.execute(update(manifest).where(manifest.c.day == TODAY).values(sha256=digest))
        connection.execute(update(capture).where(capture.c.id == 1).values(status=404))


def remove(database: Database, table, condition) -> None:
    with database.write() as connection:
        connection.execute(delete(table).where(condition))


TAMPERINGS: dict[str, tuple[Callable[[Database, Path], object], set[str]]] = {
    "a byte of a record": (lambda d, p: flip(warc(p), 600), {"changed_byte"}),
    "a byte of the last record": (lambda d, p: flip(warc(p), -9), {"changed_byte"}),
    "a file cut short": (lambda d, p: warc(p).write_bytes(warc(p).read_bytes()[:-5]), {"changed_byte"}),
    "a file removed": (lambda d, p: warc(p, "other").unlink(), {"missing_file"}),
    "the digest in a row": (
        lambda d, p: change_row(d, sha256="0" * 64),
        {"changed_row"},
    ),
    "the address in a row": (lambda d, p: change_row(d, url="http://other.example/"), {"changed_row"}),
    "the time in a row": (lambda d, p: change_row(d, fetched_at=NOW - DAY), {"changed_row"}),
    "a row deleted": (lambda d, p: remove(d, capture, capture.c.id == 1), {"deleted_row"}),
    "a row said to be older": (
        lambda d, p: change_rows_of_today(d),
        {"added_row"},
    ),
    "a manifest file removed": (
        lambda d, p: (p / "manifests/2026-03-02.json").unlink(),
        {"missing_manifest"},
    ),
    "a byte of a manifest": (lambda d, p: flip(p / "manifests/2026-03-02.json", 40), {"changed_manifest"}),
    "a manifest forged with its digest": (forge_manifest, {"broken_chain"}),
    "a manifest's row deleted": (
        lambda d, p: remove(d, manifest, manifest.c.day == TODAY),
        {"unknown_manifest", "broken_chain"},
    ),
}


def change_rows_of_today(database: Database) -> None:
    with database.write() as connection:
        connection.execute(update(capture).where(capture.c.manifest.is_(None)).values(manifest=TODAY))


@pytest.mark.parametrize(("tamper", "named"), TAMPERINGS.values(), ids=TAMPERINGS.keys())
def test_every_change_is_named(filled: Database, place: Path, tamper, named: set[str]) -> None:
    tamper(filled, place)
    assert set(faults(filled, place)) == named


def test_a_torn_tail_is_told_from_a_fault(filled: Database, place: Path) -> None:
    path = warc(place)
    packed = path.read_bytes()
    path.rename(f"{path}{OPEN}").write_bytes(packed + packed[:-100])
    found = verify(filled, place)
    assert found.faults == ()
    kinds = {note.kind: (note.captures, note.bytes) for note in found.notes}
    assert kinds["unreferenced"][0] == 2
    assert kinds["torn_tail"][1] > 100


def test_retention_is_no_fault(filled: Database, place: Path) -> None:
    gone = retire_captures(filled, place, now=NOW + 3 * DAY, keep_days=2, max_bytes=0)
    assert (gone.files, gone.captures) == (2, 4)
    found = verify(filled, place)
    assert found.faults == ()
    assert ("pruned", 4) in {(note.kind, note.captures) for note in found.notes}
    assert capture_totals(filled).pruned == 4
    assert not (place / "2026-03-02").exists()


def test_only_sealed_files_are_retired(filled: Database, place: Path) -> None:
    assert retire_captures(filled, place, now=NOW + 90 * DAY, keep_days=2, max_bytes=0).files == 4
    assert (place / "2026-03-04").exists()


def test_a_file_whose_rows_are_pruned_goes_with_the_next_call(filled: Database, place: Path) -> None:
    with filled.write() as connection:
        name = f"2026-03-02/{warc(place).name}"
        connection.execute(update(capture).where(capture.c.file == name).values(state="pruned"))
    assert retire_captures(filled, place, now=NOW, keep_days=0, max_bytes=0).files == 0
    assert not list(place.glob("2026-03-02/relevant-*"))


def a_file(day: int, kind: str, size: int) -> CaptureFile:
    return CaptureFile(name=f"d/{kind}-{day}", day=TODAY - timedelta(days=day), captures=1, bytes=size)


@pytest.mark.parametrize(
    ("keep_days", "max_bytes", "gone"),
    [
        (0, 0, []),
        (0, 100, []),
        (0, 99, ["other-9"]),
        (0, 1, ["other-9", "other-1"]),
        (5, 0, ["relevant-8", "other-9"]),
        (5, 39, ["relevant-8", "other-9", "other-1"]),
    ],
)
def test_what_retention_takes(keep_days: int, max_bytes: int, gone: list[str]) -> None:
    files = [
        a_file(8, "relevant", 30),
        a_file(9, "other", 30),
        a_file(1, "other", 20),
        a_file(0, "relevant", 20),
    ]
    taken = outlived(files, today=TODAY, keep_days=keep_days, max_bytes=max_bytes)
    assert [file.name[2:] for file in taken] == gone


SEAL = """
import sys
from pathlib import Path
from storage import open_database, seal
from tests.specimens import DAY, NOW
with open_database(sys.argv[1]) as database:
    for _ in range(20):
        seal(database, Path(sys.argv[2]), now=NOW + int(sys.argv[3]) * DAY)
"""
DIE = """
import os, signal
from storage.captures import manifests
def die(*_, **__): os.kill(os.getpid(), signal.SIGKILL)
manifests.{place} = die
"""


def test_two_that_seal_at_once_make_one_chain(filled: Database, database_url: str, place: Path) -> None:
    with writer(SEAL, database_url, place, 5, 5) as one, writer(SEAL, database_url, place, 5, 5) as two:
        assert (one.wait(), two.wait()) == (0, 0)
    assert len(manifests_of(filled)) == 3
    assert faults(filled, place) == []


@pytest.mark.parametrize("killed_at", ["sync_folder", "update"])
def test_killed_while_sealing(filled: Database, database_url: str, place: Path, killed_at: str) -> None:
    with writer(DIE.format(place=killed_at) + SEAL, database_url, place, 5, 5) as child:
        assert child.wait() < 0
    assert len(manifests_of(filled)) == 2
    assert len(seal(filled, place, now=NOW + 6 * DAY)) == 1
    assert faults(filled, place) == []


def jindu(place: Path, *words: str) -> Result:
    environment = {"JINDU_ARCHIVE": sqlite_url(place.parent), "JINDU_CAPTURES_FOLDER": str(place)}
    return CliRunner().invoke(main, words, env=environment)


@pytest.fixture
def archive_of_two_days(place: Path) -> Path:
    with open_database(sqlite_url(place.parent)) as database:
        fill(database, place, 2)
    return place


def test_the_command_says_yes_or_names_what_is_wrong(archive_of_two_days: Path) -> None:
    place = archive_of_two_days
    well = jindu(place, "verify", "--seal", "--json")
    told = json.loads(well.stdout)
    assert (well.exit_code, told["ok"], told["records"], len(told["sealed"])) == (0, True, 8, 1)
    flip(warc(place), 600)
    ill = jindu(place, "verify")
    assert ill.exit_code == 1
    assert f"字节被改动 bytes were changed: 2026-03-02/{warc(place).name} @" in ill.stdout
    assert jindu(place, "verify", "--since", "2026-03-03").exit_code == 0


def test_the_command_shows_and_saves_what_stood_there(archive_of_two_days: Path, tmp_path: Path) -> None:
    place, saved = archive_of_two_days, tmp_path / "page.html"
    shown = jindu(place, "capture", "1", "--page", "2", "--out", str(saved))
    assert shown.exit_code == 0, shown.output
    assert saved.read_bytes() == pages(0, 2)[1].body
    assert "Content-Type: text/html" in shown.stdout
    packed = tmp_path / "page.warc.gz"
    assert jindu(place, "capture", "1", "--out", str(packed)).exit_code == 0
    checked = subprocess.run(
        [sys.executable, "-m", "warcio.cli", "check", packed], capture_output=True, check=False
    )
    assert checked.returncode == 0
    assert jindu(place, "capture", "99").exit_code == 1
    assert jindu(place, "capture", "1", "--page", "3").exit_code == 1


def test_rows_say_where_each_capture_is(filled: Database, place: Path) -> None:
    (first, second) = captures_of(filled, 1)
    assert (first.page, second.page, first.manifest) == (1, 2, TODAY)
    with filled.read() as connection:
        assert connection.scalar(text("SELECT count(*) FROM capture")) == 12
