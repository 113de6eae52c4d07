"""The certificate that KOD II is signed with, or why it may not be used now and here."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from bridge.credentials.certificate import (
    CertificateFacts,
    CertificateKind,
    CertificateType,
    accepted_public_key,
    read_certificate,
    read_facts,
)
from bridge.credentials.certificate_rules import beginning, is_new
from bridge.credentials.environment import Environment
from bridge.credentials.private_key import PublicKey
from bridge.credentials.upload import public_key_sha256
from bridge.espocrm.certificate_status import not_active
from bridge.espocrm.profiles import Certificate
from bridge.offline.codes import OfflineCode
from bridge.offline.errors import ProfileUnfit
from bridge.offline.signature import is_suited

_ABSENT = "-"


@dataclass(frozen=True, slots=True)
class OfflineCertificate:
    """An Offline certificate of KSeF that is valid now, with the seal of its private key.

    `public_key_sha256` is what the seal is bound to.
    """

    serial_number: str
    public_key: PublicKey
    public_key_sha256: str
    private_key_sealed: str = field(repr=False)


def usable_certificate(
    linked: Certificate | None, environment: Environment, now: datetime
) -> OfflineCertificate:
    """The certificate linked to a profile of the environment. Raises ProfileUnfit.

    Type and kind must be right both in EspoCRM's row and in the certificate itself, by which KSeF
    will judge.
    """
    if linked is None:
        raise ProfileUnfit(OfflineCode.CERTIFICATE_NOT_SET)
    if linked.status != "Active":
        raise ProfileUnfit(OfflineCode.CERTIFICATE_NOT_ACTIVE, **not_active(linked.status))
    _check_use(linked.type, linked.kind)
    if not linked.certificate_pem or not linked.private_key_sealed:
        raise ProfileUnfit(OfflineCode.PRIVATE_KEY_NOT_SET)
    try:
        certificate = read_certificate(linked.certificate_pem.encode())
    except ValueError:
        raise ProfileUnfit(OfflineCode.CERTIFICATE_UNREADABLE) from None
    facts = read_facts(certificate, now=now, key_matches=None)
    public_key = accepted_public_key(certificate)
    _check_use(facts.type, facts.kind)
    _check_validity(facts, now)
    _check_environment(facts, environment)
    if public_key is None or not is_suited(public_key):
        raise ProfileUnfit(OfflineCode.CERTIFICATE_KEY_UNSUITED, algorithm=facts.key_algorithm)
    return OfflineCertificate(
        serial_number=facts.serial_number,
        public_key=public_key,
        public_key_sha256=public_key_sha256(public_key),
        private_key_sealed=linked.private_key_sealed,
    )


def _check_use(type_: str | None, kind: str | None) -> None:
    if kind != CertificateKind.KSEF:
        raise ProfileUnfit(OfflineCode.CERTIFICATE_WRONG_KIND, kind=kind or _ABSENT)
    if type_ != CertificateType.OFFLINE:
        raise ProfileUnfit(OfflineCode.CERTIFICATE_WRONG_TYPE, type=type_ or _ABSENT)


def _check_validity(facts: CertificateFacts, now: datetime) -> None:
    if now > facts.valid_to:
        date = facts.valid_to.date().isoformat()
        raise ProfileUnfit(OfflineCode.CERTIFICATE_EXPIRED, date=date)
    if now < facts.valid_from and not is_new(facts, now):
        raise ProfileUnfit(OfflineCode.CERTIFICATE_NOT_YET_VALID, **beginning(facts))


def _check_environment(facts: CertificateFacts, environment: Environment) -> None:
    if not facts.serves(environment):
        raise ProfileUnfit(
            OfflineCode.CERTIFICATE_OF_ANOTHER_ENVIRONMENT, environment=environment.value
        )
