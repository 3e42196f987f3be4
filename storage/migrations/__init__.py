"""How an archive of any age becomes one of today: Alembic, run by `open_database`, never by hand."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection


def configuration(connection: Connection) -> Config:
    """Alembic's configuration without a file: the scripts are here, the connection is given."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def upgrade(connection: Connection) -> None:
    """Bring the schema to the newest revision within the caller's transaction."""
    command.upgrade(configuration(connection), "head")
