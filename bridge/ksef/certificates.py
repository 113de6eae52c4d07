"""KSeF certificates as KSeF lists them (OpenAPI, section "Certyfikaty")."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bridge.ksef.contract import Identifier
from bridge.ksef.json_object import JsonObject


@dataclass(frozen=True, slots=True)
class CertificateListItem:
    """`CertificateListItem`; `status` is Active, Blocked, Revoked or Expired.

    `serial_number` is 16 upper-case hex digits.
    """

    serial_number: str
    name: str
    type: str
    status: str
    subject_identifier: Identifier | None
    valid_from: datetime
    valid_to: datetime

    @classmethod
    def from_json(cls, body: JsonObject) -> CertificateListItem:
        return cls(
            serial_number=body.text("certificateSerialNumber"),
            name=body.optional_text("name") or "",
            type=body.text("type"),
            status=body.text("status"),
            subject_identifier=body.optional_value("subjectIdentifier", Identifier.from_json),
            valid_from=body.moment("validFrom"),
            valid_to=body.moment("validTo"),
        )
