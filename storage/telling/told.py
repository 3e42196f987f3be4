"""What operators were told of each trouble: kept with the notices, so that a restart neither repeats nor forgets."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, and_, delete, or_, select

from storage.database import Database
from storage.schema import told
from storage.statements import insert
from storage.telling.holding import count_alone
from storage.telling.notices import Notice, owe_notice


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """How one trouble stands, and whether operators know."""

    code: str
    subject: str
    level: str
    """green, yellow or red; green: over, but not long enough to say so."""
    since: datetime
    told: bool
    """Operators know of the trouble and not yet of its end."""
    told_at: datetime | None = None
    swings: int = 0
    """How often it has come and gone of late."""
    said: str = ""
    """The trouble in words, when it was last seen."""


class Plan(NamedTuple):
    """How the troubles stand now, and what is to be told of it."""

    standings: tuple[Standing, ...]
    notices: tuple[Notice, ...] = ()


class Operators:
    """What operators know. Every method is one transaction and raises `ArchiveUnavailableError` when that fails."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def review(self, plan: Callable[[Sequence[Standing]], Plan], *, now: datetime) -> int:
        """Let `plan` see how the troubles stood, and keep what it says together with the notices; returns how many are new."""
        with self._database.write() as connection:
            count_alone(connection)
            known = _read(connection)
            wanted = plan(known)
            _write(connection, known, wanted.standings)
            return sum(owe_notice(connection, one, now) for one in wanted.notices)

    def standings(self) -> tuple[Standing, ...]:
        """How the troubles stand that operators were told of, or may soon be."""
        with self._database.read() as connection:
            return _read(connection)


def _read(connection: Connection) -> tuple[Standing, ...]:
    rows = connection.execute(select(told).order_by(told.c.code, told.c.subject))
    return tuple(Standing(**row._mapping) for row in rows)


def _write(connection: Connection, known: Iterable[Standing], wanted: Iterable[Standing]) -> None:
    old, new = {_name(one): one for one in known}, {_name(one): one for one in wanted}
    changed = [name for name, one in old.items() if new.get(name) != one]
    if changed:
        gone = (and_(told.c.code == code, told.c.subject == subject) for code, subject in changed)
        connection.execute(delete(told).where(or_(*gone)))
    rows = [asdict(one) for name, one in sorted(new.items()) if old.get(name) != one]
    if rows:
        connection.execute(insert(connection, told), rows)


def _name(one: Standing) -> tuple[str, str]:
    return one.code, one.subject
