"""The server that a database runs on: its version and its clock."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime

from sqlalchemy import Connection

from bridge.doctor.codes import DoctorCode
from bridge.doctor.results import Result, ok, warning

LARGEST_CLOCK_DIFFERENCE = 2.0
"""Seconds. Leases, sessions and certificates are judged by several clocks."""

# The least that EspoCRM 9.2 to 10 support; EspoCRM 9.0 and 9.1 also run on 5.7 and 10.2, which
# their makers no longer support.
_LEAST = {"MySQL": (8, 0), "MariaDB": (10, 3)}
_MARIADB = re.compile(r"(\d+)\.(\d+)\.\d+-MariaDB", re.IGNORECASE)
_NUMBERS = re.compile(r"(\d+)\.(\d+)")


def check_server_version(name: str, connection: Connection) -> Result:
    """Whether EspoCRM supports the server. Raises SQLAlchemyError."""
    if connection.dialect.name == "sqlite":
        version = connection.exec_driver_sql("SELECT sqlite_version()").scalar_one()
        return ok(name, DoctorCode.ESPOCRM_SERVER_SUPPORTED, server=f"SQLite {version}")
    return judge_server_version(name, connection.exec_driver_sql("SELECT VERSION()").scalar_one())


def judge_server_version(name: str, version: str) -> Result:
    """`version` is what the server's VERSION() says, such as `5.5.5-10.2.44-MariaDB-log`."""
    mariadb = _MARIADB.search(version)
    product = "MariaDB" if mariadb else "MySQL"
    found = mariadb or _NUMBERS.match(version)
    if found is None:
        return ok(name, DoctorCode.ESPOCRM_SERVER_SUPPORTED, server=product)
    numbers = int(found[1]), int(found[2])
    params = {"server": f"{product} {found[1]}.{found[2]}"}
    if numbers < _LEAST[product]:
        least = "{} {}.{}".format(product, *_LEAST[product])
        return warning(name, DoctorCode.ESPOCRM_SERVER_TOO_OLD, **params, least=least)
    return ok(name, DoctorCode.ESPOCRM_SERVER_SUPPORTED, **params)


def check_clock(name: str, connection: Connection) -> list[Result]:
    """The server's clock against this host's; an SQLite file has none. Raises SQLAlchemyError."""
    if connection.dialect.name == "sqlite":
        return []
    before = time.time()
    told: datetime = connection.exec_driver_sql("SELECT UTC_TIMESTAMP(6)").scalar_one()
    middle = (before + time.time()) / 2
    ahead = told.replace(tzinfo=UTC).timestamp() - middle
    seconds = f"{ahead:+z.1f}"
    if abs(ahead) > LARGEST_CLOCK_DIFFERENCE:
        return [warning(name, DoctorCode.DATABASE_CLOCK_DIFFERS, seconds=seconds)]
    return [ok(name, DoctorCode.DATABASE_CLOCK_AGREES, seconds=seconds)]
