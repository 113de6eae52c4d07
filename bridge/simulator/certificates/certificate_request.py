"""A request for a certificate, from when it was taken in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cryptography import x509

from bridge.simulator import clock
from bridge.simulator.authentication.statuses import Status
from bridge.simulator.certificates.issued_certificate import CertificateType, PublicKey
from bridge.simulator.identity import SubjectIdentifier
from bridge.simulator.reference_numbers import new_reference_number

ACCEPTED = Status(100, "Wniosek przyjęty do realizacji")


@dataclass(frozen=True, slots=True)
class Order:
    """What a certificate is wanted for; `subject_name` is final, with KSeF's ending of the CN."""

    subject: SubjectIdentifier
    name: str
    type: CertificateType
    subject_name: x509.Name
    public_key: PublicKey
    valid_from: datetime | None = None
    requested_at: datetime = field(default_factory=clock.now)


@dataclass(slots=True)
class Enrolment:
    """A request for a certificate, which shows 100 until `settles_at`.

    It ends with `outcome`, if one is given, instead of as it deserves.
    """

    order: Order
    settles_at: datetime
    reference_number: str = field(default_factory=lambda: new_reference_number("EH"))
    status: Status = ACCEPTED
    serial_number: str | None = None
    outcome: Status | None = None

    def as_json(self) -> dict[str, Any]:
        """KSeF's `CertificateEnrollmentStatusResponse`."""
        body: dict[str, Any] = {
            "requestDate": clock.timestamp(self.order.requested_at),
            "status": self.status.as_json(),
        }
        if self.serial_number is not None:
            body["certificateSerialNumber"] = self.serial_number
        return body
