"""Takes an enrolment further when its time has come: at EspoCRM's question, or by itself."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from bridge.enrolment.codes import EnrolmentCode
from bridge.enrolment.draft import Draft
from bridge.enrolment.events import EnrolmentEvents, Outcome
from bridge.enrolment.progress import Progress, utc_now
from bridge.enrolment.records import Records
from bridge.enrolment.state import Enrolment, Phase, Problem
from bridge.enrolment.store import EnrolmentStore
from bridge.enrolment.subject_calls import SubjectCalls
from bridge.espocrm.errors import ProfileNotFound
from bridge.ksef.certificate_calls import KsefCertificates
from bridge.ksef.message_codes import MessageCode
from bridge.sessions.ksef_threads import KsefThreads
from bridge.sessions.logins import Logins
from bridge.signing_requests.codes import SigningRequestCode
from bridge.signing_requests.errors import SigningSessionOver
from bridge.state.errors import BridgeError, LeaseLost, TryLater

# A profile that cannot log in is mended by a person.
_PAUSE_FOR_PEOPLE = 30
_NOT_STORED = Problem(EnrolmentCode.KEY_NOT_STORED)


@dataclass(frozen=True, slots=True)
class CarryingOn:
    """What an enrolment needs to go on; over all processes one works on it at a time."""

    logins: Logins
    threads: KsefThreads
    subject_calls: SubjectCalls
    records: Records
    store: EnrolmentStore
    events: EnrolmentEvents
    now: Callable[[], datetime] = utc_now

    @contextmanager
    def leased(self, certificate_id: str, end: float) -> Iterator[None]:
        """Nobody else works on the enrolment in the block.

        Raises TryLater when somebody does until `end` (monotonic clock).
        """
        # No id of a record holds a slash, and what the bridge stores for tests holds a colon.
        with self.logins.leases.waited_for(f"enrolment/{certificate_id}", end):
            yield

    def carry_on(self, certificate_id: str, end: float) -> None:
        """Go as far as it goes now, or note what stands in the way.

        Raises AwayFromHome; TryLater when it takes longer than until `end`, and goes on then.
        """
        self.logins.home.check_change()
        stored = self.store.get(certificate_id)
        if stored is None or stored.enrolment.is_settled:
            return
        enrolment = stored.enrolment
        # Looking whether EspoCRM holds the key by now costs KSeF nothing.
        if not stored.is_due and enrolment.phase is not Phase.PREPARED:
            return
        try:
            if not enrolment.is_sent and not self.records.holds_key(enrolment):
                self._postpone(certificate_id, _NOT_STORED, 0)
                return
            calls = self._calls(enrolment)
        except SigningSessionOver as over:
            problem = Problem(SigningRequestCode.SESSION_ENDED, over.params)
            self._without_session(certificate_id, problem)
            return
        except ProfileNotFound:
            self._postpone(certificate_id, Problem("profile-not-found"), _PAUSE_FOR_PEOPLE)
            return
        except BridgeError as error:
            ksef_code = getattr(error, "ksef_code", None)
            pause = error.retry_after if isinstance(error, TryLater) else _PAUSE_FOR_PEOPLE
            self._postpone(certificate_id, Problem(error.code, error.params, ksef_code), pause)
            return
        self.threads.wait(
            enrolment.environment,
            ("enrolment", certificate_id),
            lambda: self._work(certificate_id, calls, end),
            end,
        )

    def _calls(self, enrolment: Enrolment) -> KsefCertificates:
        signing_request_id = enrolment.signing_request_id
        profile = self.subject_calls.requesting_profile(enrolment.profile_id, signing_request_id)
        problem = enrolment.problem
        was_unauthorized = problem is not None and problem.code == MessageCode.UNAUTHORIZED
        return self.subject_calls.of(
            profile, signing_request_id=signing_request_id, with_new_token=was_unauthorized
        )

    def _work(self, certificate_id: str, calls: KsefCertificates, end: float) -> None:
        with self.leased(certificate_id, end):
            stored = self.store.get(certificate_id)
            if stored is None:
                return
            draft = Draft(self.store, stored)
            if draft.enrolment.phase is Phase.PREPARED:
                draft.enter(Phase.READY)
            elif not stored.is_due:
                # Another worker has just done it.
                return
            Progress(calls, self.logins.vault, self.events, self.now).carry_on(draft)

    def _without_session(self, certificate_id: str, problem: Problem) -> None:
        """The signing request's session has ended.

        What KSeF does not know of is rejected. What it may know of waits for another signature,
        which a request of the same certificate names.
        """
        with suppress(LeaseLost), self.leased(certificate_id, time.monotonic()):
            stored = self.store.get(certificate_id)
            if stored is None or stored.enrolment.is_settled:
                return
            draft = Draft(self.store, stored)
            if draft.enrolment.is_sent:
                draft.wait(problem, timedelta(seconds=_PAUSE_FOR_PEOPLE))
                return
            draft.reject(problem)
            self.events.enrolment(Outcome.REJECTED, draft.enrolment)

    def _postpone(self, certificate_id: str, problem: Problem, seconds: int) -> None:
        # Whoever else works on it, or whoever asks next, knows better.
        with suppress(TryLater, LeaseLost), self.leased(certificate_id, time.monotonic()):
            stored = self.store.get(certificate_id)
            if stored is not None and stored.is_due:
                least = timedelta(seconds=seconds)
                Draft(self.store, stored).wait(problem, least)
