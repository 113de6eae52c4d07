"""Looking at KSeF for the certificate of a key: what it lists, retrieved and compared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm

from bridge.credentials.certificate import read_certificate
from bridge.credentials.upload import public_key_sha256
from bridge.enrolment.pace import KEPT
from bridge.enrolment.state import Enrolment
from bridge.ksef.certificate_calls import MOST_RETRIEVED, KsefCertificates
from bridge.ksef.certificates import RetrievedCertificate
from bridge.ksef.errors import KsefAnswerUnreadable
from bridge.ksef.operations import RETRIEVE_CERTIFICATES

# KSeF's clock and this host's may differ.
_CLOCKS_DIFFER_BY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Found:
    """A certificate that KSeF has issued."""

    serial_number: str
    certificate: x509.Certificate

    @classmethod
    def of(cls, retrieved: RetrievedCertificate) -> Found:
        """Raises KsefAnswerUnreadable."""
        try:
            certificate = read_certificate(retrieved.certificate)
            certificate.public_key()
        except (ValueError, UnsupportedAlgorithm):
            raise KsefAnswerUnreadable(RETRIEVE_CERTIFICATES, "not a certificate", 200) from None
        return cls(retrieved.serial_number, certificate)


def certificates_of_key(calls: KsefCertificates, enrolment: Enrolment) -> list[Found]:
    """Every certificate of the enrolment's key, the latest first. Raises KsefError."""
    serial_numbers = list(_candidates(calls, enrolment))
    found = []
    for start in range(0, len(serial_numbers), MOST_RETRIEVED):
        some = serial_numbers[start : start + MOST_RETRIEVED]
        certificates = {each.serial_number: Found.of(each) for each in calls.retrieve(some)}
        found += [certificates[each] for each in some if each in certificates]
    wanted = enrolment.public_key_sha256
    return [each for each in found if public_key_sha256(each.certificate.public_key()) == wanted]


def _candidates(calls: KsefCertificates, enrolment: Enrolment) -> Iterator[str]:
    """Numbers of what was requested since; the list begins with the latest request."""
    oldest = _oldest(enrolment)
    for listed in calls.listed(type=enrolment.order.type.value):
        if listed.request_date is not None and listed.request_date < oldest:
            return
        yield listed.serial_number


def _oldest(enrolment: Enrolment) -> datetime:
    # When one that was found again had been begun is not known.
    begun = enrolment.created_at - (KEPT if enrolment.is_restored else timedelta())
    return begun - _CLOCKS_DIFFER_BY
