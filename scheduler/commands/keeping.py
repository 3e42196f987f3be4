"""Look after the archive itself: the commands archive check, backup, restore, vacuum, prune and move."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from scheduler.commands.captures import print_size
from scheduler.commands.session import Failure, Session, json_option, pass_session
from scheduler.health import SILENCE
from scheduler.printing import as_json as plain_values
from scheduler.printing import console, print_json
from scheduler.upkeep import prune_archive
from storage import (
    SHANGHAI,
    Archive,
    Database,
    Ledger,
    Moved,
    back_up,
    check,
    copy_captures,
    move,
    open_database,
    restore,
    rows_to_move,
    size_of,
    vacuum,
)

REMEDIES = {
    "damaged": "文件损坏 the file is damaged：从备份恢复 restore a backup",
    "broken_reference": "行指向不存在的行 rows refer to rows that are not there：从备份恢复 restore a backup",
    "not_indexed": "检索索引里没有 not in the search index：jindu archive move 到新归档会重建 a move makes it anew",
    "no_text": "没有正文 without their texts：从备份恢复 restore a backup",
    "miscounted": "报道数不符 their number of reports is wrong：请报告这个问题 please report it",
    "lost_first": "首发报道不在 their first report is not there：从备份恢复 restore a backup",
    "lost_article": "网址指向不存在的报道 lead to reports that are not there：从备份恢复 restore a backup",
    "unfinished": "迁入没有完成 a move into it was not ended：再次执行同一条 move 或 restore call it again",
}
T = TypeVar("T")
ROOM = 1.1
"""How much free space is asked for, in sizes of the archive."""


@click.group(short_help="归档保养 check, back up, move the archive")
def archive() -> None:
    """归档保养。 Look after the archive itself."""


@archive.command("check")
@json_option
@pass_session
def check_archive(session: Session, *, as_json: bool) -> None:
    """检查归档是否完好。 Whether the archive is sound; 1 when it is not. Changes nothing, runs beside the service."""
    with session.database() as database:
        with _bar({"articles": Archive(database).totals().articles}) as progress:
            problems = check(database, progress=lambda done: progress("articles", done))
        place = database.url
    if as_json:
        print_json({"ok": not problems, "archive": place, "problems": problems})
    else:
        out = console()
        for problem in problems:
            told = f"✗ {problem.kind} {problem.detail}（{problem.count}）{REMEDIES[problem.kind]}"
            out.print(Text(told, "bold red"))
        if not problems:
            out.print(Text(f"● 归档完好 the archive is sound: {place}", "green"))
    if problems:
        click.get_current_context().exit(1)


@archive.command("backup")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--captures", is_flag=True, help="Copy the bytes of pages too, to FILE.captures.")
@json_option
@pass_session
def back_up_archive(session: Session, file: Path, *, captures: bool, as_json: bool) -> None:
    """备份到一个 SQLite 文件，服务不必停。 Back up into one SQLite file while the service runs; restore it anywhere."""
    with session.database() as database:
        _must_have_room(file.parent, size_of(session.config.archive.url))
        with _bar(rows_to_move(database)) as progress:
            size = _told(lambda: back_up(database, file, progress=progress))
    copied = 0
    if captures:
        copied = _told(lambda: copy_captures(session.config.captures_folder, _beside(file)))
    told = {"file": str(file), "bytes": size, "captures_bytes": copied}
    _say(
        told,
        f"已备份 backed up {file} {print_size(size)}"
        + (f"，网页存档 captures {print_size(copied)}" if captures else ""),
        as_json=as_json,
    )


@archive.command("restore")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@json_option
@pass_session
def restore_archive(session: Session, file: Path, *, as_json: bool) -> None:
    """从备份恢复到空的归档。 Restore a backup into the configured archive, which must be empty."""
    if file.is_file():
        for folder in filter(None, (file.parent, _folder_of(session.config.archive.url))):
            _must_have_room(folder, file.stat().st_size)
    with session.database() as database:
        _must_be_at_rest(database)
        with _bar({}) as progress:
            moved = _told(lambda: restore(file, database, progress=progress))
        place = database.url
    if _beside(file).is_dir():
        _told(lambda: copy_captures(_beside(file), session.config.captures_folder))
    _say(moved, f"已恢复 restored {place}：{_counted(moved)}", as_json=as_json)


@archive.command("move")
@click.option(
    "--to",
    "target",
    required=True,
    metavar="URL",
    help="An empty archive: a path, sqlite:///path or postgresql://…",
)
@json_option
@pass_session
def move_archive(session: Session, *, target: str, as_json: bool) -> None:
    """把归档迁到另一个数据库，中断后可继续。 Move to another database; after a crash call it again and it goes on."""
    with session.database() as source:
        _must_be_at_rest(source)
        if (folder := _folder_of(target)) is not None:
            _must_have_room(folder, size_of(session.config.archive.url))
        with open_database(target) as arrived:
            with _bar(rows_to_move(source)) as progress:
                moved = move(source, arrived, progress=progress)
            place = arrived.url
    _say(
        moved,
        f"已迁移并核对 moved and compared {place}：{_counted(moved)}\n"
        f"请改配置 now set: archive.url = {target}，captures.folder = {session.config.captures_folder}",
        as_json=as_json,
    )


@archive.command("vacuum")
@json_option
@pass_session
def vacuum_archive(session: Session, *, as_json: bool) -> None:
    """收回空间。 Give room back; with SQLite, writers wait until it is done."""
    url = session.config.archive.url
    before = size_of(url)
    if (folder := _folder_of(url)) is not None:
        _must_have_room(folder, before)
    with session.database() as database:
        vacuum(database)
    after = size_of(url)
    told = {"bytes_before": before, "bytes_after": after}
    sizes = (
        f"：{print_size(before)} → {print_size(after)}" if before is not None and after is not None else ""
    )
    _say(told, f"已整理 vacuumed{sizes}", as_json=as_json)


@archive.command("prune")
@json_option
@pass_session
def prune(session: Session, *, as_json: bool) -> None:
    """按配置删掉不再需要的。 Forget what [archive] and [captures] say need not be kept; by default nothing but captures over their limit."""
    config = session.config
    with session.database() as database:
        forgotten, retired = prune_archive(database, config, datetime.now(SHANGHAI))
    told = {"forgotten": forgotten, "captures": retired}
    counted = "，".join(f"{kind} {count}" for kind, count in forgotten.items() if count) or "无 nothing"
    _say(
        told,
        f"已删 forgotten：{counted}；网页存档 captures {retired.captures} 页，{print_size(retired.bytes)}",
        as_json=as_json,
    )


def _say(told: object, line: str, *, as_json: bool) -> None:
    if as_json:
        print_json(plain_values(told))
    else:
        click.echo(line)


def _counted(moved: Moved) -> str:
    return f"{moved.rows['article']} 篇 articles，{sum(moved.rows.values())} 行 rows"


def _beside(file: Path) -> Path:
    return Path(f"{file}.captures")


def _told(work: Callable[[], T]) -> T:
    """Do it; trouble with files becomes one line."""
    try:
        return work()
    except OSError as error:
        raise Failure(
            f"{error.filename or ''}: {error.strerror}；请检查空间和权限 (check free space and permissions)"
        ) from error


def _folder_of(url: str) -> Path | None:
    """Where an SQLite archive is; None for a server's."""
    if size_of(url) is None:
        return None
    return Path(url.removeprefix("sqlite:///")).absolute().parent


def _must_have_room(folder: Path, size: int | None) -> None:
    """Raises Failure when a copy of the archive would not fit."""
    if size is None or not folder.is_dir():
        return
    free = shutil.disk_usage(folder).free
    if free < size * ROOM:
        raise Failure(
            f"{folder}: 空间不够 (not enough room): {print_size(free)} free, {print_size(int(size * ROOM))} needed"
        )


def _must_be_at_rest(database: Database) -> None:
    """Raises Failure while a service or a crawl works with the archive."""
    now = datetime.now(SHANGHAI)
    ledger = Ledger(database)
    beat = ledger.beats().get("service")
    if beat is not None and now - beat.at < max(SILENCE, timedelta(seconds=60)):
        raise Failure(
            "服务正在运行或一分钟内还在；请先停下 jindu run，一分钟后再来 (the service runs or did a minute ago; stop jindu run first)"
        )
    if held := ledger.held(now):
        raise Failure(f"{held[0].host} 正在抓取 (is being crawled by {held[0].owner}); wait for it to end")


@contextmanager
def _bar(rows: Mapping[str, int]) -> Iterator[Callable[[str, int], None]]:
    """A bar on a terminal, nothing elsewhere."""
    err = Console(stderr=True)
    if not err.is_terminal:
        yield lambda name, done: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err, transient=True) as bar:
        task = bar.add_task("", total=sum(rows.values()) or None)
        yield lambda name, done: bar.update(task, advance=done, description=name)
