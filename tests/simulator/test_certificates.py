"""What `/certificates/enrollments` issues, and what becomes of it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from bridge.simulator import clock
from bridge.simulator.identity import SubjectIdentifier
from tests.simulator.certificate_subjects import (
    PESEL,
    Subject,
    citizen,
    company,
    login_outcome,
    new_rsa_key,
    prompt_ksef,
    serial,
)
from tests.simulator.ksef import Ksef, refusal
from tests.simulator.login_certificates import (
    KSEF_ISSUER,
    Credential,
    PrivateKey,
    certificate_for,
    new_ec_key,
    new_nip,
    person,
    seal,
    seal_of,
)


@pytest.fixture
def ksef() -> Ksef:
    return prompt_ksef()


def openssl_text(certificate: x509.Certificate) -> str:
    command = ["openssl", "x509", "-noout", "-text", "-nameopt", "RFC2253,-esc_msb,utf8,-dn_rev"]
    answer = subprocess.run(
        command, input=certificate.public_bytes(Encoding.PEM), capture_output=True, check=True
    )
    return answer.stdout.decode()


def test_the_data_is_that_of_the_login_certificate(ksef: Ksef) -> None:
    assert company(ksef).data() == {
        "commonName": "Firma sp. z o.o.",
        "countryName": "PL",
        "organizationName": "Firma sp. z o.o.",
        "organizationIdentifier": f"VATPL-{_last_nip(ksef)}",
    }
    assert citizen(ksef).data() == {
        "commonName": "Jan Kowalski",
        "countryName": "PL",
        "givenName": "Jan",
        "surname": "Kowalski",
        "serialNumber": f"PNOPL-{PESEL}",
    }


def _last_nip(ksef: Ksef) -> str:
    return list(ksef.state.operations)[-1].context.value


@pytest.mark.parametrize(
    ("given", "told"), [("NIP-{}", "TINPL-{}"), ("TINPL-{}", "TINPL-{}"), ("NIP: {}", "TINPL-{}")]
)
def test_a_serial_number_is_told_in_one_form(ksef: Ksef, given: str, told: str) -> None:
    nip = new_nip()
    subject = Subject(ksef, nip, certificate_for(person(given.format(nip))))
    assert subject.data()["serialNumber"] == told.format(nip)
    assert subject.obtains().subject.get_attributes_for_oid(NameOID.SERIAL_NUMBER)[0].value == (
        told.format(nip)
    )


@pytest.mark.parametrize(
    ("kind", "ending", "usage"),
    [
        ("Authentication", "(uwierzytelnienie)", "Digital Signature"),
        ("Offline", "(offline)", "Non Repudiation"),
    ],
)
@pytest.mark.parametrize("make_key", [new_ec_key, new_rsa_key], ids=["EC", "RSA"])
def test_a_certificate_looks_like_one_of_ksef(
    ksef: Ksef, kind: str, ending: str, usage: str, make_key: Callable[[], PrivateKey]
) -> None:
    subject, key = company(ksef), make_key()
    certificate = subject.obtains(key, certificateType=kind)
    text = openssl_text(certificate)
    lines = [line.strip() for line in text.splitlines()]
    assert "Signature Algorithm: ecdsa-with-SHA256" in lines
    assert (
        "Issuer: C=PL,O=Ministerstwo Finansów,OU=Krajowa Administracja Skarbowa,CN=TEST CCK KSeF"
        in lines
    )
    assert (
        f"Subject: C=PL,organizationIdentifier=VATPL-{subject.nip},O=Firma sp. z o.o.,"
        f"CN=Firma sp. z o.o. {ending}" in lines
    )
    extensions = lines[lines.index("X509v3 extensions:") + 1 :]
    headings = [line for line in extensions if line.startswith("X509v3") or "qcStat" in line]
    assert headings == [
        "X509v3 Authority Key Identifier:",
        "X509v3 Basic Constraints: critical",
        "X509v3 Key Usage: critical",
        "X509v3 Subject Key Identifier:",
        "X509v3 CRL Distribution Points:",
        "qcStatements:",
    ]
    assert lines[lines.index("X509v3 Basic Constraints: critical") + 1] == "CA:FALSE"
    assert lines[lines.index("X509v3 Key Usage: critical") + 1] == usage
    assert certificate.public_key() == key.public_key()
    assert serial(certificate)[:2] == "01"
    starts, ends = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    assert ends == starts.replace(year=starts.year + 2)
    issuer_key = ksef.state.certificates.issuing_certificate.public_key()
    assert isinstance(issuer_key, ec.EllipticCurvePublicKey)
    assert issuer_key.curve.name == "secp384r1"
    certificate.verify_directly_issued_by(ksef.state.certificates.issuing_certificate)


def test_a_persons_certificate_names_the_person(ksef: Ksef) -> None:
    text = openssl_text(citizen(ksef).obtains())
    assert (
        f"Subject: C=PL,serialNumber=PNOPL-{PESEL},GN=Jan,SN=Kowalski,"
        "CN=Jan Kowalski (uwierzytelnienie)" in text
    )


def test_a_certificate_of_ksef_logs_in_and_obtains_the_next_one(ksef: Ksef) -> None:
    first, key = company(ksef), new_ec_key()
    issued = Credential(first.obtains(key), key)
    second = Subject(ksef, first.nip, issued)
    assert second.data()["commonName"] == "Firma sp. z o.o. (uwierzytelnienie)"
    for kind, ending in (("Authentication", "(uwierzytelnienie)"), ("Offline", "(offline)")):
        renewed = second.obtains(certificateType=kind)
        name = renewed.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value
        assert name == f"Firma sp. z o.o. {ending}"


def test_a_long_name_is_cut_so_that_the_ending_fits(ksef: Ksef) -> None:
    nip = new_nip()
    long = [(oid, "Ż" * 64 if oid == NameOID.COMMON_NAME else value) for oid, value in seal_of(nip)]
    certificate = Subject(ksef, nip, certificate_for(long)).obtains()
    name = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value
    assert name == "Ż" * 45 + " (uwierzytelnienie)"


def test_the_start_of_validity_can_be_chosen(ksef: Ksef) -> None:
    subject = company(ksef)
    chosen = (clock.now() + timedelta(days=30)).replace(microsecond=0)
    later = subject.obtains(validFrom=clock.timestamp(chosen))
    assert later.not_valid_before_utc == chosen
    past = subject.obtains(validFrom="2025-08-28T09:22:13.388+00:00")
    assert abs(past.not_valid_before_utc - clock.now()) < timedelta(minutes=1)


def test_an_enrolment_shows_100_before_the_certificate_is_there() -> None:
    ksef = Ksef()
    ksef.state.certificates.processing_time = timedelta(hours=1)
    subject = company(ksef)
    status = subject.get(f"enrollments/{subject.enrols()}")
    assert status["status"] == {"code": 100, "description": "Wniosek przyjęty do realizacji"}
    assert "certificateSerialNumber" not in status
    assert subject.post("query")["certificates"] == []


def test_an_enrolment_is_forgotten_after_thirty_days(ksef: Ksef) -> None:
    subject = company(ksef)
    path = f"/certificates/enrollments/{subject.enrols()}"
    reference = path.rpartition("/")[2]
    kept = ksef.state.certificates.enrolment(reference, SubjectIdentifier("Nip", subject.nip))
    for age, status in ((timedelta(days=29), 200), (timedelta(days=30), 410)):
        kept.order = replace(kept.order, requested_at=clock.now() - age)
        assert ksef.call("GET", path, token=subject.token).status_code == status


def test_a_key_that_another_subject_has_is_rejected(ksef: Ksef) -> None:
    key = new_ec_key()
    first, second = company(ksef), company(ksef)
    first.obtains(key)
    first.obtains(key)
    status = second.get(f"enrollments/{second.enrols(key)}")
    assert status["status"] == {
        "code": 400,
        "description": "Wniosek odrzucony",
        "details": ["Klucz publiczny został już certyfikowany przez inny podmiot."],
    }
    assert "certificateSerialNumber" not in status


def test_a_revoked_certificate_is_blocked_then_revoked_and_no_longer_logs_in(ksef: Ksef) -> None:
    subject, key = company(ksef), new_ec_key()
    issued = Credential(subject.obtains(key), key)
    assert login_outcome(ksef, issued, subject.nip) == (200, [])
    assert "lastUseDate" in subject.post("query")["certificates"][0]
    assert subject.revokes(issued.certificate, revocationReason="KeyCompromise").status_code == 204
    again = subject.revokes(issued.certificate)
    assert refusal(again)[0] == 25009
    assert subject.post("query")["certificates"][0]["status"] in {"Blocked", "Revoked"}
    registered = ksef.state.certificates.find(serial(issued.certificate))
    assert registered is not None
    assert registered.revoked_at is not None
    registered.revoked_at -= timedelta(seconds=1)
    assert subject.post("query")["certificates"][0]["status"] == "Revoked"
    assert login_outcome(ksef, issued, subject.nip) == (460, ["Certyfikat odwołany"])


def test_test_data_lets_a_certificate_expire(ksef: Ksef) -> None:
    subject, key = company(ksef), new_ec_key()
    issued = Credential(subject.obtains(key), key)
    path = f"/testdata/certificates/{serial(issued.certificate)}"

    def moved_to(moment: datetime) -> Any:
        return ksef.call("PUT", path, json={"validTo": clock.timestamp(moment)})

    assert refusal(moved_to(clock.now() + timedelta(days=800)))[0] == 21405
    assert moved_to(clock.now() - timedelta(seconds=1)).status_code == 200
    assert subject.post("query")["certificates"][0]["status"] == "Expired"
    assert login_outcome(ksef, issued, subject.nip) == (460, ["Nieważny certyfikat"])
    assert refusal(subject.revokes(issued.certificate))[0] == 25009
    unknown = ksef.call(
        "PUT", "/testdata/certificates/0123456789ABCDEF", json={"validTo": "2027-01-01T00:00:00Z"}
    )
    assert refusal(unknown)[0] == 25008


def test_an_offline_certificate_never_logs_in(ksef: Ksef) -> None:
    subject, key = company(ksef), new_ec_key()
    offline = Credential(subject.obtains(key, certificateType="Offline"), key)
    assert login_outcome(ksef, offline, subject.nip)[0] == 460


def test_only_what_this_authority_has_issued_has_a_status(ksef: Ksef) -> None:
    nip = new_nip()
    authority, another = ksef.state.certificates, Ksef().state.certificates
    issued = Subject(ksef, nip).obtains()
    pretended = certificate_for(seal_of(nip), issuer=KSEF_ISSUER).certificate
    assert authority.issued_by_ksef_name(issued)
    assert authority.issued_by_ksef_name(pretended)
    assert not authority.issued_by_ksef_name(seal(nip).certificate)
    assert authority.status_of(issued) == "Active"
    assert authority.status_of(pretended) is None
    assert another.status_of(issued) is None
