"""The tables. `docs/storage.md` says what each promise rests on; `migrations/` is how an archive gets here.

Portable: no extension, no type that one of the two databases lacks. The search index differs, see `article_terms`.
"""

from storage.schema.alerts import channel, outbox, receipt, rule
from storage.schema.articles import (
    article,
    article_substance,
    article_terms,
    article_text,
    fact,
    fingerprint,
    identity,
    related,
    story,
)
from storage.schema.watching import beat, coverage, host, link, run, setting, source
from storage.schema.whole import metadata

HEAD = "0008"
"""The newest migration; a test compares."""

__all__ = [
    "HEAD",
    "article",
    "article_substance",
    "article_terms",
    "article_text",
    "beat",
    "channel",
    "coverage",
    "fact",
    "fingerprint",
    "host",
    "identity",
    "link",
    "metadata",
    "outbox",
    "receipt",
    "related",
    "rule",
    "run",
    "setting",
    "source",
    "story",
]
