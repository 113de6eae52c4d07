"""EspoCRM's database: reachable, with the extension's tables, and read only to the bridge."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import Connection
from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError

from bridge.doctor.codes import DoctorCode
from bridge.doctor.database_access import no_database, reading
from bridge.doctor.database_server import check_clock, check_server_version
from bridge.doctor.espocrm_content import EspoCrmContent, read_content
from bridge.doctor.espocrm_tables import check_rights, check_tables
from bridge.doctor.results import Result, Status, gravest, ok
from bridge.settings import PREFIX

NAME = "espocrm-database"
_SETTING = f"{PREFIX}ESPOCRM_DATABASE_URL"


@dataclass(frozen=True, slots=True)
class FoundEspoCrm:
    """`content` is None when the tables cannot be read."""

    results: list[Result]
    content: EspoCrmContent | None


def check_espocrm(url: URL) -> FoundEspoCrm:
    """All checks of EspoCRM's database, as far as the earlier ones let the later ones happen."""
    results: list[Result] = []
    try:
        with reading(url) as connection:
            results.append(ok(NAME, DoctorCode.DATABASE_REACHABLE))
            return FoundEspoCrm(results, _check(connection, results))
    except (SQLAlchemyError, OSError) as error:
        reached = [result for result in results if result.name != NAME]
        return FoundEspoCrm([no_database(NAME, _SETTING, error), *reached], None)


def _check(connection: Connection, results: list[Result]) -> EspoCrmContent | None:
    results.append(check_server_version("espocrm-server", connection))
    results += check_clock("espocrm-clock", connection)
    tables = check_tables(connection)
    results += tables
    results.append(check_rights(connection))
    if gravest(tables) is Status.FAILED:
        return None
    content = read_content(connection)
    results.append(_counted(content))
    return content


def _counted(content: EspoCrmContent) -> Result:
    environments = Counter(
        "?" if profile.environment is None else profile.environment.value
        for profile in content.active
    )
    return ok(
        "profiles",
        DoctorCode.PROFILES_COUNTED,
        count=len(content.profiles),
        active=len(content.active),
        environments=", ".join(f"{name}: {count}" for name, count in sorted(environments.items()))
        or "–",
    )
