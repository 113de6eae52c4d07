"""The disk of the state database full, read-only or slow: what it costs, and that nothing stays."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.callers import token_in_the_end
from tests.faults.chaos import HELD, REDEEM, Chaos, rule
from tests.faults.disks import full, read_only, small_disk
from tests.faults.killing import open_call
from tests.installation import Installation, new_nip

Say = Callable[[str], None]
LONGEST_ANSWER = 8.0


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    with small_disk(tmp_path / "state") as folder:
        yield folder


@pytest.fixture
def on_disk(installation: Installation, disk: Path) -> Iterator[Installation]:
    """A bridge whose state database is on that disk, with one profile that is logged in."""
    url = f"sqlite:///{disk}/state.sqlite3"
    installation.environment["KSEF_BRIDGE_STATE_DATABASE_URL"] = url
    with installation.running(KSEF_BRIDGE_WORKERS="2"):
        installation.add_token_profile("known", new_nip())
        token_in_the_end(installation, "known")
        yield installation


def test_a_full_disk_costs_new_logins_alone(
    on_disk: Installation, disk: Path, chaos: Chaos
) -> None:
    nip = new_nip()
    on_disk.add_token_profile("new", nip)
    held = on_disk.access_token("known").json["sessionReference"]
    before = on_disk.ksef_calls().get(REDEEM, 0)
    with full(disk):
        assert on_disk.access_token("known").json["sessionReference"] == held
        refused = on_disk.access_token("new")
        assert (refused.status, refused.json["code"]) == (503, "state-unreachable")
        assert int(refused.headers["retry-after"]) > 0
        # What could not be kept was not asked for.
        assert on_disk.ksef_calls().get(REDEEM, 0) == before
        assert on_disk.call("GET", "/readyz").status in {200, 503}
    token = token_in_the_end(on_disk, "new")
    assert chaos.live_sessions(nip) == {token["sessionReference"]}
    assert on_disk.access_token("known").json["sessionReference"] == held
    assert chaos.state()["orphans"] == 0


def test_tokens_that_could_not_be_kept_are_given_back(
    on_disk: Installation, disk: Path, chaos: Chaos, say: Say
) -> None:
    nip = new_nip()
    on_disk.add_token_profile("new", nip)
    chaos.begin(rule(REDEEM, "delay", seconds=HELD, times=1))
    with open_call(on_disk) as call:
        call.ask("new")
        chaos.wait_until_held(REDEEM)
        with full(disk):
            chaos.end()
            answer = call.answer()
            assert answer is not None
            assert (answer.status, answer.json["code"]) == (503, "state-unreachable")
            say(f"{len(chaos.live_sessions(nip))} sessions that nobody holds, for that long")
    token = token_in_the_end(on_disk, "new")
    assert chaos.live_sessions(nip) == {token["sessionReference"]}
    assert chaos.state()["orphans"] == 0


def test_a_read_only_disk_costs_new_logins_alone(
    on_disk: Installation, disk: Path, chaos: Chaos
) -> None:
    """As a machine comes up again whose disk has errors."""
    nip = new_nip()
    on_disk.add_token_profile("new", nip)
    held = on_disk.access_token("known").json["sessionReference"]
    assert on_disk.bridge is not None
    on_disk.bridge.stop()
    with read_only(disk), on_disk.running():
        assert on_disk.access_token("known").json["sessionReference"] == held
        refused = on_disk.access_token("new")
        assert (refused.status, refused.json["code"]) == (503, "state-unreachable")
    with on_disk.running():
        assert on_disk.access_token("known").json["sessionReference"] == held
        token = token_in_the_end(on_disk, "new")
        assert chaos.live_sessions(nip) == {token["sessionReference"]}


def test_a_slow_disk_is_waited_for(installation: Installation, chaos: Chaos, say: Say) -> None:
    """Each time when somebody writes, the others wait for him for a second and a half."""
    nips = {f"p{number}": new_nip() for number in range(2)}
    with installation.running(KSEF_BRIDGE_WORKERS="2"):
        for profile, nip in nips.items():
            installation.add_token_profile(profile, nip)
        with written_slowly(installation.folder / "state.sqlite3"):
            start = time.monotonic()
            answers = [installation.access_token(each) for each in nips]
            seconds = time.monotonic() - start
            told = [answer.json.get("code", "a token") for answer in answers]
        say(f"{told} in {seconds:.1f} s")
        assert told == ["a token"] * len(nips)
        assert seconds < LONGEST_ANSWER * len(nips)
        for profile, nip in nips.items():
            token = token_in_the_end(installation, profile)
            assert chaos.live_sessions(nip) == {token["sessionReference"]}
    assert chaos.state()["orphans"] == 0


@contextlib.contextmanager
def written_slowly(database: Path) -> Iterator[None]:
    """Another process holds the file's lock most of the time in this block."""
    ended = threading.Event()

    def write() -> None:
        with contextlib.closing(sqlite3.connect(database, timeout=5)) as connection:
            connection.isolation_level = None
            while not ended.is_set():
                connection.execute("BEGIN IMMEDIATE")
                ended.wait(1.5)
                connection.execute("ROLLBACK")
                ended.wait(0.1)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        yield
    finally:
        ended.set()
        writer.join()
