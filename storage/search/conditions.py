"""The fields of a query as conditions in SQL, on the rows of `article`."""

from storage.articles.shelving import time_key
from storage.search.fields import Field, span_of_day
from storage.telling.figures import Bound

_LEANING = "CASE fact.qualifier WHEN 'over' THEN 1 WHEN 'nearly' THEN -1 WHEN 'under' THEN -1 ELSE 0 END"
_STATES = {
    "relevant": "article.relevant = TRUE",
    "silent": "article.silent = TRUE",
    "removed": "article.removed_at IS NOT NULL",
    "changed": "article.versions > 1",
    # An alias of its own: who asks may have joined the story as well.
    "first": "EXISTS (SELECT 1 FROM story AS own WHERE own.id = article.story_id AND own.first_article_id = article.id)",
}


class Values(dict[str, object]):
    """The values of a statement by the names they have in it."""

    def __call__(self, value: object) -> str:
        """Take a value, and say what to write for it."""
        name = f"v{len(self)}"
        self[name] = value
        return f":{name}"


def condition(field: Field, values: Values, *, leading: bool = False) -> str:
    """Whether the field holds for a row of `article`.

    `leading`: few articles are known to be asked, so the field leads to its own; else it is asked of each of them.
    """
    match field.name:
        case "province":
            # 甘肃省 asks for 甘肃 too; no province has a name of one character.
            beginnings = (values(field.value[:end]) for end in range(2, len(field.value) + 1))
            return (
                f"(article.province IS NOT NULL AND article.province IN ({', '.join(beginnings) or 'NULL'}))"
            )
        case "place" | "source" | "reporter":
            return _has_facet(field, values, leading=leading)
        case "substance":
            named = f"article_substance.substance = {values(field.value)}"
            return _among("article_substance", named, leading=leading)
        case "since" | "until" | "day":
            return _in_time(field, values)
        case "figure":
            return _has_figure(field, values, leading=leading)
        case "story":
            return f"article.story_id = {values(int(field.value))}"
        case "is":
            return _STATES[field.value]
    return f"article.{field.name} = {values(field.value)}"


def is_elsewhere(field: Field) -> bool:
    """Whether other tables than `article` know about the field."""
    return field.name in ("place", "source", "reporter", "substance", "figure")


def is_rare(field: Field) -> bool:
    """Whether few articles have what the field asks for, as a rule."""
    return field.name in ("place", "figure")


def _among(table: str, condition: str, *, leading: bool) -> str:
    if leading:
        return f"article.id IN (SELECT article_id FROM {table} WHERE {condition})"
    return f"EXISTS (SELECT 1 FROM {table} WHERE {table}.article_id = article.id AND {condition})"


def _has_facet(field: Field, values: Values, *, leading: bool) -> str:
    """One of the article's places holds the words; its reporter and source are named so, or begin with them."""
    like = f"{'%' if field.name == 'place' else ''}{_plain(field.value)}%"
    named = f"facet.kind = {values(field.name)} AND facet.folded LIKE {values(like)} ESCAPE '!'"
    if leading:
        return _among("article_facet", f"facet_id IN (SELECT id FROM facet WHERE {named})", leading=True)
    # SQLite keeps to the order of a CROSS JOIN: the few names of each article, not all articles of each name.
    held = "SELECT 1 FROM article_facet CROSS JOIN facet WHERE facet.id = article_facet.facet_id"
    return f"EXISTS ({held} AND article_facet.article_id = article.id AND {named})"


def _plain(words: str) -> str:
    """Words in a pattern of LIKE whose escape is an exclamation mark."""
    return words.replace("!", "!!").replace("%", "!%").replace("_", "!_")


def _in_time(field: Field, values: Values) -> str:
    begin, end = (time_key(at) for at in span_of_day(field.value))
    after = "" if field.name == "until" else f"article.sort_key >= {values(begin)}"
    before = "" if field.name == "since" else f"article.sort_key < {values(end)}"
    return f"({after} AND {before})" if after and before else after or before


def _has_figure(field: Field, values: Values, *, leading: bool) -> str:
    """One figure that may be asserted meets the bound, as `storage.telling.figures.meets` has it."""
    bound = field.bound
    assert bound is not None, "a figure is resolved before it is asked for"
    # The bound first: it costs least, and few figures meet it.
    asked = f"{_compared(bound, values)} AND fact.uncertain = '' AND fact.target = FALSE AND fact.unit = {values(bound.unit)}"
    if bound.measure:
        asked += f" AND fact.measure = {values(bound.measure)}"
    if bound.substance:
        like = values(f"%+{_plain(bound.substance)}+%")
        asked += f" AND '+' || fact.substance || '+' LIKE {like} ESCAPE '!'"
    return _among("fact", asked, leading=leading)


def _compared(bound: Bound, values: Values) -> str:
    value = values(bound.value)
    if bound.op == "=":
        return f"fact.value = {value} AND {_LEANING} = 0"
    return f"fact.value {bound.op[0]}= {value} AND (fact.value <> {value} OR {_LEANING} {bound.op} 0)"
