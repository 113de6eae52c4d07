"""A token stays out of errors, representations, tracebacks and logs, whatever KSeF does."""

from __future__ import annotations

import logging
import secrets
import traceback
from collections.abc import Callable

import pytest

from bridge.credentials.secret import Secret
from bridge.ksef.client import KsefClient
from bridge.ksef.errors import KsefError
from bridge.ksef.refusals import refusal_of
from bridge.ksef.transport import Request, Transport
from tests.ksef.failures import OPERATION
from tests.ksef.scripted_server import Received, Reply, json_reply, scripted_server
from tests.secret_register import register_secret


def echo(request: Received) -> str:
    return request.headers["authorization"]


REPLIES: dict[str, Callable[[Received], Reply]] = {
    "a refusal that echoes": lambda request: json_reply(
        {"errors": [{"code": 21405, "description": echo(request), "details": [echo(request)]}]}, 400
    ),
    "a forbidding that echoes": lambda request: json_reply(
        {"reasonCode": echo(request), "security": {"clientIp": echo(request)}}, 403
    ),
    "a page that echoes": lambda request: Reply(400, echo(request).encode()),
    "a gateway that echoes": lambda request: Reply(502, echo(request).encode()),
    "a success that is none": lambda request: json_reply({"accessToken": echo(request)}),
    "an answer cut short": lambda request: Reply(200, echo(request).encode(), announced_length=999),
    "no answer": lambda _request: Reply(closes=True),
}


@pytest.mark.parametrize("name", REPLIES)
def test_a_bearer_token_is_not_shown(
    name: str, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    token = register_secret(f"eyJ{secrets.token_hex(40)}")
    with scripted_server(REPLIES[name]) as server:
        transport = Transport(server.url, read_timeout=1)
        with pytest.raises(KsefError) as caught:
            KsefClient(transport, sleep=lambda _: None).refresh(Secret(token))
        assert server.received[0].headers["authorization"] == f"Bearer {token}"
    error = caught.value
    refusal = refusal_of(error)
    printed = capsys.readouterr()
    shown = [
        "".join(traceback.format_exception(error)),
        repr(error),
        repr(vars(error)),
        repr(refusal),
        caplog.text,
        printed.out,
        printed.err,
    ]
    assert not [text for text in shown if token in text]


def test_an_unfit_token_is_not_shown_by_what_refuses_it() -> None:
    token = register_secret(f"{secrets.token_hex(20)}\r\nX-Injected: {secrets.token_hex(20)}")
    transport = Transport("http://127.0.0.1:9/v2")
    with pytest.raises(ValueError, match="does not fit") as caught:
        transport.send(Request(OPERATION, bearer=Secret(token)))
    shown = "".join(traceback.format_exception(caught.value))
    assert not [line for line in token.splitlines() if line in shown]


def test_a_request_does_not_show_what_it_carries() -> None:
    token, body = register_secret(secrets.token_hex(20)), register_secret(secrets.token_hex(20))
    shown = repr(Request(OPERATION, body=body.encode(), bearer=Secret(token)))
    assert token not in shown
    assert body not in shown
