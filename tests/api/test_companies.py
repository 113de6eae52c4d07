"""The list of VAT payers by the bridge's own interface, the simulator playing the list."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient

from tests.api.in_process import in_process
from tests.installation import Installation, new_nip
from tests.ksef.scripted_server import Received, Reply, scripted_server
from tests.processes import RunningCommand
from tests.simulator.ksef import Ksef


@pytest.fixture(scope="module")
def installation(artifacts: Path, simulator: RunningCommand) -> Installation:
    return Installation.create(artifacts / "installation-companies", simulator)


@pytest.fixture(scope="module")
def bridge(installation: Installation) -> FlaskClient:
    return in_process(installation)


def ask(bridge: FlaskClient, nip: str, language: str = "en") -> Any:
    return bridge.get(f"/v1/companies/{nip}", headers={"Accept-Language": language})


def test_a_company(bridge: FlaskClient) -> None:
    nip = new_nip()
    answer = ask(bridge, nip)
    assert answer.status_code == 200
    assert answer.json == {
        "name": f"Firma {nip} sp. z o.o.",
        "address": f"PRZYKŁADOWA {int(nip[-3:])}, 00-001 WARSZAWA",
        "regon": answer.json["regon"],
        "krsNumber": f"000{nip[:7]}",
        "vatStatus": "Active",
        "asOf": str(datetime.now(ZoneInfo("Europe/Warsaw")).date()),
    }
    assert len(answer.json["regon"]) == 9


def test_what_is_not_known_is_absent(bridge: FlaskClient, simulator: RunningCommand) -> None:
    nip = new_nip()
    told = {"name": "Jan Kowalski", "statusVat": "Zwolniony", "krs": None, "workingAddress": None}
    simulator.call("PUT", f"/_simulator/vat-payers/{nip}", json_body=told)
    found = ask(bridge, nip).json
    assert (found["name"], found["vatStatus"]) == ("Jan Kowalski", "Exempt")
    assert (found["krsNumber"], found["address"]) == (None, None)


def test_who_is_not_in_it(bridge: FlaskClient, simulator: RunningCommand) -> None:
    nip = new_nip()
    simulator.call("PUT", f"/_simulator/vat-payers/{nip}", json_body={"listed": False})
    english, polish = ask(bridge, nip), ask(bridge, nip, "pl")
    assert (english.status_code, english.json["code"]) == (404, "company-not-found")
    assert nip in english.json["detail"]
    assert "wykazie podatników VAT" in polish.json["detail"]


def test_a_nip_that_cannot_be(bridge: FlaskClient) -> None:
    refused = ask(bridge, "5265877636")
    assert (refused.status_code, refused.json["code"]) == (422, "company-nip-check-digit")
    assert ask(bridge, "1").json["code"] == "company-nip-malformed"
    assert ask(bridge, "5" * 40).json["code"] == "request-invalid"


def test_who_is_told_not_to_ask(installation: Installation) -> None:
    refused = ask(in_process(installation, KSEF_BRIDGE_VAT_PAYERS_URL=""), new_nip())
    assert (refused.status_code, refused.json["code"]) == (409, "vat-payers-switched-off")


def test_a_day_that_is_used_up(installation: Installation) -> None:
    simulator = Ksef(limits=True).application.test_client()

    def play(asked: Received) -> Reply:
        answer = simulator.get(asked.path)
        return Reply(answer.status_code, answer.data)

    nip = new_nip()
    with scripted_server(play) as server:
        url = f"http://127.0.0.1:{server.port}"
        bridge = in_process(installation, KSEF_BRIDGE_VAT_PAYERS_URL=url)
        answers = [ask(bridge, nip) for _ in range(101)]
    assert {each.status_code for each in answers[:100]} == {200}
    refused = answers[100]
    assert (refused.status_code, refused.json["code"]) == (503, "vat-payers-limit-reached")
    assert 0 < int(refused.headers["Retry-After"]) <= 25 * 3600
