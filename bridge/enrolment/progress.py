"""From a sealed key to a certificate: one step after the other, each from what is stored.

What must not be done twice is preceded by a stored phase. A process killed anywhere leaves a row
from which the next one goes on: a request that may have reached KSeF is looked for there by its
public key, and sent again only when KSeF has had its time and neither a certificate nor KSeF's own
count of requests shows it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.serialization import Encoding

from bridge.credentials.upload import public_key_sha256
from bridge.enrolment.certificate_search import Found, certificates_of_key
from bridge.enrolment.codes import EnrolmentCode
from bridge.enrolment.draft import Draft
from bridge.enrolment.events import EnrolmentEvents, Outcome
from bridge.enrolment.keys import open_key
from bridge.enrolment.pace import FAILED_AFTER, NOT_RECEIVED_AFTER, NOT_SENT_AFTER
from bridge.enrolment.package import package_of
from bridge.enrolment.refusals import (
    SUBJECT_CHANGED,
    is_certain,
    is_final,
    problem_of,
    problem_of_status,
    reached_limit,
    unknown_members,
)
from bridge.enrolment.signing_request import signing_request
from bridge.enrolment.state import Enrolment, Phase, Problem
from bridge.ksef.certificate_calls import KsefCertificates
from bridge.ksef.contract import StatusInfo
from bridge.ksef.errors import KsefError, KsefGone, KsefRateLimited, KsefRefused, KsefUnavailable
from bridge.vault import SealError, Vault

_UNKNOWN_ENROLMENT = 25005
_ANSWER_LOST = Problem(EnrolmentCode.ANSWER_LOST)
_REFUSED_PAUSE = timedelta(minutes=5)


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Progress:
    """Carries requests on, for the holder of their lease."""

    calls: KsefCertificates
    vault: Vault
    events: EnrolmentEvents
    now: Callable[[], datetime] = utc_now

    def carry_on(self, draft: Draft) -> None:
        """As far as it goes just now. The key is known to be in EspoCRM's record.

        Raises LeaseLost, TryLater.
        """
        steps = {
            Phase.READY: self._send,
            Phase.SENDING: self._look,
            Phase.ACCEPTED: self._ask,
        }
        goes_on = True
        while goes_on and (step := steps.get(draft.enrolment.phase)) is not None:
            try:
                goes_on = step(draft)
            except KsefError as error:
                # Nothing was changed by a call that failed: only sending the request changes
                # anything, and minds its own failures.
                draft.wait(problem_of(error), _least_pause(error))
                goes_on = False
                self.events.enrolment(Outcome.DELAYED, draft.enrolment, error)

    def _send(self, draft: Draft) -> bool:
        """Whether something more can be done at once, as for each step."""
        limits = self.calls.limits()
        if (problem := reached_limit(limits)) is not None:
            return self._reject(draft, problem)
        subject = draft.enrolment.subject or self.calls.enrolment_data().subject
        try:
            key = open_key(
                self.vault, draft.enrolment.private_key_sealed, draft.enrolment.public_key_sha256
            )
        except SealError as error:
            draft.wait(Problem("seal-unusable", {"reason": error.code}), _REFUSED_PAUSE)
            return False
        draft.enter(
            Phase.SENDING,
            subject=subject,
            missed_since=None,
            is_restored=False,
            requests_left=limits.enrolment.remaining,
        )
        self.events.enrolment(Outcome.SENT, draft.enrolment)
        order = draft.enrolment.order
        try:
            receipt = self.calls.enrol(order.name, order.type.value, signing_request(subject, key))
        except KsefError as error:
            return self._not_taken(draft, error)
        draft.enter(Phase.ACCEPTED, reference_number=receipt.reference_number)
        self.events.enrolment(Outcome.ACCEPTED, draft.enrolment)
        return True

    def _not_taken(self, draft: Draft, error: KsefError) -> bool:
        """KSeF has refused the request, or is silent about it."""
        if not is_certain(error):
            draft.wait(_ANSWER_LOST, _least_pause(error))
            self.events.enrolment(Outcome.ANSWER_LOST, draft.enrolment, error)
            return False
        if not is_final(error):
            draft.wait(problem_of(error), _least_pause(error), Phase.READY)
            self.events.enrolment(Outcome.DELAYED, draft.enrolment, error)
            return False
        if isinstance(error, KsefRefused) and SUBJECT_CHANGED in error.codes:
            # The profile has got another certificate since, of a subject written otherwise.
            draft.enter(Phase.READY)
            data = self.calls.enrolment_data()
            if data.subject != draft.enrolment.subject:
                draft.enter(Phase.READY, subject=data.subject)
                return True
            if data.unknown:
                return self._reject(draft, unknown_members(data.unknown), error)
        return self._reject(draft, problem_of(error), error)

    def _look(self, draft: Draft) -> bool:
        """Find out what became of a request whose answer was lost."""
        if (found := self._find(draft.enrolment)) is not None:
            return self._issued(draft, found)
        enrolment = draft.enrolment
        missed_since = enrolment.missed_since or self.now()
        if self._may_come(enrolment, self.now() - missed_since):
            draft.wait(_ANSWER_LOST, missed_since=missed_since)
            return False
        draft.enter(Phase.READY, missed_since=None)
        return True

    def _may_come(self, enrolment: Enrolment, missed_for: timedelta) -> bool:
        """Whether KSeF may still issue a certificate for a request that it may have received."""
        if missed_for < (NOT_SENT_AFTER if enrolment.is_restored else NOT_RECEIVED_AFTER):
            return True
        if enrolment.requests_left is None or missed_for >= FAILED_AFTER:
            return False
        # It may be another request of the subject that KSeF has counted; time will tell.
        return self.calls.limits().enrolment.remaining < enrolment.requests_left

    def _ask(self, draft: Draft) -> bool:
        try:
            answer = self.calls.enrolment_status(draft.enrolment.reference_number or "")
        except (KsefRefused, KsefGone) as error:
            if isinstance(error, KsefRefused) and _UNKNOWN_ENROLMENT not in error.codes:
                raise
            # KSeF has forgotten the request; a certificate it would still list.
            draft.enter(Phase.SENDING, reference_number=None, requests_left=None, missed_since=None)
            return True
        if answer.status.is_in_progress:
            draft.wait()
            return False
        if not answer.status.is_success:
            return self._ended(draft, answer.status)
        serial_numbers = [] if answer.serial_number is None else [answer.serial_number]
        retrieved = self.calls.retrieve(serial_numbers) if serial_numbers else ()
        for each in retrieved:
            if each.serial_number == answer.serial_number:
                return self._issued(draft, Found.of(each))
        draft.wait()
        return False

    def _ended(self, draft: Draft, status: StatusInfo) -> bool:
        """KSeF says that there will be no certificate; in doubt it is looked for all the same."""
        if status.code >= 500 and (found := self._find(draft.enrolment)) is not None:
            return self._issued(draft, found)
        return self._reject(draft, problem_of_status(status))

    def _find(self, enrolment: Enrolment) -> Found | None:
        found = certificates_of_key(self.calls, enrolment)
        if len(found) > 1:
            self.events.several(enrolment, [each.serial_number for each in found])
        return found[0] if found else None

    def _issued(self, draft: Draft, found: Found) -> bool:
        certificate, enrolment = found.certificate, draft.enrolment
        if public_key_sha256(certificate.public_key()) != enrolment.public_key_sha256:
            params: dict[str, str | int] = {"serialNumber": found.serial_number}
            problem = Problem(EnrolmentCode.CERTIFICATE_MISMATCH, params)
            return self._reject(draft, problem)
        package, package_state = package_of(enrolment, certificate, self.vault)
        draft.enter(
            Phase.ISSUED,
            serial_number=found.serial_number,
            certificate_pem=certificate.public_bytes(Encoding.PEM).decode(),
            package=package,
            package_state=package_state,
            password_sealed=None,
        )
        self.events.enrolment(Outcome.ISSUED, draft.enrolment)
        return False

    def _reject(self, draft: Draft, problem: Problem, error: KsefError | None = None) -> bool:
        draft.reject(problem)
        self.events.enrolment(Outcome.REJECTED, draft.enrolment, error)
        return False


def _least_pause(error: KsefError) -> timedelta:
    match error:
        case KsefRateLimited(retry_after=seconds):
            return timedelta(seconds=seconds)
        case KsefUnavailable(retry_after=int(seconds)):
            return timedelta(seconds=min(seconds, 3600))
        case KsefRefused():
            return _REFUSED_PAUSE
    return timedelta()
