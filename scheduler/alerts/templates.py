"""Messages in the user's own words: Jinja templates in a sandbox that can neither reach anything nor run for long.

A template is checked when it is loaded: it may print the values below, choose (`if`) and list (`for`), and nothing else: no
calls, no arithmetic, no attributes, no other files. So its time and length are bounded by its own. Every value is harmless in
the format of the template already.
"""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from traceback import extract_tb

import jinja2
from jinja2 import nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from scheduler.alerts.formats import Format
from scheduler.alerts.messages import Line, Message, News, link_of
from scheduler.alerts.summaries import Told
from scheduler.alerts.values import GIVEN, SEQUELS, SERVES, Values, Written, digest_values, sample, values_of
from scheduler.alerts.wording import Wording
from storage import Owed

SUFFIX = ".jinja"
WRITTEN: Mapping[str, tuple[Written, ...]] = {
    **dict.fromkeys(GIVEN, ("title", "text", "markdown", "html")),
    "entry": ("text", "markdown", "html"),
    "digest": ("title",),
}
"""What there can be a template for, by kind of message."""
LONGEST_TEMPLATE = 10_000
"""Characters of a template file."""
LONGEST_MESSAGE = 20_000
"""Characters a template may print."""
DEEPEST = 2
"""How deep `for` may stand in `for`."""

FILTERS = frozenset(
    {"count", "default", "first", "join", "last", "length", "lower", "round", "trim", "truncate", "upper"}
)
ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.Tuple, nodes.List, nodes.If, nodes.For,
    nodes.CondExpr, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Concat, nodes.Filter, nodes.Test,
    nodes.Keyword, nodes.Getitem, nodes.Getattr,
)  # fmt: skip
FAULTS = (jinja2.TemplateError, TypeError, ValueError, LookupError, ArithmeticError, AttributeError)


class TemplateFault(Exception):
    """A template cannot be used: the text names file and line and says what is wrong."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Templates:
    """The user's templates, by kind of alert and by what they write; none at all is usual."""

    made: Mapping[tuple[str, str], jinja2.Template] = field(default_factory=dict)

    def word(self, ours: Message, told: Told, wording: Wording, as_format: Format) -> Message:
        """The message as the user's templates word it, ours where they have none. Raises TemplateFault."""
        owed, news = told.owed, told.news
        if title := self._find(owed.kind, "title"):
            printed = " ".join(_print(title, values_of(owed, news, wording, "title")).split())
            ours = replace(ours, title=printed or ours.title)
        if body := self._find(owed.kind, SERVES[as_format]):
            printed = _print(body, values_of(owed, news, wording, SERVES[as_format]))
            ours = replace(ours, lines=_lines(printed, owed, news, SERVES[as_format]))
        return ours

    def word_list(
        self, ours: Message, batch: Sequence[Told], wording: Wording, as_format: Format, *, many: int
    ) -> Message:
        """A message of several alerts, each entry and the headline where there are templates. Raises TemplateFault."""
        entries = tuple(
            self._entry(told, wording, SERVES[as_format], number) or entry
            for number, (told, entry) in enumerate(zip(batch, ours.entries, strict=True), start=1)
        )
        title = self._find("digest", "title")
        given = digest_values(batch[0].owed.batch, many, wording)
        printed = " ".join(_print(title, given).split()) if title else ""
        return replace(ours, title=printed or ours.title, entries=entries)

    def _entry(self, told: Told, wording: Wording, written: Written, number: int) -> tuple[Line, ...]:
        made = self._find("notice" if told.news is None else "entry", written)
        if made is None:
            return ()
        printed = _print(made, values_of(told.owed, told.news, wording, written, number=number))
        return _lines(printed, told.owed, told.news, written)

    def _find(self, kind: str, written: str) -> jinja2.Template | None:
        """A sequel without a template of its own is worded as a story is."""
        return self.made.get((kind, written)) or (
            self.made.get(("story", written)) if kind in SEQUELS else None
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
        if written not in WRITTEN.get(kind, ()):
            known = ", ".join(f"{name}.{'|'.join(each)}{SUFFIX}" for name, each in WRITTEN.items())
            raise TemplateFault(f"{path}: 文件名不对 (the name of a template is one of {known})")
        made[kind, written] = _load(path, kind, written)
        for full in (True, False):
            _print(made[kind, written], sample(kind, full=full))
    return Templates(made=made)


def _lines(told: str, owed: Owed, news: News | None, written: Written) -> tuple[Line, ...]:
    """The body line by line; where one must go the last goes first, but for link and code, and the code always stands."""
    code = f"#{owed.code}"
    if code not in told:
        told += f"\n<p>编号：{code}</p>" if written == "html" else f"\n编号：{code}"
    link = link_of(news.article) if news else ""
    rows = told.splitlines()
    return tuple(
        Line(head=row, worth=None if code in row or (link and link in row) else len(rows) - at, is_ready=True)
        for at, row in enumerate(rows)
    )


def _print(template: jinja2.Template, values: Values) -> str:
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


def _load(path: Path, kind: str, written: str) -> jinja2.Template:
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
        _check(tree, path, GIVEN[kind])
        code = environment.compile(tree, name=path.name, filename=str(path))
    except RecursionError as error:
        raise TemplateFault(f"{path}:1: 嵌套太深 (nested too deep)") from error
    except jinja2.TemplateSyntaxError as error:
        raise TemplateFault(f"{path}:{error.lineno}: 语法不对 (syntax): {error.message}") from error
    return jinja2.Template.from_code(environment, code, environment.make_globals({}))


def _check(tree: nodes.Template, path: Path, given: frozenset[str]) -> None:
    """Raises TemplateFault for the first thing a template may not do."""
    known = given | {"loop"} | set(_assigned(tree))
    for node, depth in _walk(tree, 0):
        if why := _forbidden(node, depth, known):
            raise TemplateFault(f"{path}:{node.lineno}: {why}")


def _walk(node: nodes.Node, depth: int) -> Iterator[tuple[nodes.Node, int]]:
    yield node, depth
    for child in node.iter_child_nodes():
        yield from _walk(child, depth + isinstance(node, nodes.For))


def _assigned(tree: nodes.Template) -> Iterator[str]:
    return (name.name for name in tree.find_all(nodes.Name) if name.ctx == "store")


def _forbidden(node: nodes.Node, depth: int, known: frozenset[str]) -> str:
    if not isinstance(node, ALLOWED):
        return f"模板里不能用 (not allowed in a template): {type(node).__name__.lower()}"
    if isinstance(node, nodes.Name) and node.ctx == "load" and node.name not in known:
        close = difflib.get_close_matches(node.name, known, n=1) or sorted(known)
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
