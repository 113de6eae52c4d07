"""Whom and what no certificate is requested for, and what is said then."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.enrolment.espocrm import ORDER, EspoCrm, Requested, code, path


def test_a_token_profile_is_told_what_is_missing(
    espocrm: EspoCrm, tmp_path: Path, profile_id: str, record_id: str
) -> None:
    espocrm.profile(tmp_path, profile_id, "Token")
    espocrm.add_record(record_id)
    answer = espocrm.request(profile_id, record_id)
    assert code(answer) == (409, "needs-signature-login")
    assert "Authentication certificate" in answer.json["detail"]
    polish = espocrm.installation.call(
        "PUT", path(profile_id, record_id), ORDER, **{"Accept-Language": "pl"}
    )
    assert "certyfikat uwierzytelniający" in polish.json["detail"]
    installation = espocrm.installation
    assert installation.call("GET", f"/v1/profiles/{profile_id}/certificates").status == 200
    revocation = {"profileId": profile_id}
    refused = installation.call("POST", f"/v1/certificates/{record_id}/revocation", revocation)
    assert code(refused) == (409, "needs-signature-login")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("abcd", "enrolment-name-length"),
        ("a" * 101, "enrolment-name-length"),
        ("Firma (1)", "enrolment-name-characters"),
        ("a" * 300, "request-invalid"),
    ],
)
def test_a_name_that_ksef_does_not_take_is_refused_before_anything_is_made(
    espocrm: EspoCrm, profile_id: str, record_id: str, name: str, expected: str
) -> None:
    answer = espocrm.request(profile_id, record_id, {**ORDER, "name": name})
    assert code(answer) == (422, expected)


@pytest.mark.parametrize(
    "change",
    [
        {"type": "Seal"},
        {"keyAlgorithm": "RSA 4096"},
        {"package": "yes"},
        {"csr": "x"},
        {"name": None},
    ],
)
def test_a_request_that_does_not_fit_the_contract_is_422(
    espocrm: EspoCrm, profile_id: str, record_id: str, change: dict[str, object]
) -> None:
    answer = espocrm.request(profile_id, record_id, {**ORDER, **change})
    assert code(answer) == (422, "request-invalid")


def test_an_unknown_profile_or_record_is_404(
    espocrm: EspoCrm, tmp_path: Path, profile_id: str, record_id: str
) -> None:
    assert code(espocrm.request("nobody", record_id)) == (404, "profile-not-found")
    assert code(espocrm.ask("nobody", record_id)) == (404, "profile-not-found")
    espocrm.profile(tmp_path, profile_id)
    assert code(espocrm.request(profile_id, record_id)) == (404, "certificate-not-found")
    assert code(espocrm.ask(profile_id, record_id)) == (404, "certificate-not-found")
    espocrm.add_record(record_id)
    assert code(espocrm.ask(profile_id, record_id)) == (404, "enrolment-not-found")
    assert espocrm.forget(profile_id, record_id).status == 204


def test_a_profile_that_cannot_log_in_is_409(
    espocrm: EspoCrm, tmp_path: Path, profile_id: str, record_id: str
) -> None:
    espocrm.profile(tmp_path, profile_id)
    espocrm.add_record(record_id)
    espocrm.installation.change_profile(profile_id, status="Inactive")
    assert code(espocrm.request(profile_id, record_id)) == (409, "profile-inactive")


@pytest.mark.parametrize(
    "columns", [{"status": "Active"}, {"certificate_pem": "x"}, {"status": None}]
)
def test_a_record_that_does_not_wait_for_a_certificate_is_409(
    espocrm: EspoCrm, tmp_path: Path, profile_id: str, record_id: str, columns: dict[str, object]
) -> None:
    espocrm.profile(tmp_path, profile_id)
    espocrm.add_record(record_id)
    espocrm.change_record(record_id, **columns)
    assert code(espocrm.request(profile_id, record_id)) == (409, "enrolment-record-not-requested")


def test_something_else_for_the_same_record_is_409(
    espocrm: EspoCrm, tmp_path: Path, requested: Requested
) -> None:
    profile_id, record_id, _ = requested
    other = {"type": "Offline", "name": "Inny certyfikat", "keyAlgorithm": "RSA 2048"}
    answer = espocrm.request(profile_id, record_id, other)
    assert code(answer) == (409, "enrolment-differs")
    assert answer.json["params"] == {"differences": "type, name, keyAlgorithm"}
    espocrm.profile(tmp_path, f"{profile_id}x")
    for answer in (
        espocrm.request(f"{profile_id}x", record_id),
        espocrm.ask(f"{profile_id}x", record_id),
        espocrm.forget(f"{profile_id}x", record_id),
    ):
        assert code(answer) == (409, "enrolment-of-another-profile")


def test_every_call_needs_the_scope_to_administer(espocrm: EspoCrm) -> None:
    key = espocrm.installation.new_api_key("token", "inspect")
    headers = {"Authorization": f"Bearer {key}"}
    for method, target in (
        ("PUT", path("p", "c")),
        ("GET", path("p", "c")),
        ("DELETE", path("p", "c")),
        ("GET", "/v1/profiles/p/certificates"),
        ("POST", "/v1/certificates/c/revocation"),
    ):
        assert espocrm.installation.bridge is not None
        answer = espocrm.installation.bridge.call(method, target, json_body={}, headers=headers)
        assert code(answer) == (403, "api-key-scope-missing")
