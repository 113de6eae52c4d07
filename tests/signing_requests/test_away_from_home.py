"""Nothing is signed for Production while another EspoCRM asks: its copy has all the profiles."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from bridge.credentials.context import ContextIdentifier, ContextType
from bridge.credentials.environment import Environment
from bridge.ksef.auth_token_request import SubjectIdentifierType
from bridge.settings import load_settings
from bridge.signing_requests.state import SIGNED_WITHIN, Phase, SigningRequest
from bridge.signing_requests.store import SigningRequestStore
from bridge.state.database import StateDatabase
from bridge.state.home import Home, Homes, database_of
from bridge.state.rounds import Rounds
from tests.api.in_process import in_process
from tests.installation import Installation, new_nip
from tests.processes import RunningCommand
from tests.state.databases import state_at

HOME = "https://crm.example.pl"
COPY = {"X-EspoCRM-Site": "https://test.crm.example.pl"}
ALL = "/v1/profiles/p1/signing-requests"
ONE = f"{ALL}/request"
_number = itertools.count(1)


@pytest.fixture
def environment() -> Environment:
    """That of the profile."""
    return Environment.PRODUCTION


@pytest.fixture
def installation(
    artifacts: Path, simulator: RunningCommand, environment: Environment
) -> Installation:
    """A bridge with a profile."""
    folder = artifacts / f"installation-signing-away-{next(_number)}"
    installation = Installation.create(folder, simulator)
    columns = {"environment": environment.value, "authorization_type": "Token"}
    installation.add_profile("p1", new_nip(), **columns)
    return installation


@pytest.fixture
def state(installation: Installation, environment: Environment) -> Iterator[StateDatabase]:
    """Its state, with a request whose session is to be revoked."""
    state = state_at(installation.environment["KSEF_BRIDGE_STATE_DATABASE_URL"])
    request = SigningRequest(
        id="request",
        profile_id="p1",
        environment=environment,
        context=ContextIdentifier(ContextType.NIP, "5265877635"),
        subject_identifier_type=SubjectIdentifierType.CERTIFICATE_SUBJECT,
        document="<a/>",
        expires_at=datetime.now(UTC) - SIGNED_WITHIN,
    )
    SigningRequestStore(state).add(request, -SIGNED_WITHIN)
    yield state
    state.engine.dispose()


@pytest.fixture
def bridge(installation: Installation, state: StateDatabase) -> FlaskClient:
    database = database_of(load_settings(installation.environment).espocrm_database_url)
    Homes(state).set(Home(HOME, database))
    return in_process(installation)


def phase(state: StateDatabase) -> Phase:
    stored = SigningRequestStore(state).get("request")
    assert stored is not None
    return stored.request.phase


def test_a_copy_begins_signs_and_ends_nothing(bridge: FlaskClient, state: StateDatabase) -> None:
    calls: list[tuple[str, str, dict[str, Any]]] = [
        ("POST", ALL, {"json": {}}),
        ("PUT", ONE, {"data": b"<a/>", "content_type": "application/xml"}),
        ("DELETE", ONE, {}),
    ]
    for method, path, options in calls:
        refused = bridge.open(path, method=method, headers=COPY, **options)
        assert (refused.status_code, refused.get_json()["code"]) == (
            409,
            "bridge-of-another-home",
        )
    asked = bridge.get(ONE, headers=COPY)
    assert (asked.status_code, asked.get_json()["status"]) == (200, "AwaitingSignature")
    assert phase(state) is Phase.AWAITING_SIGNATURE
    assert bridge.get(ONE, headers={"X-EspoCRM-Site": HOME}).get_json()["status"] == "Expired"


@pytest.mark.parametrize("environment", [Environment.TEST])
def test_on_test_too_a_copy_ends_nothing_by_beginning_anew(
    bridge: FlaskClient, state: StateDatabase
) -> None:
    refused = bridge.post(ALL, json={}, headers=COPY)
    assert (refused.status_code, refused.get_json()["code"]) == (409, "bridge-of-another-home")
    assert phase(state) is Phase.AWAITING_SIGNATURE


def test_the_rounds_of_a_bridge_that_reads_another_database_rest(
    installation: Installation, state: StateDatabase
) -> None:
    Homes(state).set(Home(HOME, "another:3306/espocrm"))
    rounds: Rounds = in_process(installation).application.extensions["ksef-signing-request-rounds"]
    rounds.once()
    assert phase(state) is Phase.AWAITING_SIGNATURE
    database = database_of(load_settings(installation.environment).espocrm_database_url)
    Homes(state).set(Home(HOME, database))
    rounds = in_process(installation).application.extensions["ksef-signing-request-rounds"]
    rounds.once()
    assert phase(state) is Phase.EXPIRED
