"""The pace that all processes of a host keep together, and what KSeF asks of it."""

from __future__ import annotations

import itertools
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from bridge.ksef.errors import KsefRateLimited
from bridge.ksef.operations import (
    AUTHENTICATION_STATUS,
    CHALLENGE,
    REDEEM,
    REFRESH,
    REPEATABLE,
    SESSIONS,
    SIXTY_A_SECOND,
)
from bridge.ksef.pacing import LONGEST_HOLD, LONGEST_WAIT, Pacing
from bridge.ksef.transport import Exchange, Request, Transport
from tests.ksef.paced_calls import APART, URL, is_paced, waits
from tests.ksef.scripted_server import Reply, json_reply, scripted_server

ALLOWED_BY_KSEF = 60

CALLER = """
import sys, threading, time
from pathlib import Path
from bridge.ksef.operations import CHALLENGE
from bridge.ksef.pacing import Pacing

pacing = Pacing(Path(sys.argv[1]), sys.argv[2])
departures = []
print("ready", flush=True)
end = float(sys.stdin.readline())

def call():
    while time.monotonic() < end:
        pacing.await_turn(CHALLENGE)
        departures.append(time.monotonic())

threads = [threading.Thread(target=call) for _ in range(4)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(*departures)
"""


def test_no_second_sees_more_calls_than_ksef_allows_over_all_processes(folder: Path) -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", CALLER, str(folder), URL],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    end = time.monotonic() + 3
    for process in processes:
        assert process.stdin is not None
        process.stdin.write(f"{end}\n")
        process.stdin.flush()
    by_process = [
        [float(word) for word in process.communicate(timeout=60)[0].split()]
        for process in processes
    ]
    assert [process.returncode for process in processes] == [0] * 4
    assert all(by_process)
    departures = sorted(itertools.chain(*by_process))
    assert most_in_a_second(departures) <= ALLOWED_BY_KSEF
    # And the pace is kept up: to wait longer than needed were no merit.
    assert len(departures) > 110


def most_in_a_second(departures: list[float]) -> int:
    return max(
        sum(1 for each in departures[index : index + 200] if each < start + 1)
        for index, start in enumerate(departures)
    )


def test_departures_are_even(host: Pacing) -> None:
    start = time.monotonic()
    departures = [host.reserve(CHALLENGE) + time.monotonic() - start for _ in range(200)]
    assert most_in_a_second(departures) <= ALLOWED_BY_KSEF
    assert 199 * APART - 0.01 < departures[-1] < 199 * APART + 1


def test_ksefs_own_limits_are_paced_and_the_context_limits_are_not(host: Pacing) -> None:
    for operation in SIXTY_A_SECOND:
        assert is_paced(host, operation)
    for operation in REPEATABLE - SIXTY_A_SECOND:
        assert waits(host, 50, operation) == [0] * 50


def test_operations_and_addresses_do_not_wait_for_each_other(host: Pacing, folder: Path) -> None:
    assert is_paced(host, CHALLENGE)
    assert host.reserve(REDEEM) == 0
    assert Pacing(folder, "https://other.test/v2").reserve(CHALLENGE) == 0
    assert Pacing(folder, f"{URL}/").reserve(CHALLENGE) > 0


def test_a_turn_that_is_too_far_off_is_refused_and_not_taken(host: Pacing) -> None:
    # 2,000 turns that are refused; were they taken, the wait were a minute by then.
    reserved, refused = [], []
    for _ in range(2000):
        try:
            reserved.append(host.reserve(CHALLENGE))
        except KsefRateLimited as error:
            refused.append(error)
    assert max(reserved) == pytest.approx(LONGEST_WAIT, abs=0.1)
    assert {error.retry_after for error in refused} == {LONGEST_WAIT + 1}
    assert {error.http_status for error in refused} == {None}
    assert not any(error.request_sent for error in refused)


def test_a_login_that_ksef_has_taken_in_is_not_given_up_for_want_of_a_turn(
    host: Pacing,
) -> None:
    reserved = waits(host, 1000, AUTHENTICATION_STATUS)
    assert LONGEST_WAIT < max(reserved) == pytest.approx(999 * APART, abs=0.5)
    with pytest.raises(KsefRateLimited):
        waits(host, 2500, AUTHENTICATION_STATUS)


def test_the_queue_is_told_and_takes_no_turn(host: Pacing) -> None:
    assert host.queue(CHALLENGE) == 0
    start = time.monotonic()
    waits(host, 50)
    told = [host.queue(CHALLENGE) for _ in range(100)]
    elapsed = time.monotonic() - start
    assert 50 * APART - elapsed <= told[-1] <= told[0] <= 50 * APART
    assert host.queue(REDEEM) == 0


def test_turns_are_waited_for(folder: Path) -> None:
    slept: list[float] = []
    host = Pacing(folder, URL, sleep=slept.append)
    for _ in range(20):
        host.await_turn(CHALLENGE)
    assert slept
    assert all(0 < each <= 20 * APART for each in slept)


def test_threads_share_the_pace(host: Pacing) -> None:
    reserved: list[float] = []
    threads = [threading.Thread(target=lambda: reserved.extend(waits(host, 10))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(reserved) == 80
    assert max(reserved) == pytest.approx(79 * APART, abs=0.5)


# What KSeF asks for.


def test_a_429_holds_the_whole_host_back_from_that_operation_alone(
    host: Pacing, folder: Path
) -> None:
    host.hold(CHALLENGE, 30)
    other = Pacing(folder, URL)
    with pytest.raises(KsefRateLimited) as caught:
        other.reserve(CHALLENGE)
    assert caught.value.retry_after == 30
    assert not caught.value.request_sent
    assert other.reserve(REFRESH) == 0
    assert Pacing(folder, "https://other.test/v2").reserve(CHALLENGE) == 0


def test_a_429_for_one_context_keeps_no_other_from_calling(host: Pacing) -> None:
    host.hold(SESSIONS, 7)
    assert host.reserve(SESSIONS) == 0


@pytest.mark.parametrize(
    ("held", "remaining"),
    [([20, 10], 20), ([10, 20], 20), ([10**9], LONGEST_HOLD), ([LONGEST_HOLD], LONGEST_HOLD)],
)
def test_the_longest_of_several_429_counts_up_to_an_hour(
    host: Pacing, held: list[int], remaining: int
) -> None:
    for seconds in held:
        host.hold(CHALLENGE, seconds)
    with pytest.raises(KsefRateLimited) as caught:
        host.reserve(CHALLENGE)
    assert caught.value.retry_after == remaining


def test_when_a_429_ends_not_all_come_at_once(host: Pacing) -> None:
    host.hold(CHALLENGE, 1)
    time.sleep(1.01)
    start = time.monotonic()
    at_once = sum(wait == 0 for wait in waits(host, 40))
    assert at_once <= 1 + (time.monotonic() - start) / APART


def test_a_429_reaches_those_who_wait_for_their_turn(folder: Path) -> None:
    other = Pacing(folder, URL)
    host = Pacing(folder, URL, sleep=lambda _: other.hold(CHALLENGE, 30))
    assert is_paced(other)
    with pytest.raises(KsefRateLimited) as caught:
        host.await_turn(CHALLENGE)
    assert caught.value.retry_after == 30


def test_no_request_leaves_until_the_time_that_ksef_named(folder: Path) -> None:
    exchanges: list[Exchange] = []
    with scripted_server(Reply(429, b"", {"Retry-After": "1"})) as server:
        transport, second = (
            Transport(server.url, pacing=Pacing(folder, server.url), observer=exchanges.append)
            for _ in range(2)
        )
        with pytest.raises(KsefRateLimited) as answered:
            transport.send(Request(CHALLENGE))
        server.answer = lambda _: json_reply({})
        for each in (transport, second):
            with pytest.raises(KsefRateLimited) as kept_back:
                each.send(Request(CHALLENGE))
        assert len(server.received) == len(exchanges) == 1
        assert second.send(Request(REFRESH)).http_status == 200
        time.sleep(1)
        assert second.send(Request(CHALLENGE)).http_status == 200
        transport.close()
        second.close()
    assert answered.value.request_sent
    assert answered.value.http_status == 429
    assert not kept_back.value.request_sent
    assert str(kept_back.value) == "POST /auth/challenge: kept back, retry after 1 s"


def test_a_429_is_remembered_over_a_restart(folder: Path) -> None:
    Pacing(folder, URL).hold(CHALLENGE, 3000)
    forgetful = "import sys; from tests.ksef.test_pacing import *; Pacing(Path(sys.argv[1]), URL)"
    asks = [sys.executable, "-c", f"{forgetful}.reserve(CHALLENGE)", str(folder)]
    assert b"KsefRateLimited" in subprocess.run(asks, capture_output=True, check=False).stderr
