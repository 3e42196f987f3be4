"""The robots.txt of each host, kept across runs and processes."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from storage.database import Database
from storage.schema import robots
from storage.statements import insert


@dataclass(frozen=True, kw_only=True, slots=True)
class RobotsFile:
    """What is known of the robots.txt of one origin."""

    origin: str
    """Scheme, host and port: `http://news.example`."""
    asked_at: datetime
    """The last time it was asked for, whatever came of it."""
    outcome: str
    """Of that last time: `ok` it was read; `absent` there is none; else why it could not be had."""
    status: int | None = None
    """The HTTP status of that last time, where there was one."""
    fetched_at: datetime | None = None
    """When the rules below were had from the server; None when they never were."""
    changed_at: datetime | None = None
    """When they were first seen to differ from what stood there before."""
    body: str = ""
    """The rules: of the last time that they could be had. Empty allows everything."""


class RobotsFiles:
    """The kept files. Raises `ArchiveUnavailableError` when the archive cannot be asked."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, origin: str) -> RobotsFile | None:
        """What is known of an origin; None when it was never asked."""
        with self._database.read() as connection:
            row = connection.execute(select(robots).where(robots.c.origin == origin)).one_or_none()
        return None if row is None else RobotsFile(**row._asdict())

    def keep(self, file: RobotsFile) -> None:
        """Put what is known in place of what was known before."""
        told = {name: getattr(file, name) for name in RobotsFile.__dataclass_fields__}
        with self._database.write() as connection:
            new = insert(connection, robots).values(told)
            values = {name: value for name, value in told.items() if name != "origin"}
            connection.execute(new.on_conflict_do_update(index_elements=[robots.c.origin], set_=values))

    def all(self) -> tuple[RobotsFile, ...]:
        """Every origin ever asked, by name."""
        with self._database.read() as connection:
            rows = connection.execute(select(robots).order_by(robots.c.origin)).all()
        return tuple(RobotsFile(**row._asdict()) for row in rows)
