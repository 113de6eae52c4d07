"""A lease is prolonged as long as its login runs, whatever happens to the database meanwhile."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url
from structlog.testing import capture_logs

from bridge.credentials.environment import Environment
from bridge.sessions.errors import LeaseLost, TryLater
from bridge.sessions.state import AbandonedSession, SessionState
from bridge.sessions.state_database import connect
from bridge.sessions.statements import LEASE
from bridge.sessions.store import SessionStore
from bridge.state import leases as lease
from bridge.state.leases import Leases

HEARTBEAT = 0.02


class WatchedStore(SessionStore):
    """Notes each prolongation, and fails in the ones that a test says."""

    fail: Callable[[str], None] = staticmethod(lambda _holder: None)

    def __init__(self, path: Path) -> None:
        super().__init__(connect(make_url(f"sqlite:///{path}")))
        self.create_tables()
        self.prolonged: list[str] = []

    def prolong(self, profile_id: str, holder: str) -> bool:
        self.prolonged.append(holder)
        self.fail(holder)
        return super().prolong(profile_id, holder)

    def wait_for(self, holder: str, times: int = 2) -> None:
        """Until the lease was prolonged so often from now on."""
        before = self.prolonged.count(holder)
        end = time.monotonic() + 10
        while self.prolonged.count(holder) < before + times:
            assert time.monotonic() < end, f"{holder} is not prolonged"
            time.sleep(HEARTBEAT / 4)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> WatchedStore:
    monkeypatch.setattr(lease, "_HEARTBEAT_SECONDS", HEARTBEAT)
    return WatchedStore(tmp_path / "state.sqlite3")


def test_a_heartbeat_leaves_time_for_three_that_fail() -> None:
    assert LEASE.total_seconds() >= 4 * lease._HEARTBEAT_SECONDS


def test_every_held_lease_is_prolonged_and_no_other(store: WatchedStore) -> None:
    leases = Leases(store)
    for number in (1, 2):
        assert store.claim(f"p{number}", f"holder {number}")
    with leases.held("p1", "holder 1"):
        with leases.held("p2", "holder 2"):
            store.wait_for("holder 1")
            store.wait_for("holder 2")
        store.wait_for("holder 1")
        store.prolonged.clear()
        store.wait_for("holder 1")
        assert set(store.prolonged) == {"holder 1"}
        assert store.is_free("p2")
        assert not store.is_free("p1")
    assert store.is_free("p1")


def test_one_thread_prolongs_all_leases_at_its_own_pace(store: WatchedStore) -> None:
    leases = Leases(store)
    before = threading.active_count()
    started = time.monotonic()
    with leases.held("p1", "holder 1"), leases.held("p2", "holder 2"):
        store.wait_for("holder 1", times=5)
        assert threading.active_count() == before + 1
        assert store.prolonged.count("holder 1") <= (time.monotonic() - started) / HEARTBEAT + 1


@pytest.mark.parametrize("error", [TryLater("state-unreachable"), RuntimeError("unforeseen")])
def test_a_database_that_was_away_ends_no_lease(store: WatchedStore, error: Exception) -> None:
    failures = 0

    def fail(holder: str) -> None:
        nonlocal failures
        if failures < 2:
            failures += 1
            raise error

    store.fail = fail
    assert store.claim("p1", "holder")
    with capture_logs() as logged, Leases(store).held("p1", "holder"):
        store.wait_for("holder", times=4)
        assert not store.is_free("p1")
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


def test_a_database_that_is_away_is_not_asked_for_each_lease(store: WatchedStore) -> None:
    def fail(_holder: str) -> None:
        raise TryLater("state-unreachable")

    store.fail = fail
    leases = Leases(store)
    with leases.held("p1", "holder 1"):
        store.wait_for("holder 1")
        with leases.held("p2", "holder 2"):
            store.wait_for("holder 1")
            assert "holder 2" not in store.prolonged


def test_a_lease_is_released_at_the_end_of_a_block_that_fails(store: WatchedStore) -> None:
    assert store.claim("p1", "holder")
    with pytest.raises(KeyError), Leases(store).held("p1", "holder"):
        raise KeyError
    assert store.is_free("p1")


def test_what_was_achieved_stands_when_the_lease_cannot_be_released(
    store: WatchedStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise TryLater("state-unreachable")

    monkeypatch.setattr(store, "release", away)
    assert store.claim("p1", "holder")
    with Leases(store).held("p1", "holder") as held:
        held.save(SessionState("p1", 3))
    assert store.get("p1").generation == 3


def test_under_a_lease_state_and_what_it_leaves_behind_are_stored(store: WatchedStore) -> None:
    note = AbandonedSession(
        "reference", "p1", Environment.TEST, datetime.now(UTC).replace(microsecond=0)
    )
    assert store.claim("p1", "holder")
    with Leases(store).held("p1", "holder") as held:
        held.save(SessionState("p1", 1), note)
        assert store.get("p1").generation == 1
        assert store.abandoned("p1") == [note]
        held.save(SessionState("p1", 2))
        assert not store.is_free("p1")
        held.save_and_release(SessionState("p1", 3))
        assert store.is_free("p1")
        assert store.get("p1").generation == 3
        store.prolonged.clear()
        time.sleep(3 * HEARTBEAT)
        assert store.prolonged == []


def test_what_is_stored_last_can_be_removed_with_the_lease(store: WatchedStore) -> None:
    assert store.claim("p1", "holder")
    with Leases(store).held("p1", "holder") as held:
        held.save(SessionState("p1", 1))
        held.remove_state()
        assert store.rows_of("p1") == []
        assert store.is_free("p1")
        store.prolonged.clear()
        time.sleep(3 * HEARTBEAT)
        assert store.prolonged == []


def test_without_the_lease_nothing_is_stored_or_removed(store: WatchedStore) -> None:
    assert store.claim("p1", "another")
    store.save(SessionState("p1", 7), "another")
    with Leases(store).held("p1", "holder") as held:
        for work in (held.save, held.save_and_release):
            with pytest.raises(LeaseLost):
                work(SessionState("p1", 1))
        held.remove_state()
    assert store.get("p1").generation == 7
    assert not store.is_free("p1"), "another's lease is not released"
