"""The list of VAT payers asked over HTTP, and whatever may answer in its place."""

from __future__ import annotations

import socket
import threading
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bridge.companies.codes import CompanyCode
from bridge.companies.errors import LookupSwitchedOff, NipUnusable, QuestionRefused
from bridge.companies.vat_payers import VatPayers
from bridge.state.errors import BridgeError, NotFound, TryLater
from tests.companies.test_company import NIP, SUBJECT
from tests.ksef.scripted_server import Reply, ScriptedServer, json_reply, scripted_server
from tests.processes import free_port

FOUND = json_reply({"result": {"subject": SUBJECT}})


def vat_payers(server: ScriptedServer) -> VatPayers:
    return VatPayers(f"http://127.0.0.1:{server.port}/list", None)


def failure(reply: Reply) -> BridgeError:
    """What is said of an answer."""
    with scripted_server(reply) as server, pytest.raises(BridgeError) as raised:
        vat_payers(server).find(NIP)
    return raised.value


def test_it_is_asked_for_today_without_anything_of_ours() -> None:
    with scripted_server(FOUND) as server:
        company = vat_payers(server).find(NIP)
    [asked] = server.received
    today = datetime.now(ZoneInfo("Europe/Warsaw")).date()
    assert (asked.method, asked.path) == ("GET", f"/list/api/search/nip/{NIP}?date={today}")
    assert "authorization" not in asked.headers
    assert (company.name, company.as_of) == (SUBJECT["name"], today)


@pytest.mark.parametrize(
    ("nip", "code"),
    [
        ("5265877636", CompanyCode.NIP_CHECK_DIGIT),
        ("526587763", CompanyCode.NIP_MALFORMED),
        ("52658776350", CompanyCode.NIP_MALFORMED),
        ("0005877635", CompanyCode.NIP_MALFORMED),
        ("../../x", CompanyCode.NIP_MALFORMED),
        ("٥٢٦٥٨٧٧٦٣٥", CompanyCode.NIP_MALFORMED),
    ],
)
def test_a_nip_that_cannot_be_costs_no_query(nip: str, code: CompanyCode) -> None:
    with scripted_server(FOUND) as server:
        with pytest.raises(NipUnusable) as raised:
            vat_payers(server).find(nip)
        assert (raised.value.code, server.received) == (code, [])


def test_who_is_told_not_to_ask_does_not() -> None:
    with pytest.raises(LookupSwitchedOff):
        VatPayers(None, None).find(NIP)


@pytest.mark.parametrize(
    "reply", [json_reply({"result": {"subject": None}}), json_reply({}, 404), Reply(404)]
)
def test_who_is_not_in_it(reply: Reply) -> None:
    error = failure(reply)
    assert isinstance(error, NotFound)
    assert (error.code, error.params) == (CompanyCode.NOT_FOUND, {"nip": NIP})


@pytest.mark.parametrize(
    "reply",
    [
        json_reply({"code": "WL-191", "message": "Limit"}, 429),
        json_reply({"code": "WL-191", "message": "Limit"}, 400),
        Reply(429, b"<html>"),
    ],
)
def test_what_is_allowed_in_a_day_begins_anew_at_midnight(reply: Reply) -> None:
    error = failure(reply)
    assert isinstance(error, TryLater)
    assert error.code == CompanyCode.LIMIT_REACHED
    now = datetime.now(ZoneInfo("Europe/Warsaw"))
    again = datetime.fromtimestamp(now.timestamp() + error.retry_after, now.tzinfo)
    assert abs((again.hour * 60 + again.minute + 720) % 1440 - 720) <= 1


@pytest.mark.parametrize("code", ["WL-195", "WL-196"])
def test_while_it_is_updated_it_is_asked_later(code: str) -> None:
    error = failure(json_reply({"code": code, "message": "…"}, 400))
    assert (error.code, isinstance(error, TryLater)) == (CompanyCode.BEING_UPDATED, True)


def test_a_refusal_is_told_by_its_code_alone() -> None:
    error = failure(json_reply({"code": "WL-118", "message": "<b>Data sprzed zakresu"}, 400))
    assert isinstance(error, QuestionRefused)
    assert error.params == {"listCode": "WL-118"}


@pytest.mark.parametrize(
    "reply",
    [
        Reply(200, b"<html>"),
        Reply(200, b"[]"),
        Reply(200, b"[" * 100_000),
        Reply(200, b"x" * (2 * 1024 * 1024 + 1)),
        json_reply({"result": {"subject": {**SUBJECT, "nip": "1234563218"}}}),
        Reply(302, headers={"Location": "http://127.0.0.1:1/"}),
        Reply(403, b"blocked"),
        Reply(503, b'{"code": "WL-100"}'),
        json_reply({"code": "no code\n", "message": ""}, 400),
    ],
)
def test_what_is_no_answer_of_the_list_is_said_so(reply: Reply) -> None:
    error = failure(reply)
    assert isinstance(error, TryLater)
    assert (error.code, error.params) == (CompanyCode.UNREADABLE, {"httpStatus": reply.status})


def test_a_redirect_is_not_followed() -> None:
    with scripted_server(FOUND) as other:
        error = failure(Reply(302, headers={"Location": f"http://127.0.0.1:{other.port}/"}))
        assert (error.code, other.received) == (CompanyCode.UNREADABLE, [])


def test_nobody_there() -> None:
    with pytest.raises(TryLater) as raised:
        VatPayers(f"http://127.0.0.1:{free_port()}", None).find(NIP)
    assert raised.value.code == CompanyCode.UNREACHABLE
    error = failure(Reply(closes=True))
    assert error.code == CompanyCode.UNREACHABLE


def test_it_is_asked_through_the_proxy_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.getsockname()[1]}")
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        asked: list[bytes] = []

        def refuse() -> None:
            connected, _ = proxy.accept()
            with connected:
                asked.append(connected.recv(4096))
                connected.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")

        refusing = threading.Thread(target=refuse)
        refusing.start()
        with pytest.raises(TryLater) as raised:
            VatPayers("https://list.example", None).find(NIP)
        refusing.join()
    assert raised.value.code == CompanyCode.UNREACHABLE
    assert asked[0].startswith(b"CONNECT list.example:443 HTTP/1.")
