"""Every answer of the simulator in a full scenario fits KSeF's OpenAPI file."""

from __future__ import annotations

import base64
import json
import re
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from jsonschema_rs import Draft202012Validator, Registry
from werkzeug.test import TestResponse

from bridge.simulator import clock
from bridge.simulator.reference_numbers import new_reference_number
from tests.simulator.ksef import Ksef, accepted, authentication_token
from tests.simulator.login_certificates import (
    certificate_for,
    new_ec_key,
    new_nip,
    seal,
)
from tests.simulator.login_certificates import (
    person as person_of,
)
from tests.simulator.signed_requests import enveloped, request_xml, written


def _is_base64(value: str) -> bool:
    try:
        base64.b64decode(value, validate=True)
    except ValueError:
        return False
    return True


# What came after 2.6.0 (api-contract A.6 and A.7)
LATER_PATHS: dict[str, Any] = {
    "/testdata/certificates/{serialNumber}": {"put": {"responses": {"200": {}}}},
}
LATER_MEMBERS = {"ownerPermissions": {"type": "array", "items": {"type": "string"}}}


class OpenApi:
    """The OpenAPI file as a judge of answers."""

    def __init__(self, file: Path) -> None:
        document = json.loads(file.read_text())
        document["paths"] |= LATER_PATHS
        grants = document["components"]["schemas"]["QueryPersonalPermissionsResponse"]
        grants["properties"] |= LATER_MEMBERS
        self._document = _as_json_schema(document)
        self._registry = Registry([("urn:ksef", self._document)])
        self._templates = {
            template: re.compile(re.sub(r"\{\w+\}", "[^/]+", template))
            for template in sorted(self._document["paths"], key=lambda path: path.count("{"))
        }
        self.seen: set[str] = set()

    def check(self, method: str, path: str, answer: TestResponse) -> None:
        """Fail unless the file documents this answer, and it fits its schema to the letter."""
        template = next(
            template for template, form in self._templates.items() if form.fullmatch(path)
        )
        operation = self._document["paths"][template][method.lower()]
        where = f"{method} {template} {answer.status_code}"
        assert str(answer.status_code) in operation["responses"], where
        documented = operation["responses"][str(answer.status_code)].get("content", {})
        self.seen.add(where)
        if not documented:
            assert answer.data == b"", where
            return
        assert answer.mimetype in documented, where
        schema = documented[answer.mimetype]["schema"]
        validator = Draft202012Validator(
            schema,
            registry=self._registry,
            formats={"byte": _is_base64},
            validate_formats=True,
        )
        faults = [error.message for error in validator.iter_errors(answer.get_json())]
        assert faults == [], where


def _as_json_schema(node: Any) -> Any:
    """OpenAPI 3.0's schemas in JSON Schema, closed: an undocumented property is a fault."""
    if isinstance(node, list):
        return [_as_json_schema(entry) for entry in node]
    if not isinstance(node, dict):
        return node
    schema = {
        name: f"urn:ksef{value}" if name == "$ref" else _as_json_schema(value)
        for name, value in node.items()
    }
    if isinstance(schema.get("properties"), dict) and "type" in schema:
        schema.setdefault("unevaluatedProperties", False)
    if schema.pop("nullable", False):
        return {"anyOf": [schema, {"type": "null"}]}
    return schema


class CheckedKsef(Ksef):
    """A simulator each of whose answers is held against the OpenAPI file."""

    def __init__(self, judge: OpenApi, *, limits: bool = False) -> None:
        super().__init__(limits=limits)
        self._judge = judge

    def call(self, method: str, path: str, **options: Any) -> TestResponse:
        answer = super().call(method, path, **options)
        if not path.startswith("/_simulator"):
            self._judge.check(method, path.partition("?")[0], answer)
        return answer


@pytest.fixture(scope="module")
def judge(shared: Path) -> OpenApi:
    return OpenApi(shared / "ksef" / "open-api-2.6.0.json")


@pytest.fixture(params=[{}, {"X-Error-Format": "problem-details"}], ids=["legacy", "problem"])
def error_format(request: pytest.FixtureRequest) -> dict[str, str]:
    return dict(request.param)


def test_the_judge_finds_faults(judge: OpenApi) -> None:
    ksef = Ksef()
    good = ksef.call("POST", "/auth/challenge")
    judge.check("POST", "/auth/challenge", good)
    for fault in (
        {"timestamp": "yesterday"},
        {"timestampMs": "1"},
        {"challenge": "short"},
        {"undocumented": 1},
    ):
        good.data = json.dumps({**good.get_json(), **fault})
        with pytest.raises(AssertionError):
            judge.check("POST", "/auth/challenge", good)
        good = ksef.call("POST", "/auth/challenge")


def test_a_login_with_all_that_follows(judge: OpenApi) -> None:
    ksef = CheckedKsef(judge)
    nip = new_nip()
    owner = ksef.sign_in(nip)
    body = {"permissions": ["InvoiceRead", "CredentialsRead"], "description": "Odczyt faktur"}
    generated = ksef.call("POST", "/tokens", token=owner.access_token, json=body).get_json()
    reference, token = ksef.ksef_token(nip)
    by_token = ksef.sign_in_by_token(token, nip)
    for _ in range(11):
        ksef.ksef_token(nip)
        ksef.sign_in(nip)
    ksef.call("POST", "/auth/token/refresh", token=by_token.refresh_token)
    ksef.call("GET", f"/auth/{owner.reference_number}", token=owner.authentication_token)
    ksef.call("GET", "/auth/sessions", token=owner.access_token)
    ksef.call("GET", "/tokens", token=owner.access_token)
    ksef.call("GET", f"/tokens/{reference}", token=by_token.access_token)
    ksef.call("GET", f"/tokens/{generated['referenceNumber']}", token=owner.access_token)
    ksef.call("DELETE", f"/tokens/{reference}", token=owner.access_token)
    ksef.call("DELETE", "/auth/sessions/current", token=by_token.access_token)
    ksef.call("DELETE", f"/auth/sessions/{by_token.reference_number}", token=owner.access_token)
    ksef.call("GET", "/security/public-key-certificates")
    assert {seen for seen in judge.seen if seen.rpartition(" ")[2].startswith("2")} >= {
        "POST /auth/challenge 200",
        "POST /auth/xades-signature 202",
        "POST /auth/ksef-token 202",
        "GET /auth/{referenceNumber} 200",
        "POST /auth/token/redeem 200",
        "POST /auth/token/refresh 200",
        "GET /auth/sessions 200",
        "DELETE /auth/sessions/current 204",
        "DELETE /auth/sessions/{referenceNumber} 204",
        "POST /tokens 202",
        "GET /tokens 200",
        "GET /tokens/{referenceNumber} 200",
        "DELETE /tokens/{referenceNumber} 204",
        "GET /security/public-key-certificates 200",
    }


def test_an_enrolment_and_what_belongs_to_certificates(judge: OpenApi) -> None:
    ksef = CheckedKsef(judge)
    owner = ksef.sign_in(new_nip()).access_token

    def post(path: str, **members: Any) -> Any:
        return ksef.call("POST", path, token=owner, json=members).get_json()

    ksef.call("GET", "/certificates/limits", token=owner)
    data = ksef.call("GET", "/certificates/enrollments/data", token=owner).get_json()
    started = post(
        "/certificates/enrollments",
        certificateName="Certyfikat",
        certificateType="Authentication",
        csr=_signing_request(data),
    )
    path = f"/certificates/enrollments/{started['referenceNumber']}"
    assert ksef.call("GET", path, token=owner).get_json()["status"]["code"] == 100
    ksef.state.certificates.processing_time = timedelta(0)
    status = _settled(ksef, path, owner)
    assert status["status"]["code"] == 200
    serial_number = status["certificateSerialNumber"]
    assert post("/certificates/retrieve", certificateSerialNumbers=[serial_number])["certificates"]
    assert post("/certificates/query", certificateSerialNumber=serial_number)["certificates"]
    moved = {"validTo": clock.timestamp(clock.now() + timedelta(days=1))}
    ksef.call("PUT", f"/testdata/certificates/{serial_number}", token=owner, json=moved)
    post(f"/certificates/{serial_number}/revoke", revocationReason="Superseded")
    post("/certificates/enrollments", certificateName="x")
    post("/certificates/retrieve", certificateSerialNumbers=[])
    post("/certificates/0000000000000000/revoke")
    assert judge.seen >= {
        "GET /certificates/limits 200",
        "GET /certificates/enrollments/data 200",
        "POST /certificates/enrollments 202",
        "POST /certificates/enrollments 400",
        "GET /certificates/enrollments/{referenceNumber} 200",
        "POST /certificates/retrieve 200",
        "POST /certificates/retrieve 400",
        "POST /certificates/query 200",
        "POST /certificates/{certificateSerialNumber}/revoke 204",
        "POST /certificates/{certificateSerialNumber}/revoke 400",
    }


def _signing_request(data: dict[str, str]) -> str:
    """A request in base64 with exactly the name that KSeF demands."""
    name = x509.Name(
        x509.NameAttribute(getattr(NameOID, _NAMES[member]), value)
        for member, value in data.items()
        if value
    )
    request = x509.CertificateSigningRequestBuilder().subject_name(name)
    signed = request.sign(new_ec_key(), hashes.SHA256())
    return base64.b64encode(signed.public_bytes(Encoding.DER)).decode()


_NAMES = {
    "commonName": "COMMON_NAME",
    "countryName": "COUNTRY_NAME",
    "organizationName": "ORGANIZATION_NAME",
    "organizationIdentifier": "ORGANIZATION_IDENTIFIER",
}


def _settled(ksef: Ksef, path: str, token: str) -> dict[str, Any]:
    """The status of an enrolment once it is no longer in progress."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        status: dict[str, Any] = ksef.call("GET", path, token=token).get_json()
        if status["status"]["code"] != 100:
            return status
        time.sleep(0.02)
    pytest.fail("the enrolment did not end")


def test_test_data_and_own_permissions(judge: OpenApi) -> None:
    ksef = CheckedKsef(judge)
    nip, person, pesel = new_nip(), new_nip(), "88102341294"
    context = {"type": "Nip", "value": nip}
    entity = {"subjectNip": nip, "subjectType": "VatGroup", "description": "Grupa VAT"}
    ksef.test_data("subject", **entity)
    assert ksef.call("POST", "/testdata/subject", json=entity).status_code == 400
    ksef.test_data("person", nip=person, pesel=pesel, isBailiff=False, description="Osoba")
    granted = {
        "contextIdentifier": context,
        "authorizedIdentifier": {"type": "Pesel", "value": pesel},
    }
    right = {"permissionType": "InvoiceRead", "description": "Odczyt faktur"}
    ksef.test_data("permissions", **granted, permissions=[right])
    credential = certificate_for(person_of(f"PNOPL-{pesel}"))
    employee = ksef.sign_in(nip, credential).access_token
    own = ksef.call("POST", "/permissions/query/personal/grants", token=employee, json={})
    assert [grant["permissionScope"] for grant in own.get_json()["permissions"]] == ["InvoiceRead"]
    owner = ksef.sign_in(nip).access_token
    owned = ksef.call("POST", "/permissions/query/personal/grants", token=owner, json={})
    assert "InvoiceWrite" in owned.get_json()["ownerPermissions"]
    ksef.test_data("permissions/revoke", **granted)
    ksef.test_data("context/block", contextIdentifier=context)
    ksef.test_data("context/unblock", contextIdentifier=context)
    ksef.test_data("person/remove", nip=person)
    ksef.test_data("subject/remove", subjectNip=nip)


def test_every_status_of_a_login(judge: OpenApi, monkeypatch: pytest.MonkeyPatch) -> None:
    ksef = CheckedKsef(judge)
    nip = new_nip()
    _, token = ksef.ksef_token(nip)
    codes = {
        ksef.outcome(ksef.start_by_token(token, nip))[0],
        ksef.outcome(ksef.start_by_token(token, new_nip()))[0],
        ksef.status(ksef.start_by_signature(seal(new_nip()), nip))["status"]["code"],
    }
    signed = written(enveloped(request_xml(ksef.challenge()["challenge"], nip), seal(nip)))
    chain = {"verifyCertificateChain": "true"}
    codes.add(ksef.outcome(ksef.send_signed(signed, query_string=chain))[0])
    revoked = ksef.sign_in(nip)
    ksef.call("DELETE", "/auth/sessions/current", token=revoked.refresh_token)
    status = ksef.call(
        "GET", f"/auth/{revoked.reference_number}", token=revoked.authentication_token
    )
    codes.add(status.get_json()["status"]["code"])
    monkeypatch.setattr(ksef.state.operations, "processing_time", timedelta(hours=1))
    codes.add(ksef.status(ksef.start_by_signature(seal(nip), nip))["status"]["code"])
    monkeypatch.undo()
    monkeypatch.setattr(ksef.state.rights, "is_deceased", lambda _: True)
    codes.add(ksef.outcome(ksef.start_by_token(token, nip))[0])
    monkeypatch.setattr(ksef.state.rights, "is_blocked", lambda _: True)
    codes.add(ksef.outcome(ksef.start_by_token(token, nip))[0])
    assert codes == {100, 200, 415, 425, 450, 460, 470, 480}


def test_every_refusal_in_both_formats(judge: OpenApi, error_format: dict[str, str]) -> None:
    ksef = CheckedKsef(judge)
    nip = new_nip()
    owner = ksef.sign_in(nip)
    by_token = ksef.sign_in_by_token(ksef.ksef_token(nip, "InvoiceRead")[1], nip)
    unknown = new_reference_number("AU")
    other, _ = ksef.ksef_token(nip)
    bad_page = {**error_format, "x-continuation-token": "x"}
    xml = {**error_format, "Content-Type": "application/xml"}
    refused: list[tuple[str, str, str | None, dict[str, Any], int]] = [
        ("POST", "/auth/ksef-token", None, {"json": {}}, 400),
        ("POST", "/auth/xades-signature", None, {"data": b"<a/>", "headers": xml}, 400),
        ("GET", f"/auth/{unknown}", owner.authentication_token, {}, 400),
        ("GET", f"/auth/{by_token.reference_number}", owner.authentication_token, {}, 403),
        ("GET", f"/auth/{unknown}", None, {}, 401),
        ("POST", "/auth/token/redeem", owner.authentication_token, {}, 400),
        ("POST", "/auth/token/redeem", None, {}, 401),
        ("POST", "/auth/token/refresh", owner.access_token, {}, 401),
        ("GET", "/auth/sessions", owner.access_token, {"headers": bad_page}, 400),
        ("GET", "/auth/sessions", None, {}, 401),
        ("DELETE", f"/auth/sessions/{unknown}", owner.access_token, {}, 400),
        ("DELETE", "/auth/sessions/current", None, {}, 401),
        ("POST", "/tokens", owner.access_token, {"json": {}}, 400),
        ("POST", "/tokens", by_token.access_token, {"json": {}}, 403),
        ("GET", "/tokens?status=x", owner.access_token, {}, 400),
        ("GET", f"/tokens/{other}", by_token.access_token, {}, 403),
        ("DELETE", f"/tokens/{unknown}", owner.access_token, {}, 400),
    ]
    for method, path, token, options, status in refused:
        sent = {"headers": error_format, **options}
        answer = ksef.call(method, path, token=token, **sent)
        assert answer.status_code == status, (method, path)


def test_a_status_that_is_gone_and_a_limit_that_is_reached(
    judge: OpenApi, error_format: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bridge.simulator.rate_limits.monotonic", lambda: 1000.0)
    ksef = CheckedKsef(judge, limits=True)
    nip = new_nip()
    started = accepted(ksef.start_by_token(ksef.ksef_token(nip)[1], nip))
    codes = [
        ksef.call("POST", "/auth/challenge", headers=error_format).status_code for _ in range(60)
    ]
    assert codes[-1] == 429
    later = clock.now() + timedelta(days=7)
    monkeypatch.setattr(clock, "now", lambda: later)
    path = f"/auth/{started['referenceNumber']}"
    token = authentication_token(started)
    assert ksef.call("GET", path, token=token, headers=error_format).status_code == 410
