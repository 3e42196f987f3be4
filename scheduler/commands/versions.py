"""Ask the archive: what became of a report after it was archived."""

from collections.abc import Iterator, Sequence
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from scheduler.commands.session import Failure, Misuse, Session, json_option, pass_session
from scheduler.printing import as_json, console, print_json, print_time
from storage import (
    ArticleHistory,
    Ledger,
    Piece,
    Revisits,
    Rewording,
    Sentence,
    Version,
    Visit,
    changed_figures,
    compare_texts,
)

PARTS = {
    "title": "标题 headline",
    "text": "正文 text",
    "source": "来源 source",
    "authors": "作者 authors",
    "editors": "编辑 editors",
    "verdict": "判定 verdict",
}
GONE = {
    "http_404": "网页不存在 404",
    "http_410": "网页已撤下 410",
    "soft_404": "网页只说内容不存在或已删除 the page says it is gone",
    "front_page": "转到首页 leads to the front page",
    "moved_away": "转到别的网页 leads to another page",
    "replaced": "换成了别的页面 another page in its place",
    "emptied": "正文被清空 emptied",
}
STYLES = {"same": "", "removed": "red strike", "added": "green"}
MARKS = {"removed": ("[-", "-]"), "added": ("{+", "+}"), "same": ("", "")}
"""How pieces are told apart where there are no colours."""
AROUND = 1
"""Sentences without a change that are printed before and after one with."""


@click.command(short_help="改稿与撤稿 what was changed or removed")
@click.argument("article_id", metavar="ID", type=int)
@click.option(
    "--diff", "number", type=int, metavar="N", help="Only what version N has other than the one before."
)
@json_option
@pass_session
def versions(session: Session, article_id: int, number: int | None, *, as_json: bool) -> None:
    """一篇报道改过什么、撤下没有。 What was changed in a report since it was archived, and whether its page is gone."""
    with session.database() as database:
        history = Ledger(database).history(article_id)
        if history is None:
            raise Failure(
                f"归档里没有 {article_id} 号报道；编号见 jindu search (no such report; search prints the ids)"
            )
        visits = Revisits(database).visits(article_id)
    _check(number, len(history.versions))
    if as_json:
        print_json(versions_record(history, visits))
    else:
        _print_versions(history, visits, number, console())


def _check(number: int | None, count: int) -> None:
    """Raise Misuse for a version that has none before it."""
    if number is None or 2 <= number <= count:
        return
    if count == 1:
        raise Misuse(f"--diff {number}: 这篇报道没有改过 (this report was never changed)")
    raise Misuse(
        f"--diff {number}: 这篇报道有 {count} 个版本，请写 2 到 {count} (it has {count} versions; the first has none before it)"
    )


def versions_record(history: ArticleHistory, visits: Sequence[Visit]) -> dict[str, Any]:
    """The versions for programs, each with its difference from the one before."""
    pairs = list(zip((None, *history.versions), history.versions, strict=False))
    return {
        "article_id": history.id,
        "removed_at": as_json(history.removed_at),
        "removed_why": history.removed_why,
        "versions": [as_json(new) | _since(old, new) for old, new in pairs],
        "visits": as_json(visits),
        "revisit": as_json(history.revisit),
    }


def standing_lines(history: ArticleHistory) -> Iterator[Text]:
    """In `jindu show`: whether the report was changed or its page removed; nothing when neither."""
    if history.removed_at is not None:
        yield Text(
            f"⚠ 原网页已撤下 removed {print_time(history.removed_at)}：{GONE.get(history.removed_why, history.removed_why)}",
            "bold red",
        )
    for version in history.versions[1:]:
        told = f"：{version.figures}" if version.figures else ""
        yield Text(
            f"✎ 第 {version.number} 版 version {version.number} {print_time(version.seen_at)} {_parts(version)}{told}",
            "yellow",
        )
    if len(history.versions) > 1:
        yield Text(f"  对照 diff: jindu versions {history.id}", "dim")


def standing_record(history: ArticleHistory) -> dict[str, Any]:
    """The same for programs."""
    return {
        "removed_at": as_json(history.removed_at),
        "removed_why": history.removed_why,
        "versions": [
            {
                "number": version.number,
                "seen_at": as_json(version.seen_at),
                "changed": list(version.changed),
                "figures": version.figures,
            }
            for version in history.versions
        ],
    }


def rewording_lines(difference: Rewording) -> Iterator[Text]:
    """A difference to read: what was removed and added, with a sentence around it, `…` for what is left out."""
    if any(piece.kind != "same" for piece in difference.title):
        yield Text.assemble(("标题 ", "dim"), _drawn(difference.title))
    shown = _near_changes(difference.sentences)
    line, skipping = Text(), False
    for at, sentence in enumerate(difference.sentences):
        if at not in shown:
            skipping = True
            continue
        if line and (skipping or sentence.begins_paragraph):
            yield line
            line = Text()
        line.append("… " if skipping else "", "dim")
        line.append_text(_sentence(sentence))
        skipping = False
    if line:
        yield line


def _near_changes(sentences: Sequence[Sentence]) -> set[int]:
    changed = [at for at, one in enumerate(sentences) if one.kind in ("changed", "removed", "added")]
    return {
        near
        for at in changed
        for near in range(at - AROUND, at + AROUND + 1)
        if near in changed or 0 <= near < len(sentences)
    }


def _sentence(sentence: Sentence) -> Text:
    if sentence.kind == "moved":
        return Text.assemble(("〔移到此处 moved〕", "dim"), _drawn(sentence.pieces))
    return _drawn(sentence.pieces)


def _drawn(pieces: Sequence[Piece]) -> Text:
    drawn = Text()
    for piece in pieces:
        opening, closing = MARKS[piece.kind]
        drawn.append(f"{opening}{piece.text}{closing}", STYLES[piece.kind])
    return drawn


def _since(old: Version | None, new: Version) -> dict[str, Any]:
    """What a version has other than the one before."""
    if old is None:
        return {}
    difference = compare_texts((old.title, old.text), (new.title, new.text))
    return {
        "difference": as_json(difference),
        "changed_figures": as_json(changed_figures(old.facts, new.facts)),
    }


def _parts(version: Version) -> str:
    return "、".join(PARTS[part] for part in version.changed)


def _print_versions(
    history: ArticleHistory, visits: Sequence[Visit], number: int | None, out: Console
) -> None:
    out.print(Text(history.title or "（无标题）", "bold"))
    for old, new in zip((None, *history.versions), history.versions, strict=False):
        if number in (None, new.number):
            _print_version(old, new, out)
    if number is not None:
        return
    if history.removed_at is not None:
        why = GONE.get(history.removed_why, history.removed_why)
        out.print(Text(f"\n⚠ 原网页已撤下 removed {print_time(history.removed_at)}：{why}", "bold red"))
    _print_visits(history, visits, out)


def _print_version(old: Version | None, new: Version, out: Console) -> None:
    if old is None:
        out.print(Text(f"第 1 版 version 1 {print_time(new.seen_at)} 入库 archived", "dim"))
        return
    out.print(
        Text(
            f"\n第 {new.number} 版 version {new.number} {print_time(new.seen_at)} 改动 changed: {_parts(new)}"
        )
    )
    for figure in changed_figures(old.facts, new.facts):
        out.print(Text(f"  数字 figure: {figure.words_before} → {figure.words_after}", "bold yellow"))
    for name, before, after in _lesser(old, new):
        out.print(Text(f"  {name}: {before or '—'} → {after or '—'}"))
    for line in rewording_lines(compare_texts((old.title, old.text), (new.title, new.text))):
        out.print(Text.assemble("  ", line))


def _lesser(old: Version, new: Version) -> Iterator[tuple[str, str, str]]:
    """Changes beside headline and text, before and after."""
    yield from (
        (PARTS[name], "、".join(before), "、".join(after))
        for name, before, after in (
            ("source", [old.source or ""], [new.source or ""]),
            ("authors", old.authors, new.authors),
            ("editors", old.editors, new.editors),
        )
        if name in new.changed
    )
    if "verdict" in new.changed:
        words = {True: "相关 relevant", False: "不相关 not relevant"}
        yield PARTS["verdict"], words[old.relevant], words[new.relevant]


def _print_visits(history: ArticleHistory, visits: Sequence[Visit], out: Console) -> None:
    for visit in visits:
        out.print(Text(visit_line(visit), "dim"))
    if history.revisit is not None and history.revisit.next_at is not None:
        out.print(Text(f"下次复查 next look: {print_time(history.revisit.next_at)}", "dim"))


SEEN = {
    "not_modified": "没有改动（服务器说） not modified",
    "unchanged": "没有改动 unchanged",
    "changed": "改稿 changed",
    "gone": "像是撤下了，再看一次才算 seems gone, to be confirmed",
    "site_gone": "整站页面不可见，不当作删稿 gone with its whole site, not called removed",
    "removed": "已撤下 removed",
    "back": "又恢复了 back",
}


def visit_line(visit: Visit) -> str:
    """One look at a page, in a line."""
    what = SEEN.get(visit.outcome) if visit.archived else None
    told = what or f"没取到 failed: {visit.outcome}"
    detail = f"（{visit.detail}）" if visit.detail else ""
    again = f"，下次 next {print_time(visit.next_at)}" if visit.next_at else ""
    kind = "复查 re-look" if visit.archived else "抓取 fetch"
    return f"{kind} {print_time(visit.at)} {told}{detail}{again}"
