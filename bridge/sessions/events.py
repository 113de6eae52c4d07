"""What happens to sessions, told to the log and counted: who, profile, method, outcome, reference.

Who asked and the request's id are bound to the log's context by the API.
"""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from bridge.credentials.environment import Environment
from bridge.ksef.errors import KsefError
from bridge.ksef.refusals import Refusal
from bridge.ksef.transport import Exchange
from bridge.metrics import Metrics
from bridge.sessions.connection_report import ConnectionTest, StepStatus
from bridge.sessions.credential import Credential
from bridge.sessions.errors import LoginRefused
from bridge.sessions.state import KsefSession, is_proof_id, is_signing_id, profile_of
from bridge.state.errors import BridgeError

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Events:
    """The audit trail of credentials and sessions; no secret reaches it."""

    metrics: Metrics

    def submitted(self, profile_id: str, session: KsefSession) -> None:
        """A credential was used, and KSeF is still working on the login."""
        log.info(
            "credential-submitted",
            **_whose(profile_id),
            environment=session.environment.value,
            method=session.authentication_method,
            reference=session.reference_number,
        )

    def logged_in(self, profile_id: str, credential: Credential, session: KsefSession) -> None:
        """A credential was used and KSeF opened a session."""
        self._count_login(credential, "success")
        log.info(
            "credential-used",
            **_whose(profile_id),
            environment=credential.environment.value,
            method=credential.method.value,
            outcome="success",
            reference=session.reference_number,
        )

    def login_failed(
        self,
        profile_id: str,
        credential: Credential,
        error: KsefError,
        refusal: Refusal,
        told: BridgeError,
    ) -> None:
        """A credential was used, or was to be, and no session came of it: `told` says why."""
        outcome = "refused" if isinstance(told, LoginRefused) else "unanswered"
        self._count_login(credential, outcome)
        self.refused(credential.environment, refusal)
        log.warning(
            "credential-used",
            **_whose(profile_id),
            environment=credential.environment.value,
            method=credential.method.value,
            outcome=outcome,
            code=refusal.code,
            ksef_code=refusal.ksef_code,
            ksef_trace_id=error.trace_id,
            reason=str(error),
        )

    def refreshed(self, profile_id: str, session: KsefSession) -> None:
        """A live session got a new access token."""
        self.metrics.refreshed(session.environment.value, "success")
        log.info("session-refreshed", **_whose(profile_id), reference=session.reference_number)

    def refresh_refused(self, profile_id: str, session: KsefSession, error: KsefError) -> None:
        """A session is over, or KSeF will not say why it does not go on."""
        self.metrics.refreshed(session.environment.value, "refused")
        log.info(
            "session-refresh-refused",
            **_whose(profile_id),
            reference=session.reference_number,
            ksef_trace_id=error.trace_id,
            reason=str(error),
        )

    def revoked(self, profile_id: str, reference_number: str) -> None:
        """A session at KSeF was ended at somebody's request."""
        log.info("session-revoked", **_whose(profile_id), reference=reference_number)

    def tested(self, profile_id: str, certificate_id: str | None, test: ConnectionTest) -> None:
        """A connection test has ended, whatever it found."""
        failed = next((step for step in test.steps if step.status is StepStatus.FAILED), None)
        log.info(
            "connection-tested",
            profile=profile_id,
            certificate=certificate_id,
            outcome="ok" if test.ok else "failed",
            step=failed and failed.name.value,
            code=failed and failed.code,
        )

    def refused(self, environment: Environment, refusal: Refusal) -> None:
        """KSeF refused something, or did not answer."""
        self.metrics.refused(environment.value, refusal.code)

    def handed_out(self, source: str) -> None:
        """An access token was given to a caller: from `cache`, `refresh` or `login`."""
        self.metrics.handed_out(source)

    def called(self, environment: Environment, exchange: Exchange) -> None:
        """One call to KSeF, answered or not."""
        status = "none" if exchange.http_status is None else str(exchange.http_status)
        operation = str(exchange.operation)
        self.metrics.called(environment.value, operation, status, exchange.seconds)
        # Every call is counted; in the log stands what came of a login, and what went wrong.
        if not status.startswith("2"):
            log.info(
                "ksef-call",
                environment=environment.value,
                operation=operation,
                status=exchange.http_status,
                milliseconds=round(exchange.seconds * 1000, 1),
                ksef_trace_id=exchange.trace_id,
            )
        if exchange.system_warning is not None:
            kind = "signature" if exchange.system_warning.is_alarm else "other"
            self.metrics.warned(environment.value, kind)

    def _count_login(self, credential: Credential, outcome: str) -> None:
        self.metrics.used_credential(credential.environment.value, credential.method.value, outcome)


def _whose(state_id: str) -> dict[str, str]:
    """The profile, and what the session is for."""
    purpose = "access-token"
    if is_signing_id(state_id):
        purpose = "signing-request"
    elif is_proof_id(state_id):
        purpose = "connection-test"
    return {"profile": profile_of(state_id), "purpose": purpose}
