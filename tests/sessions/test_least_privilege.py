"""A connection test tells of rights that this CRM lacks, and of those that it does not need."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bridge.ksef.client import KsefClient
from bridge.ksef.contract import PersonalGrants, PersonalPermission
from bridge.ksef.transport import Transport
from bridge.sessions.connection_report import Finding, StepStatus
from bridge.sessions.credential_state import AskedToken
from bridge.sessions.least_privilege import (
    NEEDED_PERMISSIONS,
    held_permissions,
    judge_permissions,
)
from tests.installation import Installation, difference, new_nip
from tests.ksef.scripted_server import json_reply, scripted_server
from tests.processes import RunningCommand
from tests.secret_register import register_secret
from tests.sessions.certificates import portal_certificate
from tests.sessions.test_credential_state import (
    ACCESS_TOKEN,
    OPENED_TOKEN,
    REFERENCE,
)

NEEDED = frozenset(NEEDED_PERMISSIONS)
KSEF_TOKEN = "GET /tokens/{referenceNumber}"
OWNER = (
    *("CollectiveIdentifierManage", "CredentialsManage", "CredentialsRead"),
    *("Introspection", "SubunitManage"),
)
_number = itertools.count(1)


@pytest.fixture(scope="module")
def installation(artifacts: Path, simulator: RunningCommand) -> Iterator[Installation]:
    made = Installation.create(artifacts / "installation-least-privilege", simulator)
    with made.running():
        yield made


@pytest.fixture
def profile() -> str:
    return f"privileged-{next(_number)}"


def judged(held: frozenset[str], *, is_of_owner: bool = False) -> Finding:
    finding = Finding()
    judge_permissions(finding, held, is_of_owner=is_of_owner)
    return finding


def test_the_two_rights_that_are_needed_are_enough() -> None:
    assert judged(NEEDED) == Finding()


@pytest.mark.parametrize(
    "right", ["CredentialsManage", "CredentialsRead", "EnforcementOperations", "SomethingNew"]
)
def test_any_further_right_is_a_warning(right: str) -> None:
    finding = judged(NEEDED | {right})
    assert finding.status is StepStatus.WARNING
    assert (finding.code, finding.params) == ("permissions-unneeded", {"unneeded": right})


def test_of_an_owners_certificate_it_is_said_that_it_cannot_be_narrowed() -> None:
    finding = judged(NEEDED | {"SubunitManage", "CredentialsManage"}, is_of_owner=True)
    assert finding.code == "permissions-of-owner"
    assert finding.params == {"unneeded": "CredentialsManage, SubunitManage"}


@pytest.mark.parametrize("is_of_owner", [True, False])
def test_what_is_missing_is_said_beside_what_is_too_much(is_of_owner: bool) -> None:
    finding = judged(frozenset({"InvoiceRead", "CredentialsRead"}), is_of_owner=is_of_owner)
    assert finding.code == "permissions-missing-and-unneeded"
    assert finding.params == {"missing": "InvoiceWrite", "unneeded": "CredentialsRead"}


def test_names_that_ksef_makes_up_stay_on_one_line() -> None:
    finding = judged(NEEDED | {"A\n\x00B", "x" * 10_000})
    assert "\n" not in str(finding.params["unneeded"])
    assert len(str(finding.params["unneeded"])) < 1000


def token_state(*requested: str) -> dict[str, object]:
    return {
        "referenceNumber": REFERENCE,
        "status": "Active",
        "authorIdentifier": {"type": "Nip", "value": "5265877635"},
        "contextIdentifier": {"type": "Nip", "value": "5265877635"},
        "requestedPermissions": requested,
        "dateCreated": "2026-11-23T12:00:00Z",
    }


def granted(*scopes: str, owner: tuple[str, ...] = ()) -> PersonalGrants:
    return PersonalGrants(tuple(PersonalPermission(each, "Active") for each in scopes), owner)


@pytest.mark.parametrize(
    ("listed", "requested", "held", "calls"),
    [
        (granted(*NEEDED), tuple(NEEDED), NEEDED, 1),
        # Its author has just these two, and gave it one.
        (granted(*NEEDED), ("InvoiceRead",), frozenset({"InvoiceRead"}), 1),
        # All of its author's are listed.
        (granted(owner=(*NEEDED, *OWNER)), tuple(NEEDED), NEEDED, 1),
        (
            granted(owner=(*NEEDED, *OWNER)),
            (*NEEDED, "SubunitManage"),
            NEEDED | {"SubunitManage"},
            1,
        ),
        # The author has lost one since.
        (granted("InvoiceRead", "SubunitManage"), (*NEEDED, "SubunitManage"), None, 1),
    ],
)
def test_a_token_can_do_no_more_than_it_was_made_for(
    listed: PersonalGrants,
    requested: tuple[str, ...],
    held: frozenset[str] | None,
    calls: int,
) -> None:
    with scripted_server(lambda _request: json_reply(token_state(*requested))) as server:
        transport = Transport(server.url)
        token = AskedToken(KsefClient(transport), OPENED_TOKEN, ACCESS_TOKEN)
        found = held_permissions(listed, token)
        assert token.state.requested_permissions == requested
        transport.close()
        assert len(server.received) == calls
    assert found == (held or {"InvoiceRead", "SubunitManage"})


def test_a_certificate_can_do_all_that_is_listed() -> None:
    listed = granted(owner=(*NEEDED, *OWNER))
    assert held_permissions(listed, None) == NEEDED | set(OWNER)


def rights_found(bridge: Installation, profile: str, language: str = "en") -> Any:
    path = f"/v1/profiles/{profile}/connection-test"
    answer = bridge.call("POST", path, None, **{"Accept-Language": language})
    assert answer.status == 200, answer.json
    assert answer.json["ok"] is True
    rights = next(step for step in answer.json["steps"] if step["name"] == "permissions")
    return answer.json["permissions"], rights


def token_with(bridge: Installation, nip: str, *permissions: str) -> str:
    body = {"context": {"type": "Nip", "value": nip}, "permissions": list(permissions)}
    token = bridge.simulator.call("POST", "/_simulator/ksef-tokens", json_body=body).json["token"]
    return register_secret(str(token))


def test_a_token_with_more_rights_than_needed(installation: Installation, profile: str) -> None:
    nip = new_nip()
    token = token_with(installation, nip, *NEEDED, "CredentialsManage", "CredentialsRead")
    installation.add_token_profile(profile, nip, token)
    before = installation.ksef_calls()
    permissions, step = rights_found(installation, profile)
    assert difference(before, installation.ksef_calls())[KSEF_TOKEN] == 1
    assert permissions == [
        *("CredentialsManage", "CredentialsRead", "InvoiceRead", "InvoiceWrite"),
    ]
    assert (step["status"], step["code"]) == ("warning", "permissions-unneeded")
    assert "manage permissions, read permissions" in step["message"]
    assert "CredentialsManage" not in step["message"]


def test_an_owners_certificate(installation: Installation, tmp_path: Path, profile: str) -> None:
    nip = new_nip()
    certificate = portal_certificate(installation, tmp_path, nip)
    installation.add_certificate_profile(profile, nip, certificate)
    before = installation.ksef_calls()
    permissions, step = rights_found(installation, profile, language="pl")
    assert KSEF_TOKEN not in difference(before, installation.ksef_calls())
    assert permissions == sorted({*NEEDED, *OWNER})
    assert (step["status"], step["code"]) == ("warning", "permissions-of-owner")
    assert step["params"] == {"unneeded": ", ".join(OWNER)}
    assert "właściciela" in step["message"]
    assert "zarządzanie jednostkami podrzędnymi" in step["message"]


@pytest.mark.parametrize(
    ("more", "found"),
    [((), ("ok", None)), (("CredentialsManage",), ("warning", "permissions-unneeded"))],
)
def test_the_certificate_of_one_to_whom_rights_were_granted(
    installation: Installation,
    tmp_path: Path,
    profile: str,
    more: tuple[str, ...],
    found: tuple[str, str | None],
) -> None:
    nip, agent = new_nip(), new_nip()
    granted = [{"permissionType": each, "description": "for the CRM"} for each in (*NEEDED, *more)]
    body = {
        "contextIdentifier": {"type": "Nip", "value": nip},
        "authorizedIdentifier": {"type": "Nip", "value": agent},
        "permissions": granted,
    }
    answer = installation.simulator.call("POST", "/v2/testdata/permissions", json_body=body)
    assert answer.status == 200
    certificate = portal_certificate(installation, tmp_path, agent)
    installation.add_certificate_profile(profile, nip, certificate)
    permissions, step = rights_found(installation, profile)
    assert permissions == sorted({*NEEDED, *more})
    assert (step["status"], step["code"]) == found
