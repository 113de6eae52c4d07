"""How soon a login notices that KSeF is done, by KSeF's own clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bridge.ksef.client import KsefClient
from bridge.ksef.operations import AUTHENTICATION_STATUS
from bridge.sessions.authentication_operation import _pauses
from tests.processes import RunningCommand, free_port, running
from tests.sessions.company import Company

WAY_THERE_AND_BACK = 0.03
LIFE_OF_A_REFRESH_TOKEN = timedelta(days=7)


@pytest.fixture(scope="module")
def simulator(artifacts: Path) -> Iterator[RunningCommand]:
    """A simulator of the module's own, each call 30 ms away."""
    port = free_port()
    with running(["simulator", "--port", str(port)], port, artifacts / "polling.log") as simulator:
        yield simulator


def misbehave(simulator: RunningCommand, processing_seconds: float) -> None:
    away = {"effect": "delay", "seconds": WAY_THERE_AND_BACK}
    wish = {"processingSeconds": processing_seconds, "rules": [away]}
    assert simulator.call("PUT", "/_simulator/chaos", json_body=wish).status == 204


def calls(simulator: RunningCommand) -> int:
    counted = simulator.call("GET", "/_simulator/state").json["calls"]
    return int(counted.get(str(AUTHENTICATION_STATUS), 0))


@pytest.mark.parametrize("processing_seconds", [0, 0.15, 0.5, 1.3])
def test_the_tokens_are_fetched_as_soon_as_ksef_is_done(
    company: Company, simulator: RunningCommand, processing_seconds: float
) -> None:
    misbehave(simulator, processing_seconds)
    late = [seconds_late(company, processing_seconds)]
    # The pace is the same each time; that others take the processor is not.
    while late[-1] > 0.3 and len(late) < 3:
        company.replace_token()
        late.append(seconds_late(company, processing_seconds))
    assert 0 < min(late) <= 0.3


def seconds_late(company: Company, processing_seconds: float) -> float:
    """From KSeF's being done with a new login to its handing out the tokens, and the way here."""
    token = company.ask().token
    client = KsefClient(company.transport)
    current = next(each for each in client.sessions(token) if each.is_current)
    authentication = current.authentication
    assert authentication.refresh_token_valid_until is not None
    redeemed_at = authentication.refresh_token_valid_until - LIFE_OF_A_REFRESH_TOKEN
    done_at = authentication.start_date + timedelta(seconds=processing_seconds)
    return (redeemed_at - done_at).total_seconds() + WAY_THERE_AND_BACK / 2


def test_a_login_that_is_done_at_once_is_asked_about_once(
    company: Company, simulator: RunningCommand
) -> None:
    misbehave(simulator, 0)
    before = calls(simulator)
    company.ask()
    assert calls(simulator) == before + 1


def test_where_many_wait_for_their_turn_each_asks_the_more_rarely(
    company: Company, simulator: RunningCommand, monkeypatch: pytest.MonkeyPatch
) -> None:
    misbehave(simulator, 1)
    monkeypatch.setattr(company.transport, "queue", lambda _: 0.6)
    before = calls(simulator)
    company.ask()
    assert calls(simulator) - before <= 3


def test_a_login_is_asked_about_often_for_ten_seconds_and_then_ever_more_rarely() -> None:
    pauses, waited = _pauses(), 0.0
    while waited < 10:
        waited += (pause := next(pauses))
        assert pause <= 0.15
    later = [next(pauses) for _ in range(60)]
    assert later == sorted(later)
    assert later[-1] == 2
