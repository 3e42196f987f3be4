"""The front page: today's stories by province, and what is red."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, time, timedelta

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from scheduler.ailing import state_of
from scheduler.health import diagnose
from scheduler.vitals import gather
from scheduler.web.site import At, Site
from scheduler.web.tiles import tiles
from storage import SHANGHAI, Filters, Hit, SourceState

router = APIRouter(include_in_schema=False)
MOST = 60
EARLIER = 20
LATELY = timedelta(days=30)
FINDINGS = 5


@router.get("/")
def front(request: Request, site: At) -> Response:
    """Today in Asia/Shanghai; on a quiet day the newest before it as well."""
    now = site.clock()
    morning = datetime.combine(now.astimezone(SHANGHAI).date(), time(), SHANGHAI)
    today = site.catalog.newest(
        filters=Filters(relevant_only=True, first_only=True, since=morning), limit=MOST
    )
    counts = site.catalog.facets("", filters=Filters(relevant_only=True, first_only=True, since=morning))
    before = Filters(relevant_only=True, first_only=True, until=morning)
    # Of a short time PostgreSQL finds the first reports of stories without reading all of them.
    lately = replace(before, since=morning - LATELY)
    vitals = gather(site.database, now, channels=site.channels, tick=site.tick_seconds)
    findings = [one for one in diagnose(vitals) if one.level == "red"]
    return site.render(
        request,
        "front.html",
        day=morning.date(),
        today=by_province(today),
        shown=len(today),
        counts=counts,
        earlier=site.catalog.newest(filters=lately, limit=EARLIER)
        or site.catalog.newest(filters=before, limit=EARLIER),
        tiles=tiles(counts.by["province"], province_states(site, vitals.sources, now)),
        findings=findings[:FINDINGS],
        more_findings=len(findings) - FINDINGS,
        totals=site.archive.totals(),
    )


def by_province(hits: Iterable[Hit]) -> Mapping[str, list[Hit]]:
    """The hits by the province they are about, the busiest first; those of none last."""
    found: dict[str, list[Hit]] = {}
    for hit in hits:
        found.setdefault(hit.province or "", []).append(hit)
    return dict(sorted(found.items(), key=lambda item: (item[0] == "", -len(item[1]), item[0])))


def province_states(site: Site, sources: Iterable[SourceState], now: datetime) -> Mapping[str, str]:
    """Whether each province can be watched: `ok` when one of its sources can be looked at."""
    found: dict[str, str] = {}
    for source in sources:
        portal = site.portals.get(source.portal)
        if portal is None or not source.active:
            continue
        good = state_of(source, now) in ("ok", "recovered")
        if good or portal.province not in found:
            found[portal.province] = "ok" if good else "bad"
    return found
