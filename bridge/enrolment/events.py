"""What happens to requests for certificates, told to the log and counted; never a secret.

Who asked and the request's id are bound to the log's context by the API; what goes on later names
who asked in `requested_by`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import structlog

from bridge.enrolment.state import Enrolment, Problem
from bridge.ksef.errors import KsefError
from bridge.metrics import Metrics
from bridge.state.errors import BridgeError

log = structlog.get_logger(__name__)

_METHOD = "Certificate"


class Outcome(StrEnum):
    """What has become of a request."""

    PREPARED = "prepared"
    FOUND_AGAIN = "found-again"
    SENT = "sent"
    ACCEPTED = "accepted"
    ANSWER_LOST = "answer-lost"
    DELAYED = "delayed"
    ISSUED = "issued"
    REJECTED = "rejected"
    COLLECTED = "collected"
    CANCELLED = "cancelled"
    PASSWORD_FORGOTTEN = "password-forgotten"  # noqa: S105


@dataclass(frozen=True, slots=True)
class EnrolmentEvents:
    """The audit trail of certificates."""

    metrics: Metrics

    def enrolment(
        self, outcome: Outcome, enrolment: Enrolment, error: KsefError | None = None
    ) -> None:
        """A step of a request for a certificate."""
        type_ = enrolment.order.type.value
        environment = enrolment.environment.value
        self.metrics.enrolled(environment, type_, outcome.value)
        problem = enrolment.problem or Problem("")
        write = log.warning if outcome is Outcome.REJECTED else log.info
        write(
            "certificate-enrolment",
            profile=enrolment.profile_id,
            certificate=enrolment.certificate_id,
            environment=environment,
            method=_METHOD,
            type=type_,
            outcome=outcome.value,
            requested_by=enrolment.requested_by,
            reference=enrolment.reference_number,
            serial_number=enrolment.serial_number,
            code=problem.code or None,
            ksef_code=problem.ksef_code,
            ksef_trace_id=None if error is None else error.trace_id,
        )

    def not_begun(
        self, profile_id: str, certificate_id: str, type_: str, error: BridgeError
    ) -> None:
        """A certificate was to be requested, and nothing was begun: `error` says why."""
        log.warning(
            "certificate-enrolment",
            profile=profile_id,
            certificate=certificate_id,
            type=type_,
            outcome="not-begun",
            code=error.code,
            ksef_code=getattr(error, "ksef_code", None),
        )

    def several(self, enrolment: Enrolment, serial_numbers: list[str]) -> None:
        """KSeF has issued more than one certificate for one key."""
        log.error(
            "certificates-of-one-key",
            profile=enrolment.profile_id,
            certificate=enrolment.certificate_id,
            serial_numbers=serial_numbers,
        )

    def revoked(
        self,
        profile_id: str,
        certificate_id: str,
        serial_number: str,
        reason: str | None,
        problem: Problem | None,
    ) -> None:
        """A certificate was revoked at KSeF, or `problem` says why not."""
        write = log.info if problem is None else log.warning
        write(
            "certificate-revocation",
            profile=profile_id,
            certificate=certificate_id,
            serial_number=serial_number,
            reason=reason,
            outcome="revoked" if problem is None else "refused",
            code=problem and problem.code,
            ksef_code=problem and problem.ksef_code,
        )
