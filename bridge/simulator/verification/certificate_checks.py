"""What KSeF checks when someone scans KOD II: certificate, signature, rights, seller."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, rsa

from bridge.simulator import clock
from bridge.simulator.certificates.certificate_authority import RegisteredCertificate
from bridge.simulator.permissions.rights import Rights
from bridge.simulator.state import SimulatorState
from bridge.simulator.verification import signatures
from bridge.simulator.verification.links import CertificateLink

_INVOICE_WRITE = "InvoiceWrite"
_STATUSES = {"Blocked": "zablokowany", "Revoked": "odwołany"}


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at; `message` says in Polish what was found."""

    name: str
    ok: bool
    message: str

    def as_json(self) -> dict[str, Any]:
        """The check for a test."""
        return {"name": self.name, "ok": self.ok, "message": self.message}


def checks_of(link: CertificateLink, state: SimulatorState) -> Iterator[Check]:
    """All checks of a link; an unknown certificate leaves nothing else to be checked."""
    registered = state.certificates.find(link.serial_number)
    if registered is None:
        yield Check("certificate", False, "Certyfikatu o tym numerze nie ma w rejestrze KSeF.")
        return
    yield Check("certificate", True, "Certyfikat jest w rejestrze KSeF.")
    yield _status(registered)
    yield _validity(registered)
    yield _type(registered)
    yield _signature(link, registered)
    yield _rights(link, registered, state.rights)
    yield _seller(link, state.rights)


def _status(registered: RegisteredCertificate) -> Check:
    words = _STATUSES.get(registered.status)
    if words is not None:
        return Check("status", False, f"Certyfikat jest {words}.")
    return Check("status", True, "Certyfikat nie jest odwołany ani zablokowany.")


def _validity(registered: RegisteredCertificate) -> Check:
    now = clock.now()
    if now < registered.certificate.not_valid_before_utc:
        return Check("validity", False, "Certyfikat jeszcze nie obowiązuje.")
    if now >= registered.valid_to:
        return Check("validity", False, "Certyfikat wygasł.")
    return Check("validity", True, "Certyfikat jest w okresie ważności.")


def _type(registered: RegisteredCertificate) -> Check:
    if registered.order.type != "Offline":
        return Check("type", False, "Certyfikat jest uwierzytelniający, a nie typu Offline.")
    return Check("type", True, "Certyfikat jest typu Offline.")


def _signature(link: CertificateLink, registered: RegisteredCertificate) -> Check:
    key = registered.certificate.public_key()
    if not isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey):
        return Check("signature", False, "Certyfikat ma klucz nieznanego rodzaju.")
    if signatures.is_right(link, key):
        return Check("signature", True, "Podpis linku jest poprawny.")
    mistake = signatures.mistake(link, key)
    return Check("signature", False, f"Podpis linku jest niepoprawny{_because(mistake)}.")


def _because(mistake: str | None) -> str:
    return "" if mistake is None else f": {mistake}"


def _rights(link: CertificateLink, registered: RegisteredCertificate, rights: Rights) -> Check:
    subject = registered.order.subject
    if _INVOICE_WRITE not in rights.permissions_of(subject, link.context):
        return Check(
            "rights",
            False,
            f"{subject.type} {subject.value} nie ma uprawnienia InvoiceWrite w kontekście "
            f"{link.context.type.value} {link.context.value}.",
        )
    return Check("rights", True, "Wystawca ma uprawnienie InvoiceWrite w kontekście.")


def _seller(link: CertificateLink, rights: Rights) -> Check:
    if not rights.may_invoice_for(link.context, link.seller_nip):
        return Check(
            "seller",
            False,
            f"Kontekst {link.context.type.value} {link.context.value} nie może wystawiać faktur "
            f"sprzedawcy o NIP {link.seller_nip}.",
        )
    return Check("seller", True, "Kontekst może wystawiać faktury tego sprzedawcy.")
