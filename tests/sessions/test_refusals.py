"""Every refusal of KSeF as the caller of an access token sees it: status, code, both languages."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.installation import Installation, difference, new_nip
from tests.processes import RunningCommand, free_port, running

CHALLENGE = "POST /auth/challenge"
SUBMIT = "POST /auth/ksef-token"
REDEEM = "POST /auth/token/redeem"
REFRESH = "POST /auth/token/refresh"

# KSeF's status and detail, the code and a word of each text, and whether another login is tried.
STATUSES = [
    (415, "Brak przypisanych uprawnień", "ksef-no-permissions", "permission", "uprawnie", False),
    (425, "", "ksef-authentication-revoked", "revoked", "unieważni", True),
    *(
        (450, detail, code, english, polish, retried)
        for detail, code, english, polish, retried in (
            ("Nieprawidłowe wyzwanie autoryzacyjne", "ksef-challenge-rejected", "", "", True),
            ("Nieprawidłowy czas tokena", "ksef-token-time-rejected", "time", "czas", True),
            ("Nieprawidłowe szyfrowanie tokena", "ksef-token-encryption-rejected", "", "", False),
            ("Nieprawidłowe kodowanie tokena", "ksef-token-encoding-rejected", "", "", False),
            ("Token unieważniony", "ksef-token-revoked", "revoked", "unieważnion", False),
            ("Token nieaktywny", "ksef-token-inactive", "active", "aktywn", False),
            (
                "Token nie może być użyty w kontekście",
                "ksef-token-of-another-context",
                "",
                "",
                False,
            ),
            ("Nieprawidłowy token", "ksef-token-unknown", "environment", "środowisk", False),
            ("Coś nowego", "ksef-token-rejected", "Coś nowego", "Coś nowego", False),
        )
    ),
    *(
        (460, detail, code, "certificate", "ertyfikat", False)
        for detail, code in (
            ("Nieważny certyfikat", "ksef-certificate-not-valid"),
            ("Błąd weryfikacji łańcucha certyfikatów", "ksef-certificate-chain-not-verified"),
            ("Niezaufany łańcuch certyfikatów", "ksef-certificate-chain-untrusted"),
            ("Certyfikat odwołany", "ksef-certificate-revoked"),
            ("Certyfikat zawieszony", "ksef-certificate-suspended"),
            ("Niepoprawny certyfikat", "ksef-certificate-rejected"),
            ("Coś nowego", "ksef-certificate-rejected"),
        )
    ),
    (400, "Niepoprawny certyfikat", "ksef-certificate-rejected", "certificate", "ertyfikat", False),
    (470, "Próba wykorzystania metod", "ksef-person-deceased", "deceased", "nie żyje", False),
    (480, "Podejrzenie incydentu", "ksef-context-blocked", "Ministry", "Ministerstw", False),
    (500, "", "ksef-internal-error", "", "", True),
    (550, "Spróbuj ponownie", "ksef-authentication-cancelled", "", "", True),
    (499, "Coś nowego", "ksef-refused", "Coś nowego", "Coś nowego", False),
]
# The call that KSeF refuses, its exception code and detail, and the code of the answer.
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
    (REDEEM, 21304, "", "ksef-authentication-unknown", True),
    (REDEEM, 21308, "", "ksef-person-deceased", False),
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


def asked(bridge: Installation, profile: str, language: str, body: object = None) -> Any:
    answer = bridge.access_token(profile, body, **{"Accept-Language": language})
    return answer.status, answer.json


@pytest.mark.parametrize(("status", "detail", "code", "english", "polish", "retried"), STATUSES)
def test_a_status_of_the_login(
    bridge: Installation,
    profile: str,
    status: int,
    detail: str,
    code: str,
    english: str,
    polish: str,
    retried: bool,
) -> None:
    details = [detail] if detail else []
    chaos(bridge, loginStatus={"code": status, "description": "Opis", "details": details})
    before = bridge.ksef_calls()
    http_status, problem = asked(bridge, profile, "en")
    assert (http_status, problem["code"], problem["ksefCode"]) == (502, code, status)
    assert english.casefold() in problem["detail"].casefold()
    assert difference(before, bridge.ksef_calls())[CHALLENGE] == (3 if retried else 1)
    between = bridge.ksef_calls()
    http_status, problem = asked(bridge, profile, "pl")
    assert (http_status, problem["code"], problem["ksefCode"]) == (502, code, status)
    assert polish.casefold() in problem["detail"].casefold()
    # What will be refused again is remembered; what may pass is asked again.
    assert (difference(between, bridge.ksef_calls()) == {}) is not retried


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
    before = bridge.ksef_calls()
    texts = set()
    for language in ("en", "pl"):
        http_status, problem = asked(bridge, profile, language)
        assert (http_status, problem["code"], problem["ksefCode"]) == (502, code, exception)
        texts.add(problem["detail"])
        if language == "en":
            assert difference(before, bridge.ksef_calls())[CHALLENGE] == (3 if retried else 1)
    assert len(texts) == 2


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
