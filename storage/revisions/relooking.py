"""The one transaction that records what became of an archived page."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from storage.articles.ingesting import Entry, alone
from storage.articles.shelving import stored
from storage.captures.capturing import Kept
from storage.captures.rows import refer
from storage.revisions.agenda import validators
from storage.revisions.changes import Changed, what_changed
from storage.revisions.neighbours import call, hear
from storage.revisions.versions import add_version, next_version
from storage.revisions.visits import came_back, keep_relook
from storage.schema import article, revisit, source
from storage.telling.owing import owe, rules_in_force
from storage.telling.rules import matching
from storage.values.alerts import Event
from storage.values.findings import Stored
from storage.values.relooks import SITE_GONE, Relook, Relooked, Visit
from storage.watch.coverage import count

FAILED = "relook_failed:"
"""Begins the counters of looks that told nothing."""
IN_DOUBT = ("gone", SITE_GONE)
"""Outcomes of a look at a page that is gone and not called removed."""
NOT_COUNTED = ("unchanged", "not_modified", *IN_DOUBT)


def changed_since(old: Stored, entry: Entry) -> tuple[Changed, ...]:
    """What a page has other than the article in the archive; another verdict alone, of a new topic, is no change."""
    changed = what_changed(old.article, entry.result.article)
    if changed and old.verdict.relevant != entry.result.verdict.relevant:
        return (*changed, "verdict")
    return changed


class Relooking:
    """One re-look in one transaction."""

    def __init__(self, connection: Connection, relook: Relook, now: datetime) -> None:
        self._connection = connection
        self._relook = relook
        self._now = now
        self._next = relook.next

    def run(self, entry: Entry | None, kept: Sequence[Kept]) -> Relooked:
        """Write all of it."""
        relook = self._relook
        mine = article.c.id == relook.article_id
        if entry is not None:
            key = self._connection.execute(select(article.c.key).where(mine)).scalar_one()
            alone(self._connection, (f"page:{key}", *entry.names), entry.prints)
        row = self._connection.execute(select(article).where(mine).with_for_update()).one()
        done = self._settle(row, entry, kept)
        if done.outcome in IN_DOUBT and relook.if_doubted is not None:
            self._next = relook.if_doubted
        self._plan(done, changed=entry is not None)
        detail = relook.detail
        if relook.sight == "gone":
            detail = f"{relook.outcome} {relook.detail}".strip()
        elif done.outcome == "changed":
            detail = f"v{done.version}"
        self._note(row.id, done.outcome, detail)
        self._count(row, done)
        return done

    def _settle(self, row: Row[Any], entry: Entry | None, kept: Sequence[Kept]) -> Relooked:
        relook = self._relook
        if relook.sight == "gone":
            return self._gone(row)
        if relook.sight == "failed":
            return Relooked(outcome=relook.outcome, version=row.versions)
        back = row.removed_at is not None
        if back:
            self._mark(row.id, None, "")
        done = Relooked(outcome="not_modified", version=row.versions)
        if entry is not None:
            done = self._read(row, entry, kept)
        if back and done.outcome != "changed":
            return replace(done, outcome="back")
        if back:
            self._note(row.id, "back", "")
        return done

    def _gone(self, row: Row[Any]) -> Relooked:
        relook, since = self._relook, self._relook.gone_since or self._now
        if row.removed_at is not None:
            return Relooked(outcome="removed", version=row.versions)
        said = hear(self._connection, row.id, since=since)
        if said.ask is not None:
            call(self._connection, said.ask, self._now)
        if not relook.removed:
            return Relooked(outcome="gone", version=row.versions)
        if not said.believed:
            return Relooked(outcome=SITE_GONE, version=row.versions)
        if self._was_doubted(row.id):
            # A site comes back page by page: what is still missing is looked at once more.
            return Relooked(outcome="gone", version=row.versions)
        self._mark(row.id, since, relook.outcome)
        known = stored(self._connection, row.id)
        assert known is not None
        # A page may go, come back and go again: each going is an event of its own.
        about = f"r{int(since.timestamp())}" if came_back(self._connection, row.id) else ""
        event = Event(kind="removed", story_id=row.story_id, article_id=row.id, about=about)
        return Relooked(outcome="removed", version=row.versions, owed=self._owe(known, event))

    def _was_doubted(self, article_id: int) -> bool:
        last = select(revisit.c.outcome).where(revisit.c.article_id == article_id)
        return self._connection.scalar(last) == SITE_GONE

    def _read(self, row: Row[Any], entry: Entry, kept: Sequence[Kept]) -> Relooked:
        old = stored(self._connection, row.id)
        assert old is not None
        changed = changed_since(old, entry)
        if not changed:
            return Relooked(outcome="unchanged", version=row.versions)
        new = next_version(old, entry, changed, row.versions + 1, self._now)
        add_version(self._connection, old, entry, new)
        refer(self._connection, row.id, new.number, kept)
        owed = 0
        if new.figures:
            reread = stored(self._connection, row.id)
            assert reread is not None
            told = {"about": f"v{new.number}", "note": new.figures}
            owed = self._owe(reread, Event(kind="changed", story_id=row.story_id, article_id=row.id, **told))
        return Relooked(outcome="changed", version=new.number, owed=owed)

    def _owe(self, known: Stored, event: Event) -> int:
        rules = rules_in_force(self._connection)
        matched = matching(rules, known.article, known.verdict, known.facts)
        return owe(self._connection, matched, event, now=self._now, summary_at=None)

    def _mark(self, article_id: int, removed_at: datetime | None, why: str) -> None:
        marked = update(article).where(article.c.id == article_id)
        self._connection.execute(marked.values(removed_at=removed_at, removed_why=why))

    def _plan(self, done: Relooked, *, changed: bool) -> None:
        relook = self._relook
        values: dict[str, object] = {
            "step": self._next.step,
            "attempts": self._next.attempts,
            "next_at": self._next.at,
            "outcome": done.outcome,
            "visited_at": self._now,
            "gone_since": relook.gone_since,
        }
        if changed and relook.result is not None:
            values |= validators(relook.result.captures)
        mine = revisit.c.article_id == relook.article_id
        self._connection.execute(update(revisit).where(mine).values(values))

    def _note(self, article_id: int, outcome: str, detail: str) -> None:
        seen = Visit(at=self._now, outcome=outcome, detail=detail, next_at=self._next.at, archived=True)
        keep_relook(self._connection, article_id, seen)

    def _count(self, row: Row[Any], done: Relooked) -> None:
        url = self._connection.scalar(select(source.c.url).where(source.c.id == row.source_id)) or ""
        failed = self._relook.sight == "failed"
        counts = {"relooked": 1, (f"{FAILED}{done.outcome}" if failed else done.outcome): 1}
        counts = {name: n for name, n in counts.items() if name not in NOT_COUNTED}
        count(self._connection, row.portal, url, counts, now=self._now)
