"""Keys change under a running bridge: no restart, no new login, no caller turned away."""

from __future__ import annotations

import itertools
import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select, update

from bridge.espocrm.tables import ksef_certificate
from tests.installation import Installation, difference, new_nip, run_command
from tests.processes import RunningCommand
from tests.secret_register import register_secret
from tests.sessions.certificates import portal_certificate

_number = itertools.count(1)
REFRESH = "POST /auth/token/refresh"
WORKERS = 3
# Enough for every worker to be asked.
CALLS = 12
# A worker looks at the file when it was last looked at a second ago.
WITHIN_SECONDS = 1.1


@pytest.fixture
def installation(artifacts: Path, simulator: RunningCommand) -> Installation:
    return Installation.create(artifacts / f"installation-rotation-{next(_number)}", simulator)


def test_a_session_outlives_the_rotation_of_the_master_key(installation: Installation) -> None:
    with installation.running(KSEF_BRIDGE_WORKERS=str(WORKERS)):
        installation.add_token_profile("p1", new_nip())
        session = sessions_answered(installation, calls=1)
        [old] = master_key_ids(installation)
        before = installation.ksef_calls()
        with ThreadPoolExecutor(1) as administrator:
            rotation = administrator.submit(
                run_command, "keys", "rotate", environment=installation.environment
            )
            while not rotation.done():
                assert sessions_answered(installation) == session
            new = rotation.result()
        assert master_key_ids(installation) == [new, old]
        assert sessions_answered(installation) == session
        assert difference(before, installation.ksef_calls()) == {}
        token = installation.new_ksef_token(new_nip())
        assert installation.inspect_token(token)["sealed"].split(".")[1] == new


def test_a_session_is_refreshed_after_the_old_master_key_is_gone(
    installation: Installation, tmp_path: Path
) -> None:
    with installation.running(KSEF_BRIDGE_WORKERS=str(WORKERS)):
        nip = new_nip()
        certificate = portal_certificate(installation, tmp_path, nip)
        installation.add_certificate_profile("p1", nip, certificate)
        session = sessions_answered(installation, calls=1)
        [old] = master_key_ids(installation)
        new = run_command("keys", "rotate", environment=installation.environment)
        renew_espocrm_seals(installation, new)
        run_command("keys", "remove-master", old, environment=installation.environment)
        assert master_key_ids(installation) == [new]
        before = installation.ksef_calls()
        assert sessions_answered(installation) == session
        forced = installation.access_token("p1", {"forceRefresh": True})
        assert {forced.json["sessionReference"]} == session
        assert difference(before, installation.ksef_calls()) == {REFRESH: 1}


def test_api_keys_are_replaced_without_a_gap(installation: Installation) -> None:
    with installation.running(KSEF_BRIDGE_WORKERS=str(WORKERS)):
        old_id = api_key_ids(installation)[0]
        old_key = installation.api_key
        new_key = register_secret(
            run_command("keys", "new-api", environment=installation.environment)
        )
        for key in (old_key, new_key):
            assert statuses_with(installation, key) == {200}
        run_command("keys", "remove-api", old_id, environment=installation.environment)
        time.sleep(WITHIN_SECONDS)
        assert statuses_with(installation, old_key) == {401}
        assert statuses_with(installation, new_key) == {200}

        Path(installation.environment["KSEF_BRIDGE_API_KEYS_FILE"]).unlink()
        time.sleep(WITHIN_SECONDS)
        assert statuses_with(installation, new_key) == {401}
    log = (installation.folder / "bridge.log").read_text()
    assert "key-file-unusable" in log


def sessions_answered(installation: Installation, calls: int = CALLS) -> set[str]:
    """The sessions at KSeF whose access tokens were handed out."""
    answers = [installation.access_token("p1") for _ in range(calls)]
    assert {each.status for each in answers} == {200}
    return {each.json["sessionReference"] for each in answers}


def statuses_with(installation: Installation, api_key: str) -> set[int]:
    installation.api_key = api_key
    return {installation.call("GET", "/v1/info").status for _ in range(CALLS)}


def renew_espocrm_seals(installation: Installation, primary: str) -> None:
    """What EspoCRM's daily job does with the private keys it keeps."""
    sealed = ksef_certificate.c.private_key_sealed
    engine = create_engine(installation.environment["KSEF_BRIDGE_ESPOCRM_DATABASE_URL"])
    with engine.begin() as connection:
        for old in connection.execute(select(sealed)).scalars().all():
            renewed = installation.call("POST", "/v1/seals/renew", {"sealed": old}).json
            assert (renewed["changed"], renewed["keyId"]) == (True, primary)
            change = update(ksef_certificate).where(sealed == old)
            connection.execute(change.values(private_key_sealed=renewed["sealed"]))
    engine.dispose()


def master_key_ids(installation: Installation) -> list[str]:
    return _ids(installation.environment["KSEF_BRIDGE_MASTER_KEYS_FILE"])


def api_key_ids(installation: Installation) -> list[str]:
    return _ids(installation.environment["KSEF_BRIDGE_API_KEYS_FILE"])


def _ids(path: str) -> list[str]:
    return [key["id"] for key in json.loads(Path(path).read_text())["keys"]]
