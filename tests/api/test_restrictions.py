"""An API key that is bound to environments or profiles, on every route that /openapi.json has."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from bridge.enrolment.state import Enrolment
from bridge.enrolment.store import EnrolmentStore
from bridge.settings import load_settings
from bridge.state.database import StateDatabase, connect
from tests.access_tokens import take_access_token
from tests.api.in_process import in_process
from tests.enrolment.test_store import ENROLMENT
from tests.installation import Installation, new_nip
from tests.processes import RunningCommand

HERE, ELSEWHERE, GONE = "p-here", "p-elsewhere", "p-gone"
OF_NO_PROFILE = {
    "/readyz",
    "/metrics",
    "/v1/info",
    "/v1/companies/{nip}",
    "/v1/seals/renew",
}
"""Routes that name neither a profile nor an environment: there the scopes alone decide."""
NAMING = {"profile_id": "profileId", "environment": "environment"}
"""Parameters of paths that name one, and the members of bodies that do."""
SAMPLES: dict[str, Any] = {
    "reference": "20261123-AU-33194CE936-829460A8C3-6F",
    "certificate_id": "c1",
    "certificateId": "c1",
    "token": "no token",
    "sealed": "no seal",
    "files": [],
    "type": "Offline",
    "name": "A certificate",
    "offline": False,
}


@dataclass(frozen=True)
class Route:
    """An operation of the API: what it names, and what a right request needs besides."""

    method: str
    path: str
    parameters: frozenset[str]
    members: frozenset[str]
    required: frozenset[str]

    @property
    def profile(self) -> bool:
        return "profile_id" in self.parameters or "profileId" in self.members

    @property
    def environment(self) -> bool:
        return "environment" in self.parameters or "environment" in self.members

    def ask(
        self, client: FlaskClient, key: str, profile: str, environment: str, **more: str
    ) -> Any:
        values = SAMPLES | {
            "profile_id": profile,
            "profileId": profile,
            "environment": environment,
            **more,
        }
        path = self.path.format(**{name: values.get(name, "x") for name in self.parameters})
        wanted = self.required | (self.members & set(NAMING.values()))
        body = {name: values[name] for name in wanted}
        headers = {"Authorization": f"Bearer {key}"}
        return client.open(path, method=self.method, json=body, headers=headers)


def routes_of(client: FlaskClient) -> list[Route]:
    description = client.get("/openapi.json").json
    assert description is not None
    schemas = description["components"]["schemas"]

    def body_of(operation: Any) -> Any:
        content = operation.get("requestBody", {}).get("content", {})
        reference = content.get("application/json", {}).get("schema", {}).get("$ref")
        return {} if reference is None else schemas[reference.rpartition("/")[2]]

    return [
        Route(
            method=method.upper(),
            path=path,
            parameters=frozenset(
                each["name"] for each in operation.get("parameters", ()) if each.get("in") == "path"
            ),
            members=frozenset(body_of(operation).get("properties", ())),
            required=frozenset(body_of(operation).get("required", ())),
        )
        for path, item in description["paths"].items()
        for method, operation in item.items()
        if "security" in operation
    ]


@pytest.fixture(scope="module")
def installation(artifacts: Path, simulator: RunningCommand) -> Installation:
    return Installation.create(artifacts / "installation-restrictions", simulator)


@pytest.fixture(scope="module")
def client(installation: Installation) -> FlaskClient:
    installation.add_profile(HERE, new_nip(), authorization_type="Token")
    for profile, columns in ((ELSEWHERE, {"status": "Inactive"}), (GONE, {"deleted": True})):
        installation.add_profile(
            profile, new_nip(), authorization_type="Token", environment="Demo", **columns
        )
    return in_process(installation)


@pytest.fixture(scope="module")
def routes(client: FlaskClient) -> list[Route]:
    found = routes_of(client)
    assert len(found) > 15
    return found


def refusal(answer: Any) -> str | None:
    """The code by which a key was refused for what it is bound to."""
    code: str | None = (answer.json or {}).get("code") if answer.is_json else None
    return code if answer.status_code == 403 else None


def test_each_route_names_a_profile_or_an_environment_or_is_known_to_name_neither(
    routes: list[Route],
) -> None:
    assert {
        each.path for each in routes if not each.profile and not each.environment
    } == OF_NO_PROFILE
    names = {name for each in routes for name in each.parameters | each.members}
    known = set(NAMING) | set(NAMING.values())
    odd = {each for each in names if "profile" in each.lower() or "environment" in each.lower()}
    # Another spelling would pass by what these tests ask, and perhaps by the check.
    assert odd <= known


def test_a_key_bound_to_a_profile_serves_no_other(
    installation: Installation, client: FlaskClient, routes: list[Route]
) -> None:
    key = installation.new_api_key_with("--profile", HERE)
    for route in routes:
        for other in (ELSEWHERE, "nobody", HERE.upper(), f"{HERE} "):
            answer = route.ask(client, key, other, "Test")
            if route.profile:
                assert refusal(answer) == "api-key-of-other-profiles", (route, other)
            else:
                assert refusal(answer) is None, route
        assert refusal(route.ask(client, key, HERE, "Test")) is None, route


def test_a_key_bound_to_an_environment_serves_no_other(
    installation: Installation, client: FlaskClient, routes: list[Route]
) -> None:
    key = installation.new_api_key_with("--environment", "Test", "--environment", "Production")
    for route in routes:
        for profile in (ELSEWHERE, GONE):
            answer = route.ask(client, key, profile, "Demo")
            if route.profile or route.environment:
                assert refusal(answer) == "api-key-of-other-environments", (route, profile)
            else:
                assert refusal(answer) is None, route
        assert refusal(route.ask(client, key, HERE, "Test")) is None, route


def test_a_key_that_is_bound_to_nothing_is_refused_nowhere(
    installation: Installation, client: FlaskClient, routes: list[Route]
) -> None:
    for route in routes:
        for profile, environment in ((HERE, "Test"), (ELSEWHERE, "Demo")):
            asked = route.ask(client, installation.api_key, profile, environment)
            assert asked.status_code not in {401, 403, 429}, route


def test_a_member_spelled_as_in_python_passes_no_check(
    installation: Installation, client: FlaskClient
) -> None:
    headers = {"Authorization": f"Bearer {installation.new_api_key_with('--profile', HERE)}"}
    body = {"profile_id": ELSEWHERE}
    asked = client.post("/v1/certificates/c1/revocation", json=body, headers=headers)
    assert refusal(asked) == "api-key-of-other-profiles"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "The API key serves these environments alone: Test. This call is about Demo."),
        (
            "pl",
            "tylko te środowiska: Testowe. To wywołanie dotyczy środowiska: Demo.",
        ),
    ],
)
def test_a_refusal_says_what_is_wrong_and_what_to_do(
    installation: Installation, client: FlaskClient, language: str, words: str
) -> None:
    key = installation.new_api_key_with("--environment", "Test")
    headers = {"Authorization": f"Bearer {key}", "Accept-Language": language}
    asked = client.post(f"/v1/profiles/{ELSEWHERE}/access-token", json={}, headers=headers)
    assert asked.status_code == 403
    assert asked.json is not None
    assert words in asked.json["detail"]
    assert "ksef-bridge keys new-api" in asked.json["detail"]


def test_a_key_bound_to_an_environment_does_not_know_a_profile_that_espocrm_does_not(
    installation: Installation, client: FlaskClient
) -> None:
    headers = {"Authorization": f"Bearer {installation.new_api_key_with('--environment', 'Test')}"}
    asked = client.delete("/v1/profiles/nobody/sessions", headers=headers)
    assert (asked.status_code, asked.json and asked.json["code"]) == (404, "profile-not-found")


def test_a_key_for_tokens_alone_inspects_and_administers_nothing(
    installation: Installation, client: FlaskClient, routes: list[Route]
) -> None:
    key = installation.new_api_key_with("--scope", "token")
    served = {"/access-token", "/verification-links", "/announcements"}
    for route in routes:
        answer = route.ask(client, key, HERE, "Test")
        is_served = any(route.path.endswith(each) for each in served) or route.path in {
            "/readyz",
            "/metrics",
            "/v1/info",
        }
        assert refusal(answer) == (None if is_served else "api-key-scope-missing"), route


def test_a_key_bound_to_profiles_signs_with_their_own_certificates_alone(
    installation: Installation, client: FlaskClient
) -> None:
    body = {
        "offline": True,
        "invoiceSha256": "0" * 64,
        "issueDate": "2026-02-01",
        "offlineCertificateId": "c-of-another",
    }
    path = f"/v1/profiles/{HERE}/verification-links"

    def code(*options: str) -> object:
        headers = {"Authorization": f"Bearer {installation.new_api_key_with(*options)}"}
        answer = client.post(path, json=body, headers=headers)
        assert answer.json is not None
        return answer.json["code"]

    assert code("--scope", "token", "--profile", HERE) == "api-key-scope-missing"
    assert code("--profile", HERE) == "certificate-not-found"
    assert code("--scope", "token") == "certificate-not-found"


def test_what_a_moved_profile_left_elsewhere_is_out_of_reach(
    installation: Installation, client: FlaskClient, routes: list[Route]
) -> None:
    nip = new_nip()
    token = {"token": installation.new_ksef_token(nip), "environment": "Test"}
    inspected = client.post("/v1/tokens/inspect", json=token).json
    assert inspected is not None
    installation.add_profile(
        "p-moved", nip, authorization_type="Token", token_sealed=inspected["sealed"]
    )
    given = client.post("/v1/profiles/p-moved/access-token", json={}).json
    assert given is not None
    take_access_token(given["accessToken"], given["sessionReference"])
    request = replace(ENROLMENT, profile_id="p-moved", certificate_id=SAMPLES["certificate_id"])
    store_enrolment(installation, request)
    to_sign = client.post("/v1/profiles/p-moved/signing-requests", json={}).json
    assert to_sign is not None
    installation.change_profile("p-moved", environment="Demo", status="Inactive")
    key = installation.new_api_key_with("--environment", "Demo")
    what_is_left = ("/sessions", "/certificate-enrolments/", "/signing-requests/")
    left = [each for each in routes if any(part in each.path for part in what_is_left)]
    assert len(left) == 9
    for route in left:
        asked = route.ask(client, key, "p-moved", "Demo", signing_request_id=to_sign["id"])
        assert refusal(asked) == "api-key-of-other-environments", route
    assert installation.ksef_sessions(nip)[0]["revoked"] is False
    ended = client.delete("/v1/profiles/p-moved/sessions").json
    assert ended == {"revoked": [given["sessionReference"]]}


def store_enrolment(installation: Installation, enrolment: Enrolment) -> None:
    """As a request for a certificate leaves it."""
    engine = connect(load_settings(installation.environment).state_database_url)
    assert EnrolmentStore(StateDatabase(engine)).add(enrolment, timedelta(days=1))
    engine.dispose()
