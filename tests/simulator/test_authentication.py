"""A login from its challenge to its tokens, by KSeF token and by signature."""

from __future__ import annotations

import base64
import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from werkzeug.test import Client

from bridge.simulator import clock
from bridge.simulator.authentication import statuses
from bridge.simulator.authentication.challenges import Challenge
from bridge.simulator.authentication.encryption_keys import Usage
from bridge.simulator.reference_numbers import new_reference_number
from tests.simulator.ksef import Ksef, accepted, authentication_token, encrypted, refusal
from tests.simulator.login_certificates import new_nip, seal

REAL_NUMBERS = (
    "20250514-AU-2DFC46C000-3AC6D5877F-D4",
    "20250604-CR-461EA5B000-537A6BA15D-D7",
    "20260119-EC-358EFDB000-459EC03E91-53",
)


def crc8(text: str) -> int:
    """CRC-8 with polynomial 0x07, by long division of the bits."""
    remainder = int.from_bytes(text.encode()) << 8
    for shift in range(remainder.bit_length() - 9, -1, -1):
        if remainder >> (shift + 8) & 1:
            remainder ^= 0x107 << shift
    return remainder


def test_the_check_byte_of_real_numbers_is_the_crc8_of_what_stands_before() -> None:
    for number in REAL_NUMBERS:
        assert crc8(number[:33]) == int(number[34:], 16), number


def test_a_challenge_has_the_form_of_ksef(ksef: Ksef) -> None:
    challenge = ksef.challenge()
    text = challenge["challenge"]
    assert re.fullmatch(r"\d{8}-CR-[A-F0-9]{10}-[A-F0-9]{10}-[A-F0-9]{2}", text)
    assert crc8(text[:33]) == int(text[34:], 16)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}\+00:00", challenge["timestamp"])
    moment = datetime.fromisoformat(challenge["timestamp"])
    whole = datetime.fromtimestamp(challenge["timestampMs"] / 1000, moment.tzinfo)
    assert timedelta(0) <= moment - whole < timedelta(milliseconds=1)
    assert challenge["clientIp"] == "127.0.0.1"


def test_milliseconds_are_cut_off_and_not_rounded() -> None:
    assert clock.milliseconds(datetime.fromisoformat("2025-07-11T12:23:56.015999+00:00")) == (
        1752236636015
    )


def test_a_ksef_token_logs_in(ksef: Ksef, nip: str) -> None:
    _, token = ksef.ksef_token(nip)
    started = accepted(ksef.start_by_token(token, nip))
    status = ksef.status(started)
    assert status["status"] == {"code": 200, "description": "Uwierzytelnianie zakończone sukcesem"}
    assert status["authenticationMethod"] == "Token"
    assert status["authenticationMethodInfo"] == {
        "category": "Token",
        "code": "token.ksef",
        "displayName": "Token KSeF",
    }
    assert status["isTokenRedeemed"] is False
    assert ksef.call("GET", "/auth/sessions", token=ksef.finish(started).access_token).status_code


def _other_key(ksef: Ksef) -> dict[str, Any]:
    listed = ksef.call("GET", "/security/public-key-certificates").get_json()
    key: dict[str, Any] = next(k for k in listed if k["usage"] == ["SymmetricKeyEncryption"])
    return key


def test_what_is_wrong_with_a_token_shows_in_the_status(ksef: Ksef, nip: str) -> None:
    _, token = ksef.ksef_token(nip)
    key = ksef.public_keys()[0]
    other = Ksef().ksef_token(nip)[1]
    cases: list[tuple[Callable[[int], str], str]] = [
        (
            lambda ms: encrypted(_other_key(ksef), f"{token}|{ms}".encode()),
            "Nieprawidłowe szyfrowanie tokena",
        ),
        (lambda ms: base64.b64encode(b"short").decode(), "Nieprawidłowe szyfrowanie tokena"),
        (lambda ms: encrypted(key, token.encode()), "Nieprawidłowe kodowanie tokena"),
        (lambda ms: encrypted(key, b"\xff\xfe|1"), "Nieprawidłowe kodowanie tokena"),
        (lambda ms: encrypted(key, f"{'a' * 64}|{ms}".encode()), "Nieprawidłowe kodowanie tokena"),
        (lambda ms: encrypted(key, f"{token}\n|{ms}".encode()), "Nieprawidłowe kodowanie tokena"),
        (lambda ms: encrypted(key, f"{token}|{ms + 1}".encode()), "Nieprawidłowy czas tokena"),
        (lambda ms: encrypted(key, f"{token}|{ms}.0".encode()), "Nieprawidłowy czas tokena"),
        (lambda ms: encrypted(key, f"{token}|{ms // 1000}".encode()), "Nieprawidłowy czas tokena"),
        (
            lambda ms: encrypted(key, f"{token[:-1]}g|{ms}".encode()),
            "Nieprawidłowe kodowanie tokena",
        ),
        (lambda ms: encrypted(key, f"{other}|{ms}".encode()), "Nieprawidłowy token"),
        (lambda ms: encrypted(key, f"{_last_changed(token)}|{ms}".encode()), "Nieprawidłowy token"),
    ]
    for make, detail in cases:
        challenge = ksef.challenge()
        answer = ksef.call(
            "POST",
            "/auth/ksef-token",
            json={
                "challenge": challenge["challenge"],
                "contextIdentifier": {"type": "Nip", "value": nip},
                "encryptedToken": make(challenge["timestampMs"]),
                "publicKeyId": key["publicKeyId"],
            },
        )
        started = accepted(answer)
        assert ksef.outcome(answer) == (450, [detail])
        redeemed = ksef.call("POST", "/auth/token/redeem", token=authentication_token(started))
        assert refusal(redeemed)[0] == 21301


def _last_changed(token: str) -> str:
    return token[:-1] + ("0" if token[-1] != "0" else "1")


def test_a_token_enters_its_own_context_alone(ksef: Ksef, nip: str) -> None:
    _, token = ksef.ksef_token(nip)
    elsewhere = new_nip()
    code, details = ksef.outcome(ksef.start_by_token(token, elsewhere))
    assert code == 450
    assert details == [f"Token nie może być użyty w kontekście Nip: {elsewhere}"]


def test_a_revoked_token_and_one_not_yet_active_are_refused(ksef: Ksef, nip: str) -> None:
    reference, token = ksef.ksef_token(nip)
    found = ksef.state.ksef_tokens.find(reference)
    assert found is not None
    found.active_from = clock.now() + timedelta(minutes=1)
    assert ksef.outcome(ksef.start_by_token(token, nip)) == (450, ["Token nieaktywny"])
    found.active_from = clock.now()
    found.revoked_at = clock.now()
    assert ksef.outcome(ksef.start_by_token(token, nip)) == (450, ["Token unieważniony"])


@pytest.mark.parametrize(
    "members",
    [
        {"challenge": None},
        {"challenge": "short"},
        {"contextIdentifier": {"type": "nip", "value": "5265877635"}},
        {"contextIdentifier": {"type": "Nip", "value": "526587763"}},
        {"contextIdentifier": {"type": "Nip"}},
        {"contextIdentifier": {"type": "InternalId", "value": "5265877635-1"}},
        {"encryptedToken": "not base64!"},
        {"encryptedToken": 1},
        {"publicKeyId": "short"},
        {"authorizationPolicy": {"allowedIps": {"ip4Addresses": ["10.0.0.256"]}}},
        {"authorizationPolicy": {"allowedIps": {"ip4Masks": ["10.0.0.0/33"]}}},
        {"authorizationPolicy": {"allowedIps": {"ip4Addresses": ["10.0.0.1"] * 11}}},
    ],
)
def test_a_body_against_the_contract_is_refused(ksef: Ksef, members: dict[str, Any]) -> None:
    _, token = ksef.ksef_token("5265877635")
    code, details = refusal(ksef.start_by_token(token, "5265877635", **members))
    assert code == 21405
    assert details


def test_unknown_properties_are_ignored(ksef: Ksef, nip: str) -> None:
    _, token = ksef.ksef_token(nip)
    assert ksef.start_by_token(token, nip, somethingNew={"a": 1}).status_code == 202


def test_a_token_login_needs_an_open_challenge(ksef: Ksef, nip: str) -> None:
    _, token = ksef.ksef_token(nip)
    refused: tuple[int, list[str]] = (21111, [])
    unknown = new_reference_number("CR")
    assert refusal(ksef.start_by_token(token, nip, challenge=unknown)) == refused
    aged = Challenge(new_reference_number("CR"), clock.now() - timedelta(minutes=10))
    ksef.state.challenges.keep(aged)
    assert refusal(ksef.start_by_token(token, nip, challenge=aged.value)) == refused
    used = ksef.challenge()["challenge"]
    assert ksef.start_by_token(token, nip, challenge=used).status_code == 202
    assert refusal(ksef.start_by_token(token, nip, challenge=used)) == refused


def test_keys_are_exchanged_as_ksef_does_it(nip: str) -> None:
    ksef = Ksef()
    _, token = ksef.ksef_token(nip)

    def change(action: str) -> list[dict[str, Any]]:
        answer = ksef.call("POST", "/_simulator/keys", json={"action": action})
        assert answer.status_code == 204
        return ksef.public_keys()

    def code_with(key: dict[str, Any]) -> int:
        challenge = ksef.challenge()
        answer = ksef.start_by_token(
            token,
            nip,
            challenge=challenge["challenge"],
            encryptedToken=encrypted(key, f"{token}|{challenge['timestampMs']}".encode()),
            publicKeyId=key["publicKeyId"],
        )
        return refusal(answer)[0] if answer.status_code == 400 else ksef.outcome(answer)[0]

    [first] = ksef.public_keys()
    [certified] = change("re-certify")
    assert certified["publicKeyId"] == first["publicKeyId"]
    assert certified["certificateId"] != first["certificateId"]
    assert certified["validFrom"] > first["validFrom"]

    old, new = change("rotate")
    assert old == certified
    assert new["validFrom"] > old["validFrom"]
    assert code_with(old) == code_with(new) == 200

    assert change("withdraw-old") == [new]
    assert (code_with(old), code_with(new)) == (21470, 200)

    _, future = change("future")
    assert datetime.fromisoformat(future["validFrom"]) > clock.now()
    assert (code_with(new), code_with(future)) == (200, 21470)

    [last] = change("emergency")
    assert last["publicKeyId"] not in {new["publicKeyId"], future["publicKeyId"]}
    assert (code_with(new), code_with(future), code_with(last)) == (21470, 21470, 200)


def test_an_unknown_key_is_named_and_none_means_any(ksef: Ksef, nip: str) -> None:
    _, token = ksef.ksef_token(nip)
    symmetric = _other_key(ksef)["publicKeyId"]
    assert refusal(ksef.start_by_token(token, nip, publicKeyId=symmetric)) == (
        21470,
        [f"Klucz o identyfikatorze {symmetric} nie jest wspierany."],
    )
    assert ksef.start_by_token(token, nip, publicKeyId=None).status_code == 202


def test_tokens_are_handed_out_once(ksef: Ksef, nip: str) -> None:
    tokens = ksef.sign_in(nip)
    second = ksef.call("POST", "/auth/token/redeem", token=tokens.authentication_token)
    code, details = refusal(second)
    assert code == 21301
    assert details == [
        f"Tokeny dla operacji uwierzytelniania {tokens.reference_number} zostały już pobrane."
    ]


def test_of_many_redeems_at_once_one_succeeds(ksef: Ksef, nip: str) -> None:
    token = authentication_token(ksef.start_by_signature(seal(nip), nip))
    clients = [Client(ksef.application) for _ in range(16)]
    start = threading.Barrier(len(clients))

    def redeem(client: Client) -> int:
        start.wait()
        headers = {"Authorization": f"Bearer {token}"}
        return client.post("/v2/auth/token/redeem", headers=headers).status_code

    with ThreadPoolExecutor(len(clients)) as pool:
        assert sorted(pool.map(redeem, clients)) == [200] + [400] * 15


def test_a_login_in_progress_has_no_tokens_yet(nip: str) -> None:
    ksef = Ksef()
    ksef.state.operations.processing_time = timedelta(hours=1)
    started = ksef.start_by_signature(seal(nip), nip)
    status = ksef.status(started)["status"]
    assert status == {"code": 100, "description": "Uwierzytelnianie w toku"}
    token = authentication_token(started)
    code, details = refusal(ksef.call("POST", "/auth/token/redeem", token=token))
    assert code == 21301
    assert "nie jest w stanie umożliwiającym pobranie tokenów" in details[0]
    operation = ksef.state.operations.find(started["referenceNumber"])
    assert operation is not None
    operation.settles_at = clock.now()
    ksef.finish(started)


def test_a_status_is_for_its_own_token_and_seven_days(
    ksef: Ksef, nip: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = ksef.start_by_signature(seal(nip), nip)
    second = ksef.start_by_signature(seal(nip), nip)
    token = authentication_token(first)
    other = ksef.call("GET", f"/auth/{second['referenceNumber']}", token=token)
    assert other.status_code == 403
    assert other.get_json()["reasonCode"] == "insufficient-resource-access"
    unknown = new_reference_number("AU")
    code, details = refusal(ksef.call("GET", f"/auth/{unknown}", token=token))
    assert code == 21304
    assert unknown in details[0]
    later = clock.now() + timedelta(days=7)
    monkeypatch.setattr(clock, "now", lambda: later)
    gone = ksef.call("GET", f"/auth/{first['referenceNumber']}", token=token)
    assert gone.status_code == 410
    assert gone.get_json()["detail"] == "Operacja wygasła i nie jest już dostępna."


def test_a_refresh_token_gives_access_tokens_until_revoked(ksef: Ksef, nip: str) -> None:
    tokens = ksef.sign_in(nip)
    for _ in range(2):
        answer = ksef.call("POST", "/auth/token/refresh", token=tokens.refresh_token)
        assert answer.status_code == 200
        assert list(answer.get_json()) == ["accessToken"]
    status = ksef.call(
        "GET", f"/auth/{tokens.reference_number}", token=tokens.authentication_token
    ).get_json()
    assert status["isTokenRedeemed"] is True
    assert {"lastTokenRefreshDate", "refreshTokenValidUntil"} <= set(status)
    revoked = ksef.call("DELETE", "/auth/sessions/current", token=tokens.refresh_token)
    assert revoked.status_code == 204
    assert refusal(ksef.call("POST", "/auth/token/refresh", token=tokens.refresh_token)) == (
        21301,
        ["Status uwierzytelniania (425) nie pozwala na odświeżenie tokenu dostępowego."],
    )


def test_a_revoked_ksef_token_ends_its_logins(ksef: Ksef, nip: str) -> None:
    reference, token = ksef.ksef_token(nip)
    redeemed = ksef.sign_in_by_token(token, nip)
    started = accepted(ksef.start_by_token(token, nip))
    found = ksef.state.ksef_tokens.find(reference)
    assert found is not None
    found.revoked_at = clock.now()
    expected = (21301, ["Token KSeF został unieważniony."])
    refreshed = ksef.call("POST", "/auth/token/refresh", token=redeemed.refresh_token)
    assert refusal(refreshed) == expected
    late = ksef.call("POST", "/auth/token/redeem", token=authentication_token(started))
    assert refusal(late) == expected


def test_an_address_outside_the_policy_is_refused(ksef: Ksef, nip: str) -> None:
    _, token = ksef.ksef_token(nip)
    for policy, expected in (
        ({"ip4Addresses": ["10.0.0.1"]}, 403),
        ({"ip4Ranges": ["10.0.0.1-10.0.0.9"], "ip4Masks": ["10.1.0.0/16"]}, 403),
        ({"ip4Masks": ["127.0.0.0/8"]}, 200),
        ({"ip4Ranges": ["127.0.0.1-127.0.0.2"]}, 200),
        ({}, 200),
    ):
        started = ksef.start_by_token(token, nip, authorizationPolicy={"allowedIps": policy})
        tokens = ksef.finish(accepted(started))
        answer = ksef.call("GET", "/auth/sessions", token=tokens.access_token)
        assert answer.status_code == expected, policy
        if expected == 403:
            assert answer.get_json()["reasonCode"] == "ip-not-allowed"
            assert answer.get_json()["security"] == {"clientIp": "127.0.0.1"}


def test_a_blocked_context_ends_with_480(ksef: Ksef, nip: str) -> None:
    ksef.test_data("context/block", contextIdentifier={"type": "Nip", "value": nip})
    code, details = ksef.outcome(ksef.start_by_token(ksef.ksef_token(nip)[1], nip))
    assert (code, tuple(details)) == (480, statuses.BLOCKED.details)


def test_the_deceased_get_470_and_no_tokens(ksef: Ksef, nip: str) -> None:
    _, token = ksef.ksef_token(nip)
    started = accepted(ksef.start_by_token(token, nip))
    tokens = ksef.sign_in_by_token(token, nip)
    ksef.test_data(
        "person",
        nip=nip,
        pesel="88102341294",
        isBailiff=False,
        isDeceased=True,
        description="Osoba zmarła",
    )
    assert ksef.outcome(ksef.start_by_token(token, nip))[0] == 470
    late = ksef.call("POST", "/auth/token/redeem", token=authentication_token(started))
    assert refusal(late)[0] == 21308
    refreshed = ksef.call("POST", "/auth/token/refresh", token=tokens.refresh_token)
    assert refusal(refreshed)[0] == 21308


def test_published_keys_are_identified_as_documented(ksef: Ksef) -> None:
    listed = ksef.call("GET", "/security/public-key-certificates").get_json()
    assert [key["usage"] for key in listed] == [[usage.value] for usage in Usage]
    assert len({key["publicKeyId"] for key in listed}) == 2
    for key in listed:
        assert len(base64.b64decode(key["publicKeyId"])) == 32
