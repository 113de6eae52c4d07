"""Making and migrating the tables of the state database."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, func, select
from sqlalchemy.engine import URL

from bridge import database
from bridge.state.errors import TryLater
from bridge.state.tables import metadata

VERSION_TABLE = "ksef_bridge_schema_step"
# 0.1.0 keeps its steps in a table of this name, and refuses to start on one that it does not know
# there. So that table stays as it left it, and what it made is gone through once more.
_LOCK = "ksef_bridge_schema_version"

# Alembic keeps what it works on in module variables.
_one_at_a_time = threading.Lock()


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for another bridge, and for one change of a table, which may be long."""

    lock_seconds: int
    change_seconds: int


AT_START = Patience(lock_seconds=30, change_seconds=60)
IN_A_REQUEST = Patience(lock_seconds=1, change_seconds=2)


def migrate(url: URL, patience: Patience) -> None:
    """Bring the tables to the present version, one bridge at a time.

    A step that was cut off goes on where it was, and a table that was removed is made again. Tables
    of a later version are left as they are. Raises SQLAlchemyError; TryLater when another bridge
    takes longer than one waits.
    """
    config = Config()
    config.set_main_option("script_location", "bridge.state:migrations")
    config.set_main_option("path_separator", "os")
    engine = database.connect(url, seconds=patience.change_seconds)
    if not _one_at_a_time.acquire(timeout=patience.lock_seconds):
        raise TryLater("state-unreachable")
    try:
        with (
            database.connection_for_transactions(engine) as connection,
            _locked(connection, patience),
        ):
            config.attributes["connection"] = connection
            if not _is_of_later_version(connection, config):
                command.upgrade(config, "head")
            metadata.create_all(connection)
            # Whoever gets the lock next must see which steps are done.
            connection.commit()
    finally:
        _one_at_a_time.release()
        engine.dispose()


def _is_of_later_version(connection: Connection, config: Config) -> bool:
    """Whether a bridge that knows more steps has been here; its tables serve this one, too."""
    options = {"version_table": VERSION_TABLE}
    reached = MigrationContext.configure(connection, opts=options).get_current_revision()
    known = {each.revision for each in ScriptDirectory.from_config(config).walk_revisions()}
    return reached is not None and reached not in known


@contextmanager
def _locked(connection: Connection, patience: Patience) -> Iterator[None]:
    """Keep other bridges out: MySQL commits with every table, so a transaction would not do."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        yield
        return
    if connection.scalar(select(func.get_lock(_LOCK, patience.lock_seconds))) != 1:
        raise TryLater("state-unreachable")
    # A lock that is not released goes with its connection.
    yield
    connection.execute(select(func.release_lock(_LOCK)))
