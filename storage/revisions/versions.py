"""Versions of an archived article as rows: the newest is the article itself, earlier ones stay readable."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from storage.articles.facets import facets_of, replace_facets
from storage.articles.ingesting import Entry
from storage.articles.shelving import article_row, fact_rows, stored, substances, text_row
from storage.revisions.changes import Changed, changed_figures, figures_line
from storage.schema import (
    article,
    article_substance,
    article_text,
    event_mark,
    fact,
    fingerprint,
    identity,
    story,
    version,
)
from storage.search.index import index_of
from storage.search.terms import storable, terms_of_article
from storage.statements import insert
from storage.stories.followups import keep_marks
from storage.stories.reprints import keep_prints
from storage.values.findings import Stored
from storage.values.model import Change, Fact
from storage.values.relooks import Version

KEPT_AS_FIRST_READ = ("portal", "url", "published_at", "precision", "fetched_at")
"""What a later reading never changes: the place in time and the address by which an article is known."""


def first_version(old: Stored) -> Version:
    """An article that never changed, as its one version."""
    return Version(
        article_id=old.id,
        number=1,
        seen_at=old.article.fetched_at,
        title=old.article.title,
        text=old.article.text,
        source=old.article.source,
        authors=old.article.authors,
        editors=old.article.editors,
        facts=old.facts,
        text_sha256=text_sha256(old.article.text),
        changed=(),
        figures="",
        outcome=old.outcome,
        relevant=old.verdict.relevant,
        score=old.verdict.score,
    )


def next_version(
    old: Stored, entry: Entry, changed: tuple[Changed, ...], number: int, now: datetime
) -> Version:
    """What a page reads as now, as a version of the article it was."""
    result, read = entry.result, entry.result.article
    return Version(
        article_id=old.id,
        number=number,
        seen_at=now,
        title=read.title,
        text=read.text,
        source=read.source,
        authors=read.authors,
        editors=read.editors,
        facts=result.facts,
        text_sha256=text_sha256(read.text),
        changed=changed,
        figures=figures_line(changed_figures(old.facts, result.facts)),
        outcome=result.outcome,
        relevant=result.verdict.relevant,
        score=result.verdict.score,
    )


def text_sha256(text: str) -> str:
    """SHA-256 of a text as it is stored, in hexadecimal."""
    return hashlib.sha256(storable(text).encode()).hexdigest()


def add_version(connection: Connection, old: Stored, entry: Entry, new: Version) -> None:
    """Write a version, and the one before it if it is the first that changed; the article reads as the new one."""
    if new.number == 2:
        connection.execute(insert(connection, version).values(_row(first_version(old))))
    connection.execute(insert(connection, version).values(_row(new)))
    _read_anew(connection, old, entry, new.number)


def versions(connection: Connection, article_id: int) -> tuple[Version, ...]:
    """Every version of an article, the first one first; none of an article that is not there."""
    asked = select(version).where(version.c.article_id == article_id).order_by(version.c.number)
    rows = connection.execute(asked).all()
    if rows:
        return tuple(_version(row) for row in rows)
    only = stored(connection, article_id)
    return (first_version(only),) if only else ()


def _read_anew(connection: Connection, old: Stored, entry: Entry, number: int) -> None:
    """Let article, text, figures, names, search entry and fingerprints be those of the new reading."""
    result, execute = entry.result, connection.execute
    own = {name: value for name, value in article_row(result).items() if name not in KEPT_AS_FIRST_READ}
    changed = update(article).where(article.c.id == old.id).values(own | {"versions": number})
    row = execute(changed.returning(article.c.sort_key, article.c.joined_as)).one()
    text = text_row(old.id, result.article, result.verdict)
    execute(update(article_text).where(article_text.c.article_id == old.id).values(text))
    _replace_figures(connection, old.id, result.facts)
    replace_facets(connection, old.id, facets_of(result.article, result.verdict))
    before = terms_of_article(old.article.title, old.article.subtitle, old.article.text)
    index_of(connection).remove(connection, row.sort_key, before)
    index_of(connection).add(connection, row.sort_key, entry.terms)
    if row.joined_as != "verbatim":
        for table in (fingerprint, event_mark):
            execute(delete(table).where(table.c.article_id == old.id))
        keep_prints(connection, old.id, entry.prints)
        keep_marks(connection, old.id, entry.bearings.marks)
    _name_anew(connection, old, entry)


def _replace_figures(connection: Connection, article_id: int, facts: tuple[Fact, ...]) -> None:
    for table in (fact, article_substance):
        connection.execute(delete(table).where(table.c.article_id == article_id))
    if facts:
        connection.execute(insert(connection, fact), fact_rows(article_id, facts))
    named = [{"substance": name, "article_id": article_id} for name in substances(facts)]
    if named:
        connection.execute(insert(connection, article_substance), named)


def _name_anew(connection: Connection, old: Stored, entry: Entry) -> None:
    """Reprints of either wording find the story; it is called as its first report is."""
    rows = [{"name": name, "story_id": old.story.id} for name in entry.names]
    if rows:
        connection.execute(insert(connection, identity).on_conflict_do_nothing(), rows)
    first = story.c.id == old.story.id, story.c.first_article_id == old.id
    connection.execute(update(story).where(*first).values(title=entry.result.article.title))


def _row(one: Version) -> dict[str, object]:
    values: dict[str, object] = {name: getattr(one, name) for name in Version.__dataclass_fields__}
    lists = {
        name: [storable(word) for word in getattr(one, name)] for name in ("authors", "editors", "changed")
    }
    return values | lists | {"facts": [_plain(asdict(each)) for each in one.facts]}


def _plain(values: Mapping[str, Any]) -> dict[str, object]:
    plain: dict[str, object] = {}
    for name, value in values.items():
        if isinstance(value, datetime):
            plain[name] = value.isoformat()
        elif isinstance(value, dict):
            plain[name] = _plain(value)
        else:
            plain[name] = storable(value) if isinstance(value, str) else value
    return plain


def _version(row: Row[Any]) -> Version:
    values = {name: getattr(row, name) for name in Version.__dataclass_fields__}
    lists = {name: tuple(values[name]) for name in ("authors", "editors", "changed")}
    return Version(**(values | lists | {"facts": tuple(_fact(one) for one in row.facts)}))


def _fact(values: Mapping[str, Any]) -> Fact:
    moments = {
        name: datetime.fromisoformat(values[name]) if values[name] else None
        for name in ("period_from", "period_to")
    }
    change = Change(**values["change"]) if values["change"] else None
    return Fact(**{**values, **moments, "change": change})
