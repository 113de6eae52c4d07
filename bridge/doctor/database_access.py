"""A connection that reads a database and changes nothing, and why there is none."""

from __future__ import annotations

import socket
import sqlite3
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Connection
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from bridge import database
from bridge.doctor.codes import DoctorCode
from bridge.doctor.results import Result, failed

NO_SUCH_TABLE = 1146
NO_SUCH_COLUMN = 1054
TABLE_FORBIDDEN = 1142
COLUMN_FORBIDDEN = 1143
_NOT_CONNECTED = 2003
_CONNECTION_LOST = 2013

# MySQL 8.0 and MariaDB error reference. An account may also be unknown from this host (1130) or
# known by another way than a password (1698).
_CODES = {
    1044: DoctorCode.DATABASE_FORBIDDEN,
    1045: DoctorCode.DATABASE_ACCESS_DENIED,
    1049: DoctorCode.DATABASE_UNKNOWN,
    TABLE_FORBIDDEN: DoctorCode.DATABASE_FORBIDDEN,
    COLUMN_FORBIDDEN: DoctorCode.DATABASE_FORBIDDEN,
    1130: DoctorCode.DATABASE_ACCESS_DENIED,
    1698: DoctorCode.DATABASE_ACCESS_DENIED,
    2005: DoctorCode.DATABASE_HOST_UNKNOWN,
    2026: DoctorCode.DATABASE_WITHOUT_TLS,
}
# X509_V_ERR_HOSTNAME_MISMATCH and X509_V_ERR_IP_ADDRESS_MISMATCH (OpenSSL).
_OF_ANOTHER_HOST = {62, 64}
_SQLITE_TEXTS = {"no such table": NO_SUCH_TABLE, "no such column": NO_SUCH_COLUMN}


@contextmanager
def reading(url: URL) -> Iterator[Connection]:
    """A connection in autocommit. Raises SQLAlchemyError, FileNotFoundError for an SQLite file."""
    engine = database.connect(_read_only(url), connections=1)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def sqlite_file(url: URL) -> Path | None:
    """The file that the database is in; None for a server, and for SQLite in memory."""
    if url.get_backend_name() != "sqlite" or url.database in {None, "", ":memory:"}:
        return None
    return Path(str(url.database))


def no_database(name: str, setting: str, error: SQLAlchemyError | OSError) -> Result:
    """What an error of `reading` means. The driver's text is left out: it names the account."""
    if isinstance(error, FileNotFoundError):
        return failed(name, DoctorCode.DATABASE_FILE_MISSING, setting=setting)
    if isinstance(error, OSError) or isinstance(getattr(error, "orig", None), sqlite3.Error):
        return failed(name, DoctorCode.DATABASE_FILE_UNREADABLE, setting=setting)
    number = error_number(error)
    code = _code(number, error)
    if code is DoctorCode.DATABASE_FAILED:
        return failed(name, code, setting=setting, error=_shown(number, error))
    return failed(name, code, setting=setting)


def error_number(error: SQLAlchemyError | OSError) -> int | None:
    """MySQL's number of the error; SQLite's errors of the same meaning have the same number."""
    cause = error.orig if isinstance(error, DBAPIError) else None
    if cause is None or not cause.args:
        return None
    first = cause.args[0]
    if isinstance(first, int):
        return first
    return next((number for text, number in _SQLITE_TEXTS.items() if text in str(first)), None)


def _read_only(url: URL) -> URL:
    path = sqlite_file(url)
    if path is None:
        return url
    if not path.exists():
        raise FileNotFoundError(path)
    # Without its log, nobody has the file open, and SQLite need not make one to read it.
    in_use = any(path.with_name(path.name + suffix).exists() for suffix in ("-wal", "-journal"))
    mode = {"mode": "ro"} if in_use else {"immutable": "1"}
    return url.set(database=f"file:{quote(str(path.absolute()))}", query={**mode, "uri": "true"})


def _code(number: int | None, error: SQLAlchemyError) -> DoctorCode:
    if number == _NOT_CONNECTED:
        return _not_connected(error)
    if number == _CONNECTION_LOST and "timed out" in str(error):
        return DoctorCode.DATABASE_TIMED_OUT
    return _CODES.get(number or 0, DoctorCode.DATABASE_FAILED)


def _shown(number: int | None, error: SQLAlchemyError) -> str:
    return type(error).__name__ if number is None else str(number)


def _not_connected(error: SQLAlchemyError) -> DoctorCode:
    cause = getattr(getattr(error, "orig", None), "original_exception", None)
    if isinstance(cause, ssl.SSLCertVerificationError):
        if cause.verify_code in _OF_ANOTHER_HOST:
            return DoctorCode.DATABASE_CERTIFICATE_OF_ANOTHER_HOST
        return DoctorCode.DATABASE_CERTIFICATE_NOT_TRUSTED
    if isinstance(cause, socket.gaierror):
        return DoctorCode.DATABASE_HOST_UNKNOWN
    if isinstance(cause, ConnectionRefusedError):
        return DoctorCode.DATABASE_CONNECTION_REFUSED
    if isinstance(cause, TimeoutError):
        return DoctorCode.DATABASE_TIMED_OUT
    return DoctorCode.DATABASE_FAILED
