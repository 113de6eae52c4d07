"""KSeF's certificate authority with its registry of certificates and requests for them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

from bridge.credentials.environment import Environment
from bridge.simulator import clock
from bridge.simulator.authentication.statuses import Status
from bridge.simulator.certificates.certificate_request import ACCEPTED, Enrolment, Order
from bridge.simulator.certificates.issued_certificate import (
    PublicKey,
    build_certificate,
    new_issuer,
    serial_text,
)
from bridge.simulator.errors import BadRequest, Gone, InvalidInput
from bridge.simulator.identity import SubjectIdentifier

CertificateStatus = Literal["Active", "Blocked", "Revoked", "Expired"]

STATUS_KEPT = timedelta(days=30)
REVOCATION_TIME = timedelta(milliseconds=100)

_ISSUERS_OF_KSEF = frozenset({"TEST CCK KSeF", "CCK KSeF"})

_ISSUED = Status(200, "Wniosek obsłużony (certyfikat wygenerowany)")
_KEY_OF_ANOTHER = Status(
    400, "Wniosek odrzucony", ("Klucz publiczny został już certyfikowany przez inny podmiot.",)
)
_TOO_MANY_CERTIFICATES = Status(
    400, "Wniosek odrzucony", ("Osiągnięto dopuszczalny limit posiadanych certyfikatów.",)
)


@dataclass(frozen=True, slots=True)
class Limits:
    """How many requests a subject may make, and how many active certificates it may have."""

    enrolments: int
    certificates: int


# limity/limity.md, with the values since 2.3.0
_LIMITS = {"Nip": Limits(300, 100), "Pesel": Limits(12, 6), "Fingerprint": Limits(12, 6)}


@dataclass(slots=True)
class RegisteredCertificate:
    """A certificate that was issued; `valid_to` may have been brought forward by test data.

    `played_status` is what someone wants it to have, whatever has happened to it.
    """

    certificate: x509.Certificate
    order: Order
    valid_to: datetime
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None
    played_status: CertificateStatus | None = None

    @property
    def serial_number(self) -> str:
        """16 upper-case hex digits."""
        return serial_text(self.certificate.serial_number)

    @property
    def status(self) -> CertificateStatus:
        """The status at this moment; a revocation takes `REVOCATION_TIME`, Blocked meanwhile."""
        now = clock.now()
        if self.played_status is not None:
            return self.played_status
        if self.revoked_at is not None:
            return "Revoked" if self.revoked_at + REVOCATION_TIME <= now else "Blocked"
        return "Active" if now < self.valid_to else "Expired"

    def as_json(self) -> dict[str, Any]:
        """KSeF's `CertificateListItem`."""
        names = self.certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        item: dict[str, Any] = {
            "certificateSerialNumber": self.serial_number,
            "name": self.order.name,
            "type": self.order.type,
            "commonName": str(names[0].value),
            "status": self.status,
            "subjectIdentifier": {
                "type": self.order.subject.type,
                "value": self.order.subject.value,
            },
            "validFrom": clock.timestamp(self.certificate.not_valid_before_utc),
            "validTo": clock.timestamp(self.valid_to),
            "requestDate": clock.timestamp(self.order.requested_at),
        }
        if self.last_used_at is not None:
            item["lastUseDate"] = clock.timestamp(self.last_used_at)
        return item


class CertificateAuthority:
    """Issues, keeps and revokes certificates, with keys made for this run.

    `processing_time` is how long a request shows status 100.
    """

    def __init__(self) -> None:
        self.processing_time = timedelta(milliseconds=200)
        self._issuer = new_issuer(Environment.TEST)
        self._registered: dict[str, RegisteredCertificate] = {}
        self._enrolments: dict[str, Enrolment] = {}
        self._limits: dict[SubjectIdentifier, Limits] = {}

    @property
    def issuing_certificate(self) -> x509.Certificate:
        """The certificate of the key that signs."""
        return self._issuer.certificate

    def issued_by_ksef_name(self, certificate: x509.Certificate) -> bool:
        """Whether the certificate's issuer has the name of KSeF's CA, whoever has signed it."""
        names = certificate.issuer.get_attributes_for_oid(NameOID.COMMON_NAME)
        return any(name.value in _ISSUERS_OF_KSEF for name in names)

    def status_of(self, certificate: x509.Certificate) -> CertificateStatus | None:
        """The status of a certificate of this CA, None for one that it has not issued."""
        try:
            certificate.verify_directly_issued_by(self._issuer.certificate)
        except (InvalidSignature, ValueError, TypeError):
            return None
        registered = self.find(serial_text(certificate.serial_number))
        if registered is None or registered.certificate != certificate:
            return None
        return registered.status

    def certificate_used(self, serial_number: int) -> None:
        """Remember that someone has just logged in with the certificate."""
        registered = self.find(serial_text(serial_number))
        if registered is not None:
            registered.last_used_at = clock.now()

    def find(self, serial_number: str) -> RegisteredCertificate | None:
        """The certificate of that serial number (16 hex digits), if there is one."""
        self._settle()
        return self._registered.get(serial_number)

    def certificates_of(self, *subjects: SubjectIdentifier) -> Iterator[RegisteredCertificate]:
        """The certificates of these subjects, whatever their status."""
        self._settle()
        return (item for item in self._registered.values() if item.order.subject in subjects)

    def issue(self, order: Order) -> RegisteredCertificate:
        """A certificate at once and without regard to limits; it never starts in the past."""
        starts = max(order.valid_from or order.requested_at, order.requested_at).astimezone(UTC)
        certificate = build_certificate(
            self._issuer, order.subject_name, order.public_key, order.type, starts
        )
        registered = RegisteredCertificate(certificate, order, certificate.not_valid_after_utc)
        self._registered[registered.serial_number] = registered
        return registered

    def enrol(self, order: Order, outcome: Status | None = None) -> Enrolment:
        """Take in a request, which ends with `outcome` if one is given.

        Raises 25006 or 25007 when the subject's limits are reached.
        """
        remaining = self.remaining_of(order.subject)
        if remaining.enrolments == 0:
            raise BadRequest(
                25006, "Osiągnięto limit możliwych do złożenia wniosków certyfikacyjnych."
            )
        if remaining.certificates == 0:
            raise BadRequest(
                25007, "Osiągnięto limit dopuszczalnej liczby posiadanych certyfikatów."
            )
        settles_at = order.requested_at + self.processing_time
        enrolment = Enrolment(order, settles_at, outcome=outcome)
        self._enrolments[enrolment.reference_number] = enrolment
        return enrolment

    def all_certificates(self) -> list[RegisteredCertificate]:
        """Every certificate, the first that was issued first."""
        self._settle()
        return list(self._registered.values())

    def all_enrolments(self) -> list[Enrolment]:
        """Every request that was taken in, the first one first."""
        self._settle()
        return list(self._enrolments.values())

    def enrolment(self, reference_number: str, subject: SubjectIdentifier) -> Enrolment:
        """A request of the subject; raises 25005, and 410 when it is older than 30 days."""
        self._settle()
        enrolment = self._enrolments.get(reference_number)
        if enrolment is None or enrolment.order.subject != subject:
            raise BadRequest(
                25005, "Wniosek certyfikacyjny o podanym numerze referencyjnym nie istnieje."
            )
        if enrolment.order.requested_at + STATUS_KEPT <= clock.now():
            raise Gone
        return enrolment

    def revoke(self, registered: RegisteredCertificate) -> None:
        """Revoke a certificate; raises 25009 when it is not active."""
        if registered.status != "Active":
            raise BadRequest(
                25009,
                "Nie można odwołać wskazanego certyfikatu, ponieważ jest już odwołany, "
                "zablokowany lub nieważny.",
            )
        registered.revoked_at = clock.now()

    def shorten(self, serial_number: str, valid_to: datetime) -> None:
        """Bring the end of a certificate forward in the registry; raises 25008 and 21405."""
        registered = self.find(serial_number)
        if registered is None:
            raise unknown_certificate()
        if valid_to > registered.valid_to:
            raise InvalidInput("validTo: okres ważności certyfikatu można tylko skrócić.")
        registered.valid_to = valid_to

    def limits_of(self, subject: SubjectIdentifier) -> Limits:
        """The limits that hold for the subject."""
        return self._limits.get(subject, _LIMITS[subject.type])

    def set_limits(self, subject: SubjectIdentifier, limits: Limits | None) -> None:
        """Give the subject limits of its own; None restores the usual ones."""
        if limits is None:
            self._limits.pop(subject, None)
        else:
            self._limits[subject] = limits

    def remaining_of(self, subject: SubjectIdentifier) -> Limits:
        """What the subject may still request, never below zero."""
        limits = self.limits_of(subject)
        active = sum(item.status == "Active" for item in self.certificates_of(subject))
        requested = sum(item.order.subject == subject for item in self._enrolments.values())
        return Limits(max(0, limits.enrolments - requested), max(0, limits.certificates - active))

    def _settle(self) -> None:
        """Decide the requests whose time has come, in the order in which they were made."""
        now = clock.now()
        for enrolment in self._enrolments.values():
            if enrolment.status is ACCEPTED and enrolment.settles_at <= now:
                enrolment.status = enrolment.outcome or self._decide(enrolment)

    def _decide(self, enrolment: Enrolment) -> Status:
        order = enrolment.order
        key = _key_octets(order.public_key)
        active = 0
        for issued in self._registered.values():
            if issued.order.subject == order.subject:
                active += issued.status == "Active"
            elif _key_octets(issued.order.public_key) == key:
                return _KEY_OF_ANOTHER
        if active >= self.limits_of(order.subject).certificates:
            return _TOO_MANY_CERTIFICATES
        enrolment.serial_number = self.issue(order).serial_number
        return _ISSUED


def unknown_certificate() -> BadRequest:
    """25008."""
    return BadRequest(25008, "Certyfikat o podanym numerze seryjnym nie istnieje.")


def _key_octets(key: PublicKey) -> bytes:
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
