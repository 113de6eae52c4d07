"""Every refusal of KSeF as the caller of an access token sees it: status, code, both languages."""

from __future__ import annotations

import contextlib
import itertools
import json
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.installation import Installation, difference, new_nip
from tests.processes import RunningCommand, free_port, running
from tests.sessions.refusal_words import assert_words

CHALLENGE = "POST /auth/challenge"
SUBMIT = "POST /auth/ksef-token"
REDEEM = "POST /auth/token/redeem"
REFRESH = "POST /auth/token/refresh"
LANGUAGES = ("en", "pl")

# KSeF's status and detail, the code of the answer, and whether another login is tried.
STATUSES = [
    (415, "Brak przypisanych uprawnień", "ksef-no-permissions", False),
    (425, "", "ksef-authentication-revoked", True),
    (450, "Nieprawidłowe wyzwanie autoryzacyjne", "ksef-challenge-rejected", True),
    (450, "Nieprawidłowy token", "ksef-token-unknown", False),
    (450, "Nieprawidłowy czas tokena", "ksef-token-time-rejected", True),
    (450, "Token unieważniony", "ksef-token-revoked", False),
    (450, "Token nieaktywny", "ksef-token-inactive", False),
    (450, "Nieprawidłowe szyfrowanie tokena", "ksef-token-encryption-rejected", False),
    (450, "Nieprawidłowe kodowanie tokena", "ksef-token-encoding-rejected", False),
    (450, "Token nie może być użyty w kontekście", "ksef-token-of-another-context", False),
    (450, "Coś nowego", "ksef-token-rejected", False),
    (460, "Nieważny certyfikat", "ksef-certificate-not-valid", False),
    (460, "Błąd weryfikacji łańcucha certyfikatów", "ksef-certificate-chain-not-verified", False),
    (460, "Niezaufany łańcuch certyfikatów", "ksef-certificate-chain-untrusted", False),
    (460, "Certyfikat odwołany", "ksef-certificate-revoked", False),
    (460, "Certyfikat zawieszony", "ksef-certificate-suspended", False),
    (460, "Niepoprawny certyfikat", "ksef-certificate-rejected", False),
    (460, "Coś nowego", "ksef-certificate-rejected", False),
    (400, "Niepoprawny certyfikat", "ksef-certificate-rejected", False),
    (470, "Próba wykorzystania metod", "ksef-person-deceased", False),
    (480, "Podejrzenie incydentu", "ksef-context-blocked", False),
    (500, "", "ksef-internal-error", True),
    (550, "Spróbuj ponownie", "ksef-authentication-cancelled", True),
    (499, "Coś nowego", "ksef-refused", False),
]
# The call that KSeF refuses, its exception code and detail, and as above.
EXCEPTIONS = [
    (SUBMIT, 9101, "", "ksef-document-rejected", False),
    (SUBMIT, 9102, "", "ksef-signature-missing", False),
    (SUBMIT, 9103, "", "ksef-signatures-too-many", False),
    (SUBMIT, 9105, "", "ksef-signature-rejected", False),
    (SUBMIT, 21001, "", "ksef-document-unreadable", False),
    (SUBMIT, 21111, "", "ksef-challenge-rejected", True),
    (SUBMIT, 21115, "", "ksef-certificate-rejected", False),
    (SUBMIT, 21117, "", "ksef-subject-not-for-context", False),
    (SUBMIT, 21217, "", "ksef-document-encoding-rejected", False),
    (SUBMIT, 21401, "", "ksef-document-against-schema", False),
    (SUBMIT, 21405, "", "ksef-request-rejected", False),
    (SUBMIT, 21406, "", "ksef-signature-conflict", False),
    (SUBMIT, 29999, "", "ksef-refused", False),
    (REDEEM, 21301, "Token KSeF został unieważniony.", "ksef-token-revoked", False),
    (REDEEM, 21304, "", "ksef-authentication-unknown", True),
    (REDEEM, 21308, "", "ksef-person-deceased", False),
]
# What KSeF names as the reason of a 403, and whether it is remembered.
REASONS = [
    ("missing-permissions", "ksef-permissions-missing", False),
    ("ip-not-allowed", "ksef-ip-not-allowed", False),
    ("insufficient-resource-access", "ksef-resource-not-accessible", False),
    ("auth-method-not-allowed", "ksef-method-not-allowed", False),
    ("security-service-blocked", "ksef-security-blocked", True),
    ("context-type-not-allowed", "ksef-context-type-not-allowed", False),
    ("something-new", "ksef-forbidden", False),
]
_number = itertools.count(1)


@pytest.fixture(scope="module")
def own_simulator(artifacts: Path) -> Iterator[RunningCommand]:
    """A simulator of this module's own, since it is made to misbehave."""
    port = free_port()
    log = artifacts / "simulator-refusals.log"
    with running(["simulator", "--port", str(port)], port, log) as command:
        yield command


@pytest.fixture(scope="module")
def bridge(artifacts: Path, own_simulator: RunningCommand) -> Iterator[Installation]:
    installation = Installation.create(artifacts / "installation-refusals", own_simulator)
    with installation.running():
        yield installation


@pytest.fixture
def profile(bridge: Installation) -> Iterator[str]:
    """A profile of a company of its own, and a simulator that behaves again afterwards."""
    profile = f"refused-{next(_number)}"
    bridge.add_token_profile(profile, new_nip())
    yield profile
    chaos(bridge)


def chaos(bridge: Installation, **misbehaviour: Any) -> None:
    answer = bridge.simulator.call("PUT", "/_simulator/chaos", json_body=misbehaviour)
    assert answer.status == 204, answer.body


@pytest.mark.parametrize(("status", "detail", "code", "retried"), STATUSES)
def test_a_status_of_the_login(
    bridge: Installation, profile: str, status: int, detail: str, code: str, retried: bool
) -> None:
    details = [detail] if detail else []
    chaos(bridge, loginStatus={"code": status, "description": "Opis", "details": details})
    calls = [refused(bridge, profile, language, code, status) for language in LANGUAGES]
    assert calls[0][CHALLENGE] == (3 if retried else 1)
    # What will be refused again is remembered; what may pass is asked again.
    assert (calls[1] == {}) is not retried


@pytest.mark.parametrize(("call", "exception", "detail", "code", "retried"), EXCEPTIONS)
def test_an_exception_code(
    bridge: Installation,
    profile: str,
    call: str,
    exception: int,
    detail: str,
    code: str,
    retried: bool,
) -> None:
    refusal = {"code": exception, "description": "Opis", "details": [detail] if detail else []}
    chaos(bridge, rules=[{"call": call, "effect": "refuse", "exception": refusal}])
    calls = [refused(bridge, profile, language, code, exception) for language in LANGUAGES]
    assert calls[0][CHALLENGE] == (3 if retried else 1)
    # What a code means that nobody knows, and whether it lasts, nobody knows either.
    assert (calls[1] == {}) is (not retried and code != "ksef-refused")


@pytest.mark.parametrize(("reason", "code", "remembered"), REASONS)
def test_a_reason_of_403(
    bridge: Installation, profile: str, reason: str, code: str, remembered: bool
) -> None:
    chaos(bridge, rules=[{"call": SUBMIT, "effect": "forbid", "reasonCode": reason}])
    calls = [refused(bridge, profile, language, code, 403) for language in LANGUAGES]
    assert calls[0][CHALLENGE] == 1
    assert (calls[1] == {}) is remembered


def refused(
    bridge: Installation, profile: str, language: str, code: str, ksef_code: int
) -> dict[str, int]:
    """The calls to KSeF that were made until the refusal was told."""
    before = bridge.ksef_calls()
    answer = bridge.access_token(profile, **{"Accept-Language": language})
    problem = answer.json
    assert (answer.status, problem["code"], problem["ksefCode"]) == (502, code, ksef_code)
    assert answer.headers["content-language"] == language
    assert_words(problem["detail"], code, language)
    return difference(before, bridge.ksef_calls())


def test_a_refusal_is_remembered_for_ten_minutes(bridge: Installation, profile: str) -> None:
    revoked = {"code": 450, "description": "Opis", "details": ["Token unieważniony"], "times": 1}
    chaos(bridge, loginStatus=revoked)
    assert bridge.access_token(profile).status == 502
    left = remembered_until(bridge, profile) - datetime.now(UTC)
    assert timedelta(minutes=9, seconds=50) < left <= timedelta(minutes=10)
    before = bridge.ksef_calls()
    assert bridge.access_token(profile).json["code"] == "ksef-token-revoked"
    assert difference(before, bridge.ksef_calls()) == {}
    let_the_refusal_end(bridge, profile)
    assert bridge.access_token(profile).status == 200


def remembered_until(bridge: Installation, profile: str) -> datetime:
    with state_of(bridge) as connection:
        query = "SELECT state FROM ksef_bridge_session WHERE profile_id = ?"
        (document,) = connection.execute(query, (profile,)).fetchone()
    return datetime.fromisoformat(json.loads(document)["refusal"]["until"])


def let_the_refusal_end(bridge: Installation, profile: str) -> None:
    with state_of(bridge) as connection:
        change = (
            "UPDATE ksef_bridge_session SET state = json_set(state, '$.refusal.until', ?)"
            " WHERE profile_id = ?"
        )
        connection.execute(change, (datetime.now(UTC).isoformat(), profile))


@contextlib.contextmanager
def state_of(bridge: Installation) -> Iterator[sqlite3.Connection]:
    path = bridge.folder / "state.sqlite3"
    with contextlib.closing(sqlite3.connect(path, isolation_level=None, timeout=5)) as connection:
        yield connection


@pytest.mark.parametrize(
    ("detail", "status"),
    [
        ("Tokeny dla operacji uwierzytelniania 1 zostały już pobrane.", 200),
        ("Token KSeF został unieważniony.", 502),
        ("Status uwierzytelniania (425) nie pozwala na odświeżenie tokenu dostępowego.", 200),
    ],
)
def test_a_refresh_that_is_refused_makes_a_new_login(
    bridge: Installation, profile: str, detail: str, status: int
) -> None:
    first = bridge.access_token(profile).json
    refusal = {"code": 21301, "description": "Brak autoryzacji.", "details": [detail]}
    rules: list[dict[str, Any]] = [{"call": REFRESH, "effect": "refuse", "exception": refusal}]
    misbehaviour: dict[str, Any] = {"rules": rules}
    if status == 502:
        revoked = {"code": 450, "description": "Opis", "details": ["Token unieważniony"]}
        misbehaviour["loginStatus"] = revoked
    chaos(bridge, **misbehaviour)
    answer = bridge.access_token(profile, {"forceRefresh": True})
    assert answer.status == status
    if status == 200:
        assert answer.json["sessionReference"] != first["sessionReference"]
    else:
        assert answer.json["code"] == "ksef-token-revoked"


def test_tokens_not_ready_after_status_200_are_asked_for_again(
    bridge: Installation, profile: str
) -> None:
    chaos(bridge, notReadyAfterSuccess=2)
    before = bridge.ksef_calls()
    assert bridge.access_token(profile).status == 200
    made = difference(before, bridge.ksef_calls())
    assert (made[REDEEM], made[CHALLENGE]) == (3, 1)


def test_keys_that_change_faster_than_a_login_are_503_after_six_submissions(
    bridge: Installation, profile: str
) -> None:
    wish = {"code": 21470, "description": "Opis", "details": []}
    chaos(bridge, rules=[{"call": SUBMIT, "effect": "refuse", "exception": wish}])
    before = bridge.ksef_calls()
    answer = bridge.access_token(profile)
    assert (answer.status, answer.json["code"]) == (503, "ksef-public-key-rejected")
    assert int(answer.headers["retry-after"]) > 0
    assert difference(before, bridge.ksef_calls())[SUBMIT] == 6


@pytest.mark.parametrize(
    ("rule", "code", "calls"),
    [
        ({"call": CHALLENGE, "effect": "server-error"}, "ksef-unavailable", 3),
        ({"call": CHALLENGE, "effect": "server-error", "html": True}, "ksef-unavailable", 3),
        ({"call": CHALLENGE, "effect": "drop-answer"}, "ksef-unreachable", 3),
        ({"call": CHALLENGE, "effect": "server-error", "retryAfter": 60}, "ksef-unavailable", 1),
        ({"call": CHALLENGE, "effect": "rate-limit", "retryAfter": 30}, "ksef-rate-limited", 1),
    ],
)
def test_silence_is_503_after_a_few_attempts(
    bridge: Installation, profile: str, rule: dict[str, Any], code: str, calls: int
) -> None:
    chaos(bridge, rules=[rule])
    before = bridge.ksef_calls()
    answer = bridge.access_token(profile)
    assert (answer.status, answer.json["code"]) == (503, code)
    assert difference(before, bridge.ksef_calls())[CHALLENGE] == calls
    assert int(answer.headers["retry-after"]) >= int(rule.get("retryAfter", 1)) - 1
