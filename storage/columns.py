"""Column types that keep the archive's promises: aware times, and text any database can hold; how indexes are named."""

from datetime import UTC, datetime

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Index, Integer, Text, text
from sqlalchemy.types import TypeDecorator

from storage.search.terms import storable
from storage.values.model import (
    SHANGHAI,
    NaiveDatetimeError,
)

# SQLite gives out row ids itself only for a column of type INTEGER.
Id = BigInteger().with_variant(Integer, "sqlite")

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Moment(TypeDecorator[datetime]):
    """A point in time: refused when naive, stored as UTC, read in Asia/Shanghai."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn any zone into UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise NaiveDatetimeError(f"{value!r}: {NaiveDatetimeError.__doc__}")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Show it in Asia/Shanghai."""
        if value is None:
            return None
        return (
            value.astimezone(SHANGHAI) if value.tzinfo else SHANGHAI.fromutc(value.replace(tzinfo=SHANGHAI))
        )


class Words(TypeDecorator[str]):
    """Text that came from a page."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Make it storable."""
        return None if value is None else storable(value)


class Data(TypeDecorator[object]):
    """A list or mapping of plain values, read and written whole, never asked for parts."""

    impl = JSON
    cache_ok = True


def index_where(condition: str, name: str, *columns: str) -> Index:
    """An index of those rows only for which a condition holds."""
    return Index(name, *columns, sqlite_where=text(condition), postgresql_where=text(condition))
