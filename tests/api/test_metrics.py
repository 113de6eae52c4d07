"""What is counted, what is logged of each use of a credential, and the request's way to KSeF."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.installation import Installation, new_nip
from tests.processes import RunningCommand, free_port, running

SAMPLE = re.compile(r"^(?P<name>[a-z_]+)(\{(?P<labels>[^}]*)\})? (?P<value>[0-9.e+-]+)$")


@pytest.fixture(scope="module")
def own_simulator(artifacts: Path) -> Iterator[RunningCommand]:
    """A simulator of this module's own, since it is made to misbehave."""
    port = free_port()
    log = artifacts / "simulator-metrics.log"
    with running(["simulator", "--port", str(port)], port, log) as command:
        yield command


@pytest.fixture(scope="module")
def bridge(artifacts: Path, own_simulator: RunningCommand) -> Iterator[Installation]:
    installation = Installation.create(artifacts / "installation-metrics", own_simulator)
    with installation.running(KSEF_BRIDGE_WORKERS="3"):
        yield installation


def counted(bridge: Installation, name: str, **labels: str) -> float:
    """The sum of a metric's samples that carry these labels."""
    answer = bridge.call("GET", "/metrics")
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    total = 0.0
    for line in answer.body.decode().splitlines():
        sample = SAMPLE.match(line)
        if sample is None or sample["name"] != name:
            continue
        found = dict(re.findall(r'(\w+)="([^"]*)"', sample["labels"] or ""))
        if labels.items() <= found.items():
            total += float(sample["value"])
    return total


def events(bridge: Installation, event: str, **members: object) -> list[Any]:
    """The log's events of that name with these members."""
    lines = (bridge.folder / "bridge.log").read_text("utf-8").splitlines()
    found = [json.loads(line) for line in lines if line.startswith("{")]
    return [each for each in found if each["event"] == event and members.items() <= each.items()]


def test_counts_are_summed_over_the_workers(bridge: Installation) -> None:
    bridge.add_token_profile("counted", new_nip())
    for _ in range(30):
        assert bridge.access_token("counted").status == 200
    bridge.access_token("counted", {"forceRefresh": True})
    token = {"route": "/v1/profiles/<profile_id>/access-token", "status": "200"}
    # However the 31 were spread over three workers, each of which answers for all of them.
    for _ in range(6):
        assert counted(bridge, "ksef_bridge_requests_total", **token) == 31
    assert counted(bridge, "ksef_bridge_access_tokens_total", source="login") == 1
    assert counted(bridge, "ksef_bridge_access_tokens_total", source="cache") == 29
    assert counted(bridge, "ksef_bridge_access_tokens_total", source="refresh") == 1
    login = {"environment": "Test", "method": "Token", "outcome": "success"}
    assert counted(bridge, "ksef_bridge_logins_total", **login) == 1
    assert counted(bridge, "ksef_bridge_refreshes_total", outcome="success") == 1
    redeem = {"operation": "POST /auth/token/redeem", "status": "200"}
    assert counted(bridge, "ksef_bridge_ksef_request_seconds_count", **redeem) == 1


def test_refusals_are_counted_by_their_code(bridge: Installation) -> None:
    bridge.add_token_profile("refused", new_nip(), bridge.new_ksef_token(new_nip()))
    sealed = bridge.inspect_token(bridge.new_ksef_token(nip := new_nip()))["sealed"]
    bridge.add_profile("unknown", nip, authorization_type="Token", token_sealed=sealed)
    unknown = {"code": 450, "description": "Opis", "details": ["Nieprawidłowy token"], "times": 1}
    bridge.simulator.call("PUT", "/_simulator/chaos", json_body={"loginStatus": unknown})
    assert bridge.access_token("unknown").status == 502
    refused = {"environment": "Test", "code": "ksef-token-unknown"}
    assert counted(bridge, "ksef_bridge_refusals_total", **refused) == 1
    assert counted(bridge, "ksef_bridge_logins_total", outcome="refused") == 1


def test_a_use_of_a_credential_says_who_and_with_what_outcome(bridge: Installation) -> None:
    nip = new_nip()
    bridge.add_token_profile("audited", nip)
    answer = bridge.access_token("audited", **{"X-Request-Id": "invoice-2026-11-17"})
    (event,) = events(bridge, "credential-used", profile="audited")
    assert event["outcome"] == "success"
    assert event["method"] == "Token"
    assert event["environment"] == "Test"
    assert event["caller"] == "espocrm"
    assert re.fullmatch(r"[0-9a-f]{8}", event["api_key"])
    assert event["request_id"] == "invoice-2026-11-17"
    assert event["reference"] == answer.json["sessionReference"]


def test_the_request_id_goes_with_every_call_to_ksef_and_meets_its_trace_id(
    bridge: Installation,
) -> None:
    bridge.add_token_profile("traced", new_nip())
    wish = {"code": 21405, "description": "Opis", "details": []}
    rule = {"call": "POST /auth/ksef-token", "effect": "refuse", "exception": wish, "times": 1}
    bridge.simulator.call("PUT", "/_simulator/chaos", json_body={"rules": [rule]})
    answer = bridge.access_token("traced", **{"X-Request-Id": "traced-request"})
    assert (answer.status, answer.headers["x-request-id"]) == (502, "traced-request")
    calls = events(bridge, "ksef-call", request_id="traced-request")
    assert [each["operation"] for each in calls][-1] == "POST /auth/ksef-token"
    (used,) = events(bridge, "credential-used", request_id="traced-request")
    assert used["ksef_trace_id"] == calls[-1]["ksef_trace_id"]
    assert re.fullmatch(r"[0-9a-f]{32}", used["ksef_trace_id"])


def test_metrics_ask_for_a_key_and_name_no_company(bridge: Installation) -> None:
    assert bridge.bridge is not None
    assert bridge.bridge.call("GET", "/metrics").status == 401
    nip = new_nip()
    bridge.add_token_profile("anonymous", nip)
    bridge.access_token("anonymous")
    text = bridge.call("GET", "/metrics").body.decode()
    assert nip not in text
    assert "anonymous" not in text


def test_no_answer_is_for_a_cache(bridge: Installation) -> None:
    for method, path in (("GET", "/v1/info"), ("POST", "/v1/tokens/inspect"), ("GET", "/nothing")):
        answer = bridge.call(method, path)
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["vary"] == "Accept-Language"
