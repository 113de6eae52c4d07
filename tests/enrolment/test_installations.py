"""Requests on MariaDB, and through a change of the master key."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bridge.enrolment.store import EnrolmentStore
from bridge.settings import load_settings
from bridge.state.database import StateDatabase, connect
from bridge.state.tables import enrolment as enrolment_table
from tests.enrolment.espocrm import EspoCrm
from tests.faults.mariadb_installation import on_mariadb
from tests.installation import Installation, run_command
from tests.mariadb import MariaDb
from tests.processes import RunningCommand


@pytest.fixture
def installation(artifacts: Path, simulator: RunningCommand, record_id: str) -> Installation:
    return Installation.create(artifacts / f"installation-of-{record_id}", simulator)


def test_on_mariadb_with_the_tables_of_espocrm(
    installation: Installation,
    mariadb: MariaDb,
    tmp_path: Path,
    profile_id: str,
    record_id: str,
) -> None:
    espocrm = EspoCrm(on_mariadb(installation, mariadb))
    with installation.running():
        espocrm.profile(tmp_path, profile_id)
        espocrm.add_record(record_id)
        begun = espocrm.request_in_the_end(profile_id, record_id)
        # MySQL compares ids without regard to case; they are other records.
        assert espocrm.ask(profile_id, record_id.upper()).status == 404
        espocrm.store_seal(record_id, begun["privateKeySealed"])
        issued = espocrm.ask_until(profile_id, record_id, "Issued")
        assert issued["package"] is not None
        espocrm.collect(profile_id, record_id, issued)
        assert len(espocrm.at_ksef(begun["privateKeySealed"])[1]) == 1


def test_the_master_key_is_replaced_in_the_middle(
    installation: Installation, tmp_path: Path, profile_id: str, record_id: str
) -> None:
    espocrm = EspoCrm(installation)
    with installation.running():
        espocrm.profile(tmp_path, profile_id)
        espocrm.add_record(record_id)
        begun = espocrm.request_in_the_end(profile_id, record_id)
        [old] = master_keys(installation)
        run_command("keys", "rotate", environment=installation.environment)
        again = espocrm.request_in_the_end(profile_id, record_id)
        assert again["privateKeySealed"] != begun["privateKeySealed"]
        espocrm.store_seal(record_id, begun["privateKeySealed"])
        for each in (record_id, f"c-{profile_id}"):
            sealed = espocrm.record(each).private_key_sealed
            renewed = installation.call("POST", "/v1/seals/renew", {"sealed": sealed}).json
            espocrm.store_seal(each, renewed["sealed"])
        run_command("keys", "remove-master", old, environment=installation.environment)
        issued = espocrm.ask_until(profile_id, record_id, "Issued")
        assert issued["package"] is not None
        espocrm.collect(profile_id, record_id, issued)


def master_keys(installation: Installation) -> list[str]:
    file = Path(installation.environment["KSEF_BRIDGE_MASTER_KEYS_FILE"])
    return [each["id"] for each in json.loads(file.read_text())["keys"]]


def test_what_nobody_collects_is_forgotten_after_a_month(
    installation: Installation, tmp_path: Path, profile_id: str, record_id: str
) -> None:
    espocrm = EspoCrm(installation)
    with installation.running():
        espocrm.profile(tmp_path, profile_id)
        espocrm.add_record(record_id)
        espocrm.request_in_the_end(profile_id, record_id)
    settings = load_settings(installation.environment)
    engine = connect(settings.state_database_url)
    store = EnrolmentStore(StateDatabase(engine))
    assert store.forget_older_than(timedelta(days=30)) == 0
    with engine.begin() as connection:
        month = 31 * 86_400_000
        created_at = connection.execute(select(enrolment_table.c.created_at)).scalar_one()
        assert abs(created_at - datetime.now(UTC).timestamp() * 1000) < 60_000
        connection.execute(enrolment_table.update().values(created_at=created_at - month))
    engine.dispose()
    with installation.running():
        end = time.monotonic() + 15
        while (told := espocrm.ask(profile_id, record_id)).status == 200:
            assert time.monotonic() < end
            time.sleep(0.2)
        assert told.json["code"] == "enrolment-not-found"
