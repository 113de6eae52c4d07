"""A healthy company for the tests of this folder."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.doctor.examined_company import (
    STATE_PRIVILEGES,
    Company,
    add_certificate_profile,
    espocrm_database,
)
from tests.installation import new_nip
from tests.mariadb import MariaDb
from tests.processes import RunningCommand

# It is made anew when other folders' tests have run between.
_number = itertools.count(1)


@pytest.fixture(scope="package")
def company(
    artifacts: Path,
    simulator: RunningCommand,
    mariadb: MariaDb,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Company]:
    installation = Company.create(artifacts / f"installation-doctor-{next(_number)}", simulator)
    assert isinstance(installation, Company)
    installation.owner_url, reading = espocrm_database(mariadb)
    after_this_test = datetime.now(UTC).date() + timedelta(days=100)
    installation.environment |= {
        "KSEF_BRIDGE_ESPOCRM_DATABASE_URL": installation.owner_url,
        "KSEF_BRIDGE_STATE_DATABASE_URL": mariadb.new_database(STATE_PRIVILEGES),
        "KSEF_BRIDGE_TOKENS_VALID_UNTIL": after_this_test.isoformat(),
    }
    with installation.running() as process:
        installation.add_token_profile("p1", new_nip())
        assert installation.access_token("p1").status == 200
        folder = tmp_path_factory.mktemp("portal")
        add_certificate_profile(installation, folder)
        installation.environment |= {
            "KSEF_BRIDGE_ESPOCRM_DATABASE_URL": reading,
            "KSEF_BRIDGE_LISTEN": f"127.0.0.1:{process.port}",
        }
        yield installation
