"""The weekly brief from one address: what happened in a week, ready to print."""

from datetime import date, datetime, time, timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from scheduler.web.pages.front import by_province
from scheduler.web.site import At
from scheduler.web.watched import watched
from storage import SHANGHAI, FigurePoint, FigureQuestion, Filters, step_of

router = APIRouter(include_in_schema=False)
MOST = 100
MEASURES = (
    "cases_solved",
    "suspects_arrested",
    "drugs_seized",
    "sentenced",
    "compulsory_detox",
    "people_reached",
)
"""What the brief sums up, where there is any."""


@router.get("/brief")
def brief(
    request: Request, site: At, week: Annotated[date | None, Query(description="a day of the week")] = None
) -> Response:
    """The week from Monday to Sunday that holds `week`; without it, the last whole week."""
    today = site.clock().date()
    day = week or step_of(today, "week") - timedelta(days=1)
    monday = step_of(min(max(day, date(1990, 1, 1)), today), "week")
    begin, end = (datetime.combine(at, time(), SHANGHAI) for at in (monday, monday + timedelta(days=7)))
    filters = Filters(relevant_only=True, first_only=True, since=begin, until=end)
    page = site.catalog.search("", filters=filters, limit=MOST)
    every = Filters(relevant_only=True, since=begin, until=end)
    summed = {name: FigureQuestion(measure=name, step="week") for name in MEASURES}
    figures = {name: site.catalog.figures(asked, filters=every) for name, asked in summed.items()}
    sunday, after = monday + timedelta(days=6), monday + timedelta(days=7)
    looks = site.ledger.looks_by_day(since=monday, until=sunday)
    return site.render(
        request,
        "brief.html",
        monday=monday,
        sunday=sunday,
        before=monday - timedelta(days=7),
        after=after if after <= today else None,
        stories=by_province(page.hits),
        shown=len(page.hits),
        total=page.total,
        counts=site.catalog.facets("", filters=every),
        figures={name: sorted(points, key=_crowd) for name, points in figures.items() if points},
        watched=watched(looks, [monday], "week", today=today)[monday],
    )


def _crowd(point: FigurePoint) -> int:
    return -point.stories
