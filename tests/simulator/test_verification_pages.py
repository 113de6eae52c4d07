"""The pages behind KOD I and KOD II: right links are accepted, each kind of wrong one is named."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, Literal

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from bridge.simulator import clock
from bridge.simulator.certificates.certificate_request import Order
from bridge.simulator.certificates.issued_certificate import subject_name
from bridge.simulator.identity import SubjectIdentifier, SubjectIdentifierType
from bridge.simulator.permissions.rights import Person
from tests.secret_register import register_secret
from tests.simulator.ksef import Ksef
from tests.simulator.login_certificates import PrivateKey, new_ec_key, new_nip, person, seal_of

HOST = "qr-test.ksef.mf.gov.pl"
DIGEST = hashlib.sha256(b"invoice").digest()
PESEL = "90010112349"
SHA256 = hashes.SHA256()
RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
CHECKS = ["link", "certificate", "status", "validity", "type", "signature", "rights", "seller"]


def base64url(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


@dataclass
class Issuer:
    """A registered certificate with its key, and the links it signs."""

    ksef: Ksef
    nip: str = field(default_factory=new_nip)
    key: PrivateKey = field(default_factory=new_ec_key)
    type: Literal["Authentication", "Offline"] = "Offline"
    subject: tuple[SubjectIdentifierType, str] | None = None
    serial_number: str = ""

    def __post_init__(self) -> None:
        kind, value = self.subject or ("Nip", self.nip)
        attributes = seal_of(value) if kind == "Nip" else person(f"PNOPL-{value}")
        order = Order(
            subject=SubjectIdentifier(kind, value),
            name="Certyfikat",
            type=self.type,
            subject_name=subject_name(attributes, self.type),
            public_key=self.key.public_key(),
        )
        self.serial_number = self.ksef.state.certificates.issue(order).serial_number

    @property
    def key_pem(self) -> str:
        pem = self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return register_secret(pem.decode())

    def text(self, context: str | None = None, seller: str | None = None) -> str:
        context = context or f"Nip/{self.nip}"
        parts = (HOST, "certificate", context, seller or self.nip, self.serial_number)
        return "/".join((*parts, base64url(DIGEST)))

    def link(self, text: str | None = None, signature: bytes | None = None) -> str:
        text = text or self.text()
        return f"https://{text}/{base64url(signature or signed(self.key, text))}"


def signed(key: PrivateKey, text: str | bytes) -> bytes:
    octets = text if isinstance(text, bytes) else text.encode()
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(octets, padding.PSS(padding.MGF1(SHA256), 32), SHA256)
    r, s = decode_dss_signature(key.sign(octets, ec.ECDSA(SHA256)))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


@pytest.fixture
def issuer(ksef: Ksef) -> Issuer:
    return Issuer(ksef)


def verdict(ksef: Ksef, link: str) -> dict[str, Any]:
    answer = ksef.page(link)
    assert answer.status_code == 200
    body: dict[str, Any] = answer.get_json()
    return body


def wrong(ksef: Ksef, link: str) -> dict[str, str]:
    """What is wrong with the link, by the name of the check."""
    body = verdict(ksef, link)
    assert not body["valid"]
    return {each["name"]: each["message"] for each in body["checks"] if not each["ok"]}


@pytest.mark.parametrize("key", [new_ec_key(), RSA_KEY], ids=["EC", "RSA"])
def test_a_right_link_is_accepted(ksef: Ksef, key: PrivateKey) -> None:
    issuer = Issuer(ksef, key=key)
    body = verdict(ksef, issuer.link())
    assert body["valid"], body
    assert [each["name"] for each in body["checks"]] == CHECKS
    assert body["context"] == {"type": "Nip", "value": issuer.nip}
    assert body["sellerNip"] == issuer.nip
    assert body["certificateSerialNumber"] == issuer.serial_number
    assert body["invoiceHash"] == DIGEST.hex()


def test_an_ec_signature_may_be_in_der(ksef: Ksef, issuer: Issuer) -> None:
    assert isinstance(issuer.key, ec.EllipticCurvePrivateKey)
    der = issuer.key.sign(issuer.text().encode(), ec.ECDSA(SHA256))
    assert verdict(ksef, issuer.link(signature=der))["valid"]


def test_a_last_character_with_needless_bits_is_taken(ksef: Ksef, issuer: Issuer) -> None:
    """KSeF's page decodes it as if they were not there (ksef-api issue 614)."""
    link = issuer.link()
    last = {"A": "B", "Q": "R", "g": "h", "w": "x"}[link[-1]]
    assert verdict(ksef, link[:-1] + last)["valid"]


@pytest.mark.parametrize(
    ("context", "seller"),
    [("InternalId/{nip}-12345", "{nip}"), ("NipVatUe/{nip}-DE123456789", "{nip}")],
)
def test_the_owner_may_sign_in_the_contexts_of_its_nip(
    ksef: Ksef, issuer: Issuer, context: str, seller: str
) -> None:
    text = issuer.text(context.format(nip=issuer.nip), seller.format(nip=issuer.nip))
    assert verdict(ksef, issuer.link(text))["valid"]


def test_a_person_may_sign_who_may_issue_invoices_in_the_context(ksef: Ksef, nip: str) -> None:
    clerk = Issuer(ksef, nip=nip, subject=("Pesel", PESEL))
    assert set(wrong(ksef, clerk.link())) == {"rights"}
    read_only = {"permissionType": "InvoiceRead", "description": "Przegląd faktur"}
    granted(ksef, nip, read_only)
    assert set(wrong(ksef, clerk.link())) == {"rights"}
    granted(ksef, nip, {"permissionType": "InvoiceWrite", "description": "Wystawianie"})
    assert verdict(ksef, clerk.link())["valid"]


def granted(ksef: Ksef, nip: str, permission: dict[str, str]) -> None:
    ksef.test_data(
        "permissions",
        contextIdentifier={"type": "Nip", "value": nip},
        authorizedIdentifier={"type": "Pesel", "value": PESEL},
        permissions=[permission],
    )


def test_the_owner_of_a_nip_may_sign_by_pesel(ksef: Ksef, nip: str) -> None:
    owner = Issuer(ksef, nip=nip, subject=("Pesel", "85050512348"))
    ksef.state.rights.add_person(Person(nip, "85050512348", False, False), None)
    assert verdict(ksef, owner.link())["valid"]


def test_a_member_of_a_group_may_invoice_for_it(ksef: Ksef, issuer: Issuer) -> None:
    group = new_nip()
    text = issuer.text(seller=group)
    assert set(wrong(ksef, issuer.link(text))) == {"seller"}
    ksef.test_data(
        "subject",
        subjectNip=group,
        subjectType="VatGroup",
        description="Grupa VAT",
        subunits=[{"subjectNip": issuer.nip, "description": "Członek grupy"}],
    )
    assert verdict(ksef, issuer.link(text))["valid"]


def test_a_stranger_may_not_sign_in_a_company_s_context(ksef: Ksef, issuer: Issuer) -> None:
    company = new_nip()
    said = wrong(ksef, issuer.link(issuer.text(f"Nip/{company}", company)))
    assert set(said) == {"rights"}
    assert f"Nip {issuer.nip} nie ma uprawnienia InvoiceWrite" in said["rights"]


def test_a_certificate_that_nobody_registered(ksef: Ksef, issuer: Issuer) -> None:
    unknown = replace(issuer)
    unknown.serial_number = "0123456789ABCDEF"
    assert "nie ma w rejestrze" in wrong(ksef, unknown.link())["certificate"]


def test_a_certificate_for_logging_in(ksef: Ksef) -> None:
    said = wrong(ksef, Issuer(ksef, type="Authentication").link())
    assert set(said) == {"type"}
    assert "nie typu Offline" in said["type"]


def test_a_revoked_and_a_blocked_certificate(ksef: Ksef, issuer: Issuer) -> None:
    certificates = ksef.state.certificates
    registered = certificates.find(issuer.serial_number)
    assert registered is not None
    certificates.revoke(registered)
    assert wrong(ksef, issuer.link()) == {"status": "Certyfikat jest zablokowany."}
    registered.revoked_at = clock.now() - timedelta(days=1)
    assert wrong(ksef, issuer.link()) == {"status": "Certyfikat jest odwołany."}


def test_an_expired_certificate(ksef: Ksef, issuer: Issuer) -> None:
    registered = ksef.state.certificates.find(issuer.serial_number)
    assert registered is not None
    registered.valid_to = clock.now()
    assert wrong(ksef, issuer.link()) == {"validity": "Certyfikat wygasł."}


def test_a_certificate_of_the_future(ksef: Ksef) -> None:
    key, nip = new_ec_key(), new_nip()
    issuer = Issuer(ksef, nip=nip, key=key)
    order = Order(
        subject=SubjectIdentifier("Nip", nip),
        name="Certyfikat",
        type="Offline",
        subject_name=subject_name(seal_of(nip), "Offline"),
        public_key=key.public_key(),
        valid_from=clock.now() + timedelta(days=1),
    )
    issuer.serial_number = ksef.state.certificates.issue(order).serial_number
    assert wrong(ksef, issuer.link()) == {"validity": "Certyfikat jeszcze nie obowiązuje."}


MISTAKES: list[tuple[str, Callable[[str], str | bytes]]] = [
    ("razem z https://", lambda text: f"https://{text}"),
    ("z ukośnikiem na końcu", lambda text: f"{text}/"),
    ("zahaszowano dwukrotnie", lambda text: hashlib.sha256(text.encode()).digest()),
    ("podpisano skrót faktury", lambda _: DIGEST),
    ("bez adresu serwera", lambda text: text.removeprefix(HOST)),
    ("innego środowiska (qr.ksef", lambda text: text.replace(HOST, "qr.ksef.mf.gov.pl")),
    ("innego środowiska (qr-demo", lambda text: text.replace(HOST, "qr-demo.ksef.mf.gov.pl")),
    ("niepoprawny.", lambda _: "something else"),
    ("niepoprawny.", lambda text: text.replace(HOST, "127.0.0.1:8971")),
]


@pytest.mark.parametrize("key", [new_ec_key(), RSA_KEY], ids=["EC", "RSA"])
@pytest.mark.parametrize(("words", "signs"), MISTAKES)
def test_a_signature_of_another_text(
    ksef: Ksef, key: PrivateKey, words: str, signs: Callable[[str], str | bytes]
) -> None:
    issuer = Issuer(ksef, key=key)
    said = wrong(ksef, issuer.link(signature=signed(key, signs(issuer.text()))))
    assert set(said) == {"signature"}
    assert words in said["signature"]


@pytest.mark.parametrize(
    ("words", "scheme"),
    [
        ("inną długość", padding.PSS(padding.MGF1(SHA256), padding.PSS.MAX_LENGTH)),
        ("inną długość", padding.PSS(padding.MGF1(SHA256), 20)),
        ("PKCS#1 v1.5", padding.PKCS1v15()),
    ],
)
def test_another_rsa_scheme(ksef: Ksef, words: str, scheme: padding.PSS | padding.PKCS1v15) -> None:
    issuer = Issuer(ksef, key=RSA_KEY)
    said = wrong(ksef, issuer.link(signature=RSA_KEY.sign(issuer.text().encode(), scheme, SHA256)))
    assert set(said) == {"signature"}
    assert words in said["signature"]


def test_a_signature_of_another_key(ksef: Ksef, issuer: Issuer) -> None:
    said = wrong(ksef, issuer.link(signature=signed(new_ec_key(), issuer.text())))
    assert said == {"signature": "Podpis linku jest niepoprawny."}


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("/Nip/", "/nip/", "wielkość liter"),
        ("/Nip/", "/InternalId/", "nie jest identyfikatorem typu InternalId"),
        ("/Nip/", "/Nip/Nip/", "inną liczbę części"),
        ("/certificate/Nip/", "/certificate/", "inną liczbę części"),
        ("{serial}", "{serial_lower}", "Numer seryjny"),
        ("{serial}", "0{serial}", "Numer seryjny"),
        ("/{nip}/{serial}", "/123/{serial}", "NIP sprzedawcy"),
        ("{hash}", "{hash}A", "44 znaków zamiast 43"),
        ("{hash}", "{hash}=", "Base64URL"),
        ("{hash}", "{hex}", "64 znaków zamiast 43"),
        ("{hash}/", "{hash}/+", "Podpis nie jest zapisany w Base64URL"),
    ],
)
def test_a_damaged_link(ksef: Ksef, issuer: Issuer, old: str, new: str, words: str) -> None:
    values = {
        "nip": issuer.nip,
        "serial": issuer.serial_number,
        "serial_lower": issuer.serial_number.lower().replace("0", "a", 1),
        "hash": base64url(DIGEST),
        "hex": DIGEST.hex(),
    }
    link = issuer.link().replace(old.format(**values), new.format(**values), 1)
    said = wrong(ksef, link)
    assert set(said) == {"link"}
    assert "nieprawidłowy lub uszkodzony" in said["link"]
    assert words in said["link"]


def test_kod_1_can_only_be_wrong_in_form(ksef: Ksef, nip: str) -> None:
    body = verdict(ksef, f"https://{HOST}/invoice/{nip}/01-02-2026/{base64url(DIGEST)}")
    assert body["valid"]
    assert body["sellerNip"] == nip
    assert body["issueDate"] == "2026-02-01"
    assert body["invoiceHash"] == DIGEST.hex()
    assert "nie przyjmuje faktur" in body["checks"][0]["message"]


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("{nip}/2026-02-01/{hash}", "DD-MM-RRRR"),
        ("{nip}/30-02-2026/{hash}", "DD-MM-RRRR"),
        ("{nip}/2026/02/01/{hash}", "inną liczbę części"),
        ("123/01-02-2026/{hash}", "NIP sprzedawcy"),
        ("{nip}/01-02-2026/{short}", "42 znaków zamiast 43"),
        ("{nip}/01-02-2026/{hash}=", "Base64URL"),
    ],
)
def test_a_damaged_kod_1(ksef: Ksef, nip: str, path: str, words: str) -> None:
    text = path.format(nip=nip, hash=base64url(DIGEST), short=base64url(DIGEST)[:42])
    assert words in wrong(ksef, f"https://{HOST}/invoice/{text}")["link"]


def test_a_person_gets_a_page_in_polish(ksef: Ksef, issuer: Issuer) -> None:
    right = ksef.page(issuer.link(), "text/html,application/xhtml+xml,*/*;q=0.8")
    assert right.content_type == "text/html; charset=utf-8"
    assert "Weryfikacja pozytywna" in right.text
    broken = ksef.page(f"https://{HOST}/certificate/<script>/x", "*/*")
    assert "Weryfikacja negatywna" in broken.text
    assert "<script>" not in broken.text


def test_the_pages_are_no_calls_of_the_api(ksef: Ksef, issuer: Issuer) -> None:
    before = dict(ksef.state.calls)
    ksef.page(issuer.link())
    assert dict(ksef.state.calls) == before
