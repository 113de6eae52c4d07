"""Many callers at once, over threads, workers and bridges: one login, and no answer takes long."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.faults.callers import token_in_the_end
from tests.faults.chaos import CHALLENGE, HELD, REDEEM, SUBMIT_TOKEN, Chaos, rule
from tests.faults.killing import MortalBridge, OpenCall, open_call, wait_for_workers
from tests.faults.mariadb_installation import on_mariadb
from tests.installation import Installation, difference, new_nip
from tests.mariadb import MariaDb
from tests.processes import Answer, RunningCommand, free_port, running
from tests.secret_register import register_secret

LONGEST_ANSWER = 8.0
ROUNDS = 8
Say = Callable[[str], None]


def test_sixteen_calls_at_once_over_four_workers_make_one_login(
    installation: Installation, chaos: Chaos, say: Say
) -> None:
    with installation.running(KSEF_BRIDGE_WORKERS="4") as bridge:
        workers = wait_for_workers(bridge, 4)
        say(f"four calls to each of the workers {workers}, {ROUNDS} times")
        assert_one_login_each_time(installation, (bridge, workers))


def test_sixteen_calls_at_once_over_two_bridges_make_one_login(
    new_installation: Callable[[], Installation], chaos: Chaos, mariadb: MariaDb, say: Say
) -> None:
    installation = on_mariadb(new_installation(), mariadb)
    with contextlib.ExitStack() as stack:
        first = stack.enter_context(installation.running(KSEF_BRIDGE_WORKERS="2"))
        # On another host, for all that the two share.
        second = stack.enter_context(another_bridge(installation))
        workers = [wait_for_workers(each, 2) for each in (first, second)]
        say(f"four calls to each of the workers {workers[0]} and {workers[1]}, {ROUNDS} times")
        assert_one_login_each_time(installation, (first, workers[0]), (second, workers[1]))


def test_a_dead_holder_frees_the_lock_within_five_seconds(
    new_installation: Callable[[], Installation], chaos: Chaos, mariadb: MariaDb, say: Say
) -> None:
    """On MariaDB; test_killed_bridge shows it on SQLite."""
    bridge = MortalBridge(on_mariadb(new_installation(), mariadb))
    bridge.start()
    bridge.installation.add_token_profile("p1", new_nip())
    chaos.begin(rule(SUBMIT_TOKEN, "drop-request", seconds=HELD, times=1))
    with open_call(bridge.installation) as call:
        holder = call.worker()
        call.ask("p1")
        chaos.wait_until_held(SUBMIT_TOKEN)
        bridge.kill_worker(holder)
    answer = bridge.installation.access_token("p1")
    say(bridge.assert_soon("the token of another worker", 5.0))
    assert answer.status == 200, answer.json
    bridge.end()


def test_a_long_login_goes_on_while_its_callers_are_told_so(
    installation: Installation, chaos: Chaos, say: Say
) -> None:
    with installation.running(KSEF_BRIDGE_WORKERS="2"):
        installation.add_token_profile("p1", new_nip())
        before = installation.ksef_calls()
        chaos.begin(processingSeconds=12)
        start = time.monotonic()
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _: timed_token(installation, "p1"), range(8)))
        say(f"told after {max(seconds for seconds, _ in answers):.1f} s at most")
        for seconds, answer in answers:
            assert seconds < LONGEST_ANSWER
            assert (answer.status, answer.json["code"]) == (503, "login-in-progress")
            assert 1 <= int(answer.headers["retry-after"]) <= 5
        token_in_the_end(installation, "p1")
        say(f"logged in after {time.monotonic() - start:.1f} s")
        assert time.monotonic() - start < 12 + LONGEST_ANSWER
    assert difference(before, installation.ksef_calls())[CHALLENGE] == 1


@pytest.fixture
def demo_simulator(artifacts: Path) -> Iterator[RunningCommand]:
    """Another KSeF, which behaves."""
    port = free_port()
    with running(["simulator", "--port", str(port)], port, artifacts / "demo.log") as command:
        yield command


def test_one_environment_that_hangs_holds_up_nothing_else(
    installation: Installation, chaos: Chaos, demo_simulator: RunningCommand, say: Say
) -> None:
    demo = f"http://127.0.0.1:{demo_simulator.port}/v2"
    with installation.running(KSEF_BRIDGE_WORKERS="1", KSEF_BRIDGE_KSEF_URL_DEMO=demo):
        hanging = [f"hanging-{number}" for number in range(40)]
        for profile in hanging:
            installation.add_token_profile(profile, new_nip())
        nip = new_nip()
        body = {"context": {"type": "Nip", "value": nip}}
        made = demo_simulator.call("POST", "/_simulator/ksef-tokens", json_body=body)
        token = register_secret(str(made.json["token"]))
        sealed = installation.inspect_token(token, environment="Demo")["sealed"]
        installation.add_profile(
            "other", nip, authorization_type="Token", token_sealed=sealed, environment="Demo"
        )
        chaos.begin(rule(None, "delay", seconds=HELD))
        with ThreadPoolExecutor(len(hanging)) as pool:
            answers = pool.map(lambda each: timed_token(installation, each), hanging)
            time.sleep(1)
            quick = {
                "healthz": timed(lambda: installation.call("GET", "/healthz")),
                "inspect": timed(lambda: inspected(installation, token)),
                "login elsewhere": timed_token(installation, "other"),
                "token elsewhere": timed_token(installation, "other"),
            }
            slow = list(answers)
        for name, (seconds, answer) in quick.items():
            say(f"{name}: {seconds * 1000:.0f} ms")
            assert answer.status == 200, answer.json
            assert seconds < 1
        say(f"of the environment that hangs: {max(seconds for seconds, _ in slow):.1f} s at most")
        for seconds, answer in slow:
            assert seconds < LONGEST_ANSWER
            assert answer.status == 503
            assert answer.json["code"] in {"login-in-progress", "ksef-unreachable"}
            assert int(answer.headers["retry-after"]) > 0
        chaos.end()
        for profile in hanging[:4]:
            token_in_the_end(installation, profile, within=30)


def assert_one_login_each_time(
    installation: Installation, *bridges: tuple[RunningCommand, list[int]]
) -> None:
    """One login for each of a few profiles that all callers ask for in the same moment."""
    for number in range(ROUNDS):
        installation.add_token_profile(f"p{number}", new_nip())
        before = installation.ksef_calls()
        answers = ask_at_once(installation, f"p{number}", *bridges)
        told = [answer and (answer.status, answer.json.get("code")) for answer in answers]
        assert told == [(200, None)] * 16
        assert len({answer.json["accessToken"] for answer in answers if answer}) == 1
        made = difference(before, installation.ksef_calls())
        assert made[CHALLENGE] == 1
        assert made[REDEEM] == 1


def ask_at_once(
    installation: Installation, profile: str, *bridges: tuple[RunningCommand, list[int]]
) -> list[Answer | None]:
    """Four calls to each of the bridges' workers, all in the same moment."""
    with contextlib.ExitStack() as stack:
        calls = [
            call
            for bridge, workers in bridges
            for call in connected(installation, bridge, workers, stack)
        ]
        together = threading.Barrier(len(calls))

        def ask(call: OpenCall) -> Answer | None:
            together.wait()
            call.ask(profile)
            return call.answer()

        pool = stack.enter_context(ThreadPoolExecutor(len(calls)))
        return list(pool.map(ask, calls))


def connected(
    installation: Installation,
    bridge: RunningCommand,
    workers: list[int],
    stack: contextlib.ExitStack,
) -> list[OpenCall]:
    """Connections of which each worker of the bridge has accepted four."""
    calls: list[OpenCall] = []
    accepted: Counter[int] = Counter()
    try:
        while len(calls) < 4 * len(workers):
            call = stack.enter_context(open_call(installation, bridge))
            calls.append(call)
            worker = call.worker()
            accepted[worker] += 1
            if accepted[worker] == 4:
                # While it stands still the others accept what comes.
                os.kill(worker, signal.SIGSTOP)
    finally:
        for worker in workers:
            os.kill(worker, signal.SIGCONT)
    assert accepted == dict.fromkeys(workers, 4)
    return calls


@contextlib.contextmanager
def another_bridge(installation: Installation) -> Iterator[RunningCommand]:
    port = free_port()
    environment = {
        **installation.environment,
        "KSEF_BRIDGE_LISTEN": f"127.0.0.1:{port}",
        "KSEF_BRIDGE_RUNTIME_FOLDER": str(installation.folder / "second-runtime"),
        "KSEF_BRIDGE_WORKERS": "2",
    }
    with running(["serve"], port, installation.folder / "second.log", environment) as bridge:
        yield bridge


def timed(call: Callable[[], Answer]) -> tuple[float, Answer]:
    start = time.monotonic()
    answer = call()
    return time.monotonic() - start, answer


def timed_token(installation: Installation, profile: str) -> tuple[float, Answer]:
    return timed(lambda: installation.access_token(profile))


def inspected(installation: Installation, token: str) -> Answer:
    body = {"token": token, "environment": "Demo"}
    return installation.call("POST", "/v1/tokens/inspect", body)
