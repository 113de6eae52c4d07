"""How often each operation is sent when KSeF does not answer, and how long the pauses are."""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bridge.credentials.context import ContextIdentifier, ContextType
from bridge.credentials.secret import Secret
from bridge.ksef import operations
from bridge.ksef.certificate_calls import KsefCertificates
from bridge.ksef.client import KsefClient
from bridge.ksef.errors import (
    KsefError,
    KsefRateLimited,
    KsefRefused,
    KsefUnavailable,
    KsefUnreachable,
    Operation,
    UnreachableReason,
)
from bridge.ksef.operations import CHALLENGE, REDEEM, REPEATABLE
from bridge.ksef.pacing import Pacing
from bridge.ksef.repetition import LATEST_ATTEMPT, LONGEST_PAUSES, Repetition
from bridge.ksef.transport import Answer, Request, Transport
from tests.ksef.scripted_server import Reply, json_reply, scripted_server
from tests.ksef.test_contract import CHALLENGE as CHALLENGE_BODY
from tests.ksef.test_contract import JWT

TOKEN = Secret(JWT)
CONTEXT = ContextIdentifier(ContextType.NIP, "5265877635")
Call = Callable[[KsefClient], object]

CALLS: dict[str, tuple[int, Call]] = {
    "POST /auth/challenge": (3, lambda c: c.challenge()),
    "GET /auth/{referenceNumber}": (3, lambda c: c.authentication_status("r", TOKEN)),
    "POST /auth/token/refresh": (3, lambda c: c.refresh(TOKEN)),
    "GET /auth/sessions": (3, lambda c: list(c.sessions(TOKEN))),
    "DELETE /auth/sessions/{referenceNumber}": (3, lambda c: c.revoke_session("r", TOKEN)),
    "DELETE /auth/sessions/current": (3, lambda c: c.revoke_current_session(TOKEN)),
    "GET /security/public-key-certificates": (3, lambda c: c.public_key_certificates()),
    "GET /tokens/{referenceNumber}": (3, lambda c: c.ksef_token("r", TOKEN)),
    "POST /permissions/query/personal/grants": (3, lambda c: c.personal_grants(TOKEN)),
    "POST /certificates/query": (3, lambda c: c.certificate("0" * 16, TOKEN)),
    "GET /certificates/limits": (3, lambda c: of_subject(c).limits()),
    "GET /certificates/enrollments/data": (3, lambda c: of_subject(c).enrolment_data()),
    "GET /certificates/enrollments/{referenceNumber}": (
        3,
        lambda c: of_subject(c).enrolment_status("r"),
    ),
    "POST /certificates/retrieve": (3, lambda c: of_subject(c).retrieve(["0" * 16])),
    "POST /certificates/{certificateSerialNumber}/revoke": (
        3,
        lambda c: of_subject(c).revoke("0" * 16, None),
    ),
    "POST /certificates/enrollments": (
        1,
        lambda c: of_subject(c).enrol("Certyfikat", "Offline", b""),
    ),
    "POST /auth/token/redeem": (1, lambda c: c.redeem(TOKEN)),
    "POST /auth/xades-signature": (1, lambda c: c.submit_xades(b"<x/>")),
    "POST /auth/ksef-token": (1, lambda c: c.submit_ksef_token("c", CONTEXT, "e", None)),
}


def of_subject(client: KsefClient) -> KsefCertificates:
    return KsefCertificates(client, TOKEN, CONTEXT)


def test_the_table_holds_every_operation() -> None:
    every = {str(each) for each in vars(operations).values() if isinstance(each, Operation)}
    assert set(CALLS) == every
    assert {name for name, (attempts, _) in CALLS.items() if attempts > 1} == {
        str(each) for each in REPEATABLE
    }


@pytest.mark.parametrize(
    ("reply", "kind"),
    [(Reply(closes=True), KsefUnreachable), (Reply(502), KsefUnavailable)],
    ids=["connection lost", "502"],
)
@pytest.mark.parametrize("name", CALLS)
def test_attempts_of_each_operation(name: str, reply: Reply, kind: type[KsefError]) -> None:
    attempts, call = CALLS[name]
    slept: list[float] = []
    with scripted_server(reply) as server:
        transport = Transport(server.url)
        with pytest.raises(kind):
            call(KsefClient(transport, sleep=slept.append))
        transport.close()
        assert len(server.received) == attempts
        assert len({(each.method, each.path, each.body) for each in server.received}) == 1
    assert len(slept) == attempts - 1


@pytest.mark.parametrize(
    ("reply", "attempts"),
    [
        (Reply(500), 3),
        (Reply(503), 3),
        (Reply(503, b"<html>maintenance</html>"), 3),
        (Reply(503, b"", {"Retry-After": "3"}), 3),
        (Reply(503, b"", {"Retry-After": "4"}), 1),
        (Reply(503, b"", {"Retry-After": "7200"}), 1),
        (Reply(429, b"", {"Retry-After": "2"}), 3),
        (Reply(429, b"", {"Retry-After": "3"}), 1),
        (Reply(429), 1),
        (json_reply({"errors": [{"code": 21405}]}, 400), 1),
        (Reply(401), 1),
        (Reply(403), 1),
        (Reply(410), 1),
        (Reply(302), 1),
        (Reply(200, b"<html>maintenance</html>"), 1),
    ],
)
def test_attempts_for_each_answer(reply: Reply, attempts: int) -> None:
    slept: list[float] = []
    with scripted_server(reply) as server:
        transport = Transport(server.url)
        with pytest.raises(KsefError):
            KsefClient(transport, sleep=slept.append).challenge()
        transport.close()
        assert len(server.received) == attempts
    least = int(reply.headers.get("Retry-After", 0))
    assert all(
        least <= pause <= least + longest
        for pause, longest in zip(slept, LONGEST_PAUSES, strict=False)
    )


@dataclass
class FailingTransport(Transport):
    """Raises `failures` one after the other, then answers."""

    failures: list[KsefError]
    sent: list[Request] = field(default_factory=list)

    def send(self, request: Request) -> Answer:
        self.sent.append(request)
        if self.failures:
            raise self.failures.pop(0)
        return Answer(request.operation, 200, b"{}")


def unreachable(reason: UnreachableReason) -> KsefUnreachable:
    return KsefUnreachable(CHALLENGE, reason, request_sent=False)


@pytest.mark.parametrize("reason", UnreachableReason)
def test_what_will_not_change_in_a_second_is_not_asked_again(reason: UnreachableReason) -> None:
    transport = FailingTransport([unreachable(reason) for _ in range(3)])
    with pytest.raises(KsefUnreachable):
        Repetition(lambda _: None).send(transport, Request(CHALLENGE))
    lasting = {
        UnreachableReason.NAME_NOT_RESOLVED,
        UnreachableReason.CERTIFICATE_NOT_TRUSTED,
        UnreachableReason.PROXY_FAILED,
    }
    assert len(transport.sent) == (1 if reason in lasting else 3)


def test_a_later_attempt_may_succeed_and_its_error_is_the_one_told() -> None:
    lost = unreachable(UnreachableReason.CONNECTION_LOST)
    transport = FailingTransport([lost, KsefUnavailable(CHALLENGE, 503, None)])
    assert Repetition(lambda _: None).send(transport, Request(CHALLENGE)).http_status == 200
    refused = KsefRefused(CHALLENGE, ())
    transport = FailingTransport([lost, refused])
    with pytest.raises(KsefRefused) as caught:
        Repetition(lambda _: None).send(transport, Request(CHALLENGE))
    assert caught.value is refused


def test_pauses_are_spread() -> None:
    pauses: list[tuple[float, float]] = []
    for _ in range(200):
        slept: list[float] = []
        transport = FailingTransport([KsefUnavailable(CHALLENGE, 503, None) for _ in range(2)])
        Repetition(slept.append).send(transport, Request(CHALLENGE))
        pauses.append((slept[0], slept[1]))
    for each, longest in zip(zip(*pauses, strict=True), LONGEST_PAUSES, strict=True):
        assert 0 <= min(each) < longest * 0.1
        assert longest * 0.9 < max(each) <= longest


@pytest.mark.parametrize(("seconds", "attempts"), [(1, 3), (LATEST_ATTEMPT - 2.5, 2), (30, 1)])
def test_slow_failures_are_repeated_less(seconds: float, attempts: int) -> None:
    """Two time-outs are enough of somebody's time."""
    now = [0.0]

    class SlowTransport(FailingTransport):
        def send(self, request: Request) -> Answer:
            now[0] += seconds
            return super().send(request)

    transport = SlowTransport([unreachable(UnreachableReason.ANSWER_TIMED_OUT)] * 3)
    with pytest.raises(KsefUnreachable):
        Repetition(lambda _: None, lambda: now[0]).send(transport, Request(CHALLENGE))
    assert len(transport.sent) == attempts


def test_nobody_listening_is_asked_thrice() -> None:
    slept: list[float] = []
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        transport = Transport(f"http://127.0.0.1:{taken.getsockname()[1]}/v2")
        with pytest.raises(KsefUnreachable):
            KsefClient(transport, sleep=slept.append).challenge()
    assert len(slept) == 2


def test_what_the_hosts_pacing_keeps_back_waits_when_it_is_short(tmp_path: Path) -> None:
    with scripted_server(json_reply(CHALLENGE_BODY)) as server:
        pacing = Pacing(tmp_path, server.url)
        transport = Transport(server.url, pacing=pacing)
        pacing.hold(CHALLENGE, 1)
        assert KsefClient(transport).challenge().challenge
        assert len(server.received) == 1
        pacing.hold(REDEEM, 1)
        with pytest.raises(KsefRateLimited):
            KsefClient(transport).redeem(TOKEN)
        transport.close()
        assert len(server.received) == 1
