"""The time by which leases are judged: that of the database, which all hosts share."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Engine, bindparam, cast, func, literal, text

_MYSQL_NOW = "TIMESTAMPDIFF(MICROSECOND, '1970-01-01 00:00:00', UTC_TIMESTAMP(3)) DIV 1000"


@dataclass(frozen=True, slots=True)
class Clock:
    """Milliseconds since 1970 in UTC at the moment of a statement.

    `now` stands in the statement; `parameters` are what it is executed with. In a statement that is
    text `text` stands, and each `?` of it for one of the parameters.
    """

    now: ColumnElement[Any]
    parameters: Callable[[], Mapping[str, int]]
    text: str = "?"


def clock_of(engine: Engine) -> Clock:
    """The database's own clock; an SQLite file belongs to one host, whose clock serves."""
    if engine.dialect.name == "sqlite":
        now = bindparam("now", type_=BigInteger)
        return Clock(now, lambda: {"now": int(time.time() * 1000)})
    epoch = literal("1970-01-01 00:00:00")
    microseconds = func.timestampdiff(text("MICROSECOND"), epoch, func.utc_timestamp(3))
    return Clock(cast(microseconds, BigInteger) / literal(1000, BigInteger), dict, _MYSQL_NOW)
