"""Other archived pages of a site: whether they still stand, and asking one that may know."""

from datetime import datetime
from typing import NamedTuple
from urllib.parse import urlsplit

from sqlalchemy import Connection, func, or_, select, update

from storage.revisions.removals import Belief, Neighbour, weigh
from storage.schema import article, revisit, source, visit

STANDING = ("not_modified", "unchanged", "changed", "back")
"""Outcomes of a look at a page that stood there."""
_HEARD = 100
_REACH = 100_000
"""Articles archived so many before or after are not asked for: the look-up costs the same in any archive."""


class _Page(NamedTuple):
    url: str
    fetched_at: datetime
    portal: str
    host: str


def hear(connection: Connection, article_id: int, *, since: datetime) -> Belief:
    """What is known of the site of a page that is gone since `since`."""
    columns = select(article.c.url, article.c.fetched_at, revisit.c.portal, revisit.c.host)
    mine = _Page._make(
        connection.execute(
            columns.join(revisit, revisit.c.article_id == article.c.id).where(article.c.id == article_id)
        ).one()
    )
    neighbours = _neighbours(connection, article_id, mine, before=_last_stood(connection, article_id, mine))
    return weigh(_site(mine.url), since, neighbours, lists_fail=_lists_fail(connection, mine))


def call(connection: Connection, article_id: int, now: datetime) -> None:
    """Have a page looked at with the next crawl of its site."""
    later = or_(revisit.c.next_at.is_(None), revisit.c.next_at > now)
    asked = update(revisit).where(revisit.c.article_id == article_id, later)
    connection.execute(asked.values(next_at=now))


def _last_stood(connection: Connection, article_id: int, mine: _Page) -> datetime:
    looks = select(func.max(visit.c.at)).where(
        visit.c.article_id == article_id, visit.c.outcome.in_(STANDING)
    )
    stood: datetime = connection.scalar(looks) or mine.fetched_at
    return stood


def _neighbours(
    connection: Connection, article_id: int, mine: _Page, *, before: datetime
) -> tuple[Neighbour, ...]:
    """Pages that stood there together with it: what came later may be of another system, after a redesign."""
    asked = select(
        article.c.id, article.c.url, revisit.c.outcome, revisit.c.visited_at, revisit.c.gone_since, revisit.c.attempts
    ).join(revisit, revisit.c.article_id == article.c.id)  # fmt: skip
    asked = asked.where(
        revisit.c.portal == mine.portal,
        revisit.c.host == mine.host,
        revisit.c.article_id != article_id,
        revisit.c.article_id.between(article_id - _REACH, article_id + _REACH),
        article.c.fetched_at <= before,
    )
    rows = connection.execute(asked.order_by(func.abs(revisit.c.article_id - article_id)).limit(_HEARD))
    return tuple(
        Neighbour(
            article_id=row.id,
            site=_site(row.url),
            stood_at=row.visited_at if row.outcome in STANDING else None,
            gone_since=row.gone_since,
            failures=row.attempts,
        )
        for row in rows
    )


def _lists_fail(connection: Connection, mine: _Page) -> bool:
    """Whether every list of the site failed when it was last looked at."""
    asked = select(source.c.failures).where(
        source.c.portal == mine.portal,
        source.c.host == mine.host,
        source.c.active.is_(True),
        source.c.last_looked_at.is_not(None),
    )
    failures = connection.scalars(asked).all()
    return bool(failures) and all(failures)


def _site(url: str) -> str:
    return urlsplit(url).hostname or ""
