"""Connection tests over real HTTP: what each step finds, and that nothing is left at KSeF."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bridge.credentials.identifiers import internal_id_that_fits
from tests.installation import Installation, difference, new_nip
from tests.processes import RunningCommand, free_port, running
from tests.secret_register import register_secret
from tests.sessions.certificates import portal_certificate, self_signed

STEPS = (
    *("profile", "credential", "ksef", "public-keys", "login"),
    *("permissions", "credential-state"),
)
CHALLENGE = "POST /auth/challenge"
_number = itertools.count(1)


@pytest.fixture(scope="module")
def own_simulator(artifacts: Path) -> Iterator[RunningCommand]:
    """A simulator of this module's own, since it is made to misbehave."""
    port = free_port()
    log = artifacts / "simulator-connection-test.log"
    with running(["simulator", "--port", str(port)], port, log) as command:
        yield command


@pytest.fixture(scope="module")
def bridge(artifacts: Path, own_simulator: RunningCommand) -> Iterator[Installation]:
    installation = Installation.create(artifacts / "installation-connection-test", own_simulator)
    with installation.running():
        yield installation


@pytest.fixture
def calm(own_simulator: RunningCommand) -> Iterator[None]:
    yield
    chaos(own_simulator)


@pytest.fixture
def profile() -> str:
    return f"tested-{next(_number)}"


def chaos(simulator: RunningCommand, **misbehaviour: Any) -> None:
    answer = simulator.call("PUT", "/_simulator/chaos", json_body=misbehaviour)
    assert answer.status == 204, answer.body


def run(bridge: Installation, profile: str, body: object = None, language: str = "en") -> Any:
    path = f"/v1/profiles/{profile}/connection-test"
    answer = bridge.call("POST", path, body, **{"Accept-Language": language})
    assert answer.status == 200, answer.json
    return answer.json


def found(test: Any) -> dict[str, tuple[str, str | None]]:
    """Each step's status and code."""
    return {step["name"]: (step["status"], step["code"]) for step in test["steps"]}


def live_sessions(bridge: Installation, nip: str) -> list[str]:
    return [each["referenceNumber"] for each in bridge.ksef_sessions(nip) if not each["revoked"]]


def test_a_good_profile_passes_every_step_and_no_session_is_left(
    bridge: Installation, profile: str
) -> None:
    nip = new_nip()
    bridge.add_token_profile(profile, nip)
    test = run(bridge, profile)
    assert found(test) == dict.fromkeys(STEPS, ("ok", None))
    assert test["ok"] is True
    assert test["permissions"] == ["InvoiceRead", "InvoiceWrite"]
    assert all(step["durationMs"] >= 0 for step in test["steps"])
    assert live_sessions(bridge, nip) == []
    assert len(bridge.ksef_sessions(nip)) == 1


def test_a_token_that_logs_in_after_the_laws_last_day_is_in_order(
    bridge: Installation, profile: str, tmp_path: Path
) -> None:
    bridge.add_token_profile(profile, new_nip())
    later = dataclasses.replace(bridge, folder=tmp_path, bridge=None)
    with later.running(
        KSEF_BRIDGE_TOKENS_VALID_UNTIL="2026-02-01", KSEF_BRIDGE_RUNTIME_FOLDER=str(tmp_path / "r")
    ):
        test = run(later, profile)
    assert test["ok"] is True
    assert found(test)["login"] == ("ok", "token-validity-ended")
    assert {status for status, _ in found(test).values()} == {"ok"}


def test_the_digit_that_fits_an_internal_identifier_is_told(
    bridge: Installation, profile: str
) -> None:
    nip = new_nip()
    odd = f"{nip}-0000{(int(internal_id_that_fits(f'{nip}-00000')[-1]) + 1) % 10}"
    body = {"context": {"type": "InternalId", "value": odd}}
    token = bridge.simulator.call("POST", "/_simulator/ksef-tokens", json_body=body).json["token"]
    sealed = bridge.inspect_token(register_secret(token))["sealed"]
    bridge.add_profile(
        profile, nip, authorization_type="Token", token_sealed=sealed, internal_id=odd
    )
    test = run(bridge, profile)
    assert test["ok"] is True
    assert found(test)["profile"] == ("warning", "internal-id-check-digit")
    assert internal_id_that_fits(odd) in test["steps"][0]["message"]


def test_the_profiles_own_session_is_left_alone(bridge: Installation, profile: str) -> None:
    nip = new_nip()
    bridge.add_token_profile(profile, nip)
    before = bridge.access_token(profile).json
    assert run(bridge, profile)["ok"]
    assert bridge.access_token(profile).json == before
    assert live_sessions(bridge, nip) == [before["sessionReference"]]


def test_a_certificate_that_no_profile_uses_is_proved(
    bridge: Installation, tmp_path: Path, profile: str
) -> None:
    nip = new_nip()
    bridge.add_token_profile(profile, nip)
    certificate = portal_certificate(bridge, tmp_path, nip)
    bridge.add_certificate("new-certificate", certificate)
    test = run(bridge, profile, {"authorizationCertificateId": "new-certificate"})
    assert found(test) == dict.fromkeys(STEPS, ("ok", None))
    assert [each["revoked"] for each in bridge.ksef_sessions(nip)] == [True]
    missing = run(bridge, profile, {"authorizationCertificateId": "unknown"})
    assert found(missing)["credential"] == ("failed", "certificate-not-found")


def test_a_certificate_of_somebody_without_rights_fails_at_the_login(
    bridge: Installation, tmp_path: Path, profile: str
) -> None:
    nip, stranger = new_nip(), new_nip()
    bridge.add_certificate_profile(profile, nip, portal_certificate(bridge, tmp_path, stranger))
    test = run(bridge, profile, language="pl")
    assert test["ok"] is False
    assert found(test)["login"] == ("failed", "ksef-no-permissions-of-subject")
    assert {found(test)[name] for name in STEPS[5:]} == {("skipped", None)}
    login = next(step for step in test["steps"] if step["name"] == "login")
    assert stranger in login["message"]
    assert nip in login["message"]
    assert "uprawnie" in login["message"]


def test_a_self_signed_certificate_has_no_state_at_ksef(
    bridge: Installation, tmp_path: Path, profile: str
) -> None:
    nip = new_nip()
    bridge.add_certificate_profile(profile, nip, self_signed(bridge, tmp_path, nip))
    assert found(run(bridge, profile))["credential-state"] == ("ok", None)


def test_missing_rights_are_a_warning(bridge: Installation, profile: str) -> None:
    nip = new_nip()
    body = {"context": {"type": "Nip", "value": nip}, "permissions": ["InvoiceRead"]}
    token = bridge.simulator.call("POST", "/_simulator/ksef-tokens", json_body=body).json["token"]
    bridge.add_token_profile(profile, nip, token)
    test = run(bridge, profile)
    assert test["ok"] is True
    assert found(test)["permissions"] == ("warning", "permissions-missing")
    assert test["permissions"] == ["InvoiceRead"]
    message = next(step["message"] for step in test["steps"] if step["name"] == "permissions")
    assert "issue invoices" in message
    assert "InvoiceWrite" not in message


@pytest.mark.parametrize(
    ("change", "step", "code"),
    [
        ({"status": "Inactive"}, "profile", "profile-inactive"),
        ({"environment": None}, "profile", "profile-incomplete"),
        ({"token_sealed": None}, "credential", "token-not-set"),
        ({"environment": "Demo"}, "credential", "seal-unusable"),
    ],
)
def test_what_is_wrong_in_espocrm_is_found_before_any_call(
    bridge: Installation, profile: str, change: dict[str, Any], step: str, code: str
) -> None:
    bridge.add_token_profile(profile, new_nip())
    bridge.change_profile(profile, **change)
    before = bridge.ksef_calls()
    test = run(bridge, profile)
    assert found(test)[step] == ("failed", code)
    assert found(test)["login"] == ("skipped", None)
    assert difference(before, bridge.ksef_calls()) == {}


def test_ksef_out_of_reach_is_the_step_that_fails(bridge: Installation, profile: str) -> None:
    nip = new_nip()
    body = {"token": bridge.new_ksef_token(nip), "environment": "Demo"}
    sealed = bridge.call("POST", "/v1/tokens/inspect", body).json["sealed"]
    bridge.add_profile(
        profile, nip, authorization_type="Token", token_sealed=sealed, environment="Demo"
    )
    assert found(run(bridge, profile))["ksef"] == ("failed", "ksef-unreachable")


@pytest.mark.usefixtures("calm")
def test_a_slow_login_is_told_and_the_next_test_goes_on_with_it(
    bridge: Installation, profile: str
) -> None:
    nip = new_nip()
    bridge.add_token_profile(profile, nip)
    chaos(bridge.simulator, processingSeconds=9)
    before = bridge.ksef_calls()
    first = run(bridge, profile)
    assert found(first)["login"] == ("failed", "login-in-progress")
    assert found(run(bridge, profile))["login"] == ("ok", None)
    made = difference(before, bridge.ksef_calls())
    assert made["POST /auth/ksef-token"] == 1
    assert live_sessions(bridge, nip) == []


def put_in_place_of(bridge: Installation, profile: str, other: str) -> None:
    """One is deleted and the other restored: EspoCRM has room for one profile of a context."""
    bridge.change_profile(other, deleted=True, delete_id=other)
    bridge.change_profile(profile, deleted=False, delete_id="0")


@pytest.mark.usefixtures("calm")
def test_a_blocked_context_is_stopped_until_a_test_succeeds(
    bridge: Installation, tmp_path: Path, profile: str
) -> None:
    nip, earlier = new_nip(), f"{profile}-b"
    bridge.add_token_profile(earlier, nip)
    assert bridge.access_token(earlier).status == 200
    bridge.change_profile(earlier, deleted=True, delete_id=earlier)
    bridge.add_token_profile(profile, nip)
    blocked = {"code": 480, "description": "Uwierzytelnienie zablokowane"}
    chaos(bridge.simulator, loginStatus=blocked)
    refused = bridge.access_token(profile)
    assert (refused.status, refused.json["ksefCode"]) == (502, 480)
    before = bridge.ksef_calls()
    for each, other in ((profile, earlier), (earlier, profile)):
        put_in_place_of(bridge, each, other)
        for body in ({}, {"forceRefresh": True}):
            answer = bridge.access_token(each, body)
            assert (answer.status, answer.json["code"]) == (502, "ksef-context-blocked")
    assert difference(before, bridge.ksef_calls()) == {}
    put_in_place_of(bridge, profile, earlier)
    assert found(run(bridge, profile))["login"] == ("failed", "ksef-context-blocked")
    assert bridge.access_token(profile).status == 502
    chaos(bridge.simulator)
    assert run(bridge, profile)["ok"]
    assert bridge.access_token(profile).status == 200
    put_in_place_of(bridge, earlier, profile)
    assert bridge.access_token(earlier).status == 200


@pytest.mark.usefixtures("calm")
def test_a_test_that_succeeds_ends_a_remembered_refusal(bridge: Installation, profile: str) -> None:
    bridge.add_token_profile(profile, new_nip())
    refused = {"code": 415, "description": "Brak uprawnień", "times": 1}
    chaos(bridge.simulator, loginStatus=refused)
    assert bridge.access_token(profile).status == 502
    assert bridge.access_token(profile).status == 502
    assert run(bridge, profile)["ok"]
    assert bridge.access_token(profile).status == 200


def test_an_unknown_profile_is_404(bridge: Installation) -> None:
    answer = bridge.call("POST", "/v1/profiles/nobody/connection-test")
    assert (answer.status, answer.json["code"]) == (404, "profile-not-found")


def test_a_tested_token_that_is_being_revoked_is_told(bridge: Installation, profile: str) -> None:
    nip = new_nip()
    token = bridge.new_ksef_token(nip)
    bridge.add_token_profile(profile, nip, token)
    access_token = bridge.access_token(profile).json["accessToken"]
    reference = token.partition("|")[0]
    headers = {"Authorization": f"Bearer {access_token}"}
    assert bridge.simulator.call("DELETE", f"/v2/tokens/{reference}", headers=headers).status == 204
    login = found(run(bridge, profile))["login"]
    assert login[0] == "failed"
    assert login[1] in {"ksef-token-revoked", "ksef-token-inactive"}
