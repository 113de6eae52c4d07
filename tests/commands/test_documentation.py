"""Where there is a site, commands print below a message where more is written about it."""

from __future__ import annotations

import json

from tests.forked_command import run_to_end

SITE = "https://docs.example"
# Settings with which the doctor has nothing to ask anybody.
UNUSABLE = {"KSEF_BRIDGE_STATE_DATABASE_URL": "-", "KSEF_BRIDGE_LISTEN": "-"}
TOLD = {**UNUSABLE, "KSEF_BRIDGE_DOCUMENTATION_URL": SITE}
PAGE = f"{SITE}/pl/messages/doctor-settings-wrong/"


def doctor(environment: dict[str, str], *options: str) -> str:
    return run_to_end(["doctor", "--language", "pl", *options], environment).stdout.decode()


def test_the_doctor_prints_the_page_below_what_is_wrong() -> None:
    lines = doctor(TOLD).splitlines()
    wrong = [number for number, line in enumerate(lines) if line.startswith("failed  settings ")]
    assert wrong
    assert {lines[number + 1].strip() for number in wrong} == {PAGE}
    # What is well needs no reading.
    assert lines[0].startswith("ok")
    assert not lines[1].startswith(" ")


def test_the_doctors_json_has_the_page() -> None:
    results = json.loads(doctor(TOLD, "--json"))
    assert PAGE in {each["documentation"] for each in results}
    assert all("documentation" not in each for each in json.loads(doctor(UNUSABLE, "--json")))


def test_a_wrong_address_of_the_site_is_a_setting_that_is_wrong() -> None:
    told = doctor({**UNUSABLE, "KSEF_BRIDGE_DOCUMENTATION_URL": "docs.example"})
    assert "KSEF_BRIDGE_DOCUMENTATION_URL" in told
    assert "messages/" not in told


def test_another_command_prints_the_page_below_its_message() -> None:
    environment = {"KSEF_BRIDGE_DOCUMENTATION_URL": SITE, "LC_ALL": "C.UTF-8"}
    told = run_to_end(["extension"], environment).stderr.decode().splitlines()
    assert told[-1] == f"{SITE}/messages/extension-absent/"
    without = run_to_end(["extension"], {"LC_ALL": "C.UTF-8"}).stderr.decode()
    assert without.splitlines() == told[:-1]
