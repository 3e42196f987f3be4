"""The fields of a query as conditions in SQL, on the rows of `article`."""

from sqlalchemy import ColumnElement, and_, case, exists, literal, or_, select

from storage.fields import Field, span_of_day
from storage.figures import Bound
from storage.schema import article, article_facet, article_substance, facet, fact, story
from storage.shelving import time_key

_ESCAPE = "\\"


def condition(field: Field) -> ColumnElement[bool]:
    """Whether the field holds for a row of `article`."""
    match field.name:
        case "province":
            # 甘肃省 asks for 甘肃 too.
            return and_(article.c.province.is_not(None), literal(field.value).startswith(article.c.province))
        case "place" | "source" | "reporter":
            return _has_facet(field)
        case "substance":
            named = article_substance.c.substance == field.value
            return exists().where(article_substance.c.article_id == article.c.id, named)
        case "since" | "until" | "day":
            return _in_time(field)
        case "figure":
            return _has_figure(field)
        case "story":
            return article.c.story_id == int(field.value)
        case "is":
            return _is(field.value)
    return article.c[field.name] == field.value


def _has_facet(field: Field) -> ColumnElement[bool]:
    """One of the article's places holds the words; its reporter and source are named so, or begin with them."""
    words = field.value.replace(_ESCAPE, _ESCAPE * 2).replace("%", f"{_ESCAPE}%").replace("_", f"{_ESCAPE}_")
    like = f"%{words}%" if field.name == "place" else f"{words}%"
    named = select(facet.c.id).where(facet.c.kind == field.name, facet.c.folded.like(like, escape=_ESCAPE))
    found = select(article_facet.c.article_id).where(article_facet.c.facet_id.in_(named))
    return article.c.id.in_(found)


def _in_time(field: Field) -> ColumnElement[bool]:
    begin, end = (time_key(at) for at in span_of_day(field.value))
    key = article.c.sort_key
    match field.name:
        case "since":
            return key >= begin
        case "until":
            return key < end
    return and_(key >= begin, key < end)


def _has_figure(field: Field) -> ColumnElement[bool]:
    """One figure that may be asserted meets the bound, as `storage.figures.meets` has it."""
    bound = field.bound
    assert bound is not None, "a figure is resolved before it is asked for"
    asked = [fact.c.article_id == article.c.id, fact.c.uncertain == "", fact.c.target.is_(False)]
    asked.append(fact.c.unit == bound.unit)
    if bound.measure:
        asked.append(fact.c.measure == bound.measure)
    if bound.substance:
        of = literal("+").concat(fact.c.substance).concat("+")
        asked.append(of.contains(f"+{bound.substance}+", autoescape=True))
    return exists().where(*asked, _compared(bound))


def _compared(bound: Bound) -> ColumnElement[bool]:
    leaning = case((fact.c.qualifier == "over", 1), (fact.c.qualifier.in_(("nearly", "under")), -1), else_=0)
    same, value = fact.c.value == bound.value, fact.c.value
    match bound.op:
        case ">=":
            return or_(value > bound.value, and_(same, leaning >= 0))
        case ">":
            return or_(value > bound.value, and_(same, leaning > 0))
        case "<=":
            return or_(value < bound.value, and_(same, leaning <= 0))
        case "<":
            return or_(value < bound.value, and_(same, leaning < 0))
    return and_(same, leaning == 0)


def _is(state: str) -> ColumnElement[bool]:
    match state:
        case "relevant":
            return article.c.relevant.is_(True)
        case "silent":
            return article.c.silent.is_(True)
        case "removed":
            return article.c.removed_at.is_not(None)
        case "changed":
            return article.c.versions > 1
    # An alias of its own: who asks may have joined the story as well.
    own = story.alias()
    return exists().where(own.c.id == article.c.story_id, own.c.first_article_id == article.c.id)
