"""Whatever is sent to it, the API says what is wrong with it, and never answers 500."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.api.in_process import in_process
from tests.installation import Installation
from tests.ksef.mutated_answers import VALUES
from tests.processes import RunningCommand

VIEWS: dict[tuple[str, str], dict[str, object]] = {
    ("POST", "/v1/tokens/inspect"): {
        "token": "t",
        "nip": "5265877635",
        "internalId": "5265877635-12346",
        "environment": "Test",
    },
    ("POST", "/v1/certificates/inspect"): {
        "files": [{"name": "a.pem", "content": "YQ=="}],
        "password": "p",
        "expectedType": "Offline",
        "environment": "Test",
        "fingerprint": "ab" * 32,
    },
    ("POST", "/v1/certificates/sort"): {
        "files": [{"name": "a.pem", "content": "YQ=="}],
        "password": "p",
        "passwords": [{"file": "a.pem", "password": "p"}],
        "environment": "Test",
    },
    ("POST", "/v1/seals/renew"): {"sealed": "ksef1.x"},
    ("POST", "/v1/profiles/<profile_id>/access-token"): {"forceRefresh": True},
    ("POST", "/v1/profiles/<profile_id>/connection-test"): {"authorizationCertificateId": "c"},
    ("POST", "/v1/profiles/<profile_id>/verification-links"): {
        "invoiceSha256": "x",
        "invoiceXml": "YQ==",
        "issueDate": "2026-02-01",
        "sellerNip": "5265877635",
        "ksefNumber": "5265877635-20260201-010080615740-E4",
        "offline": True,
        "offlineCertificateId": "c",
        "png": True,
    },
    ("PUT", "/v1/profiles/<profile_id>/certificate-enrolments/<certificate_id>"): {
        "type": "Offline",
        "name": "Certyfikat",
        "keyAlgorithm": "EC P-256",
        "package": True,
        "signingRequestId": "r",
    },
    ("POST", "/v1/profiles/<profile_id>/signing-requests"): {
        "schemaVersion": "2.1",
        "subjectIdentifierType": "certificateSubject",
    },
    ("PUT", "/v1/profiles/<profile_id>/signing-requests/<signing_request_id>"): {},
    ("POST", "/v1/certificates/<certificate_id>/revocation"): {
        "profileId": "p",
        "reason": "Unspecified",
    },
}
"""What takes a body, and one with every member."""

WHOLE = (
    *VALUES,
    b"{",
    b"\x00",
    b'{"a":1}{"a":2}',
    '{"token":"ż"}'.encode("utf-16"),
    '{"token":"ż"}'.encode("cp1250"),
    b"\x1f\x8b\x08\x00",
)
PATHS = ("%00", "%ff%fe", "..", "%ED%A0%80", "x" * 5000, "a%2Fb", "a:b", "%E2%80%AE", "' OR 1=1")


@pytest.fixture(scope="module")
def client(artifacts: Path, simulator: RunningCommand) -> FlaskClient:
    return in_process(Installation.create(artifacts / "installation-requests", simulator))


def sent(client: FlaskClient, view: tuple[str, str], body: bytes, who: str = "nobody") -> int:
    method, path = view
    url = re.sub("<[a-z_]+>", lambda _: who, path)
    content_type = "application/xml" if "<signing_request_id>" in path else "application/json"
    answer = client.open(url, method=method, data=body, content_type=content_type)
    assert answer.status_code < 500, (url, body[:100], answer.get_data(as_text=True))
    if answer.status_code >= 400:
        assert answer.content_type == "application/problem+json"
        assert answer.get_json()["code"]
    return answer.status_code


def test_every_view_that_takes_a_body_is_here(client: FlaskClient) -> None:
    rules = client.application.url_map.iter_rules()
    taking = {
        (method, rule.rule)
        for rule in rules
        for method in (rule.methods or set()) & {"POST", "PUT", "PATCH"}
    }
    assert set(VIEWS) == taking


@pytest.mark.parametrize("view", VIEWS, ids=str)
def test_bodies_that_are_no_request(client: FlaskClient, view: tuple[str, str]) -> None:
    for body in WHOLE:
        status = sent(client, view, body)
        assert status in {400, 404, 422} if body != b"{}" else status < 500


@pytest.mark.parametrize("view", VIEWS, ids=str)
def test_members_that_are_something_else(client: FlaskClient, view: tuple[str, str]) -> None:
    whole = VIEWS[view]
    for name in (*whole, "unknown"):
        for value in VALUES:
            text = json.dumps({**whole, name: "@@hole@@"}, ensure_ascii=False).encode()
            sent(client, view, text.replace(b'"@@hole@@"', value))


@pytest.mark.parametrize("depth", [100_000, 900])
def test_a_nested_body_is_malformed_or_invalid(client: FlaskClient, depth: int) -> None:
    body = b'{"token":' + b"[" * depth + b"]" * depth + b"}"
    expected = 400 if depth > 1000 else 422
    assert sent(client, ("POST", "/v1/tokens/inspect"), body) == expected


def test_ids_that_are_none(client: FlaskClient) -> None:
    for method, path in VIEWS:
        for who in PATHS:
            sent(client, (method, path), b"{}", who)
