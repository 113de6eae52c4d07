"""What is wrong with the settings, the runtime folder, the running bridge or its TLS."""

from __future__ import annotations

import os
import subprocess
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from bridge.settings import PREFIX
from tests.doctor.examined_company import Company, examined
from tests.processes import COMMAND, free_port, running
from tests.secret_register import register_secret


def test_wrong_settings_are_named_and_the_rest_is_checked(company: Company) -> None:
    change = {
        "THREADS": "many",
        "TLS_KEY_FILE": "/somewhere/tls.key",
        "API_KEYS_FILE": "",
        "KSEF_CA_FILE": "/absent.pem",
        "STATE_DATABASE_URL": "nonsense:secret-in-a-url@",
        "ALLOW": "everything",
    }
    register_secret("secret-in-a-url")
    report = examined(company, **change)
    assert report.problems == {("settings", "failed", "settings-wrong")}
    told = [each["params"]["problem"] for each in report.results if each["name"] == "settings"]
    assert len(told) == len(change)
    assert all(any(PREFIX + name in problem for problem in told) for name in change)
    checked = {"master-keys", "espocrm-database", "espocrm-rights", "credential-seals"}
    assert checked <= report.names()
    assert not {"api-keys", "state-database", "tls", "bridge", "ksef-test"} & report.names()


@pytest.mark.parametrize(
    ("prepare", "code"),
    [
        (lambda folder: folder.write_text(""), "runtime-folder-unusable"),
        (lambda folder: (folder.mkdir(), folder.chmod(0o777)), "runtime-folder-exposed"),
    ],
)
def test_the_runtime_folder(company: Company, tmp_path: Path, prepare: Any, code: str) -> None:
    folder = tmp_path / "run"
    prepare(folder)
    report = examined(company, RUNTIME_FOLDER=str(folder))
    assert report.problems == {("runtime-folder", "failed", code)}


def test_a_bridge_that_does_not_run_or_is_another_program(company: Company, tmp_path: Path) -> None:
    for listen, code in (
        (f"127.0.0.1:{free_port()}", "bridge-not-running"),
        (f"unix:{tmp_path}/bridge.sock", "bridge-not-running"),
        (f"127.0.0.1:{company.simulator.port}", "bridge-is-another"),
    ):
        report = examined(company, LISTEN=listen)
        assert report.problems == {("bridge", "failed", code)}
        assert report.result("bridge")["params"] == {"address": listen}


def tls_pair(folder: Path, days: int) -> dict[str, str]:
    """The settings for a self-signed certificate that ends in so many days."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "bridge.example")])
    ends = datetime.now(UTC) + timedelta(days=days, hours=1)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(ends - timedelta(days=365))
        .not_valid_after(ends)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    register_secret(private)
    (folder / "tls.key").write_bytes(private)
    (folder / "tls.key").chmod(0o600)
    (folder / "tls.crt").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return {
        "TLS_CERTIFICATE_FILE": str(folder / "tls.crt"),
        "TLS_KEY_FILE": str(folder / "tls.key"),
    }


@pytest.mark.parametrize(
    ("days", "status", "code"),
    [(-1, "failed", "tls-certificate-ended"), (20, "warning", "tls-certificate-ends")],
)
def test_the_end_of_the_tls_certificate(
    company: Company, tmp_path: Path, days: int, status: str, code: str
) -> None:
    report = examined(company, **tls_pair(tmp_path, days))
    # The running bridge does no TLS.
    running_without = ("bridge", "failed", "bridge-is-another")
    assert report.problems == {("tls", status, code), running_without}


def test_a_bridge_with_tls(company: Company, tmp_path: Path) -> None:
    port = free_port()
    change = {**tls_pair(tmp_path, 90), "LISTEN": f"127.0.0.1:{port}"}
    environment = {PREFIX + name: value for name, value in change.items()}
    log = company.folder / "tls-bridge.log"
    with running(["serve"], port, log, {**company.environment, **environment}):
        assert examined(company, **change).problems == set()
        (tmp_path / "tls.key").chmod(0o604)
        assert examined(company, **change).problems == {("tls", "failed", "key-file-exposed")}


def test_tls_files_that_do_not_belong_together(company: Company, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    tls, other = tls_pair(tmp_path, 90), tls_pair(tmp_path / "other", 90)
    report = examined(company, **{**tls, "TLS_KEY_FILE": other["TLS_KEY_FILE"]})
    assert ("tls", "failed", "tls-files-unusable") in report.problems


def test_a_bridge_on_a_unix_socket(company: Company, tmp_path: Path) -> None:
    path = tmp_path / "bridge.sock"
    listen = f"unix:{path}"
    environment = {**os.environ, **company.environment, PREFIX + "LISTEN": listen}
    with (company.folder / "unix-bridge.log").open("ab") as log:
        process = subprocess.Popen([COMMAND, "serve"], env=environment, stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + 30
        while not path.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        assert examined(company, LISTEN=listen).problems == set()
    finally:
        process.terminate()
        process.wait(timeout=20)
