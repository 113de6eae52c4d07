"""Answers as KSeF gives them, as it may give them one day, and as it must not."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bridge.ksef.contract import (
    AuthenticationInit,
    AuthenticationSession,
    AuthenticationStatus,
    AuthenticationTokens,
    Challenge,
    KsefTokenState,
    PersonalPermission,
    PublicKeyCertificate,
    TokenInfo,
)
from bridge.ksef.json_object import ContractBroken, JsonObject, objects_in
from tests.secret_register import register_secret

JWT = register_secret("eyJhbGciOiJIUzI1NiJ9.eyJ0eXAiOiJDb250ZXh0VG9rZW4ifQ.c2lnbmF0dXJl")
CHALLENGE = {
    "challenge": "20250514-CR-226FB7B000-3ACF9BE4C0-10",
    "timestamp": "2025-07-11T12:23:56.0154302+00:00",
    "timestampMs": 1752236636015,
    "clientIp": "127.0.0.1",
}
TOKEN_INFO = {"token": JWT, "validUntil": "2025-07-11T12:23:56.0154302+00:00"}
STATUS = {
    "startDate": "2025-07-11T12:23:56.0154302+00:00",
    "authenticationMethodInfo": {
        "category": "XadesSignature",
        "code": "xades.ksef",
        "displayName": "Certyfikat KSeF",
    },
    "status": {"code": 200, "description": "Uwierzytelnianie zakończone sukcesem"},
}

Reader = Callable[[JsonObject], object]


def broken_field(read: Reader, body: object) -> str:
    with pytest.raises(ContractBroken) as caught:
        read(JsonObject.of(body))
    return caught.value.field


def test_a_challenge_with_seven_fractional_digits() -> None:
    challenge = Challenge.from_json(JsonObject(CHALLENGE))
    assert challenge.timestamp == datetime(2025, 7, 11, 12, 23, 56, 15430, tzinfo=UTC)
    assert challenge.timestamp_ms == 1752236636015
    assert challenge.client_ip == "127.0.0.1"


def test_a_challenge_without_client_address() -> None:
    older = {name: value for name, value in CHALLENGE.items() if name != "clientIp"}
    assert Challenge.from_json(JsonObject(older)).client_ip is None


def test_unknown_fields_are_ignored() -> None:
    plain = Challenge.from_json(JsonObject(CHALLENGE))
    assert Challenge.from_json(JsonObject({**CHALLENGE, "extra": {"a": [1]}})) == plain


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2025-07-11T12:23:56Z", datetime(2025, 7, 11, 12, 23, 56, tzinfo=UTC)),
        ("2025-07-11T14:23:56+02:00", datetime(2025, 7, 11, 12, 23, 56, tzinfo=UTC)),
        ("2025-07-11T12:23:56", datetime(2025, 7, 11, 12, 23, 56, tzinfo=UTC)),
        ("2025-07-11T12:23:56.9999999Z", datetime(2025, 7, 11, 12, 23, 56, 999999, tzinfo=UTC)),
        # The first and the last moment of .NET, and what lies beyond them in UTC.
        ("0001-01-01T00:00:00", datetime(1970, 1, 1, tzinfo=UTC)),
        ("0001-01-01T00:00:00+02:00", datetime(1970, 1, 1, tzinfo=UTC)),
        ("9999-12-31T23:59:59.9999999Z", datetime(9000, 1, 1, tzinfo=UTC)),
        ("9999-12-31T23:59:59-02:00", datetime(9000, 1, 1, tzinfo=UTC)),
    ],
)
def test_times_are_utc_and_cut_not_rounded(text: str, moment: datetime) -> None:
    assert TokenInfo.from_json(JsonObject({**TOKEN_INFO, "validUntil": text})).valid_until == moment


@pytest.mark.parametrize("method", [{}, {"authenticationMethod": "Token"}])
def test_the_old_authentication_method_may_be_absent(method: dict[str, str]) -> None:
    status = AuthenticationStatus.from_json(JsonObject({**STATUS, **method}))
    assert status.is_success
    assert not status.is_in_progress
    assert status.is_token_redeemed is None
    assert status.method_info is not None
    assert status.method_info.category == "XadesSignature"


def test_a_status_may_lack_all_that_is_optional() -> None:
    bare = {"startDate": STATUS["startDate"], "status": {"code": 100}}
    status = AuthenticationStatus.from_json(JsonObject(bare))
    assert status.is_in_progress
    assert status.method_info is None
    assert status.status.details == ()


def test_details_may_be_null() -> None:
    info = {"code": 415, "description": "…", "details": None}
    status = AuthenticationStatus.from_json(JsonObject({**STATUS, "status": info}))
    assert status.status.code == 415
    assert status.status.details == ()


@pytest.mark.parametrize(
    ("read", "body", "field"),
    [
        (Challenge.from_json, [], "(body)"),
        (Challenge.from_json, "text", "(body)"),
        (Challenge.from_json, {}, "challenge"),
        (Challenge.from_json, {**CHALLENGE, "challenge": None}, "challenge"),
        (Challenge.from_json, {**CHALLENGE, "timestampMs": "1752236636015"}, "timestampMs"),
        (Challenge.from_json, {**CHALLENGE, "timestampMs": True}, "timestampMs"),
        (Challenge.from_json, {**CHALLENGE, "timestampMs": 1.5}, "timestampMs"),
        (Challenge.from_json, {**CHALLENGE, "timestamp": "yesterday"}, "timestamp"),
        (Challenge.from_json, {**CHALLENGE, "timestamp": "2025-07-11T25:00:00Z"}, "timestamp"),
        (Challenge.from_json, {**CHALLENGE, "timestampMs": 2**63}, "timestampMs"),
        (Challenge.from_json, {**CHALLENGE, "challenge": "two\nlines"}, "challenge"),
        (Challenge.from_json, {**CHALLENGE, "challenge": "x" * 65}, "challenge"),
        (Challenge.from_json, {**CHALLENGE, "clientIp": "x" * 20_001}, "clientIp"),
        (Challenge.from_json, {**CHALLENGE, "clientIp": 1}, "clientIp"),
        (TokenInfo.from_json, {**TOKEN_INFO, "token": ""}, "token"),
        (TokenInfo.from_json, {**TOKEN_INFO, "token": "two\r\nlines"}, "token"),
        (AuthenticationInit.from_json, {"referenceNumber": "r"}, "authenticationToken"),
        (
            AuthenticationInit.from_json,
            {"referenceNumber": "r", "authenticationToken": {"token": JWT}},
            "authenticationToken.validUntil",
        ),
        (AuthenticationTokens.from_json, {"accessToken": TOKEN_INFO}, "refreshToken"),
        (AuthenticationStatus.from_json, {**STATUS, "status": {"code": "200"}}, "status.code"),
        (
            AuthenticationStatus.from_json,
            {**STATUS, "status": {"code": 450, "details": [1]}},
            "status.details",
        ),
        (AuthenticationStatus.from_json, {**STATUS, "isTokenRedeemed": "no"}, "isTokenRedeemed"),
    ],
)
def test_what_breaks_the_contract_is_named(read: Reader, body: object, field: str) -> None:
    assert broken_field(read, body) == field


def test_half_a_surrogate_pair_is_replaced() -> None:
    status = {"code": 450, "description": "a\ud800b", "details": ["\udfff"]}
    read = AuthenticationStatus.from_json(JsonObject({**STATUS, "status": status})).status
    assert (read.description, read.details) == ("a?b", ("?",))


def test_a_field_in_a_list_is_named_with_its_place() -> None:
    with pytest.raises(ContractBroken) as caught:
        [each.text("certificate") for each in objects_in([{"certificate": ""}, {}])]
    assert caught.value.field == "[1].certificate"


@pytest.mark.parametrize(
    ("path", "method", "status", "read"),
    [
        ("/auth/challenge", "post", "200", Challenge.from_json),
        ("/auth/xades-signature", "post", "202", AuthenticationInit.from_json),
        ("/auth/ksef-token", "post", "202", AuthenticationInit.from_json),
        ("/auth/{referenceNumber}", "get", "200", AuthenticationStatus.from_json),
        ("/auth/token/redeem", "post", "200", AuthenticationTokens.from_json),
        ("/tokens/{referenceNumber}", "get", "200", KsefTokenState.from_json),
    ],
)
def test_the_examples_of_the_openapi_file_are_read(
    shared: Path, path: str, method: str, status: str, read: Reader
) -> None:
    for example in examples(shared, path, method, status):
        read(JsonObject.of(example))


def test_the_lists_among_the_examples_are_read(shared: Path) -> None:
    (sessions,) = examples(shared, "/auth/sessions", "get", "200")
    (grants,) = examples(shared, "/permissions/query/personal/grants", "post", "200")
    (keys,) = examples(shared, "/security/public-key-certificates", "get", "200")
    assert [AuthenticationSession.from_json(JsonObject(each)) for each in sessions["items"]]
    assert [PersonalPermission.from_json(JsonObject(each)) for each in grants["permissions"]]
    assert [PublicKeyCertificate.from_json(each) for each in objects_in(keys)]


def examples(shared: Path, path: str, method: str, status: str) -> list[Any]:
    openapi = json.loads((shared / "ksef" / "open-api-2.6.0.json").read_text())
    content = openapi["paths"][path][method]["responses"][status]["content"]["application/json"]
    if "example" in content:
        return [content["example"]]
    found = [each["value"] for each in content["examples"].values()]
    assert found
    return found
