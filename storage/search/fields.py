"""The fields of a query: what may stand before a colon, and what its value must look like. Pure."""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Literal, TypeAlias, get_args

from storage.errors import QueryError
from storage.search.terms import fold
from storage.telling.figures import Bound, FigureError, FigureWords, parse_bound
from storage.values.model import SHANGHAI, Category

FieldName: TypeAlias = Literal[
    "province", "place", "portal", "category", "substance", "source", "reporter", "figure", "since", "until", "day",
    "story", "is",
]  # fmt: skip
State: TypeAlias = Literal["relevant", "first", "changed", "removed", "silent"]
"""What an article can be asked to be; `first`: the first report of its story."""

NAMES: dict[str, FieldName | Literal["title"]] = {
    "省": "province", "省份": "province", "地": "place", "地方": "place", "门户": "portal", "类": "category", "类别": "category",
    "毒品": "substance", "来源": "source", "记者": "reporter", "作者": "reporter", "数字": "figure", "自": "since", "至": "until",
    "日": "day", "日期": "day", "报道": "story", "是": "is", "标题": "title", "title": "title", "author": "reporter", "date": "day",
    **{name: name for name in get_args(FieldName)},
}  # fmt: skip
"""What a reader may write for each field."""
STATES: dict[str, State] = {
    "相关": "relevant",
    "首发": "first",
    "改过": "changed",
    "已删": "removed",
    "静默": "silent",
    **{name: name for name in get_args(State)},
}
_UNITS = re.compile(r"(?P<year>\d{4})(?:-(?P<month>\d{1,2})(?:-(?P<day>\d{1,2}))?)?")


@dataclass(frozen=True, slots=True)
class Field:
    """A condition on what is known of an article, beside its words."""

    name: FieldName
    value: str
    """As it is compared: folded, with aliases resolved; a figure as it was written."""
    position: int = field(default=0, compare=False)
    """Where the value stands in the query."""
    bound: Bound | None = None
    """What a figure must be, once the words of the topic are known."""


@dataclass(frozen=True, kw_only=True, slots=True)
class QueryWords:
    """What readers call things, as the topic says it; all words folded."""

    figures: FigureWords = field(default_factory=FigureWords)
    categories: Mapping[str, str] = field(default_factory=dict)
    """Word → category."""


def field_name(word: str, position: int) -> FieldName | Literal["title"] | None:
    """The field that `word` names, or None for a word that is no field.

    Raises `QueryError` for one that is nearly a field: a slip must not become a search for its letters.
    """
    lowered = fold(word)
    if found := NAMES.get(lowered):
        return found
    close = difflib.get_close_matches(lowered, [name for name in NAMES if len(name) > 3], n=1, cutoff=0.75)
    if close:
        raise QueryError(
            f"query: no field is called {word!r} at character {position + 1}; did you mean {close[0]}:",
            position=position,
        )
    return None


def read_field(name: FieldName, value: str, position: int) -> Field:
    """A field with its value checked. Raises `QueryError` that says how to write it."""
    value = value.strip()
    if not value:
        raise _wrong(name, "a value is missing", "write e.g. 省:甘肃", position)
    match name:
        case "is":
            return Field("is", _state(value, position), position)
        case "since" | "until" | "day":
            span_of_day(value, position)
        case "story" if not (value.isascii() and value.isdigit() and len(value) < 19):
            raise _wrong(
                name, f"{value!r} is no number", "write the number of a story, e.g. story:17", position
            )
    return Field(name, value if name in ("portal", "figure") else fold(value), position)


def resolved(asked: Field, words: QueryWords) -> Field:
    """A field with the topic's words for substances, categories and figures understood.

    Raises `QueryError` for a figure or category that cannot be read.
    """
    match asked.name:
        case "substance":
            return replace(asked, value=words.figures.substances.get(asked.value, asked.value))
        case "category":
            return replace(asked, value=_category(asked, words))
        case "figure":
            try:
                return replace(asked, bound=parse_bound(asked.value, words.figures))
            except FigureError as error:
                raise QueryError(
                    f"query: at character {asked.position + 1}: {error}", position=asked.position
                ) from None
    return asked


def _category(asked: Field, words: QueryWords) -> str:
    value = words.categories.get(asked.value, asked.value)
    if value not in get_args(Category):
        known = ", ".join([*words.categories, *get_args(Category)])
        raise _wrong("category", f"{asked.value!r} is no category", f"use one of {known}", asked.position)
    return value


def span_of_day(value: str, position: int = 0) -> tuple[datetime, datetime]:
    """The begin and the end (excluded) of a day, month or year in Asia/Shanghai. Raises `QueryError`."""
    found = _UNITS.fullmatch(value)
    try:
        if found is None:
            raise ValueError
        begin = date(int(found["year"]), int(found["month"] or 1), int(found["day"] or 1))
        if found["day"]:
            end = begin + timedelta(days=1)
        elif found["month"]:
            end = (begin.replace(day=1) + timedelta(days=32)).replace(day=1)
        else:
            end = begin.replace(year=begin.year + 1)
        return _midnight(begin), _midnight(end)
    except (ValueError, OverflowError):
        raise QueryError(
            f"query: {value!r} at character {position + 1} is no day; write 2026-06-26, 2026-06 or 2026",
            position=position,
        ) from None


def _state(value: str, position: int) -> State:
    if (state := STATES.get(fold(value))) is None:
        raise _wrong(
            "is", f"{value!r} is nothing an article can be", f"use one of {', '.join(STATES)}", position
        )
    return state


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)


def _wrong(name: str, what: str, how: str, position: int) -> QueryError:
    return QueryError(f"query: {name}: at character {position + 1}: {what}; {how}", position=position)
