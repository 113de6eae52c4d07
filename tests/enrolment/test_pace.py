"""KSeF is asked at a pace within its limits, whoever asks the bridge how often."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bridge.enrolment.pace import pause_after
from bridge.enrolment.state import Phase
from tests.enrolment.espocrm import ORDER, EspoCrm
from tests.enrolment.test_store import ENROLMENT
from tests.faults.chaos import Chaos, rule
from tests.installation import difference

STATUS = "GET /certificates/enrollments/{referenceNumber}"
LIMITS = "GET /certificates/limits"


@pytest.fixture(scope="module")
def espocrm(mortal: EspoCrm) -> Iterator[EspoCrm]:
    """Beside the misbehaving simulator, with three workers."""
    with mortal.installation.running(KSEF_BRIDGE_WORKERS="3"):
        yield mortal


def test_many_certificates_of_one_company_meet_no_limit(
    espocrm: EspoCrm, tmp_path: Path, profile_id: str, chaos: Chaos
) -> None:
    nip = espocrm.profile(tmp_path, profile_id)
    records = [f"{profile_id}r{number}" for number in range(8)]

    def request(record_id: str) -> None:
        espocrm.add_record(record_id)
        begun = espocrm.request_in_the_end(profile_id, record_id, {**ORDER, "package": False})
        espocrm.store_seal(record_id, begun["privateKeySealed"])
        espocrm.ask_until(profile_id, record_id, "Issued", within=90)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(request, records))
    assert len(espocrm.requests_of(nip)) == 8
    assert chaos.state()["rateLimited"] == 0


def test_an_impatient_caller_does_not_make_the_bridge_ask_more_often(
    espocrm: EspoCrm, tmp_path: Path, profile_id: str, record_id: str, chaos: Chaos
) -> None:
    chaos.begin(enrolmentSeconds=6)
    espocrm.profile(tmp_path, profile_id)
    espocrm.add_record(record_id)
    begun = espocrm.request_in_the_end(profile_id, record_id)
    espocrm.store_seal(record_id, begun["privateKeySealed"])
    before = chaos.state()["calls"]
    asked = 0
    end = time.monotonic() + 5
    while time.monotonic() < end:
        told = espocrm.ask(profile_id, record_id)
        assert told.status == 200
        assert told.json["retryAfter"] >= 1
        asked += 1
    assert asked > 30
    calls = difference(before, chaos.state()["calls"])
    # At once, and after 1, 2 and 4 seconds.
    assert 2 <= calls[STATUS] <= 5
    assert calls["POST /certificates/enrollments"] == 1
    espocrm.ask_until(profile_id, record_id, "Issued")


def test_told_to_wait_the_bridge_waits_and_says_so(
    espocrm: EspoCrm, tmp_path: Path, profile_id: str, record_id: str, chaos: Chaos
) -> None:
    espocrm.profile(tmp_path, profile_id)
    espocrm.add_record(record_id)
    begun = espocrm.request_in_the_end(profile_id, record_id)
    chaos.begin(rule(STATUS, "rate-limit", retryAfter=600, times=1))
    espocrm.store_seal(record_id, begun["privateKeySealed"])
    end = time.monotonic() + 10
    while (told := espocrm.ask(profile_id, record_id).json)["problem"] is None:
        assert time.monotonic() < end
        time.sleep(0.2)
    assert told["problem"]["code"] == "ksef-rate-limited"
    assert told["problem"]["params"] == {"retryAfter": 600}
    assert 580 < told["retryAfter"] <= 600
    before = chaos.state()["calls"]
    for _ in range(5):
        assert espocrm.ask(profile_id, record_id).json["status"] == "Requested"
        time.sleep(0.5)
    assert STATUS not in difference(before, chaos.state()["calls"])


def test_a_limit_of_the_company_is_told_at_once(
    espocrm: EspoCrm, tmp_path: Path, profile_id: str, record_id: str, chaos: Chaos
) -> None:
    espocrm.profile(tmp_path, profile_id)
    espocrm.add_record(record_id)
    token = espocrm.installation.access_token(profile_id).json["accessToken"]
    answer = espocrm.installation.simulator.call(
        "POST",
        "/v2/testdata/limits/subject/certificate",
        json_body={"enrollment": {"maxEnrollments": 0}},
        headers={"Authorization": f"Bearer {token}"},
    )
    assert answer.status == 200
    refused = espocrm.request(profile_id, record_id)
    assert (refused.status, refused.json["code"]) == (502, "enrolment-request-limit")
    assert (refused.json["ksefCode"], refused.json["params"]) == (25006, {"limit": 0})
    events = [each for each in espocrm.log() if each.get("certificate") == record_id]
    assert [(each["outcome"], each["code"]) for each in events] == [
        ("not-begun", "enrolment-request-limit")
    ]


@pytest.mark.parametrize("call", [LIMITS, "GET /certificates/enrollments/data"])
def test_while_ksef_is_away_nothing_is_begun(
    espocrm: EspoCrm, tmp_path: Path, profile_id: str, record_id: str, chaos: Chaos, call: str
) -> None:
    espocrm.profile(tmp_path, profile_id)
    espocrm.add_record(record_id)
    assert espocrm.installation.access_token(profile_id).status == 200
    chaos.begin(rule(call, "server-error", status=503, retryAfter=120))
    answer = espocrm.request(profile_id, record_id)
    assert (answer.status, answer.headers["retry-after"]) == (503, "120")
    chaos.end()
    assert espocrm.request_in_the_end(profile_id, record_id)["packagePassword"]


def test_a_credential_that_fails_meanwhile_is_told_and_mended(
    espocrm: EspoCrm, tmp_path: Path, profile_id: str, record_id: str, chaos: Chaos
) -> None:
    espocrm.profile(tmp_path, profile_id)
    espocrm.add_record(record_id)
    begun = espocrm.request_in_the_end(profile_id, record_id)
    espocrm.installation.change_profile(profile_id, status="Inactive")
    espocrm.store_seal(record_id, begun["privateKeySealed"])
    end = time.monotonic() + 10
    while (told := espocrm.ask(profile_id, record_id).json)["problem"] is None or (
        told["problem"]["code"] == "enrolment-key-not-stored"
    ):
        assert time.monotonic() < end
        time.sleep(0.2)
    assert told["problem"]["code"] == "profile-inactive"
    espocrm.installation.change_profile(profile_id, status="Active")
    espocrm.ask_until(profile_id, record_id, "Issued", within=60)


def test_forgotten_while_ksef_works_on_it_there_will_be_no_package(
    espocrm: EspoCrm, tmp_path: Path, profile_id: str, record_id: str, chaos: Chaos
) -> None:
    chaos.begin(enrolmentSeconds=4)
    espocrm.profile(tmp_path, profile_id)
    espocrm.add_record(record_id)
    begun = espocrm.request_in_the_end(profile_id, record_id)
    espocrm.store_seal(record_id, begun["privateKeySealed"])
    espocrm.ask_until(profile_id, record_id, "Requested")
    while not espocrm.at_ksef(begun["privateKeySealed"])[1]:
        time.sleep(0.1)
    assert espocrm.forget(profile_id, record_id).status == 204
    issued = espocrm.ask_until(profile_id, record_id, "Issued")
    assert (issued["package"], issued["packageProblem"]["code"]) == (None, "package-forgotten")
    assert issued["certificatePem"] is not None


def test_pauses_grow_to_five_minutes_and_not_beyond() -> None:
    asking = replace(ENROLMENT, phase=Phase.ACCEPTED)
    pauses = [pause_after(replace(asking, attempts=number)) for number in range(200)]
    assert pauses == sorted(pauses)
    assert pauses[0] == timedelta(seconds=1)
    assert pauses[-1] == timedelta(minutes=5)
    # KSeF allows 30 a minute and 120 an hour.
    moments = [sum(pauses[:number], timedelta()) for number in range(200)]
    assert sum(each <= timedelta(minutes=1) for each in moments) <= 10
    assert sum(each <= timedelta(hours=1) for each in moments) <= 30
    assert pause_after(ENROLMENT) < timedelta(seconds=1)
    assert pause_after(replace(ENROLMENT, attempts=99)) == timedelta(minutes=1)
