"""Both links of an invoice for a profile: its row is read, its key used, and the use logged."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

import structlog

from bridge.credentials.context import ContextType
from bridge.credentials.context_rules import about_context
from bridge.credentials.findings import Finding
from bridge.credentials.identifiers import has_right_check_byte, ksef_number_nip
from bridge.espocrm.errors import CertificateNotFound
from bridge.espocrm.profiles import Certificate, OfflineProfile, Profiles
from bridge.offline.codes import OfflineCode
from bridge.offline.errors import InvoiceRefused, ProfileUnfit
from bridge.offline.invoice import Invoice
from bridge.offline.invoice_description import InvoiceDescription
from bridge.offline.links import invoice_link, unsigned_certificate_link
from bridge.offline.offline_certificate import OfflineCertificate, usable_certificate
from bridge.offline.signing import signed_link
from bridge.vault import SealError, Vault

NO_NUMBER_YET = "OFFLINE"
OF_CERTIFICATE = "CERTYFIKAT"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class VerificationLink:
    """An address, and what stands below its QR code (kody-qr.md)."""

    url: str
    label: str


@dataclass(frozen=True, slots=True)
class InvoiceLinks:
    """KOD I for every invoice, KOD II for one that is issued offline."""

    kod1: VerificationLink
    kod2: VerificationLink | None
    findings: tuple[Finding, ...] = ()


class VerificationLinks:
    """The links of all profiles' invoices. KSeF is not called: it may be away."""

    def __init__(self, profiles: Profiles, vault: Vault) -> None:
        self._profiles = profiles
        self._vault = vault

    def of(
        self,
        profile_id: str,
        described: InvoiceDescription,
        *,
        ksef_number: str | None,
        offline: bool,
        offline_certificate_id: str | None = None,
    ) -> InvoiceLinks:
        """The links of an invoice; `ksef_number` is the number that KSeF gave it, if it has.

        With `offline_certificate_id` a certificate that the profile does not use yet proves that
        it signs.

        Raises ProfileNotFound, ProfileIncomplete, EspoCrmUnreachable, InvoiceRefused, ProfileUnfit,
        SealError.
        """
        profile = self._profiles.get_offline(profile_id)
        if not profile.is_active:
            raise ProfileUnfit("profile-inactive")
        if offline_certificate_id is not None:
            certificate = self._certificate(offline_certificate_id)
            profile = replace(profile, offline_certificate=certificate)
        invoice = described.invoice(_default_seller(profile))
        if ksef_number is not None:
            _check_ksef_number(ksef_number, invoice)
        link = invoice_link(profile.environment, invoice)
        return InvoiceLinks(
            kod1=VerificationLink(link, ksef_number or NO_NUMBER_YET),
            kod2=self._signed(profile, invoice) if offline else None,
            findings=tuple(about_context(profile.context)),
        )

    def _certificate(self, certificate_id: str) -> Certificate:
        try:
            return self._profiles.certificate(certificate_id)
        except CertificateNotFound:
            raise ProfileUnfit("certificate-not-found") from None

    def _signed(self, profile: OfflineProfile, invoice: Invoice) -> VerificationLink:
        environment, now = profile.environment, datetime.now(UTC)
        certificate = usable_certificate(profile.offline_certificate, environment, now)
        unsigned = unsigned_certificate_link(
            environment, profile.context, invoice, certificate.serial_number
        )
        try:
            link = signed_link(unsigned, environment, certificate, self._vault)
        except (SealError, ProfileUnfit) as error:
            _tell(profile, certificate, outcome="refused", code=error.code)
            raise
        _tell(profile, certificate, outcome="signed", code=None)
        return VerificationLink(link, OF_CERTIFICATE)


def _default_seller(profile: OfflineProfile) -> str | None:
    """A unit may invoice for another company than that whose NIP it is named after."""
    return profile.nip if profile.context.type is ContextType.NIP else None


def _check_ksef_number(number: str, invoice: Invoice) -> None:
    nip = ksef_number_nip(number)
    if nip is None:
        raise InvoiceRefused(OfflineCode.KSEF_NUMBER_MALFORMED)
    if not has_right_check_byte(number):
        raise InvoiceRefused(OfflineCode.KSEF_NUMBER_CHECK_BYTE)
    if nip != invoice.seller_nip:
        raise InvoiceRefused(OfflineCode.KSEF_NUMBER_OF_ANOTHER_SELLER)


def _tell(
    profile: OfflineProfile, certificate: OfflineCertificate, *, outcome: str, code: str | None
) -> None:
    """The audit trail of the private key. Who asked stands in the log's context."""
    log.info(
        "offline-key-used",
        profile=profile.id,
        environment=profile.environment.value,
        certificate=certificate.serial_number,
        outcome=outcome,
        code=code,
    )
