"""A copy of an EspoCRM, made for testing, leaves Production alone; the EspoCRM itself does not."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.installation import Installation, difference, new_nip, run_command
from tests.processes import Answer, RunningCommand

HOME = "https://crm.example"
REFERENCE = "20261129-AU-1A2B3C4D5E-F6A7B8C9D0-01"
CODE = "bridge-of-another-home"


@dataclass
class Company:
    """A company in Production and one in Test, and the bridge that serves both."""

    bridge: Installation
    nip: str

    def asks(self, method: str, path: str, body: object = None, site: str | None = None) -> Answer:
        headers = {} if site is None else {"X-EspoCRM-Site": site}
        return self.bridge.call(method, path, body, **headers)

    def everything(self, site: str | None = None) -> dict[str, Answer]:
        """All that changes something at KSeF."""
        request = {"type": "Offline", "name": "Kasa"}
        return {
            "login": self.asks("POST", "/v1/profiles/production/access-token", None, site),
            "request": self.asks(
                "PUT", "/v1/profiles/test/certificate-enrolments/c1", request, site
            ),
            "revocation": self.asks(
                "POST", "/v1/certificates/c1/revocation", {"profileId": "test"}, site
            ),
            "session": self.asks("DELETE", f"/v1/profiles/test/sessions/{REFERENCE}", None, site),
            "sessions": self.asks("DELETE", "/v1/profiles/test/sessions", None, site),
        }

    def step_that_failed(self, site: str | None = None) -> str:
        answer = self.asks("POST", "/v1/profiles/production/connection-test", {}, site)
        assert answer.status == 200, answer.body
        steps = [step for step in answer.json["steps"] if step["status"] == "failed"]
        return ", ".join(step["code"] for step in steps)


@pytest.fixture(scope="module")
def company(artifacts: Path, simulator: RunningCommand) -> Company:
    bridge = Installation.create(artifacts / "copied", simulator)
    bridge.environment |= {
        "KSEF_BRIDGE_KSEF_URL_PRODUCTION": bridge.environment["KSEF_BRIDGE_KSEF_URL_TEST"],
        "KSEF_BRIDGE_ALLOW": "plain-http-production",
    }
    made = Company(bridge, new_nip())
    with bridge.running():
        for environment in ("Production", "Test"):
            token = bridge.new_ksef_token(made.nip)
            sealed = bridge.inspect_token(token, environment=environment)["sealed"]
            bridge.add_profile(
                environment.lower(),
                made.nip,
                environment=environment,
                authorization_type="Token",
                token_sealed=sealed,
            )
    run_command("home", "set", "--site-url", HOME, environment=bridge.environment)
    return made


def test_the_copys_calls_change_nothing_at_ksef(company: Company) -> None:
    """It has the bridge's address and key, as they stand in the settings that were copied."""
    with company.bridge.running():
        before = company.bridge.ksef_calls()
        for name, answer in company.everything("https://test.crm.example").items():
            assert (answer.status, answer.json["code"]) == (409, CODE), name
            assert HOME in answer.json["detail"]
        assert company.step_that_failed("https://test.crm.example") == CODE
        assert difference(before, company.bridge.ksef_calls()) == {}
        path = "/v1/profiles/test/access-token"
        assert company.asks("POST", path, None, "https://test.crm.example").status == 200


def test_at_home_it_goes_on(company: Company) -> None:
    with company.bridge.running():
        for site in (HOME, "HTTPS://CRM.example:443/", None):
            answers = company.everything(site)
            assert answers["login"].status == 200, site
            assert CODE not in {
                answer.json["code"] for answer in answers.values() if "code" in answer.json
            }
        assert company.step_that_failed(HOME) == ""


def test_sessions_that_are_stored_are_not_used_for_the_copy(company: Company) -> None:
    bridge = company.bridge
    with bridge.running():
        assert company.asks("POST", "/v1/profiles/production/access-token").status == 200
        bridge.change_profile("production", status="Inactive")
        before = bridge.ksef_calls()
        path = "/v1/profiles/production/sessions"
        refused = company.asks("GET", path, None, "https://test.crm.example")
        assert (refused.status, refused.json["code"]) == (409, CODE)
        assert difference(before, bridge.ksef_calls()) == {}
        assert company.asks("GET", path, None, HOME).status == 200
        bridge.change_profile("production", status="Active")


def test_a_bridge_on_a_copied_database_leaves_ksef_alone_until_told(
    company: Company, tmp_path: Path
) -> None:
    """Bridge, keys and state were copied with it, and nobody says where he calls from."""
    bridge = company.bridge
    original = bridge.environment["KSEF_BRIDGE_ESPOCRM_DATABASE_URL"]
    copy = tmp_path / "espocrm.sqlite3"
    shutil.copy(original.removeprefix("sqlite:///"), copy)
    copied = {**bridge.environment, "KSEF_BRIDGE_ESPOCRM_DATABASE_URL": f"sqlite:///{copy}"}
    shown = run_command("home", "show", "--language", "en", environment=copied)
    assert HOME in shown
    assert str(copy) in shown
    with bridge.running(KSEF_BRIDGE_ESPOCRM_DATABASE_URL=f"sqlite:///{copy}"):
        before = bridge.ksef_calls()
        for name, answer in company.everything().items():
            assert (answer.status, answer.json["code"]) == (409, CODE), name
        assert company.step_that_failed() == CODE
        assert difference(before, bridge.ksef_calls()) == {}
    run_command("home", "set", "--site-url", "https://new.example", environment=copied)
    with bridge.running(KSEF_BRIDGE_ESPOCRM_DATABASE_URL=f"sqlite:///{copy}"):
        assert company.everything()["login"].status == 200
