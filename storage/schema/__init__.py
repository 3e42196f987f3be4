"""The tables. `docs/storage.md` says what each promise rests on; `migrations/` is how an archive gets here.

Portable: no extension, no type that one of the two databases lacks. The search index differs, see `article_terms`.
"""

from storage.schema.alerts import channel, outbox, receipt, rule, told
from storage.schema.articles import (
    article,
    article_substance,
    article_terms,
    article_text,
    event_mark,
    fact,
    fingerprint,
    identity,
    kept_apart,
    related,
    story,
    story_change,
)
from storage.schema.asking import article_facet, facet, saved_search
from storage.schema.captures import capture, manifest
from storage.schema.habits import arrival, page_quality, recent_pages, robots
from storage.schema.places import backfill, lead
from storage.schema.versions import revisit, version, visit
from storage.schema.watching import beat, coverage, host, link, run, setting, source
from storage.schema.whole import metadata

HEAD = "0008"
"""The newest migration; a test compares."""

__all__ = [
    "HEAD",
    "arrival",
    "article",
    "article_facet",
    "article_substance",
    "article_terms",
    "article_text",
    "backfill",
    "beat",
    "capture",
    "channel",
    "coverage",
    "event_mark",
    "facet",
    "fact",
    "fingerprint",
    "host",
    "identity",
    "kept_apart",
    "lead",
    "link",
    "manifest",
    "metadata",
    "outbox",
    "page_quality",
    "receipt",
    "recent_pages",
    "related",
    "revisit",
    "robots",
    "rule",
    "run",
    "saved_search",
    "setting",
    "source",
    "story",
    "story_change",
    "told",
    "version",
    "visit",
]
