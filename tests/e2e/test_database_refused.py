"""EspoCRM refuses the package where its database is PostgreSQL, before anything is installed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.espocrm import EspoCrm

SCRIPT = "upload_beside_database.php"


@pytest.mark.parametrize("version", ["9.6", "15.4", "17.2", "99.9"])
def test_no_version_of_postgresql_will_do(version: str, espocrm: EspoCrm, package: Path) -> None:
    answer = espocrm.script(SCRIPT, str(package), "PostgreSQL", version)

    assert answer["refusal"] == (
        f"Your PostgreSQL version ({version}) is not supported. Required version: <0."
    )


def test_mariadb_will_do(espocrm: EspoCrm, package: Path) -> None:
    assert espocrm.script(SCRIPT, str(package), "MariaDB", "10.11.6")["refusal"] is None
