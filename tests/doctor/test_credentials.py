"""What is wrong with keys, seals, certificates and tokens."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bridge.settings import PREFIX
from tests.doctor.examined_company import Company, examined
from tests.installation import run_command
from tests.secret_register import register_secret


@pytest.mark.parametrize(
    ("content", "mode", "code"),
    [
        (None, 0o644, "key-file-exposed"),
        ("", 0o600, "key-file-damaged"),
        ('{"keys": []}', 0o640, "key-file-empty"),
        ("absent", 0o600, "key-file-missing"),
    ],
)
def test_key_files_that_cannot_be_used(
    company: Company, tmp_path: Path, content: str | None, mode: int, code: str
) -> None:
    files = {name: tmp_path / name for name in ("MASTER_KEYS_FILE", "API_KEYS_FILE")}
    if content != "absent":
        for name, file in files.items():
            shutil.copy(company.environment[PREFIX + name], file)
            if content is not None:
                file.write_text(content)
            file.chmod(mode)
    report = examined(company, **{name: str(file) for name, file in files.items()})
    assert report.problems == {("master-keys", "failed", code), ("api-keys", "failed", code)}
    assert str(files["MASTER_KEYS_FILE"]) in report.result("master-keys")["message"]
    assert str(files["API_KEYS_FILE"]) in report.result("api-keys")["message"]


def test_a_scope_that_no_api_key_has(company: Company, tmp_path: Path) -> None:
    file = str(tmp_path / "api.json")
    register_secret(run_command("keys", "new-api", "--file", file, "--scope", "token"))
    report = examined(company, API_KEYS_FILE=file)
    assert report.problems == {("api-keys", "warning", "api-keys-scope-missing")}
    assert report.result("api-keys")["params"] == {"scopes": "inspect, administer"}


def test_what_each_api_key_may(company: Company, tmp_path: Path) -> None:
    file = tmp_path / "api.json"
    narrow = ("--environment", "Test", "--profile", "p1", "--calls-per-minute", "60")
    for options in ((), ("--scope", "token", *narrow)):
        register_secret(run_command("keys", "new-api", "--file", str(file), *options))
    report = examined(company, API_KEYS_FILE=str(file))
    assert report.problems == set()
    told = [each["message"] for each in report.results if each["name"] == "api-key"]
    everything, key = (each["id"] for each in json.loads(file.read_text())["keys"])
    assert told == [
        f"API key {everything} (espocrm) has the scopes administer, inspect, token.",
        f"API key {key} (espocrm) has the scopes token.",
        f"API key {key} (espocrm) serves these environments alone: Test.",
        f"API key {key} (espocrm) serves these profiles alone: p1.",
        f"API key {key} (espocrm) has a rate; calls a minute: 60.",
    ]


def test_a_narrower_key_that_an_older_version_wrote_again(company: Company, tmp_path: Path) -> None:
    file = tmp_path / "api.json"
    for options in ((), ("--profile", "p1")):
        register_secret(run_command("keys", "new-api", "--file", str(file), *options))
    stored = json.loads(file.read_text())
    del stored["keys"][1]["restricted"]
    file.write_text(json.dumps(stored))
    report = examined(company, API_KEYS_FILE=str(file))
    assert report.problems == {("api-key", "warning", "api-key-without-scope")}


def test_seals_under_a_key_that_is_not_there(company: Company, tmp_path: Path) -> None:
    file = tmp_path / "master.json"
    run_command("keys", "new-master", "--file", str(file))
    report = examined(company, MASTER_KEYS_FILE=str(file))
    assert report.problems == {
        ("credential-seals", "failed", "credential-seals-lost"),
        ("session-seals", "failed", "session-seals-lost"),
        ("enrolment-seals", "failed", "enrolment-seals-lost"),
    }
    stored = json.loads(Path(company.environment[PREFIX + "MASTER_KEYS_FILE"]).read_text())
    key_id = stored["keys"][0]["id"]
    params = {"count": 2, "total": 2, "keyIds": key_id}
    assert report.result("credential-seals")["params"] == params
    one = {"count": 1, "total": 1, "keyIds": key_id}
    assert report.result("enrolment-seals")["params"] == one

    shutil.copy(company.environment[PREFIX + "MASTER_KEYS_FILE"], file)
    run_command("keys", "new-master", "--file", str(file))
    report = examined(company, MASTER_KEYS_FILE=str(file))
    assert report.problems == set()
    assert report.result("credential-seals")["params"] == {"count": 2, "older": 2}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"valid_to": timedelta(days=20)}, ("warning", "certificates-end")),
        ({"valid_to": timedelta(days=-1)}, ("failed", "certificates-ended")),
        ({"status": "Revoked"}, ("failed", "certificates-not-active")),
    ],
)
def test_certificates_of_active_profiles(
    company: Company, change: dict[str, Any], code: tuple[str, str]
) -> None:
    now = datetime.now(UTC).replace(tzinfo=None)
    given = {k: now + v if isinstance(v, timedelta) else v for k, v in change.items()}
    healthy = {"valid_to": now + timedelta(days=700), "status": "Active"}
    company.change_certificate(**given)
    try:
        report = examined(company)
    finally:
        company.change_certificate(**healthy)
    assert report.problems == {("certificates", *code)}
    assert report.result("certificates")["params"]["count"] == 1


@pytest.mark.parametrize(
    ("days", "problems"), [(59, {("ksef-tokens", "warning", "tokens-end")}), (-1, set())]
)
def test_the_end_of_tokens_by_law_is_told_and_its_passing_is_no_problem(
    company: Company, days: int, problems: set[tuple[str, str, str]]
) -> None:
    end = datetime.now(UTC).date() + timedelta(days=days)
    report = examined(company, TOKENS_VALID_UNTIL=end.isoformat())
    assert report.problems == problems
    told = report.result("ksef-tokens")["params"]
    assert (told["count"], told["date"]) == (1, end.isoformat())
    assert (told["announced"], told["announcedOn"]) == ("2027-11-30", "2026-09-10")
