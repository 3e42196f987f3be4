"""Keeping search index and fingerprints true to the rules by which they are made from text.

What is looked for and what is kept must fold alike. The folding of characters comes from libraries whose tables may
change; when they do, an archive that is opened is indexed anew, within the opening transaction.
"""

import unicodedata

import opencc
from sqlalchemy import Connection, select, text

from storage.identity.nearness import NEARNESS_VERSION
from storage.schema import article, article_terms, article_text, setting
from storage.search.index import index_of
from storage.search.terms import TERMS_VERSION, folding_digest, terms_of_article
from storage.statements import insert
from storage.stories.following import FOLLOWING_VERSION
from storage.stories.followups import mark_anew, marks_version
from storage.stories.reprints import print_anew, prints_version

_AT_ONCE = 200
_VERSIONS, _DIGEST, _PRINTS = "terms_versions", "terms_digest", "fingerprints"
_MARKS = "event_marks"


def terms_are_current(connection: Connection) -> bool:
    """Whether index and fingerprints were made by the rules and libraries of this program: a quick look."""
    return _read(connection, _VERSIONS) == _versions()


def ensure_current_terms(connection: Connection) -> None:
    """Index everything anew if the rules have really changed."""
    if terms_are_current(connection):
        return
    if _read(connection, _DIGEST) != folding_digest():
        _index_anew(connection)
    if _read(connection, _PRINTS) != prints_version():
        print_anew(connection)
    if _read(connection, _MARKS) != marks_version():
        mark_anew(connection)
    made_by = {_VERSIONS: _versions(), _DIGEST: folding_digest(), _PRINTS: prints_version()}
    made_by[_MARKS] = marks_version()
    for name, value in made_by.items():
        new = insert(connection, setting).values(name=name, value=value)
        connection.execute(new.on_conflict_do_update(index_elements=[setting.c.name], set_={"value": value}))


def _versions() -> str:
    return f"{TERMS_VERSION} {NEARNESS_VERSION} {FOLLOWING_VERSION} opencc-{opencc.__version__} unicode-{unicodedata.unidata_version}"


def _read(connection: Connection, name: str) -> str | None:
    return connection.scalar(select(setting.c.value).where(setting.c.name == name))


def _index_anew(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.execute(text("INSERT INTO article_fts(article_fts) VALUES ('delete-all')"))
    else:
        connection.execute(article_terms.delete())
    index, after = index_of(connection), -1
    asked = select(article.c.sort_key, article.c.title, article_text.c.subtitle, article_text.c.text)
    asked = asked.join(article_text, article_text.c.article_id == article.c.id)
    asked = asked.order_by(article.c.sort_key).limit(_AT_ONCE)
    while rows := connection.execute(asked.where(article.c.sort_key > after)).all():
        for row in rows:
            index.add(connection, row.sort_key, terms_of_article(row.title, row.subtitle, row.text))
        after = rows[-1].sort_key
