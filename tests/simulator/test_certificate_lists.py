"""Limits, lists and revocation: whose certificates one sees and how many one may have."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from bridge.simulator import clock
from tests.simulator.certificate_subjects import (
    Subject,
    citizen,
    company,
    prompt_ksef,
    serial,
)
from tests.simulator.ksef import Ksef, refusal
from tests.simulator.login_certificates import (
    new_ec_key,
)


@pytest.fixture
def ksef() -> Ksef:
    return prompt_ksef()


def test_a_login_by_token_may_list_but_neither_request_nor_revoke(ksef: Ksef) -> None:
    owner = company(ksef)
    certificate = owner.obtains()
    by_token = company(ksef)
    by_token.token = ksef.sign_in_by_token(ksef.ksef_token(owner.nip)[1], owner.nip).access_token
    answer = ksef.call("GET", "/certificates/enrollments/data", token=by_token.token)
    assert refusal(answer)[0] == 25001
    assert by_token.refused("enrollments", **owner.asks(new_ec_key())) == 25002
    refused = by_token.revokes(certificate)
    assert refused.status_code == 403
    assert refused.get_json()["reasonCode"] == "auth-method-not-allowed"
    assert refused.get_json()["security"] == {"authenticationMethodCategory": "Token"}
    assert len(by_token.post("query")["certificates"]) == 1


@pytest.mark.parametrize(
    ("sign_in", "enrolments", "certificates"), [(company, 300, 100), (citizen, 12, 6)]
)
def test_limits_go_by_the_kind_of_subject(
    ksef: Ksef, sign_in: Callable[[Ksef], Subject], enrolments: int, certificates: int
) -> None:
    subject = sign_in(ksef)
    subject.obtains()
    assert subject.get("limits") == {
        "canRequest": True,
        "enrollment": {"remaining": enrolments - 1, "limit": enrolments},
        "certificate": {"remaining": certificates - 1, "limit": certificates},
    }


def test_reached_limits_refuse_until_a_certificate_is_revoked(ksef: Ksef) -> None:
    subject = citizen(ksef)
    certificates = [subject.obtains() for _ in range(6)]
    assert subject.get("limits")["canRequest"] is False
    assert subject.refused("enrollments", **subject.asks(new_ec_key())) == 25007
    assert subject.revokes(certificates[0]).status_code == 204
    subject.obtains()
    for certificate in certificates[1:]:
        assert subject.revokes(certificate).status_code == 204
        subject.obtains()
    assert subject.get("limits")["enrollment"]["remaining"] == 0
    assert subject.refused("enrollments", **subject.asks(new_ec_key())) == 25006


def test_test_data_changes_and_restores_limits(ksef: Ksef) -> None:
    subject = company(ksef)
    path = "/testdata/limits/subject/certificate"
    body = {"subjectIdentifierType": "Nip", "certificate": {"maxCertificates": 0}}
    assert ksef.call("POST", path, json=body).status_code == 401
    assert ksef.call("POST", path, token=subject.token, json=body).status_code == 200
    assert subject.get("limits")["certificate"] == {"remaining": 0, "limit": 0}
    assert subject.get("limits")["enrollment"] == {"remaining": 300, "limit": 300}
    assert subject.refused("enrollments", **subject.asks(new_ec_key())) == 25007
    negative = {"enrollment": {"maxEnrollments": -1}}
    assert refusal(ksef.call("POST", path, token=subject.token, json=negative))[0] == 21405
    assert ksef.call("DELETE", path, token=subject.token).status_code == 200
    assert subject.get("limits")["certificate"]["limit"] == 100


def test_certificates_are_the_subjects_own(ksef: Ksef) -> None:
    owner, stranger = company(ksef), company(ksef)
    reference = owner.enrols()
    number = owner.get(f"enrollments/{reference}")["certificateSerialNumber"]
    answer = ksef.call("GET", f"/certificates/enrollments/{reference}", token=stranger.token)
    assert refusal(answer)[0] == 25005
    assert stranger.post("retrieve", certificateSerialNumbers=[number]) == {"certificates": []}
    assert stranger.post("query")["certificates"] == []
    assert stranger.refused(f"{number}/revoke") == 25008


def test_a_person_may_revoke_what_its_company_has_requested(ksef: Ksef) -> None:
    by_pesel = citizen(ksef)
    by_nip = Subject(ksef, by_pesel.nip)
    certificate = by_nip.obtains()
    assert by_pesel.post("query")["certificates"] == []
    assert by_pesel.revokes(certificate).status_code == 204


def test_the_list_is_filtered_and_paged(ksef: Ksef) -> None:
    subject = company(ksef)
    offline = serial(subject.obtains(certificateType="Offline", certificateName="Pierwszy offline"))
    for _ in range(10):
        subject.obtains()
    first = subject.post("query?pageSize=10")
    assert len(first["certificates"]) == 10
    assert first["hasMore"] is True
    second = subject.post("query?pageSize=10&pageOffset=1")
    assert [item["certificateSerialNumber"] for item in second["certificates"]] == [offline]
    assert second["hasMore"] is False
    (item,) = second["certificates"]
    assert item["subjectIdentifier"] == {"type": "Nip", "value": subject.nip}
    assert item["commonName"] == "Firma sp. z o.o. (offline)"
    assert "lastUseDate" not in item
    two_years = clock.timestamp(clock.now() + timedelta(days=720))
    three_years = clock.timestamp(clock.now() + timedelta(days=1100))
    for criteria, expected in (
        ({"type": "Offline"}, 1),
        ({"name": "szy off"}, 1),
        ({"name": "SZY OFF"}, 0),
        ({"certificateSerialNumber": offline}, 1),
        ({"status": "Active"}, 11),
        ({"status": "Revoked"}, 0),
        ({"expiresAfter": two_years}, 11),
        ({"expiresAfter": three_years}, 0),
        ({"type": "Offline", "status": "Expired"}, 0),
    ):
        found = subject.post("query?pageSize=50", **criteria)
        assert len(found["certificates"]) == expected, criteria


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("query?pageSize=9", {}),
        ("query?pageSize=51", {}),
        ("query", {"status": "Inactive"}),
        ("query", {"certificateSerialNumber": "01f20a5d352ae590"}),
        ("retrieve", {"certificateSerialNumbers": []}),
        ("retrieve", {"certificateSerialNumbers": ["01F20A5D352AE590"] * 11}),
        ("retrieve", {"certificateSerialNumbers": ["1F20A5D352AE590"]}),
        ("01f20a5d352ae590/revoke", {}),
        ("01F20A5D352AE590/revoke", {"revocationReason": "Lost"}),
    ],
)
def test_bad_input_is_refused_with_21405(ksef: Ksef, path: str, body: dict[str, Any]) -> None:
    assert company(ksef).refused(path, **body) == 21405
