"""The two formats of refusals, the rate limits, and the warning that a client may ask for."""

from __future__ import annotations

import re
from typing import Any

import pytest
from werkzeug.test import TestResponse

from bridge.credentials.context import ContextIdentifier, ContextType
from bridge.simulator.errors import TooManyRequests
from bridge.simulator.rate_limits import Caller, RateLimits
from tests.simulator.ksef import Ksef
from tests.simulator.login_certificates import new_nip

NEW = {"X-Error-Format": "problem-details"}


def test_a_400_has_the_legacy_body_by_default(ksef: Ksef) -> None:
    answer = ksef.call("POST", "/auth/ksef-token", json={})
    assert answer.status_code == 400
    assert answer.content_type == "application/json"
    [entry] = answer.get_json()["exception"]["exceptionDetailList"]
    assert entry["exceptionCode"] == 21405
    assert entry["exceptionDescription"] == "Błąd walidacji danych wejściowych."
    assert len(entry["details"]) == 3
    assert re.fullmatch(
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z", answer.get_json()["exception"]["timestamp"]
    )


def test_a_400_is_a_problem_when_asked_for(ksef: Ksef) -> None:
    answer = ksef.call("POST", "/auth/ksef-token", json={}, headers=NEW)
    assert answer.status_code == 400
    assert answer.content_type == "application/problem+json"
    problem = answer.get_json()
    assert problem["title"] == "Bad Request"
    assert problem["status"] == 400
    assert problem["instance"] == "/v2/auth/ksef-token"
    assert [error["code"] for error in problem["errors"]] == [21405]
    assert re.fullmatch(r"[0-9a-f]{32}", problem["traceId"])


GRANT = "/testdata/permissions"
NIP = {"type": "Nip", "value": "5265877635"}


@pytest.mark.parametrize(
    ("path", "body", "detail"),
    [
        ("/auth/ksef-token", {}, "challenge: pole jest wymagane."),
        ("/auth/ksef-token", [], "treść żądania: wymagany jest obiekt."),
        ("/auth/ksef-token", {"challenge": 1}, "challenge: wymagany jest tekst."),
        (
            "/auth/ksef-token",
            {"contextIdentifier": {**NIP, "type": "Regon"}},
            "contextIdentifier.type: dozwolone są wartości "
            "'Nip', 'InternalId', 'NipVatUe' lub 'PeppolId'.",
        ),
        (
            "/auth/ksef-token",
            {"contextIdentifier": {**NIP, "value": "1"}},
            "contextIdentifier: wartość nie odpowiada typowi identyfikatora.",
        ),
        (
            "/auth/ksef-token",
            {"authorizationPolicy": {"allowedIps": {"ip4Addresses": ["127.0.0.1"] * 11}}},
            "authorizationPolicy.allowedIps.ip4Addresses: dozwolonych jest najwyżej 10 elementów.",
        ),
        (GRANT, {"permissions": {}}, "permissions: wymagana jest lista."),
        (
            "/testdata/person",
            {"isBailiff": "tak"},
            "isBailiff: dozwolone są wartości true i false.",
        ),
        (
            "/testdata/person",
            {"createdDate": "jutro"},
            "createdDate: wymagana jest data z godziną według ISO 8601.",
        ),
        (
            "/testdata/person",
            {"description": "abc"},
            "description: wymaganych jest co najmniej 5 znaków.",
        ),
        (
            "/testdata/person",
            {"description": "a" * 257},
            "description: dozwolonych jest najwyżej 256 znaków.",
        ),
    ],
)
def test_what_is_wrong_in_a_body_is_said_in_polish(
    ksef: Ksef, path: str, body: object, detail: str
) -> None:
    assert detail in details(ksef.call("POST", path, json=body))


def test_a_body_that_is_no_json_is_refused_in_polish(ksef: Ksef) -> None:
    answer = ksef.call("POST", "/auth/ksef-token", data=b"{", content_type="application/json")
    assert details(answer) == ["treść żądania: treść nie jest poprawnym dokumentem JSON."]


def details(answer: TestResponse) -> list[str]:
    [entry] = answer.get_json()["exception"]["exceptionDetailList"]
    assert entry["exceptionCode"] == 21405
    told: list[str] = entry["details"]
    return told


@pytest.mark.parametrize("headers", [{}, NEW])
def test_a_401_is_always_a_problem(ksef: Ksef, headers: dict[str, str]) -> None:
    answer = ksef.call("GET", "/auth/sessions", headers=headers)
    assert answer.status_code == 401
    assert answer.content_type == "application/problem+json"
    assert answer.get_json()["detail"] == "Wymagane jest uwierzytelnienie."


@pytest.mark.parametrize(
    ("method", "path", "options", "status"),
    [
        ("POST", "/auth/ksef-token", {"data": b"{}"}, 415),
        ("POST", "/auth/ksef-token", {"data": b"{", "content_type": "application/json"}, 400),
        ("POST", "/auth/ksef-token", {"data": b"\xff", "content_type": "application/json"}, 400),
        ("POST", "/auth/ksef-token", {"data": b"[]", "content_type": "application/json"}, 400),
        ("PUT", "/auth/challenge", {}, 405),
        ("GET", "/nowhere", {}, 404),
    ],
)
def test_what_does_not_fit_is_refused_politely(
    ksef: Ksef, method: str, path: str, options: dict[str, Any], status: int
) -> None:
    answer = ksef.call(method, path, **options)
    assert answer.status_code == status
    assert "json" in answer.content_type


def test_a_warning_is_echoed_on_success_alone(ksef: Ksef) -> None:
    asked = {"X-Test-System-Warning": "sig-001 Format podpisu"}
    answer = ksef.call("POST", "/auth/challenge", headers=asked)
    assert answer.headers["X-System-Warning"] == "sig-001 Format podpisu"
    refused = ksef.call("GET", "/auth/sessions", headers=asked)
    assert "X-System-Warning" not in refused.headers
    assert "X-System-Warning" not in ksef.call("POST", "/auth/challenge").headers


class Stopwatch:
    """The time of the rate limits, moved by the test."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def stopwatch(monkeypatch: pytest.MonkeyPatch) -> Stopwatch:
    stopwatch = Stopwatch()
    monkeypatch.setattr("bridge.simulator.rate_limits.monotonic", stopwatch)
    return stopwatch


def test_the_login_calls_are_limited_per_second_and_address(stopwatch: Stopwatch) -> None:
    ksef = Ksef(limits=True)
    answers = [ksef.call("POST", "/auth/challenge") for _ in range(61)]
    assert [answer.status_code for answer in answers] == [200] * 60 + [429]
    refused = answers[-1]
    assert refused.headers["Retry-After"] == "1"
    assert refused.get_json() == {
        "status": {
            "code": 429,
            "description": "Too Many Requests",
            "details": ["Przekroczono limit 60 żądań na sekundę. Spróbuj ponownie po 1 sekundach."],
        }
    }
    again = ksef.call("POST", "/auth/challenge", headers=NEW)
    assert again.content_type == "application/problem+json"
    assert again.get_json()["detail"] == refused.get_json()["status"]["details"][0]
    assert ksef.call("GET", "/security/public-key-certificates").status_code == 200
    stopwatch.now += 1
    assert ksef.call("POST", "/auth/challenge").status_code == 200


def test_other_calls_are_limited_by_context_and_endpoint(stopwatch: Stopwatch) -> None:
    ksef = Ksef(limits=True)
    first, second = ksef.sign_in(new_nip()), ksef.sign_in(new_nip())
    answers = [ksef.call("GET", "/tokens", token=first.access_token) for _ in range(11)]
    assert [answer.status_code for answer in answers] == [200] * 10 + [429]
    assert ksef.call("GET", "/tokens", token=second.access_token).status_code == 200
    assert ksef.call("GET", "/auth/sessions", token=first.access_token).status_code == 200
    switched = ksef.call("PUT", "/_simulator/limits", json={"enabled": False})
    assert switched.status_code == 204
    assert ksef.call("GET", "/tokens", token=first.access_token).status_code == 200


@pytest.mark.parametrize(("pause", "allowed"), [(1, 30), (7.5, 120)])
def test_windows_of_a_minute_and_an_hour_hold_too(
    stopwatch: Stopwatch, pause: float, allowed: int
) -> None:
    limits = RateLimits()
    endpoint = "GET /auth/sessions"
    caller = Caller("127.0.0.1", ContextIdentifier(ContextType.NIP, new_nip()))
    for _ in range(allowed):
        limits.count(endpoint, caller)
        stopwatch.now += pause
    with pytest.raises(TooManyRequests) as refused:
        limits.count(endpoint, caller)
    window = {30: 60, 120: 3600}[allowed]
    assert refused.value.retry_after == window - allowed * pause
    stopwatch.now += refused.value.retry_after
    limits.count(endpoint, caller)
