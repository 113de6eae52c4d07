"""Who gets a lease; how it is prolonged, whatever happens to the database meanwhile."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url
from structlog.testing import capture_logs

from bridge.credentials.environment import Environment
from bridge.sessions.state import AbandonedSession, SessionState
from bridge.sessions.store import SessionStore
from bridge.state import leases as module
from bridge.state.database import StateDatabase, connect
from bridge.state.errors import LeaseLost, TryLater
from bridge.state.leases import LEASE, Lease, Leases
from tests.state.databases import Time

HEARTBEAT = 0.02


class WatchedLeases(Leases):
    """Notes each prolongation, and fails in the ones that a test says."""

    fail: Callable[[str], None] = staticmethod(lambda _holder: None)

    def __init__(self, database: StateDatabase) -> None:
        super().__init__(database)
        self.prolonged: list[str] = []

    def prolong(self, id_: str, holder: str) -> bool:
        self.prolonged.append(holder)
        self.fail(holder)
        return super().prolong(id_, holder)

    def wait_for(self, holder: str, times: int = 2) -> None:
        """Until the lease was prolonged so often from now on."""
        before = self.prolonged.count(holder)
        end = time.monotonic() + 10
        while self.prolonged.count(holder) < before + times:
            assert time.monotonic() < end, f"{holder} is not prolonged"
            time.sleep(HEARTBEAT / 4)


@pytest.fixture
def file(tmp_path: Path) -> StateDatabase:
    """A state database whose time passes by itself."""
    database = StateDatabase(connect(make_url(f"sqlite:///{tmp_path}/state.sqlite3")))
    database.create_tables()
    return database


@pytest.fixture
def store(file: StateDatabase) -> SessionStore:
    return SessionStore(file)


@pytest.fixture
def watched(file: StateDatabase, monkeypatch: pytest.MonkeyPatch) -> WatchedLeases:
    monkeypatch.setattr("bridge.state.leases._HEARTBEAT_SECONDS", HEARTBEAT)
    return WatchedLeases(file)


@pytest.fixture
def leases(state: StateDatabase) -> Leases:
    return Leases(state)


def test_one_of_many_gets_the_lease(leases: Leases) -> None:
    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(lambda holder: leases.claim("p1", str(holder)), range(8)))
    assert got.count(True) == 1


def test_a_lease_is_prolonged_released_and_runs_out(leases: Leases, state_clock: Time) -> None:
    assert leases.claim("p1", "first")
    state_clock.pass_by(LEASE)
    assert leases.prolong("p1", "first")
    assert not leases.claim("p1", "second")
    state_clock.pass_by(LEASE + timedelta(seconds=1))
    assert leases.claim("p1", "second")
    leases.release("p1", "first")
    assert not leases.claim("p1", "third")
    leases.release("p1", "second")
    assert leases.claim("p1", "third")


def test_a_lease_of_a_clock_that_was_wrong_does_not_block(
    leases: Leases, state_clock: Time
) -> None:
    state_clock.pass_by(timedelta(hours=1))
    assert leases.claim("p1", "an hour ahead")
    state_clock.pass_by(-timedelta(hours=1))
    assert leases.claim("p1", "second")


def test_a_dead_holder_frees_the_lease_within_five_seconds() -> None:
    assert timedelta(seconds=5) > LEASE


def test_a_lease_that_is_held_outlives_its_first_term(
    state: StateDatabase, state_clock: Time
) -> None:
    now = Leases(StateDatabase(state.engine))
    state_clock.now = int((time.time() - LEASE.total_seconds() + 2) * 1000)
    assert Leases(state).claim("p1", "first")
    with now.held("p1", "first"):
        time.sleep(2.5)
        assert not now.claim("p1", "second")
    assert now.claim("p1", "second")


def test_a_lease_is_free_until_it_is_claimed_and_after_it_ran_out(
    leases: Leases, state_clock: Time
) -> None:
    assert leases.is_free("p1")
    assert leases.claim("p1", "me")
    assert not leases.is_free("p1")
    assert leases.is_free("p2")
    state_clock.pass_by(LEASE + timedelta(seconds=1))
    assert leases.is_free("p1")


def test_a_heartbeat_leaves_time_for_three_that_fail() -> None:
    assert LEASE.total_seconds() >= 4 * module._HEARTBEAT_SECONDS


def test_every_held_lease_is_prolonged_and_no_other(watched: WatchedLeases) -> None:
    for number in (1, 2):
        assert watched.claim(f"p{number}", f"holder {number}")
    with watched.held("p1", "holder 1"):
        with watched.held("p2", "holder 2"):
            watched.wait_for("holder 1")
            watched.wait_for("holder 2")
        watched.wait_for("holder 1")
        watched.prolonged.clear()
        watched.wait_for("holder 1")
        assert set(watched.prolonged) == {"holder 1"}
        assert watched.is_free("p2")
        assert not watched.is_free("p1")
    assert watched.is_free("p1")


def test_one_thread_prolongs_all_leases_at_its_own_pace(watched: WatchedLeases) -> None:
    before = threading.active_count()
    started = time.monotonic()
    with watched.held("p1", "holder 1"), watched.held("p2", "holder 2"):
        watched.wait_for("holder 1", times=5)
        assert threading.active_count() == before + 1
        assert watched.prolonged.count("holder 1") <= (time.monotonic() - started) / HEARTBEAT + 1


@pytest.mark.parametrize("error", [TryLater("state-unreachable"), RuntimeError("unforeseen")])
def test_a_database_that_was_away_ends_no_lease(watched: WatchedLeases, error: Exception) -> None:
    failures = 0

    def fail(holder: str) -> None:
        nonlocal failures
        if failures < 2:
            failures += 1
            raise error

    watched.fail = fail
    assert watched.claim("p1", "holder")
    with capture_logs() as logged, watched.held("p1", "holder"):
        watched.wait_for("holder", times=4)
        assert not watched.is_free("p1")
    assert failures == 2
    told = [each for each in logged if each["event"] == "leases-not-prolonged"]
    if isinstance(error, TryLater):
        assert told == [], "the database's loss has a line of its own"
    else:
        expected = {
            "event": "leases-not-prolonged",
            "log_level": "error",
            "type": "RuntimeError",
        }
        assert told == [expected] * 2
        assert "unforeseen" not in str(logged)


def test_a_database_that_is_away_is_not_asked_for_each_lease(watched: WatchedLeases) -> None:
    def fail(_holder: str) -> None:
        raise TryLater("state-unreachable")

    watched.fail = fail
    with watched.held("p1", "holder 1"):
        watched.wait_for("holder 1")
        with watched.held("p2", "holder 2"):
            watched.wait_for("holder 1")
            assert "holder 2" not in watched.prolonged


def test_a_lease_is_released_at_the_end_of_a_block_that_fails(watched: WatchedLeases) -> None:
    assert watched.claim("p1", "holder")
    with pytest.raises(KeyError), watched.held("p1", "holder"):
        raise KeyError
    assert watched.is_free("p1")


def test_what_was_achieved_stands_when_the_lease_cannot_be_released(
    watched: WatchedLeases, store: SessionStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise TryLater("state-unreachable")

    monkeypatch.setattr(watched, "release", away)
    assert watched.claim("p1", "holder")
    with watched.held("p1", "holder") as held:
        store.save(SessionState("p1", 3), held)
    assert store.get("p1").generation == 3


def test_under_a_lease_state_and_what_it_leaves_behind_are_stored(
    watched: WatchedLeases, store: SessionStore
) -> None:
    note = AbandonedSession(
        "reference", "p1", Environment.TEST, datetime.now(UTC).replace(microsecond=0)
    )
    assert watched.claim("p1", "holder")
    with watched.held("p1", "holder") as held:
        store.save(SessionState("p1", 1), held, note)
        assert store.get("p1").generation == 1
        assert store.abandoned("p1") == [note]
        store.save(SessionState("p1", 2), held)
        assert not watched.is_free("p1")
        store.save(SessionState("p1", 3), held, release=True)
        assert watched.is_free("p1")
        assert store.get("p1").generation == 3
        watched.prolonged.clear()
        time.sleep(3 * HEARTBEAT)
        assert watched.prolonged == []


def test_what_is_stored_last_can_be_removed_with_the_lease(
    watched: WatchedLeases, store: SessionStore
) -> None:
    assert watched.claim("p1", "holder")
    with watched.held("p1", "holder") as held:
        store.save(SessionState("p1", 1), held)
        store.remove(held)
        assert store.rows_of("p1") == []
        assert watched.is_free("p1")
        watched.prolonged.clear()
        time.sleep(3 * HEARTBEAT)
        assert watched.prolonged == []


def test_without_the_lease_nothing_is_stored_or_removed(
    watched: WatchedLeases, store: SessionStore
) -> None:
    assert watched.claim("p1", "another")
    store.save(SessionState("p1", 7), Lease("p1", "another"))
    with watched.held("p1", "holder") as held:
        for release in (False, True):
            with pytest.raises(LeaseLost):
                store.save(SessionState("p1", 1), held, release=release)
        store.remove(held)
    assert store.get("p1").generation == 7
    assert not watched.is_free("p1"), "another's lease is not released"
