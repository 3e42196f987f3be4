"""Make a message fit what a channel takes, without cutting what matters. Pure.

Vendors count bytes where Apprise counts characters, and a Chinese character is three bytes: what is too long is refused, or
cut in the middle of the link. So the matched words go first, then the figures, then source and time, each item whole;
title, link and code stay. A link goes only as a whole, when it alone is too long, which no real one is. A title is cut
only where the vendor gives it a field that is too short, and then stands whole in the body. A digest is spread over as many
messages as its entries need, none of them broken.
"""

import json
from dataclasses import dataclass, replace
from typing import Literal

from scheduler.alerts.formats import TITLED, Format, render
from scheduler.alerts.harmless import ELLIPSIS
from scheduler.alerts.messages import Line, Message

Unit = Literal["bytes", "characters", "json", "wide_json"]

LINE_BREAK = "\r\n"
"""What Apprise puts between title and body where a vendor has no field for a title."""
NO_LINK = "链接太长，未列出 (the link is too long for this channel)"


@dataclass(frozen=True, kw_only=True, slots=True)
class Limit:
    """What a vendor takes in one message."""

    unit: Unit
    total: int
    """In `unit`: of the body, and of the title with it unless `title` is given."""
    title: int | None = None
    """Characters of a title that is counted by itself."""
    format: Format = "text"
    """What the vendor is sent."""


def measure(text: str, unit: Unit) -> int:
    """The length of a text as a vendor counts it."""
    if unit == "json":
        return len(json.dumps(text)) - 2
    if unit == "wide_json":
        return len(json.dumps(text, ensure_ascii=False).encode()) - 2
    return len(text.encode()) if unit == "bytes" else len(text.encode("utf-16-le")) // 2


def size(message: Message, limit: Limit) -> int:
    """How much of `limit.total` a message takes."""
    body = render(message, limit.format).body
    if limit.title is not None or not message.title or limit.format in TITLED:
        return measure(body, limit.unit)
    return measure(f"{message.title}{LINE_BREAK}{body}", limit.unit)


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One of the messages that one is sent as, and how many of its entries, in order, it holds."""

    message: Message
    entries: int


def split(message: Message, limit: Limit) -> tuple[Part, ...]:
    """The messages that one is sent as: itself, made to fit, or a digest's parts, numbered, no entry broken."""
    if not message.entries:
        return (Part(message=fit(message, limit), entries=0),)
    rows: list[list[tuple[Line, ...]]] = [[]]
    for entry in message.entries:
        if rows[-1] and size(_part(message, [*rows[-1], entry], "（99/99）"), limit) > limit.total:
            rows.append([])
        rows[-1].append(entry)
    many = len(rows)
    numbers = [f"（{at}/{many}）" if many > 1 else "" for at in range(1, many + 1)]
    return tuple(
        Part(message=fit(_part(message, row, number), limit), entries=len(row))
        for row, number in zip(rows, numbers, strict=True)
    )


def _part(message: Message, row: list[tuple[Line, ...]], number: str) -> Message:
    lines = (*message.lines, *(line for entry in row for line in entry), *message.closing)
    return replace(message, title=message.title + number, lines=lines, entries=(), closing=())


def fit(message: Message, limit: Limit) -> Message:
    """The message, without as many of its least items as the limit demands.

    On a channel that cannot take even a title and a code, the title is cut at last, so that somebody is told. Entries
    are printed as lines; `split` spreads those that one message does not hold.
    """
    message = _fit_title(_as_lines(message), limit)
    while size(message, limit) > limit.total:
        shorter = _without_least(message) or _without_link(message)
        if shorter is None:
            return _cut(message, limit)
        message = shorter
    return message


def _as_lines(message: Message) -> Message:
    return replace(message, lines=message.all_lines, entries=(), closing=())


def _fit_title(message: Message, limit: Limit) -> Message:
    if limit.title is None or measure(message.title, "characters") <= limit.title:
        return message
    return replace(
        message,
        title=_shorten(message.title, limit.title, "characters"),
        lines=(Line(head=message.title), *message.lines),
    )


def _without_least(message: Message) -> Message | None:
    """Without the last item, or the rest when there is none, of the line of the least worth; None when all must stay."""
    worths = [
        (line.worth, -at) for at, line in enumerate(message.lines) if line.worth is not None and line.text
    ]
    if not worths:
        return None
    at = -min(worths)[1]
    line = message.lines[at]
    less = replace(line, items=line.items[:-1]) if line.items else replace(line, head="", link="")
    return replace(message, lines=(*message.lines[:at], less, *message.lines[at + 1 :]))


def _without_link(message: Message) -> Message | None:
    if not any(line.link for line in message.lines):
        return None
    lines = tuple(Line(head=NO_LINK) if line.link else line for line in message.lines)
    return replace(message, lines=lines)


def _cut(message: Message, limit: Limit) -> Message:
    """The last resort: the title, or where that has a field of its own the first line, shortened to what is left."""
    over = size(message, limit) - limit.total
    if limit.title is None or not message.lines:
        room = measure(message.title, limit.unit) - over
        return replace(message, title=_shorten(message.title, max(room, 0), limit.unit))
    first, *rest = message.lines
    room = measure(first.text, limit.unit) - over
    return replace(message, lines=(Line(head=_shorten(first.text, max(room, 0), limit.unit)), *rest))


def _shorten(text: str, room: int, unit: Unit) -> str:
    """As many whole characters as have room with an ellipsis after them."""
    while text and measure(text + ELLIPSIS, unit) > room:
        text = text[:-1]
    return f"{text}{ELLIPSIS}" if text else ""
