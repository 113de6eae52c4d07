"""What tests may make of certificates: any status, any end of a request, at any pace."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bridge.simulator import clock
from tests.simulator.certificate_subjects import (
    Subject,
    company,
    login_outcome,
    prompt_ksef,
    serial,
)
from tests.simulator.ksef import Ksef, refusal
from tests.simulator.login_certificates import Credential, PrivateKey, new_ec_key


@pytest.fixture
def ksef() -> Ksef:
    return prompt_ksef()


def digest(key: PrivateKey) -> str:
    encoded = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(encoded).hexdigest()


def play(ksef: Ksef, serial_number: str, status: str) -> Any:
    path = f"/_simulator/certificates/{serial_number}"
    return ksef.call("PUT", path, json={"status": status})


def misbehave(ksef: Ksef, **wish: Any) -> None:
    assert ksef.call("PUT", "/_simulator/chaos", json=wish).status_code == 204


@pytest.mark.parametrize(
    ("status", "detail"),
    [
        ("Blocked", "Certyfikat zawieszony"),
        ("Revoked", "Certyfikat odwołany"),
        ("Expired", "Nieważny certyfikat"),
    ],
)
def test_a_certificate_gets_any_status_and_active_again(
    ksef: Ksef, status: str, detail: str
) -> None:
    subject, key = company(ksef), new_ec_key()
    issued = Credential(subject.obtains(key), key)
    number = serial(issued.certificate)
    assert play(ksef, number, status).status_code == 204
    assert subject.post("query")["certificates"][0]["status"] == status
    assert len(subject.post("query", status=status)["certificates"]) == 1
    assert login_outcome(ksef, issued, subject.nip) == (460, [detail])
    assert refusal(subject.revokes(issued.certificate))[0] == 25009
    assert play(ksef, number, "Active").status_code == 204
    assert login_outcome(ksef, issued, subject.nip) == (200, [])


def test_active_undoes_a_revocation_and_an_end_brought_forward(ksef: Ksef) -> None:
    subject = company(ksef)
    certificate = subject.obtains()
    number = serial(certificate)
    ended = {"validTo": clock.timestamp(clock.now())}
    assert ksef.call("PUT", f"/testdata/certificates/{number}", json=ended).status_code == 200
    assert play(ksef, number, "Active").status_code == 204
    assert subject.revokes(certificate).status_code == 204
    assert play(ksef, number, "Active").status_code == 204
    assert subject.post("query")["certificates"][0]["status"] == "Active"


def test_a_status_that_is_none_and_a_certificate_that_is_none(ksef: Ksef) -> None:
    number = serial(company(ksef).obtains())
    assert refusal(play(ksef, number, "Lost"))[0] == 21405
    assert refusal(play(ksef, "0" * 16, "Blocked"))[0] == 25008


def test_all_certificates_and_requests_are_told_with_their_keys(ksef: Ksef) -> None:
    keys = [new_ec_key(), new_ec_key()]
    first, second = company(ksef), company(ksef)
    number = serial(first.obtains(keys[0], certificateType="Offline"))
    reference = second.enrols(keys[1])
    told = ksef.call("GET", "/_simulator/certificates").get_json()
    assert [each["publicKeySha256"] for each in told["certificates"]] == [*map(digest, keys)]
    assert told["certificates"][0]["certificateSerialNumber"] == number
    assert [each["subjectIdentifier"]["value"] for each in told["enrollments"]] == [
        first.nip,
        second.nip,
    ]
    last = told["enrollments"][-1]
    assert (last["referenceNumber"], last["status"]["code"]) == (reference, 200)
    assert (last["type"], last["publicKeySha256"]) == ("Authentication", digest(keys[1]))


@pytest.mark.parametrize(
    ("code", "details"),
    [(400, ["Osiągnięto dopuszczalny limit posiadanych certyfikatów."]), (500, []), (550, ["Raz"])],
)
def test_the_next_request_ends_as_wished(ksef: Ksef, code: int, details: list[str]) -> None:
    subject = company(ksef)
    status = {"code": code, "description": "Wniosek odrzucony", "details": details}
    misbehave(ksef, enrolmentSeconds=0, enrolmentStatus={**status, "times": 1})
    ended = subject.get(f"enrollments/{subject.enrols()}")
    assert (ended["status"]["code"], ended["status"].get("details", [])) == (code, details)
    assert subject.post("query")["certificates"] == []
    assert ksef.call("GET", "/_simulator/chaos").get_json()["enrolmentStatus"]["times"] == 0
    subject.obtains()
    assert subject.get("limits")["enrollment"]["remaining"] == 298


def test_success_cannot_be_wished_for(ksef: Ksef) -> None:
    wish = {"enrolmentStatus": {"code": 200, "description": "x"}}
    assert refusal(ksef.call("PUT", "/_simulator/chaos", json=wish))[0] == 21405


def test_how_long_a_request_takes_can_be_wished(ksef: Ksef) -> None:
    subject = Subject(ksef, company(ksef).nip)
    misbehave(ksef, enrolmentSeconds=3600)
    reference = subject.enrols()
    assert subject.get(f"enrollments/{reference}")["status"]["code"] == 100
    misbehave(ksef)
    assert subject.get(f"enrollments/{reference}")["status"]["code"] == 100
    assert subject.get(f"enrollments/{subject.enrols()}")["status"]["code"] == 100
