"""Giving sessions back to KSeF, so that none stays there without an owner."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import structlog

from bridge.credentials.secret import Secret
from bridge.ksef.errors import KsefError, KsefForbidden, KsefGone, KsefRefused, KsefUnauthorized
from bridge.sessions.ksef_access import KsefAccess
from bridge.sessions.state import AbandonedSession, KsefSession
from bridge.sessions.store import SessionStore

ENDED_AT_KSEF = (KsefRefused, KsefUnauthorized, KsefForbidden, KsefGone)
"""The answers that say that a session is over, or was never there."""

log = structlog.get_logger(__name__)


def abandoned(profile_id: str, session: KsefSession) -> AbandonedSession:
    """The note by which the profile's next session will revoke `session`."""
    log.warning("session-abandoned", profile=profile_id, reference=session.reference_number)
    return AbandonedSession(
        session.reference_number, profile_id, session.environment, datetime.now(UTC)
    )


@dataclass(frozen=True, slots=True)
class Revocation:
    """Revokes sessions, with their own token or with that of a later session."""

    ksef: KsefAccess
    store: SessionStore

    def give_back(self, session: KsefSession, refresh_token: Secret) -> bool:
        """End a session by its own refresh token; False when KSeF could not be reached."""
        try:
            self.ksef.client(session.environment).revoke_current_session(refresh_token)
        except ENDED_AT_KSEF as error:
            log.info("session-ended-at-ksef", reference=session.reference_number, reason=str(error))
        except KsefError:
            return False
        return True

    def revoke_abandoned(self, profile_id: str, session: KsefSession, access_token: Secret) -> None:
        """End what earlier logins of the profile left behind, by the access token of `session`.

        What KSeF refuses to revoke is logged and forgotten: it ends with its refresh token.
        """
        for left in self.store.abandoned(profile_id):
            if left.environment is not session.environment:
                continue
            try:
                self.ksef.client(left.environment).revoke_session(
                    left.reference_number, access_token
                )
                log.info("abandoned-session-revoked", reference=left.reference_number)
            except ENDED_AT_KSEF as error:
                log.warning(
                    "abandoned-session-left", reference=left.reference_number, reason=str(error)
                )
            except KsefError:
                return
            self.store.forget_abandoned(left.reference_number)
