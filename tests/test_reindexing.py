"""The index follows the rules by which text becomes terms; on both databases."""

from sqlalchemy import select, update

from storage import Catalog, Database, open_database
from storage.schema import article, setting
from storage.search.index import index_of
from storage.search.terms import terms_of_article
from tests.specimens import fill, result


def forget(database: Database, *names: str) -> None:
    with database.write() as connection:
        connection.execute(update(setting).where(setting.c.name.in_(names)).values(value="of old"))


def hidden(database: Database) -> None:
    """Leave the index without the first article, as one made by other rules might."""
    one = result(1).article
    with database.write() as connection:
        key = connection.scalar(select(article.c.sort_key).where(article.c.id == 1))
        index_of(connection).remove(connection, key, terms_of_article(one.title, one.subtitle, one.text))


def test_a_changed_folding_indexes_all_anew(database: Database, database_url: str) -> None:
    fill(database, [result(n) for n in range(1, 4)])
    hidden(database)
    assert Catalog(database).search("禁毒").total == 2
    forget(database, "terms_versions", "terms_digest")
    with open_database(database_url) as opened:
        assert Catalog(opened).search("禁毒").total == 3
        assert Catalog(opened).search("编号 -没有").total == 3


def test_new_libraries_with_the_old_folding_change_nothing(database: Database, database_url: str) -> None:
    fill(database, [result(n) for n in range(1, 4)])
    hidden(database)
    forget(database, "terms_versions")
    with open_database(database_url) as opened:
        assert Catalog(opened).search("禁毒").total == 2
