"""SQLAlchemy's statements as text for the driver, made once for each kind of database.

SQLAlchemy takes hundreds of steps to execute a statement, which costs more than the statement: at
every access token twice, and five times in a login. Left to it is what only it can do: lists,
defaults, values to be converted.
"""

from __future__ import annotations

import json
import time
from collections import deque, namedtuple
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import (
    Column,
    ColumnElement,
    Dialect,
    Engine,
    Integer,
    Select,
    String,
    UpdateBase,
    event,
    func,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import PoolProxiedConnection

Statement = Select[Any] | UpdateBase

_KEPT_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Prepared:
    """A statement's text. `order` names its parameters one by one where the driver counts them.

    `read` makes of a row, as the driver gives it, a tuple with names.
    """

    text: str
    order: tuple[str, ...] | None
    constants: Mapping[str, Any]
    read: Callable[[Sequence[Any]], Any]

    def arguments(self, parameters: Mapping[str, Any]) -> Any:
        """What to give to the driver along with the text."""
        values = {**self.constants, **parameters}
        return values if self.order is None else [values[name] for name in self.order]


class _OfEngine:
    """What is ready for one engine: statements, and connections taken from its pool just now.

    Taking one and giving it back costs as much as a short query does.
    """

    def __init__(self, engine: Engine) -> None:
        self.statements: dict[tuple[Any, ...], Prepared | None] = {}
        self.connections: deque[tuple[PoolProxiedConnection, float]] = deque()
        event.listen(engine, "engine_disposed", lambda _engine: self.let_go())

    def taken(self) -> tuple[PoolProxiedConnection, float] | None:
        """A connection that was taken from the pool a moment ago, and when; others go back."""
        with suppress(IndexError):
            while True:
                connection, since = self.connections.pop()
                if time.monotonic() - since < _KEPT_SECONDS:
                    return connection, since
                connection.close()
        return None

    def let_go(self) -> None:
        """Give all connections back to the pool."""
        with suppress(IndexError):
            while True:
                self.connections.pop()[0].close()


_of_engines: WeakKeyDictionary[Engine, _OfEngine] = WeakKeyDictionary()


def _ready(engine: Engine) -> _OfEngine:
    try:
        return _of_engines[engine]
    except KeyError:
        return _of_engines.setdefault(engine, _OfEngine(engine))


def prepared(engine: Engine, statement: Statement, names: Iterable[str]) -> Prepared | None:
    """The statement for the engine's driver; None when only SQLAlchemy can execute it.

    `names` are those of the parameters that will be given.
    """
    key = (statement, *names)
    statements = _ready(engine).statements
    try:
        return statements[key]
    except KeyError:
        made = statements[key] = _prepare(engine.dialect, statement, list(names))
        return made


class DriverCursor:
    """The driver's own cursor on a connection of the pool; its errors are raised as SQLAlchemy's.

    With `keep` the connection may be one that was taken from the pool within the last half second.
    When it turns out to be lost, those that wait in the pool are of no use either.
    """

    __slots__ = ("_connection", "_cursor", "_engine", "_keep", "_since")

    def __init__(self, engine: Engine, *, keep: bool = False) -> None:
        self._engine = engine
        self._keep = keep

    def __enter__(self) -> Any:
        kept = _ready(self._engine).taken() if self._keep else None
        self._connection, self._since = kept or self._from_pool()
        self._cursor = self._connection.cursor()
        return self._cursor

    def __exit__(self, _type: object, error: BaseException | None, _traceback: object) -> None:
        if error is None:
            self._cursor.close()
            if self._keep:
                _ready(self._engine).connections.append((self._connection, self._since))
                return
        try:
            if error is not None:
                self._failed(error)
        finally:
            self._connection.close()

    def _from_pool(self) -> tuple[PoolProxiedConnection, float]:
        try:
            return self._engine.raw_connection(), time.monotonic()
        except self._engine.dialect.loaded_dbapi.Error as error:
            raise self._as_sqlalchemys(error, is_lost=False) from None

    def _failed(self, error: BaseException) -> None:
        dialect = self._engine.dialect
        if not isinstance(error, dialect.loaded_dbapi.Error):
            # Nobody knows what the driver has still to read.
            self._connection.invalidate()
            return
        is_lost = dialect.is_disconnect(error, self._connection.dbapi_connection, None)
        if is_lost:
            self._connection.invalidate(error)
            self._engine.dispose()
        raise self._as_sqlalchemys(error, is_lost=is_lost) from None

    def _as_sqlalchemys(self, error: Exception, *, is_lost: bool) -> BaseException:
        return DBAPIError.instance(
            None,
            None,
            error,
            self._engine.dialect.loaded_dbapi.Error,
            hide_parameters=True,
            connection_invalidated=is_lost,
            dialect=self._engine.dialect,
        )


def _prepare(dialect: Dialect, statement: Statement, names: list[str]) -> Prepared | None:
    columns = statement.selected_columns.items() if isinstance(statement, Select) else []
    read = _reader([name for name, _ in columns])
    if isinstance(statement, Select) and dialect.driver == "pymysql" and _are_plain(columns):
        # PyMySQL reads the description of each column in Python, which takes longer than the row.
        statement = statement.with_only_columns(func.json_array(*statement.selected_columns))
        read = _reader_of_json(read)
    # Those that are columns' names are what an INSERT inserts.
    compiled = statement.compile(dialect=dialect, column_keys=names)
    given = (each.type.dialect_impl(dialect) for each in compiled.binds.values())
    found = (column.type.dialect_impl(dialect) for _, column in columns)
    needs_sqlalchemy = (
        compiled.post_compile_params
        or compiled.insert_prefetch
        or compiled.update_prefetch
        or any(each.bind_processor(dialect) for each in given)
        or any(each.result_processor(dialect, None) for each in found)
    )
    if needs_sqlalchemy:
        return None
    return Prepared(
        text=compiled.string,
        order=None if compiled.positiontup is None else tuple(compiled.positiontup),
        constants={name: value for name, value in compiled.params.items() if value is not None},
        read=read,
    )


def _reader(names: Sequence[str]) -> Callable[[Sequence[Any]], Any]:
    row: Any = namedtuple("Row", list(names), rename=True)  # type: ignore[misc]
    make: Callable[[Sequence[Any]], Any] = row._make
    return make


def _reader_of_json(read: Callable[[Sequence[Any]], Any]) -> Callable[[Sequence[Any]], Any]:
    return lambda found: read(json.loads(found[0]))


def _are_plain(columns: Collection[tuple[str, ColumnElement[Any]]]) -> bool:
    """Whether the values are texts, or integers of a table: these are the same in JSON."""
    return all(
        isinstance(column.type, String)
        or (isinstance(column, Column) and isinstance(column.type, Integer))
        for _, column in columns
    )
