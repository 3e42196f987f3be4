"""Articles as rows, and rows as articles."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select

from storage.schema import article, article_text, fact, story
from storage.search.terms import storable
from storage.values.findings import Stored
from storage.values.model import (
    Article,
    Change,
    Evidence,
    Fact,
    Image,
    Precision,
    Story,
    Trace,
    Verdict,
)
from storage.values.records import PageResult

ID_BITS = 28
"""How much of a sort key is the article's id: enough for 268 million articles of one second."""
_FARTHEST = 1 << 63 - ID_BITS
"""Seconds from 1970 that a sort key can tell, either way: the years 881 to 3058; what is farther counts as that."""


def sort_key(article_id: int, published_at: datetime | None, fetched_at: datetime) -> int:
    """The place of an article in time: seconds since 1970, then id.

    A time that had not come when the page was fetched is a mistake of the page, and counts as the fetch's.
    """
    at = min(published_at or fetched_at, fetched_at)
    return time_key(at) | article_id & (1 << ID_BITS) - 1


def told_at(published_at: datetime | None, precision: Precision, fetched_at: datetime) -> datetime:
    """When a report stood there for certain: of two, the earlier was first.

    Its printed minute; the end of its day where only that is printed; and never after it was fetched.
    """
    if published_at is None:
        return fetched_at
    return min(published_at + timedelta(days=1) if precision == "day" else published_at, fetched_at)


def time_key(at: datetime) -> int:
    """The sort key before those of all articles of this second."""
    return min(max(int(at.timestamp()), -_FARTHEST), _FARTHEST - 1) << ID_BITS


def article_row(result: PageResult) -> dict[str, object]:
    """What the narrow row holds of an article and its verdict."""
    read, verdict = result.article, result.verdict
    return {
        "portal": read.portal,
        "url": read.url,
        "title": read.title,
        "source": read.source,
        "published_at": read.published_at,
        "precision": read.precision,
        "fetched_at": read.fetched_at,
        "outcome": result.outcome,
        "topic": verdict.topic,
        "relevant": verdict.relevant,
        "score": verdict.score,
        "category": verdict.category,
        "province": verdict.province,
    }


def text_row(article_id: int, read: Article, verdict: Verdict) -> dict[str, object]:
    """What is read only when one article is shown."""
    return {
        "article_id": article_id,
        "canonical_url": read.canonical_url,
        "subtitle": read.subtitle,
        "text": read.text,
        "authors": _plain(read.authors),
        "editors": _plain(read.editors),
        "images": [_plain_fields(image) for image in read.images],
        "attachments": _plain(read.attachments),
        "missing_pages": _plain(read.missing_pages),
        "language": read.language,
        "charset": read.charset,
        "charset_from": read.charset_from,
        "trace": [_plain_fields(step) for step in read.trace],
        "places": _plain(verdict.places),
        "evidence": [_plain_fields(one) for one in verdict.evidence],
    }


LONG_PERIOD = timedelta(days=45)
"""A figure of a longer period sums up many cases: it is a statistic, never added to others."""


def is_statistic(one: Fact) -> bool:
    """Whether a figure sums up a time, or tells how many there are, rather than what one case brought."""
    if one.basis == "stock":
        return True
    return bool(one.period_from and one.period_to) and one.period_to - one.period_from > LONG_PERIOD  # type: ignore[operator]


def fact_rows(article_id: int, facts: Iterable[Fact]) -> list[dict[str, object]]:
    """One row a figure."""
    return [_fact_row(article_id, one) for one in facts]


def substances(facts: Iterable[Fact]) -> tuple[str, ...]:
    """The substances the figures name, each once; those joined by `+` one by one."""
    return tuple(sorted({name for one in facts if one.substance for name in one.substance.split("+")}))


def stored(connection: Connection, article_id: int) -> Stored | None:
    """The article with that id."""
    row = connection.execute(select(article).where(article.c.id == article_id)).one_or_none()
    if row is None:
        return None
    told = told_stories(connection, [row.story_id])[row.story_id]
    return as_stored(row, _text_of(connection, article_id), told, facts_of(connection, article_id))


def told_stories(connection: Connection, ids: Iterable[int]) -> dict[int, Story]:
    """The stories with these ids."""
    asked = select(story).where(story.c.id.in_(sorted(set(ids))))
    names = Story.__dataclass_fields__
    rows = connection.execute(asked)
    return {row.id: Story(**{name: getattr(row, name) for name in names}) for row in rows}


def as_stored(row: Row[Any], text: Row[Any], told: Story, facts: tuple[Fact, ...]) -> Stored:
    """An article from its rows."""
    return Stored(
        id=row.id,
        story=told,
        article=_article(row, text),
        outcome=row.outcome,
        verdict=_verdict(row, text),
        facts=facts,
        province=row.province,
        silent=row.silent,
        versions=row.versions,
        removed_at=row.removed_at,
    )


def verdict_of(connection: Connection, row: Row[Any]) -> Verdict:
    """The verdict on the article of this narrow row."""
    return _verdict(row, _text_of(connection, row.id))


def _text_of(connection: Connection, article_id: int) -> Row[Any]:
    return connection.execute(select(article_text).where(article_text.c.article_id == article_id)).one()


def _article(row: Row[Any], text: Row[Any]) -> Article:
    return Article(
        url=row.url,
        canonical_url=text.canonical_url,
        portal=row.portal,
        title=row.title,
        subtitle=text.subtitle,
        published_at=row.published_at,
        precision=row.precision,
        source=row.source,
        authors=tuple(text.authors),
        editors=tuple(text.editors),
        text=text.text,
        images=tuple(Image(**image) for image in text.images),
        attachments=tuple(text.attachments),
        language=text.language,
        fetched_at=row.fetched_at,
        charset=text.charset,
        charset_from=text.charset_from,
        missing_pages=tuple(text.missing_pages),
        trace=tuple(Trace(**step) for step in text.trace),
    )


def _verdict(row: Row[Any], text: Row[Any]) -> Verdict:
    return Verdict(
        topic=row.topic,
        relevant=row.relevant,
        score=row.score,
        category=row.category,
        province=row.province,
        places=tuple(text.places),
        evidence=tuple(Evidence(**one) for one in text.evidence),
    )


def facts_of(connection: Connection, article_id: int) -> tuple[Fact, ...]:
    """The figures of an article, in the order of its text."""
    rows = connection.execute(select(fact).where(fact.c.article_id == article_id).order_by(fact.c.id))
    return tuple(as_fact(row) for row in rows)


def as_fact(row: Row[Any]) -> Fact:
    """A figure from its row."""
    values = {name: getattr(row, name) for name in Fact.__dataclass_fields__}
    values["change"] = Change(**row.change) if row.change else None
    return Fact(**values)


def _fact_row(article_id: int, one: Fact) -> dict[str, object]:
    values: dict[str, object] = {name: getattr(one, name) for name in Fact.__dataclass_fields__}
    values["change"] = _plain_fields(one.change) if one.change else None
    return values | {"article_id": article_id, "statistic": is_statistic(one)}


def _plain(words: Sequence[str]) -> list[str]:
    return [storable(word) for word in words]


def _plain_fields(value: Any) -> dict[str, object]:
    return {
        name: storable(field) if isinstance(field, str) else field for name, field in asdict(value).items()
    }
