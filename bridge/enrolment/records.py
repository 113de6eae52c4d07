"""EspoCRM's record of a requested certificate: whether it waits, and whether it holds the key."""

from __future__ import annotations

from dataclasses import dataclass

from bridge.enrolment.codes import EnrolmentCode
from bridge.enrolment.errors import EnrolmentConflict
from bridge.enrolment.keys import digest_in, open_key
from bridge.enrolment.state import Enrolment
from bridge.espocrm.errors import CertificateNotFound, EspoCrmUnreachable
from bridge.espocrm.requested_certificates import RequestedCertificate, RequestedCertificates
from bridge.state.errors import NotFound, TryLater
from bridge.vault import SealError, Vault


@dataclass(frozen=True, slots=True)
class Records:
    """Reads the records. Every method raises TryLater when EspoCRM's database is away."""

    requested: RequestedCertificates
    vault: Vault

    def waiting(self, certificate_id: str) -> RequestedCertificate:
        """The record, which waits for its certificate.

        Raises NotFound without the record, EnrolmentConflict when it does not wait.
        """
        try:
            record = self._get(certificate_id)
        except CertificateNotFound:
            raise NotFound("certificate-not-found") from None
        if not record.is_waiting:
            params = {"status": record.status or "-"}
            raise EnrolmentConflict(EnrolmentCode.RECORD_NOT_REQUESTED, params)
        return record

    def holds_key(self, enrolment: Enrolment) -> bool:
        """Whether the record waits for its certificate and holds the key, so that it opens.

        Only then may KSeF hear of the key: whatever happens to the bridge, it is not lost.
        """
        try:
            record = self._get(enrolment.certificate_id)
        except CertificateNotFound:
            return False
        if not record.is_waiting or not record.private_key_sealed:
            return False
        try:
            # Its seal may have been renewed since; the key is the same.
            if digest_in(record.private_key_sealed) != enrolment.public_key_sha256:
                return False
            open_key(self.vault, record.private_key_sealed, enrolment.public_key_sha256)
        except SealError:
            return False
        return True

    def _get(self, certificate_id: str) -> RequestedCertificate:
        try:
            return self.requested.get(certificate_id)
        except EspoCrmUnreachable:
            raise TryLater("espocrm-database-unreachable") from None
