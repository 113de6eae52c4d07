"""Connections to a database: pooled, tried before use, given up before a caller waits long."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import URL

# A caller is answered within 8 seconds, so each of a call's few queries must fail well before.
_MYSQL_SECONDS = {"connect_timeout": 1, "read_timeout": 2, "write_timeout": 2}
_CONNECTIONS = 16
_SQLITE_SECONDS = {"timeout": 4}


def connect(url: URL, isolation_level: str | None = None) -> Engine:
    """An engine whose errors do not show the parameters of a query.

    A server's restart goes unnoticed: each connection is tried before it is used.
    """
    options: dict[str, Any] = {"hide_parameters": True}
    if isolation_level is not None:
        options["isolation_level"] = isolation_level
    if url.get_backend_name() == "sqlite":
        return create_engine(url, connect_args=_SQLITE_SECONDS, **options)
    arguments: dict[str, Any] = dict(_MYSQL_SECONDS)
    if url.password is not None:
        # PyMySQL would encode text as Latin-1, which not every password fits into.
        arguments["password"] = url.password.encode()
    return create_engine(
        url,
        connect_args=arguments,
        pool_pre_ping=True,
        pool_recycle=600,
        pool_size=_CONNECTIONS,
        max_overflow=_CONNECTIONS,
        pool_timeout=1,
        **options,
    )
