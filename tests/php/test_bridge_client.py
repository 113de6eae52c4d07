"""The extension's client in PHP against a real bridge and simulator, and against impostors."""

from __future__ import annotations

import contextlib
import os
import secrets
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.enrolment.espocrm import ORDER, EspoCrm
from tests.installation import Installation, new_nip, run_command
from tests.php.authorities import new_authority
from tests.php.impostors import impostors
from tests.php.phpunit import run_phpunit
from tests.processes import COMMAND, RunningCommand, free_port
from tests.secret_register import register_secret
from tests.sessions.certificates import portal_certificate

ISSUED = {"type": "Offline", "name": "Kasa główna w Łodzi", "keyAlgorithm": "EC P-256"}


@pytest.fixture(scope="module")
def told(
    artifacts: Path, simulator: RunningCommand, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, str]]:
    """What PHPUnit is told of everything that runs for it."""
    folder = tmp_path_factory.mktemp("php")
    installation = Installation.create(artifacts / "installation-php", simulator)
    trusted, untrusted = new_authority(folder / "trusted"), new_authority(folder / "untrusted")
    with contextlib.ExitStack() as running:
        bridge = running.enter_context(installation.running())
        profile = (
            _profiles(installation)
            | _files(installation, folder)
            | _offline_profile(installation, folder)
            | _requests(installation, folder)
        )
        yield {
            "URL": f"http://127.0.0.1:{bridge.port}",
            "SIMULATOR_URL": f"http://127.0.0.1:{simulator.port}",
            "API_KEY": installation.api_key,
            "TOKEN_KEY": installation.new_api_key("token"),
            "TLS_URL": running.enter_context(_tls_bridge(installation, trusted)),
            "UNTRUSTED_TLS_URL": running.enter_context(_tls_bridge(installation, untrusted)),
            "SOCKET": running.enter_context(_socket_bridge(installation, folder / "b.sock")),
            "CLOSED_URL": f"http://127.0.0.1:{free_port()}",
            "IMPOSTOR_URL": running.enter_context(impostors()),
            "CA_FILE": str(trusted),
            **profile,
        }


def test_every_call_and_every_impostor(told: dict[str, str], artifacts: Path) -> None:
    outcome = run_phpunit(
        "--testsuite",
        "integration",
        environment={f"KSEF_PHP_TEST_{name}": value for name, value in told.items()},
        ini={"curl.cainfo": told["CA_FILE"]},
    )
    # Searched for secrets like every log.
    (artifacts / "phpunit.log").write_text(outcome.output)
    assert outcome.code == 0, outcome.output
    assert "\nOK (" in outcome.output, outcome.output


def test_the_run_fails_when_nothing_was_started() -> None:
    outcome = run_phpunit("--testsuite", "integration", "--filter", "testTheBridgeIsReady")
    assert outcome.code != 0
    assert "KSEF_PHP_TEST_URL is not set" in outcome.output


def _profiles(installation: Installation) -> dict[str, str]:
    nip = new_nip()
    token = installation.new_ksef_token(nip)
    installation.add_token_profile("php-profile", nip, token)
    installation.add_profile("php-empty", new_nip(), authorization_type="Token")
    return {
        "NIP": nip,
        "TOKEN": token,
        "PROFILE_ID": "php-profile",
        "EMPTY_PROFILE_ID": "php-empty",
    }


def _offline_profile(installation: Installation, folder: Path) -> dict[str, str]:
    """A company that may issue invoices offline."""
    nip = new_nip()
    certificate = portal_certificate(installation, folder / "offline", nip, "Offline")
    installation.add_certificate("php-offline-certificate", certificate)
    installation.add_profile(
        "php-offline",
        nip,
        authorization_type="Token",
        offline_certificate_id="php-offline-certificate",
    )
    return {"OFFLINE_PROFILE_ID": "php-offline", "OFFLINE_NIP": nip}


def _requests(installation: Installation, folder: Path) -> dict[str, str]:
    """A company that requests certificates: one is begun by PHP, one is issued already."""
    espocrm = EspoCrm(installation)
    nip = espocrm.profile(folder / "requests", "php-requests")
    espocrm.add_record("php-new")
    espocrm.add_record("php-issued", ISSUED)
    begun = espocrm.request_in_the_end("php-requests", "php-issued", ISSUED)
    espocrm.store_seal("php-issued", begun["privateKeySealed"])
    espocrm.ask_until("php-requests", "php-issued", "Issued")
    return {
        "REQUESTING_PROFILE_ID": "php-requests",
        "REQUESTING_NIP": nip,
        "NEW_RECORD_ID": "php-new",
        "NEW_TYPE": str(ORDER["type"]),
        "NEW_NAME": str(ORDER["name"]),
        "ISSUED_RECORD_ID": "php-issued",
        "ISSUED_NAME": str(ISSUED["name"]),
        "ISSUED_PASSWORD": begun["packagePassword"],
    }


def _files(installation: Installation, folder: Path) -> dict[str, str]:
    password = register_secret(secrets.token_urlsafe(12))
    paths = run_command(
        *("simulator", "--port", str(installation.simulator.port), "certificate"),
        *("--nip", new_nip(), "--type", "Authentication", "--environment", "Test"),
        *("--password", password, "--out", str(folder / "portal")),
    ).splitlines()
    certificate, key = (
        next(path for path in paths if path.endswith(suffix)) for suffix in (".crt", ".key")
    )
    return {"CERTIFICATE": certificate, "KEY": key, "PASSWORD": password}


@contextlib.contextmanager
def _tls_bridge(installation: Installation, authority: Path) -> Iterator[str]:
    files = {
        "KSEF_BRIDGE_TLS_CERTIFICATE_FILE": str(authority.with_name("server.crt")),
        "KSEF_BRIDGE_TLS_KEY_FILE": str(authority.with_name("server.key")),
    }
    with installation.running(**files) as bridge:
        yield f"https://localhost:{bridge.port}"


@contextlib.contextmanager
def _socket_bridge(installation: Installation, path: Path) -> Iterator[str]:
    environment = {**installation.environment, "KSEF_BRIDGE_LISTEN": f"unix:{path}"}
    with (installation.folder / "bridge.log").open("ab") as log:
        process = subprocess.Popen(
            [COMMAND, "serve"], env={**os.environ, **environment}, stdout=log, stderr=log
        )
    try:
        deadline = time.monotonic() + 30
        while not path.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        yield str(path)
    finally:
        process.terminate()
        process.wait(timeout=20)
