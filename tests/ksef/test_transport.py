"""The transport against a real HTTP server: what is sent, and what answers mean."""

from __future__ import annotations

import contextlib
import gzip
import itertools
import json
import threading
import time

import pytest
from structlog.testing import CapturingLogger

from bridge import __version__
from bridge.credentials.secret import Secret
from bridge.ksef.connections import LARGEST_ANSWER
from bridge.ksef.error_answers import retry_after
from bridge.ksef.errors import (
    KsefAnswerUnreadable,
    KsefError,
    KsefErrorDetail,
    KsefForbidden,
    KsefGone,
    KsefRateLimited,
    KsefRefused,
    KsefUnauthorized,
    KsefUnavailable,
    KsefUnreachable,
    Operation,
)
from bridge.ksef.transport import Exchange, Request, SystemWarning, Transport
from tests.ksef.failures import CALL, OPERATION, failure, failure_of
from tests.ksef.scripted_server import Received, Reply, json_reply, scripted_server

TRACE_ID = "673843e023c432286660bc0501a3af44"
DETAILS = ["Operacja 20261123-AU-… nie została znaleziona.", "drugi szczegół"]
PROBLEM = {
    "title": "Bad Request",
    "status": 400,
    "detail": "Żądanie jest nieprawidłowe.",
    "errors": [
        {"code": 21304, "description": "Brak uwierzytelnienia.", "details": DETAILS},
        {"code": 21405, "description": "Błąd walidacji danych wejściowych."},
    ],
    "traceId": TRACE_ID,
}
EXCEPTION: dict[str, dict[str, object]] = {
    "exception": {
        "exceptionDetailList": [
            {
                "exceptionCode": 21304,
                "exceptionDescription": "Brak uwierzytelnienia.",
                "details": DETAILS,
            },
            {"exceptionCode": 21405, "exceptionDescription": "Błąd walidacji danych wejściowych."},
        ],
        "serviceName": "Undefined",
    }
}


@pytest.mark.parametrize("body", [PROBLEM, EXCEPTION], ids=["problem details", "exception"])
def test_both_bodies_of_a_refusal_say_the_same(body: dict[str, object]) -> None:
    error = failure_of(json_reply(body, 400))
    assert isinstance(error, KsefRefused)
    assert error.codes == (21304, 21405)
    assert error.errors == (
        KsefErrorDetail(21304, "Brak uwierzytelnienia.", tuple(DETAILS)),
        KsefErrorDetail(21405, "Błąd walidacji danych wejściowych."),
    )
    assert error.http_status == 400
    assert error.operation == OPERATION


@pytest.mark.parametrize("status", [400, 401, 403, 410, 429, 500, 503])
def test_the_trace_id_is_kept(status: int) -> None:
    assert failure_of(json_reply(PROBLEM, status)).trace_id == TRACE_ID


def test_the_older_body_has_its_trace_in_the_service_code() -> None:
    exception = {**EXCEPTION["exception"], "serviceCode": f"00-{TRACE_ID}-eee7647dc67aa74a-00"}
    error = failure_of(json_reply({"exception": exception}, 400))
    assert error.trace_id == f"00-{TRACE_ID}-eee7647dc67aa74a-00"


def test_a_trace_id_is_one_short_word() -> None:
    error = failure_of(json_reply({"traceId": "a b\r\nc\x1b[0m" + "d" * 1000}, 401))
    assert error.trace_id == "abc[0m" + "d" * 94


def test_forbidden_says_why() -> None:
    security = {"requiredAnyOfPermissions": ["InvoiceRead"], "presentPermissions": []}
    problem = {"status": 403, "reasonCode": "missing-permissions", "security": security}
    error = failure_of(json_reply(problem, 403))
    assert isinstance(error, KsefForbidden)
    assert error.reason_code == "missing-permissions"
    assert error.security == security


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b'{"title": "?", "status": 0}',
        b"<html>blocked by a gateway</html>",
        b"[1]",
        b'{"traceId": 7, "reasonCode": ["?"], "security": "?"}',
        b"\xff\xfe\x00",
    ],
)
@pytest.mark.parametrize(
    ("status", "kind"), [(401, KsefUnauthorized), (403, KsefForbidden), (410, KsefGone)]
)
def test_the_status_alone_can_say_it(status: int, kind: type[KsefError], body: bytes) -> None:
    error = failure_of(Reply(status, body))
    assert type(error) is kind
    assert error.trace_id is None
    # Whoever it was that forbade, it was not for a reason of KSeF's.
    assert getattr(error, "reason_code", None) is None


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "7"}, 7),
        ({"Retry-After": "0"}, 0),
        ({"Retry-After": "Sun, 23 Nov 2025 12:00:30 GMT"}, 0),
        ({}, 30),
        ({"Retry-After": "soon"}, 30),
        ({"Retry-After": "9" * 5000}, 30),
        ({"Retry-After": "9" * 9}, 86_400),
        ({"Retry-After": "Sun, 23 Nov 9999 12:00:30 -2359"}, 86_400),
        ({"Retry-After": f"Sun, 23 Nov 2025 12:00:30 +{'9' * 30}"}, 30),
        ({"Retry-After": f"Sun, 23 Nov {'9' * 30} 12:00:30 GMT"}, 30),
        ({"Retry-After": "\xb2\xff"}, 30),
    ],
)
@pytest.mark.parametrize(
    "body",
    [
        {"status": {"code": 429, "description": "Too Many Requests", "details": ["…"]}},
        {"title": "Too Many Requests", "status": 429, "detail": "…", "traceId": "1"},
    ],
    ids=["deprecated", "problem details"],
)
def test_rate_limits(body: dict[str, object], headers: dict[str, str], seconds: int) -> None:
    error = failure_of(Reply(429, json.dumps(body).encode(), headers))
    assert isinstance(error, KsefRateLimited)
    assert error.retry_after == seconds


def test_a_retry_time_of_a_server_that_is_away() -> None:
    error = failure_of(Reply(503, b"<html>maintenance</html>", {"Retry-After": "120"}))
    assert isinstance(error, KsefUnavailable)
    assert error.retry_after == 120


def test_a_retry_date_of_a_server_that_is_away() -> None:
    in_half_a_minute = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(time.time() + 30))
    error = failure_of(Reply(503, b"", {"Retry-After": in_half_a_minute}))
    assert isinstance(error, KsefUnavailable)
    assert error.retry_after is not None
    assert 28 <= error.retry_after <= 31


def test_a_retry_date_is_measured_by_the_servers_clock() -> None:
    headers = {
        "Retry-After": "Sun, 23 Nov 2025 12:00:30 GMT",
        "Date": "Sun, 23 Nov 2025 12:00:00 GMT",
    }
    assert retry_after(headers) == 30


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_unavailable_whatever_the_body(status: int) -> None:
    error = failure_of(Reply(status, b"<html>gateway</html>"))
    assert isinstance(error, KsefUnavailable)
    assert error.http_status == status
    assert error.retry_after is None


@pytest.mark.parametrize(
    "reply",
    [
        Reply(400, b"<html>blocked</html>"),
        Reply(404, b'{"status": 404}'),
        json_reply({"errors": [{"description": "no code"}]}, 400),
        json_reply({"errors": "none"}, 400),
        json_reply([1], 400),
        Reply(400, b"[" * 100_000),
        Reply(400, b"\xff\xfe\x00"),
        Reply(302, b"", {"Location": "/v2/elsewhere"}),
        Reply(307, b"", {"Location": "https://example.com/"}),
        json_reply({"traceId": TRACE_ID}, 302),
    ],
)
def test_what_is_not_ksefs_is_unreadable(reply: Reply) -> None:
    error = failure_of(reply)
    assert isinstance(error, KsefAnswerUnreadable)
    assert error.http_status == reply.status


def test_a_redirect_is_not_followed() -> None:
    reply = Reply(302, b"", {"Location": "/v2/elsewhere"})
    with scripted_server(reply) as server:
        failure(server.url)
        assert [request.path for request in server.received] == ["/v2/auth/token/redeem"]


def test_a_huge_answer_is_not_read_to_its_end() -> None:
    with scripted_server(Reply(200, b"x" * LARGEST_ANSWER * 2)) as server:
        transport = Transport(server.url)
        with pytest.raises(KsefAnswerUnreadable) as caught:
            transport.send(CALL)
        assert caught.value.problem == "too large"
        server.answer = lambda _request: json_reply({})
        assert transport.send(CALL).http_status == 200
        transport.close()


def test_nothing_is_unpacked() -> None:
    packed = gzip.compress(b"[" + b" " * 1000 + b"]")
    with scripted_server(Reply(200, packed, {"Content-Encoding": "gzip"})) as server:
        transport = Transport(server.url)
        assert transport.send(CALL).body == packed
        assert server.received[0].headers["accept-encoding"] == "identity"
        transport.close()


def test_calls_share_one_connection() -> None:
    with scripted_server(json_reply({})) as server:
        transport = Transport(server.url)
        for _ in range(5):
            transport.send(CALL)
        server.answer = lambda _request: json_reply(PROBLEM, 400)
        with pytest.raises(KsefRefused):
            transport.send(CALL)
        server.answer = lambda _request: Reply(204)
        transport.send(CALL)
        transport.close()
        assert len(server.received) == 7
        assert server.connections == 1


def test_a_connection_that_the_server_closed_is_replaced() -> None:
    with scripted_server(json_reply({})) as server:
        server.answer = lambda _request: Reply(200, b"{}", {"Connection": "close"})
        transport = Transport(server.url)
        for _ in range(3):
            transport.send(CALL)
        transport.close()
        assert server.connections == 3


def test_a_connection_that_was_closed_while_idle_is_not_taken_for_a_lost_answer() -> None:
    """The server told nobody: what may not be repeated would be taken for perhaps received."""
    with scripted_server(Reply(200, b"{}", announced_length=2)) as server:
        transport = Transport(server.url)
        for _ in range(3):
            transport.send(CALL)
            time.sleep(0.05)
        transport.close()
        assert server.connections == 3


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_lost_answer_is_not_asked_for_again(method: str) -> None:
    with scripted_server(Reply(closes=True)) as server:
        transport = Transport(server.url)
        with pytest.raises(KsefUnreachable):
            transport.send(Request(Operation(method, "/auth/sessions")))
        transport.close()
        assert len(server.received) == 1


def test_what_is_sent() -> None:
    with scripted_server(json_reply({})) as server:
        transport = Transport(server.url, request_id=lambda: "request-1")
        operation = Operation("POST", "/tokens/{referenceNumber}")
        transport.send(
            Request(
                operation,
                {"referenceNumber": "a/b?c"},
                {"pageSize": 10},
                {"Content-Type": "application/xml"},
                "<ż/>".encode(),
                Secret("ey.token"),
            )
        )
        transport.send(CALL)
        transport.close()
        first, second = server.received
    assert first.path == "/v2/tokens/a%2Fb%3Fc?pageSize=10"
    assert first.body == "<ż/>".encode()
    assert first.headers["authorization"] == "Bearer ey.token"
    assert first.headers["content-type"] == "application/xml"
    assert first.headers["user-agent"] == f"ksef-bridge/{__version__}"
    assert first.headers["x-error-format"] == "problem-details"
    assert first.headers["x-request-id"] == "request-1"
    assert second.headers["content-length"] == "0"
    assert "authorization" not in second.headers


@pytest.mark.parametrize("request_id", [None, "", "two\r\nlines", "ż", "x" * 201])
def test_an_unfit_request_id_is_not_sent(request_id: str | None) -> None:
    with scripted_server(json_reply({})) as server:
        Transport(server.url, request_id=lambda: request_id).send(CALL)
        assert "x-request-id" not in server.received[0].headers


@pytest.mark.parametrize(
    ("text", "is_alarm"),
    [
        ("Pole będzie wymagane", False),
        ("sig-001 Format podpisu niezgodny z akceptowanymi profilami XAdES", True),
    ],
)
def test_system_warnings_reach_the_caller_the_observer_and_the_log(
    text: str, is_alarm: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    logger = CapturingLogger()
    monkeypatch.setattr("bridge.ksef.transport.log", logger)
    exchanges: list[Exchange] = []
    header = text.encode().decode("latin-1")
    with scripted_server(json_reply({}, X_System_Warning=header)) as server:
        answer = Transport(server.url, observer=exchanges.append).send(CALL)
    assert answer.system_warning == SystemWarning(text)
    assert answer.system_warning.is_alarm is is_alarm
    assert exchanges[0].system_warning == answer.system_warning
    (logged,) = logger.calls
    assert logged.method_name == ("error" if is_alarm else "warning")
    assert logged.kwargs["warning"] == text


def test_an_observer_sees_every_call() -> None:
    exchanges: list[Exchange] = []
    with scripted_server(json_reply({})) as server:
        transport = Transport(server.url, observer=exchanges.append)
        transport.send(CALL)
        server.answer = lambda _request: Reply(503)
        with pytest.raises(KsefUnavailable):
            transport.send(CALL)
        server.answer = lambda _request: Reply(closes=True)
        with pytest.raises(KsefUnreachable):
            transport.send(CALL)
    assert [exchange.http_status for exchange in exchanges] == [200, 503, None]
    assert all(exchange.operation == OPERATION for exchange in exchanges)
    assert all(0 < exchange.seconds < 5 for exchange in exchanges)


def test_an_observer_is_told_both_ids_once_whatever_came() -> None:
    exchanges: list[Exchange] = []
    numbers = itertools.count(1)
    replies = [
        json_reply({}),
        json_reply(PROBLEM, 400),
        json_reply({"traceId": TRACE_ID}, 401),
        Reply(503, b"<html>gateway</html>"),
        Reply(302),
        Reply(200, b"x" * (LARGEST_ANSWER + 1)),
        Reply(closes=True),
    ]
    with scripted_server(json_reply({})) as server:
        transport = Transport(
            server.url, observer=exchanges.append, request_id=lambda: f"request-{next(numbers)}"
        )
        server.answer = lambda _: replies[len(server.received) - 1]
        for _ in replies:
            with contextlib.suppress(KsefError):
                transport.send(CALL)
        transport.close()
        sent = [request.headers["x-request-id"] for request in server.received]
    assert [(each.http_status, each.trace_id) for each in exchanges] == [
        (200, None),
        (400, TRACE_ID),
        (401, TRACE_ID),
        (503, None),
        (302, None),
        (200, None),
        (None, None),
    ]
    assert [each.request_id for each in exchanges] == sent
    assert sent == [f"request-{number}" for number in range(1, 8)]


def test_what_was_never_sent_is_no_exchange() -> None:
    exchanges: list[Exchange] = []
    token = Secret("two\r\nlines")
    with scripted_server(json_reply({})) as server:
        transport = Transport(server.url, observer=exchanges.append)
        with pytest.raises(ValueError, match="does not fit"):
            transport.send(Request(OPERATION, bearer=token))
        assert server.received == []
    assert exchanges == []


def test_threads_share_a_transport() -> None:
    def answer(request: Received) -> Reply:
        return json_reply({"path": request.path})

    with scripted_server(answer) as server:
        transport = Transport(server.url)
        seen: list[object] = []

        def call(number: int) -> None:
            request = Request(
                Operation("GET", "/auth/{referenceNumber}"), {"referenceNumber": str(number)}
            )
            seen.append((number, transport.send(request).json()))

        threads = [threading.Thread(target=call, args=(number,)) for number in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        transport.close()
    assert sorted(seen, key=str) == sorted(
        ((number, {"path": f"/v2/auth/{number}"}) for number in range(20)), key=str
    )
