"""The last test: no secret that any test made is written anywhere in clear."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.secret_register import registered_secrets
from tests.secret_search import leaks, written_forms

FEWEST_SECRETS = 20


def test_no_secret_is_found_in_logs_or_databases(artifacts: Path) -> None:
    secrets = registered_secrets()
    assert len(secrets) >= FEWEST_SECRETS, "the tests register the secrets they make"
    kinds = {path.suffix for path in artifacts.rglob("*") if path.is_file()}
    assert {".log", ".sqlite3"} <= kinds, "logs and databases are kept for this search"
    assert leaks(artifacts, secrets) == []


@pytest.mark.parametrize("position", range(6))
def test_the_search_finds_a_secret_in_each_written_form(tmp_path: Path, position: int) -> None:
    pem = b"-----BEGIN PRIVATE KEY-----\nbGluZSBvbmUgb2YgYSBrZXk=\nbGluZSB0d28=\n-----END"
    form = sorted(written_forms(pem))[position]
    (tmp_path / "some.log").write_bytes(b"before " + form + b" after")
    assert leaks(tmp_path, [pem])
