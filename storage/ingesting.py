"""The one transaction that turns a page into an archived article."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from sqlalchemy import Connection, Row, func, select, text, update

from storage.coverage import count
from storage.database import insert
from storage.fingerprint import names_a_page, text_hash, url_key
from storage.index import index_of
from storage.leases import require
from storage.model import Rule
from storage.owing import owe, rules_in_force
from storage.records import Ingested, Lease, PageResult
from storage.rules import is_baseline, matching
from storage.schema import article, article_substance, article_text, fact, identity, link, source, story
from storage.shelving import article_row, fact_rows, sort_key, substances, text_row
from storage.terms import terms

_Row: TypeAlias = Row[Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """A page with everything that can be worked out before the transaction."""

    result: PageResult
    key: str
    names: tuple[str, ...]
    """The identities by which it finds its story."""
    terms: frozenset[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Watch:
    """Since when a report is news."""

    now: datetime
    quiet_before: timedelta
    summary_after: timedelta


def prepare(result: PageResult) -> Entry:
    """Work out identities and search terms."""
    read = result.article
    key, canonical = url_key(read.url), url_key(read.canonical_url or read.url)
    names = {f"url:{name}" for name in (key, canonical) if names_a_page(name)}
    if (digest := text_hash(read.text)) is not None:
        names.add(f"text:{digest}")
    words = terms("\n".join((read.title, read.subtitle, read.text)))
    return Entry(result=result, key=key, names=tuple(sorted(names)), terms=words)


def ingest(connection: Connection, entry: Entry, lease: Lease | None, watch: Watch) -> Ingested:
    """Write all of it. A page that is there already only settles its link."""
    if lease is not None:
        require(connection, lease)
    _alone(connection, (f"page:{entry.key}", *entry.names))
    listed = _listed(connection, entry.result.link_id)
    known = connection.execute(
        select(article.c.id, article.c.story_id).where(article.c.key == entry.key)
    ).one_or_none()
    if known is not None:
        _settle(connection, entry.result, listed, known.id, {}, watch)
        return Ingested(article_id=known.id, story_id=known.story_id, new=False, joined=False, owed=0)
    story_id, joined = _story(connection, entry, watch.now)
    silent = _is_silent(entry.result, listed, watch)
    article_id = _write(connection, entry, story_id, listed, silent=silent)
    if not joined:
        connection.execute(update(story).where(story.c.id == story_id).values(first_article_id=article_id))
    owed = _owe(connection, entry.result, (story_id, article_id), watch, silent=silent)
    relevant = int(entry.result.verdict.relevant)
    counts = {"archived": 1, "judged": 1, "relevant": relevant, "alerted": int(owed > 0)}
    _settle(connection, entry.result, listed, article_id, counts, watch)
    return Ingested(article_id=article_id, story_id=story_id, new=True, joined=joined, owed=owed)


def _alone(connection: Connection, names: Iterable[str]) -> None:
    """Let no other transaction work on the same page or story names until this one ends.

    SQLite has one writer anyway. On PostgreSQL both of two reprints would find no story and make one each.
    """
    if connection.dialect.name == "sqlite":
        return
    digests = (hashlib.blake2b(name.encode("utf-8", "replace"), digest_size=8).digest() for name in names)
    # Sorted, so that two of them never wait for each other in a circle.
    for key in sorted(int.from_bytes(digest, signed=True) for digest in digests):
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})


def _listed(connection: Connection, link_id: int | None) -> _Row | None:
    asked = select(link, source.c.first_ok_at, source.c.url.label("source_url"))
    asked = asked.join(source, source.c.id == link.c.source_id)
    return connection.execute(asked.where(link.c.id == link_id)).one_or_none()


def _story(connection: Connection, entry: Entry, now: datetime) -> tuple[int, bool]:
    """The story the article belongs to, and whether it was there before."""
    asked = select(func.min(identity.c.story_id)).where(identity.c.name.in_(entry.names))
    found = connection.scalar(asked)
    if found is None:
        new = insert(connection, story).values(title=entry.result.article.title, first_seen_at=now, reports=1)
        story_id = int(connection.execute(new.returning(story.c.id)).scalar_one())
    else:
        story_id = found
        connection.execute(update(story).where(story.c.id == story_id).values(reports=story.c.reports + 1))
    rows = [{"name": name, "story_id": story_id} for name in entry.names]
    if rows:
        connection.execute(insert(connection, identity).values(rows).on_conflict_do_nothing())
    return story_id, found is not None


def _is_silent(result: PageResult, listed: _Row | None, watch: Watch) -> bool:
    if listed is None:
        return False
    read = result.article
    published, precision = (
        (read.published_at, read.precision) if read.published_at else (listed.published_at, listed.precision)
    )
    return is_baseline(
        published,
        precision,
        watch_began_at=listed.first_ok_at or listed.first_seen_at,
        quiet_before=watch.quiet_before,
        in_first_list=listed.first_list,
    )


def _write(connection: Connection, entry: Entry, story_id: int, listed: _Row | None, *, silent: bool) -> int:
    """Article, text, figures and search entry; returns the article's id."""
    result, read = entry.result, entry.result.article
    article_id = _next_id(connection)
    place = sort_key(article_id, read.published_at, read.fetched_at)
    own = {"id": article_id, "key": entry.key, "sort_key": place, "story_id": story_id, "silent": silent}
    own["source_id"] = listed.source_id if listed is not None else None
    connection.execute(insert(connection, article).values(article_row(result) | own))
    connection.execute(insert(connection, article_text).values(text_row(article_id, read, result.verdict)))
    if result.facts:
        connection.execute(insert(connection, fact).values(fact_rows(article_id, result.facts)))
    if named := substances(result.facts):
        rows = [{"substance": name, "article_id": article_id} for name in named]
        connection.execute(insert(connection, article_substance).values(rows))
    index_of(connection).add(connection, place, entry.terms)
    return article_id


def _next_id(connection: Connection) -> int:
    """The id is part of the sort key, so it must be known before the row is."""
    if connection.dialect.name == "sqlite":
        return int(connection.scalar(select(func.coalesce(func.max(article.c.id), 0) + 1)) or 1)
    return int(connection.scalar(select(func.nextval(func.pg_get_serial_sequence("article", "id")))) or 0)


def _owe(
    connection: Connection, result: PageResult, ids: tuple[int, int], watch: Watch, *, silent: bool
) -> int:
    matched: tuple[Rule, ...] = matching(rules_in_force(connection), result.article, result.verdict)
    summary_at = watch.now + watch.summary_after if silent else None
    return owe(connection, matched, ids, now=watch.now, summary_at=summary_at)


def _settle(  # noqa: PLR0913 - the ends of one transaction
    connection: Connection,
    result: PageResult,
    listed: _Row | None,
    article_id: int,
    counts: dict[str, int],
    watch: Watch,
) -> None:
    """Turn the link into an article and count what happened; nothing for a link that is one already."""
    if listed is not None and listed.state != "archived":
        counts = {"fetched": 1} | counts
        done = {"state": "archived", "outcome": result.outcome, "article_id": article_id, "retry_at": None}
        connection.execute(update(link).where(link.c.id == listed.id).values(done | {"detail": ""}))
    portal = listed.portal if listed is not None else result.article.portal
    count(connection, portal, listed.source_url if listed is not None else "", counts, now=watch.now)
