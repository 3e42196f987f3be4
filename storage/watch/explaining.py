"""Why a page was, or was not, archived, judged and told."""

from typing import Any

from sqlalchemy import Connection, Row, func, or_, select

from storage.articles.shelving import verdict_of
from storage.identity.addressing import in_force
from storage.identity.fingerprint import url_key
from storage.revisions.agenda import state_of
from storage.revisions.versions import versions
from storage.revisions.visits import visits
from storage.schema import article, link, outbox, source, story
from storage.telling.receipts import attempts
from storage.values.histories import AlertHistory, ArticleHistory, Explanation, LinkHistory
from storage.values.records import SourceState


def explain(connection: Connection, url: str) -> Explanation:
    """Everything known of an address, whether it is the one that was listed or the one the page was found at."""
    key = url_key(url, in_force(connection))
    ids = select(link.c.article_id).where(link.c.key == key, link.c.article_id.is_not(None))
    found = connection.execute(
        select(article).where(or_(article.c.key == key, article.c.id.in_(ids)))
    ).first()
    listed = select(link, source.c.url.label("source_url")).join(source, source.c.id == link.c.source_id)
    same = link.c.key == key if found is None else or_(link.c.key == key, link.c.article_id == found.id)
    rows = connection.execute(listed.where(same).order_by(link.c.first_seen_at, link.c.id)).all()
    seen = visits(connection, link_ids=tuple(row.id for row in rows), article_id=found.id if found else None)
    return Explanation(
        url=url,
        key=key,
        links=tuple(_history(row) for row in rows),
        visits=seen,
        article_id=found.id if found else None,
        story_id=found.story_id if found else None,
        verdict=verdict_of(connection, found) if found else None,
        silent=found.silent if found else None,
        article=_article(connection, found) if found else None,
        alerts=_alerts(connection, found.story_id) if found else (),
    )


def history(connection: Connection, article_id: int) -> ArticleHistory | None:
    """What became of an article; None when there is none with that id."""
    found = connection.execute(select(article).where(article.c.id == article_id)).one_or_none()
    return _article(connection, found) if found else None


def source_states(connection: Connection) -> tuple[SourceState, ...]:
    """Every source and how it fares."""
    waiting = (
        select(link.c.source_id, func.count().label("pending_links"))
        .where(link.c.state == "pending")
        .group_by(link.c.source_id)
        .subquery()
    )
    asked = select(source, func.coalesce(waiting.c.pending_links, 0).label("pending_links"))
    asked = asked.outerjoin(waiting, waiting.c.source_id == source.c.id)
    names = SourceState.__dataclass_fields__
    return tuple(
        SourceState(**{name: getattr(row, name) for name in names})
        for row in connection.execute(asked.order_by(source.c.portal, source.c.url))
    )


def _history(row: Row[Any]) -> LinkHistory:
    return LinkHistory(**{name: getattr(row, name) for name in LinkHistory.__dataclass_fields__})


def _article(connection: Connection, row: Row[Any]) -> ArticleHistory:
    of = connection.execute(select(story).where(story.c.id == row.story_id)).one()
    return ArticleHistory(
        id=row.id,
        title=row.title,
        archived_at=row.fetched_at,
        outcome=row.outcome,
        story_id=of.id,
        story_title=of.title,
        story_first_seen_at=of.first_seen_at,
        reports=of.reports,
        joined_as=row.joined_as,
        silent=row.silent,
        removed_at=row.removed_at,
        removed_why=row.removed_why,
        versions=versions(connection, row.id),
        revisit=state_of(connection, row.id),
    )


def _alerts(connection: Connection, story_id: int) -> tuple[AlertHistory, ...]:
    owed = select(outbox).where(outbox.c.story_id == story_id).order_by(outbox.c.id)
    rows = connection.execute(owed).all()
    left = attempts(connection, [row.id for row in rows])
    names = AlertHistory.__dataclass_fields__.keys() - {"receipts"}
    return tuple(
        AlertHistory(**{name: getattr(row, name) for name in names}, receipts=tuple(left.get(row.id, ())))
        for row in rows
    )
