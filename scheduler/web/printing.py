"""How values are printed on a page: times in Asia/Shanghai, passages with their marks, figures with units."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from markupsafe import Markup, escape

from scheduler.alerts.harmless import legible, safe_link
from scheduler.alerts.messages import print_amount
from scheduler.printing import print_delay
from storage import SHANGHAI, Passage, Piece, Precision


def print_moment(moment: datetime | None, precision: Precision = "minute") -> Markup:
    """A time as `<time>`, to the minute or the day."""
    if moment is None:
        return Markup("—")
    local = moment.astimezone(SHANGHAI)
    shown = f"{local:%Y-%m-%d %H:%M}" if precision == "minute" else f"{local:%Y-%m-%d}"
    machine = local.isoformat(timespec="minutes") if precision == "minute" else shown
    return Markup('<time datetime="{}">{}</time>').format(machine, shown)


def print_count(count: int) -> str:
    """A number of things."""
    return f"{count:,}"


def print_day(day: date) -> Markup:
    """A day as `<time>`."""
    return Markup('<time datetime="{0}">{0}</time>').format(day.isoformat())


def print_marks(passage: Passage) -> Markup:
    """A passage with `<mark>` around what was found; everything else is escaped."""
    shown, at = Markup(""), 0
    for start, end in passage.marks:
        shown += escape(legible(passage.text[at:start]))
        shown += Markup("<mark>{}</mark>").format(legible(passage.text[start:end]))
        at = end
    return shown + escape(legible(passage.text[at:]))


def print_words(value: Any) -> Any:
    """What every expression of a template goes through before it is escaped."""
    return legible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def print_title(title: Mapping[str, Any]) -> Markup:
    """A headline with its marks: `{"text": …, "marks": …}`."""
    return print_marks(Passage(text=title["text"], marks=tuple(title["marks"])))


def print_piece(piece: Piece) -> Markup:
    """A piece of a difference: what went as `<del>`, what came as `<ins>`."""
    if piece.kind == "same":
        return escape(legible(piece.text))
    return Markup("<{0}>{1}</{0}>").format("del" if piece.kind == "removed" else "ins", legible(piece.text))


FILTERS: Mapping[str, Callable[..., Any]] = {
    "moment": print_moment,
    "count": print_count,
    "day": print_day,
    "marks": print_marks,
    "titled": print_title,
    "piece": print_piece,
    "delay": print_delay,
    "amount": print_amount,
    "link": safe_link,
}
"""What templates may apply; `link` gives an http(s) address or nothing."""
