"""The client's calls as they arrive, and the answers as they are understood."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest

from bridge.credentials.context import ContextIdentifier, ContextType
from bridge.credentials.secret import Secret
from bridge.ksef.client import KsefClient
from bridge.ksef.errors import AuthenticationFailed, KsefAnswerUnreadable
from bridge.ksef.transport import Transport
from tests.ksef.scripted_server import Received, Reply, ScriptedServer, json_reply, scripted_server
from tests.ksef.test_contract import CHALLENGE, JWT, STATUS, TOKEN_INFO

REFERENCE = "20261123-AU-2DFC46C000-3AC6D5877F-D4"
TOKEN = Secret(JWT)
INIT = {"referenceNumber": REFERENCE, "authenticationToken": TOKEN_INFO}
GRANT = {
    "id": "0c9a72e8-f344-457f-9c16-7c640eb60242",
    "permissionScope": "InvoiceWrite",
    "description": "Opis uprawnienia",
    "permissionState": "Active",
    "startDate": "2025-06-22T10:41:11+00:00",
    "canDelegate": False,
}


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with scripted_server(json_reply({})) as running:
        yield running


@pytest.fixture
def client(server: ScriptedServer) -> Iterator[KsefClient]:
    transport = Transport(server.url)
    yield KsefClient(transport)
    transport.close()


@pytest.mark.parametrize(
    ("call", "answer", "method", "path", "bearer"),
    [
        (lambda c: c.challenge(), CHALLENGE, "POST", "/auth/challenge", False),
        (lambda c: c.submit_xades(b"<x/>"), INIT, "POST", "/auth/xades-signature", False),
        (
            lambda c: c.authentication_status(REFERENCE, TOKEN),
            STATUS,
            "GET",
            f"/auth/{REFERENCE}",
            True,
        ),
        (
            lambda c: c.redeem(TOKEN),
            {"accessToken": TOKEN_INFO, "refreshToken": TOKEN_INFO},
            "POST",
            "/auth/token/redeem",
            True,
        ),
        (
            lambda c: c.refresh(TOKEN),
            {"accessToken": TOKEN_INFO},
            "POST",
            "/auth/token/refresh",
            True,
        ),
        (
            lambda c: c.revoke_session(REFERENCE, TOKEN),
            None,
            "DELETE",
            f"/auth/sessions/{REFERENCE}",
            True,
        ),
        (
            lambda c: c.revoke_current_session(TOKEN),
            None,
            "DELETE",
            "/auth/sessions/current",
            True,
        ),
        (
            lambda c: c.public_key_certificates(),
            [],
            "GET",
            "/security/public-key-certificates",
            False,
        ),
    ],
)
def test_calls(
    client: KsefClient,
    server: ScriptedServer,
    call: Callable[[KsefClient], object],
    answer: object,
    method: str,
    path: str,
    bearer: bool,
) -> None:
    server.answer = lambda _: Reply(204) if answer is None else json_reply(answer)
    call(client)
    (request,) = server.received
    assert (request.method, request.path) == (method, f"/v2{path}")
    assert request.headers.get("authorization") == (f"Bearer {JWT}" if bearer else None)


@pytest.mark.parametrize(
    ("addresses", "policy"),
    [((), None), (("192.0.2.1",), {"allowedIps": {"ip4Addresses": ["192.0.2.1"]}})],
)
def test_a_token_login_is_submitted_as_json(
    client: KsefClient, server: ScriptedServer, addresses: tuple[str, ...], policy: object
) -> None:
    server.answer = lambda _: json_reply(INIT, 202)
    context = ContextIdentifier(ContextType.INTERNAL_ID, "5265877635-12346")
    init = client.submit_ksef_token("challenge", context, "encrypted", "key-id", addresses)
    expected: dict[str, object] = {
        "challenge": "challenge",
        "contextIdentifier": {"type": "InternalId", "value": "5265877635-12346"},
        "encryptedToken": "encrypted",
        "publicKeyId": "key-id",
    }
    if policy is not None:
        expected["authorizationPolicy"] = policy
    assert json.loads(server.received[0].body) == expected
    assert server.received[0].headers["content-type"] == "application/json"
    assert init.reference_number == REFERENCE


def test_a_signed_document_is_sent_byte_for_byte(
    client: KsefClient, server: ScriptedServer
) -> None:
    server.answer = lambda _: json_reply(INIT, 202)
    document = "<?xml version='1.0'?>\r\n<a>\tż </a>\n".encode()
    client.submit_xades(document)
    assert server.received[0].body == document
    assert server.received[0].headers["content-type"] == "application/xml"


@pytest.mark.parametrize("code", [415, 425, 450, 460, 470, 480, 500, 550, 999, 101])
def test_a_login_that_failed_is_an_error(
    client: KsefClient, server: ScriptedServer, code: int
) -> None:
    info = {"code": code, "description": "opis", "details": ["szczegół"]}
    server.answer = lambda _: json_reply({**STATUS, "status": info})
    with pytest.raises(AuthenticationFailed) as caught:
        client.authentication_status(REFERENCE, TOKEN)
    assert caught.value.status.code == code
    assert caught.value.status.details == ("szczegół",)


def test_sessions_are_read_page_by_page(client: KsefClient, server: ScriptedServer) -> None:
    pages = {None: (["a", "b"], "next=="), "next==": (["c"], "last"), "last": ([], None)}

    def answer(request: Received) -> Reply:
        references, continuation = pages[request.headers.get("x-continuation-token")]
        items = [
            {**STATUS, "referenceNumber": reference, "isCurrent": reference == "b"}
            for reference in references
        ]
        return json_reply({"items": items, "continuationToken": continuation})

    server.answer = answer
    sessions = client.sessions(TOKEN)
    assert next(sessions).reference_number == "a"
    assert len(server.received) == 1
    assert [(each.reference_number, each.is_current) for each in sessions] == [
        ("b", True),
        ("c", False),
    ]
    assert len(server.received) == 3
    assert {request.path for request in server.received} == {"/v2/auth/sessions?pageSize=100"}


def test_pages_without_end_are_given_up(client: KsefClient, server: ScriptedServer) -> None:
    server.answer = lambda _: json_reply({"items": [], "continuationToken": "again"})
    with pytest.raises(KsefAnswerUnreadable, match="endless"):
        list(client.sessions(TOKEN))
    server.answer = lambda _: json_reply({"permissions": [], "hasMore": True})
    with pytest.raises(KsefAnswerUnreadable, match="endless"):
        client.personal_grants(TOKEN)


def test_grants_of_all_pages_and_of_the_owner(client: KsefClient, server: ScriptedServer) -> None:
    def answer(request: Received) -> Reply:
        assert json.loads(request.body) == {}
        if "pageOffset=0" in request.path:
            inactive = {**GRANT, "permissionScope": "SubunitManage", "permissionState": "Inactive"}
            return json_reply({"permissions": [GRANT, inactive], "hasMore": True})
        unheard_of = {**GRANT, "permissionScope": "Unheard"}
        owner = ["InvoiceRead", "InvoiceWrite"]
        return json_reply(
            {"permissions": [unheard_of], "hasMore": False, "ownerPermissions": owner}
        )

    server.answer = answer
    grants = client.personal_grants(TOKEN)
    assert [each.scope for each in grants.permissions] == [
        "InvoiceWrite",
        "SubunitManage",
        "Unheard",
    ]
    assert grants.owner_permissions == ("InvoiceRead", "InvoiceWrite")
    assert grants.active_scopes == {"InvoiceWrite", "Unheard", "InvoiceRead"}


@pytest.mark.parametrize("owner", [{}, {"ownerPermissions": None}])
def test_grants_before_2_9(
    client: KsefClient, server: ScriptedServer, owner: dict[str, object]
) -> None:
    server.answer = lambda _: json_reply({"permissions": [], "hasMore": False, **owner})
    assert client.personal_grants(TOKEN).active_scopes == frozenset()


def test_the_state_of_a_token(client: KsefClient, server: ScriptedServer) -> None:
    state = {
        "referenceNumber": "20261001-EC-220B0CE000-E228129563-96",
        "authorIdentifier": {"type": "Nip", "value": "7762811692"},
        "contextIdentifier": {"type": "Nip", "value": "5265877635"},
        "description": "Wystawianie faktur",
        "requestedPermissions": ["InvoiceRead", "CollectiveIdentifierManage"],
        "dateCreated": "2026-10-01T12:00:00+00:00",
        "status": "Revoked",
    }
    server.answer = lambda _: json_reply(state)
    token = client.ksef_token(str(state["referenceNumber"]), TOKEN)
    assert token.status == "Revoked"
    assert token.author_identifier.value == "7762811692"
    assert token.requested_permissions == ("InvoiceRead", "CollectiveIdentifierManage")
    assert token.last_use_date is None


@pytest.mark.parametrize(
    ("reply", "problem"),
    [
        (Reply(200, b""), "not JSON"),
        (Reply(200, b"<html>Request rejected</html>"), "not JSON"),
        (Reply(200, b"[" * 100_000), "not JSON"),
        (json_reply([]), "(body)"),
        (json_reply({}), "accessToken"),
        (json_reply({"accessToken": {"token": JWT}}), "accessToken.validUntil"),
    ],
)
def test_an_answer_against_the_contract_names_the_field(
    client: KsefClient, server: ScriptedServer, reply: Reply, problem: str
) -> None:
    server.answer = lambda _: reply
    with pytest.raises(KsefAnswerUnreadable) as caught:
        client.refresh(TOKEN)
    assert caught.value.problem == problem
    assert caught.value.http_status == 200
