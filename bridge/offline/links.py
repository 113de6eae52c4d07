"""The addresses that verify an invoice (KOD I) and its issuer's certificate (KOD II).

Their host is that of the environment and part of what is signed: it is never a setting.
"""

from __future__ import annotations

import re

from bridge.credentials.context import ContextIdentifier, ContextType
from bridge.credentials.environment import Environment
from bridge.credentials.identifiers import is_internal_id, is_nip, is_nip_vat_ue, is_peppol_id
from bridge.ksef.environments import QR_URLS
from bridge.offline import base64url
from bridge.offline.codes import OfflineCode
from bridge.offline.errors import ProfileUnfit
from bridge.offline.invoice import Invoice

_SCHEME = "https://"
_SERIAL_NUMBER = re.compile(r"[0-9A-F]{16}")
_IS_WELL_FORMED = {
    ContextType.NIP: is_nip,
    ContextType.INTERNAL_ID: is_internal_id,
    ContextType.NIP_VAT_UE: is_nip_vat_ue,
    ContextType.PEPPOL_ID: is_peppol_id,
}


def invoice_link(environment: Environment, invoice: Invoice) -> str:
    """KOD I: where the invoice's recipient finds it at KSeF."""
    return "/".join(
        (
            QR_URLS[environment],
            "invoice",
            invoice.seller_nip,
            f"{invoice.issue_date:%d-%m-%Y}",
            base64url.encode(invoice.sha256),
        )
    )


def unsigned_certificate_link(
    environment: Environment, context: ContextIdentifier, invoice: Invoice, serial_number: str
) -> str:
    """KOD II without the signature that ends it.

    Raises ProfileUnfit for a context or a serial number that KSeF's page does not know the form
    of: the type is compared with regard to case there.
    """
    if context.type not in set(ContextType):
        raise ProfileUnfit(OfflineCode.CONTEXT_TYPE_UNKNOWN)
    if not _IS_WELL_FORMED[context.type](context.value):
        raise ProfileUnfit(
            OfflineCode.CONTEXT_MALFORMED, contextType=ContextType(context.type).value
        )
    if not _SERIAL_NUMBER.fullmatch(serial_number):
        raise ProfileUnfit(OfflineCode.CERTIFICATE_SERIAL_NUMBER)
    return "/".join(
        (
            QR_URLS[environment],
            "certificate",
            context.type,
            context.value,
            invoice.seller_nip,
            serial_number,
            base64url.encode(invoice.sha256),
        )
    )


def signed_text(environment: Environment, unsigned_link: str) -> str:
    """What is signed of a link: everything after the scheme.

    Raises ValueError for a link of any other host than the environment's own.
    """
    if not unsigned_link.startswith(f"{QR_URLS[environment]}/certificate/"):
        raise ValueError("only links to KSeF's own verification page are signed")
    return unsigned_link.removeprefix(_SCHEME)


def certificate_link(unsigned_link: str, signature: bytes) -> str:
    """KOD II complete."""
    return f"{unsigned_link}/{base64url.encode(signature)}"
