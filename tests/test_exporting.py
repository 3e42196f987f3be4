"""Exports hold what the archive holds, run nothing in a spreadsheet, and never leave half a file."""

import csv
import io
import json
import subprocess
import sys
import tracemalloc
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from scheduler.cli import main
from scheduler.exporting import bibtex, gbt7714
from scheduler.exporting.lines import safe_cell
from storage import Archive, Catalog, Stored, open_database
from tests.specimens import HOUR, NOW, fill, result

HOSTILE = '=HYPERLINK("http://evil.example")<script>alert(1)</script>\u202e' + "e" + "\u0301" * 5000


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("export") / "archive.db"
    with open_database(str(path)) as database:
        fill(database, (result(n, published_at=NOW - n * HOUR) for n in range(1, 602)))
        fill(
            database, [result(2000, title=HOSTILE, source="+某报", authors=("@林", "周{二}", "吴三", "郑四"))]
        )
    return path


def call(archive: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["--archive", str(archive), "export", *words])


def stored(archive: Path, article_id: int) -> Stored:
    with open_database(str(archive)) as database:
        found = Archive(database).get(article_id)
    assert found is not None
    return found


def test_a_sheet_has_every_hit_once_and_no_formula(filled: Path, tmp_path: Path) -> None:
    out = tmp_path / "all.csv"
    assert call(filled, "禁毒 OR script", "--out", str(out)).exit_code == 0
    assert out.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(out.read_text("utf-8-sig"))))
    assert sorted(int(row["id"]) for row in rows) == list(range(1, 603))
    assert rows[0]["published"] == "2026-03-02T08:30+08:00"
    assert rows[0]["figures"] == "drugs_seized[heroin]=1200 gram「海洛因1.2公斤」"
    assert not any(str(cell).startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())
    (hostile,) = (row["title"] for row in rows if "<script>" in row["title"])
    assert not {"\u202e", "\u0301" * 3} & {hostile[at : at + n] for n in (1, 3) for at in range(len(hostile))}


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("=1+1", "'=1+1"),
        (" @x", "' @x"),
        ("＝1", "'＝1"),
        ("-1", "'-1"),
        (-1, -1),
        (None, ""),
        ("禁毒", "禁毒"),
        ("a=1", "a=1"),
    ],
)
def test_no_cell_is_run(cell: object, shown: object) -> None:
    assert safe_cell(cell) == shown


def test_lines_of_json_and_columns_say_the_same(filled: Path, tmp_path: Path) -> None:
    lines = [json.loads(line) for line in call(filled, "禁毒").stdout.splitlines() if line.startswith("{")]
    out = tmp_path / "all.parquet"
    assert call(filled, "禁毒", "--out", str(out)).exit_code == 0
    table = pq.read_table(out)
    assert table.column("id").to_pylist() == [line["id"] for line in lines]
    assert table.column("text").to_pylist() == [line["text"] for line in lines]
    assert lines[0]["facts"][0]["evidence"] == "海洛因1.2公斤"


def test_citations(filled: Path) -> None:
    plain = stored(filled, 1)
    assert gbt7714(plain, 7) == (
        "[7] 林一, 周二. 青云禁毒大队破获第1起案件[EB/OL]. 青云日报, 2026(2026-03-02)[2026-03-02]."
        " http://www.qingyun.example/2026/03/t00001.html."
    )
    many = stored(filled, 602)
    assert "@林, 周{二}, 吴三, 等." in gbt7714(many)
    entry = bibtex(many)
    assert entry.startswith("@online{jindu602,\n")
    assert r"{周\{二\}}" in entry
    assert entry.count("{") - entry.count(r"\{") == entry.count("}") - entry.count(r"\}")


def test_filters_and_formats_hold(filled: Path, tmp_path: Path) -> None:
    cited = call(filled, "标题:第600起", "--format", "gbt7714")
    assert cited.stdout.startswith("[1] 林一, 周二. 青云禁毒大队破获第600起案件[EB/OL].")
    assert "导出 1 篇" in cited.stderr
    assert call(filled, "(", "--out", str(tmp_path / "x.csv")).exit_code == 2
    assert call(filled, "禁毒", "--out", str(tmp_path / "none" / "x.csv")).exit_code == 1
    assert list(tmp_path.iterdir()) == []


def test_a_closed_pipe_and_an_interruption_leave_no_half_file(filled: Path, tmp_path: Path) -> None:
    words = [
        sys.executable,
        "-c",
        "from scheduler.cli import main; main()",
        "--archive",
        str(filled),
        "export",
        "--format",
        "csv",
    ]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.read(10)
        child.stdout.close()
        assert child.wait() == 0
    assert list(tmp_path.iterdir()) == []


def test_memory_is_that_of_one_step(filled: Path) -> None:
    with open_database(str(filled)) as database:
        catalog = Catalog(database)
        next(iter(catalog.stream()))
        tracemalloc.start()
        count = sum(1 for _ in catalog.stream())
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert count == 602
    assert peak < 40_000_000
