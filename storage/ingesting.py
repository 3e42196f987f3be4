"""The one transaction that turns a page into an archived article."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from sqlalchemy import Connection, Row, Table, func, select, text, update

from storage.alerts import Event
from storage.captures import refer
from storage.capturing import Kept
from storage.coverage import count
from storage.facets import facets_of, keep_facets
from storage.fingerprint import names_a_page, text_hash, url_key
from storage.index import index_of
from storage.leases import require
from storage.nearness import Imprint, fingerprints, imprint
from storage.owing import owe, rules_in_force
from storage.records import Ingested, Lease, PageResult
from storage.reprints import Kin, find_kin, keep_prints, relate
from storage.rules import is_baseline, matching
from storage.schema import article, article_substance, article_text, fact, identity, link, source, story
from storage.shelving import article_row, fact_rows, sort_key, substances, text_row
from storage.statements import insert
from storage.terms import terms_of_article

_Row: TypeAlias = Row[Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """A page with everything that can be worked out before the transaction."""

    result: PageResult
    key: str
    names: tuple[str, ...]
    """The identities by which it finds its story."""
    imprint: Imprint
    prints: tuple[int, ...]
    """The fingerprints by which it finds the story it reprints, where no name does."""
    terms: frozenset[str]
    kept: tuple[Kept, ...] = ()
    """The bytes it was read from, already on disk."""


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
    words = terms_of_article(read.title, read.subtitle, read.text)
    own = imprint(read.title, read.text, read.published_at or read.fetched_at)
    return Entry(
        result=result,
        key=key,
        names=tuple(sorted(names)),
        imprint=own,
        prints=fingerprints(own),
        terms=words,
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
        _alone(self._connection, (f"page:{self._entry.key}", *self._entry.names), self._entry.prints)
        self._listed = self._read_link()
        if (known := self._read_known()) is not None:
            self._settle(known.id, {})
            return Ingested(article_id=known.id, story_id=known.story_id, new=False, joined=False, owed=0)
        kin = self._find_kin()
        story_id = self._join(kin)
        silent = self._is_silent()
        article_id = self._write(story_id, kin, silent=silent)
        owed = self._owe(story_id, article_id, silent=silent)
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

    def _read_link(self) -> _Row | None:
        asked = select(link, source.c.first_ok_at, source.c.url.label("source_url"))
        asked = asked.join(source, source.c.id == link.c.source_id)
        return self._connection.execute(asked.where(link.c.id == self._result.link_id)).one_or_none()

    def _read_known(self) -> Row[int, int] | None:
        asked = select(article.c.id, article.c.story_id).where(article.c.key == self._entry.key)
        return self._connection.execute(asked).one_or_none()

    def _find_kin(self) -> Kin:
        """The story the article belongs to: by name, else by likeness."""
        names = self._entry.names
        asked = select(identity.c.name, identity.c.story_id).where(identity.c.name.in_(names))
        found = self._connection.execute(asked.order_by(identity.c.story_id)).all()
        if not found:
            return find_kin(self._connection, self._entry.imprint, self._entry.prints)
        story_id = found[0].story_id
        same = any(name.startswith("text:") and of == story_id for name, of in found)
        return Kin(story_id=story_id, joined_as="verbatim" if same else "address")

    def _join(self, kin: Kin) -> int:
        """Add a report to its story, or begin one; its names lead there from now on."""
        story_id, execute = kin.story_id, self._connection.execute
        if story_id is None:
            new = insert(self._connection, story)
            new = new.values(title=self._result.article.title, first_seen_at=self._watch.now, reports=1)
            story_id = int(execute(new.returning(story.c.id)).scalar_one())
        else:
            execute(update(story).where(story.c.id == story_id).values(reports=story.c.reports + 1))
        if self._entry.names:
            rows = [{"name": name, "story_id": story_id} for name in self._entry.names]
            execute(insert(self._connection, identity).on_conflict_do_nothing(), rows)
        return story_id

    def _is_silent(self) -> bool:
        listed, read = self._listed, self._result.article
        if listed is None:
            return False
        dated = read if read.published_at else listed
        return is_baseline(
            dated.published_at,
            dated.precision,
            watch_began_at=listed.first_ok_at or listed.first_seen_at,
            quiet_before=self._watch.quiet_before,
            in_first_list=listed.first_list,
        )

    def _write(self, story_id: int, kin: Kin, *, silent: bool) -> int:
        """Article, text, figures, search entry and what ties it to others; returns the article's id."""
        read, facts = self._result.article, self._result.facts
        article_id = _next_id(self._connection)
        place = sort_key(article_id, read.published_at, read.fetched_at)
        own = {"id": article_id, "key": self._entry.key, "sort_key": place, "story_id": story_id}
        own |= {
            "silent": silent,
            "joined_as": kin.joined_as,
            "source_id": self._listed.source_id if self._listed else None,
        }
        self._insert(article, [article_row(self._result) | own])
        self._insert(article_text, [text_row(article_id, read, self._result.verdict)])
        refer(self._connection, article_id, 1, self._entry.kept)
        self._insert(fact, fact_rows(article_id, facts))
        named = [{"substance": name, "article_id": article_id} for name in substances(facts)]
        self._insert(article_substance, named)
        keep_facets(self._connection, article_id, facets_of(self._result.article, self._result.verdict))
        index_of(self._connection).add(self._connection, place, self._entry.terms)
        self._tie(story_id, article_id, kin)
        return article_id

    def _tie(self, story_id: int, article_id: int, kin: Kin) -> None:
        if kin.story_id is None:
            first = update(story).where(story.c.id == story_id).values(first_article_id=article_id)
            self._connection.execute(first)
            relate(self._connection, story_id, article_id, kin.related)
        # The first report of a text leads to all that have it.
        if kin.joined_as != "verbatim":
            keep_prints(self._connection, article_id, self._entry.prints)

    def _insert(self, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
        if rows:
            self._connection.execute(insert(self._connection, table), rows)

    def _owe(self, story_id: int, article_id: int, *, silent: bool) -> int:
        rules = rules_in_force(self._connection)
        matched = matching(rules, self._result.article, self._result.verdict, self._result.facts)
        now = self._watch.now
        summary_at = now + self._watch.summary_after if silent else None
        event = Event(kind="story", story_id=story_id, article_id=article_id)
        return owe(self._connection, matched, event, now=now, summary_at=summary_at)

    def _settle(self, article_id: int, counts: Mapping[str, int]) -> None:
        """Turn the link into an article and count what happened; a link that is one already counts nothing."""
        listed = self._listed
        if listed is None:
            count(self._connection, self._result.article.portal, "", counts, now=self._watch.now)
        elif listed.state != "archived":
            done = {"state": "archived", "outcome": self._result.outcome, "article_id": article_id}
            done |= {"detail": "", "retry_at": None}
            self._connection.execute(update(link).where(link.c.id == listed.id).values(done))
            counts = {"fetched": 1, **counts}
            count(self._connection, listed.portal, listed.source_url, counts, now=self._watch.now)


def _alone(connection: Connection, names: Iterable[str], prints: Iterable[int]) -> None:
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
