"""Messages in the user's own words: Jinja templates in a sandbox that can neither reach anything nor run for long.

A template is checked when it is loaded: it may print the values below, choose (`if`) and list (`for`), and nothing else: no
calls, no arithmetic, no attributes, no other files. So its time and length are bounded by its own. Every value is harmless in
the format of the template already.
"""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from traceback import extract_tb
from typing import Literal, TypeAlias, get_args

import jinja2
from jinja2 import nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from scheduler.alerts.formats import Format, markdown_link, unmarked
from scheduler.alerts.harmless import plain
from scheduler.alerts.messages import (
    LABEL_LENGTH,
    Line,
    Message,
    News,
    extract,
    figures,
    link_of,
    note_lines,
    reasons,
    source_names,
    time_of,
)
from scheduler.alerts.wording import Wording
from storage import Owed

Written: TypeAlias = Literal["title", "text", "markdown", "html"]
"""What a template writes: the headline, or the body in one of three formats."""
Kind: TypeAlias = Literal["story", "follow_up", "changed", "removed"]
SUFFIX = ".jinja"
LONGEST_TEMPLATE = 10_000
"""Characters of a template file."""
LONGEST_MESSAGE = 20_000
"""Characters a template may print."""
DEEPEST = 2
"""How deep `for` may stand in `for`."""

SERVES: Mapping[Format, Written] = {
    "text": "text",
    "post": "text",
    "markdown": "markdown",
    "dingtalk": "markdown",
    "wecom": "markdown",
    "html": "html",
}
FILTERS = frozenset(
    {"count", "default", "first", "join", "last", "length", "lower", "round", "trim", "truncate", "upper"}
)
ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.Tuple, nodes.List, nodes.If, nodes.For,
    nodes.CondExpr, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Concat, nodes.Filter, nodes.Test,
    nodes.Keyword, nodes.Getitem, nodes.Getattr,
)  # fmt: skip
FAULTS = (jinja2.TemplateError, TypeError, ValueError, LookupError, ArithmeticError, AttributeError)
VALUES = frozenset(
    {
        "topic", "kind", "title", "province", "portal", "source", "time", "figures", "category", "score", "words", "also_on",
        "extract", "note", "link", "rule", "code",
    }
)  # fmt: skip
"""What a template may print; lists are `figures`, `words` and `note`."""


TEXTS = dict.fromkeys(VALUES - {"figures", "words", "note"}, "x") | {"also_on": 2}
FULL: Mapping[str, object] = TEXTS | {name: ["x", "x", "x"] for name in ("figures", "words", "note")}
BARE: Mapping[str, object] = dict.fromkeys(TEXTS, "") | {"also_on": 0, "figures": [], "words": [], "note": []}
"""With these two every template is tried when it is loaded."""


class TemplateFault(Exception):
    """A template cannot be used: the text names file and line and says what is wrong."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Templates:
    """The user's templates, by kind of alert and by what they write; none at all is usual."""

    made: Mapping[tuple[str, str], jinja2.Template] = field(default_factory=dict)

    def message(self, owed: Owed, news: News, wording: Wording, as_format: Format) -> Message | None:
        """The message as the user's templates word it; None when they have none for it. Raises TemplateFault."""
        body = self._find(owed.kind, SERVES[as_format])
        title = self._find(owed.kind, "title")
        if body is None:
            return None
        told = _print(body, values_of(owed, news, wording, SERVES[as_format]))
        heading = _print(title, values_of(owed, news, wording, "text")) if title else ""
        return Message(
            title=" ".join(heading.split()),
            lines=_lines(told, owed, news, SERVES[as_format]),
            is_ready=True,
        )

    def _find(self, kind: str, written: str) -> jinja2.Template | None:
        """A sequel without a template of its own is worded as a story is."""
        return self.made.get((kind, written)) or (
            self.made.get(("story", written)) if kind in get_args(Kind) else None
        )


def load_templates(folder: Path | None) -> Templates:
    """Every `KIND.WRITTEN.jinja` of a folder, checked. Raises TemplateFault with file and line."""
    if folder is None:
        return Templates()
    if not folder.is_dir():
        raise TemplateFault(f"templates.folder: 没有文件夹 {folder} (no such folder)")
    made: dict[tuple[str, str], jinja2.Template] = {}
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        kind, _, written = path.name.removesuffix(SUFFIX).partition(".")
        if kind not in get_args(Kind) or written not in get_args(Written):
            known = f"{'|'.join(get_args(Kind))}.{'|'.join(get_args(Written))}{SUFFIX}"
            raise TemplateFault(f"{path}: 文件名不对 (the name of a template is {known})")
        made[kind, written] = _load(path, written)
        for values in (FULL, BARE):
            _print(made[kind, written], values)
    return Templates(made=made)


def values_of(owed: Owed, news: News, wording: Wording, written: str) -> dict[str, object]:
    """What a template is given, harmless in the format that it writes."""

    def safe(text: str) -> str:
        return unmarked(text) if written == "markdown" else text

    category, score, words = reasons(news.verdict, wording)
    link = link_of(news.article)
    texts = {
        "topic": wording.topic,
        "title": plain(news.article.title),
        "province": plain(news.province or news.verdict.province or "", LABEL_LENGTH),
        "portal": plain(news.portal_title, LABEL_LENGTH),
        "source": " · ".join(source_names(news)),
        "time": time_of(news.article),
        "category": category,
        "extract": "".join(extract(news.article.text)),
        "rule": plain(owed.rule, LABEL_LENGTH),
    }
    lists = {"figures": figures(news.facts, wording), "words": words, "note": note_lines(owed.note)}
    return {
        **{name: safe(text) for name, text in texts.items()},
        **{name: [safe(one) for one in many] for name, many in lists.items()},
        "link": markdown_link(link) if written == "markdown" else link,
        "kind": owed.kind,
        "code": owed.code,
        "score": score,
        "also_on": news.also_on,
    }


def _lines(told: str, owed: Owed, news: News, written: Written) -> tuple[Line, ...]:
    """The body line by line; where one must go the last goes first, but for link and code, and the code always stands."""
    code = f"#{owed.code}"
    if code not in told:
        told += f"\n<p>编号：{code}</p>" if written == "html" else f"\n编号：{code}"
    link = link_of(news.article)
    rows = told.splitlines()
    return tuple(
        Line(head=row, worth=None if code in row or (link and link in row) else len(rows) - at)
        for at, row in enumerate(rows)
    )


def _print(template: jinja2.Template, values: Mapping[str, object]) -> str:
    pieces, length = [], 0
    try:
        for piece in template.generate(values):
            pieces.append(piece)
            length += len(piece)
            if length > LONGEST_MESSAGE:
                raise TemplateFault(f"{template.name}: 太长 (prints more than {LONGEST_MESSAGE} characters)")
    except FAULTS as error:
        rows = [row.lineno for row in extract_tb(error.__traceback__) if row.filename == template.filename]
        raise TemplateFault(f"{template.name}:{rows[-1] if rows else 1}: 出错 (failed): {error}") from error
    return "".join(pieces)


def _load(path: Path, written: str) -> jinja2.Template:
    try:
        source = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise TemplateFault(f"{path}: 读不了 (cannot be read): {error}") from error
    if len(source) > LONGEST_TEMPLATE:
        raise TemplateFault(f"{path}: 太长 (longer than {LONGEST_TEMPLATE} characters)")
    environment = ImmutableSandboxedEnvironment(
        autoescape=written == "html", undefined=jinja2.StrictUndefined
    )
    try:
        tree = environment.parse(source)
        _check(tree, path)
        code = environment.compile(tree, name=path.name, filename=str(path))
    except RecursionError as error:
        raise TemplateFault(f"{path}:1: 嵌套太深 (nested too deep)") from error
    except jinja2.TemplateSyntaxError as error:
        raise TemplateFault(f"{path}:{error.lineno}: 语法不对 (syntax): {error.message}") from error
    return jinja2.Template.from_code(environment, code, environment.make_globals({}))


def _check(tree: nodes.Template, path: Path) -> None:
    """Raises TemplateFault for the first thing a template may not do."""
    known = VALUES | {"loop"} | set(_assigned(tree))
    for node, depth in _walk(tree, 0):
        if why := _forbidden(node, depth, known):
            raise TemplateFault(f"{path}:{node.lineno}: {why}")


def _walk(node: nodes.Node, depth: int) -> Iterator[tuple[nodes.Node, int]]:
    yield node, depth
    for child in node.iter_child_nodes():
        yield from _walk(child, depth + isinstance(node, nodes.For))


def _assigned(tree: nodes.Template) -> Iterator[str]:
    return (name.name for name in tree.find_all(nodes.Name) if name.ctx == "store")


def _forbidden(node: nodes.Node, depth: int, known: frozenset[str] | set[str]) -> str:
    if not isinstance(node, ALLOWED):
        return f"模板里不能用 (not allowed in a template): {type(node).__name__.lower()}"
    if isinstance(node, nodes.Name) and node.ctx == "load" and node.name not in known:
        close = difflib.get_close_matches(node.name, known, n=1) or sorted(VALUES)
        return f"没有这个值 (no such value): {node.name}; {', '.join(close)}"
    if isinstance(node, nodes.Filter) and node.name not in FILTERS:
        return f"没有这个过滤器 (filters are {', '.join(sorted(FILTERS))}): {node.name}"
    if isinstance(node, nodes.Getattr) and not _is_of_loop(node):
        return f"不能取属性 (attributes cannot be read): {node.attr}"
    if isinstance(node, nodes.Getitem) and not isinstance(node.arg, nodes.Const):
        return "下标只能是数字 (an index is a number)"
    if isinstance(node, nodes.For) and (node.recursive or depth >= DEEPEST):
        return f"循环太深 (loops at most {DEEPEST} deep, none recursive)"
    return ""


def _is_of_loop(node: nodes.Getattr) -> bool:
    return (
        isinstance(node.node, nodes.Name)
        and node.node.name == "loop"
        and node.attr in {"first", "last", "index"}
    )
