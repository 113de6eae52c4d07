"""The pace of what KSeF counts by context: certificates, for one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from bridge.ksef.errors import KsefRateLimited
from bridge.ksef.operations import CHALLENGE, QUERY_CERTIFICATES, SESSIONS
from bridge.ksef.pacing import Pacing
from bridge.ksef.schedules import Schedule
from bridge.ksef.transport import Request, Transport
from tests.ksef.paced_calls import URL
from tests.ksef.scripted_server import Reply, json_reply, scripted_server

NIP = "Nip 5265877635"
SECOND = 1_000_000_000
WINDOWS = ((10, 1), (30, 60), (120, 3600))


class PlayedTime:
    """Schedules whose clock stands still until a caller waits."""

    def __init__(self) -> None:
        self.now = 1_000 * SECOND
        self.schedules: dict[str, Schedule] = {}

    def update(self, name: str, change):  # type: ignore[no-untyped-def]
        self.schedules[name], value = change(self.schedules.get(name, Schedule()), self.now)
        return value


@pytest.fixture
def played(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Pacing, PlayedTime]:
    clock = PlayedTime()
    pacing = Pacing(tmp_path, URL)
    monkeypatch.setattr(pacing, "_schedules", clock)
    return pacing, clock


def departures(pacing: Pacing, clock: PlayedTime, hours: float) -> list[float]:
    """When an impatient caller's calls leave, who comes back as soon as it is told to."""
    end = clock.now + int(hours * 3600 * SECOND)
    left = []
    while clock.now < end:
        try:
            wait = pacing.reserve(QUERY_CERTIFICATES, NIP)
        except KsefRateLimited as error:
            clock.now += error.retry_after * SECOND
        else:
            clock.now += int(wait * SECOND)
            left.append(clock.now / SECOND)
    return left


def most_within(moments: Sequence[float], seconds: int) -> int:
    return max(sum(start <= each <= start + seconds for each in moments) for start in moments)


def test_no_window_sees_more_calls_than_ksef_allows(
    played: tuple[Pacing, PlayedTime],
) -> None:
    left = departures(*played, hours=2.5)
    for calls, seconds in WINDOWS:
        assert most_within(left, seconds) <= calls
    # And the pace is kept up.
    assert len(left) > 220


def test_a_burst_leaves_within_seconds(tmp_path: Path) -> None:
    pacing = Pacing(tmp_path, URL)
    waits = [pacing.reserve(QUERY_CERTIFICATES, NIP) for _ in range(20)]
    assert waits[:3] == [0, 0, 0]
    assert max(waits) < 3
    with pytest.raises(KsefRateLimited) as caught:
        pacing.reserve(QUERY_CERTIFICATES, NIP)
    assert 30 < caught.value.retry_after <= 38
    assert not caught.value.request_sent


def test_contexts_and_operations_do_not_wait_for_each_other(tmp_path: Path) -> None:
    pacing = Pacing(tmp_path, URL)
    pacing.hold(QUERY_CERTIFICATES, 30, NIP)
    with pytest.raises(KsefRateLimited):
        Pacing(tmp_path, URL).reserve(QUERY_CERTIFICATES, NIP)
    assert pacing.reserve(QUERY_CERTIFICATES, "Nip 1111111111") == 0
    assert pacing.reserve(SESSIONS, NIP) == 0
    assert Pacing(tmp_path, "https://other.test/v2").reserve(QUERY_CERTIFICATES, NIP) == 0


def test_a_thousand_contexts_fit_in(tmp_path: Path) -> None:
    pacing = Pacing(tmp_path, URL)
    pacing.hold(QUERY_CERTIFICATES, 60, NIP)
    for number in range(1000):
        assert pacing.reserve(QUERY_CERTIFICATES, f"Nip {number}") == 0
    with pytest.raises(KsefRateLimited):
        pacing.reserve(QUERY_CERTIFICATES, NIP)


def test_a_429_keeps_the_next_request_of_that_context_back(tmp_path: Path) -> None:
    with scripted_server(Reply(429, b"", {"Retry-After": "9"})) as server:
        transport = Transport(server.url, pacing=Pacing(tmp_path, server.url))
        with pytest.raises(KsefRateLimited):
            transport.send(Request(QUERY_CERTIFICATES, context=NIP))
        server.answer = lambda _: json_reply({})
        with pytest.raises(KsefRateLimited) as kept_back:
            transport.send(Request(QUERY_CERTIFICATES, context=NIP))
        assert len(server.received) == 1
        assert not kept_back.value.request_sent
        for other in (Request(QUERY_CERTIFICATES, context="Nip 1"), Request(CHALLENGE)):
            assert transport.send(other).http_status == 200
        transport.close()
