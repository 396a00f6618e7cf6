"""Bring a database to the tables of this version of gridgis."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, text

from layers.database import LOCK_SPACE

HEAD = "head"
# Two servers that start at once migrate one after the other.
MIGRATION_KEY = -1


def configuration(connection: Connection) -> Config:
    """Alembic's configuration over an open connection; no ini file, nothing read from outside."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    config.attributes["connection"] = connection
    return config


def migrate(engine: Engine, revision: str = HEAD) -> None:
    """Upgrade the database of `engine` (which must act as its owner) to `revision`."""
    with engine.connect() as connection:
        key = {"space": LOCK_SPACE, "key": MIGRATION_KEY}
        connection.execute(text("SELECT pg_advisory_lock(:space, :key)"), key)
        connection.commit()
        try:
            command.upgrade(configuration(connection), revision)
            connection.commit()
        finally:
            connection.rollback()
            connection.execute(text("SELECT pg_advisory_unlock(:space, :key)"), key)
            connection.commit()
