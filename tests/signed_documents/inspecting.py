"""A document that was handed out, and what is said of its signed forms."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from bridge.credentials.environment import Environment
from bridge.messages import Catalogue
from bridge.signed_documents.inspection import (
    Expected,
    SignedDocumentInspection,
    inspect_signed_document,
)
from bridge.signed_documents.signer import Signer
from tests.simulator.login_certificates import Credential, new_nip, seal
from tests.simulator.signed_requests import request_xml

CHALLENGE = "20261129-CR-2DFC46C000-3AC6D5877F-D4"
_CATALOGUE = Catalogue.load()


@dataclass
class HandedOut:
    """A document, for a company, and the company's own seal."""

    nip: str = field(default_factory=new_nip)
    environment: Environment = Environment.TEST
    by_fingerprint: bool = False

    def __post_init__(self) -> None:
        identification = "certificateFingerprint" if self.by_fingerprint else "certificateSubject"
        self.document = request_xml(CHALLENGE, self.nip, identification=identification)
        self.owner: Credential = seal(self.nip)

    def inspect(self, content: bytes, now: datetime | None = None) -> SignedDocumentInspection:
        expected = Expected(self.document, self.environment, self.by_fingerprint)
        return inspect_signed_document(content, expected, now or datetime.now(UTC))

    def signer(self, content: bytes) -> Signer:
        """Who has signed an acceptable file."""
        inspection = self.inspect(content)
        assert inspection.problem is None
        assert inspection.signer is not None
        assert inspection.certificate_pem is not None
        return inspection.signer

    def fault(self, content: bytes) -> str:
        """The code of what is wrong with a file, which has words in both languages."""
        inspection = self.inspect(content)
        assert inspection.problem is not None
        assert (inspection.signer, inspection.certificate_pem) == (None, None)
        for language in ("pl", "en"):
            params = inspection.problem.params
            assert "{" not in _CATALOGUE.text(inspection.problem.code, language, params)
        return inspection.problem.code
