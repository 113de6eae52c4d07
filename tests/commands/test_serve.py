"""`ksef-bridge serve` refuses a bad installation in one clear line, and listens as it is told."""

from __future__ import annotations

import http.client
import itertools
import json
import os
import ssl
import subprocess
import time
from pathlib import Path

import pytest

from tests.forked_command import run_to_end
from tests.installation import Installation
from tests.processes import (
    COMMAND,
    RunningCommand,
    call_over,
    free_port,
    running,
    unix_connection,
)
from tests.secret_register import register_secret

_number = itertools.count(1)


@pytest.fixture
def installation(artifacts: Path, simulator: RunningCommand) -> Installation:
    return Installation.create(artifacts / f"installation-serve-{next(_number)}", simulator)


def tls_pair(folder: Path) -> tuple[Path, Path]:
    """A certificate for localhost with its key."""
    certificate, key = folder / "tls.crt", folder / "tls.key"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-noenc", "-days", "2", "-subj", "/CN=localhost"),
            *("-addext", "subjectAltName=DNS:localhost"),
            *("-keyout", str(key), "-out", str(certificate)),
        ],
        check=True,
        capture_output=True,
    )
    register_secret(key.read_text())
    return certificate, key


def refusal(environment: dict[str, str]) -> str:
    """What `serve` says when it does not start."""
    finished = run_to_end(["serve"], environment)
    assert finished.returncode == 1
    assert finished.stdout == b""
    said = finished.stderr.decode()
    assert "Traceback" not in said
    *events, last = said.strip().splitlines()
    assert all(json.loads(event)["event"] for event in events), "the rest is log events"
    return last


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"KSEF_BRIDGE_MASTER_KEYS_FILE": ""}, "KSEF_BRIDGE_MASTER_KEYS_FILE is not set"),
        ({"KSEF_BRIDGE_MASTER_KEYS_FILE": "/absent"}, "ksef-bridge keys new-master"),
        ({"KSEF_BRIDGE_API_KEYS_FILE": "/absent"}, "ksef-bridge keys new-api"),
        ({"KSEF_BRIDGE_ESPOCRM_DATABASE_URL": ""}, "KSEF_BRIDGE_ESPOCRM_DATABASE_URL"),
        ({"KSEF_BRIDGE_LISTEN": "0.0.0.0:8970"}, "listen-without-tls"),
        ({"KSEF_BRIDGE_LISTEN": "unix:/absent/bridge.sock"}, "/absent does not exist"),
        ({"KSEF_BRIDGE_KSEF_CA_FILE": "/absent"}, "KSEF_BRIDGE_KSEF_CA_FILE"),
        (
            {
                "KSEF_BRIDGE_TLS_CERTIFICATE_FILE": "/absent.crt",
                "KSEF_BRIDGE_TLS_KEY_FILE": "/absent.key",
            },
            "KSEF_BRIDGE_TLS_KEY_FILE",
        ),
        (
            {"KSEF_BRIDGE_STATE_DATABASE_URL": "mysql://nobody@127.0.0.1:1/state"},
            "KSEF_BRIDGE_STATE_DATABASE_URL",
        ),
        (
            {"KSEF_BRIDGE_STATE_DATABASE_URL": "sqlite:////dev/null/state/ksef.sqlite3"},
            "/dev/null/state/ksef.sqlite3 cannot be made: Not a directory; give its folder",
        ),
    ],
)
def test_a_bad_installation_is_refused(
    installation: Installation, change: dict[str, str], complaint: str
) -> None:
    assert complaint in refusal({**installation.environment, **change})


def test_a_key_file_that_everyone_can_read_is_refused(
    installation: Installation, tmp_path: Path
) -> None:
    path = Path(installation.environment["KSEF_BRIDGE_MASTER_KEYS_FILE"])
    path.chmod(0o644)
    assert f"chmod 600 {path}" in refusal(installation.environment)
    path.chmod(0o600)
    certificate, key = tls_pair(tmp_path)
    key.chmod(0o644)
    tls = {
        "KSEF_BRIDGE_TLS_CERTIFICATE_FILE": str(certificate),
        "KSEF_BRIDGE_TLS_KEY_FILE": str(key),
    }
    assert f"chmod 600 {key}" in refusal({**installation.environment, **tls})


def test_it_does_not_start_without_any_api_key(installation: Installation) -> None:
    path = Path(installation.environment["KSEF_BRIDGE_API_KEYS_FILE"])
    path.write_text('{"keys": []}')
    assert "ksef-bridge keys new-api" in refusal(installation.environment)


def test_it_listens_on_a_unix_socket(installation: Installation, tmp_path: Path) -> None:
    path = tmp_path / "bridge.sock"
    environment = {**installation.environment, "KSEF_BRIDGE_LISTEN": f"unix:{path}"}
    with (installation.folder / "bridge.log").open("ab") as log:
        process = subprocess.Popen(
            [COMMAND, "serve"], env={**os.environ, **environment}, stdout=log, stderr=log
        )
    try:
        deadline = time.monotonic() + 30
        while not path.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        assert call_over(unix_connection(path), "GET", "/healthz").status == 200
    finally:
        process.terminate()
        process.wait(timeout=20)


def test_it_speaks_tls(installation: Installation, tmp_path: Path) -> None:
    certificate, key = tls_pair(tmp_path)
    port = free_port()
    environment = {
        **installation.environment,
        "KSEF_BRIDGE_LISTEN": f"127.0.0.1:{port}",
        "KSEF_BRIDGE_TLS_CERTIFICATE_FILE": str(certificate),
        "KSEF_BRIDGE_TLS_KEY_FILE": str(key),
    }
    context = ssl.create_default_context(cafile=str(certificate))
    with running(["serve"], port, installation.folder / "bridge.log", environment, [COMMAND]):
        connection = http.client.HTTPSConnection("localhost", port, context=context, timeout=10)
        connection.request("GET", "/healthz")
        assert connection.getresponse().status == 200
        connection.close()


def test_keys_are_listed_without_any_secret(installation: Installation) -> None:
    listed = subprocess.run(
        [COMMAND, "keys", "list"],
        env={**os.environ, **installation.environment},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert [line.split()[0] for line in listed.splitlines()] == ["master", "api"]
    assert "primary" in listed
    assert installation.api_key not in listed
