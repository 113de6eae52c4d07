"""Connections to a database: pooled, given up before a caller waits long."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from bridge.database_tls import tls_context, without_tls

# A caller is answered within 8 seconds, so each of a call's few queries must fail well before.
_CONNECT_SECONDS = 1
_ANSWER_SECONDS = 2
_CONNECTIONS = 4
_IN_MEMORY = {None, "", ":memory:"}
_TRANSACTIONS = {"sqlite": "SERIALIZABLE"}


def connect(url: URL, *, connections: int = _CONNECTIONS, seconds: int = _ANSWER_SECONDS) -> Engine:
    """A pool of at most so many connections, on which each statement is committed by itself.

    So no read is stale. A server's restart goes unnoticed: each connection is tried before it is
    used. A statement may take `seconds`. Errors do not show the parameters of a query.
    Raises TlsUnusable.
    """
    options: dict[str, Any] = {
        "hide_parameters": True,
        "isolation_level": "AUTOCOMMIT",
        "skip_autocommit_rollback": True,
        "pool_reset_on_return": None,
    }
    if url.get_backend_name() != "sqlite" or url.database not in _IN_MEMORY:
        options |= {"pool_size": connections, "max_overflow": 0, "pool_timeout": 1}
    if url.get_backend_name() == "sqlite":
        return create_engine(url, connect_args={"timeout": _ANSWER_SECONDS}, **options)
    arguments: dict[str, Any] = {
        "connect_timeout": _CONNECT_SECONDS,
        "read_timeout": seconds,
        "write_timeout": seconds,
    }
    tls = tls_context(url)
    if tls is not None:
        # With it PyMySQL sends no password where the server offers no TLS.
        arguments["ssl"] = tls
    if url.password is not None:
        # PyMySQL would encode text as Latin-1, which not every password fits into.
        arguments["password"] = url.password.encode()
    return create_engine(
        without_tls(url), connect_args=arguments, pool_pre_ping=True, pool_recycle=600, **options
    )


@contextmanager
def connection_for_transactions(engine: Engine) -> Iterator[Connection]:
    """A connection of the pool on which statements are committed together.

    Raises SQLAlchemyError.
    """
    level = _TRANSACTIONS.get(engine.dialect.name, "READ COMMITTED")
    try:
        with engine.connect().execution_options(isolation_level=level) as connection:
            yield connection
    except engine.dialect.loaded_dbapi.Error as error:
        # A connection that is given back gets its isolation level again. SQLAlchemy passes on what
        # the driver raises there, and its pool counts the connection as lent.
        engine.dispose()
        raise DBAPIError(None, None, error, hide_parameters=True) from None


def first_row(engine: Engine, text: str, parameters: Sequence[str | int]) -> Any:
    """The first row of a query as the driver gives it, or None; `?` stands for each parameter.

    For the two queries of every call: SQLAlchemy takes longer to execute one than the database to
    answer it. Raises SQLAlchemyError.
    """
    dialect = engine.dialect
    if dialect.driver == "pymysql":
        text = text.replace("?", "%s")
    connection = None
    try:
        connection = engine.raw_connection()
        cursor = connection.cursor()
        cursor.execute(text, tuple(parameters))
        row = cursor.fetchone()
        cursor.close()
    except BaseException as error:
        if connection is not None:
            # Nobody knows what the driver has still to read.
            connection.invalidate(error)
        if isinstance(error, dialect.loaded_dbapi.Error):
            raise DBAPIError(None, None, error, hide_parameters=True) from None
        raise
    connection.close()
    return row
