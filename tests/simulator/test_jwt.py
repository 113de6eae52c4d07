"""The tokens of a login: KSeF's claims and lives, and what is no token."""

from __future__ import annotations

import base64
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bridge.simulator import clock
from bridge.simulator.authentication.json_web_tokens import JsonWebTokens, TokenType
from tests.simulator.ksef import Ksef, accepted
from tests.simulator.login_certificates import new_nip, seal


def _part(token: str, position: int) -> dict[str, Any]:
    part = token.split(".")[position]
    members: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return members


def test_tokens_carry_the_claims_and_lives_of_ksef(ksef: Ksef) -> None:
    nip = new_nip()
    before = int(clock.now().timestamp())
    tokens = ksef.sign_in(nip)
    for token, token_type, minutes in (
        (tokens.authentication_token, "AuthenticationToken", 45),
        (tokens.access_token, "ContextToken", 15),
        (tokens.refresh_token, "RefreshToken", 7 * 24 * 60),
    ):
        assert _part(token, 0) == {"alg": "HS256", "typ": "JWT"}
        claims = _part(token, 1)
        assert claims["typ"] == token_type
        assert claims["arn"] == tokens.reference_number
        assert (claims["iss"], claims["aud"]) == ("ksef-api-te", "ksef-api-te")
        assert claims["exp"] - claims["iat"] == minutes * 60
        assert before <= claims["iat"] <= clock.now().timestamp()
        if token_type != "AuthenticationToken":
            assert (claims["cit"], claims["civ"], claims["aum"]) == ("Nip", nip, "QualifiedSeal")


def test_valid_until_is_the_end_of_the_token(ksef: Ksef) -> None:
    nip = new_nip()
    info = ksef.start_by_signature(seal(nip), nip)["authenticationToken"]
    ends = datetime.fromtimestamp(_part(info["token"], 1)["exp"], UTC)
    assert timedelta(0) <= datetime.fromisoformat(info["validUntil"]) - ends < timedelta(seconds=1)


def test_two_tokens_of_one_second_are_identical() -> None:
    tokens = JsonWebTokens()
    while datetime.now(UTC).microsecond > 900_000:
        pass
    first = tokens.issue(TokenType.ACCESS, "number", {"civ": "1"})
    assert tokens.issue(TokenType.ACCESS, "number", {"civ": "1"}).token == first.token


def _signed_by(secret: bytes, header: dict[str, str], token: str) -> str:
    head = base64.urlsafe_b64encode(json.dumps(header).encode()).rstrip(b"=").decode()
    signed = f"{head}.{token.split('.')[1]}"
    mac = hmac.digest(secret, signed.encode(), "sha256")
    return f"{signed}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


def test_a_token_that_the_simulator_did_not_make_is_refused(ksef: Ksef) -> None:
    good = ksef.sign_in(new_nip()).access_token
    head, payload, signature = good.split(".")
    claims = {**_part(good, 1), "exp": 4102444800}
    longer = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    unsigned = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
    for bad in (
        "",
        "x",
        "żółw",
        f"{head}.{payload}",
        f"{head}.{payload}.",
        f"{head}.{longer}.{signature}",
        f"{unsigned}.{payload}.",
        _signed_by(b"another secret", {"alg": "HS256", "typ": "JWT"}, good),
    ):
        answer = ksef.call("GET", "/auth/sessions", token=bad)
        assert answer.status_code == 401, bad
        assert answer.content_type == "application/problem+json"
    assert ksef.call("GET", "/auth/sessions", token=good).status_code == 200


def test_each_call_takes_its_own_type_of_token(ksef: Ksef) -> None:
    nip = new_nip()
    tokens = ksef.sign_in(nip)
    number = tokens.reference_number
    types = {
        "authentication": tokens.authentication_token,
        "access": tokens.access_token,
        "refresh": tokens.refresh_token,
    }
    for method, path, taken in (
        ("GET", f"/auth/{number}", "authentication"),
        ("POST", "/auth/token/redeem", "authentication"),
        ("POST", "/auth/token/refresh", "refresh"),
        ("GET", "/auth/sessions", "access"),
        ("GET", "/tokens", "access"),
    ):
        for name, token in types.items():
            status = ksef.call(method, path, token=token).status_code
            assert (status == 401) == (name != taken), (method, path, name)
        assert ksef.call(method, path).status_code == 401


def test_tokens_end_with_their_life(ksef: Ksef, monkeypatch: pytest.MonkeyPatch) -> None:
    nip = new_nip()
    started = accepted(ksef.start_by_token(ksef.ksef_token(nip)[1], nip))
    tokens = ksef.sign_in(nip)
    later = {minutes: clock.now() + timedelta(minutes=minutes) for minutes in (14, 15, 45)}
    later[7 * 24 * 60] = clock.now() + timedelta(days=7)
    for minutes, token, method, path in (
        (15, tokens.access_token, "GET", "/auth/sessions"),
        (45, started["authenticationToken"]["token"], "POST", "/auth/token/redeem"),
        (7 * 24 * 60, tokens.refresh_token, "POST", "/auth/token/refresh"),
    ):
        moment = later[minutes]
        monkeypatch.setattr(clock, "now", lambda moment=moment: moment)
        assert ksef.call(method, path, token=token).status_code == 401
    monkeypatch.setattr(clock, "now", lambda: later[14])
    assert ksef.call("GET", "/auth/sessions", token=tokens.access_token).status_code == 200
