"""Show what stood there, and prove it: the commands capture and verify."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from scheduler.commands.session import Failure, Session, json_option, pass_session
from scheduler.printing import as_json as plain_values
from scheduler.printing import console, print_json, print_time
from storage import (
    SHANGHAI,
    CaptureRow,
    CaptureTotals,
    Database,
    Verified,
    bytes_to_verify,
    capture_totals,
    captures_of,
    packed_record,
    seal,
    standing,
    verify,
)

FAULTS = {
    "missing_file": "文件不见了 the file is missing",
    "changed_byte": "字节被改动 bytes were changed",
    "changed_row": "数据库的行被改动 a row was changed",
    "deleted_row": "数据库的行被删除 a row was deleted",
    "added_row": "数据库多出一行 a row was added after sealing",
    "missing_manifest": "清单不见了 the manifest is missing",
    "changed_manifest": "清单被改动 the manifest was changed",
    "broken_chain": "清单之间断链 the chain is broken",
    "unknown_manifest": "清单在数据库里没有登记 the archive does not know this manifest",
}
NOTES = {
    "torn_tail": "写到一半中断，无人引用 a torn tail nobody refers to",
    "unreferenced": "没有报道引用的记录 records of transactions that never ended",
    "pruned": "按保留规则已删除 removed by retention",
    "not_kept": "当时磁盘没能写下，只有摘要 not kept when they came, only their digests",
    "unsealed": "等当天结束后列入清单 waiting for the manifest of their day",
}


@click.command("verify", short_help="核对存档 check what was kept")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Only days from this one on.")
@click.option("--seal", "seal_first", is_flag=True, help="First write the manifests of days that are over.")
@json_option
@pass_session
def verify_captures(session: Session, *, since: datetime | None, seal_first: bool, as_json: bool) -> None:
    """核对网页存档和清单链。 Check every kept page against file, row and the chain of manifests; 1 when a fault is found."""
    folder = session.config.captures_folder
    first = since.date() if since else None
    with session.database() as database:
        sealed = seal(database, folder, now=datetime.now(SHANGHAI)) if seal_first else ()
        with _progress(database, first) as progress:
            found = verify(database, folder, since=first, progress=progress)
        totals = capture_totals(database)
    if as_json:
        print_json(
            {"ok": not found.faults, "folder": str(folder), "sealed": sealed, "totals": totals}
            | plain_values(found)
        )
    else:
        for one in sealed:
            click.echo(f"已写清单 sealed {one.day} {one.captures} 页 {one.sha256}")
        _print_verified(found, totals, folder)
    if found.faults:
        click.get_current_context().exit(1)


@click.command(short_help="当时的网页 what stood there")
@click.argument("article_id", metavar="ID", type=int)
@click.option("--version", "number", type=click.IntRange(1), help="Which version; the newest without it.")
@click.option("--page", type=click.IntRange(1), default=1, show_default=True, help="Which page of it.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Save the bytes; as the WARC record if the name ends in .warc.gz.",
)
@json_option
@pass_session
def capture(  # noqa: PLR0913 - one for each option
    session: Session, article_id: int, *, number: int | None, page: int, out: Path | None, as_json: bool
) -> None:
    """看当时网页的原样。 Show or save the bytes from which a report was read."""
    folder = session.config.captures_folder
    with session.database() as database:
        rows = captures_of(database, article_id, number)
    row = _chosen(rows, article_id, page)
    if out is not None:
        _save(folder, row, out)
    if as_json:
        for one in rows:
            print_json(one)
    else:
        _print_capture(rows, row, folder)


def captures_line(totals: CaptureTotals, folder: Path) -> str:
    """The captures in one line, for `jindu status`."""
    told = f"网页存档 captures {folder}：{totals.captures} 页，{print_size(totals.bytes)}"
    if totals.pruned:
        told += f"，已按规则删除 pruned {totals.pruned}"
    if totals.not_kept:
        last = print_time(totals.last_not_kept_at)
        told += f"，没能写下 not kept {totals.not_kept}（最近 last {last}；请看磁盘空间和权限 check disk and permissions）"
    return told


def print_size(size: int) -> str:
    """Bytes for people, in powers of 1000."""
    for unit, length in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if size >= length:
            return f"{size / length:.1f} {unit}"
    return f"{size} B"


@contextmanager
def _progress(database: Database, since: date | None) -> Iterator[Callable[[int], None]]:
    """A bar on a terminal, nothing elsewhere."""
    err = Console(stderr=True)
    if not err.is_terminal:
        yield lambda done: None
        return
    columns = (TextColumn("核对 verifying"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err, transient=True) as bar:
        task = bar.add_task("", total=bytes_to_verify(database, since))
        yield lambda done: bar.advance(task, done)


def _print_verified(found: Verified, totals: CaptureTotals, folder: Path) -> None:
    out = console()
    for fault in found.faults:
        told = f"✗ {fault.day} {FAULTS[fault.kind]}: {fault.where} {fault.detail}".rstrip()
        out.print(Text(told, "bold red"))
    for note in found.notes:
        counted = f"{note.captures} 页 " if note.captures else ""
        out.print(
            Text(
                f"· {note.where} {NOTES[note.kind]}：{counted}{print_size(note.bytes)}".replace("  ", " "),
                "dim",
            )
        )
    light = (
        Text("● 全部相符 all is as it was", "green")
        if not found.faults
        else Text(f"● {len(found.faults)} 处不符 faults", "bold red")
    )
    out.print(light)
    out.print(
        f"核对 checked {found.records} 页 {print_size(found.bytes)}，清单 manifests {found.manifests}，最新清单摘要 head {found.head}"
    )
    out.print(captures_line(totals, folder), markup=False)


def _chosen(rows: tuple[CaptureRow, ...], article_id: int, page: int) -> CaptureRow:
    """That page of the newest of these versions."""
    if not rows:
        raise Failure(
            f"{article_id} 号报道没有网页存档 (no bytes were kept of report {article_id}, or there is no such report)"
        )
    newest = [row for row in rows if row.version == rows[-1].version]
    if page > len(newest):
        raise Failure(f"这一版只有 {len(newest)} 页 (that version has only {len(newest)} pages)")
    return newest[page - 1]


def _save(folder: Path, row: CaptureRow, out: Path) -> None:
    written = packed_record(folder, row) if out.name.endswith(".warc.gz") else standing(folder, row).body
    try:
        out.write_bytes(written)
    except OSError as error:
        raise Failure(f"{out}: 写不了 (cannot be written: {error.strerror})") from error
    click.echo(f"已保存 saved {out} {print_size(len(written))}", err=True)


def _print_capture(rows: tuple[CaptureRow, ...], shown: CaptureRow, folder: Path) -> None:
    out = console()
    for row in rows:
        where = f"{row.file} @{row.offset}" if row.file else row.state
        out.print(
            Text(
                f"第 {row.version} 版第 {row.page} 页 {print_time(row.fetched_at)} HTTP {row.status} {print_size(row.size)} {row.url}",
                "bold" if row is shown else "",
            )
        )
        out.print(
            Text(
                f"  sha256 {row.sha256}  {where if row.state == 'kept' else row.state}  清单 manifest {row.manifest or '—'}",
                "dim",
            )
        )
    told = standing(folder, shown)
    out.print(Text(f"\n{told.url}"))
    for name, value in told.headers:
        out.print(Text(f"  {name}: {value}", "dim"))
    out.print(Text(f"  {len(told.body)} 字节；用 --out 文件名 保存 (bytes; --out FILE saves them)"))
