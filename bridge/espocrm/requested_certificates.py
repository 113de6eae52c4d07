"""The record that EspoCRM makes before a certificate is requested, and what it holds so far."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import Engine, bindparam, false, select
from sqlalchemy.exc import SQLAlchemyError

from bridge.espocrm.errors import CertificateNotFound, EspoCrmUnreachable
from bridge.espocrm.tables import ksef_certificate

_RECORD = select(
    ksef_certificate.c.id,
    ksef_certificate.c.name,
    ksef_certificate.c.status,
    ksef_certificate.c.type,
    ksef_certificate.c.certificate_pem,
    ksef_certificate.c.private_key_sealed,
).where(ksef_certificate.c.id == bindparam("id"), ksef_certificate.c.deleted == false())


@dataclass(frozen=True, slots=True)
class RequestedCertificate:
    """A row of `ksef_certificate`, seen as one that waits for its certificate."""

    id: str
    name: str
    status: str
    type: str | None
    has_certificate: bool
    private_key_sealed: str = field(repr=False)

    @property
    def is_waiting(self) -> bool:
        """Whether a certificate may be requested for it."""
        return self.status == "Requested" and not self.has_certificate


class RequestedCertificates:
    """The records of one EspoCRM, as they are in this moment."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def get(self, certificate_id: str) -> RequestedCertificate:
        """Raises CertificateNotFound, EspoCrmUnreachable."""
        try:
            with self._engine.connect() as connection:
                row = connection.execute(_RECORD, {"id": certificate_id}).first()
        except SQLAlchemyError:
            raise EspoCrmUnreachable from None
        # MySQL compares ids without regard to case and trailing blanks; they are other records.
        if row is None or row.id != certificate_id:
            raise CertificateNotFound(certificate_id)
        return RequestedCertificate(
            id=row.id,
            name=row.name or "",
            status=row.status or "",
            type=row.type or None,
            has_certificate=bool(row.certificate_pem),
            private_key_sealed=row.private_key_sealed or "",
        )
