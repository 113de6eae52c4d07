"""A bridge killed at each step of a login and of a refresh: the next token comes soon, and KSeF is
left with the one session that it belongs to.

What is told and judged are the seconds from the kill to the next token: the lease of the dead
holder, and the start of another bridge meanwhile where all of it was killed.
"""

from __future__ import annotations

import contextlib
import itertools
import sqlite3
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.faults.callers import token_in_the_end
from tests.faults.chaos import (
    HELD,
    REDEEM,
    REFRESH,
    STATUS,
    SUBMIT_SIGNATURE,
    SUBMIT_TOKEN,
    Chaos,
    rule,
)
from tests.faults.killing import MortalBridge, open_call
from tests.faults.profiles import METHODS, new_profile
from tests.installation import Installation
from tests.processes import COMMAND

Say = Callable[[str], None]
_number = itertools.count(1)


@dataclass(frozen=True)
class Moment:
    """Where the bridge is killed: while KSeF holds one of `calls`, carried out or not, or when its
    answer has come and cannot be stored yet.
    """

    name: str
    calls: tuple[str, ...]
    effect: str = "drop-request"

    @property
    def is_answered(self) -> bool:
        return self.effect == "delay-answer"

    @property
    def is_done(self) -> bool:
        return self.effect != "drop-request"


LOGIN = [
    Moment("challenge answered", (SUBMIT_TOKEN, SUBMIT_SIGNATURE)),
    Moment("submission answered", (STATUS,)),
    Moment("status 200", (REDEEM,)),
    Moment("redeem received", (REDEEM,), "drop-answer"),
    Moment("redeem answered", (REDEEM,), "delay-answer"),
]
REFRESHING = [
    Moment("refresh not received", (REFRESH,)),
    Moment("refresh received", (REFRESH,), "drop-answer"),
    Moment("refresh answered", (REFRESH,), "delay-answer"),
]


def by_name(moment: Moment) -> str:
    return moment.name.replace(" ", "-")


@pytest.fixture(scope="module")
def bridge(new_installation: Callable[[], Installation]) -> Iterator[MortalBridge]:
    """One bridge for the module: the one that follows a killed one is killed by the next test."""
    bridge = MortalBridge(replace(new_installation(), executed=[COMMAND]))
    bridge.start()
    yield bridge
    bridge.end()


@pytest.mark.parametrize("moment", LOGIN, ids=by_name)
def test_a_bridge_killed_in_a_login(
    bridge: MortalBridge, chaos: Chaos, tmp_path: Path, say: Say, moment: Moment
) -> None:
    installation = bridge.installation
    nips = new_profiles(installation, tmp_path)
    with reached(installation, chaos, moment, list(nips)):
        bridge.kill()
    tokens_were_given = int(moment.is_done)
    assert [len(chaos.live_sessions(nip)) for nip in nips.values()] == [tokens_were_given] * 2
    bridge.start()
    for profile, nip in nips.items():
        token = token_in_the_end(installation, profile)
        say(bridge.assert_soon(f"{moment.name}: next token of {profile}"))
        assert chaos.live_sessions(nip) == {token["sessionReference"]}
    assert chaos.state()["orphans"] == 0


@pytest.mark.parametrize("moment", REFRESHING, ids=by_name)
def test_a_bridge_killed_in_a_refresh(
    bridge: MortalBridge, chaos: Chaos, tmp_path: Path, say: Say, moment: Moment
) -> None:
    installation = bridge.installation
    nips = new_profiles(installation, tmp_path)
    sessions = {each: token_in_the_end(installation, each)["sessionReference"] for each in nips}
    with reached(installation, chaos, moment, list(nips)):
        bridge.kill()
    bridge.start()
    for profile, nip in nips.items():
        # The present token is given at once, and a new one when the dead one's lease is over.
        assert installation.access_token(profile).json["sessionReference"] == sessions[profile]
        token = token_in_the_end(installation, profile, force_refresh=True)
        say(bridge.assert_soon(f"{moment.name}: new token of {profile}"))
        assert token["sessionReference"] == sessions[profile]
        assert chaos.live_sessions(nip) == {sessions[profile]}
    assert chaos.state()["orphans"] == 0


@pytest.mark.parametrize("moment", [*LOGIN, *REFRESHING], ids=by_name)
def test_a_worker_killed_while_the_others_live(
    bridge: MortalBridge, chaos: Chaos, tmp_path: Path, say: Say, moment: Moment
) -> None:
    installation = bridge.installation
    nips = new_profiles(installation, tmp_path)
    profile = next(iter(nips))
    if moment in REFRESHING:
        token_in_the_end(installation, profile)
    with reached(installation, chaos, moment, [profile]) as holders:
        bridge.kill_worker(holders[0])
    token = token_in_the_end(installation, profile, force_refresh=moment in REFRESHING)
    say(bridge.assert_soon(f"{moment.name}: next token, worker {holders[0]} of two dead"))
    assert chaos.live_sessions(nips[profile]) == {token["sessionReference"]}
    assert chaos.state()["orphans"] == 0


def new_profiles(installation: Installation, folder: Path) -> dict[str, str]:
    """A profile for each way to log in, and its NIP."""
    number = next(_number)
    profiles = {f"{method}-{number}": method for method in METHODS}
    return {each: new_profile(installation, folder, each, profiles[each]) for each in profiles}


@contextlib.contextmanager
def reached(
    installation: Installation, chaos: Chaos, moment: Moment, profiles: list[str]
) -> Iterator[list[int]]:
    """A call for each profile has come to the moment in this block: the workers that hold them.

    The workers are to be killed in the block; after it KSeF behaves again.
    """
    chaos.begin(*(rule(each, moment.effect, seconds=HELD) for each in moment.calls))
    with contextlib.ExitStack() as stack:
        calls = [stack.enter_context(open_call(installation)) for _ in profiles]
        holders = [call.worker() for call in calls]
        for profile, call in zip(profiles, calls, strict=True):
            call.ask(profile, force_refresh=moment in REFRESHING)
        chaos.wait_until_held(*moment.calls, count=len(calls))
        if moment.is_answered:
            stack.enter_context(locked(installation.folder / "state.sqlite3"))
            wait_until_answered(installation, chaos, moment.calls[0], len(calls))
        yield holders
        assert [call.answer() for call in calls] == [None] * len(calls)
    chaos.end()


@contextlib.contextmanager
def locked(database: Path) -> Iterator[None]:
    """Nobody can write to an SQLite file in this block."""
    connection = sqlite3.connect(database, isolation_level=None, timeout=5)
    with contextlib.closing(connection):
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")


def wait_until_answered(installation: Installation, chaos: Chaos, call: str, count: int) -> None:
    """Let the simulator answer, and wait until the bridge has counted that it did."""
    before = answers(installation, call)
    chaos.end()
    end = time.monotonic() + 3
    while answers(installation, call) < before + count:
        assert time.monotonic() < end, "the bridge got no answer"
        time.sleep(0.01)


def answers(installation: Installation, call: str) -> int:
    """How many calls KSeF has answered with 200."""
    labels = f'environment="Test",operation="{call}",status="200"'
    counted = f"ksef_bridge_ksef_request_seconds_count{{{labels}}} "
    for line in installation.call("GET", "/metrics").body.decode().splitlines():
        if line.startswith(counted):
            return int(float(line.removeprefix(counted)))
    return 0
