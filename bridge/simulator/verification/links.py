"""Reading what a link says, as strictly as KSeF's page does."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import date, datetime

from bridge.credentials.context import ContextIdentifier, ContextType
from bridge.simulator.context_identifiers import is_well_formed

_HASH_CHARACTERS = 43
_DATE = re.compile(r"\d{2}-\d{2}-\d{4}", re.ASCII)
_SERIAL_NUMBER = re.compile(r"[0-9A-F]{16}")
_BASE64URL = re.compile(r"[A-Za-z0-9_-]+")
_CONTEXT_TYPES = {type_.value: type_ for type_ in ContextType}


class LinkDamaged(Exception):
    """The link is not one of KSeF's; the text says in Polish which part is wrong."""


@dataclass(frozen=True, slots=True)
class InvoiceLink:
    """KOD I."""

    seller_nip: str
    issue_date: date
    invoice_hash: bytes


@dataclass(frozen=True, slots=True)
class CertificateLink:
    """KOD II; `signed_path` is its path without the signature, as it was sent."""

    context: ContextIdentifier
    seller_nip: str
    serial_number: str
    invoice_hash: bytes
    signature: bytes
    signed_path: str


def read_invoice_link(path: str) -> InvoiceLink:
    """The link whose path follows `/invoice/`. Raises LinkDamaged."""
    parts = path.split("/")
    if len(parts) != 3:
        raise LinkDamaged("Link ma inną liczbę części niż /invoice/NIP/DD-MM-RRRR/skrót.")
    nip, day, digest = parts
    return InvoiceLink(_nip(nip), _day(day), _hash(digest))


def read_certificate_link(path: str) -> CertificateLink:
    """The link whose path follows `/certificate/`. Raises LinkDamaged."""
    parts = path.split("/")
    if len(parts) != 6:
        raise LinkDamaged(
            "Link ma inną liczbę części niż "
            "/certificate/typ kontekstu/kontekst/NIP/numer seryjny/skrót/podpis."
        )
    type_, value, nip, serial_number, digest, signature = parts
    if type_ not in _CONTEXT_TYPES:
        raise LinkDamaged(
            "Nieznany typ kontekstu; wielkość liter ma znaczenie: Nip, InternalId, NipVatUe, "
            "PeppolId."
        )
    context = ContextIdentifier(_CONTEXT_TYPES[type_], value)
    if not is_well_formed(context):
        raise LinkDamaged(f"Kontekst nie jest identyfikatorem typu {type_}.")
    if not _SERIAL_NUMBER.fullmatch(serial_number):
        raise LinkDamaged("Numer seryjny certyfikatu to nie 16 wielkich cyfr szesnastkowych.")
    return CertificateLink(
        context=context,
        seller_nip=_nip(nip),
        serial_number=serial_number,
        invoice_hash=_hash(digest),
        signature=_octets(signature, "Podpis"),
        signed_path=f"certificate/{path.rpartition('/')[0]}",
    )


def _nip(text: str) -> str:
    if not is_well_formed(ContextIdentifier(ContextType.NIP, text)):
        raise LinkDamaged("NIP sprzedawcy to nie dziesięć cyfr NIP-u.")
    return text


def _day(text: str) -> date:
    try:
        return datetime.strptime(text if _DATE.fullmatch(text) else "", "%d-%m-%Y").date()  # noqa: DTZ007 - a day has no time zone
    except ValueError:
        raise LinkDamaged("Data wystawienia to nie dzień w postaci DD-MM-RRRR.") from None


def _hash(text: str) -> bytes:
    octets = _octets(text, "Skrót faktury")
    if len(text) != _HASH_CHARACTERS:
        raise LinkDamaged(f"Skrót faktury ma {len(text)} znaków zamiast {_HASH_CHARACTERS}.")
    return octets


def _octets(text: str, what: str) -> bytes:
    """What a part encodes; KSeF takes a last character with needless bits (ksef-api issue 614)."""
    damaged = LinkDamaged(f"{what} nie jest zapisany w Base64URL bez dopełnienia.")
    if not _BASE64URL.fullmatch(text):
        raise damaged
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error:
        raise damaged from None
