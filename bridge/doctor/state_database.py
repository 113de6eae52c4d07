"""The bridge's own database: reachable, with its tables, and open for writing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Column, Connection, inspect, select
from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError

from bridge.doctor.codes import DoctorCode
from bridge.doctor.database_access import no_database, reading, sqlite_file
from bridge.doctor.database_server import check_clock
from bridge.doctor.folders import can_be_made, is_writable
from bridge.doctor.grants import ALL, privileges_on, read_grants
from bridge.doctor.results import Result, failed, ok
from bridge.doctor.seals import ENROLMENTS, SESSIONS, key_ids_in
from bridge.settings import PREFIX
from bridge.state.home import HOME, Home
from bridge.state.tables import enrolment, home, metadata, session

NAME = "state-database"
_TABLES = "state-tables"
_RIGHTS = "state-rights"
_SETTING = f"{PREFIX}STATE_DATABASE_URL"
# The last three are for making the tables and bringing them up to date.
_NEEDED = ("SELECT", "INSERT", "UPDATE", "DELETE", "CREATE", "ALTER", "INDEX")
_SEALED = {SESSIONS: session.c.state, ENROLMENTS: enrolment.c.state}


@dataclass(frozen=True, slots=True)
class FoundState:
    """`sealed_under` has, for each kind of records (the name of its check) and each record that
    holds seals, their key ids; None if unread. `home` is None if unread or not set.
    """

    results: list[Result]
    sealed_under: Mapping[str, list[set[str]]] | None
    home: Home | None = None


def check_state(url: URL) -> FoundState:
    """All checks of the state database. No table and no file is made."""
    file = sqlite_file(url)
    results: list[Result] = []
    try:
        if file is not None and not _is_there(file):
            return FoundState([_not_made(file)], {})
        with reading(url) as connection:
            results.append(ok(NAME, DoctorCode.DATABASE_REACHABLE))
            missing = _missing(connection)
            sealed_under = _check(connection, file, missing, results)
            return FoundState(results, sealed_under, _home(connection, missing))
    except (SQLAlchemyError, OSError) as error:
        reached = [result for result in results if result.name != NAME]
        return FoundState([no_database(NAME, _SETTING, error), *reached], None)


def _check(
    connection: Connection, file: Path | None, missing: list[str], results: list[Result]
) -> dict[str, list[set[str]]]:
    results += check_clock("state-clock", connection)
    if missing:
        results.append(ok(_TABLES, DoctorCode.STATE_TABLES_NOT_MADE, missing=", ".join(missing)))
    else:
        results.append(ok(_TABLES, DoctorCode.STATE_TABLES_PRESENT))
    results.append(_check_rights(connection) if file is None else _check_file(file))
    return {
        name: _sealed_under(connection, column)
        for name, column in _SEALED.items()
        if column.table.name not in missing
    }


def _home(connection: Connection, missing: list[str]) -> Home | None:
    row = None if home.name in missing else connection.execute(HOME).first()
    return None if row is None else Home(*row)


def _is_there(file: Path) -> bool:
    """Raises OSError where this account may not look: `Path.exists` says no since Python 3.14."""
    try:
        file.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True


def _not_made(file: Path) -> Result:
    if can_be_made(file):
        return ok(NAME, DoctorCode.STATE_FILE_NOT_MADE, path=str(file))
    return failed(NAME, DoctorCode.STATE_FILE_NOT_WRITABLE, path=str(file))


def _missing(connection: Connection) -> list[str]:
    """Tables that are not there, and columns (`table.column`) of those that are."""
    found = inspect(connection)
    missing = []
    for table in metadata.sorted_tables:
        if not found.has_table(table.name):
            missing.append(table.name)
            continue
        present = {column["name"] for column in found.get_columns(table.name)}
        missing += [str(column) for column in table.columns if column.name not in present]
    return missing


def _check_rights(connection: Connection) -> Result:
    if connection.dialect.name == "sqlite":
        return ok(_RIGHTS, DoctorCode.STATE_WRITABLE)
    database = connection.exec_driver_sql("SELECT DATABASE()").scalar_one()
    grants = read_grants(connection)
    lacking = set()
    for table in metadata.tables:
        held = privileges_on(grants, database, table)
        if ALL not in held:
            lacking |= set(_NEEDED) - held
    if lacking:
        privileges = ", ".join(name for name in _NEEDED if name in lacking)
        code = DoctorCode.STATE_RIGHTS_MISSING
        return failed(_RIGHTS, code, privileges=privileges, database=database)
    return ok(_RIGHTS, DoctorCode.STATE_WRITABLE)


def _check_file(file: Path) -> Result:
    # SQLite keeps its log beside the file.
    if is_writable(file) and is_writable(file.absolute().parent):
        return ok(_RIGHTS, DoctorCode.STATE_WRITABLE)
    return failed(_RIGHTS, DoctorCode.STATE_FILE_NOT_WRITABLE, path=str(file))


def _sealed_under(connection: Connection, column: Column[str]) -> list[set[str]]:
    documents = connection.execute(select(column).where(column.is_not(None)))
    found = (set(key_ids_in(document)) for document in documents.scalars())
    return [key_ids for key_ids in found if key_ids]
