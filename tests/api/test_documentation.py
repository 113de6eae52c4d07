"""Where the bridge is told of a site, whatever has a code has the address of the code's page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from bridge.api.certificate_schemas import ProblemBody
from bridge.enrolment.codes import EnrolmentCode
from bridge.enrolment.state import Problem
from bridge.messages import Message
from tests.api.in_process import in_process
from tests.installation import Installation, new_nip
from tests.processes import RunningCommand

SITE = "https://docs.example/ksef"
INSPECTED: tuple[str, str, object] = (
    "POST",
    "/v1/tokens/inspect",
    {"token": "no token", "environment": "Test"},
)
REFUSED: tuple[str, str, object] = ("POST", "/v1/profiles/nobody/access-token", {})


@pytest.fixture(scope="module")
def installation(artifacts: Path, simulator: RunningCommand) -> Installation:
    return Installation.create(artifacts / "installation-documentation", simulator)


@pytest.fixture(scope="module")
def bridge(installation: Installation) -> FlaskClient:
    return in_process(installation, KSEF_BRIDGE_DOCUMENTATION_URL=SITE)


@pytest.fixture(scope="module")
def bridge_without(installation: Installation) -> FlaskClient:
    return in_process(installation)


def answer(bridge: FlaskClient, method: str, path: str, body: object, **headers: str) -> Any:
    return bridge.open(path, method=method, json=body, headers=headers).json


@pytest.mark.parametrize(
    ("language", "address"),
    [
        ("en", f"{SITE}/messages/profile-not-found/"),
        ("pl-PL", f"{SITE}/pl/messages/profile-not-found/"),
        ("de", f"{SITE}/messages/profile-not-found/"),
    ],
)
def test_the_type_of_a_problem_is_its_page_in_the_language_of_the_answer(
    bridge: FlaskClient, language: str, address: str
) -> None:
    refused = answer(bridge, *REFUSED, **{"Accept-Language": language})
    assert refused["type"] == address


def test_findings_have_the_address_of_their_page(bridge: FlaskClient) -> None:
    findings = answer(bridge, *INSPECTED, **{"Accept-Language": "pl"})["findings"]
    assert findings
    for finding in findings:
        assert finding["documentation"] == f"{SITE}/pl/messages/{finding['code']}/"


def test_steps_of_a_connection_test_have_the_address_of_their_page(
    bridge: FlaskClient, installation: Installation
) -> None:
    installation.add_profile("p1", new_nip(), authorization_type="Token")
    steps = answer(bridge, "POST", "/v1/profiles/p1/connection-test", {})["steps"]
    failed = [step for step in steps if step["code"]]
    assert failed
    for step in failed:
        assert step["documentation"] == f"{SITE}/messages/{step['code']}/"
    assert all("documentation" not in step for step in steps if not step["code"])


def test_what_stands_in_the_way_of_a_certificate_has_the_address_of_its_page() -> None:
    problem = Problem(EnrolmentCode.REJECTED)
    told = ProblemBody.of(problem, Message("Rejected.", f"{SITE}/messages/enrolment-rejected/"))
    described = told.model_dump(mode="json", by_alias=True)
    assert described["documentation"] == f"{SITE}/messages/enrolment-rejected/"
    assert "documentation" not in ProblemBody.of(problem, Message("Rejected.")).model_dump()


def test_the_bridge_says_where_its_site_is(
    bridge: FlaskClient, bridge_without: FlaskClient
) -> None:
    assert answer(bridge, "GET", "/v1/info", None)["documentationUrl"] == f"{SITE}/"
    assert "documentationUrl" not in answer(bridge_without, "GET", "/v1/info", None)


def test_without_a_site_nothing_is_said_of_one(bridge_without: FlaskClient) -> None:
    findings = answer(bridge_without, *INSPECTED)["findings"]
    assert findings
    assert all("documentation" not in finding for finding in findings)
    assert answer(bridge_without, *REFUSED)["type"] == "urn:ksef-bridge:problem:profile-not-found"
