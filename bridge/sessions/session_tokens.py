"""KSeF's own tokens of a session under seal, bound to the profile and the session."""

from __future__ import annotations

from dataclasses import dataclass, replace

import structlog

from bridge.credentials.secret import Secret
from bridge.ksef.contract import AuthenticationTokens, TokenInfo
from bridge.sessions.credential import Credential
from bridge.sessions.state import KsefSession, Phase, SealedToken
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
        return SealedToken(sealed, token.valid_until, token.given_at)

    def submitted(self, credential: Credential, authentication_token: TokenInfo) -> KsefSession:
        """The session as it is when KSeF has taken a login in."""
        return KsefSession(
            phase=Phase.SUBMITTED,
            credential=credential.identity,
            environment=credential.environment,
            context=credential.context,
            authentication_method=credential.method.value,
            reference_number=self.reference_number,
            authentication_token=self.seal(Purpose.AUTHENTICATION_TOKEN, authentication_token),
        )

    def established(self, session: KsefSession, redeemed: AuthenticationTokens) -> KsefSession:
        """The session when its tokens were handed out."""
        return replace(
            session,
            phase=Phase.ESTABLISHED,
            authentication_token=None,
            access_token=self.seal(Purpose.ACCESS_TOKEN, redeemed.access_token),
            refresh_token=self.seal(Purpose.REFRESH_TOKEN, redeemed.refresh_token),
        )

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
