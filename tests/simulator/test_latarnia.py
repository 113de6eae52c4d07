"""Latarnia as the simulator plays it: each environment for itself, in the form of other clients."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.simulator.ksef import Ksef

FAILURE = {
    "category": "FAILURE",
    "type": "FAILURE_START",
    "title": "Wystąpiła awaria",
    "text": "Od godziny 12:13 trwa awaria.",
    "start": "2026-11-29T11:13:00+01:00",
    "published": "2026-11-29T10:20:00+00:00",
}
ENDED = {
    **FAILURE,
    "type": "FAILURE_END",
    "end": "2026-11-28T12:00:00+00:00",
    "published": "2026-11-28T12:05:00+00:00",
    "category": "TOTAL_FAILURE",
}


def announce(ksef: Ksef, environment: str = "test", **what: Any) -> None:
    assert ksef.call("PUT", f"/_simulator/latarnia/{environment}", json=what).status_code == 204


def asked(ksef: Ksef, path: str) -> TestResponse:
    """Latarnia stands beside KSeF's API."""
    return ksef.application.test_client().get(path)


def told(ksef: Ksef, path: str) -> Any:
    return asked(ksef, path).json


@pytest.fixture
def ksef() -> Ksef:
    return Ksef()


def test_nothing_is_announced_at_first(ksef: Ksef) -> None:
    for environment in ("test", "demo", "production"):
        assert told(ksef, f"/latarnia/{environment}/status") == {"status": "AVAILABLE"}
        assert told(ksef, f"/latarnia/{environment}/messages") == []


def test_a_status_comes_with_its_messages_and_all_are_listed(ksef: Ksef) -> None:
    announce(ksef, status="FAILURE", messages=[ENDED, FAILURE])
    status = told(ksef, "/latarnia/test/status")
    assert status["status"] == "FAILURE"
    assert [each["type"] for each in status["messages"]] == ["FAILURE_START"]
    listed = told(ksef, "/latarnia/test/messages")
    assert [each["type"] for each in listed] == ["FAILURE_START", "FAILURE_END"]
    assert listed[0] == {
        **FAILURE,
        "id": "K/2026/AWR/02",
        "eventId": 1000,
        "version": 1,
    }
    assert told(ksef, "/latarnia/demo/status") == {"status": "AVAILABLE"}
    announce(ksef)
    assert told(ksef, "/latarnia/test/status") == {"status": "AVAILABLE"}


def test_latarnia_may_be_away_itself(ksef: Ksef) -> None:
    announce(ksef, httpStatus=502)
    for path in ("status", "messages"):
        answer = asked(ksef, f"/latarnia/test/{path}")
        assert (answer.status_code, answer.mimetype) == (502, "text/html")


def test_what_was_asked_is_counted(ksef: Ksef) -> None:
    asked(ksef, "/latarnia/test/status")
    asked(ksef, "/latarnia/test/messages")
    assert told(ksef, "/_simulator/latarnia/test")["asked"] == 1
    assert told(ksef, "/_simulator/latarnia/demo")["asked"] == 0


@pytest.mark.parametrize(
    ("environment", "wish"),
    [
        ("nowhere", {}),
        ("test", {"status": "BROKEN"}),
        ("test", {"messages": [{**FAILURE, "start": "2026-11-29T11:13:00"}]}),
        ("test", {"httpStatus": 200}),
    ],
)
def test_a_mistyped_wish_is_refused(ksef: Ksef, environment: str, wish: dict[str, Any]) -> None:
    answer = ksef.call("PUT", f"/_simulator/latarnia/{environment}", json=wish)
    assert answer.status_code == 400
