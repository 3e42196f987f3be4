"""Make a message fit what a channel takes, without cutting what matters. Pure.

Vendors count bytes where Apprise counts characters, and a Chinese character is three bytes: what is too long is refused, or
cut in the middle of the link. So the matched words go first, then the figures, then source and time, each item whole;
title, link and code stay. A link goes only as a whole, when it alone is too long, which no real one is. A title is cut
only where the vendor gives it a field that is too short, and then stands whole in the body.
"""

import json
from dataclasses import dataclass, replace
from typing import Literal

from scheduler.alerts.harmless import ELLIPSIS
from scheduler.alerts.messages import Line, Message

Unit = Literal["bytes", "characters", "json"]

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


def measure(text: str, unit: Unit) -> int:
    """The length of a text as a vendor counts it."""
    if unit == "json":
        return len(json.dumps(text)) - 2
    return len(text.encode()) if unit == "bytes" else len(text.encode("utf-16-le")) // 2


def size(message: Message, limit: Limit) -> int:
    """How much of `limit.total` a message takes."""
    if limit.title is not None or not message.title:
        return measure(message.body, limit.unit)
    return measure(f"{message.title}{LINE_BREAK}{message.body}", limit.unit)


def fit(message: Message, limit: Limit) -> Message:
    """The message, without as many of its least items as the limit demands.

    On a channel that cannot take even a title and a code, the title is cut at last, so that somebody is told.
    """
    message = _fit_title(message, limit)
    while size(message, limit) > limit.total:
        shorter = _without_least(message) or _without_link(message)
        if shorter is None:
            return _cut(message, limit)
        message = shorter
    return message


def _fit_title(message: Message, limit: Limit) -> Message:
    if limit.title is None or measure(message.title, "characters") <= limit.title:
        return message
    return Message(
        title=_shorten(message.title, limit.title, "characters"),
        lines=(Line(head=message.title), *message.lines),
    )


def _without_least(message: Message) -> Message | None:
    """Without the last item, or the head when there is none, of the line of the least worth; None when all must stay."""
    worths = [
        (line.worth, at) for at, line in enumerate(message.lines) if line.worth is not None and line.text
    ]
    if not worths:
        return None
    at = min(worths)[1]
    line = message.lines[at]
    less = replace(line, items=line.items[:-1]) if line.items else replace(line, head="")
    return replace(message, lines=(*message.lines[:at], less, *message.lines[at + 1 :]))


def _without_link(message: Message) -> Message | None:
    if not any(line.is_link for line in message.lines):
        return None
    lines = tuple(Line(head=NO_LINK) if line.is_link else line for line in message.lines)
    return replace(message, lines=lines)


def _cut(message: Message, limit: Limit) -> Message:
    """The last resort: the title, or where that has a field of its own the first line, shortened to what is left."""
    over = size(message, limit) - limit.total
    if limit.title is None:
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
