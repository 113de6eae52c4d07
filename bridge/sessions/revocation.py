"""Giving sessions back to KSeF, so that none stays there without an owner."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog

from bridge.credentials.secret import Secret
from bridge.ksef.errors import KsefError, KsefForbidden, KsefGone, KsefRefused, KsefUnauthorized
from bridge.sessions.ksef_access import KsefAccess
from bridge.sessions.state import AbandonedSession, KsefSession, is_proof_id
from bridge.sessions.store import SessionStore
from bridge.state.errors import TryLater

REFUSALS = (KsefRefused, KsefUnauthorized, KsefForbidden, KsefGone)
"""What KSeF, or a gateway before it, answers to a request that it understood."""

_SESSION_OVER = frozenset({21301, 21304})
_KEPT = timedelta(days=7)

log = structlog.get_logger(__name__)


def is_over(error: KsefError) -> bool:
    """Whether KSeF says that the session has ended or never was; anything else leaves a doubt.

    A 401 or 410 without KSeF's trace id may be a gateway's.
    """
    if isinstance(error, KsefRefused):
        return bool(_SESSION_OVER & set(error.codes))
    return isinstance(error, KsefUnauthorized | KsefGone) and error.trace_id is not None


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

    def end(self, session: KsefSession, refresh_token: Secret) -> None:
        """End a session by its own refresh token. Raises KsefError when it may live on."""
        try:
            self.ksef.client(session.environment).revoke_current_session(refresh_token)
        except KsefError as error:
            if not is_over(error):
                raise

    def give_back(self, session: KsefSession, refresh_token: Secret) -> bool:
        """End a session by its own refresh token; False when it may live on."""
        try:
            self.end(session, refresh_token)
        except KsefError as error:
            log.info("session-not-revoked", reference=session.reference_number, reason=str(error))
            return False
        return True

    def revoke_abandoned(self, profile_id: str, session: KsefSession, access_token: Secret) -> None:
        """End what earlier logins of the profile left behind, by the access token of `session`.

        What KSeF refuses to revoke is logged and forgotten: it ends with its refresh token. The
        session is good whatever happens here.
        """
        with suppress(TryLater):
            for left in self.store.abandoned(profile_id):
                if left.environment is session.environment:
                    is_settled = self._revoke(left, access_token)
                else:
                    is_settled = datetime.now(UTC) - left.since > _KEPT
                if is_settled:
                    self.store.forget_abandoned(left.reference_number)

    def _revoke(self, left: AbandonedSession, access_token: Secret) -> bool:
        """False when KSeF did not decide, so that it is tried again."""
        try:
            client = self.ksef.client(left.environment)
            client.revoke_session(left.reference_number, access_token)
        except KsefError as error:
            is_settled = _is_settled(error, left)
            log.warning(
                "abandoned-session-left",
                reference=left.reference_number,
                reason=str(error),
                tried_again=not is_settled,
            )
            return is_settled
        log.info("abandoned-session-revoked", reference=left.reference_number)
        return True


def _is_settled(error: KsefError, left: AbandonedSession) -> bool:
    """Whether what was left is over, or will never be revoked by this profile.

    A 401 is about the token that asked. What the test of another certificate left belongs to that
    certificate's holder, who may come.
    """
    if isinstance(error, KsefForbidden):
        is_own = not is_proof_id(left.profile_id)
        return is_own and error.reason_code == "insufficient-resource-access"
    return isinstance(error, KsefRefused | KsefGone) and error.trace_id is not None
