"""Searches that readers keep under a name."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from storage.database import Database
from storage.schema import saved_search
from storage.statements import insert

MOST = 500
LONGEST_NAME = 60
LONGEST = 2000


class SavedSearchError(ValueError):
    """A search cannot be kept; the text says why."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SavedSearch:
    """A search under a name."""

    id: int
    name: str
    parameters: str
    """The query string of its address."""
    created_at: datetime


class SavedSearches:
    """The searches kept. Every method is one transaction; `ArchiveUnavailableError` when that fails."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> tuple[SavedSearch, ...]:
        """Every search, by name."""
        with self._database.read() as connection:
            rows = connection.execute(select(saved_search).order_by(saved_search.c.name))
            return tuple(SavedSearch(**row._mapping) for row in rows)

    def keep(self, name: str, parameters: str, *, now: datetime) -> None:
        """Keep a search; an older one of that name is replaced. Raises SavedSearchError."""
        name = " ".join(name.split())
        if not name or len(name) > LONGEST_NAME:
            raise SavedSearchError(
                f"名称要有 1 到 {LONGEST_NAME} 个字 (a name of 1 to {LONGEST_NAME} characters)"
            )
        if len(parameters) > LONGEST:
            raise SavedSearchError(f"检索太长 (the search is longer than {LONGEST} characters)")
        with self._database.write() as connection:
            known = connection.scalars(select(saved_search.c.name)).all()
            if name not in known and len(known) >= MOST:
                raise SavedSearchError(f"已有 {MOST} 个，先删一个 ({MOST} are kept: drop one first)")
            new = insert(connection, saved_search).values(name=name, parameters=parameters, created_at=now)
            told = {"parameters": parameters, "created_at": now}
            connection.execute(new.on_conflict_do_update(index_elements=[saved_search.c.name], set_=told))

    def drop(self, number: int) -> bool:
        """Forget a search; whether there was one."""
        with self._database.write() as connection:
            return connection.execute(delete(saved_search).where(saved_search.c.id == number)).rowcount > 0
