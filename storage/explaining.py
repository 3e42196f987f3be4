"""Why a page was, or was not, archived, judged and told."""

from typing import Any

from sqlalchemy import Connection, Row, func, or_, select

from storage.addressing import in_force
from storage.fingerprint import url_key
from storage.records import AlertHistory, Explanation, LinkHistory, SourceState
from storage.schema import article, link, outbox, source
from storage.shelving import verdict_of


def explain(connection: Connection, url: str) -> Explanation:
    """Everything known of an address."""
    key = url_key(url, in_force(connection))
    listed = select(link, source.c.url.label("source_url")).join(source, source.c.id == link.c.source_id)
    rows = connection.execute(listed.where(link.c.key == key)).all()
    ids = [row.article_id for row in rows if row.article_id is not None]
    found = connection.execute(
        select(article).where(or_(article.c.key == key, article.c.id.in_(ids)))
    ).first()
    return Explanation(
        url=url,
        key=key,
        links=tuple(_history(row) for row in rows),
        article_id=found.id if found else None,
        story_id=found.story_id if found else None,
        verdict=verdict_of(connection, found) if found else None,
        silent=found.silent if found else None,
        alerts=_alerts(connection, found.story_id) if found else (),
    )


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


def _alerts(connection: Connection, story_id: int) -> tuple[AlertHistory, ...]:
    owed = select(outbox).where(outbox.c.story_id == story_id).order_by(outbox.c.id)
    names = AlertHistory.__dataclass_fields__
    return tuple(
        AlertHistory(**{name: getattr(row, name) for name in names}) for row in connection.execute(owed)
    )
