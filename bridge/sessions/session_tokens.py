"""KSeF's own tokens of a session under seal, bound to the profile and the session."""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from bridge.credentials.secret import Secret
from bridge.ksef.contract import TokenInfo
from bridge.sessions.state import SealedToken
from bridge.vault import Purpose, SealError, Vault

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class SessionTokens:
    """Seals and opens the tokens of one session of one profile."""

    vault: Vault
    profile_id: str
    reference_number: str

    def seal(self, purpose: Purpose, token: TokenInfo) -> SealedToken:
        """The token as it may be stored."""
        sealed = self.vault.seal(token.token, purpose, self._binding)
        return SealedToken(sealed, token.valid_until)

    def open(self, purpose: Purpose, token: SealedToken | None) -> Secret | None:
        """The token, or None when there is none or its master key is gone."""
        if token is None:
            return None
        try:
            return self.vault.open(token.sealed, purpose, self._binding)
        except SealError as error:
            log.warning("session-seal-unusable", profile=self.profile_id, code=error.code)
            return None

    @property
    def _binding(self) -> dict[str, str]:
        return {"profileId": self.profile_id, "referenceNumber": self.reference_number}
