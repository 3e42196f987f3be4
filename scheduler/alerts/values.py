"""What a template of the user's is given: by the kind of message, the values it may print. Pure."""

from collections.abc import Mapping
from typing import Literal, TypeAlias

from scheduler.alerts.formats import Format, markdown_link, unmarked
from scheduler.alerts.harmless import plain
from scheduler.alerts.messages import (
    LABEL_LENGTH,
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
Values: TypeAlias = dict[str, str | int | list[str]]

SERVES: Mapping[Format, Written] = {
    "text": "text",
    "post": "text",
    "markdown": "markdown",
    "dingtalk": "markdown",
    "wecom": "markdown",
    "html": "html",
}
SEQUELS = ("follow_up", "changed", "removed")
COMMON = frozenset({"topic", "kind", "rule", "code"})
REPORT = COMMON | {
    "title", "province", "portal", "source", "time", "figures", "category", "score", "words", "also_on", "extract", "note", "link",
}  # fmt: skip
GIVEN: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(("story", *SEQUELS), REPORT),
    "entry": REPORT | {"number"},
    "digest": frozenset({"topic", "kind", "batch", "number"}),
    "notice": COMMON | {"title", "note", "number"},
    "baseline": COMMON | {"archived", "relevant"},
}
"""Kind of message → what a template for it may print. `entry`: one report in a list; `digest`: the headline of one."""
LISTS = frozenset({"figures", "words", "note"})
NUMBERS = frozenset({"also_on", "number", "archived", "relevant"})


def sample(kind: str, *, full: bool) -> Values:
    """Values with which a template of this kind is tried when it is loaded: all of them, or as few as there may be."""
    many, number, text = (["x", "x", "x"], 2, "x") if full else ([], 0, "")
    return {name: many if name in LISTS else number if name in NUMBERS else text for name in GIVEN[kind]}


def values_of(
    owed: Owed, news: News | None, wording: Wording, written: Written, *, number: int = 0
) -> Values:
    """What the template for an alert is given, harmless in the format that it writes; `number`: its place in a list."""
    common: Values = {
        "topic": wording.topic,
        "kind": owed.kind,
        "rule": plain(owed.rule, LABEL_LENGTH),
        "code": owed.code,
        "number": number,
    }
    if owed.kind == "baseline":
        own: Values = {"archived": owed.silenced, "relevant": owed.silenced_relevant}
    elif news is None:
        first, *rest = note_lines(owed.note) or ("",)
        own = {"title": first, "note": rest}
    else:
        own = _of_report(owed, news, wording)
    return _safe(common | own, written)


def digest_values(batch: str, many: int, wording: Wording) -> Values:
    """What the template for a list's headline is given."""
    return {"topic": wording.topic, "kind": "digest", "batch": batch, "number": many}


def _of_report(owed: Owed, news: News, wording: Wording) -> Values:
    category, score, words = reasons(news.verdict, wording)
    return {
        "title": plain(news.article.title),
        "province": plain(news.province or news.verdict.province or "", LABEL_LENGTH),
        "portal": plain(news.portal_title, LABEL_LENGTH),
        "source": " · ".join(source_names(news)),
        "time": time_of(news.article),
        "category": category,
        "score": score,
        "extract": "".join(extract(news.article.text)),
        "link": link_of(news.article),
        "also_on": news.also_on,
        "figures": list(figures(news.facts, wording)),
        "words": list(words),
        "note": list(note_lines(owed.note)),
    }


def _safe(values: Values, written: Written) -> Values:
    """The values so that nothing in them is markup where they are printed; HTML is escaped when it is."""
    if written != "markdown":
        return values
    quiet: Values = {}
    for name, value in values.items():
        if name == "link":
            quiet[name] = markdown_link(str(value))
        elif isinstance(value, list):
            quiet[name] = [unmarked(one) for one in value]
        else:
            quiet[name] = unmarked(value) if isinstance(value, str) else value
    return quiet
