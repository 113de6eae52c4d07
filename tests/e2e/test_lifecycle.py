"""Install, upgrade, uninstall, install again: records and seals stay, jobs and tabs do not."""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.bridge_settings import bridge_url, enter_bridge
from tests.e2e.credential_files import portal_files
from tests.e2e.espocrm import EspoCrm
from tests.e2e.packages import built_package, higher_version
from tests.e2e.people import made_record
from tests.e2e.records import Records
from tests.e2e.rest import RestUser
from tests.e2e.stored_state import StoredState, files_on_disk
from tests.installation import Installation, new_nip
from tests.secret_register import register_secret

SCHEDULE = "17 3 * * 1"
# Where EspoCRM notes who an e-mail came from.
TELLING = ("note", "notification")
JOBS = "SELECT job, status, scheduling FROM scheduled_job WHERE deleted = 0 AND job LIKE 'Ksef%'"


@pytest.fixture(scope="module")
def newer_package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built_package(tmp_path_factory.mktemp("newer"), higher_version())


@pytest.fixture(scope="module")
def profiles(
    bridge: Installation, records: Records, tmp_path_factory: pytest.TempPathFactory
) -> list[str]:
    """One that logs in by token, one by certificate."""
    by_token, by_certificate = new_nip(), new_nip()
    files = portal_files(
        tmp_path_factory.mktemp("files"), bridge.simulator.port, by_certificate, "Authentication"
    )
    return [
        records.token_profile("Token", by_token, bridge.new_ksef_token(by_token)),
        records.certificate_profile("Certyfikat", by_certificate, records.certificate(files)),
    ]


def schedules(espocrm: EspoCrm) -> dict[str, Any]:
    return {each["job"]: each["scheduling"] for each in espocrm.rows(JOBS)}


def test_records_seals_and_schedules_outlive_the_versions(
    espocrm: EspoCrm,
    records: Records,
    bridge: Installation,
    profiles: list[str],
    newer_package: Path,
) -> None:
    assert all(records.connection_test(each)["ok"] for each in profiles)
    planned = schedules(espocrm)
    assert "KsefCheckConnections" in planned
    espocrm.execute(
        "UPDATE scheduled_job SET scheduling = :it WHERE job = 'KsefCheckConnections'", it=SCHEDULE
    )
    before = StoredState.of(espocrm)

    espocrm.install(newer_package)

    assert schedules(espocrm) == {**planned, "KsefCheckConnections": SCHEDULE}
    assert StoredState.of(espocrm).changes_since(before) == []
    health = records.user.done("GET", "KsefBridge/health")
    assert health["status"] == "ok", health
    assert health["extension"]["version"] == higher_version()
    assert all(records.connection_test(each)["ok"] for each in profiles)

    before = StoredState.of(espocrm)
    espocrm.uninstall()
    try:
        nothing_of_ours_is_left(espocrm, records)
        assert StoredState.of(espocrm).changes_since(before) == []
    finally:
        espocrm.install(newer_package)

    assert set(schedules(espocrm)) == set(planned)
    the_key_is_asked_for_anew(espocrm, records, bridge)
    enter_bridge(records.user, bridge_url(bridge), bridge.api_key)
    assert records.user.done("GET", "KsefBridge/health")["status"] == "ok"
    assert all(records.connection_test(each)["ok"] for each in profiles)


def test_an_address_of_an_older_version_stays_and_no_e_mail_tells_whose_it_is(
    espocrm: EspoCrm,
    records: Records,
    root_user: RestUser,
    profiles: list[str],
    newer_package: Path,
) -> None:
    [profile, _], address = profiles, "Biuro@firma.example"
    with made_record(root_user, "Contact", lastName="x", emailAddress=address) as contact:
        espocrm.execute(
            "UPDATE entity_email_address SET entity_type = 'KsefProfile', entity_id = :profile"
            " WHERE entity_id = :contact",
            profile=profile,
            contact=contact,
        )
    sender = {"Type": "KsefProfile", "Name": "Token", "Id": profile}
    told = {"emailName": "x", **{f"personEntity{key}": value for key, value in sender.items()}}
    for table in TELLING:
        espocrm.execute(
            f"INSERT INTO {table} (id, type, data) VALUES (:id, 'EmailReceived', :data)",  # noqa: S608
            id=profile,
            data=json.dumps(told, separators=(",", ":")),
        )

    espocrm.install(newer_package)

    assert records.user.done("GET", f"KsefProfile/{profile}")["emailAddress"] == address
    found = "SELECT entity_id FROM entity_email_address WHERE entity_type LIKE 'Ksef%'"
    assert espocrm.rows(found) == []
    for table in TELLING:
        [row] = espocrm.rows(f"SELECT data FROM {table} WHERE id = :id", id=profile)  # noqa: S608
        assert json.loads(row["data"]) == {"emailName": "x"}


def test_key_files_of_a_form_that_nobody_saved_go_with_the_extension(
    espocrm: EspoCrm,
    records: Records,
    bridge: Installation,
    profiles: list[str],
    newer_package: Path,
) -> None:
    uploads = [
        records.user.uploaded(
            "keyFile", "firma.key", register_secret(secrets.token_hex(40)).encode()
        ),
        records.user.uploaded("certificateFile", "firma.p12", b"also a key"),
    ]
    assert files_on_disk(espocrm, uploads) == uploads

    espocrm.uninstall()
    try:
        assert files_on_disk(espocrm, uploads) == []
    finally:
        espocrm.install(newer_package)
        enter_bridge(records.user, bridge_url(bridge), bridge.api_key)


def the_key_is_asked_for_anew(espocrm: EspoCrm, records: Records, bridge: Installation) -> None:
    """The API key is nowhere in the configuration; the URL is where it was."""
    data = espocrm.given.root / "data"
    for name in ("config.php", "config-internal.php"):
        assert bridge.api_key not in (data / name).read_text("utf-8"), name
    assert records.user.done("GET", "Settings")["ksefBridgeUrl"] == bridge_url(bridge)
    health = records.user.done("GET", "KsefBridge/health")
    assert health["status"] != "ok", health


def nothing_of_ours_is_left(espocrm: EspoCrm, records: Records) -> None:
    """Neither job nor tab nor metadata nor file; the tables may stay."""
    assert schedules(espocrm) == {}
    metadata = records.user.done("GET", "Metadata")
    assert "ksef" not in metadata["app"]["adminPanel"]
    assert [name for name in metadata["scopes"] if name.startswith("Ksef")] == []
    jobs = metadata["app"].get("scheduledJobs", {})
    assert [name for name in jobs if name.startswith("Ksef")] == []
    for name in ("tabList", "quickCreateList", "globalSearchEntityList"):
        tabs = records.user.done("GET", "Settings").get(name) or []
        assert [each for each in tabs if "ksef" in str(each).lower()] == []
    assert records.user.call("GET", "KsefProfile").status == 404
    assert not (espocrm.given.root / "custom/Espo/Modules/Ksef").exists()
    assert not (espocrm.given.root / "client/custom/modules/ksef").exists()
