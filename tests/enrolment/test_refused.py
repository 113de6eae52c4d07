"""A request for a certificate that KSeF refuses, rejects, or delays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bridge.enrolment.draft import Draft
from bridge.enrolment.keys import open_key
from bridge.enrolment.refusals import problem_of
from bridge.enrolment.signing_request import signing_request
from bridge.enrolment.state import Enrolment, PackageState, Phase
from bridge.keys.master_keys import KeyRing, new_master_key
from bridge.ksef.certificate_calls import KsefCertificates
from bridge.ksef.certificates import EnrolmentData
from bridge.ksef.errors import (
    KsefError,
    KsefErrorDetail,
    KsefForbidden,
    KsefRateLimited,
    KsefRefused,
    KsefUnauthorized,
    Operation,
)
from bridge.ksef.operations import ENROL
from bridge.messages import Catalogue
from bridge.sessions.errors import LoginRefused
from bridge.vault import Vault
from tests.enrolment.subject import ENROL_CALL, ORDER, STATUS_CALL, Subject, is_complete
from tests.faults.chaos import Chaos, rule
from tests.sessions.company import (
    refused_with,
)


@pytest.mark.parametrize(
    ("ksef_code", "code"),
    [
        (25002, "enrolment-login-not-certified"),
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


def test_what_ksef_names_in_a_subject_and_nobody_knows_is_told(
    subject: Subject, chaos: Chaos, monkeypatch: pytest.MonkeyPatch
) -> None:
    record_id = subject.prepared()
    data = EnrolmentData(subject.calls.enrolment_data().subject, ("organizationalUnitName",))
    monkeypatch.setattr(KsefCertificates, "enrolment_data", lambda _: data)
    chaos.begin(rule(ENROL_CALL, "refuse", exception={"code": 25003, "description": "Odmowa."}))
    rejected = subject.carry_on(record_id)
    assert told(rejected) == ("enrolment-subject-members-unknown", 25003)
    assert rejected.problem is not None
    assert rejected.problem.params == {"members": "organizationalUnitName"}


@pytest.mark.parametrize("ksef_code", [25001, 25002])
@pytest.mark.parametrize(
    ("by_token", "said", "not_said"),
    [
        (True, ("tokenem KSeF", "ustaw w profilu sposób uwierzytelniania"), ("pieczęci",)),
        (False, ("pieczęcią", "inny certyfikat uwierzytelniający"), ("token", "ustaw w profilu")),
    ],
)
def test_a_login_that_ksef_does_not_certify_has_words_for_each_way_and_its_own_code(
    ksef_code: int, by_token: bool, said: tuple[str, ...], not_said: tuple[str, ...]
) -> None:
    refused = KsefRefused(ENROL, (KsefErrorDetail(ksef_code, "Brak."),))
    problem = problem_of(refused, by_token=by_token)
    assert problem.ksef_code == ksef_code
    text = Catalogue.load().text(problem.code, "pl", problem.params).lower()
    assert f"kod {ksef_code}" in text
    assert str(25001 + 25002 - ksef_code) not in text
    assert [words for words in said if words.lower() not in text] == []
    assert [words for words in not_said if words in text] == []


def test_a_login_that_ksef_does_not_certify_is_told_before_a_key_is_made(
    subject: Subject, chaos: Chaos
) -> None:
    exception = {"code": 25001, "description": "Brak możliwości pobrania danych do CSR."}
    chaos.begin(rule("GET /certificates/enrollments/data", "refuse", exception=exception))
    with pytest.raises(LoginRefused) as refused:
        subject.prepared()
    assert (refused.value.code, refused.value.ksef_code) == ("enrolment-login-not-certified", 25001)


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
    assert waiting.problem.code == "enrolment-login-not-certified"
    assert waiting.problem.ksef_code == 403


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
    return signing_request(subject.calls.enrolment_data().subject, key)


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
