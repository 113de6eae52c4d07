"""The tables and columns that the bridge reads from EspoCRM: present, and open to its account."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, Table, select
from sqlalchemy.exc import DBAPIError

from bridge.doctor.codes import DoctorCode
from bridge.doctor.database_access import (
    COLUMN_FORBIDDEN,
    NO_SUCH_COLUMN,
    NO_SUCH_TABLE,
    TABLE_FORBIDDEN,
    error_number,
)
from bridge.doctor.grants import ALL, Grant, read_grants
from bridge.doctor.results import Result, failed, ok, warning
from bridge.espocrm.tables import ksef_certificate, ksef_profile

COLUMNS_READ: Mapping[Table, Sequence[str]] = {
    ksef_profile: (
        *("id", "name", "deleted", "status", "nip", "internal_id", "environment"),
        *("authorization_type", "token_sealed"),
        *("authorization_certificate_id", "offline_certificate_id"),
    ),
    ksef_certificate: (
        *("id", "name", "deleted", "status", "type", "kind", "fingerprint", "certificate_pem"),
        *("private_key_sealed", "valid_to"),
    ),
}
"""What the bridge reads, and this command besides (`name`, `valid_to`)."""

_TABLES = "espocrm-tables"
_RIGHTS = "espocrm-rights"
_WRITING = {ALL, "INSERT", "UPDATE", "DELETE", "DROP", "ALTER", "CREATE"}
# The state may be kept in the same database.
_OWN_TABLES = "ksef_bridge_"


def check_tables(connection: Connection) -> list[Result]:
    """One line for both tables, or one for each thing that keeps the bridge from reading them.

    Raises SQLAlchemyError.
    """
    results = [
        result
        for table, columns in COLUMNS_READ.items()
        for result in _check_table(connection, table, columns)
    ]
    return results or [ok(_TABLES, DoctorCode.ESPOCRM_TABLES_PRESENT)]


def check_rights(connection: Connection) -> Result:
    """Whether the account could change what EspoCRM stores. Raises SQLAlchemyError."""
    if connection.dialect.name == "sqlite":
        return ok(_RIGHTS, DoctorCode.ESPOCRM_FILE_RIGHTS)
    database = connection.exec_driver_sql("SELECT DATABASE()").scalar_one()
    writing = _writing_privileges(read_grants(connection), database)
    if not writing:
        return ok(_RIGHTS, DoctorCode.ESPOCRM_READ_ONLY)
    privileges = ", ".join(sorted(writing))
    code = DoctorCode.ESPOCRM_WRITABLE
    return warning(_RIGHTS, code, privileges=privileges, database=database)


def _check_table(connection: Connection, table: Table, columns: Sequence[str]) -> list[Result]:
    number = _refusal(connection, table, columns)
    if number is None:
        return []
    if number == NO_SUCH_TABLE:
        return [failed(_TABLES, DoctorCode.ESPOCRM_TABLE_MISSING, table=table.name)]
    if number == TABLE_FORBIDDEN:
        return [failed(_RIGHTS, DoctorCode.ESPOCRM_SELECT_MISSING, table=table.name)]
    results = []
    each = {column: _refusal(connection, table, [column]) for column in columns}
    missing = [column for column, refusal in each.items() if refusal == NO_SUCH_COLUMN]
    if missing:
        params = {"table": table.name, "columns": ", ".join(missing)}
        results.append(failed(_TABLES, DoctorCode.ESPOCRM_COLUMNS_MISSING, **params))
    if COLUMN_FORBIDDEN in each.values():
        results.append(failed(_RIGHTS, DoctorCode.ESPOCRM_SELECT_MISSING, table=table.name))
    return results


def _refusal(connection: Connection, table: Table, columns: Iterable[str]) -> int | None:
    query = select(*(table.c[column] for column in columns)).limit(0)
    try:
        connection.execute(query).all()
    except DBAPIError as error:
        number = error_number(error)
        if number in {NO_SUCH_TABLE, NO_SUCH_COLUMN, TABLE_FORBIDDEN, COLUMN_FORBIDDEN}:
            return number
        raise
    return None


def _writing_privileges(grants: Iterable[Grant], database: str) -> set[str]:
    return {
        privilege
        for grant in grants
        if grant.covers_database(database) and not grant.table.startswith(_OWN_TABLES)
        for privilege in grant.privileges & _WRITING
    }
