"""Connections to a database: pooled, given up before a caller waits long."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Engine, Select, UpdateBase, create_engine
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from bridge.prepared import DriverCursor, prepared

# A caller is answered within 8 seconds, so each of a call's few queries must fail well before.
_CONNECT_SECONDS = 1
_ANSWER_SECONDS = 2
_DROPPED_WITHIN_SECONDS = 0.5
_CONNECTIONS = 16
_SQLITE_SECONDS = {"timeout": 2}
_AUTOCOMMIT = {
    "isolation_level": "AUTOCOMMIT",
    "skip_autocommit_rollback": True,
    "pool_reset_on_return": None,
}


def connect(url: URL, isolation_level: str | None = None, seconds: int = _ANSWER_SECONDS) -> Engine:
    """An engine whose errors do not show the parameters of a query.

    A server's restart goes unnoticed: each connection is tried before it is used. A statement may
    take `seconds`.
    """
    options: dict[str, Any] = {"pool_pre_ping": True}
    if isolation_level is not None:
        options["isolation_level"] = isolation_level
    return _engine(url, options, seconds)


def connect_for_reading(url: URL) -> Engine:
    """An engine for `first_row`: each read is one round trip, and never a stale one."""
    return _engine(url, _AUTOCOMMIT)


def connect_for_changes(url: URL) -> Engine:
    """An engine for `change`, on which each statement is committed by itself."""
    return _engine(url, {**_AUTOCOMMIT, "pool_pre_ping": True})


def first_row(engine: Engine, query: Select[Any], parameters: Mapping[str, Any]) -> Any:
    """The first row of a query or None, asked again when the server had dropped the connection.

    Trying each connection before use would cost every call a round trip. A server that hangs is
    not asked again.
    """
    start = time.monotonic()
    try:
        return _first_row(engine, query, parameters)
    except DBAPIError as error:
        if not error.connection_invalidated or time.monotonic() - start > _DROPPED_WITHIN_SECONDS:
            raise
    return _first_row(engine, query, parameters)


def change(engine: Engine, statement: UpdateBase, parameters: Mapping[str, Any]) -> int:
    """How many rows a single statement changed; it is executed once, whatever comes of it."""
    ready = prepared(engine, statement, parameters)
    if ready is None:
        with engine.connect() as connection:
            return connection.execute(statement, parameters).rowcount
    with DriverCursor(engine) as cursor:
        cursor.execute(ready.text, ready.arguments(parameters))
        changed: int = cursor.rowcount
        return changed


def _first_row(engine: Engine, query: Select[Any], parameters: Mapping[str, Any]) -> Any:
    ready = prepared(engine, query, parameters)
    if ready is None:
        with engine.connect() as connection:
            return connection.execute(query, parameters).first()
    with DriverCursor(engine, keep=True) as cursor:
        cursor.execute(ready.text, ready.arguments(parameters))
        found = cursor.fetchone()
        return None if found is None else ready.read(found)


def _engine(url: URL, options: Mapping[str, Any], seconds: int = _ANSWER_SECONDS) -> Engine:
    if url.get_backend_name() == "sqlite":
        sqlite = {name: value for name, value in options.items() if name != "pool_pre_ping"}
        return create_engine(url, hide_parameters=True, connect_args=_SQLITE_SECONDS, **sqlite)
    arguments: dict[str, Any] = {
        "connect_timeout": _CONNECT_SECONDS,
        "read_timeout": seconds,
        "write_timeout": seconds,
    }
    if url.password is not None:
        # PyMySQL would encode text as Latin-1, which not every password fits into.
        arguments["password"] = url.password.encode()
    return create_engine(
        url,
        hide_parameters=True,
        connect_args=arguments,
        pool_recycle=600,
        pool_size=_CONNECTIONS,
        max_overflow=_CONNECTIONS,
        pool_timeout=1,
        **options,
    )
