"""The one collection of tables that the migrations make."""

from sqlalchemy import MetaData

from storage.columns import NAMING

metadata = MetaData(naming_convention=NAMING)
