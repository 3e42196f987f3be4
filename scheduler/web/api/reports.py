"""Version 1 of the API: search, reports, stories, figures, coverage. Read-only."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, HTTPException, Path, Query

from scheduler.exporting import bibtex, gbt7714
from scheduler.exporting.lines import record_of
from scheduler.printing import as_json, hit_record
from scheduler.web.api.shapes import FAULTS, NONE_SUCH, Hits, HitShape, ReportShape, StoryShape
from scheduler.web.asked import Asked
from scheduler.web.site import At, Site
from storage import (
    CoverageRow,
    FacetCounts,
    FigurePoint,
    FigureQuestion,
    FigureSource,
    Period,
    QueryError,
    Split,
    Step,
    step_of,
)

MOST_HITS = 100
MOST_DAYS = 366
Id = Annotated[int, Path(ge=1, le=2**62)]
Limit = Annotated[int, Query(ge=1, le=MOST_HITS)]
Cursor = Annotated[str | None, Query(max_length=40, description="`next` of the page before")]
Wanted = Annotated[Asked, Depends()]


router = APIRouter(prefix="/api/v1", tags=["archive"], responses=FAULTS)


@router.get("/search")
def search(
    site: At,
    wanted: Wanted,
    limit: Limit = 20,
    before: Cursor = None,
    order: Literal["newest", "best"] = "newest",
) -> Hits:
    """The reports that match, page by page."""
    page = site.catalog.search(wanted.q, filters=wanted.filters, limit=limit, before=before, order=order)
    hits = [HitShape(**hit_record(hit)) for hit in page.hits]
    return Hits(hits=hits, total=page.total, exact=page.exact, next=page.next)


@router.get("/facets")
def facets(site: At, wanted: Wanted) -> FacetCounts:
    """How the hits divide: by province, category, portal, substance, place, reporter, source."""
    return site.catalog.facets(wanted.q, filters=wanted.filters)


@router.get("/timeline")
def timeline(site: At, wanted: Wanted, step: Step = "month") -> tuple[Period, ...]:
    """How many reports and stories there were in each step of time."""
    return site.catalog.timeline(wanted.q, filters=wanted.filters, step=step)


@router.get("/reports/{report}", responses=NONE_SUCH)
def report(site: At, report: Id) -> ReportShape:
    """One report: text, figures with their words, verdict with its evidence, citations."""
    stored = site.archive.get(report)
    if stored is None:
        raise HTTPException(
            404, {"error": "no_such_report", "message": f"没有 {report} 号报道 (no report {report})"}
        )
    citation = {"gbt7714": gbt7714(stored), "bibtex": bibtex(stored)}
    return ReportShape.model_validate({**record_of(stored), "citation": citation})


@router.get("/stories/{story}", responses=NONE_SUCH)
def story(site: At, story: Id) -> StoryShape:
    """All reports of a story, the first publisher's first, and what it resembles."""
    reports = site.archive.reports(story)
    if not reports:
        raise HTTPException(
            404, {"error": "no_such_story", "message": f"没有 {story} 号事件 (no story {story})"}
        )
    related = as_json(site.archive.related(story))
    return StoryShape.model_validate({"id": story, "reports": as_json(reports), "related": related})


@dataclass(frozen=True, kw_only=True)
class FigureAsked:
    """Which figures are wanted."""

    measure: Annotated[str, Query(max_length=60)] = "drugs_seized"
    of: Annotated[str, Query(max_length=60, description="a substance")] = ""
    step: Step = "month"
    split: Split = ""
    statistics: Annotated[bool, Query(description="figures of long periods, which are never added up")] = (
        False
    )

    def question(self, site: Site) -> FigureQuestion:
        """The question, checked. Raises `QueryError` for a measure that is none."""
        if self.measure not in site.wording.measures:
            known = ", ".join(site.wording.measures)
            raise QueryError(f"measure: {self.measure!r} is none; use one of {known}")
        return FigureQuestion(
            measure=self.measure,
            substance=self.of or None,
            step=self.step,
            split=self.split,
            statistics=self.statistics,
        )


FigureWanted = Annotated[FigureAsked, Depends()]


@router.get("/figures")
def figures(site: At, wanted: Wanted, figure: FigureWanted) -> tuple[FigurePoint, ...]:
    """Figures over time; each story counts once."""
    return site.catalog.figures(figure.question(site), wanted.q, filters=wanted.filters)


@router.get("/figures/sources")
def figure_sources(
    site: At, wanted: Wanted, figure: FigureWanted, day: date, limit: Limit = MOST_HITS
) -> tuple[FigureSource, ...]:
    """The words behind the point of the step that holds `day`, the largest figure first."""
    begin = step_of(day, figure.step)
    question = figure.question(site)
    return site.catalog.figure_sources(question, wanted.q, filters=wanted.filters, begin=begin, limit=limit)


@router.get("/coverage")
def coverage(
    site: At, since: date, until: date, portal: Annotated[str | None, Query(max_length=60)] = None
) -> tuple[CoverageRow, ...]:
    """What was looked at, listed, fetched, failed, judged and alerted, by day, portal and source."""
    if not 0 <= (until - since).days <= MOST_DAYS:
        raise QueryError(f"coverage: from `since` to `until` at most {MOST_DAYS} days")
    return tuple(site.ledger.coverage(since=since, until=until, portal=portal))
