"""Making and migrating the tables of the state database."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, func, select

VERSION_TABLE = "ksef_bridge_schema_version"

_LOCK_SECONDS = 30
# Alembic keeps what it works on in module variables.
_one_at_a_time = threading.Lock()


def migrate(engine: Engine) -> None:
    """Bring the tables to the present version, one bridge at a time. Raises SQLAlchemyError."""
    config = Config()
    config.set_main_option("script_location", "bridge.sessions:migrations")
    config.set_main_option("path_separator", "os")
    with _one_at_a_time, engine.begin() as connection, _locked(connection):
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


@contextmanager
def _locked(connection: Connection) -> Iterator[None]:
    """Keep other bridges out: MySQL commits with every table, so a transaction would not do."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        yield
        return
    connection.execute(select(func.get_lock(VERSION_TABLE, _LOCK_SECONDS)))
    try:
        yield
    finally:
        connection.execute(select(func.release_lock(VERSION_TABLE)))
