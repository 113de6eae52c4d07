"""What KSeF lists for a subject, and certificates revoked."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.enrolment.espocrm import EspoCrm
from tests.faults.chaos import Chaos, rule
from tests.processes import Answer

REVOKE = "POST /certificates/{certificateSerialNumber}/revoke"
QUERY = "POST /certificates/query"


@pytest.fixture(scope="module")
def espocrm(mortal: EspoCrm) -> Iterator[EspoCrm]:
    """Beside the misbehaving simulator."""
    with mortal.installation.running():
        yield mortal


@pytest.fixture
def issued(espocrm: EspoCrm, tmp_path: Path, profile_id: str, record_id: str) -> Any:
    """A certificate that was requested, issued and collected."""
    espocrm.profile(tmp_path, profile_id)
    espocrm.add_record(record_id)
    begun = espocrm.request_in_the_end(profile_id, record_id)
    espocrm.store_seal(record_id, begun["privateKeySealed"])
    issued = espocrm.ask_until(profile_id, record_id, "Issued")
    espocrm.collect(profile_id, record_id, issued)
    return issued


def revoke(espocrm: EspoCrm, record_id: str, profile_id: str, reason: str | None = None) -> Answer:
    body = {"profileId": profile_id, **({"reason": reason} if reason else {})}
    return espocrm.installation.call("POST", f"/v1/certificates/{record_id}/revocation", body)


def listed(espocrm: EspoCrm, profile_id: str) -> Any:
    answer = espocrm.installation.call("GET", f"/v1/profiles/{profile_id}/certificates")
    assert answer.status == 200, answer.json
    return answer.json["certificates"]


def play(espocrm: EspoCrm, serial_number: str, status: str) -> None:
    path = f"/_simulator/certificates/{serial_number}"
    answer = espocrm.installation.simulator.call("PUT", path, json_body={"status": status})
    assert answer.status == 204


def test_all_that_ksef_knows_is_listed_the_latest_first(
    espocrm: EspoCrm, profile_id: str, record_id: str, issued: Any
) -> None:
    latest, login = listed(espocrm, profile_id)
    assert latest["serialNumber"] == issued["serialNumber"]
    assert latest["name"] == "Certyfikat z EspoCRM"
    assert (latest["type"], latest["status"]) == ("Authentication", "Active")
    assert latest["validFrom"] == issued["facts"]["validFrom"]
    assert latest["validTo"] == issued["facts"]["validTo"]
    assert latest["subjectIdentifier"] == {
        "type": "Nip",
        "value": issued["facts"]["identifierValue"],
    }
    assert latest["lastUseDate"] is None
    assert latest["requestDate"].endswith("Z")
    assert login["lastUseDate"] is not None
    assert login["commonName"].endswith("(uwierzytelnienie)")


@pytest.mark.parametrize("status", ["Blocked", "Revoked", "Expired"])
def test_each_status_is_listed(
    espocrm: EspoCrm, profile_id: str, record_id: str, issued: Any, status: str
) -> None:
    play(espocrm, issued["serialNumber"], status)
    assert listed(espocrm, profile_id)[0]["status"] == status


@pytest.mark.parametrize("reason", ["Superseded", None])
def test_a_certificate_is_revoked_once(
    espocrm: EspoCrm, profile_id: str, record_id: str, issued: Any, reason: str | None
) -> None:
    answer = revoke(espocrm, record_id, profile_id, reason)
    assert answer.status == 200, answer.json
    assert answer.json["status"] in {"Blocked", "Revoked"}
    again = revoke(espocrm, record_id, profile_id, reason)
    assert (again.status, again.json["status"] in {"Blocked", "Revoked"}) == (200, True)
    # The simulator takes a tenth of a second to revoke.
    time.sleep(0.2)
    assert listed(espocrm, profile_id)[0]["status"] == "Revoked"
    events = [each for each in espocrm.log() if each["event"] == "certificate-revocation"]
    mine = [each for each in events if each["certificate"] == record_id]
    assert [each["outcome"] for each in mine] == ["revoked", "revoked"]
    assert mine[0]["serial_number"] == issued["serialNumber"]
    assert mine[0]["reason"] == reason
    assert mine[0]["caller"] == "espocrm"


def test_one_that_has_ended_need_not_be_revoked(
    espocrm: EspoCrm, profile_id: str, record_id: str, issued: Any
) -> None:
    play(espocrm, issued["serialNumber"], "Expired")
    answer = revoke(espocrm, record_id, profile_id)
    assert (answer.status, answer.json) == (200, {"status": "Expired"})


def test_a_revocation_whose_answer_is_lost_is_one(
    espocrm: EspoCrm, profile_id: str, record_id: str, issued: Any, chaos: Chaos
) -> None:
    chaos.begin(rule(REVOKE, "drop-answer", times=1))
    answer = revoke(espocrm, record_id, profile_id)
    assert answer.status == 200, answer.json
    assert answer.json["status"] in {"Blocked", "Revoked"}


def test_revoked_it_is_also_when_ksef_does_not_say_how_far(
    espocrm: EspoCrm, profile_id: str, record_id: str, issued: Any, chaos: Chaos
) -> None:
    chaos.begin(rule(QUERY, "gone"))
    answer = revoke(espocrm, record_id, profile_id)
    assert (answer.status, answer.json) == (200, {"status": "Blocked"})


def test_the_certificate_of_another_subject_is_unknown(
    espocrm: EspoCrm, tmp_path: Path, profile_id: str, record_id: str, issued: Any
) -> None:
    espocrm.profile(tmp_path, f"{profile_id}x")
    answer = revoke(espocrm, record_id, f"{profile_id}x")
    assert (answer.status, answer.json["code"]) == (502, "ksef-certificate-unknown")
    assert answer.json["ksefCode"] == 25008
    assert issued["serialNumber"] in answer.json["detail"]
    assert listed(espocrm, profile_id)[0]["status"] == "Active"


def test_a_refusal_of_ksef_is_passed_on(
    espocrm: EspoCrm, profile_id: str, record_id: str, issued: Any, chaos: Chaos
) -> None:
    chaos.begin(rule(REVOKE, "refuse", exception={"code": 25009, "description": "Nie można."}))
    answer = revoke(espocrm, record_id, profile_id)
    assert (answer.status, answer.json["ksefCode"]) == (502, 25009)
    chaos.begin(rule(REVOKE, "forbid", reasonCode="missing-permissions"))
    answer = revoke(espocrm, record_id, profile_id)
    assert (answer.status, answer.json["code"]) == (502, "ksef-permissions-missing")
    chaos.begin(rule(REVOKE, "rate-limit", retryAfter=40))
    answer = revoke(espocrm, record_id, profile_id)
    assert (answer.status, answer.headers["retry-after"]) == (503, "40")


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({"kind": "Qualified"}, "certificate-not-of-ksef"),
        ({"certificate_pem": None}, "certificate-not-issued"),
        ({"certificate_pem": "x"}, "certificate-not-issued"),
    ],
)
def test_what_ksef_has_not_issued_it_cannot_revoke(
    espocrm: EspoCrm,
    profile_id: str,
    record_id: str,
    issued: Any,
    columns: dict[str, object],
    code: str,
) -> None:
    espocrm.change_record(record_id, **columns)
    answer = revoke(espocrm, record_id, profile_id)
    assert (answer.status, answer.json["code"]) == (409, code)


def test_unknown_records_profiles_and_reasons(
    espocrm: EspoCrm, profile_id: str, record_id: str, issued: Any
) -> None:
    answer = revoke(espocrm, "nothing", profile_id)
    assert (answer.status, answer.json["code"]) == (404, "certificate-not-found")
    answer = revoke(espocrm, record_id, "nobody")
    assert (answer.status, answer.json["code"]) == (404, "profile-not-found")
    answer = revoke(espocrm, record_id, profile_id, "Lost")
    assert (answer.status, answer.json["code"]) == (422, "request-invalid")
    answer = espocrm.installation.call("GET", "/v1/profiles/nobody/certificates")
    assert (answer.status, answer.json["code"]) == (404, "profile-not-found")


def test_while_ksef_is_away_both_are_503(
    espocrm: EspoCrm, profile_id: str, record_id: str, issued: Any, chaos: Chaos
) -> None:
    chaos.begin(away=True)
    for answer in (
        espocrm.installation.call("GET", f"/v1/profiles/{profile_id}/certificates"),
        revoke(espocrm, record_id, profile_id),
    ):
        assert answer.status == 503, answer.json
        assert int(answer.headers["retry-after"]) > 0
