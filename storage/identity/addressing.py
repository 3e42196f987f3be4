"""The rules of addresses in force, and keys that stay true to them when they change.

The rules are one setting, so that every process asks by the same. Whoever makes keys holds `in_force` until its transaction
ends; `replace` waits for all of them, makes every key anew and lets nobody in before it is done.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, Select, Table, delete, select, text, update

from storage.identity.addresses import AddressBook, AddressRules, book_as_text, book_of_text
from storage.identity.fingerprint import NO_RULES, names_a_page, url_key
from storage.schema import article, article_text, identity, link, setting
from storage.statements import insert
from storage.values.records import Rekeyed

ADDRESSES_LOCK = 7_261_004
"""Any number, the same for all: the PostgreSQL advisory lock that keys and their rules share."""
SAME_PAGE = "same_page"
"""The outcome of a link whose page another link leads to as well, as new rules say."""
_T = TypeVar("_T")
_NAME = "address_rules"
_AT_ONCE = 500


def in_force(connection: Connection, *, writing: bool = False) -> AddressBook:
    """The rules of the archive; when `writing` they stay so until the transaction ends."""
    if writing and connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock_shared(:key)"), {"key": ADDRESSES_LOCK})
    kept = _kept(connection)
    return NO_RULES if kept is None else book_of_text(kept)


def replace(connection: Connection, rules: Iterable[AddressRules]) -> Rekeyed:
    """Put other rules in force and make all keys anew; nothing is done when they are the same."""
    wanted = book_as_text(rules)
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADDRESSES_LOCK})
    if _kept(connection) == wanted:
        return Rekeyed()
    new = insert(connection, setting).values(name=_NAME, value=wanted)
    connection.execute(new.on_conflict_do_update(index_elements=[setting.c.name], set_={"value": wanted}))
    return _rekey(connection, book_of_text(wanted))


def _kept(connection: Connection) -> str | None:
    return connection.scalar(select(setting.c.value).where(setting.c.name == _NAME))


def _rekey(connection: Connection, book: AddressBook) -> Rekeyed:
    articles, same_articles = _rekey_table(connection, article, book)
    links, same_links = _rekey_table(connection, link, book)
    for younger, key in same_links:
        _settle(connection, younger, key)
    _rename(connection, book)
    return Rekeyed(
        articles=articles, links=links, same_articles=len(same_articles), same_links=len(same_links)
    )


def _rekey_table(
    connection: Connection, table: Table, book: AddressBook
) -> tuple[int, list[tuple[int, str]]]:
    """How many rows have another key, and which rows lost theirs to an older one."""
    changed = [
        (row.id, key)
        for row in _all(connection, select(table.c.id, table.c.key, table.c.url), table)
        if (key := url_key(row.url, book)) != row.key
    ]
    set_key = text(f"UPDATE {table.name} SET key = :key WHERE id = :id")
    for some in _some(changed):
        connection.execute(set_key, [{"key": f"#!{number}", "id": number} for number, _ in some])
    lost: list[tuple[int, str]] = []
    for number, key in changed:
        holder = connection.scalar(select(table.c.id).where(table.c.key == key))
        if holder is not None:
            younger = max(holder, number)
            connection.execute(set_key, {"key": f"{key}#!{younger}", "id": younger})
            lost.append((younger, key))
        if holder is None or holder > number:
            connection.execute(set_key, {"key": key, "id": number})
    return len(changed), lost


def _settle(connection: Connection, younger: int, key: str) -> None:
    """A link that waits for a page which an older one leads to waits no more."""
    older = connection.execute(select(link).where(link.c.key == key)).one()
    done: dict[str, object] = {"state": "failed", "outcome": SAME_PAGE, "detail": older.url, "retry_at": None}
    if older.article_id is not None:
        done |= {"state": "archived", "article_id": older.article_id}
    connection.execute(update(link).where(link.c.id == younger, link.c.state == "pending").values(done))


def _rename(connection: Connection, book: AddressBook) -> None:
    """Let the addresses of all articles lead to their stories by their new keys, the oldest article first."""
    connection.execute(delete(identity).where(identity.c.name.like("url:%")))
    asked = select(article.c.id, article.c.url, article.c.story_id, article_text.c.canonical_url)
    asked = asked.join(article_text, article_text.c.article_id == article.c.id)
    add = insert(connection, identity).on_conflict_do_nothing()
    for some in _some(_all(connection, asked, article)):
        names = {
            name: row.story_id
            for row in reversed(some)
            for name in url_names(row.url, row.canonical_url, book)
        }
        if names:
            connection.execute(add, [{"name": name, "story_id": of} for name, of in sorted(names.items())])


def url_names(url: str, canonical_url: str, book: AddressBook) -> tuple[str, ...]:
    """The names by which an article's addresses lead to its story."""
    keys = {url_key(url, book), url_key(canonical_url or url, book)}
    return tuple(sorted(f"url:{key}" for key in keys if names_a_page(key)))


def _all(connection: Connection, asked: Select[Any], table: Table) -> Iterator[Row[Any]]:
    """All rows in the order of their ids, some at once."""
    after = 0
    asked = asked.order_by(table.c.id).limit(_AT_ONCE)
    while rows := connection.execute(asked.where(table.c.id > after)).all():
        yield from rows
        after = rows[-1].id


def _some(all_of_them: Iterable[_T]) -> Iterator[tuple[_T, ...]]:
    left = iter(all_of_them)
    while some := tuple(islice(left, _AT_ONCE)):
        yield some
