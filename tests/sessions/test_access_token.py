"""Access tokens over real HTTP between real processes: caller, bridge, simulator."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.installation import Installation, difference, new_nip
from tests.processes import RunningCommand
from tests.sessions.certificates import portal_certificate, self_signed

CHALLENGE = "POST /auth/challenge"
REFRESH = "POST /auth/token/refresh"
_number = itertools.count(1)


@pytest.fixture
def installation(artifacts: Path, simulator: RunningCommand) -> Installation:
    """A bridge of the test's own, not running."""
    return Installation.create(artifacts / f"installation-{next(_number)}", simulator)


@pytest.fixture(scope="module")
def running(artifacts: Path, simulator: RunningCommand) -> Iterator[Installation]:
    """One running bridge for the tests that do not stop it; each uses a profile of its own."""
    installation = Installation.create(artifacts / "installation-sessions", simulator)
    with installation.running():
        yield installation


@pytest.fixture
def profile() -> str:
    return f"profile-{next(_number)}"


def test_a_token_profile_logs_in_once_and_then_lives_on_its_session(
    running: Installation, profile: str
) -> None:
    nip = new_nip()
    running.add_token_profile(profile, nip)
    before = running.ksef_calls()
    first = running.access_token(profile)
    assert first.status == 200, first.json
    assert first.headers["cache-control"] == "no-store"
    assert first.json["authenticationMethod"] == "Token"
    assert first.json["validUntil"].endswith("Z")
    assert datetime.fromisoformat(first.json["validUntil"]) > datetime.now(UTC)
    assert difference(before, running.ksef_calls())[CHALLENGE] == 1
    between = running.ksef_calls()
    assert running.access_token(profile).json == first.json
    assert difference(between, running.ksef_calls()) == {}
    assert [each["referenceNumber"] for each in running.ksef_sessions(nip)] == [
        first.json["sessionReference"]
    ]


def test_force_refresh_asks_ksef_for_a_new_token_of_the_same_session(
    running: Installation, profile: str
) -> None:
    running.add_token_profile(profile, new_nip())
    first = running.access_token(profile).json
    before = running.ksef_calls()
    forced = running.access_token(profile, {"forceRefresh": True}).json
    assert difference(before, running.ksef_calls()) == {REFRESH: 1}
    assert forced["sessionReference"] == first["sessionReference"]


@pytest.mark.parametrize("key_algorithm", ["EC P-256", "RSA 2048"])
def test_a_ksef_certificate_logs_in(
    running: Installation, tmp_path: Path, key_algorithm: str, profile: str
) -> None:
    nip = new_nip()
    certificate = portal_certificate(running, tmp_path, nip, key_algorithm=key_algorithm)
    assert certificate["facts"]["kind"] == "Ksef"
    running.add_certificate_profile(profile, nip, certificate)
    answer = running.access_token(profile)
    assert answer.status == 200, answer.json
    assert answer.json["authenticationMethod"] == "Certificate"


def test_a_self_signed_certificate_logs_in_on_test(
    running: Installation, tmp_path: Path, profile: str
) -> None:
    nip = new_nip()
    running.add_certificate_profile(profile, nip, self_signed(running, tmp_path, nip))
    assert running.access_token(profile).status == 200


def test_a_restart_costs_no_new_login(installation: Installation, profile: str) -> None:
    with installation.running():
        installation.add_token_profile(profile, new_nip())
        first = installation.access_token(profile).json
    before = installation.ksef_calls()
    with installation.running():
        again = installation.access_token(profile).json
        assert again["sessionReference"] == first["sessionReference"]
    assert difference(before, installation.ksef_calls()).get(CHALLENGE, 0) == 0


def test_losing_the_state_database_costs_one_login_and_no_key(
    installation: Installation, profile: str
) -> None:
    with installation.running():
        installation.add_token_profile(profile, new_nip())
        installation.access_token(profile)
    for path in installation.folder.glob("state.sqlite3*"):
        path.unlink()
    before = installation.ksef_calls()
    with installation.running():
        assert installation.access_token(profile).status == 200
    assert difference(before, installation.ksef_calls())[CHALLENGE] == 1


def test_another_credential_takes_effect_at_once_and_the_old_session_is_revoked(
    running: Installation, profile: str
) -> None:
    nip = new_nip()
    running.add_token_profile(profile, nip)
    first = running.access_token(profile).json["sessionReference"]
    sealed = running.inspect_token(running.new_ksef_token(nip))["sealed"]
    running.change_profile(profile, token_sealed=sealed)
    second = running.access_token(profile).json["sessionReference"]
    assert second != first
    revoked = {each["referenceNumber"]: each["revoked"] for each in running.ksef_sessions(nip)}
    assert revoked == {first: True, second: False}


def test_a_session_that_ended_at_ksef_is_replaced(running: Installation, profile: str) -> None:
    nip = new_nip()
    running.add_token_profile(profile, nip)
    first = running.access_token(profile).json
    headers = {"Authorization": f"Bearer {first['accessToken']}"}
    revoked = running.simulator.call("DELETE", "/v2/auth/sessions/current", headers=headers)
    assert revoked.status == 204
    second = running.access_token(profile, {"forceRefresh": True})
    assert second.status == 200
    assert second.json["sessionReference"] != first["sessionReference"]


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"status": "Inactive"}, 409, "profile-inactive"),
        ({"deleted": True}, 404, "profile-not-found"),
        ({"token_sealed": None}, 409, "token-not-set"),
        ({"authorization_type": "Certificate"}, 409, "certificate-not-set"),
        ({"environment": None}, 409, "profile-incomplete"),
        ({"environment": "Production"}, 409, "seal-unusable"),
        ({"token_sealed": "ksef1.a.b.c.400.d"}, 409, "seal-unusable"),
    ],
)
def test_a_change_in_espocrm_takes_effect_on_the_next_call(
    running: Installation, change: dict[str, Any], status: int, code: str, profile: str
) -> None:
    running.add_token_profile(profile, new_nip())
    assert running.access_token(profile).status == 200
    running.change_profile(profile, **change)
    for language in ("en", "pl"):
        answer = running.access_token(profile, **{"Accept-Language": language})
        assert (answer.status, answer.json["code"]) == (status, code)
        assert answer.headers["content-language"] == language


def test_a_seal_moved_to_another_profile_does_not_open(running: Installation) -> None:
    nip = new_nip()
    sealed = running.inspect_token(running.new_ksef_token(nip))["sealed"]
    running.add_profile("thief", new_nip(), authorization_type="Token", token_sealed=sealed)
    answer = running.access_token("thief")
    assert (answer.status, answer.json["code"]) == (409, "seal-unusable")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"status": "Inactive"}, "certificate-not-active"),
        ({"status": "Revoked"}, "certificate-not-active"),
        ({"type": "Offline"}, "certificate-wrong-type"),
        ({"private_key_sealed": None}, "private-key-not-set"),
        ({"deleted": True}, "certificate-not-set"),
    ],
)
def test_an_unfit_certificate_is_refused_before_any_call(
    running: Installation, tmp_path: Path, change: dict[str, Any], code: str, profile: str
) -> None:
    nip = new_nip()
    certificate = portal_certificate(running, tmp_path, nip)
    running.add_certificate_profile(profile, nip, certificate, **change)
    before = running.ksef_calls()
    answer = running.access_token(profile)
    assert (answer.status, answer.json["code"]) == (409, code)
    assert difference(before, running.ksef_calls()) == {}


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("Inactive", "set it to Active again"),
        ("Requested", "wait until it has"),
        ("Revoked", "Request another certificate"),
        ("Expired", "Request another certificate"),
        ("Blocked", "Request another certificate"),
    ],
)
def test_what_to_do_about_a_certificate_depends_on_its_status(
    running: Installation, tmp_path: Path, status: str, words: str, profile: str
) -> None:
    nip = new_nip()
    certificate = portal_certificate(running, tmp_path, nip)
    running.add_certificate_profile(profile, nip, certificate, status=status)
    detail = running.access_token(profile).json["detail"]
    assert words in detail
    assert ("set it to Active again" in detail) == (status == "Inactive")


def test_a_refusal_names_ksefs_code_and_is_remembered(
    running: Installation, tmp_path: Path, profile: str
) -> None:
    stranger = portal_certificate(running, tmp_path, new_nip())
    running.add_certificate_profile(profile, new_nip(), stranger)
    refused = running.access_token(profile, **{"Accept-Language": "pl-PL"})
    assert refused.status == 502
    assert refused.json["ksefCode"] == 415
    assert "uprawnie" in refused.json["detail"]
    before = running.ksef_calls()
    assert running.access_token(profile).json["code"] == refused.json["code"]
    assert difference(before, running.ksef_calls()) == {}
    assert running.access_token(profile, {"forceRefresh": True}).status == 502
    assert difference(before, running.ksef_calls())[CHALLENGE] == 1


def test_ksef_out_of_reach_is_503_with_retry_after(running: Installation, profile: str) -> None:
    nip = new_nip()
    token = running.new_ksef_token(nip)
    body = {"token": token, "environment": "Demo"}
    sealed = running.call("POST", "/v1/tokens/inspect", body).json["sealed"]
    running.add_profile(
        profile, nip, authorization_type="Token", token_sealed=sealed, environment="Demo"
    )
    answer = running.access_token(profile)
    assert (answer.status, answer.json["code"]) == (503, "ksef-unreachable")
    assert int(answer.headers["retry-after"]) > 0


def test_sixteen_calls_at_once_make_one_login(installation: Installation, profile: str) -> None:
    with installation.running(KSEF_BRIDGE_WORKERS="4"):
        installation.add_token_profile(profile, new_nip())
        before = installation.ksef_calls()
        with ThreadPoolExecutor(16) as pool:
            answers = list(pool.map(lambda _: installation.access_token(profile), range(16)))
        assert [answer.status for answer in answers] == [200] * 16
        assert len({answer.json["sessionReference"] for answer in answers}) == 1
        assert difference(before, installation.ksef_calls())[CHALLENGE] == 1
