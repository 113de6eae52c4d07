"""`POST /v1/certificates/sort`: the files of the simulator's portal, sorted by a bridge."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.installation import Installation, new_nip, run_command
from tests.processes import RunningCommand
from tests.secret_register import register_secret

TYPES = ("Authentication", "Offline")


@pytest.fixture(scope="module")
def bridge(artifacts: Path, simulator: RunningCommand) -> Iterator[Installation]:
    made = Installation.create(artifacts / "sorting-bridge", simulator)
    with made.running():
        yield made


@pytest.fixture(scope="module")
def passwords() -> dict[str, str]:
    return {each: register_secret(f"Zażółć {secrets.token_hex(6)}") for each in TYPES}


@pytest.fixture(scope="module")
def files(
    bridge: Installation, passwords: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> list[dict[str, str]]:
    """The four files of a company, the keys first."""
    nip = new_nip()
    paths = []
    for each in TYPES:
        folder = tmp_path_factory.mktemp(each)
        run_command(
            *("simulator", "--port", str(bridge.simulator.port), "certificate", "--nip", nip),
            *("--type", each, "--environment", "Test", "--name", "Sklep Kowalski"),
            *("--password", passwords[each], "--out", str(folder)),
        )
        paths += sorted(folder.iterdir(), reverse=True)
    paths.sort(key=lambda path: path.suffix, reverse=True)
    return [
        {"name": f"{number}{path.suffix}", "content": base64.b64encode(path.read_bytes()).decode()}
        for number, path in enumerate(paths)
    ]


def sort(bridge: Installation, files: list[dict[str, str]], **more: object) -> Any:
    answer = bridge.call("POST", "/v1/certificates/sort", {"files": files, **more})
    assert answer.status == 200, answer.json
    return answer.json


def names(sorting: Any) -> list[tuple[str, str, str]]:
    return [
        (each["facts"]["type"], each["certificateFile"], each["keyFile"])
        for each in sorting["certificates"]
    ]


BOTH = [("Authentication", "2.crt", "0.key"), ("Offline", "3.crt", "1.key")]


def test_two_pairs_with_a_password_each(
    bridge: Installation, files: list[dict[str, str]], passwords: dict[str, str]
) -> None:
    first = sort(bridge, files, password=passwords["Authentication"], environment="Test")
    assert names(first) == BOTH[:1]
    locked, alone = first["leftOver"]
    assert (locked["code"], locked["field"]) == ("password-wrong", "password")
    assert locked["params"] == {"file": "1.key"}
    assert (alone["code"], alone["params"]) == ("certificate-without-key", {"file": "3.crt"})
    own = [{"file": "1.key", "password": passwords["Offline"]}]
    both = sort(bridge, files, password=passwords["Authentication"], passwords=own)
    assert names(both) == BOTH
    assert both["leftOver"] == []
    assert {each["facts"]["keyMatches"] for each in both["certificates"]} == {True}


def test_nothing_is_sealed_and_no_key_is_answered(
    bridge: Installation, files: list[dict[str, str]], passwords: dict[str, str]
) -> None:
    sorting = sort(bridge, files, password=passwords["Authentication"])
    members = {"certificateFile", "keyFile", "facts", "findings"}
    assert [set(each) for each in sorting["certificates"]] == [members]
    assert "ksef1" not in str(sorting)


def test_findings_are_of_the_environment(
    bridge: Installation, files: list[dict[str, str]], passwords: dict[str, str]
) -> None:
    sorting = sort(bridge, files, password=passwords["Authentication"], environment="Production")
    assert [each["code"] for each in sorting["certificates"][0]["findings"]] == [
        "certificate-of-test"
    ]


def test_two_files_of_one_name_do_not_fit_the_contract(
    bridge: Installation, files: list[dict[str, str]]
) -> None:
    body = {"files": [files[0], {**files[1], "name": files[0]["name"]}]}
    assert bridge.call("POST", "/v1/certificates/sort", body).status == 422


def test_the_one_that_is_meant_is_sealed_alone(
    bridge: Installation, files: list[dict[str, str]], passwords: dict[str, str]
) -> None:
    """As EspoCRM does with each pair once it is sorted."""
    [pair] = sort(bridge, files, password=passwords["Offline"])["certificates"]
    body = {
        "files": files,
        "password": passwords["Offline"],
        "fingerprint": pair["facts"]["fingerprint"],
        "expectedType": "Offline",
    }
    inspected = bridge.call("POST", "/v1/certificates/inspect", body).json
    assert inspected["findings"] == []
    assert inspected["facts"]["fingerprint"] == pair["facts"]["fingerprint"]
    assert inspected["privateKeySealed"].startswith("ksef1.")
    body["fingerprint"] = "0" * 64
    refused = bridge.call("POST", "/v1/certificates/inspect", body).json
    assert refused["privateKeySealed"] is None
    body["fingerprint"] = "A" * 64
    assert bridge.call("POST", "/v1/certificates/inspect", body).status == 422
