"""What KSeF says of a credential that could log in: the last step of a connection test."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from bridge.credentials.secret import Secret
from bridge.espocrm.profiles import Certificate
from bridge.ksef.client import KsefClient
from bridge.ksef.transport import Transport
from bridge.sessions.connection_report import Finding, StepStatus
from bridge.sessions.credential import OpenedCertificate, OpenedToken
from bridge.sessions.credential_state import (
    AskedToken,
    find_certificate_state,
    find_token_state,
)
from tests.ksef.certificates import certificate, ec_key
from tests.ksef.scripted_server import json_reply, scripted_server
from tests.ksef.test_contract import JWT

ACCESS_TOKEN = Secret(JWT)
REFERENCE = "20270115-EC-7FA3B1D200-AB12345F6A-01"
OPENED_TOKEN = OpenedToken(Secret(f"{REFERENCE}|nip-5265877635|{'0' * 64}"))
KEY = ec_key(ec.SECP256R1())
OPENED_CERTIFICATE = OpenedCertificate(certificate(KEY), KEY)
SERIAL_NUMBER = f"{OPENED_CERTIFICATE.certificate.serial_number:016X}"


def found(answer: object, ask: Callable[[Finding, KsefClient], None]) -> tuple[Finding, list[str]]:
    """What is found when KSeF answers so, and the calls that were made."""
    finding = Finding()
    with scripted_server(lambda _request: json_reply(answer)) as server:
        transport = Transport(server.url)
        ask(finding, KsefClient(transport))
        transport.close()
        return finding, [f"{each.method} {each.path}" for each in server.received]


@pytest.mark.parametrize("status", ["Pending", "Active", "Revoking", "Revoked", "Failed"])
def test_a_token_is_asked_about_by_its_own_number(status: str) -> None:
    answer = {
        "referenceNumber": REFERENCE,
        "status": status,
        "authorIdentifier": {"type": "Nip", "value": "5265877635"},
        "contextIdentifier": {"type": "Nip", "value": "5265877635"},
        "requestedPermissions": ["InvoiceRead"],
        "dateCreated": "2026-11-23T12:00:00Z",
    }
    finding, calls = found(
        answer,
        lambda finding, client: find_token_state(
            finding, AskedToken(client, OPENED_TOKEN, ACCESS_TOKEN)
        ),
    )
    assert calls == [f"GET /v2/tokens/{REFERENCE}"]
    if status == "Active":
        assert finding == Finding()
    else:
        assert (finding.status, finding.code) == (StepStatus.WARNING, "ksef-token-not-active")
        assert finding.params == {"status": status}


def certificate_found(kind: str, listed: list[dict[str, object]]) -> tuple[Finding, list[str]]:
    row = Certificate("c1", "Active", "Authentication", kind, "", "", "")
    return found(
        {"certificates": listed, "hasMore": False},
        lambda finding, client: find_certificate_state(
            finding, client, row, OPENED_CERTIFICATE, ACCESS_TOKEN
        ),
    )


def listed_as(status: str) -> dict[str, object]:
    return {
        "certificateSerialNumber": SERIAL_NUMBER,
        "name": "Firma",
        "type": "Authentication",
        "commonName": "Firma",
        "status": status,
        "subjectIdentifier": {"type": "Nip", "value": "5265877635"},
        "validFrom": "2026-11-23T12:00:00Z",
        "validTo": "2028-11-23T12:00:00Z",
        "requestDate": "2026-11-23T12:00:00Z",
    }


@pytest.mark.parametrize("status", ["Active", "Blocked", "Revoked", "Expired"])
def test_a_certificate_is_looked_up_by_its_serial_number(status: str) -> None:
    finding, calls = certificate_found("Ksef", [listed_as(status)])
    assert [each.partition("?")[0] for each in calls] == ["POST /v2/certificates/query"]
    if status == "Active":
        assert finding == Finding()
    else:
        assert (finding.status, finding.code) == (StepStatus.WARNING, "ksef-certificate-not-active")
        assert finding.params == {"serialNumber": SERIAL_NUMBER, "status": status}


def test_a_certificate_that_ksef_does_not_list_is_a_warning() -> None:
    finding, _ = certificate_found("Ksef", [])
    assert (finding.status, finding.code) == (StepStatus.WARNING, "ksef-certificate-not-listed")


@pytest.mark.parametrize("kind", ["Qualified", "SelfSigned", "Unknown"])
def test_ksef_keeps_no_state_of_anybody_elses_certificate(kind: str) -> None:
    assert certificate_found(kind, []) == (Finding(), [])
