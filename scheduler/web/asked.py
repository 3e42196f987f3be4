"""What a reader asks for, from the words of an address: the same for page, API and feed."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, get_args

from fastapi import Query

from storage import SHANGHAI, Category, Filters, QueryError

Words = Annotated[str, Query(max_length=80)]
DAY = r"^(\d{4}-\d{2}-\d{2})?$"
Day = Annotated[
    str,
    Query(
        max_length=10,
        description="a day such as 2026-06-26; `until` includes its day",
        json_schema_extra={"pattern": DAY},
    ),
]
Sort = Annotated[str, Query(max_length=80, json_schema_extra={"enum": ["", *get_args(Category)]})]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A query and its filters; empty ones ask for nothing."""

    q: Annotated[str, Query(max_length=500, description="words and fields, see the manual of queries")] = ""
    province: Words = ""
    place: Words = ""
    portal: Words = ""
    category: Sort = ""
    substance: Words = ""
    source: Words = ""
    reporter: Words = ""
    figure: Annotated[list[str] | None, Query(max_length=10, description="bounds such as 海洛因>=1kg")] = None
    since: Day = ""
    until: Day = ""
    relevant: Annotated[bool, Query(description="only relevant reports")] = True
    first: Annotated[bool, Query(description="each story once, by its first report")] = False
    changed: Annotated[bool, Query(description="only pages that were changed later")] = False
    removed: Annotated[bool, Query(description="only pages that were removed later")] = False

    @property
    def filters(self) -> Filters:
        """The filters, checked. Raises `QueryError`."""
        if self.category and self.category not in get_args(Category):
            known = ", ".join(get_args(Category))
            raise QueryError(f"category: {self.category!r} is none; use one of {known}")
        named = ("province", "place", "portal", "category", "substance", "source", "reporter")
        return Filters(
            **{name: getattr(self, name) or None for name in named},
            figures=tuple(self.figure or ()),
            since=_day("since", self.since),
            until=_day_after("until", self.until),
            relevant_only=self.relevant,
            first_only=self.first,
            changed_only=self.changed,
            removed_only=self.removed,
        )


def _day(name: str, written: str) -> datetime | None:
    if not written:
        return None
    try:
        if not re.match(DAY, written):
            raise ValueError(written)
        return datetime.strptime(written, "%Y-%m-%d").replace(tzinfo=SHANGHAI)
    except ValueError:
        raise QueryError(f"{name}: {written!r} is no day; write such as 2026-06-26") from None


def _day_after(name: str, written: str) -> datetime | None:
    day = _day(name, written)
    try:
        return day + timedelta(days=1) if day else None
    except OverflowError:
        raise QueryError(f"{name}: {written!r} is too far away; write such as 2026-06-26") from None
