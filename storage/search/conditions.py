"""The fields of a query as conditions in SQL, on the rows of `article`."""

from sqlalchemy import ColumnElement, and_, case, exists, literal, literal_column, or_, select

from storage.articles.shelving import time_key
from storage.schema import article, article_facet, article_substance, facet, fact, story
from storage.search.fields import Field, span_of_day
from storage.telling.figures import Bound

_ESCAPE = "\\"


def condition(field: Field, *, leading: bool = False) -> ColumnElement[bool]:
    """Whether the field holds for a row of `article`.

    `leading`: few articles are known to be asked, so the field leads to its own; else it is asked of each of them.
    """
    match field.name:
        case "province":
            # 甘肃省 asks for 甘肃 too.
            beginnings = [field.value[:end] for end in range(1, len(field.value) + 1)]
            return and_(article.c.province.is_not(None), article.c.province.in_(beginnings))
        case "place" | "source" | "reporter":
            return _has_facet(field, leading=leading)
        case "substance":
            return _has_substance(field, leading=leading)
        case "since" | "until" | "day":
            return _in_time(field)
        case "figure":
            return _has_figure(field, leading=leading)
        case "story":
            return article.c.story_id == int(field.value)
        case "is":
            return _is(field.value)
    return article.c[field.name] == field.value


def _has_substance(field: Field, *, leading: bool) -> ColumnElement[bool]:
    named = article_substance.c.substance == field.value
    if leading:
        return article.c.id.in_(select(article_substance.c.article_id).where(named))
    return exists().where(article_substance.c.article_id == article.c.id, named)


def _has_facet(field: Field, *, leading: bool) -> ColumnElement[bool]:
    """One of the article's places holds the words; its reporter and source are named so, or begin with them."""
    words = field.value.replace(_ESCAPE, _ESCAPE * 2).replace("%", f"{_ESCAPE}%").replace("_", f"{_ESCAPE}_")
    like = f"%{words}%" if field.name == "place" else f"{words}%"
    named = select(facet.c.id).where(facet.c.kind == field.name, facet.c.folded.like(like, escape=_ESCAPE))
    if leading:
        return article.c.id.in_(select(article_facet.c.article_id).where(article_facet.c.facet_id.in_(named)))
    # The plus keeps SQLite from trying every name for each article, instead of the few names that it has.
    own: ColumnElement[int] = literal_column("+article_facet.facet_id")
    return exists().where(article_facet.c.article_id == article.c.id, own.in_(named))


def _in_time(field: Field) -> ColumnElement[bool]:
    begin, end = (time_key(at) for at in span_of_day(field.value))
    key = article.c.sort_key
    match field.name:
        case "since":
            return key >= begin
        case "until":
            return key < end
    return and_(key >= begin, key < end)


def _has_figure(field: Field, *, leading: bool) -> ColumnElement[bool]:
    """One figure that may be asserted meets the bound, as `storage.telling.figures.meets` has it."""
    bound = field.bound
    assert bound is not None, "a figure is resolved before it is asked for"
    asked = [fact.c.uncertain == "", fact.c.target.is_(False)]
    asked.append(fact.c.unit == bound.unit)
    if bound.measure:
        asked.append(fact.c.measure == bound.measure)
    if bound.substance:
        of = literal("+").concat(fact.c.substance).concat("+")
        asked.append(of.contains(f"+{bound.substance}+", autoescape=True))
    asked.append(_compared(bound))
    if leading:
        return article.c.id.in_(select(fact.c.article_id).where(*asked))
    return exists().where(fact.c.article_id == article.c.id, *asked)


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
