"""Counts and figures over time, in days of Asia/Shanghai, each point leading to its sources.

A figure counts once a story: reprints repeat it, and a report may print a sum beside its parts, so of each story the
largest figure of a measure, unit and group counts, on the day of the first report that has one. Goals, figures marked
uncertain and irrelevant articles do not count. Figures of long periods (statistics) are never added to those of cases.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal, TypeAlias

from sqlalchemy import BigInteger, ColumnElement, Connection, Select, Subquery, func, literal_column, select

from storage.articles.shelving import ID_BITS, time_key
from storage.schema import article, fact
from storage.search.counting import COUNTED
from storage.search.index import keys, own_conditions
from storage.search.planning import ALL
from storage.search.reading import Search
from storage.values.model import SHANGHAI, Precision, Qualifier

Step: TypeAlias = Literal["day", "week", "month", "year"]
Split: TypeAlias = Literal["", "province", "substance", "portal"]

_EPOCH = date(1970, 1, 1)
# China has kept one hour since 1991; older pages are not on the web.
_EAST = 8 * 3600
_DAY = 86_400
_NO_GROUP: ColumnElement[str] = literal_column("''")


@dataclass(frozen=True, kw_only=True, slots=True)
class Period:
    """How much was reported in one step of time."""

    begin: date
    articles: int
    stories: int | None
    """How many stories had a report then; a story may have some in several. None: too many hits to tell."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FigureQuestion:
    """Which figures are asked for."""

    measure: str
    substance: str | None = None
    """Only figures of this one; figures of several together (heroin+ketamine) are not."""
    step: Step = "month"
    split: Split = ""
    statistics: bool = False
    """Figures of long periods instead of those of cases."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FigurePoint:
    """The figures of one step of time, of one group, in one unit."""

    begin: date
    group: str
    """Province, substance or portal; empty when nothing is split, or not known."""
    unit: str
    value: float
    """Cases: the sum over the stories. Statistics: the largest, since they overlap."""
    stories: int


@dataclass(frozen=True, kw_only=True, slots=True)
class FigureSource:
    """One figure with the words it came from, and where they stand."""

    article_id: int
    story_id: int
    title: str
    url: str
    portal: str
    province: str | None
    published_at: datetime | None
    precision: Precision
    value: float
    unit: str
    qualifier: Qualifier
    substance: str | None
    period: str | None
    place: str | None
    evidence: str


def timeline(connection: Connection, question: Search, step: Step) -> tuple[Period, ...]:
    """The hits over time. Long phrases are counted by their terms, as in `SearchPage.total`.

    Of more than 50,000 hits only the reports are counted.
    """
    hits = keys(connection, question.asked).subquery("hits")
    day = _day(hits.c.sort_key)
    articles: Counter[date] = Counter()
    for number, count in connection.execute(select(day, func.count()).group_by(day)):
        articles[step_of(_EPOCH + timedelta(days=number), step)] += count
    stories = _stories(connection, hits, step) if articles.total() <= COUNTED else {}
    return tuple(
        Period(begin=begin, articles=count, stories=len(stories[begin]) if stories else None)
        for begin, count in sorted(articles.items())
    )


def _stories(connection: Connection, hits: Subquery, step: Step) -> Mapping[date, set[int]]:
    day = _day(hits.c.sort_key)
    asked = select(day, article.c.story_id).join_from(hits, article, article.c.sort_key == hits.c.sort_key)
    found: dict[date, set[int]] = {}
    for number, story_id in connection.execute(asked.distinct()):
        found.setdefault(step_of(_EPOCH + timedelta(days=number), step), set()).add(story_id)
    return found


def figure_points(
    connection: Connection, question: Search, wanted: FigureQuestion
) -> tuple[FigurePoint, ...]:
    """The figures over time, by group and unit."""
    day, group = _day(article.c.sort_key), _group(wanted.split)
    asked = _figures(connection, question, wanted, article.c.story_id, fact.c.unit, group.label("part"))
    asked = asked.add_columns(func.min(day).label("day"), func.max(fact.c.value).label("value"))
    groups = (group,) if wanted.split else ()
    of_story = asked.group_by(article.c.story_id, fact.c.unit, *groups).subquery("of_story")
    part = of_story.c.part
    total = func.max(of_story.c.value) if wanted.statistics else func.sum(of_story.c.value)
    daily = select(of_story.c.day, part, of_story.c.unit, total.label("value"), func.count().label("stories"))
    return _stepped(connection.execute(daily.group_by(of_story.c.day, part, of_story.c.unit)), wanted)


def figure_sources(  # noqa: PLR0913 - a span and a limit; all by name
    connection: Connection,
    question: Search,
    wanted: FigureQuestion,
    *,
    begin: date,
    end: date,
    limit: int,
) -> tuple[FigureSource, ...]:
    """The figures printed from the day `begin` up to before `end`, the largest first."""
    names = FigureSource.__dataclass_fields__.keys() - {"article_id", "province", "portal"}
    own = {column.name: column for table in (fact, article) for column in table.columns}
    columns: list[Any] = [own[name].label(name) for name in sorted(names)]
    columns += [article.c.id.label("article_id"), article.c.province, article.c.portal]
    asked = _figures(connection, question, wanted, *columns)
    first, last = (time_key(datetime(at.year, at.month, at.day, tzinfo=SHANGHAI)) for at in (begin, end))
    asked = asked.where(article.c.sort_key >= first, article.c.sort_key < last)
    rows = connection.execute(asked.order_by(fact.c.value.desc(), article.c.sort_key).limit(limit))
    return tuple(FigureSource(**row._mapping) for row in rows)


def step_of(day: date, step: Step) -> date:
    """The first day of the day, week (from Monday), month or year that `day` lies in."""
    match step:
        case "day":
            return day
        case "week":
            return day - timedelta(days=day.weekday())
        case "month":
            return day.replace(day=1)
    return day.replace(month=1, day=1)


def next_step(begin: date, step: Step) -> date:
    """The first day of the step after the one that begins then; the last day there is, for the last year there is."""
    if begin.year == date.max.year:
        return date.max
    match step:
        case "day":
            return begin + timedelta(days=1)
        case "week":
            return begin + timedelta(days=7)
        case "month":
            return (begin + timedelta(days=32)).replace(day=1)
    return begin.replace(year=begin.year + 1)


def _figures(connection: Connection, question: Search, wanted: FigureQuestion, *columns: Any) -> Select[Any]:
    asked = select(*columns).select_from(fact).join(article, article.c.id == fact.c.article_id)
    if question.asked.plan == ALL:
        asked = asked.where(*own_conditions(question.asked))
    else:
        hits = keys(connection, question.asked).subquery("hits")
        asked = asked.join(hits, hits.c.sort_key == article.c.sort_key)
    asked = asked.where(fact.c.measure == wanted.measure, fact.c.statistic.is_(wanted.statistics))
    # Written out, so that both databases see that their index of certain figures will do.
    certain = fact.c.uncertain == literal_column("''")
    asked = asked.where(certain, fact.c.target.is_(False), article.c.relevant.is_(True))
    return asked.where(fact.c.substance == wanted.substance) if wanted.substance is not None else asked


def _day(sort_key: ColumnElement[int]) -> ColumnElement[int]:
    """The number of the day since 1970 in Asia/Shanghai."""
    # Written out: as parameters, PostgreSQL takes the numbers for a type it cannot shift by.
    whole = BigInteger()
    seconds = sort_key.op(">>", return_type=whole)(literal_column(str(ID_BITS)))
    return seconds.op("+", return_type=whole)(literal_column(str(_EAST))).op("/", return_type=whole)(
        literal_column(str(_DAY))
    )


def _group(split: Split) -> ColumnElement[str]:
    columns = {"province": article.c.province, "substance": fact.c.substance, "portal": article.c.portal}
    return func.coalesce(columns[split], "") if split else _NO_GROUP


def _stepped(rows: Iterable[Any], wanted: FigureQuestion) -> tuple[FigurePoint, ...]:
    # There are many rows a day, and few days.
    steps: dict[int, date] = {}
    found: dict[tuple[date, str, str], tuple[float, int]] = {}
    for day, group, unit, more, stories in rows:
        if day not in steps:
            steps[day] = step_of(_EPOCH + timedelta(days=day), wanted.step)
        key = steps[day], group, unit
        value, known = found.get(key, (0.0, 0))
        found[key] = max(value, more) if wanted.statistics else value + more, known + stories
    return tuple(
        FigurePoint(begin=begin, group=group, unit=unit, value=value, stories=stories)
        for (begin, group, unit), (value, stories) in sorted(found.items())
    )
