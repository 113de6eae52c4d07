"""Transactions on the state database, whose loss must cost no more than a login per profile."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import structlog
from sqlalchemy import Connection, Engine, Select, UpdateBase, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import (
    DBAPIError,
    DisconnectionError,
    IntegrityError,
    OperationalError,
    SQLAlchemyError,
)

from bridge import database
from bridge.settings import PREFIX, SettingsError
from bridge.state import schema
from bridge.state.clock import Clock, clock_of
from bridge.state.errors import TryLater

_MYSQL_NO_SUCH_TABLE = 1146
_MYSQL_DEADLOCK = 1213
_MOST_DEADLOCKS = 4
_FILE = "ksef_bridge_file"

Result = TypeVar("Result")

log = structlog.get_logger(__name__)


class StateDatabase:
    """Runs work in transactions. Every method raises TryLater("state-unreachable").

    Time passes by `clock`, the database's own unless given.
    """

    def __init__(self, engine: Engine, clock: Clock | None = None) -> None:
        self.engine = engine
        self.clock = clock or clock_of(engine)

    def create_tables(self, patience: schema.Patience = schema.AT_START) -> None:
        """Make the tables that are missing and bring old ones up to date.

        Raises SettingsError when an SQLite file cannot be made.
        """
        try:
            _make_file(self.engine.url)
        except OSError as error:
            raise SettingsError(
                f"{PREFIX}STATE_DATABASE_URL: {self.engine.url.database} cannot be made: "
                f"{error.strerror}; give its folder to the bridge's user, or name another file"
            ) from None
        try:
            schema.migrate(self.engine.url, patience)
        except SQLAlchemyError as error:
            raise _unreachable(error) from None

    def now(self, **parameters: Any) -> dict[str, Any]:
        """These parameters, with those of the clock, for a statement in which its `now` stands."""
        return {**parameters, **self.clock.parameters()}

    def run(self, work: Callable[[Connection], Result]) -> Result:
        """The result of `work`, committed; it runs a second time when the tables were gone.

        IntegrityError passes through, for it is an answer and no failure.
        """

        def transaction() -> Result:
            with (
                database.connection_for_transactions(self.engine) as connection,
                connection.begin(),
            ):
                return work(connection)

        return self._with_tables(transaction)

    def first(self, query: Select[Any], parameters: Mapping[str, Any]) -> Any:
        """The first row of a query as it is in this moment, or None."""

        def read() -> Any:
            with self.engine.connect() as connection:
                return connection.execute(query, parameters).first()

        return self._with_tables(read)

    def first_by_text(self, text: str, parameters: Sequence[str | int]) -> Any:
        """The first row of a query given as `database.first_row` takes it, or None."""
        return self._with_tables(lambda: database.first_row(self.engine, text, parameters))

    def change(self, statement: UpdateBase, parameters: Mapping[str, Any]) -> int:
        """How many rows a single statement changed. IntegrityError passes through."""

        def change() -> int:
            with self.engine.connect() as connection:
                return connection.execute(statement, parameters).rowcount

        return self._with_tables(change)

    def _with_tables(self, work: Callable[[], Result]) -> Result:
        try:
            return _undisturbed(work)
        except IntegrityError:
            raise
        except SQLAlchemyError as error:
            if not _tables_are_missing(error):
                raise _unreachable(error) from None
        log.error("state-database-lost", consequence="each profile logs in again")
        self.create_tables(schema.IN_A_REQUEST)
        try:
            return _undisturbed(work)
        except IntegrityError:
            raise
        except SQLAlchemyError as error:
            raise _unreachable(error) from None


def connect(url: URL, **options: int) -> Engine:
    """The pool of connections to the state database, with the options of `database.connect`.

    The folder of an SQLite file is made.
    """
    engine = database.connect(url, **options)
    if url.get_backend_name() == "sqlite":
        event.listen(engine, "connect", _configure_sqlite)
        if url.database and url.database != ":memory:":
            _follow_file(engine, Path(url.database))
    return engine


def _configure_sqlite(connection: Any, _record: Any) -> None:
    # Write-ahead logging lets workers read while one writes; NORMAL keeps every commit through a
    # killed process, which is what a login's phases need.
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.close()


def _follow_file(engine: Engine, path: Path) -> None:
    """Leave a deleted file for the one that is there now: workers must not work on two."""

    @event.listens_for(engine, "do_connect")
    def make(_dialect: Any, _record: Any, _arguments: Any, _options: Any) -> None:
        _make_file(engine.url)

    @event.listens_for(engine, "connect")
    def remember(_connection: Any, record: Any) -> None:
        record.info[_FILE] = _identity(path)

    @event.listens_for(engine, "checkout")
    def compare(_connection: Any, record: Any, _proxy: Any) -> None:
        if record.info[_FILE] != _identity(path):
            raise DisconnectionError("the file was replaced")


def _make_file(url: URL) -> None:
    """Make an SQLite file that its owner alone may read, and its folder.

    Whoever deletes the file may leave those beside it, with which a new one cannot be opened.
    """
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        return
    path = Path(url.database)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _alone_in(path.parent):
        if not path.exists():
            for suffix in ("-wal", "-shm"):
                path.with_name(path.name + suffix).unlink(missing_ok=True)
            path.touch(mode=0o600)
            # Later the change to write-ahead logging would fail beside anybody who writes, for it
            # waits for no lock. A disk that is full is told of when the tables are made.
            with suppress(sqlite3.Error), closing(sqlite3.connect(path)) as connection:
                connection.execute("PRAGMA journal_mode=WAL")


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Keep other processes and threads that make a file there out until the block ends."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        # A process forked at this moment holds the descriptor too: closing would not do.
        fcntl.flock(descriptor, fcntl.LOCK_UN)
        os.close(descriptor)


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = os.stat(path)  # noqa: PTH116 - twice as fast as Path.stat, at every transaction
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _undisturbed(work: Callable[[], Result]) -> Result:
    """The result of `work`, which runs again when another transaction was given precedence.

    The server has undone all of it then; so does Galera at the commit, where a transaction on
    another node was first. Raises as `work`.
    """
    for _ in range(_MOST_DEADLOCKS):
        try:
            return work()
        except OperationalError as error:
            if not _has_number(error, _MYSQL_DEADLOCK):
                raise
    return work()


def _tables_are_missing(error: SQLAlchemyError) -> bool:
    if not isinstance(error, DBAPIError):
        return False
    return _has_number(error, _MYSQL_NO_SUCH_TABLE) or "no such table" in str(error.orig)


def _has_number(error: DBAPIError, number: int) -> bool:
    return error.orig is not None and error.orig.args[:1] == (number,)


def _unreachable(error: SQLAlchemyError) -> TryLater:
    cause = error.orig if isinstance(error, DBAPIError) else error
    log.warning("state-unreachable", error=type(cause).__name__)
    return TryLater("state-unreachable")
