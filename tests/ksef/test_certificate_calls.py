"""What is said to KSeF about certificates, and what its answers are read as."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from bridge.credentials.context import ContextIdentifier, ContextType
from bridge.credentials.secret import Secret
from bridge.ksef.certificate_calls import KsefCertificates
from bridge.ksef.certificates import CertificateLimits, Limit
from bridge.ksef.client import KsefClient
from bridge.ksef.errors import KsefAnswerUnreadable
from bridge.ksef.transport import Transport
from tests.ksef.scripted_server import ScriptedServer, json_reply, scripted_server
from tests.ksef.test_contract import JWT

CONTEXT = ContextIdentifier(ContextType.NIP, "5265877635")
SERIAL = "018209160C631F1E"

# The examples of the OpenAPI file.
LISTED = {
    "certificateSerialNumber": SERIAL,
    "name": "Certyfikat 1",
    "type": "Authentication",
    "commonName": "Jan Kowalski",
    "status": "Active",
    "subjectIdentifier": {"type": "Nip", "value": "1234445678"},
    "validFrom": "2025-08-24T14:15:22+00:00",
    "validTo": "2027-08-24T14:15:22+00:00",
    "lastUseDate": "2025-08-25T14:15:22+00:00",
    "requestDate": "2025-08-24T14:15:22+00:00",
}
STATUS = {
    "requestDate": "2025-10-11T12:23:56.0154302+00:00",
    "status": {"code": 100, "description": "Wniosek przyjęty do realizacji"},
}


def asked(
    reply: object, call: Callable[[KsefCertificates], Any], *, status: int = 200
) -> tuple[Any, ScriptedServer]:
    with scripted_server(json_reply(reply, status)) as server:
        transport = Transport(server.url)
        value = call(KsefCertificates(KsefClient(transport), Secret(JWT), CONTEXT))
        transport.close()
    return value, server


def test_limits() -> None:
    body = {
        "canRequest": True,
        "enrollment": {"remaining": 299, "limit": 300},
        "certificate": {"remaining": 98, "limit": 100},
    }
    limits, _ = asked(body, lambda c: c.limits())
    assert limits == CertificateLimits(True, Limit(299, 300), Limit(98, 100))


def test_the_subject_is_kept_to_the_letter_without_what_is_absent() -> None:
    body = {
        "commonName": " Firma  „Żółw”, sp. z o.o. ",
        "countryName": "PL",
        "serialNumber": None,
        "uniqueIdentifier": "",
        "organizationName": "Żółw\\, Syn+Córka",
        "organizationIdentifier": "VATPL-5265877635",
        "somethingNew": None,
    }
    data, _ = asked(body, lambda c: c.enrolment_data())
    assert data.unknown == ()
    assert data.subject == {
        "countryName": "PL",
        "organizationIdentifier": "VATPL-5265877635",
        "organizationName": "Żółw\\, Syn+Córka",
        "commonName": " Firma  „Żółw”, sp. z o.o. ",
    }


def test_members_of_the_subject_that_are_not_known_are_named() -> None:
    body = {
        "commonName": "Firma",
        "countryName": "PL",
        "organizationalUnitName": "5265877635-12346",
        "x\n": "a name that is none",
    }
    data, _ = asked(body, lambda c: c.enrolment_data())
    assert data.unknown == ("organizationalUnitName",)
    assert set(data.subject) == {"commonName", "countryName"}


def test_a_request_is_sent_once_as_base64_of_der() -> None:
    answer = {"referenceNumber": "20251010-EH-1B6C9EB000-4B15D3AEB9-89", "timestamp": "2025"}
    receipt, server = asked(
        answer, lambda c: c.enrol("Firma Żółw", "Offline", b"\x30\x00"), status=202
    )
    assert receipt.reference_number == "20251010-EH-1B6C9EB000-4B15D3AEB9-89"
    (sent,) = server.received
    assert json.loads(sent.body) == {
        "certificateName": "Firma Żółw",
        "certificateType": "Offline",
        "csr": base64.b64encode(b"\x30\x00").decode(),
    }


def test_a_status_without_and_with_a_serial_number() -> None:
    status, server = asked(STATUS, lambda c: c.enrolment_status("20251010-EH-1"))
    assert (status.status.code, status.serial_number) == (100, None)
    assert server.received[0].path.endswith("/certificates/enrollments/20251010-EH-1")
    issued = {**STATUS, "status": {"code": 200}, "certificateSerialNumber": SERIAL}
    assert asked(issued, lambda c: c.enrolment_status("r"))[0].serial_number == SERIAL


def test_the_list_is_read_page_by_page() -> None:
    pages = [{"certificates": [LISTED] * 50, "hasMore": True}, {"certificates": [LISTED]}]
    with scripted_server(json_reply({})) as server:
        server.answer = lambda _: json_reply(pages[len(server.received) - 1])
        transport = Transport(server.url)
        calls = KsefCertificates(KsefClient(transport), Secret(JWT), CONTEXT)
        items = list(calls.listed(type="Authentication"))
        transport.close()
    assert len(items) == 51
    assert items[0].request_date == datetime(2025, 8, 24, 14, 15, 22, tzinfo=UTC)
    assert [each.path.rpartition("?")[2] for each in server.received] == [
        "pageOffset=0&pageSize=50",
        "pageOffset=1&pageSize=50",
    ]
    assert {each.body for each in server.received} == {b'{"type": "Authentication"}'}


def test_certificates_are_retrieved_in_der() -> None:
    item = {
        "certificate": base64.b64encode(b"\x30\x00").decode(),
        "certificateName": "Cert 00023",
        "certificateSerialNumber": SERIAL,
        "certificateType": "Authentication",
    }
    (found,), server = asked({"certificates": [item]}, lambda c: c.retrieve([SERIAL]))
    assert (found.serial_number, found.certificate) == (SERIAL, b"\x30\x00")
    assert json.loads(server.received[0].body) == {"certificateSerialNumbers": [SERIAL]}
    with pytest.raises(KsefAnswerUnreadable, match="certificate"):
        asked({"certificates": [item | {"certificate": "?"}]}, lambda c: c.retrieve([SERIAL]))


@pytest.mark.parametrize(
    ("reason", "body"), [("Superseded", {"revocationReason": "Superseded"}), (None, {})]
)
def test_a_certificate_is_revoked_with_its_reason(reason: str | None, body: object) -> None:
    _, server = asked(None, lambda c: c.revoke(SERIAL, reason), status=204)
    assert server.received[0].path.endswith(f"/certificates/{SERIAL}/revoke")
    assert json.loads(server.received[0].body) == body
