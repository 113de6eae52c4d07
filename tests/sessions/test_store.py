"""Sessions in the state database: what is stored under a lease, what is left to revoke."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bridge.credentials.context import ContextIdentifier, ContextType
from bridge.credentials.environment import Environment
from bridge.sessions.state import (
    AbandonedSession,
    KsefSession,
    Phase,
    Refusal,
    SealedToken,
    SessionState,
    StopRefusal,
    proof_id,
    signing_id,
)
from bridge.sessions.store import SessionStore
from bridge.state.database import StateDatabase
from bridge.state.errors import LeaseLost
from bridge.state.leases import LEASE, Lease, Leases
from bridge.vault import SealKeyUnknown
from tests.state.databases import Time

NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def store(state: StateDatabase) -> SessionStore:
    return SessionStore(state)


@pytest.fixture
def leases(state: StateDatabase) -> Leases:
    return Leases(state)


def test_an_unknown_profile_has_no_session(store: SessionStore) -> None:
    assert store.get("p1") == SessionState("p1")


def test_a_state_is_read_as_it_was_stored(leases: Leases, store: SessionStore) -> None:
    session = KsefSession(
        phase=Phase.ESTABLISHED,
        credential="c" * 64,
        environment=Environment.TEST,
        context=ContextIdentifier(ContextType.INTERNAL_ID, "5265877635-12346"),
        authentication_method="Token",
        reference_number="20261123-AU-33194CE936-829460A8C3-6F",
        access_token=SealedToken("sealed access token", NOW),
        refresh_token=SealedToken("sealed refresh token", NOW + timedelta(days=7)),
    )
    refusal = Refusal("ksef-refused", {"ksefCode": 415}, 415, "c" * 64, NOW)
    state = SessionState("p1", 7, session, refusal)
    assert leases.claim("p1", "me")
    store.save(state, Lease(state.profile_id, "me"))
    assert store.get("p1") == state


def test_a_lost_lease_is_lost_for_good(
    leases: Leases, store: SessionStore, state_clock: Time
) -> None:
    assert leases.claim("p1", "first")
    state_clock.pass_by(LEASE + timedelta(seconds=1))
    assert leases.claim("p1", "second")
    store.save(SessionState("p1", 5), Lease("p1", "second"))
    leases.release("p1", "second")
    assert not leases.prolong("p1", "first")
    with pytest.raises(LeaseLost):
        store.save(SessionState("p1", 1), Lease("p1", "first"))
    assert store.get("p1").generation == 5


def test_nothing_is_stored_without_the_lease(leases: Leases, store: SessionStore) -> None:
    note = AbandonedSession("reference", "p1", Environment.TEST, NOW)
    assert leases.claim("p1", "first")
    with pytest.raises(LeaseLost):
        store.save(SessionState("p1", 3), Lease("p1", "second"), note)
    assert store.get("p1").generation == 0
    assert store.abandoned("p1") == []


def test_what_is_abandoned_is_noted_once_and_struck_out(
    leases: Leases, store: SessionStore
) -> None:
    note = AbandonedSession("reference", "p1", Environment.DEMO, NOW)
    assert leases.claim("p1", "first")
    store.save(SessionState("p1", 1), Lease("p1", "first"), note)
    store.save(SessionState("p1", 2), Lease("p1", "first"), note)
    assert store.abandoned("p1") == [note]
    assert store.abandoned("p2") == []
    store.forget_abandoned("reference")
    assert store.abandoned("p1") == []


def test_public_keys_are_kept_for_each_environment(store: SessionStore) -> None:
    store.save_public_keys(Environment.TEST, "first")
    store.save_public_keys(Environment.TEST, "second")
    assert store.load_public_keys(Environment.TEST) == "second"
    assert store.load_public_keys(Environment.DEMO) is None


def test_a_stopped_context_is_seen_with_every_state_until_it_is_resumed(
    store: SessionStore,
) -> None:
    context = ContextIdentifier(ContextType.NIP, "5265877635")
    refusal = StopRefusal("ksef-context-blocked", {"ksefCode": 480}, 480)
    for _ in range(2):
        store.stop(Environment.TEST, context, refusal)
    seen = store.look("p1", Environment.TEST, context)
    assert (seen.state, seen.stop) == (SessionState("p1"), refusal)
    other = ContextIdentifier(ContextType.NIP, "7980332920")
    assert store.look("p1", Environment.DEMO, context).stop is None
    assert store.look("p1", Environment.TEST, other).stop is None
    assert store.resume(Environment.TEST, context)
    assert not store.resume(Environment.TEST, context)
    assert store.look("p1", Environment.TEST, context).stop is None


def test_broken_off_logins_and_tests_are_found_once_nobody_holds_them(
    leases: Leases, store: SessionStore, state_clock: Time
) -> None:
    for id_, phase in {
        "submitted": Phase.SUBMITTED,
        "established": Phase.ESTABLISHED,
        proof_id("p1", "c1"): Phase.ESTABLISHED,
    }.items():
        assert leases.claim(id_, "me")
        store.save(SessionState(id_, 1, a_session(phase)), Lease(id_, "me"))
    assert store.unfinished() == []
    state_clock.pass_by(4 * LEASE)
    assert store.unfinished() == ["submitted"]
    state_clock.pass_by(timedelta(seconds=60))
    assert sorted(store.unfinished()) == ["p1:c1", "submitted"]
    assert store.rows_of("p1") == ["p1:c1"]
    assert store.rows_of("submitted") == ["submitted"]


def test_the_session_of_a_signed_document_is_left_alone_for_its_hour(
    leases: Leases, store: SessionStore, state_clock: Time
) -> None:
    """Also by a bridge of the version before, which knows it for a connection test."""
    for phase in Phase:
        id_ = signing_id("p1", phase.value)
        assert leases.claim(id_, "me")
        store.save(SessionState(id_, 1, a_session(phase)), Lease(id_, "me"))
    state_clock.pass_by(timedelta(minutes=60))
    assert store.unfinished() == []
    state_clock.pass_by(timedelta(seconds=61))
    assert sorted(store.unfinished()) == sorted(store.rows_of("p1"))
    assert len(store.rows_of("p1")) == len(Phase)


def test_what_ksef_has_forgotten_too_is_removed(
    leases: Leases, store: SessionStore, state_clock: Time
) -> None:
    note = AbandonedSession("reference", "old", Environment.TEST, moment(state_clock.now))
    assert leases.claim("old", "me")
    store.save(SessionState("old", 1, a_session(Phase.ESTABLISHED)), Lease("old", "me"), note)
    leases.release("old", "me")
    state_clock.pass_by(timedelta(days=5))
    assert leases.claim("new", "me")
    store.save(SessionState("new", 1), Lease("new", "me"))
    assert store.forget_older_than(timedelta(days=4)) == 2
    assert store.get("old").session is None
    assert store.abandoned("old") == []
    assert store.get("new").generation == 1


def test_every_seal_is_renewed_and_what_cannot_be_opened_is_kept(
    leases: Leases, store: SessionStore
) -> None:
    assert leases.claim("p1", "me")
    state = SessionState("p1", 2, a_session(Phase.ESTABLISHED))
    store.save(state, Lease(state.profile_id, "me"))

    def renew(sealed: str) -> str:
        if "refresh" in sealed:
            raise SealKeyUnknown
        return sealed if sealed.startswith("new ") else f"new {sealed}"

    assert store.renew_seals(renew) == 1
    assert store.renew_seals(renew) == 0
    session = store.get("p1").session
    assert session is not None
    assert session.access_token is not None
    assert session.refresh_token is not None
    assert session.access_token.sealed == "new sealed access token"
    assert session.refresh_token.sealed == "sealed refresh token"


def a_session(phase: Phase) -> KsefSession:
    return KsefSession(
        phase=phase,
        credential="c" * 64,
        environment=Environment.TEST,
        context=ContextIdentifier(ContextType.NIP, "5265877635"),
        authentication_method="Token",
        reference_number="20261123-AU-33194CE936-829460A8C3-6F",
        access_token=SealedToken("sealed access token", NOW),
        refresh_token=SealedToken("sealed refresh token", NOW + timedelta(days=7)),
    )


def moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
