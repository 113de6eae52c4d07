"""One company whose logins can be cut off at any call, and the bridge's parts for it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select, update

from bridge.announcements.announcements import Announcements
from bridge.credentials.context import ContextIdentifier, ContextType
from bridge.credentials.environment import Environment
from bridge.credentials.secret import Secret
from bridge.credentials.token_validity import TokenValidity
from bridge.espocrm import profiles as espocrm_profiles
from bridge.espocrm.tables import ksef_profile
from bridge.ksef.auth_token_request import SchemaVersion
from bridge.ksef.client import KsefClient
from bridge.ksef.errors import (
    KsefError,
    KsefForbidden,
    KsefRefused,
    KsefUnreachable,
    Operation,
    UnreachableReason,
)
from bridge.ksef.transport import Answer, Request, Transport
from bridge.metrics import Metrics
from bridge.seal_bindings import token_binding
from bridge.sessions.authentication_operation import LoginOptions
from bridge.sessions.connection_report import ConnectionTest
from bridge.sessions.connection_test import ConnectionTests
from bridge.sessions.events import Events
from bridge.sessions.housekeeping import Housekeeping
from bridge.sessions.ksef_access import KsefAccess
from bridge.sessions.ksef_threads import KsefThreads
from bridge.sessions.logins import Logins
from bridge.sessions.open_sessions import OpenSessions
from bridge.sessions.sessions import AccessToken, Sessions
from bridge.sessions.store import SessionStore
from bridge.state.database import StateDatabase
from bridge.state.home import HomeGuard, Homes, database_of
from bridge.state.leases import Leases
from bridge.state.tables import session
from bridge.vault import Purpose, Vault
from tests.access_tokens import take_access_token
from tests.processes import RunningCommand
from tests.secret_register import register_secret

SUBMIT = "/auth/ksef-token"
STATUS = "/auth/{referenceNumber}"
REDEEM = "/auth/token/redeem"
REFRESH = "/auth/token/refresh"
REVOKE_CURRENT = "/auth/sessions/current"
REVOKE_SESSION = "/auth/sessions/{referenceNumber}"

TOKEN_VALIDITY = TokenValidity(date(2026, 12, 31), date(2027, 11, 30), date(2026, 9, 10))


class Killed(BaseException):
    """Stands for the end of the process: nothing after it runs."""


class CutTransport(Transport):
    """Stops the first calls of `path`: before sending, or after the answer has come."""

    cut: Callable[[Request, Callable[[], Answer]], Answer] | None = None
    path: str = ""
    times: int = 1

    def send(self, request: Request) -> Answer:
        if self.cut is not None and request.operation.path == self.path:
            cut = self.cut
            self.times -= 1
            if not self.times:
                self.cut = None
            return cut(request, lambda: super(CutTransport, self).send(request))
        return super().send(request)


Cut = Callable[[Request, Callable[[], Answer]], Answer]


def killed_before(_request: Request, _send: Callable[[], Answer]) -> Answer:
    raise Killed


def killed_after(_request: Request, send: Callable[[], Answer]) -> Answer:
    send()
    raise Killed


def answer_lost(request: Request, send: Callable[[], Answer]) -> Answer:
    send()
    reason = UnreachableReason.ANSWER_TIMED_OUT
    raise KsefUnreachable(request.operation, reason, request_sent=True)


def never_sent(request: Request, _send: Callable[[], Answer]) -> Answer:
    reason = UnreachableReason.CONNECTION_FAILED
    raise KsefUnreachable(request.operation, reason, request_sent=False)


def refused_with(error: Callable[[Operation], KsefError]) -> Cut:
    """KSeF, or a gateway before it, answers something that does not say the session is over."""

    def cut(request: Request, _send: Callable[[], Answer]) -> Answer:
        raise error(request.operation)

    return cut


def answer_lost_and_then(error: Callable[[Operation], KsefError], transport: CutTransport) -> Cut:
    """The answer to redeem is lost, and the status asked for next is refused."""

    def cut(request: Request, send: Callable[[], Answer]) -> Answer:
        transport.cut, transport.path, transport.times = refused_with(error), STATUS, 1
        return answer_lost(request, send)

    return cut


def in_progress_and_then(cut: Cut, transport: CutTransport) -> Cut:
    """KSeF says that the login is in progress, and the status asked for next meets `cut`."""

    def first(_request: Request, send: Callable[[], Answer]) -> Answer:
        answer = send()
        body = json.loads(answer.body)
        body["status"] = {"code": 100, "description": "Uwierzytelnianie w toku"}
        transport.cut, transport.path, transport.times = cut, STATUS, 1
        return replace(answer, body=json.dumps(body).encode())

    return first


def forbidden(operation: Operation) -> KsefError:
    return KsefForbidden(operation, "ip-not-allowed", {})


def not_found_by_a_gateway(operation: Operation) -> KsefError:
    return KsefRefused(operation, (), http_status=404)


@dataclass
class Access(KsefAccess):
    """The way to the simulator, with a transport that can be cut."""

    transport: CutTransport
    client_at_test: KsefClient = field(init=False)

    def __post_init__(self) -> None:
        self.client_at_test = KsefClient(self.transport)

    def client(self, environment: Environment) -> KsefClient:
        assert environment is Environment.TEST
        return self.client_at_test


@dataclass
class Company:
    """One profile with its token, and the bridge's parts for it."""

    nip: str
    vault: Vault
    espocrm: Engine
    state: Engine
    transport: CutTransport
    simulator: RunningCommand
    folder: Path

    def ask(self, *, force_refresh: bool = False) -> AccessToken:
        """Ask as a newly started bridge does: nothing but the databases is carried over."""
        sessions = Sessions(self._logins(), KsefThreads(8))
        given = sessions.access_token("p1", force_refresh=force_refresh)
        take_access_token(given.token.reveal_text(), given.session_reference)
        return given

    def test_connection(self) -> ConnectionTest:
        """Press *Test connection* on a newly started bridge."""
        return ConnectionTests(self._logins(), KsefThreads(8), TOKEN_VALIDITY).run("p1")

    def log_out(self) -> list[str]:
        """Press *Log out* on a newly started bridge."""
        logins, threads = self._logins(), KsefThreads(8)
        return OpenSessions(logins, Sessions(logins, threads), threads).revoke_ours("p1")

    def running(self) -> tuple[Sessions, Housekeeping]:
        """A bridge that goes on running, with what it does by itself after a while."""
        logins = self._logins()
        sessions = Sessions(logins, KsefThreads(8))
        return sessions, Housekeeping(logins, sessions)

    def keep_house(self) -> None:
        """What a newly started bridge does by itself after a while."""
        logins = self._logins()
        Housekeeping(logins, Sessions(logins, KsefThreads(8))).once()

    def _logins(self) -> Logins:
        state = StateDatabase(self.state)
        store = SessionStore(state)
        events = Events(Metrics())
        access = Access(self.transport)
        nothing_announced = Announcements({}, None, self.folder)
        KsefAccess.__init__(access, {}, None, store, events, self.folder, nothing_announced)
        return Logins(
            profiles=espocrm_profiles.Profiles(self.espocrm),
            store=store,
            vault=self.vault,
            ksef=access,
            options=LoginOptions(SchemaVersion.V2_1, bind_session_to_ip=False),
            events=events,
            leases=Leases(state),
            home=HomeGuard(Homes(state), database_of(self.espocrm.url)),
        )

    def seal_new_token(self) -> str:
        body = {"context": {"type": "Nip", "value": self.nip}}
        given = self.simulator.call("POST", "/_simulator/ksef-tokens", json_body=body).json
        token = register_secret(str(given["token"]))
        context = ContextIdentifier(ContextType.NIP, self.nip)
        binding = token_binding(Environment.TEST, context)
        return self.vault.seal(Secret(token), Purpose.KSEF_TOKEN, binding)

    def replace_token(self) -> None:
        with self.espocrm.connect() as connection:
            connection.execute(update(ksef_profile).values(token_sealed=self.seal_new_token()))

    def let_the_access_token_end_in(self, duration: timedelta) -> None:
        with self.state.begin() as connection:
            state = json.loads(connection.execute(select(session.c.state)).scalar_one())
            end = datetime.now(UTC) + duration
            state["session"]["access_token"]["valid_until"] = end.isoformat()
            connection.execute(update(session).values(state=json.dumps(state)))

    def cut(
        self, how: Callable[[Request, Callable[[], Answer]], Answer], path: str, times: int = 1
    ) -> None:
        self.transport.cut, self.transport.path, self.transport.times = how, path, times

    def submissions(self) -> int:
        """How often a KSeF token was submitted, by all tests so far."""
        state = self.simulator.call("GET", "/_simulator/state").json
        return int(state["calls"][f"POST {SUBMIT}"])

    def live_sessions(self) -> set[str]:
        """Redeemed and not revoked, as KSeF sees them."""
        sessions: list[Any] = self.simulator.call("GET", "/_simulator/state").json["sessions"]
        return {
            each["referenceNumber"]
            for each in sessions
            if each["context"]["value"] == self.nip and each["redeemed"] and not each["revoked"]
        }
