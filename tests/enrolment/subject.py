"""A company that is logged in, and the bridge's parts that carry its requests on."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509

from bridge.credentials.certificate import CertificateType
from bridge.credentials.context import ContextIdentifier
from bridge.credentials.environment import Environment
from bridge.credentials.secret import Secret
from bridge.credentials.upload import public_key_sha256
from bridge.enrolment.draft import Draft
from bridge.enrolment.events import EnrolmentEvents
from bridge.enrolment.keys import open_password
from bridge.enrolment.preparation import Beginning, CertificateRequest, found_again, prepare
from bridge.enrolment.progress import Progress
from bridge.enrolment.state import Enrolment, Order, PackageState, Phase
from bridge.enrolment.store import EnrolmentStore
from bridge.espocrm.profiles import AuthorizationType, Profile
from bridge.espocrm.requested_certificates import RequestedCertificate
from bridge.ksef import authentication
from bridge.ksef.certificate_calls import KsefCertificates
from bridge.ksef.client import KsefClient
from bridge.metrics import Metrics
from bridge.vault import Vault
from tests.processes import RunningCommand
from tests.secret_register import register_secret
from tests.sessions.company import (
    CutTransport,
    Killed,
)
from tests.simulator.login_certificates import certificate_for, seal_of

ENROL = "/certificates/enrollments"
ENROL_CALL = "POST /certificates/enrollments"
STATUS_CALL = "GET /certificates/enrollments/{referenceNumber}"
ORDER = Order(CertificateType.AUTHENTICATION, "Certyfikat próbny")
_number = itertools.count(1)


@dataclass
class Subject:
    """A company that is logged in, and the bridge's parts for its requests."""

    nip: str
    calls: KsefCertificates
    transport: CutTransport
    store: EnrolmentStore
    vault: Vault
    simulator: RunningCommand
    moment: datetime = field(default_factory=lambda: datetime.now(UTC))

    def prepared(self, order: Order = ORDER) -> str:
        """A request whose key EspoCRM holds; the record's id."""
        record_id = f"record{next(_number)}"
        enrolment = prepare(self._beginning(record_id, order), self.calls, self.vault)
        register_password(self.vault, enrolment)
        assert self.store.add(enrolment, timedelta())
        self._draft(record_id).enter(Phase.READY)
        return record_id

    def lose_state(self, record_id: str) -> None:
        """What is left when the state database was lost: the record that holds the key."""
        sealed = self.enrolment(record_id).private_key_sealed
        record = RequestedCertificate(
            record_id, ORDER.name, "Requested", ORDER.type.value, False, sealed
        )
        self.store.remove(record_id)
        found = found_again(self._beginning(record_id, ORDER), record, self.vault)
        assert self.store.add(found, timedelta())

    def carry_on(self, record_id: str) -> Enrolment:
        """As a newly started bridge does."""
        events = EnrolmentEvents(Metrics())
        Progress(self.calls, self.vault, events, lambda: self.moment).carry_on(
            self._draft(record_id)
        )
        return self.enrolment(record_id)

    def carry_on_to(self, record_id: str, *phases: Phase) -> Enrolment:
        """Again and again, while KSeF works on it."""
        for _ in range(100):
            enrolment = self.carry_on(record_id)
            if enrolment.phase in phases:
                return enrolment
            time.sleep(0.05)
        raise AssertionError(f"{enrolment.phase}: {enrolment.problem}")

    def killed_in(self, record_id: str) -> None:
        with pytest.raises(Killed):
            self.carry_on_to(record_id)

    def later(self, duration: timedelta) -> None:
        self.moment += duration

    def enrolment(self, record_id: str) -> Enrolment:
        stored = self.store.get(record_id)
        assert stored is not None
        return stored.enrolment

    def cut(self, how: Callable[..., Any], path: str = ENROL) -> None:
        self.transport.cut, self.transport.path, self.transport.times = how, path, 1

    def at_ksef(self) -> tuple[int, int]:
        """How many requests of the company KSeF has taken in, and certificates issued."""
        told = self.simulator.call("GET", "/_simulator/certificates").json
        requests, certificates = (
            sum(each["subjectIdentifier"]["value"] == self.nip for each in told[kind])
            for kind in ("enrollments", "certificates")
        )
        return requests, certificates

    def _draft(self, record_id: str) -> Draft:
        stored = self.store.get(record_id)
        assert stored is not None
        return Draft(self.store, stored)

    def _beginning(self, record_id: str, order: Order) -> Beginning:
        profile = Profile(
            *("p1", "Active", self.nip, "", Environment.TEST),
            authorization_type=AuthorizationType.CERTIFICATE,
            token_sealed="",
            authorization_certificate=None,
        )
        request = CertificateRequest(profile.id, record_id, order, "espocrm")
        return Beginning(request, profile, self.moment)


def register_password(vault: Vault, enrolment: Enrolment) -> None:
    password = open_password(vault, enrolment)
    if password is not None:
        register_secret(password.reveal_text())


def logged_in(client: KsefClient, nip: str, context: ContextIdentifier) -> Secret:
    credential = certificate_for(seal_of(nip))
    init = authentication.submit_certificate(
        client, credential.certificate, credential.key, context, client.challenge()
    )
    token = init.authentication_token.token
    assert client.authentication_status(init.reference_number, token).is_success
    tokens = client.redeem(token)
    for each in (token, tokens.access_token.token, tokens.refresh_token.token):
        register_secret(each.reveal_text())
    return tokens.access_token.token


def is_complete(enrolment: Enrolment) -> bool:
    """Whether the certificate is here, for the key, with its package and without its password."""
    assert enrolment.certificate_pem is not None
    certificate = x509.load_pem_x509_certificate(enrolment.certificate_pem.encode())
    return (
        public_key_sha256(certificate.public_key()) == enrolment.public_key_sha256
        and f"{certificate.serial_number:016X}" == enrolment.serial_number
        and (enrolment.package_state, enrolment.package is not None) == (PackageState.MADE, True)
        and (enrolment.password_sealed, enrolment.problem) == (None, None)
    )
