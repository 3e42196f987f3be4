"""The one transaction that turns a page into an archived article."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from sqlalchemy import Connection, Row, Table, func, select, text, update

from storage.articles.facets import facets_of, keep_facets
from storage.articles.shelving import article_row, fact_rows, sort_key, substances, text_row
from storage.captures.capturing import Kept
from storage.captures.rows import refer
from storage.identity.addressing import in_force, url_names
from storage.identity.fingerprint import text_hash, url_key
from storage.revisions.agenda import plan_first
from storage.schema import article, article_substance, article_text, fact, link, source
from storage.search.index import index_of
from storage.search.terms import terms_of_article
from storage.statements import insert
from storage.stories.joining import Bearings, bearings, find_story, join, tie
from storage.stories.reprints import Kin
from storage.telling.owing import owe, rules_in_force
from storage.telling.rules import is_baseline, matching
from storage.values.alerts import Event
from storage.values.records import Ingested, Lease, PageResult
from storage.watch.coverage import count
from storage.watch.leases import require
from storage.watch.marking import note_reading

_Row: TypeAlias = Row[Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """A page with everything that can be worked out before the transaction."""

    result: PageResult
    bearings: Bearings
    digest: str | None
    """The identity of its text."""
    terms: frozenset[str]
    kept: tuple[Kept, ...] = ()
    """The bytes it was read from, already on disk."""

    @property
    def names(self) -> tuple[str, ...]:
        """The identity of its text; those of its addresses depend on the rules in force."""
        return () if self.digest is None else (f"text:{self.digest}",)

    @property
    def prints(self) -> tuple[int, ...]:
        """The fingerprints of its wording."""
        return self.bearings.prints


@dataclass(frozen=True, kw_only=True, slots=True)
class Watch:
    """Since when a report is news."""

    now: datetime
    quiet_before: timedelta
    summary_after: timedelta
    relook_after: timedelta | None = None
    """How long after it was archived a relevant article is looked at again; None: never."""


def prepare(result: PageResult) -> Entry:
    """Work out what finds its story and its search terms."""
    read = result.article
    return Entry(
        result=result,
        bearings=bearings(result),
        digest=text_hash(read.text),
        terms=terms_of_article(read.title, read.subtitle, read.text),
    )


class Ingestion:
    """One page in one transaction."""

    def __init__(self, connection: Connection, entry: Entry, watch: Watch) -> None:
        self._connection = connection
        self._entry = entry
        self._result = entry.result
        self._watch = watch

    def run(self, lease: Lease | None) -> Ingested:
        """Write all of it. A page that is there already only settles its link."""
        if lease is not None:
            require(self._connection, lease)
        self._name()
        self._listed = self._read_link()
        if (known := self._read_known()) is not None:
            self._settle(known.id, {})
            return Ingested(article_id=known.id, story_id=known.story_id, new=False, joined=False, owed=0)
        kin = find_story(self._connection, self._names, self._entry.bearings)
        story_id = join(
            self._connection, kin, self._names, title=self._result.article.title, now=self._watch.now
        )
        silent = self._is_silent()
        article_id = self._write(story_id, kin, silent=silent)
        owed = self._owe(story_id, article_id, kin, silent=silent)
        relevant = int(self._result.verdict.relevant)
        counts = {"archived": 1, "judged": 1, "relevant": relevant, "alerted": int(owed > 0)}
        self._settle(article_id, counts)
        return Ingested(
            article_id=article_id,
            story_id=story_id,
            new=True,
            joined=kin.story_id is not None,
            owed=owed,
            joined_as=kin.joined_as,
            related=len(kin.related),
        )

    def _name(self) -> None:
        """Tell the page's key and names by the rules in force, and work on them alone."""
        read, entry = self._result.article, self._entry
        book = in_force(self._connection, writing=True)
        self._key = url_key(read.url, book)
        self._names = tuple(sorted((*entry.names, *url_names(read.url, read.canonical_url, book))))
        own = entry.bearings
        alone(self._connection, (f"page:{self._key}", *self._names), (*own.prints, *own.marks))

    def _read_link(self) -> _Row | None:
        asked = select(link, source.c.first_ok_at, source.c.url.label("source_url"))
        asked = asked.join(source, source.c.id == link.c.source_id)
        return self._connection.execute(asked.where(link.c.id == self._result.link_id)).one_or_none()

    def _read_known(self) -> Row[int, int] | None:
        asked = select(article.c.id, article.c.story_id).where(article.c.key == self._key)
        return self._connection.execute(asked).one_or_none()

    def _is_silent(self) -> bool:
        listed, read = self._listed, self._result.article
        if listed is None:
            return False
        dated = read if read.published_at else listed
        # What a backfill finds is history, unless it turns out to be so new that the watch would have told of it.
        began = None if listed.backfill else listed.first_ok_at
        return is_baseline(
            dated.published_at,
            dated.precision,
            watch_began_at=began or listed.first_seen_at,
            quiet_before=self._watch.quiet_before,
            in_first_list=listed.first_list or listed.backfill,
        )

    def _write(self, story_id: int, kin: Kin, *, silent: bool) -> int:
        """Article, text, figures, search entry and what ties it to others; returns the article's id."""
        read, facts = self._result.article, self._result.facts
        article_id = _next_id(self._connection)
        place = sort_key(article_id, read.published_at, read.fetched_at)
        own = {"id": article_id, "key": self._key, "sort_key": place, "story_id": story_id}
        own |= {
            "silent": silent,
            "joined_as": kin.joined_as,
            "source_id": self._listed.source_id if self._listed else None,
        }
        self._insert(article, [article_row(self._result) | own])
        self._insert(article_text, [text_row(article_id, read, self._result.verdict)])
        refer(self._connection, article_id, 1, self._entry.kept)
        self._plan_relook(article_id)
        self._insert(fact, fact_rows(article_id, facts))
        named = [{"substance": name, "article_id": article_id} for name in substances(facts)]
        self._insert(article_substance, named)
        keep_facets(self._connection, article_id, facets_of(self._result.article, self._result.verdict))
        index_of(self._connection).add(self._connection, place, self._entry.terms)
        tie(self._connection, kin, self._entry.bearings, story_id=story_id, article_id=article_id)
        return article_id

    def _plan_relook(self, article_id: int) -> None:
        after, listed = self._watch.relook_after, self._listed
        # What a backfill finds has long been what it is, and there may be thousands.
        if after is None or listed is None or listed.backfill:
            return
        if self._result.verdict.relevant:
            at = self._result.article.fetched_at + after
            plan_first(self._connection, article_id, listed, self._result.captures, at=at)

    def _insert(self, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
        if rows:
            self._connection.execute(insert(self._connection, table), rows)

    def _owe(self, story_id: int, article_id: int, kin: Kin, *, silent: bool) -> int:
        """The alerts of a story, and of what came next in it."""
        rules = rules_in_force(self._connection)
        matched = matching(rules, self._result.article, self._result.verdict, self._result.facts)
        now, owed = self._watch.now, 0
        if kin.joined_as == "follow_up" and not silent:
            # Before the story itself: to whom that is new, it is told once, as a story.
            about = f"a{article_id}"
            sequel = Event(kind="follow_up", story_id=story_id, article_id=article_id, about=about)
            owed = owe(self._connection, matched, sequel, now=now, summary_at=None)
        summary_at = now + self._watch.summary_after if silent else None
        why = "backfill" if silent and self._listed is not None and self._listed.backfill else ""
        event = Event(kind="story", story_id=story_id, article_id=article_id, silent=why)
        return owed + owe(self._connection, matched, event, now=now, summary_at=summary_at)

    def _settle(self, article_id: int, counts: Mapping[str, int]) -> None:
        """Turn the link into an article and count what happened; a link that is one already counts nothing."""
        listed = self._listed
        if listed is None:
            count(self._connection, self._result.article.portal, "", counts, now=self._watch.now)
        elif listed.state != "archived":
            done = {"state": "archived", "outcome": self._result.outcome, "article_id": article_id}
            done |= {"detail": "", "retry_at": None}
            self._connection.execute(update(link).where(link.c.id == listed.id).values(done))
            note_reading(self._connection, listed, self._result, self._watch.now)
            counts = {"fetched": 1, **counts}
            count(self._connection, listed.portal, listed.source_url, counts, now=self._watch.now)


def alone(connection: Connection, names: Iterable[str], prints: Iterable[int]) -> None:
    """Let no other transaction work on the same page, story names or fingerprints until this one ends.

    SQLite has one writer anyway. On PostgreSQL both of two reprints would find no story and make one each.
    """
    if connection.dialect.name == "sqlite":
        return
    digests = (hashlib.blake2b(name.encode("utf-8", "replace"), digest_size=8).digest() for name in names)
    keys = {int.from_bytes(digest, signed=True) for digest in digests}
    # Sorted, so that two of them never wait for each other in a circle; `unnest` keeps the order.
    lock = text(
        "SELECT count(pg_advisory_xact_lock(key)) FROM unnest(CAST(:keys AS bigint[])) AS wanted(key)"
    )
    connection.execute(lock, {"keys": sorted(keys | set(prints))})


def _next_id(connection: Connection) -> int:
    """The id is part of the sort key, so it must be known before the row is."""
    if connection.dialect.name == "sqlite":
        return int(connection.scalar(select(func.coalesce(func.max(article.c.id), 0) + 1)) or 1)
    return int(connection.scalar(select(func.nextval(func.pg_get_serial_sequence("article", "id")))) or 0)
