"""The last test: no secret that any test made is written anywhere in clear."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest

from tests.left_behind import LeftBehind, artifacts_of, register_of
from tests.secret_register import keep_secret, register_secret
from tests.secret_search import leaks, written_forms

FEWEST_SECRETS = 20


def test_no_secret_is_found_in_logs_or_databases(left_behind: LeftBehind) -> None:
    assert len(left_behind.secrets()) >= FEWEST_SECRETS, "the tests register the secrets they make"
    files = [path for folder in left_behind.artifacts() for path in folder.rglob("*")]
    kinds = {path.suffix for path in files if path.is_file()}
    assert {".log", ".sqlite3"} <= kinds, "logs and databases are kept for this search"
    assert left_behind.leaks() == []


@pytest.mark.parametrize("position", range(6))
def test_the_search_finds_a_secret_in_each_written_form(tmp_path: Path, position: int) -> None:
    pem = b"-----BEGIN PRIVATE KEY-----\nbGluZSBvbmUgb2YgYSBrZXk=\nbGluZSB0d28=\n-----END"
    form = sorted(written_forms(pem))[position]
    (tmp_path / "some.log").write_bytes(b"before " + form + b" after")
    assert leaks([tmp_path], [pem])


def test_the_search_finds_a_secret_too_short_for_a_line_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "some.log").write_bytes(b"the word is tree.")
    assert leaks([tmp_path], [b"tree", secrets.token_bytes(16)]) == ["some.log"]
    assert leaks([tmp_path], [b"leaf", secrets.token_bytes(16)]) == []


def test_the_search_finds_the_secret_of_one_process_in_what_another_has_left(
    tmp_path: Path,
) -> None:
    secret = secrets.token_bytes(16) + b"\n"
    for process in ("one", "other"):
        artifacts_of(register_of(tmp_path / process)).mkdir(parents=True)
        register_of(tmp_path / process).touch()
    keep_secret(register_of(tmp_path / "one"), secret)
    left = LeftBehind((tmp_path,))
    assert left.leaks() == []
    (artifacts_of(register_of(tmp_path / "other")) / "some.log").write_bytes(b"x" + secret)
    assert left.leaks() == ["some.log"]


def test_a_secret_is_kept_for_other_processes_as_soon_as_it_is_registered(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    secret = register_secret(secrets.token_bytes(16))
    assert secret in LeftBehind((tmp_path_factory.getbasetemp(),)).secrets()
