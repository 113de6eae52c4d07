"""Certificates for profiles of the tests, inspected and sealed by the bridge."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

from tests.installation import Installation, run_command
from tests.secret_register import register_secret


def portal_certificate(
    running: Installation,
    folder: Path,
    nip: str,
    kind: str = "Authentication",
    key_algorithm: str = "EC P-256",
) -> Any:
    """A certificate of the simulator as the portal hands it out, inspected and sealed."""
    password = register_secret("portal password 15+")
    paths = run_command(
        *("simulator", "--port", str(running.simulator.port), "certificate"),
        *("--nip", nip, "--type", kind, "--environment", "Test", "--password", password),
        *("--key-algorithm", key_algorithm, "--out", str(folder / nip)),
    ).splitlines()
    return running.inspect_certificate([Path(path) for path in paths], password)


def self_signed(running: Installation, folder: Path, nip: str) -> Any:
    """A certificate made by openssl, as KSeF's test environment accepts."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-noenc", "-days", "30", "-utf8"),
            *("-keyout", str(key), "-out", str(certificate)),
            *("-subj", f"/C=PL/O=Firma/organizationIdentifier=VATPL-{nip}/CN=Firma"),
        ],
        check=True,
        capture_output=True,
    )
    register_secret(key.read_text())
    return running.inspect_certificate([certificate, key], None)
