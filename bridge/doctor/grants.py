"""What an account may do, read from the server's `SHOW GRANTS`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection

ALL = "ALL PRIVILEGES"
_IDENTIFIER = r"[`\"]((?:[^`\"]|``|\"\")*)[`\"]|(\*)"
_GRANT = re.compile(rf"GRANT (.+?) ON (?:TABLE )?(?:{_IDENTIFIER})\.(?:{_IDENTIFIER}) TO ")
# A privilege on some columns lists them: SELECT (`id`, `nip`).
_COLUMNS = re.compile(r"\([^)]*\)")


@dataclass(frozen=True, slots=True)
class Grant:
    """Privileges on what `database` and `table` match; either is `*` for all.

    `database` is a pattern: `_` stands for any character, `%` for any number of them, and a
    backslash takes that meaning away (MySQL reference manual, "GRANT Statement").
    """

    privileges: frozenset[str]
    database: str
    table: str

    def covers(self, database: str, table: str) -> bool:
        """Whether the grant is about this table. Names are compared without regard to case."""
        return self.covers_database(database) and (
            self.table == "*" or self.table.lower() == table.lower()
        )

    def covers_database(self, database: str) -> bool:
        """Whether the grant is about this database or something in it."""
        return self.database == "*" or _pattern(self.database).fullmatch(database) is not None


def read_grants(connection: Connection) -> list[Grant]:
    """The grants of the account and of the roles that it has. Raises SQLAlchemyError."""
    return parse_grants(connection.exec_driver_sql("SHOW GRANTS").scalars())


def parse_grants(lines: Iterable[str]) -> list[Grant]:
    """The grants on tables; those of roles, of procedures and of proxies are passed over."""
    return [
        Grant(_privileges(found[1]), found[2] or "*", found[4] or "*")
        for line in lines
        if (found := _GRANT.match(line))
    ]


def privileges_on(grants: Iterable[Grant], database: str, table: str) -> frozenset[str]:
    """All that may be done to one table."""
    return frozenset().union(
        *(grant.privileges for grant in grants if grant.covers(database, table))
    )


def _privileges(listed: str) -> frozenset[str]:
    names = (name.strip().upper() for name in _COLUMNS.sub("", listed).split(","))
    return frozenset(ALL if name == "ALL" else name for name in names)


def _pattern(database: str) -> re.Pattern[str]:
    parts = re.findall(r"\\.|.", database)
    signs = {"_": ".", "%": ".*"}
    return re.compile(
        "".join(signs.get(part) or re.escape(part[-1]) for part in parts), re.IGNORECASE
    )
