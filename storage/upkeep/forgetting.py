"""Retention by kind: what need not be kept for ever, when somebody says so. Nothing is forgotten by default."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Row, delete, select, update

from storage.database import Database
from storage.schema import article, article_text, coverage, outbox, page_quality, receipt, run
from storage.search.index import index_of
from storage.search.terms import terms_of_article
from storage.values.model import SHANGHAI
from storage.watch.marking import REMEMBERED

AT_ONCE = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Retention:
    """Days that each kind is kept; 0 is for ever."""

    irrelevant_texts: int = 0
    """Of articles that are not relevant; headline, address, source and time stay, so the page is never fetched again."""
    receipts: int = 0
    """Of alerts that were sent or suppressed; the alerts stay."""
    coverage: int = 0
    """Counters of days, and how pages were read; of the latter at least a month."""
    runs: int = 0
    """Crawls that ended."""


def forget(database: Database, retention: Retention, *, now: datetime) -> Mapping[str, int]:
    """Forget what is older than it is to be kept; how many of each kind. Raises `ArchiveUnavailableError`."""
    done: dict[str, int] = {}
    if retention.irrelevant_texts:
        done["irrelevant_texts"] = _forget_texts(database, now - timedelta(days=retention.irrelevant_texts))
    with database.write() as connection:
        if retention.receipts:
            settled = select(outbox.c.id).where(outbox.c.state.in_(("sent", "suppressed")))
            old = receipt.c.at < now - timedelta(days=retention.receipts)
            gone = connection.execute(delete(receipt).where(old, receipt.c.outbox_id.in_(settled)))
            done["receipts"] = gone.rowcount
        if retention.coverage:
            day = (now - timedelta(days=retention.coverage)).astimezone(SHANGHAI).date()
            done["coverage"] = connection.execute(delete(coverage).where(coverage.c.day < day)).rowcount
            # The watch over how pages read needs its month, whatever is wanted of counters.
            needed = (now - REMEMBERED).astimezone(SHANGHAI).date()
            connection.execute(delete(page_quality).where(page_quality.c.day < min(day, needed)))
        if retention.runs:
            old = run.c.finished_at < now - timedelta(days=retention.runs)
            done["runs"] = connection.execute(delete(run).where(old)).rowcount
    return done


def _forget_texts(database: Database, before: datetime) -> int:
    asked = (
        select(
            article.c.id, article.c.sort_key, article.c.title, article_text.c.subtitle, article_text.c.text
        )
        .join(article_text, article_text.c.article_id == article.c.id)
        .where(article.c.relevant.is_(False), article.c.fetched_at < before, article_text.c.text != "")
        .order_by(article.c.id)
        .limit(AT_ONCE)
    )
    forgotten = 0
    while True:
        with database.write() as connection:
            rows = connection.execute(asked).all()
            for row in rows:
                _forget_text(connection, row)
        forgotten += len(rows)
        if len(rows) < AT_ONCE:
            return forgotten


def _forget_text(connection: Connection, row: Row[int, int, str, str, str]) -> None:
    index = index_of(connection)
    index.remove(connection, row.sort_key, terms_of_article(row.title, row.subtitle, row.text))
    index.add(connection, row.sort_key, terms_of_article(row.title, row.subtitle, ""))
    nothing = {"text": "", "evidence": [], "images": [], "attachments": []}
    connection.execute(update(article_text).where(article_text.c.article_id == row.id).values(nothing))
