"""Requesting certificates, as EspoCRM sees it: begun, asked after, forgotten.

The key is in EspoCRM before KSeF knows of it: the answer to the request holds it under seal, and
only when the record in EspoCRM holds that seal is KSeF asked.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

from bridge.credentials.environment import Environment
from bridge.credentials.secret import Secret
from bridge.enrolment.carrying_on import CarryingOn
from bridge.enrolment.codes import EnrolmentCode
from bridge.enrolment.draft import Draft
from bridge.enrolment.errors import EnrolmentConflict
from bridge.enrolment.events import Outcome
from bridge.enrolment.keys import open_password
from bridge.enrolment.names import check_name
from bridge.enrolment.pace import FIRST_LOOK
from bridge.enrolment.preparation import (
    Beginning,
    CertificateRequest,
    found_again,
    order_in,
    prepare,
)
from bridge.enrolment.state import Enrolment, Order
from bridge.enrolment.store import Stored
from bridge.ksef.certificate_calls import KsefCertificates
from bridge.sessions.ksef_threads import ANSWER_WITHIN_SECONDS
from bridge.state.errors import AwayFromHome, BridgeError, LeaseLost, NotFound, TryLater
from bridge.vault import SealError


@dataclass(frozen=True, slots=True)
class Requested:
    """The answer to a request: `password` is there once, for whoever asked first."""

    enrolment: Enrolment
    password: Secret | None = field(repr=False)


class Enrolments:
    """Methods raise TryLater; no answer takes more than 8 seconds."""

    def __init__(self, carrying_on: CarryingOn) -> None:
        self._carrying_on = carrying_on
        self._home = carrying_on.logins.home
        self._store = carrying_on.store
        self._records = carrying_on.records
        self._subject_calls = carrying_on.subject_calls
        self._signing_requests = carrying_on.subject_calls.signing_requests
        self._vault = carrying_on.logins.vault
        self._events = carrying_on.events

    def request(self, request: CertificateRequest) -> Requested:
        """Begin, or find what was begun; another signing request's session serves that from now on.

        Raises NameUnusable, ProfileNotFound, ProfileUnusable, NotFound, EnrolmentConflict,
        SigningConflict, AwayFromHome, LoginRefused.
        """
        self._home.check_change()
        profile_id, order = request.profile_id, request.order
        check_name(order.name)
        stored = self._store.get(request.certificate_id)
        if stored is None:
            try:
                enrolment = self._begun(request)
            except BridgeError as error:
                if not isinstance(error, TryLater):
                    self._events.not_begun(
                        profile_id, request.certificate_id, order.type.value, error
                    )
                raise
        else:
            enrolment = stored.enrolment
        _check(enrolment, profile_id, order)
        if request.signing_request_id not in {None, enrolment.signing_request_id}:
            self._serve_by(enrolment, str(request.signing_request_id))
        return Requested(enrolment, self._password_to_tell(enrolment))

    def environments(self, certificate_id: str) -> Iterator[Environment]:
        """Where the certificate was requested, if it was; its profile may have been moved since."""
        stored = self._store.get(certificate_id)
        if stored is not None:
            yield stored.enrolment.environment

    def get(self, profile_id: str, certificate_id: str) -> Stored:
        """How the request stands, taken further before if its time has come.

        Raises ProfileNotFound, ProfileUnusable, NotFound, EnrolmentConflict.
        """
        stored = self._store.get(certificate_id)
        if stored is None:
            stored = self._found_in_record(profile_id, certificate_id)
        _check(stored.enrolment, profile_id)
        if stored.enrolment.is_settled:
            return stored
        with suppress(AwayFromHome, TryLater):
            self._carrying_on.carry_on(certificate_id, time.monotonic() + ANSWER_WITHIN_SECONDS)
        return self._store.get(certificate_id) or stored

    def forget(self, profile_id: str, certificate_id: str, *, is_begun_anew: bool = False) -> None:
        """EspoCRM has stored the outcome, or does not want it any more.

        What was not sent to KSeF is given up. Of what was sent the password is forgotten, and all
        the rest once its outcome is known. Where the same is begun anew, a signing request's
        session waits for that. Raises EnrolmentConflict, AwayFromHome.
        """
        self._home.check_change()
        with self._carrying_on.leased(certificate_id, time.monotonic() + ANSWER_WITHIN_SECONDS):
            stored = self._store.get(certificate_id)
            if stored is None:
                return
            enrolment = stored.enrolment
            _check(enrolment, profile_id)
            if enrolment.is_sent and not enrolment.is_settled:
                try:
                    Draft(self._store, stored).forget_password()
                except LeaseLost:
                    raise TryLater("state-unreachable") from None
                self._events.enrolment(Outcome.PASSWORD_FORGOTTEN, enrolment)
                return
            if enrolment.signing_request_id is not None and not is_begun_anew:
                # First, for what is removed here tells of no session that is to be ended.
                self._signing_requests.collected(
                    profile_id, enrolment.signing_request_id, certificate_id
                )
            self._store.remove(certificate_id)
            outcome = Outcome.COLLECTED if enrolment.is_settled else Outcome.CANCELLED
            self._events.enrolment(outcome, enrolment)

    def _serve_by(self, enrolment: Enrolment, signing_request_id: str) -> None:
        if enrolment.is_settled:
            return
        certificate_id = enrolment.certificate_id
        self._signing_requests.use(enrolment.profile_id, signing_request_id, certificate_id)
        self._store.serve_by(certificate_id, signing_request_id)

    def _begun(self, request: CertificateRequest) -> Enrolment:
        end = time.monotonic() + ANSWER_WITHIN_SECONDS
        certificate_id, signing_request_id = request.certificate_id, request.signing_request_id
        profile = self._subject_calls.requesting_profile(request.profile_id, signing_request_id)
        record = self._records.waiting(certificate_id)
        if signing_request_id is not None:
            self._signing_requests.use(request.profile_id, signing_request_id, certificate_id)
        beginning = Beginning(request, profile, self._carrying_on.now())
        if record.private_key_sealed:
            return self._added(found_again(beginning, record, self._vault)).enrolment
        calls = self._subject_calls.of(profile, signing_request_id=signing_request_id)
        return self._carrying_on.threads.wait(
            profile.environment,
            ("enrol", certificate_id, request.order),
            lambda: self._prepared(beginning, calls, end),
            end,
        )

    def _prepared(self, beginning: Beginning, calls: KsefCertificates, end: float) -> Enrolment:
        certificate_id = beginning.request.certificate_id
        with self._carrying_on.leased(certificate_id, end):
            stored = self._store.get(certificate_id)
            if stored is not None:
                return stored.enrolment
            # While this one waited, EspoCRM may have stored what another has begun.
            record = self._records.waiting(certificate_id)
            if record.private_key_sealed:
                return self._added(found_again(beginning, record, self._vault)).enrolment
            enrolment = prepare(beginning, calls, self._vault)
            if not self._store.add(enrolment, FIRST_LOOK):
                raise TryLater("state-unreachable")
        self._events.enrolment(Outcome.PREPARED, enrolment)
        return enrolment

    def _found_in_record(self, profile_id: str, certificate_id: str) -> Stored:
        profile = self._subject_calls.signing_profile(profile_id)
        record = self._records.waiting(certificate_id)
        if not record.private_key_sealed:
            raise NotFound(EnrolmentCode.NOT_FOUND)
        request = CertificateRequest(profile_id, certificate_id, order_in(record, self._vault))
        beginning = Beginning(request, profile, self._carrying_on.now())
        return self._added(found_again(beginning, record, self._vault))

    def _added(self, enrolment: Enrolment) -> Stored:
        """The enrolment that was found again, as it or another's of the same record is stored."""
        if self._store.add(enrolment, timedelta()):
            self._events.enrolment(Outcome.FOUND_AGAIN, enrolment)
        stored = self._store.get(enrolment.certificate_id)
        if stored is None:
            raise TryLater("state-unreachable")
        return stored

    def _password_to_tell(self, enrolment: Enrolment) -> Secret | None:
        if enrolment.password_sealed is None:
            return None
        if not self._store.tell_password(enrolment.certificate_id):
            return None
        with suppress(SealError):
            return open_password(self._vault, enrolment)
        return None


def _check(enrolment: Enrolment, profile_id: str, order: Order | None = None) -> None:
    """Raises EnrolmentConflict when something else is asked for than was begun."""
    if enrolment.profile_id != profile_id:
        raise EnrolmentConflict(EnrolmentCode.OF_ANOTHER_PROFILE)
    if order is None:
        return
    begun = enrolment.order
    differences = [
        name
        for name, one, other in (
            ("type", begun.type, order.type),
            ("name", begun.name, order.name),
            ("keyAlgorithm", begun.key_algorithm, order.key_algorithm),
        )
        if one != other
    ]
    if differences:
        raise EnrolmentConflict(EnrolmentCode.DIFFERS, {"differences": ", ".join(differences)})
