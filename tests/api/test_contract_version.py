"""Callers who speak another version of the interface are told so before anything is done."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bridge.api.service import CONTRACT
from tests.installation import Installation
from tests.processes import RunningCommand

HEADER = "X-KSeF-Contract"


@pytest.fixture(scope="module")
def bridge(artifacts: Path, simulator: RunningCommand) -> Iterator[Installation]:
    installation = Installation.create(artifacts / "installation-contract-version", simulator)
    with installation.running():
        yield installation


@pytest.mark.parametrize("spoken", [str(CONTRACT + 1), "0", "one", "", "9" * 1000])
def test_another_contract_is_refused_with_both_numbers(bridge: Installation, spoken: str) -> None:
    body = {"token": "x", "environment": "Test"}
    refused = bridge.call("POST", "/v1/tokens/inspect", body, **{HEADER: spoken})
    assert refused.status == 400
    assert refused.json["code"] == "contract-unsupported"
    assert refused.json["params"] == {"caller": spoken[:20], "bridge": CONTRACT}


@pytest.mark.parametrize("language", ["pl", "en"])
def test_the_refusal_is_in_the_callers_language(bridge: Installation, language: str) -> None:
    headers = {HEADER: "2", "Accept-Language": language}
    refused = bridge.call("POST", "/v1/seals/renew", {"sealed": "x"}, **headers)
    assert refused.headers["content-language"] == language
    assert ("Zaktualizuj" in refused.json["detail"]) == (language == "pl")


@pytest.mark.parametrize("headers", [{}, {HEADER: str(CONTRACT)}, {HEADER: f" {CONTRACT} "}])
def test_this_contract_or_none_is_served(bridge: Installation, headers: dict[str, str]) -> None:
    answer = bridge.call(
        "POST", "/v1/tokens/inspect", {"token": "x", "environment": "Test"}, **headers
    )
    assert answer.status == 200


def test_whoever_does_not_fit_can_learn_the_contract(bridge: Installation) -> None:
    answer = bridge.call("GET", "/v1/info", **{HEADER: "2"})
    assert answer.status == 200
    assert answer.json["contract"] == CONTRACT


def test_who_one_is_comes_first(bridge: Installation) -> None:
    assert bridge.bridge is not None
    body = {"token": "x", "environment": "Test"}
    headers = {HEADER: "2", "Authorization": "Bearer nobody"}
    answer = bridge.bridge.call("POST", "/v1/tokens/inspect", json_body=body, headers=headers)
    assert answer.status == 401
