"""What the bridge knows of a login that is signed elsewhere, between two calls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from bridge.credentials.context import ContextIdentifier
from bridge.credentials.environment import Environment
from bridge.credentials.findings import Finding
from bridge.espocrm.profiles import AuthorizationType
from bridge.ksef.auth_token_request import SubjectIdentifierType
from bridge.sessions.credential import Credential
from bridge.sessions.state import signing_id
from bridge.signed_documents.signer import Signer

SIGNED_WITHIN = timedelta(minutes=10)
"""How long KSeF's challenge lives (uwierzytelnianie.md)."""

USED_WITHIN = timedelta(hours=1)
"""How long the session is kept for certificates to be requested."""


class Phase(StrEnum):
    """How far a request has come. A phase is stored before the step that cannot be repeated.

    AWAITING_SIGNATURE: the document was handed out. SUBMITTED: KSeF may have it, signed.
    ESTABLISHED: its session serves. ENDING: the session is to be revoked. ENDED: there is none any
    more. REFUSED: KSeF said no. EXPIRED: nobody has signed in time.
    """

    AWAITING_SIGNATURE = "AwaitingSignature"
    SUBMITTED = "Submitted"
    ESTABLISHED = "Established"
    ENDING = "Ending"
    ENDED = "Ended"
    REFUSED = "Refused"
    EXPIRED = "Expired"


OVER = frozenset({Phase.ENDED, Phase.REFUSED, Phase.EXPIRED})


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningRequest:
    """One document to be signed, and what became of it.

    `expires_at`: until when it may be signed, from ESTABLISHED on until when the session is kept.
    `collected` tells of each certificate that is requested by the session whether EspoCRM has
    stored the outcome.
    """

    id: str
    profile_id: str
    environment: Environment
    context: ContextIdentifier
    subject_identifier_type: SubjectIdentifierType
    document: str
    expires_at: datetime
    phase: Phase = Phase.AWAITING_SIGNATURE
    signer: Signer | None = None
    certificate_pem: str | None = field(default=None, repr=False)
    permissions: tuple[str, ...] | None = None
    problem: Finding | None = None
    collected: Mapping[str, bool] = field(default_factory=dict)

    @property
    def state_id(self) -> str:
        """Under which its session is stored."""
        return signing_id(self.profile_id, self.id)

    @property
    def credential(self) -> Credential:
        """What its session is made with: the signed document, whose key is elsewhere."""
        return Credential(
            method=AuthorizationType.CERTIFICATE,
            environment=self.environment,
            context=self.context,
            identity=self.id,
            sealed="",
            certificate_pem=self.certificate_pem,
        )

    @property
    def is_over(self) -> bool:
        return self.phase in OVER

    @property
    def is_done(self) -> bool:
        """Whether EspoCRM has stored all that was requested by the session."""
        return bool(self.collected) and all(self.collected.values())
