"""Sessions at KSeF listed and revoked over real HTTP, also for profiles that are no more."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.installation import Installation, difference, new_nip
from tests.processes import RunningCommand

UNKNOWN = "20261124-AU-0000000000-0000000000-00"
_number = itertools.count(1)


@pytest.fixture(scope="module")
def bridge(artifacts: Path, simulator: RunningCommand) -> Iterator[Installation]:
    installation = Installation.create(artifacts / "installation-open-sessions", simulator)
    with installation.running():
        yield installation


@pytest.fixture
def profile() -> str:
    return f"open-{next(_number)}"


def live(bridge: Installation, nip: str) -> set[str]:
    """The company's sessions that KSeF has not ended."""
    sessions = bridge.ksef_sessions(nip)
    return {each["referenceNumber"] for each in sessions if not each["revoked"]}


def listed(bridge: Installation, profile: str) -> list[Any]:
    answer = bridge.call("GET", f"/v1/profiles/{profile}/sessions")
    assert answer.status == 200, answer.json
    sessions: list[Any] = answer.json["sessions"]
    return sessions


def log_in_elsewhere(bridge: Installation, nip: str) -> str:
    """A session of the same company, whose profile was deleted before it got another one."""
    other = f"elsewhere-{next(_number)}"
    bridge.add_token_profile(other, nip)
    reference = str(bridge.access_token(other).json["sessionReference"])
    bridge.change_profile(other, deleted=True, delete_id=other)
    return reference


def test_all_sessions_of_the_context_are_listed_and_ours_is_marked(
    bridge: Installation, profile: str
) -> None:
    nip = new_nip()
    other = log_in_elsewhere(bridge, nip)
    bridge.add_token_profile(profile, nip)
    ours = bridge.access_token(profile).json["sessionReference"]
    sessions = {each["reference"]: each for each in listed(bridge, profile)}
    assert {reference: each["isOurs"] for reference, each in sessions.items()} == {
        ours: True,
        other: False,
    }
    assert sessions[ours]["startDate"].endswith("Z")
    assert sessions[ours]["refreshTokenValidUntil"].endswith("Z")
    assert sessions[ours]["authenticationMethod"]


def test_one_session_is_revoked(bridge: Installation, profile: str) -> None:
    nip = new_nip()
    other = log_in_elsewhere(bridge, nip)
    bridge.add_token_profile(profile, nip)
    ours = bridge.access_token(profile).json["sessionReference"]
    path = f"/v1/profiles/{profile}/sessions"
    assert bridge.call("DELETE", f"{path}/{other}").status == 204
    assert live(bridge, nip) == {ours}
    assert bridge.call("DELETE", f"{path}/{ours}").status == 204
    assert live(bridge, nip) == set()
    again = bridge.access_token(profile)
    assert again.json["sessionReference"] != ours


@pytest.mark.parametrize("change", [{}, {"status": "Inactive"}, {"deleted": True}])
def test_logging_out_works_whatever_became_of_the_profile(
    bridge: Installation, profile: str, change: dict[str, Any]
) -> None:
    nip = new_nip()
    bridge.add_token_profile(profile, nip)
    ours = bridge.access_token(profile).json["sessionReference"]
    if change:
        bridge.change_profile(profile, **change)
        assert [each["reference"] for each in listed(bridge, profile)] == [ours]
    path = f"/v1/profiles/{profile}/sessions"
    answer = bridge.call("DELETE", path)
    assert (answer.status, answer.json) == (200, {"revoked": [ours]})
    assert live(bridge, nip) == set()
    before = bridge.ksef_calls()
    again = bridge.call("DELETE", path)
    assert (again.status, again.json) == (200, {"revoked": []})
    assert difference(before, bridge.ksef_calls()) == {}


def test_logging_out_with_a_credential_that_was_replaced(
    bridge: Installation, profile: str
) -> None:
    nip = new_nip()
    bridge.add_token_profile(profile, nip)
    first = bridge.access_token(profile).json["sessionReference"]
    bridge.change_profile(profile, token_sealed=None)
    assert bridge.call("DELETE", f"/v1/profiles/{profile}/sessions").json == {"revoked": [first]}
    assert live(bridge, nip) == set()


def test_whom_ksef_limits_hears_when_to_come_back_and_has_lost_nothing(
    bridge: Installation, profile: str
) -> None:
    """What KSeF counts by context is not paced here, and one company's 429 is not remembered."""
    nip = new_nip()
    bridge.add_token_profile(profile, nip)
    ours = bridge.access_token(profile).json["sessionReference"]
    limit = {"call": "DELETE /auth/sessions/current", "effect": "rate-limit", "retryAfter": 30}
    path = f"/v1/profiles/{profile}/sessions"
    try:
        bridge.simulator.call("PUT", "/_simulator/chaos", json_body={"rules": [limit]})
        limited = bridge.call("DELETE", path)
    finally:
        bridge.simulator.call("PUT", "/_simulator/chaos", json_body={})
    assert (limited.status, limited.json["code"]) == (503, "ksef-rate-limited")
    assert limited.headers["retry-after"] == "30"
    assert live(bridge, nip) == {ours}
    assert bridge.call("DELETE", path).json == {"revoked": [ours]}


def test_a_profile_nobody_knows_is_404(bridge: Installation) -> None:
    for method in ("GET", "DELETE"):
        answer = bridge.call(method, "/v1/profiles/nobody/sessions")
        assert (answer.status, answer.json["code"]) == (404, "profile-not-found")


def test_an_inactive_profile_without_a_session_has_none(bridge: Installation, profile: str) -> None:
    bridge.add_token_profile(profile, new_nip())
    bridge.change_profile(profile, status="Inactive")
    path = f"/v1/profiles/{profile}/sessions"
    for method, each in (("GET", path), ("DELETE", f"{path}/{UNKNOWN}")):
        answer = bridge.call(method, each)
        assert (answer.status, answer.json["code"]) == (409, "profile-inactive")
    assert bridge.call("DELETE", path).json == {"revoked": []}


def test_a_session_that_ksef_does_not_know_is_404(bridge: Installation, profile: str) -> None:
    bridge.add_token_profile(profile, new_nip())
    bridge.access_token(profile)
    path = f"/v1/profiles/{profile}/sessions/{UNKNOWN}"
    answer = bridge.call("DELETE", path)
    assert (answer.status, answer.json["code"]) == (404, "session-not-found")
    assert UNKNOWN in answer.json["detail"]


@pytest.mark.parametrize("reference", ["current", "x", "20261124-AU-0000000000-0000000000-0g"])
def test_what_is_no_reference_number_is_not_sent_to_ksef(
    bridge: Installation, profile: str, reference: str
) -> None:
    bridge.add_token_profile(profile, new_nip())
    before = bridge.access_token(profile).json
    calls = bridge.ksef_calls()
    assert bridge.call("DELETE", f"/v1/profiles/{profile}/sessions/{reference}").status == 422
    assert difference(calls, bridge.ksef_calls()) == {}
    assert bridge.access_token(profile).json == before


def test_another_scope_may_not(bridge: Installation, profile: str) -> None:
    bridge.add_token_profile(profile, new_nip())
    key = bridge.new_api_key("token")
    for method, path in (
        ("GET", "sessions"),
        ("DELETE", "sessions"),
        ("DELETE", "sessions/x"),
        ("POST", "connection-test"),
    ):
        headers = {"Authorization": f"Bearer {key}"}
        answer = bridge.call(method, f"/v1/profiles/{profile}/{path}", **headers)
        assert (answer.status, answer.json["code"]) == (403, "api-key-scope-missing")
