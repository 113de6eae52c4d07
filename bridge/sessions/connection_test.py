"""Proves a profile's credential, or a certificate that no profile uses yet, step by step at KSeF.

The login of a test is a session of its own, apart from the profile's, and is revoked at its end:
a test that fails leaves what works alone.
"""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bridge.announcements.words import AWAY
from bridge.credentials.context_rules import about_context
from bridge.credentials.environment import Environment
from bridge.credentials.findings import Severity
from bridge.credentials.secret import Secret
from bridge.credentials.token_validity import TokenValidity
from bridge.espocrm.errors import CertificateNotFound
from bridge.espocrm.profiles import AuthorizationType, Profile
from bridge.ksef.client import KsefClient
from bridge.ksef.errors import KsefError
from bridge.ksef.public_keys import Usage
from bridge.sessions.connection_report import (
    ConnectionTest,
    Finding,
    Report,
    StepCode,
    StepFailed,
    StepName,
    StepStatus,
)
from bridge.sessions.credential import Credential, OpenedCertificate, OpenedToken, credential_of
from bridge.sessions.credential_state import (
    AskedToken,
    find_certificate_state,
    find_token_state,
)
from bridge.sessions.errors import ProfileUnusable
from bridge.sessions.ksef_threads import ANSWER_WITHIN_SECONDS, KsefThreads
from bridge.sessions.least_privilege import (
    NEEDED_PERMISSIONS,
    held_permissions,
    judge_permissions,
)
from bridge.sessions.logins import Logins
from bridge.sessions.session_tokens import SessionTokens
from bridge.sessions.state import SessionState, proof_id
from bridge.state.errors import TryLater
from bridge.vault import Purpose

# The law's days are days of the Polish calendar.
_POLAND = ZoneInfo("Europe/Warsaw")
_LARGEST_CLOCK_DIFFERENCE = 60
_SECONDS_FOR_THE_REST = 1.5
_SECONDS_FOR_A_REFUSAL = 0.5


@dataclass(frozen=True, slots=True)
class _Proof:
    """What is proved: under which id its login is stored, and the credential, opened."""

    id: str
    profile: Profile
    credential: Credential
    opened: OpenedToken | OpenedCertificate
    is_own: bool
    end: float


class ConnectionTests:
    """Runs connection tests; several callers that ask for the same one share it."""

    def __init__(self, logins: Logins, threads: KsefThreads, token_validity: TokenValidity) -> None:
        self._logins = logins
        self._token_validity = token_validity
        self._store = logins.store
        self._threads = threads

    def run(self, profile_id: str, certificate_id: str | None = None) -> ConnectionTest:
        """Test a profile, with the certificate of that id in place of its own credential if given.

        A success ends a stop of the context and a remembered refusal of the credential. Raises
        ProfileNotFound; TryLater when KSeF takes too long.
        """
        test = self._run(profile_id, certificate_id)
        self._logins.events.tested(profile_id, certificate_id, test)
        return test

    def _run(self, profile_id: str, certificate_id: str | None) -> ConnectionTest:
        end = time.monotonic() + ANSWER_WITHIN_SECONDS
        report = Report()
        try:
            proof = self._opened(report, profile_id, certificate_id, end)
        except StepFailed:
            return report.finished()
        environment = proof.credential.environment
        # Whoever enters another credential and tests again asks about that one.
        key = ("test", proof.id, proof.credential.identity)
        test = self._threads.wait(environment, key, lambda: self._prove(report, proof), end)
        with suppress(TryLater):
            # What cannot be ended now is ended by the next test or by housekeeping.
            self._threads.wait(environment, ("end", proof.id), lambda: self._end(proof), end)
        return test

    def _opened(
        self, report: Report, profile_id: str, certificate_id: str | None, end: float
    ) -> _Proof:
        with report.step(StepName.PROFILE) as finding:
            profile = self._logins.profile(profile_id)
            if not profile.is_active:
                raise ProfileUnusable("profile-inactive")
            self._logins.home.check_login(profile.environment)
            for odd in about_context(profile.context):
                finding.warn(odd.code, odd.params)
        with report.step(StepName.CREDENTIAL):
            if certificate_id is not None:
                profile = self._with_certificate(profile, certificate_id)
            credential = credential_of(profile)
            opened = credential.open(self._logins.vault)
        report.signer = credential.signer()
        id_ = proof_id(profile_id, certificate_id or "")
        return _Proof(id_, profile, credential, opened, certificate_id is None, end)

    def _with_certificate(self, profile: Profile, certificate_id: str) -> Profile:
        try:
            certificate = self._logins.certificate(certificate_id)
        except CertificateNotFound:
            raise ProfileUnusable("certificate-not-found") from None
        return replace(
            profile,
            authorization_type=AuthorizationType.CERTIFICATE,
            authorization_certificate=certificate,
        )

    def _prove(self, report: Report, proof: _Proof) -> ConnectionTest:
        with suppress(StepFailed):
            client = self._logins.ksef.client(proof.credential.environment)
            with report.step(StepName.KSEF) as finding:
                moment = _reach(finding, client)
            with report.step(StepName.PUBLIC_KEYS):
                keys = self._logins.ksef.public_keys(proof.credential.environment)
                keys.refresh()
                keys.select(Usage.KSEF_TOKEN_ENCRYPTION, moment)
            with report.step(StepName.LOGIN) as finding:
                access_token = self._logged_in(proof)
                if isinstance(proof.opened, OpenedToken):
                    self._tell_of_validity(finding)
            opened = proof.opened
            token = (
                AskedToken(client, opened, access_token)
                if isinstance(opened, OpenedToken)
                else None
            )
            with report.step(StepName.PERMISSIONS, StepStatus.WARNING) as finding:
                report.permissions = _permissions(finding, client, proof, access_token, token)
            with report.step(StepName.CREDENTIAL_STATE, StepStatus.WARNING) as finding:
                _find_state(finding, client, proof, access_token, token)
        if not AWAY.isdisjoint(report.codes):
            self._tell_what_is_announced(report, proof.credential.environment)
        return report.finished()

    def _tell_what_is_announced(self, report: Report, environment: Environment) -> None:
        announced = self._logins.ksef.announced(environment)
        if announced is not None:
            with report.step(StepName.ANNOUNCEMENTS) as finding:
                say = finding.warn if announced.is_trouble else finding.tell
                say(announced.code, announced.params)

    def _tell_of_validity(self, finding: Finding) -> None:
        """A token that logs in after the day the law names is in order: KSeF decides."""
        ends = self._token_validity.finding(datetime.now(_POLAND).date())
        if ends.severity is Severity.INFO:
            finding.tell(ends.code, ends.params)

    def _logged_in(self, proof: _Proof) -> Secret:
        """The access token of a login made for this test."""
        with self._logins.leased(proof.id, proof.end - _SECONDS_FOR_THE_REST) as login:
            if login is None:
                raise TryLater("login-in-progress", retry_after=2)
            state = login.prove(self._store.get(proof.id), proof.credential)
        self._forget_refusals(proof)
        session = state.session
        token = None
        if session is not None:
            tokens = SessionTokens(self._logins.vault, state.profile_id, session.reference_number)
            token = tokens.open(Purpose.ACCESS_TOKEN, session.access_token)
        if token is None:
            raise TryLater("login-in-progress", retry_after=2)
        return token

    def _forget_refusals(self, proof: _Proof) -> None:
        self._store.resume(proof.credential.environment, proof.credential.context)
        if not proof.is_own or self._store.get(proof.profile.id).refusal is None:
            return
        # Whoever is logging in with the profile just now ends the refusal himself.
        end = time.monotonic() + _SECONDS_FOR_A_REFUSAL
        with suppress(TryLater), self._logins.leased(proof.profile.id, end) as login:
            if login is not None:
                state = self._store.get(proof.profile.id)
                self._store.save(replace(state, refusal=None), login.held.lease)

    def _end(self, proof: _Proof) -> None:
        """End the test's session, unless KSeF is still working on its login."""
        with self._logins.leased(proof.id, proof.end) as login:
            if login is None:
                return
            state = self._store.get(proof.id)
            if not _is_under_way(state):
                with suppress(KsefError):
                    login.settle(state)
                    self._store.remove(login.held.lease)


def _is_under_way(state: SessionState) -> bool:
    return state.session is not None and state.session.access_token is None


def _reach(finding: Finding, client: KsefClient) -> datetime:
    """KSeF's time, with a warning when this host's clock differs."""
    before = datetime.now(UTC)
    moment = client.challenge().timestamp
    middle = before + (datetime.now(UTC) - before) / 2
    seconds = round((middle - moment).total_seconds())
    if abs(seconds) > _LARGEST_CLOCK_DIFFERENCE:
        finding.warn(StepCode.CLOCK_DIFFERENCE, {"seconds": seconds})
    return moment


def _permissions(
    finding: Finding,
    client: KsefClient,
    proof: _Proof,
    access_token: Secret,
    token: AskedToken | None,
) -> tuple[str, ...]:
    grants = client.personal_grants(access_token)
    held = held_permissions(grants, token)
    is_of_owner = isinstance(proof.opened, OpenedCertificate) and bool(grants.owner_permissions)
    # Another certificate is proved to take the place of one of the same subject: of that subject's
    # rights the profile's own test tells.
    judge_permissions(
        finding,
        held if proof.is_own else held.intersection(NEEDED_PERMISSIONS),
        is_of_owner=is_of_owner,
    )
    return tuple(sorted(held))


def _find_state(
    finding: Finding,
    client: KsefClient,
    proof: _Proof,
    access_token: Secret,
    token: AskedToken | None,
) -> None:
    opened = proof.opened
    certificate = proof.profile.authorization_certificate
    if token is not None:
        find_token_state(finding, token)
    elif certificate is not None and isinstance(opened, OpenedCertificate):
        find_certificate_state(finding, client, certificate, opened, access_token)
