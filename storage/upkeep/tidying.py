"""Giving room back and keeping the planner informed."""

from sqlalchemy import text

from storage.database import Database


def vacuum(database: Database) -> None:
    """Rewrite what deletions left loose. Raises `ArchiveUnavailableError`.

    PostgreSQL: beside all other work. SQLite: others can read, but wait with writing until it is done; it needs room for
    a copy of the file.
    """
    with database.outside() as connection:
        if database.dialect == "postgresql":
            connection.execute(text("SELECT gin_clean_pending_list('ix_article_terms_terms')"))
            connection.execute(text("VACUUM (ANALYZE)"))
            return
        connection.execute(text("INSERT INTO article_fts(article_fts) VALUES ('optimize')"))
        for statement in ("VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
            connection.execute(text(statement))
