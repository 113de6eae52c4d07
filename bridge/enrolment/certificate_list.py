"""The certificates of whom a profile logs in as: listed, and revoked one by one."""

from __future__ import annotations

import time

from bridge.credentials.certificate import read_certificate
from bridge.enrolment.codes import EnrolmentCode
from bridge.enrolment.errors import EnrolmentConflict
from bridge.enrolment.events import EnrolmentEvents
from bridge.enrolment.refusals import (
    NO_LONGER_ACTIVE,
    UNKNOWN_CERTIFICATE,
    refusals_in_words,
    told,
)
from bridge.enrolment.state import Problem
from bridge.enrolment.subject_calls import SubjectCalls
from bridge.espocrm.errors import CertificateNotFound
from bridge.espocrm.profiles import AuthorizationType, Certificate
from bridge.ksef.certificate_calls import KsefCertificates
from bridge.ksef.certificates import CertificateListItem
from bridge.ksef.errors import KsefError, KsefRefused
from bridge.sessions.errors import LoginRefused
from bridge.sessions.ksef_threads import ANSWER_WITHIN_SECONDS, KsefThreads
from bridge.state.errors import BridgeError, NotFound

# KSeF's own name of what is being revoked.
_BEING_REVOKED = "Blocked"
_ACTIVE = "Active"
_OF_KSEF = "Ksef"


class CertificateList:
    """Methods raise ProfileNotFound, ProfileUnusable, LoginRefused, TryLater."""

    def __init__(
        self, subject_calls: SubjectCalls, threads: KsefThreads, events: EnrolmentEvents
    ) -> None:
        self._subject_calls = subject_calls
        self._threads = threads
        self._events = events

    def listed(self, profile_id: str) -> list[CertificateListItem]:
        """All that KSeF lists for the subject, whatever the status; the latest request first."""
        end = time.monotonic() + ANSWER_WITHIN_SECONDS
        profile = self._subject_calls.profile(profile_id)
        calls = self._subject_calls.of(profile)
        key = ("certificates", profile_id)
        by_token = profile.authorization_type is AuthorizationType.TOKEN
        return self._threads.wait(profile.environment, key, lambda: _all(calls, by_token), end)

    def revoke(self, certificate_id: str, profile_id: str, reason: str | None) -> str:
        """Revoke the certificate of a record in EspoCRM; its status at KSeF afterwards.

        One that is revoked, blocked or expired already is no error. Raises NotFound
        without the record, EnrolmentConflict when it holds no certificate of KSeF's, AwayFromHome.
        """
        self._subject_calls.logins.home.check_change()
        end = time.monotonic() + ANSWER_WITHIN_SECONDS
        profile = self._subject_calls.signing_profile(profile_id)
        serial_number = _serial_number(self._certificate(certificate_id))
        calls = self._subject_calls.of(profile)

        def work() -> str:
            try:
                status = _revoked(calls, serial_number, reason)
            except BridgeError as error:
                problem = Problem(error.code, error.params, getattr(error, "ksef_code", None))
                self._events.revoked(profile_id, certificate_id, serial_number, reason, problem)
                raise
            self._events.revoked(profile_id, certificate_id, serial_number, reason, None)
            return status

        key = ("revoke certificate", profile_id, serial_number)
        return self._threads.wait(profile.environment, key, work, end)

    def _certificate(self, certificate_id: str) -> Certificate:
        try:
            certificate = self._subject_calls.logins.certificate(certificate_id)
        except CertificateNotFound:
            raise NotFound("certificate-not-found") from None
        if not certificate.certificate_pem:
            raise EnrolmentConflict(EnrolmentCode.CERTIFICATE_NOT_ISSUED)
        if certificate.kind != _OF_KSEF:
            kind = certificate.kind or "-"
            raise EnrolmentConflict(EnrolmentCode.CERTIFICATE_NOT_OF_KSEF, {"kind": kind})
        return certificate


def _all(calls: KsefCertificates, by_token: bool) -> list[CertificateListItem]:
    with refusals_in_words(by_token=by_token):
        return list(calls.listed())


def _revoked(calls: KsefCertificates, serial_number: str, reason: str | None) -> str:
    """The certificate's status after it was revoked, perhaps by an earlier call."""
    try:
        calls.revoke(serial_number, reason)
    except KsefError as error:
        codes = error.codes if isinstance(error, KsefRefused) else ()
        if NO_LONGER_ACTIVE not in codes:
            raise _as_told(error, codes, serial_number) from None
        with refusals_in_words():
            status = _status(calls, serial_number)
        if status in {None, _ACTIVE}:
            raise told(error) from None
        return status or ""
    try:
        status = _status(calls, serial_number)
    except KsefError:
        # Revoked it is; how far KSeF has come with it, the next list tells.
        status = None
    return _BEING_REVOKED if status in {None, _ACTIVE} else status or ""


def _status(calls: KsefCertificates, serial_number: str) -> str | None:
    listed = calls.listed(certificateSerialNumber=serial_number)
    return next((each.status for each in listed if each.serial_number == serial_number), None)


def _as_told(error: KsefError, codes: tuple[int, ...], serial_number: str) -> BridgeError:
    if UNKNOWN_CERTIFICATE in codes:
        params: dict[str, str | int] = {"serialNumber": serial_number}
        return LoginRefused(EnrolmentCode.CERTIFICATE_UNKNOWN, params, UNKNOWN_CERTIFICATE)
    return told(error)


def _serial_number(certificate: Certificate) -> str:
    try:
        read = read_certificate(certificate.certificate_pem.encode())
    except ValueError:
        raise EnrolmentConflict(EnrolmentCode.CERTIFICATE_NOT_ISSUED) from None
    return f"{read.serial_number:016X}"
