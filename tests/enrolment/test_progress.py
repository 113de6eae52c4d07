"""A request from the sealed key to the certificate, cut off and refused at every call."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from sqlalchemy.engine import make_url

from bridge.credentials.certificate import CertificateType
from bridge.credentials.context import ContextIdentifier, ContextType
from bridge.credentials.environment import Environment
from bridge.credentials.secret import Secret
from bridge.credentials.upload import public_key_sha256
from bridge.enrolment.draft import Draft
from bridge.enrolment.events import EnrolmentEvents
from bridge.enrolment.keys import open_key, open_password
from bridge.enrolment.pace import FAILED_AFTER, NOT_RECEIVED_AFTER, NOT_SENT_AFTER
from bridge.enrolment.preparation import Beginning, found_again, prepare
from bridge.enrolment.progress import Progress
from bridge.enrolment.signing_request import signing_request
from bridge.enrolment.state import Enrolment, Order, PackageState, Phase
from bridge.enrolment.store import EnrolmentStore
from bridge.espocrm.profiles import AuthorizationType, Profile
from bridge.espocrm.requested_certificates import RequestedCertificate
from bridge.keys.master_keys import KeyRing, new_master_key
from bridge.ksef import authentication
from bridge.ksef.certificate_calls import KsefCertificates
from bridge.ksef.client import KsefClient
from bridge.ksef.errors import (
    KsefAnswerUnreadable,
    KsefError,
    KsefForbidden,
    KsefRateLimited,
    KsefRefused,
    KsefUnauthorized,
    KsefUnavailable,
    Operation,
)
from bridge.messages import Catalogue
from bridge.metrics import Metrics
from bridge.sessions import state_database
from bridge.sessions.errors import LeaseLost
from bridge.sessions.store import SessionStore
from bridge.vault import Vault
from tests.faults.chaos import Chaos, rule
from tests.installation import new_nip
from tests.processes import RunningCommand
from tests.secret_register import register_secret
from tests.sessions.company import (
    CutTransport,
    Killed,
    answer_lost,
    killed_after,
    killed_before,
    never_sent,
    refused_with,
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
        enrolment = prepare(self._beginning(record_id), order, self.calls, self.vault)
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
        found = found_again(self._beginning(record_id), record, ORDER, self.vault)
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

    def _beginning(self, record_id: str) -> Beginning:
        profile = Profile(
            *("p1", "Active", self.nip, "", Environment.TEST),
            authorization_type=AuthorizationType.CERTIFICATE,
            token_sealed="",
            authorization_certificate=None,
        )
        return Beginning(profile, record_id, "espocrm", self.moment)


def register_password(vault: Vault, enrolment: Enrolment) -> None:
    password = open_password(vault, enrolment)
    if password is not None:
        register_secret(password.reveal_text())


@pytest.fixture
def subject(
    artifacts: Path, misbehaving_simulator: RunningCommand, chaos: Chaos
) -> Iterator[Subject]:
    folder = artifacts / f"enrolment-{next(_number)}"
    folder.mkdir()
    engine = state_database.connect(make_url(f"sqlite:///{folder}/state.sqlite3"))
    SessionStore(engine).create_tables()
    # Here the tests' own pace is too quick; that of the bridge is tested elsewhere.
    misbehaving_simulator.call("PUT", "/_simulator/limits", json_body={"enabled": False})
    nip = new_nip()
    transport = CutTransport(f"http://127.0.0.1:{misbehaving_simulator.port}/v2")
    client = KsefClient(transport)
    context = ContextIdentifier(ContextType.NIP, nip)
    yield Subject(
        nip,
        KsefCertificates(client, logged_in(client, nip, context), context),
        transport,
        EnrolmentStore(engine),
        Vault(KeyRing([new_master_key(datetime.now(UTC))])),
        misbehaving_simulator,
    )
    transport.close()
    engine.dispose()


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


def test_it_is_issued_with_one_request(subject: Subject) -> None:
    record_id = subject.prepared()
    assert subject.carry_on(record_id).phase is Phase.ACCEPTED
    enrolment = subject.carry_on_to(record_id, Phase.ISSUED)
    assert is_complete(enrolment)
    assert subject.at_ksef() == (1, 1)


# Cut off.


@pytest.mark.parametrize("lost", [answer_lost, killed_after], ids=["lost", "killed"])
def test_a_request_whose_answer_was_lost_is_found_by_its_key(
    subject: Subject, lost: Callable[..., Any]
) -> None:
    other = subject.prepared()
    subject.carry_on_to(other, Phase.ISSUED)
    record_id = subject.prepared()
    subject.cut(lost)
    if lost is killed_after:
        subject.killed_in(record_id)
    else:
        subject.carry_on(record_id)
    stored = subject.enrolment(record_id)
    assert (stored.phase, stored.reference_number) == (Phase.SENDING, None)
    enrolment = subject.carry_on_to(record_id, Phase.ISSUED)
    assert is_complete(enrolment)
    assert subject.at_ksef() == (2, 2)


@pytest.mark.parametrize("where", ["/certificates/query", "/certificates/retrieve"])
def test_the_search_for_it_may_be_cut_off_too(subject: Subject, where: str) -> None:
    record_id = subject.prepared()
    subject.cut(answer_lost)
    subject.carry_on(record_id)
    subject.cut(killed_after, where)
    subject.killed_in(record_id)
    assert is_complete(subject.carry_on_to(record_id, Phase.ISSUED))
    assert subject.at_ksef() == (1, 1)


def test_a_request_that_was_not_received_is_sent_again_but_not_at_once(subject: Subject) -> None:
    record_id = subject.prepared()
    subject.cut(killed_before)
    subject.killed_in(record_id)
    for _ in range(3):
        assert subject.carry_on(record_id).phase is Phase.SENDING
    assert subject.at_ksef() == (0, 0)
    subject.later(NOT_RECEIVED_AFTER - timedelta(seconds=1))
    waiting = subject.carry_on(record_id)
    assert waiting.phase is Phase.SENDING
    assert waiting.problem is not None
    assert waiting.problem.code == "enrolment-answer-lost"
    subject.later(timedelta(seconds=1))
    assert is_complete(subject.carry_on_to(record_id, Phase.ISSUED))
    assert subject.at_ksef() == (1, 1)


def test_while_ksef_counts_a_request_it_is_waited_for(subject: Subject, chaos: Chaos) -> None:
    chaos.begin(enrolmentSeconds=3600)
    record_id = subject.prepared()
    subject.cut(answer_lost)
    subject.carry_on(record_id)
    subject.carry_on(record_id)
    subject.later(NOT_RECEIVED_AFTER * 2)
    for _ in range(3):
        assert subject.carry_on(record_id).phase is Phase.SENDING
    assert subject.at_ksef() == (1, 0)
    # For so long KSeF has never taken; and what it has counted may be another request.
    subject.later(FAILED_AFTER)
    assert subject.carry_on(record_id).phase is Phase.ACCEPTED


def test_while_ksef_is_away_its_time_does_not_run(subject: Subject, chaos: Chaos) -> None:
    record_id = subject.prepared()
    subject.cut(killed_before)
    subject.killed_in(record_id)
    chaos.begin(rule(None, "server-error"))
    assert subject.carry_on(record_id).phase is Phase.SENDING
    chaos.end()
    subject.later(timedelta(hours=5))
    assert subject.carry_on(record_id).phase is Phase.SENDING
    subject.later(NOT_RECEIVED_AFTER)
    assert is_complete(subject.carry_on_to(record_id, Phase.ISSUED))


def test_a_request_that_cannot_have_left_is_sent_as_soon_as_it_can_be(subject: Subject) -> None:
    record_id = subject.prepared()
    subject.cut(never_sent)
    stored = subject.carry_on(record_id)
    assert stored.phase is Phase.READY
    assert stored.problem is not None
    assert stored.problem.code == "ksef-unreachable"
    assert is_complete(subject.carry_on_to(record_id, Phase.ISSUED))
    assert subject.at_ksef() == (1, 1)


def unavailable(operation: Operation) -> KsefError:
    return KsefUnavailable(operation, 502, None)


def unreadable(operation: Operation) -> KsefError:
    return KsefAnswerUnreadable(operation, "not JSON", 202)


@pytest.mark.parametrize("error", [unavailable, unreadable])
def test_what_leaves_a_doubt_is_not_taken_for_a_refusal(
    subject: Subject, error: Callable[[Operation], KsefError]
) -> None:
    record_id = subject.prepared()
    subject.cut(refused_with(error))
    assert subject.carry_on(record_id).phase is Phase.SENDING
    subject.carry_on(record_id)
    subject.later(NOT_RECEIVED_AFTER)
    assert is_complete(subject.carry_on_to(record_id, Phase.ISSUED))


@pytest.mark.parametrize(
    ("path", "phase"),
    [
        ("/certificates/limits", Phase.READY),
        ("/certificates/enrollments/{referenceNumber}", Phase.ACCEPTED),
        ("/certificates/retrieve", Phase.ACCEPTED),
    ],
)
def test_killed_anywhere_else_it_goes_on_from_there(
    subject: Subject, path: str, phase: Phase
) -> None:
    record_id = subject.prepared()
    subject.cut(killed_after, path)
    subject.killed_in(record_id)
    assert subject.enrolment(record_id).phase is phase
    assert is_complete(subject.carry_on_to(record_id, Phase.ISSUED))
    assert subject.at_ksef() == (1, 1)


# The state database is lost.


def test_a_lost_request_that_was_sent_is_found_at_once(subject: Subject) -> None:
    record_id = subject.prepared()
    subject.carry_on_to(record_id, Phase.ISSUED)
    subject.lose_state(record_id)
    enrolment = subject.carry_on(record_id)
    assert enrolment.phase is Phase.ISSUED
    assert (enrolment.package, enrolment.package_state) == (None, PackageState.PASSWORD_LOST)
    assert subject.at_ksef() == (1, 1)


def test_a_lost_request_that_was_never_sent_is_sent_after_a_while(subject: Subject) -> None:
    record_id = subject.prepared()
    subject.lose_state(record_id)
    assert subject.carry_on(record_id).phase is Phase.SENDING
    subject.later(NOT_SENT_AFTER - timedelta(seconds=1))
    assert subject.carry_on(record_id).phase is Phase.SENDING
    subject.later(timedelta(seconds=1))
    enrolment = subject.carry_on_to(record_id, Phase.ISSUED)
    assert enrolment.package_state is PackageState.PASSWORD_LOST
    assert subject.at_ksef() == (1, 1)


def test_what_another_stores_meanwhile_stands(subject: Subject) -> None:
    record_id = subject.prepared()
    stale = subject._draft(record_id)
    subject.carry_on_to(record_id, Phase.ISSUED)
    with pytest.raises(LeaseLost):
        stale.wait()
    assert is_complete(subject.enrolment(record_id))


# Refused.


@pytest.mark.parametrize(
    ("ksef_code", "code"),
    [
        (25002, "needs-signature-login"),
        (25003, "enrolment-subject-changed"),
        (25004, "enrolment-request-refused"),
        (25006, "enrolment-request-limit"),
        (25007, "enrolment-certificate-limit"),
        (25010, "enrolment-request-refused"),
        (25011, "enrolment-request-refused"),
        (21405, "ksef-request-rejected"),
    ],
)
def test_a_refusal_is_told_by_its_code(
    subject: Subject, chaos: Chaos, ksef_code: int, code: str
) -> None:
    record_id = subject.prepared()
    exception = {"code": ksef_code, "description": "Odmowa.", "details": ["Szczegół."]}
    chaos.begin(rule(ENROL_CALL, "refuse", exception=exception))
    rejected = subject.carry_on(record_id)
    assert told(rejected) == (code, ksef_code)
    assert (rejected.password_sealed, rejected.package) == (None, None)


def told(rejected: Enrolment) -> tuple[str, int | None]:
    """The code of a rejection, which has its words in both languages."""
    assert rejected.phase is Phase.REJECTED
    problem = rejected.problem
    assert problem is not None
    polish = Catalogue.load().text(problem.code, "pl", problem.params)
    assert polish != Catalogue.load().text(problem.code, "en", problem.params)
    assert "{" not in polish
    return problem.code, problem.ksef_code


@pytest.mark.parametrize(
    ("status", "details", "code"),
    [
        (
            400,
            ["Klucz publiczny został już certyfikowany przez inny podmiot."],
            "enrolment-key-of-another",
        ),
        (
            400,
            ["Osiągnięto dopuszczalny limit posiadanych certyfikatów."],
            "enrolment-certificate-limit",
        ),
        (400, ["Coś innego."], "enrolment-rejected"),
        (500, [], "enrolment-failed"),
        (550, ["Spróbuj ponownie"], "enrolment-cancelled"),
        (418, [], "enrolment-rejected"),
    ],
)
def test_a_rejection_is_told_by_its_reason(
    subject: Subject, chaos: Chaos, status: int, details: list[str], code: str
) -> None:
    wish = {"code": status, "description": "Wniosek odrzucony", "details": details}
    chaos.begin(enrolmentStatus=wish, enrolmentSeconds=0)
    record_id = subject.prepared()
    assert told(subject.carry_on_to(record_id, Phase.REJECTED)) == (code, status)
    assert subject.at_ksef() == (1, 0)


@pytest.mark.parametrize(
    ("limits", "code", "ksef_code"),
    [
        ({"enrollment": {"maxEnrollments": 0}}, "enrolment-request-limit", 25006),
        ({"certificate": {"maxCertificates": 0}}, "enrolment-certificate-limit", 25007),
    ],
)
def test_a_limit_reached_meanwhile_is_told_before_anything_is_sent(
    subject: Subject, limits: dict[str, object], code: str, ksef_code: int
) -> None:
    record_id = subject.prepared()
    token = subject.calls.access_token.reveal_text()
    answer = subject.simulator.call(
        "POST",
        "/v2/testdata/limits/subject/certificate",
        json_body=limits,
        headers={"Authorization": f"Bearer {token}"},
    )
    assert answer.status == 200
    assert told(subject.carry_on(record_id)) == (code, ksef_code)
    assert subject.at_ksef() == (0, 0)


def test_a_subject_that_is_written_otherwise_by_now_is_asked_for_again(
    subject: Subject, chaos: Chaos
) -> None:
    record_id = subject.prepared()
    stored = subject.store.get(record_id)
    assert stored is not None
    draft = Draft(subject.store, stored)
    draft.enter(Phase.READY, subject={"commonName": "Dawna nazwa", "countryName": "PL"})
    assert is_complete(subject.carry_on_to(record_id, Phase.ISSUED))
    assert subject.at_ksef() == (1, 1)


def unauthorized(operation: Operation) -> KsefError:
    return KsefUnauthorized(operation, "trace")


def forbidden(operation: Operation) -> KsefError:
    return KsefForbidden(operation, "ip-not-allowed", {})


def limited(operation: Operation) -> KsefError:
    return KsefRateLimited(operation, 77)


def of_a_gateway(operation: Operation) -> KsefError:
    return KsefRefused(operation, (), http_status=404)


@pytest.mark.parametrize(
    ("error", "code", "least"),
    [
        (unauthorized, "ksef-unauthorized", 0),
        (forbidden, "ksef-ip-not-allowed", 0),
        (limited, "ksef-rate-limited", 76),
        (of_a_gateway, "ksef-refused", 299),
    ],
)
def test_what_may_pass_is_told_and_tried_again(
    subject: Subject, error: Callable[[Operation], KsefError], code: str, least: int
) -> None:
    record_id = subject.prepared()
    subject.cut(refused_with(error))
    waiting = subject.carry_on(record_id)
    assert waiting.phase is Phase.READY
    assert waiting.problem is not None
    assert waiting.problem.code == code
    stored = subject.store.get(record_id)
    assert stored is not None
    assert stored.due_in is not None
    assert stored.due_in > timedelta(seconds=least)
    assert is_complete(subject.carry_on_to(record_id, Phase.ISSUED))


def test_a_method_that_is_not_allowed_is_told_as_what_is_missing(
    subject: Subject, chaos: Chaos
) -> None:
    record_id = subject.prepared()
    chaos.begin(rule(ENROL_CALL, "forbid", reasonCode="auth-method-not-allowed"))
    waiting = subject.carry_on(record_id)
    assert waiting.problem is not None
    assert waiting.problem.code == "needs-signature-login"


@pytest.mark.parametrize(
    "forgotten",
    [
        rule(STATUS_CALL, "gone", times=1),
        rule(
            STATUS_CALL, "refuse", times=1, exception={"code": 25005, "description": "Nie istnieje"}
        ),
    ],
    ids=["410", "25005"],
)
def test_a_request_that_ksef_has_forgotten_is_looked_for_by_its_key(
    subject: Subject, chaos: Chaos, forgotten: Any
) -> None:
    record_id = subject.prepared()
    chaos.begin(forgotten)
    assert is_complete(subject.carry_on_to(record_id, Phase.ISSUED))
    assert subject.at_ksef() == (1, 1)


def test_a_failure_that_left_a_certificate_all_the_same_is_none(
    subject: Subject, chaos: Chaos
) -> None:
    record_id = subject.prepared()
    subject.carry_on_to(record_id, Phase.ISSUED)
    subject.lose_state(record_id)
    stored = subject.store.get(record_id)
    assert stored is not None
    chaos.begin(enrolmentStatus={"code": 500, "description": "Nieznany błąd"}, enrolmentSeconds=0)
    reference = subject.calls.enrol(
        ORDER.name, ORDER.type.value, request_of(subject, stored.enrolment)
    ).reference_number
    Draft(subject.store, stored).enter(Phase.ACCEPTED, reference_number=reference)
    assert subject.carry_on(record_id).phase is Phase.ISSUED


def request_of(subject: Subject, enrolment: Enrolment) -> bytes:
    key = open_key(subject.vault, enrolment.private_key_sealed, enrolment.public_key_sha256)
    return signing_request(subject.calls.enrolment_data(), key)


def test_a_key_that_does_not_open_any_more_is_never_sent(subject: Subject) -> None:
    record_id = subject.prepared()
    subject.vault = Vault(KeyRing([new_master_key(datetime.now(UTC))]))
    waiting = subject.carry_on(record_id)
    assert waiting.problem is not None
    assert (waiting.phase, waiting.problem.code) == (Phase.READY, "seal-unusable")
    assert subject.at_ksef() == (0, 0)


def test_a_password_that_does_not_open_any_more_leaves_the_certificate(subject: Subject) -> None:
    record_id = subject.prepared()
    subject.carry_on(record_id)
    subject.vault = Vault(KeyRing([new_master_key(datetime.now(UTC))]))
    issued = subject.carry_on_to(record_id, Phase.ISSUED)
    assert (issued.package, issued.package_state) == (None, PackageState.PASSWORD_LOST)
    assert issued.certificate_pem is not None
