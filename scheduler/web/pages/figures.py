"""Figures over time: each bar leads to its sources, with the coverage ledger drawn under it."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from itertools import islice
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from scheduler.alerts.messages import print_amount
from scheduler.web.api.reports import FigureAsked
from scheduler.web.asked import Asked
from scheduler.web.charts import COLOURS, Bar, Look, bar_chart
from scheduler.web.pages.search import words_of
from scheduler.web.site import At, Site
from scheduler.web.watched import Watched, watched
from storage import FigurePoint, LooksOfDay, Step, next_step, step_of

router = APIRouter(include_in_schema=False)
FEWEST_STEPS = 12
"""Bars of one chart: fewer would be as wide as walls."""
MOST_STEPS = 120
"""Bars of one chart, the newest: more cannot be told apart."""
MOST_SERIES = 11
"""Series of one chart; what is left is one more, 其他."""
MOST_ROWS = 500
"""Lines of the table, the newest; the API gives all."""
OTHER = "其他 other"
_LONGEST: Mapping[Step, int] = {"day": 1, "week": 7, "month": 31, "year": 366}
"""Days of a step."""
FORM = frozenset({"measure", "of", "split", "step", "statistics", "q"})
"""What the form of the page asks for; other conditions are carried along."""


@router.get("/figures")
def figures(
    request: Request, site: At, wanted: Annotated[Asked, Depends()], figure: Annotated[FigureAsked, Depends()]
) -> Response:
    """One chart for each unit of the measure, and the same as a table."""
    question, today = figure.question(site), site.clock().date()
    with ThreadPoolExecutor(1) as beside:
        # The ledger of many years takes as long as the figures: both are read at once.
        looking = beside.submit(_looks, site, figure.step, wanted.portal, today)
        points = site.catalog.figures(question, wanted.q, filters=wanted.filters)
    given = [(name, value) for name, value in request.query_params.multi_items() if value]
    steps = tuple(_steps(points, figure, today))
    looked = watched(looking.result(), steps, figure.step, today=today)
    drawing = _Drawing(
        site=site, figure=figure, given=urlencode(given), nonce=request.state.nonce, watched=looked
    )
    drawn = [point for point in points if point.begin >= steps[0]]
    return site.render(
        request,
        "figures.html",
        figure=figure,
        wanted=wanted,
        rows=list(drawing.rows(drawn)),
        before=steps[0] if len(drawn) < len(points) else None,
        more=max(0, len(drawn) - MOST_ROWS),
        every=f"/api/v1/figures?{urlencode(given)}",
        charts=list(drawing.charts(drawn, steps)),
        watched=looked,
        query=wanted.q,
        kept=[(name, value) for name, value in given if name not in FORM],
    )


def _looks(site: Site, step: Step, portal: str, today: date) -> tuple[LooksOfDay, ...]:
    begin = max(date(1990, 1, 1), today - timedelta(days=MOST_STEPS * _LONGEST[step]))
    return site.ledger.looks_by_day(since=begin, until=today, portal=portal or None)


@router.get("/figures/sources")
def sources(
    request: Request,
    site: At,
    wanted: Annotated[Asked, Depends()],
    figure: Annotated[FigureAsked, Depends()],
    day: Annotated[date, Query()],
) -> Response:
    """The words behind one bar."""
    begin = step_of(day, figure.step)
    found = site.catalog.figure_sources(
        figure.question(site), wanted.q, filters=wanted.filters, begin=begin, limit=200
    )
    back = urlencode([(name, value) for name, value in request.query_params.multi_items() if name != "day"])
    return site.render(
        request, "sources.html", figure=figure, begin=begin, sources=found, query=wanted.q, back=back
    )


def _steps(points: Sequence[FigurePoint], figure: FigureAsked, today: date) -> Iterator[date]:
    """Every step from the first figure on, with those that have none; of a short time, some before it as well."""
    if not points:
        return
    all_steps = [points[0].begin]
    while all_steps[-1] < step_of(max(today, points[-1].begin), figure.step):
        all_steps.append(next_step(all_steps[-1], figure.step))
    while len(all_steps) < FEWEST_STEPS:
        all_steps.insert(0, step_of(all_steps[0] - timedelta(days=1), figure.step))
    yield from all_steps[-MOST_STEPS:]


def label_of(begin: date, step: Step) -> str:
    """A step under its bar: as much of its first day as tells it from the others."""
    return {"year": f"{begin:%Y}", "month": f"{begin:%Y-%m}"}.get(step, f"{begin:%m-%d}")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Drawing:
    """The charts of one question."""

    site: Site
    figure: FigureAsked
    given: str
    """The parameters of the page."""
    nonce: str
    watched: Mapping[date, Watched]

    def charts(self, points: Sequence[FigurePoint], steps: Sequence[date]) -> Iterator[tuple[str, Markup]]:
        """Title and drawing, one for each unit, that of most stories first."""
        units: dict[str, list[FigurePoint]] = {}
        for point in points:
            units.setdefault(point.unit, []).append(point)
        colours: dict[str, str] = {}
        for unit in sorted(units, key=lambda unit: -sum(point.stories for point in units[unit])):
            yield self._chart(unit, self._series(units[unit]), steps, colours)

    def _chart(
        self,
        unit: str,
        series: Mapping[str, Mapping[date, float]],
        steps: Sequence[date],
        colours: dict[str, str],
    ) -> tuple[str, Markup]:
        words = self.site.wording
        bars = {
            name: [self._bar(name, values.get(begin), begin, unit) for begin in steps]
            for name, values in series.items()
        }
        for name in series if self.figure.split else ():
            # The same in every drawing of the page.
            colours.setdefault(name, COLOURS[len(colours) % len(COLOURS)])
        look = Look(
            title=f"{words.measures[self.figure.measure]}（{words.units.get(unit, unit)}）",
            nonce=self.nonce,
            amount=partial(print_amount, unit=unit, wording=words),
            strip=[(one.level, f"{begin}：{one.words}") for begin, one in self.watched.items()],
            colours=colours,
        )
        return look.title, bar_chart([label_of(begin, self.figure.step) for begin in steps], bars, look)

    def rows(self, points: Sequence[FigurePoint]) -> Iterator[tuple[FigurePoint, str, str]]:
        """The newest points, each with where its words are and what it belongs to."""
        for point in islice(reversed(points), MOST_ROWS):
            yield point, self.link(point.begin), self.group(point)

    def group(self, point: FigurePoint) -> str:
        """What a point belongs to, for people."""
        if not self.figure.split:
            return "合计 all"
        return words_of(self.site, self.figure.split, point.group) or "不详 not told"

    def link(self, begin: date) -> str:
        """Where the words behind a point are."""
        return f"/figures/sources?{self.given}&day={begin}"

    def _series(self, points: Sequence[FigurePoint]) -> Mapping[str, Mapping[date, float]]:
        totals: dict[str, float] = {}
        for point in points:
            name = self.group(point)
            totals[name] = totals.get(name, 0.0) + point.value
        largest = sorted(totals, key=lambda name: -totals[name])
        found: dict[str, dict[date, float]] = {name: {} for name in largest[:MOST_SERIES]}
        for point in points:
            name = self.group(point)
            values = found.setdefault(name if name in found else OTHER, {})
            values[point.begin] = values.get(point.begin, 0.0) + point.value
        return found

    def _bar(self, name: str, value: float | None, begin: date, unit: str) -> Bar:
        if value is None:
            return Bar(None)
        return Bar(value, f"{name} {print_amount(value, unit, self.site.wording)}", self.link(begin))
