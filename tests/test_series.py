"""Counts and figures over time: each story once, each point leading to its sources; on both databases."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from storage import (
    SHANGHAI,
    Catalog,
    Database,
    Fact,
    FigureQuestion,
    PageResult,
    Period,
    Step,
    Verdict,
    next_step,
    step_of,
)
from tests.specimens import IRRELEVANT, fill, result

LONG = "民警在青云县查获毒品，案件还在侦办之中，更多情况有待进一步通报，本报将继续关注此事的进展。" * 2
YUNNAN = Verdict(relevant=True, score=0.9, category="enforcement", province="云南")


def at(month: int, day: int, hour: int = 9) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=SHANGHAI)


def seized(grams: float, substance: str = "heroin", **more: Any) -> Fact:
    told: dict[str, Any] = {"unit": "gram", "evidence": f"{substance}{grams}克", "start": 0, "end": 2} | more
    return Fact(measure="drugs_seized", value=grams, substance=substance, **told)


YEAR = {"period_from": at(1, 1), "period_to": at(12, 31)}


def reports() -> list[PageResult]:
    other = {"portal": "baiyun", "url": "http://b.example/2.htm", "canonical_url": "http://b.example/2.htm"}
    return [
        # One story, two reports: 3 kg counts once, on the first report's day; its part of 1 kg does not.
        result(1, text=LONG, published_at=at(2, 27), facts=(seized(3000), seized(1000))),
        result(2, text=LONG, published_at=at(3, 2), facts=(seized(3000),), **other),
        result(3, published_at=at(2, 1, 0), facts=(seized(500), seized(70, "ketamine")), verdict=YUNNAN),
        result(4, published_at=at(1, 31, 23), facts=(seized(20), seized(4, unit="tablet"))),
        result(5, published_at=at(2, 3), facts=(seized(9000, target=True), seized(9000, uncertain="?"))),
        result(6, published_at=at(2, 3), facts=(seized(9000),), verdict=IRRELEVANT),
        result(7, published_at=at(2, 4), facts=(seized(800_000, **YEAR),)),
        result(8, published_at=at(2, 5), facts=(seized(700_000, **YEAR),)),
    ]


@pytest.fixture
def catalog(database: Database) -> Catalog:
    fill(database, reports())
    return Catalog(database)


def test_a_figure_counts_once_a_story_and_goals_never(catalog: Catalog) -> None:
    points = catalog.figures(FigureQuestion(measure="drugs_seized", substance="heroin"))
    found = {(point.begin, point.unit): (point.value, point.stories) for point in points}
    assert found == {
        (date(2026, 1, 1), "gram"): (20, 1),
        (date(2026, 1, 1), "tablet"): (4, 1),
        (date(2026, 2, 1), "gram"): (3500, 2),
    }


def test_statistics_are_told_apart_and_never_added(catalog: Catalog) -> None:
    (point,) = catalog.figures(FigureQuestion(measure="drugs_seized", statistics=True, step="year"))
    assert (point.begin, point.value, point.stories) == (date(2026, 1, 1), 800_000, 2)


def test_figures_are_split_and_filtered(catalog: Catalog) -> None:
    wanted = FigureQuestion(measure="drugs_seized", step="year", split="substance")
    assert {(one.group, one.unit): one.value for one in catalog.figures(wanted)} == {
        ("heroin", "gram"): 3520,
        ("heroin", "tablet"): 4,
        ("ketamine", "gram"): 70,
    }
    by_province = FigureQuestion(measure="drugs_seized", substance="heroin", step="year", split="province")
    values = {
        (one.group, one.value) for one in catalog.figures(by_province, "-毒品:没有") if one.unit == "gram"
    }
    assert values == {("甘肃", 3020), ("云南", 500)}
    assert [one.value for one in catalog.figures(by_province, "省:云南")] == [500]


def test_a_point_leads_to_its_words(catalog: Catalog) -> None:
    wanted = FigureQuestion(measure="drugs_seized", substance="heroin")
    sources = catalog.figure_sources(wanted, begin=date(2026, 2, 1))
    assert [(one.article_id, one.value, one.evidence) for one in sources] == [
        (1, 3000, "heroin3000克"),
        (1, 1000, "heroin1000克"),
        (3, 500, "heroin500克"),
    ]
    assert len(catalog.figure_sources(wanted, begin=date(2026, 2, 1), limit=1)) == 1


def test_reports_and_stories_over_time(catalog: Catalog) -> None:
    assert catalog.timeline("查获", step="month") == (
        Period(begin=date(2026, 1, 1), articles=1, stories=1),
        Period(begin=date(2026, 2, 1), articles=6, stories=6),
        Period(begin=date(2026, 3, 1), articles=1, stories=1),
    )
    (year,) = catalog.timeline("查获 门户:qingyun", step="year")
    assert (year.articles, year.stories) == (7, 7)
    assert catalog.timeline("没有的词") == ()


@pytest.mark.parametrize("step", ["day", "week", "month", "year"])
def test_steps_join_without_gaps(step: Step) -> None:
    day = date(2023, 12, 25)
    for _ in range(800):
        begin = step_of(day, step)
        assert begin <= day < next_step(begin, step)
        assert step_of(next_step(begin, step) - timedelta(days=1), step) == begin
        day += timedelta(days=1)
