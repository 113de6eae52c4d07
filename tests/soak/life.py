"""What callers want in a day: access tokens above all, and now and then something else."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from sqlalchemy.exc import SQLAlchemyError

from tests.access_tokens import session_of
from tests.enrolment.espocrm import EspoCrm
from tests.processes import Answer
from tests.soak.answers import HONEST, Answers
from tests.soak.bridges import Bridges, BrokenOff, NoBridge

# A token every five minutes for each of 200 profiles makes 57,600 a day, in half an hour 32 a
# second.
CALLS_PER_SECOND = 32.0
CALLERS = 16
SECONDS_BETWEEN_RENEWALS = 15.0

TOKEN = "access token"
REFRESH = "access token, refreshed"
LOGIN = "access token after logging out"
LOG_OUT = "sessions ended"
TEST = "connection test"
INSPECT = "token inspected"
RENEWAL = "certificate requested and issued"
# A token lives fifteen minutes, so that every third of such calls meets one that is over.
SHARES = {TOKEN: 640, REFRESH: 330, LOG_OUT: 8, TEST: 12, INSPECT: 10}

Profiles = dict[str, str]
"""NIPs by the ids of profiles; those by certificate begin with `c`."""


@dataclass
class Life:
    """Callers that go on until it is over, each call at its time."""

    bridges: Bridges
    profiles: Profiles
    answers: Answers
    over: threading.Event = field(default_factory=threading.Event)
    begun: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)
    random: random.Random = field(default_factory=lambda: random.Random(17))  # noqa: S311

    def start(self, pool: ThreadPoolExecutor) -> None:
        for _ in range(CALLERS):
            pool.submit(self._guarded, self._call_on)
        pool.submit(self._guarded, self._renew_on)

    def end(self) -> None:
        self.over.set()

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception as error:  # noqa: BLE001 - a caller that ended is told at the end
            self.answers.failed("a caller", repr(error), expected=False)

    def _call_on(self) -> None:
        start = time.monotonic()
        while not self.over.is_set():
            with self.lock:
                self.begun += 1
                due = start + self.begun / CALLS_PER_SECOND
                what = self.random.choices(list(SHARES), list(SHARES.values()))[0]
                profile = self.random.choice(list(self.profiles))
            if self.over.wait(max(0.0, due - time.monotonic())):
                return
            self._one(what, profile)

    def _one(self, what: str, profile: str) -> None:
        if what in {TOKEN, REFRESH}:
            self._token(what, profile)
        elif what == TEST:
            path = f"/v1/profiles/{profile}/connection-test"
            self._called(what, lambda: self.bridges.call("POST", path), 200)
        elif what == INSPECT:
            body = {"token": "not a KSeF token", "environment": "Test"}
            path = "/v1/tokens/inspect"
            self._called(what, lambda: self.bridges.call("POST", path, body), 200)
        else:
            path = f"/v1/profiles/{profile}/sessions"
            if self._called(what, lambda: self.bridges.call("DELETE", path), 200, 204) is not None:
                self._token(LOGIN, profile)

    def _token(self, what: str, profile: str) -> None:
        path = f"/v1/profiles/{profile}/access-token"
        body = {"forceRefresh": what == REFRESH}
        answer = self._called(what, lambda: self.bridges.call("POST", path, body), 200)
        if answer is not None:
            given = answer.json
            if session_of(given["accessToken"]) != given["sessionReference"]:
                self.answers.failed(what, "a token of another session", expected=False)

    def _called(self, what: str, call: Callable[[], Answer], *good: int) -> Answer | None:
        """The answer when it is good; else the failure is counted."""
        start = time.monotonic()
        try:
            answer = call()
        except (BrokenOff, NoBridge) as error:
            is_quiet = self.answers.was_quiet(start)
            self.answers.failed(what, f"no answer: {error!r}", expected=not is_quiet)
            return None
        self.answers.came(what, time.monotonic() - start)
        if answer.status in good:
            return answer
        code = answer.json.get("code", "?")
        is_honest = answer.status == 503 and code in HONEST and "retry-after" in answer.headers
        # Somebody else may just be logging in there, at any time.
        is_expected = is_honest and (
            code == "login-in-progress" or not self.answers.was_quiet(start)
        )
        self.answers.failed(what, f"{answer.status} {code}", expected=is_expected)
        return None

    def _renew_on(self) -> None:
        """Certificates are requested and issued one after the other, by whoever has one."""
        by_certificate = [each for each in self.profiles if each.startswith("c")]
        number = 0
        while by_certificate and not self.over.wait(SECONDS_BETWEEN_RENEWALS):
            number += 1
            self._renew(by_certificate[number % len(by_certificate)], f"renewal-{number}")

    def _renew(self, profile: str, record: str) -> None:
        espocrm = EspoCrm(self.bridges)
        steps: tuple[Callable[[], object], ...] = (
            lambda: espocrm.add_record(record),
            lambda: self._requested(espocrm, profile, record),
            lambda: espocrm.collect(
                profile, record, espocrm.ask_until(profile, record, "Issued", within=60)
            ),
        )
        start = time.monotonic()
        for step in steps:
            # EspoCRM's jobs come back until it is done.
            while not self._done(step):
                if self.over.wait(1) or time.monotonic() > start + 120:
                    return self.answers.failed(RENEWAL, "not done", expected=self.over.is_set())
        self.answers.came(RENEWAL, time.monotonic() - start)
        return None

    def _requested(self, espocrm: EspoCrm, profile: str, record: str) -> None:
        begun = espocrm.request_in_the_end(profile, record)
        espocrm.store_seal(record, begun["privateKeySealed"])

    def _done(self, step: Callable[[], object]) -> bool:
        start = time.monotonic()
        try:
            step()
        except (BrokenOff, NoBridge, AssertionError, SQLAlchemyError) as error:
            is_quiet = self.answers.was_quiet(start)
            told = f"tried again: {type(error).__name__}"
            self.answers.failed(RENEWAL, told, expected=not is_quiet)
            return False
        return True
