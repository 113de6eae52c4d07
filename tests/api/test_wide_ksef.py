"""Whatever KSeF answers, the API answers in its own words, and never with 500."""

from __future__ import annotations

import contextlib
import itertools
import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import make_url

from bridge.ksef import operations, repetition
from bridge.ksef.client import KsefClient
from bridge.ksef.errors import Operation
from bridge.sessions import ksef_access, login
from tests.api.in_process import in_process
from tests.enrolment.espocrm import ORDER, EspoCrm, path
from tests.faults.profiles import new_certificate
from tests.installation import Installation, new_nip
from tests.ksef.mutated_answers import Mutation, Recorded, mutations
from tests.ksef.recorded_answers import OPERATIONS, operation_of, recorded_answers
from tests.ksef.scripted_server import Received, Reply, scripted_server
from tests.processes import RunningCommand, call, free_port, running

MUTATED_ANSWERS = 2
OTHER_SESSION = "20261123-AU-2DFC46C000-3AC6D5877F-D4"
ANSWERED = {200, 202, 204, 404, 409, 502, 503}
_number = itertools.count(1)


@dataclass
class Gateway:
    """Stands before the simulator and changes some answers to one operation."""

    simulator: RunningCommand
    target: Operation | None = None
    mutation: Mutation | None = field(default=None, repr=False)
    left: int = 0
    calls: Counter[Operation] = field(default_factory=Counter)

    def answer(self, received: Received) -> Reply:
        operation = operation_of(received)
        self.calls[operation] += 1
        answer = self._answer(operation, received)
        if operation != self.target or self.mutation is None or not self.left:
            return Reply(answer.status, answer.body)
        self.left -= 1
        return self.mutation.of(answer)

    def _answer(self, operation: Operation, received: Received) -> Recorded:
        if operation == operations.REVOKE_CERTIFICATE:
            # The profile goes on logging in with it.
            return Recorded(204, b"")
        headers = _forwarded(received.headers)
        came = call(
            self.simulator.port,
            received.method,
            received.path,
            body=received.body,
            headers=headers,
        )
        return Recorded(came.status, came.body)


def _forwarded(headers: Mapping[str, str]) -> dict[str, str]:
    dropped = {"host", "content-length", "connection", "accept-encoding"}
    return {name: value for name, value in headers.items() if name not in dropped}


@dataclass
class Bridge:
    """A bridge in this process, KSeF as it meets it, and EspoCRM's records."""

    client: FlaskClient
    gateway: Gateway
    espocrm: EspoCrm
    shapes: Mapping[Operation, Recorded] = field(repr=False)

    def forget(self) -> None:
        """As if nothing had ever been asked: no session, no refusal, no 429."""
        environment = self.espocrm.installation.environment
        database = make_url(environment["KSEF_BRIDGE_STATE_DATABASE_URL"]).database
        with contextlib.closing(sqlite3.connect(str(database), timeout=10)) as connection:
            tables = ("session", "abandoned_session", "stopped_context", "enrolment")
            for table in tables:
                connection.execute(f"DELETE FROM ksef_bridge_{table}")  # noqa: S608
            connection.commit()
        for file in Path(environment["KSEF_BRIDGE_RUNTIME_FOLDER"]).glob("ksef-*pacing"):
            file.unlink()

    def ask(self, method: str, url: str, body: object = None) -> int:
        """One call; the status of its answer, which must be one that is planned."""
        answer = self.client.open(url, method=method, json=body)
        assert answer.status_code in ANSWERED, (method, url, answer.status_code, answer.get_json())
        if answer.status_code >= 400:
            assert answer.content_type == "application/problem+json"
            assert answer.get_json()["code"]
        return answer.status_code

    def meets(self, operation: Operation, mutation: Mutation, view: View) -> None:
        """A view whose first answers to the operation are mutated."""
        self.forget()
        self.gateway.target, self.gateway.mutation = operation, mutation
        self.gateway.left = MUTATED_ANSWERS
        try:
            view(self)
        finally:
            self.gateway.left = 0

    def log_in(self, profile: str) -> None:
        self.ask("POST", f"/v1/profiles/{profile}/access-token", {"forceRefresh": True})

    def list_or_test(self, profile: str, method: str, what: str) -> None:
        self.ask(method, f"/v1/profiles/{profile}/{what}", {} if method == "POST" else None)

    def request_certificate(self) -> None:
        record_id = f"record-{next(_number)}"
        self.espocrm.add_record(record_id)
        url = path("cert", record_id)
        answer = self.client.put(url, json=ORDER)
        assert answer.status_code in ANSWERED
        if answer.status_code == 202:
            self.espocrm.store_seal(record_id, answer.get_json()["privateKeySealed"])
        for _ in range(3):
            self.ask("GET", url)
        self.ask("DELETE", url)

    def revoke_certificate(self) -> None:
        self.ask("POST", "/v1/certificates/c-cert/revocation", {"profileId": "cert"})


View = Callable[[Bridge], None]


def _login(profile: str) -> View:
    return lambda bridge: bridge.log_in(profile)


def _in_turn(*views: View) -> View:
    def view(bridge: Bridge) -> None:
        for each in views:
            each(bridge)

    return view


def _each(profile: str, method: str, what: str) -> View:
    return lambda bridge: bridge.list_or_test(profile, method, what)


VIEWS: dict[Operation, tuple[View, ...]] = {
    operations.CHALLENGE: (_login("cert"), _login("token")),
    operations.SUBMIT_KSEF_TOKEN: (_login("token"),),
    operations.SUBMIT_XADES: (_login("cert"),),
    operations.AUTHENTICATION_STATUS: (_login("token"), _login("cert")),
    operations.REDEEM: (_login("token"), _each("token", "POST", "connection-test")),
    operations.REFRESH: (_in_turn(_login("token"), _login("token")),),
    operations.SESSIONS: (_each("token", "GET", "sessions"),),
    operations.REVOKE_SESSION: (_each("token", "DELETE", f"sessions/{OTHER_SESSION}"),),
    operations.REVOKE_CURRENT_SESSION: (
        _in_turn(_login("token"), _each("token", "DELETE", "sessions")),
        _each("token", "POST", "connection-test"),
    ),
    operations.PUBLIC_KEY_CERTIFICATES: (_each("token", "POST", "connection-test"),),
    operations.KSEF_TOKEN: (_each("token", "POST", "connection-test"),),
    operations.PERSONAL_GRANTS: (_each("cert", "POST", "connection-test"),),
    operations.QUERY_CERTIFICATES: (
        _each("cert", "GET", "certificates"),
        _each("cert", "POST", "connection-test"),
        Bridge.revoke_certificate,
    ),
    operations.CERTIFICATE_LIMITS: (Bridge.request_certificate,),
    operations.ENROLMENT_DATA: (Bridge.request_certificate,),
    operations.ENROL: (Bridge.request_certificate,),
    operations.ENROLMENT_STATUS: (Bridge.request_certificate,),
    operations.RETRIEVE_CERTIFICATES: (Bridge.request_certificate,),
    operations.REVOKE_CERTIFICATE: (Bridge.revoke_certificate,),
}
"""What calls an operation of KSeF's."""


@pytest.fixture(scope="module")
def bridge(artifacts: Path) -> Iterator[Bridge]:
    port = free_port()
    with running(["simulator", "--port", str(port)], port, artifacts / "hostile.log") as simulator:
        simulator.call("PUT", "/_simulator/limits", json_body={"enabled": False})
        simulator.call("PUT", "/_simulator/chaos", json_body={"enrolmentSeconds": 0})
        shapes = recorded_answers(simulator, new_nip())
        installation = Installation.create(artifacts / "installation-hostile", simulator)
        runtime = installation.folder / "runtime"
        installation.environment["KSEF_BRIDGE_RUNTIME_FOLDER"] = str(runtime)
        with installation.running():
            installation.add_token_profile("token", new_nip())
            nip = new_nip()
            certificate = new_certificate(installation, installation.folder / "cert", nip)
            installation.add_certificate_profile("cert", nip, certificate)
        gateway = Gateway(simulator)
        with pytest.MonkeyPatch.context() as patch, scripted_server(gateway.answer) as server:
            # Nobody waits here for KSeF to become better.
            patch.setattr(repetition, "LONGEST_PAUSES", (0.0, 0.0))
            patch.setattr(login, "_LONGEST_PAUSE_BEFORE_RETRY", 0.1)
            impatient = partial(KsefClient, sleep=lambda _: None)
            patch.setattr(ksef_access, "KsefClient", impatient)
            client = in_process(installation, KSEF_BRIDGE_KSEF_URL_TEST=server.url)
            yield Bridge(client, gateway, EspoCrm(installation), shapes)


def test_every_operation_has_a_view() -> None:
    assert set(VIEWS) == OPERATIONS


@pytest.mark.parametrize("operation", sorted(OPERATIONS, key=str), ids=str)
def test_the_views_call_the_operation(bridge: Bridge, operation: Operation) -> None:
    for view in VIEWS[operation]:
        bridge.forget()
        bridge.gateway.calls.clear()
        view(bridge)
        assert bridge.gateway.calls[operation]


@pytest.mark.parametrize("operation", sorted(OPERATIONS, key=str), ids=str)
@settings(
    max_examples=60,
    deadline=None,
    derandomize=False,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)
@given(data=st.data())
def test_whatever_ksef_answers(bridge: Bridge, operation: Operation, data: st.DataObject) -> None:
    view = data.draw(st.sampled_from(VIEWS[operation]))
    bridge.meets(operation, data.draw(mutations(bridge.shapes[operation])), view)


def put(name: str, value: object) -> Mutation:
    """An answer whose member of that path is another."""

    def change(body: bytes) -> bytes:
        document = json.loads(body or b"{}")
        *steps, last = name.split(".")
        holder = document
        for step in steps:
            holder = holder.setdefault(step, {})
        holder[last] = value
        return json.dumps(document).encode()

    return Mutation(change, None, {})


def instead(status: int, body: object, **headers: str) -> Mutation:
    """Another answer altogether."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return Mutation(lambda _: json.dumps(body).encode(), status, named)


def nested(depth: int) -> object:
    value: object = "x"
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("operation", "mutation"),
    [
        (operations.CHALLENGE, put("challenge", "20261128-CR-\x00\x1b")),
        (operations.CHALLENGE, put("challenge", "x" * 100_000)),
        (operations.CHALLENGE, put("timestamp", "0001-01-01T00:00:00Z")),
        (operations.CHALLENGE, put("timestampMs", 10**3000)),
        (
            operations.CHALLENGE,
            instead(503, {}, Retry_After=f"Mon, 1 Jan 2029 00:00:00 +{'9' * 30}"),
        ),
        (operations.CHALLENGE, instead(429, {}, Retry_After="Mon, 1 Jan 9999 00:00:00 GMT")),
        (operations.CHALLENGE, instead(403, {"security": {"clientIp": nested(200)}})),
        (operations.SUBMIT_XADES, put("referenceNumber", "\ud800")),
        (operations.SUBMIT_KSEF_TOKEN, put("referenceNumber", "x" * 70_000)),
        (
            operations.SUBMIT_KSEF_TOKEN,
            put("authenticationToken.validUntil", "0001-01-01T00:00:00"),
        ),
        (operations.AUTHENTICATION_STATUS, put("status", {"code": 450, "description": "\ud800"})),
        (operations.AUTHENTICATION_STATUS, put("status.code", 10**3000)),
        (operations.REDEEM, put("accessToken.validUntil", "0001-01-01T00:00:00")),
        (operations.REDEEM, put("refreshToken.validUntil", "9999-12-31T23:59:59.9999999Z")),
        (operations.REFRESH, put("accessToken.validUntil", "0001-01-01T00:00:00+14:00")),
        (operations.PERSONAL_GRANTS, put("ownerPermissions", ["\ud800", "\x00"])),
        (operations.ENROLMENT_DATA, put("commonName", "\udfff")),
        (operations.QUERY_CERTIFICATES, put("certificates", [nested(900)])),
    ],
)
def test_what_once_was_500(bridge: Bridge, operation: Operation, mutation: Mutation) -> None:
    for view in VIEWS[operation]:
        bridge.meets(operation, mutation, view)
        # What was stored meanwhile is read.
        for profile in ("token", "cert"):
            bridge.ask("POST", f"/v1/profiles/{profile}/access-token", {})
