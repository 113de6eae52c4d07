"""A request from the sealed key to the certificate, cut off at every call."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from bridge.enrolment.pace import FAILED_AFTER, NOT_RECEIVED_AFTER, NOT_SENT_AFTER
from bridge.enrolment.state import PackageState, Phase
from bridge.ksef.errors import (
    KsefAnswerUnreadable,
    KsefError,
    KsefUnavailable,
    Operation,
)
from bridge.state.errors import LeaseLost
from tests.enrolment.subject import Subject, is_complete
from tests.faults.chaos import Chaos, rule
from tests.sessions.company import (
    answer_lost,
    killed_after,
    killed_before,
    never_sent,
    refused_with,
)


def test_it_is_issued_with_one_request(subject: Subject) -> None:
    record_id = subject.prepared()
    assert subject.carry_on(record_id).phase is Phase.ACCEPTED
    enrolment = subject.carry_on_to(record_id, Phase.ISSUED)
    assert is_complete(enrolment)
    assert subject.at_ksef() == (1, 1)


# Cut off.


@pytest.mark.parametrize("lost", [answer_lost, killed_after], ids=["lost", "killed"])
def test_a_request_whose_answer_was_lost_is_found_by_its_key(
    subject: Subject, lost: Callable[..., Any]
) -> None:
    other = subject.prepared()
    subject.carry_on_to(other, Phase.ISSUED)
    record_id = subject.prepared()
    subject.cut(lost)
    if lost is killed_after:
        subject.killed_in(record_id)
    else:
        subject.carry_on(record_id)
    stored = subject.enrolment(record_id)
    assert (stored.phase, stored.reference_number) == (Phase.SENDING, None)
    enrolment = subject.carry_on_to(record_id, Phase.ISSUED)
    assert is_complete(enrolment)
    assert subject.at_ksef() == (2, 2)


@pytest.mark.parametrize("where", ["/certificates/query", "/certificates/retrieve"])
def test_the_search_for_it_may_be_cut_off_too(subject: Subject, where: str) -> None:
    record_id = subject.prepared()
    subject.cut(answer_lost)
    subject.carry_on(record_id)
    subject.cut(killed_after, where)
    subject.killed_in(record_id)
    assert is_complete(subject.carry_on_to(record_id, Phase.ISSUED))
    assert subject.at_ksef() == (1, 1)


def test_a_request_that_was_not_received_is_sent_again_but_not_at_once(subject: Subject) -> None:
    record_id = subject.prepared()
    subject.cut(killed_before)
    subject.killed_in(record_id)
    for _ in range(3):
        assert subject.carry_on(record_id).phase is Phase.SENDING
    assert subject.at_ksef() == (0, 0)
    subject.later(NOT_RECEIVED_AFTER - timedelta(seconds=1))
    waiting = subject.carry_on(record_id)
    assert waiting.phase is Phase.SENDING
    assert waiting.problem is not None
    assert waiting.problem.code == "enrolment-answer-lost"
    subject.later(timedelta(seconds=1))
    assert is_complete(subject.carry_on_to(record_id, Phase.ISSUED))
    assert subject.at_ksef() == (1, 1)


def test_while_ksef_counts_a_request_it_is_waited_for(subject: Subject, chaos: Chaos) -> None:
    chaos.begin(enrolmentSeconds=3600)
    record_id = subject.prepared()
    subject.cut(answer_lost)
    subject.carry_on(record_id)
    subject.carry_on(record_id)
    subject.later(NOT_RECEIVED_AFTER * 2)
    for _ in range(3):
        assert subject.carry_on(record_id).phase is Phase.SENDING
    assert subject.at_ksef() == (1, 0)
    # For so long KSeF has never taken; and what it has counted may be another request.
    subject.later(FAILED_AFTER)
    assert subject.carry_on(record_id).phase is Phase.ACCEPTED


def test_while_ksef_is_away_its_time_does_not_run(subject: Subject, chaos: Chaos) -> None:
    record_id = subject.prepared()
    subject.cut(killed_before)
    subject.killed_in(record_id)
    chaos.begin(rule(None, "server-error"))
    assert subject.carry_on(record_id).phase is Phase.SENDING
    chaos.end()
    subject.later(timedelta(hours=5))
    assert subject.carry_on(record_id).phase is Phase.SENDING
    subject.later(NOT_RECEIVED_AFTER)
    assert is_complete(subject.carry_on_to(record_id, Phase.ISSUED))


def test_a_request_that_cannot_have_left_is_sent_as_soon_as_it_can_be(subject: Subject) -> None:
    record_id = subject.prepared()
    subject.cut(never_sent)
    stored = subject.carry_on(record_id)
    assert stored.phase is Phase.READY
    assert stored.problem is not None
    assert stored.problem.code == "ksef-unreachable"
    assert is_complete(subject.carry_on_to(record_id, Phase.ISSUED))
    assert subject.at_ksef() == (1, 1)


def unavailable(operation: Operation) -> KsefError:
    return KsefUnavailable(operation, 502, None)


def unreadable(operation: Operation) -> KsefError:
    return KsefAnswerUnreadable(operation, "not JSON", 202)


@pytest.mark.parametrize("error", [unavailable, unreadable])
def test_what_leaves_a_doubt_is_not_taken_for_a_refusal(
    subject: Subject, error: Callable[[Operation], KsefError]
) -> None:
    record_id = subject.prepared()
    subject.cut(refused_with(error))
    assert subject.carry_on(record_id).phase is Phase.SENDING
    subject.carry_on(record_id)
    subject.later(NOT_RECEIVED_AFTER)
    assert is_complete(subject.carry_on_to(record_id, Phase.ISSUED))


@pytest.mark.parametrize(
    ("path", "phase"),
    [
        ("/certificates/limits", Phase.READY),
        ("/certificates/enrollments/{referenceNumber}", Phase.ACCEPTED),
        ("/certificates/retrieve", Phase.ACCEPTED),
    ],
)
def test_killed_anywhere_else_it_goes_on_from_there(
    subject: Subject, path: str, phase: Phase
) -> None:
    record_id = subject.prepared()
    subject.cut(killed_after, path)
    subject.killed_in(record_id)
    assert subject.enrolment(record_id).phase is phase
    assert is_complete(subject.carry_on_to(record_id, Phase.ISSUED))
    assert subject.at_ksef() == (1, 1)


# The state database is lost.


def test_a_lost_request_that_was_sent_is_found_at_once(subject: Subject) -> None:
    record_id = subject.prepared()
    subject.carry_on_to(record_id, Phase.ISSUED)
    subject.lose_state(record_id)
    enrolment = subject.carry_on(record_id)
    assert enrolment.phase is Phase.ISSUED
    assert (enrolment.package, enrolment.package_state) == (None, PackageState.PASSWORD_LOST)
    assert subject.at_ksef() == (1, 1)


def test_a_lost_request_that_was_never_sent_is_sent_after_a_while(subject: Subject) -> None:
    record_id = subject.prepared()
    subject.lose_state(record_id)
    assert subject.carry_on(record_id).phase is Phase.SENDING
    subject.later(NOT_SENT_AFTER - timedelta(seconds=1))
    assert subject.carry_on(record_id).phase is Phase.SENDING
    subject.later(timedelta(seconds=1))
    enrolment = subject.carry_on_to(record_id, Phase.ISSUED)
    assert enrolment.package_state is PackageState.PASSWORD_LOST
    assert subject.at_ksef() == (1, 1)


def test_what_another_stores_meanwhile_stands(subject: Subject) -> None:
    record_id = subject.prepared()
    stale = subject._draft(record_id)
    subject.carry_on_to(record_id, Phase.ISSUED)
    with pytest.raises(LeaseLost):
        stale.wait()
    assert is_complete(subject.enrolment(record_id))
