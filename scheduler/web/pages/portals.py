"""How the portals fare, and what was looked at on which day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from scheduler.ailing import STATE_WORDS, state_of
from scheduler.health import diagnose
from scheduler.vitals import gather
from scheduler.web.site import At
from storage import CoverageRow

router = APIRouter(include_in_schema=False)
DAYS = 14


@dataclass(frozen=True, kw_only=True, slots=True)
class Day:
    """What a portal gave on one day."""

    day: date
    looked: int = 0
    failed: int = 0
    new: int = 0
    relevant: int = 0

    @property
    def kind(self) -> str:
        """`none`: nobody looked; `bad`: no look was answered; `part`: some were; `ok`."""
        if not self.looked:
            return "none"
        return "ok" if not self.failed else "bad" if self.failed >= self.looked else "part"

    @property
    def words(self) -> str:
        """For people."""
        if not self.looked:
            return f"{self.day} 没有查看 not looked at"
        return f"{self.day} 查看 {self.looked} 次，失败 {self.failed} 次，新 {self.new} 篇，相关 {self.relevant} 篇"


@router.get("/portals")
def portals(request: Request, site: At) -> Response:
    """Every portal with its sources, and the last two weeks day by day."""
    now = site.clock()
    today = now.date()
    days = [today - timedelta(days=back) for back in reversed(range(DAYS))]
    vitals = gather(site.database, now, channels=site.channels, tick=site.tick_seconds)
    sources = {
        name: [one for one in vitals.sources if one.portal == name and one.active]
        for name in sorted({one.portal for one in vitals.sources if one.active})
    }
    return site.render(
        request,
        "portals.html",
        sources=sources,
        states={one.id: STATE_WORDS[state_of(one, now)] for one in vitals.sources},
        days=days,
        ledger=_by_day(site.ledger.coverage(since=days[0], until=today), days),
        findings=diagnose(vitals),
    )


def _by_day(rows: Iterable[CoverageRow], days: list[date]) -> Mapping[str, list[Day]]:
    counts: dict[tuple[str, date], dict[str, int]] = {}
    for row in rows:
        sums = counts.setdefault((row.portal, row.day), {})
        for name, n in row.counts.items():
            key = "failed" if name.startswith("look_failed:") else name
            sums[key] = sums.get(key, 0) + n
    names = ("looked", "failed", "new", "relevant")
    return {
        portal: [
            Day(day=day, **{name: counts.get((portal, day), {}).get(name, 0) for name in names})
            for day in days
        ]
        for portal in sorted({portal for portal, _ in counts})
    }
