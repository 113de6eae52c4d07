"""Who may log in with which certificate."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from werkzeug.test import TestResponse

from bridge.simulator import clock
from tests.simulator import login_certificates as certificates
from tests.simulator import signed_requests as signing
from tests.simulator.ksef import Ksef, accepted, refusal
from tests.simulator.login_certificates import Credential, certificate_for, new_nip, seal
from tests.simulator.signed_requests import Recipe, enveloped, request_xml, written


def _send(ksef: Ksef, credential: Credential, nip: str, **request: str) -> TestResponse:
    document = request_xml(ksef.challenge()["challenge"], nip, **request)
    is_rsa = isinstance(credential.key, rsa.RSAPrivateKey)
    recipe = Recipe(signature_algorithm=f"{signing.MORE}rsa-sha256", sign=signing.rsa_pkcs1)
    return ksef.send_signed(written(enveloped(document, credential, recipe if is_rsa else None)))


def _weak_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 1024)  # noqa: S505 - it is to be refused


@pytest.mark.parametrize(
    "make",
    [
        lambda subject: certificate_for(subject, ends=clock.now() - timedelta(seconds=1)),
        lambda subject: certificate_for(subject, starts=clock.now() + timedelta(hours=1)),
        lambda subject: certificate_for(subject, key=_weak_key()),
    ],
    ids=["expired", "not yet valid", "RSA of 1024 bits"],
)
def test_a_certificate_out_of_its_dates_or_too_weak_is_refused(
    ksef: Ksef, nip: str, make: Callable[[certificates.Attributes], Credential]
) -> None:
    assert refusal(_send(ksef, make(certificates.seal_of(nip)), nip)) == (21115, [])


@pytest.mark.parametrize(
    "subject",
    [
        ((NameOID.COMMON_NAME, "Nobody"),),
        certificates.person("PESEL-9876543210"),
        (*certificates.seal_of("5265877635"), (NameOID.SURNAME, "Kowalski")),
    ],
    ids=["no identifier", "PESEL of ten digits", "seal with a surname"],
)
def test_a_certificate_that_names_nobody_cannot_log_in_by_subject(
    ksef: Ksef, subject: certificates.Attributes
) -> None:
    assert refusal(_send(ksef, certificate_for(subject), "5265877635")) == (21406, [])


def test_a_peppol_context_is_not_entered_by_subject(ksef: Ksef, nip: str) -> None:
    answer = _send(ksef, seal(nip), nip, context="<PeppolId>PPL123456</PeppolId>")
    assert refusal(answer) == (21117, [])


@pytest.mark.parametrize(
    ("subject", "method"),
    [
        (certificates.person("TINPL-5265877635"), "xades.qualified-signature"),
        (certificates.person("NIP-5265877635"), "xades.qualified-signature"),
        (certificates.seal_of("5265877635"), "xades.qualified-seal"),
    ],
)
def test_the_subject_is_read_by_the_patterns_of_ksef(
    ksef: Ksef, subject: certificates.Attributes, method: str
) -> None:
    status = ksef.status(accepted(_send(ksef, certificate_for(subject), "5265877635")))
    assert status["status"]["code"] == 200
    assert status["authenticationMethodInfo"]["code"] == method


def test_a_subject_without_rights_in_the_context_gets_415(ksef: Ksef, nip: str) -> None:
    stranger = seal(new_nip())
    assert ksef.outcome(_send(ksef, stranger, nip)) == (415, ["Brak przypisanych uprawnień"])


def test_a_person_enters_the_context_of_a_related_nip(ksef: Ksef, nip: str) -> None:
    pesel = "88102341294"
    credential = certificate_for(certificates.person(f"PNOPL-{pesel}"))
    assert ksef.outcome(_send(ksef, credential, nip))[0] == 415
    ksef.test_data("person", nip=nip, pesel=pesel, isBailiff=False, description="Jan Kowalski")
    assert ksef.outcome(_send(ksef, credential, nip))[0] == 200


def test_a_certificate_enters_by_its_fingerprint_once_that_has_rights(ksef: Ksef, nip: str) -> None:
    credential = certificate_for(((NameOID.COMMON_NAME, "Jean Dupont"),))

    def code() -> int:
        answer = _send(ksef, credential, nip, identification="certificateFingerprint")
        return ksef.outcome(answer)[0]

    assert code() == 415
    ksef.test_data(
        "permissions",
        contextIdentifier={"type": "Nip", "value": nip},
        authorizedIdentifier={
            "type": "Fingerprint",
            "value": hashlib.sha256(credential.der).hexdigest().upper(),
        },
        permissions=[{"permissionType": "InvoiceRead", "description": "Odczyt faktur"}],
    )
    assert code() == 200


def test_a_chain_is_verified_when_asked_for(ksef: Ksef, nip: str) -> None:
    signed = written(enveloped(request_xml(ksef.challenge()["challenge"], nip), seal(nip)))
    answer = ksef.send_signed(signed, query_string={"verifyCertificateChain": "true"})
    assert ksef.outcome(answer) == (460, ["Niezaufany łańcuch certyfikatów"])


def test_a_certificate_of_another_ksef_is_incorrect(ksef: Ksef, nip: str) -> None:
    foreign = certificate_for(certificates.seal_of(nip), issuer=certificates.KSEF_ISSUER)
    assert ksef.outcome(_send(ksef, foreign, nip)) == (460, ["Niepoprawny certyfikat"])


def test_an_offline_certificate_never_logs_in(ksef: Ksef, nip: str) -> None:
    offline = ksef.issue(nip, "Offline")
    assert ksef.outcome(_send(ksef, offline, nip)) == (460, ["Niepoprawny certyfikat"])


def test_a_certificate_of_this_ksef_logs_in_as_long_as_it_is_active(
    ksef: Ksef, nip: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    credential = ksef.issue(nip, "Authentication")
    status = ksef.status(accepted(_send(ksef, credential, nip)))
    assert status["status"]["code"] == 200
    assert status["authenticationMethod"] == "InternalCertificate"
    assert status["authenticationMethodInfo"] == {
        "category": "XadesSignature",
        "code": "xades.ksef-certificate",
        "displayName": "Certyfikat KSeF",
    }
    document = request_xml(ksef.challenge()["challenge"], nip)
    signed = written(enveloped(document, credential))
    chain = {"verifyCertificateChain": "true"}
    assert ksef.outcome(ksef.send_signed(signed, query_string=chain)) == (200, [])

    for recorded, detail in (
        ("Blocked", "Certyfikat zawieszony"),
        ("Revoked", "Certyfikat odwołany"),
        ("Expired", "Nieważny certyfikat"),
    ):
        monkeypatch.setattr(ksef.state.certificates, "status_of", lambda _, known=recorded: known)
        assert ksef.outcome(_send(ksef, credential, nip)) == (460, [detail])
