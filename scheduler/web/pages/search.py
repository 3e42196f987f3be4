"""Search with facets: every choice is an address."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from scheduler.web.asked import Asked
from scheduler.web.site import At, Site
from storage import FacetCounts, next_step

router = APIRouter(include_in_schema=False)
SHOWN = 12
PER_PAGE = 20
COUNTED = 10_000
"""Hits up to which they are drawn over time."""
LABELS: Mapping[str, tuple[str, str]] = {
    "province": ("省份", "Province"),
    "category": ("类别", "Category"),
    "substance": ("毒品", "Substance"),
    "place": ("地方", "Place"),
    "portal": ("门户", "Portal"),
    "source": ("来源", "Source"),
    "reporter": ("记者", "Reporter"),
}
SWITCHES: Mapping[str, tuple[str, str]] = {
    "first": ("每件事一条", "Each story once"),
    "changed": ("改过的", "Changed"),
    "removed": ("已删的", "Removed"),
    "relevant": ("不相关的也看", "Irrelevant too"),
}
ON: Mapping[str, str] = {"relevant": "0"}
"""What a switch asks for when it is on, if not `1`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """One value that can be chosen, or that is chosen and can be dropped."""

    label: str
    count: int | None
    address: str
    chosen: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Time:
    """How much one month brought, of the most that any did."""

    label: str
    count: int
    most: int
    address: str


@router.get("/search")
def search(
    request: Request,
    site: At,
    wanted: Annotated[Asked, Depends()],
    order: Literal["newest", "best"] = "newest",
    before: Annotated[str | None, Query(max_length=40)] = None,
) -> Response:
    """The hits of one page, how all of them divide, and how to follow the search as a feed."""
    filters, before = wanted.filters, before or None
    with ThreadPoolExecutor(1) as beside:
        # Of many hits, each takes as long as the other: both are asked at once.
        counting = beside.submit(site.catalog.facets, wanted.q, filters=filters)
        page = site.catalog.search(wanted.q, filters=filters, limit=PER_PAGE, before=before, order=order)
    counts = counting.result()
    given = Given(request.query_params.multi_items())
    return site.render(
        request,
        "search.html",
        query=wanted.q,
        page=page,
        counts=counts,
        facets=list(_facets(site, counts, given)),
        switches=[_switch(name, words, given) for name, words in SWITCHES.items()],
        chosen=list(_chosen(site, given)),
        order=order,
        other_order=given.address({"order": "best" if order == "newest" else None}),
        next=given.address({"before": page.next}) if page.next else "",
        feed=given.address({"order": None}, "/feed"),
        save=given.text({"order": None}),
        times=list(_times(site, wanted, page.total, given)),
        kept=[(name, value) for name, value in given.items() if name not in ("since", "until")],
        wanted=wanted,
    )


class Given:
    """The parameters of an address, and addresses that differ in one."""

    def __init__(self, items: list[tuple[str, str]]) -> None:
        self._items = [(name, value) for name, value in items if value and name != "before"]

    def __contains__(self, name: str) -> bool:
        return any(given == name for given, _ in self._items)

    def items(self) -> Iterator[tuple[str, str]]:
        """Name and value of each, in the order given."""
        return iter(self._items)

    def text(self, changes: Mapping[str, str | None]) -> str:
        """The parameters with these set, or dropped where None."""
        kept = [(name, value) for name, value in self._items if name not in changes]
        return urlencode(kept + [(name, value) for name, value in changes.items() if value is not None])

    def address(self, changes: Mapping[str, str | None], path: str = "/search") -> str:
        """The address with these parameters set, or dropped where None."""
        text = self.text(changes)
        return f"{path}?{text}" if text else path


def _facets(site: Site, counts: FacetCounts, given: Given) -> Iterator[tuple[tuple[str, str], list[Choice]]]:
    for name, label in LABELS.items():
        if name in given:
            continue
        found = list(counts.by[name].items())[:SHOWN]
        choices = [
            Choice(label=words_of(site, name, value), count=n, address=given.address({name: value}))
            for value, n in found
        ]
        if choices:
            yield label, choices


def _times(site: Site, wanted: Asked, total: int, given: Given) -> Iterator[Time]:
    """Reports over time, the newest first; a crowd is not counted, it would take too long."""
    if not 0 < total <= COUNTED:
        return
    periods = site.catalog.timeline(wanted.q, filters=wanted.filters, step="month")
    most = max((period.articles for period in periods), default=0)
    for period in list(reversed(periods))[:SHOWN]:
        last = next_step(period.begin, "month") - timedelta(days=1)
        address = given.address({"since": period.begin.isoformat(), "until": last.isoformat()})
        yield Time(label=f"{period.begin:%Y-%m}", count=period.articles, most=most, address=address)


def _switch(name: str, words: tuple[str, str], given: Given) -> tuple[tuple[str, str], Choice]:
    value = ON.get(name, "1")
    chosen = (name, value) in given.items()
    address = given.address({name: None if chosen else value})
    return words, Choice(label=words[0], count=None, address=address, chosen=chosen)


def _chosen(site: Site, given: Given) -> Iterator[Choice]:
    for name, value in given.items():
        if name in LABELS:
            label = f"{LABELS[name][0]}：{words_of(site, name, value)}"
            yield Choice(label=label, count=None, address=given.address({name: None}), chosen=True)
        elif name in ("since", "until", "figure"):
            label = f"{ {'since': '自', 'until': '至', 'figure': '数字'}[name] } {value}"
            yield Choice(label=label, count=None, address=given.address({name: None}), chosen=True)


def words_of(site: Site, name: str, value: str) -> str:
    """What readers call a value."""
    if name == "portal" and value in site.portals:
        return site.portals[value].title
    names = {"category": site.wording.categories, "substance": site.wording.substances}.get(name, {})
    return names.get(value, value)
