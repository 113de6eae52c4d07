"""The last test: no secret that any test made is written anywhere in clear."""

from __future__ import annotations

import base64
from pathlib import Path

from tests.secret_register import registered_secrets


def test_no_secret_is_found_in_logs_or_databases(artifacts: Path) -> None:
    secrets = registered_secrets()
    assert len(secrets) >= 20, "the tests register the secrets they make"
    needles = {form for secret in secrets for form in _written_forms(secret)}
    files = [path for path in artifacts.rglob("*") if path.is_file()]
    assert files
    leaks = []
    for path in files:
        content = path.read_bytes()
        leaks += [(path.name, needle[:4] + b"...") for needle in needles if needle in content]
    assert leaks == []


def _written_forms(secret: bytes) -> set[bytes]:
    """The secret as it is, and as a careless writer would encode it."""
    body = b"".join(line for line in secret.splitlines() if not line.startswith(b"-----"))
    return {
        secret,
        secret.hex().encode(),
        base64.b64encode(secret),
        base64.urlsafe_b64encode(secret).rstrip(b"="),
        body or secret,
        secret.replace(b"\n", b"\\n"),
    }
