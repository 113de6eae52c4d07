"""`/testdata/…` and `/permissions/query/personal/grants` as a client sees them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulator.ksef import Ksef, refusal
from tests.simulator.login_certificates import Credential, certificate_for, new_nip, person
from tests.simulator.signed_requests import enveloped, request_xml, written

PESEL = "44051401458"
DESCRIPTION = "Dane testowe"
OWNER = [
    "CollectiveIdentifierManage",
    "CredentialsManage",
    "CredentialsRead",
    "Introspection",
    "InvoiceRead",
    "InvoiceWrite",
    "SubunitManage",
]


@pytest.fixture
def ksef() -> Ksef:
    """A simulator per test: all use the same PESEL."""
    return Ksef()


def post(ksef: Ksef, path: str, body: dict[str, Any]) -> int:
    answer = ksef.call("POST", f"/testdata/{path}", json=body)
    if answer.status_code == 200:
        assert answer.data == b""
    return answer.status_code


def person_body(nip: str, **members: Any) -> dict[str, Any]:
    return {"nip": nip, "pesel": PESEL, "isBailiff": False, "description": DESCRIPTION} | members


def grant_body(nip: str, subject: tuple[str, str], *permissions: str) -> dict[str, Any]:
    return {
        "contextIdentifier": {"type": "Nip", "value": nip},
        "authorizedIdentifier": {"type": subject[0], "value": subject[1]},
        "permissions": [
            {"permissionType": name, "description": f"Nadane {name}"} for name in permissions
        ],
    }


def citizen(pesel: str = PESEL) -> Credential:
    return certificate_for(person(f"PNOPL-{pesel}"))


def login_outcome(ksef: Ksef, credential: Credential, nip: str) -> tuple[int, list[str]]:
    document = written(enveloped(request_xml(ksef.challenge()["challenge"], nip), credential))
    return ksef.outcome(ksef.send_signed(document))


def own_grants(ksef: Ksef, token: str, query: str = "", **body: Any) -> dict[str, Any]:
    answer = ksef.call("POST", f"/permissions/query/personal/grants{query}", token=token, json=body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.get_json()
    return found


def test_a_person_logs_in_to_its_company_after_testdata_person(ksef: Ksef) -> None:
    nip, credential = new_nip(), citizen()
    assert login_outcome(ksef, credential, nip) == (415, ["Brak przypisanych uprawnień"])
    assert post(ksef, "person", person_body(nip)) == 200
    tokens = ksef.sign_in(nip, credential)
    assert own_grants(ksef, tokens.access_token) == {
        "permissions": [],
        "ownerPermissions": OWNER,
        "hasMore": False,
    }
    assert post(ksef, "person/remove", {"nip": nip}) == 200
    assert login_outcome(ksef, credential, nip)[0] == 415


def test_a_deceased_person_may_not_log_in(ksef: Ksef) -> None:
    nip = new_nip()
    assert post(ksef, "person", person_body(nip, isDeceased=True)) == 200
    assert login_outcome(ksef, citizen(), nip)[0] == 470


def test_a_blocked_context_ends_logins_until_it_is_unblocked(ksef: Ksef) -> None:
    nip, credential = new_nip(), citizen()
    post(ksef, "person", person_body(nip))
    context = {"contextIdentifier": {"type": "Nip", "value": nip}}
    assert post(ksef, "context/block", context) == 200
    assert login_outcome(ksef, credential, nip)[0] == 480
    assert post(ksef, "context/unblock", context) == 200
    assert login_outcome(ksef, credential, nip)[0] == 200


def test_granted_permissions_are_listed_filtered_and_revoked(ksef: Ksef) -> None:
    nip, credential = new_nip(), citizen()
    body = grant_body(nip, ("Pesel", PESEL), "InvoiceRead", "InvoiceWrite", "Introspection")
    assert post(ksef, "permissions", body) == 200
    token = ksef.sign_in(nip, credential).access_token
    found = own_grants(ksef, token)
    assert found["ownerPermissions"] == []
    assert found["hasMore"] is False
    assert {item["permissionScope"]: item["description"] for item in found["permissions"]} == {
        "InvoiceRead": "Nadane InvoiceRead",
        "InvoiceWrite": "Nadane InvoiceWrite",
        "Introspection": "Nadane Introspection",
    }
    assert {item["permissionState"] for item in found["permissions"]} == {"Active"}
    assert all(len(item["id"]) == 36 for item in found["permissions"])
    here = {"type": "Nip", "value": nip}
    for query, expected in (
        ({"permissionTypes": ["InvoiceRead"]}, 1),
        ({"permissionState": "Inactive"}, 0),
        ({"contextIdentifier": here}, 3),
        ({"contextIdentifier": {"type": "Nip", "value": new_nip()}}, 0),
        ({"targetIdentifier": {"type": "AllPartners"}}, 0),
    ):
        assert len(own_grants(ksef, token, **query)["permissions"]) == expected, query
    assert own_grants(ksef, token, "?pageOffset=1")["permissions"] == []
    del body["permissions"]
    assert post(ksef, "permissions/revoke", body) == 200
    assert login_outcome(ksef, credential, nip)[0] == 415


@pytest.mark.parametrize(
    "query", ["?pageSize=9", "?pageSize=101", "?pageOffset=-1", "?pageOffset=x"]
)
def test_own_permissions_refuse_bad_pages(ksef: Ksef, query: str) -> None:
    token = ksef.sign_in(new_nip()).access_token
    path = f"/permissions/query/personal/grants{query}"
    assert refusal(ksef.call("POST", path, token=token, json={}))[0] == 21405


def test_what_exists_already_is_refused_with_30001(ksef: Ksef) -> None:
    nip, member = new_nip(), new_nip()
    group = {
        "subjectNip": nip,
        "subjectType": "VatGroup",
        "description": DESCRIPTION,
        "subunits": [{"subjectNip": member, "description": DESCRIPTION}],
    }
    assert post(ksef, "subject", group) == 200
    for path, body in (
        ("subject", group),
        ("person", person_body(nip)),
        ("person", person_body(member)),
    ):
        assert refusal(ksef.call("POST", f"/testdata/{path}", json=body))[0] == 30001
    assert post(ksef, "subject/remove", {"subjectNip": nip}) == 200
    assert post(ksef, "person", person_body(member)) == 200


def test_the_same_identifier_is_made_again_only_with_a_later_date(ksef: Ksef) -> None:
    nip = new_nip()
    dated = person_body(nip, createdDate="2025-08-25T14:15:22+00:00")
    assert post(ksef, "person", dated) == 200
    post(ksef, "person/remove", {"nip": nip})
    assert refusal(ksef.call("POST", "/testdata/person", json=dated))[0] == 21405
    later = dated | {"createdDate": "2025-08-25T14:15:23.0154302+00:00"}
    assert post(ksef, "person", later) == 200


NIP = "5265877635"
GRANT = grant_body(NIP, ("Pesel", PESEL), "InvoiceRead")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("person", person_body("0265877635")),
        ("person", person_body("526587763")),
        ("person", person_body(NIP, pesel="44131401458")),
        ("person", person_body(NIP, isBailiff="tak")),
        ("person", person_body(NIP, description="1234")),
        ("person", person_body(NIP, createdDate="wczoraj")),
        ("person/remove", {}),
        ("subject", {"subjectNip": NIP, "subjectType": "Jst", "description": DESCRIPTION}),
        ("subject/remove", {"nip": NIP}),
        ("permissions", GRANT | {"contextIdentifier": {"type": "nip", "value": NIP}}),
        ("permissions", GRANT | {"authorizedIdentifier": {"type": "Pesel", "value": NIP}}),
        ("permissions", GRANT | {"authorizedIdentifier": {"type": "Fingerprint", "value": NIP}}),
        ("permissions", grant_body(NIP, ("Pesel", PESEL), "VatUeManage")),
        ("permissions/revoke", {"contextIdentifier": {"type": "Nip", "value": NIP}}),
        ("context/block", {}),
        ("context/block", {"contextIdentifier": {"type": "Nip", "value": f"{NIP}-12345"}}),
        ("context/unblock", {"contextIdentifier": {"type": "Regon", "value": NIP}}),
    ],
)
def test_bad_input_is_refused_with_21405(ksef: Ksef, path: str, body: dict[str, Any]) -> None:
    code, details = refusal(ksef.call("POST", f"/testdata/{path}", json=body))
    assert code == 21405
    assert details


def test_unknown_members_are_ignored(ksef: Ksef) -> None:
    assert post(ksef, "person", person_body(new_nip(), invented=[1])) == 200
