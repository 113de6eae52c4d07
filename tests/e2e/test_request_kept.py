"""A request that KSeF has taken is kept, however silent KSeF is about it."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from tests.e2e.certificate_life import Life
from tests.faults.chaos import Chaos, rule
from tests.installation import Installation, new_nip

OUTCOME = "GET /certificates/enrollments/{referenceNumber}"
WITHIN_SECONDS = 60


@pytest.fixture
def chaos(bridge: Installation) -> Iterator[Chaos]:
    chaos = Chaos(bridge.simulator)
    yield chaos
    chaos.end()


def test_it_cannot_be_deleted_while_ksef_does_not_answer(life: Life, chaos: Chaos) -> None:
    nip, user = new_nip(), life.records.user
    profile = life.records.certificate_profile("Milczenie", nip, life.certificate(nip))
    chaos.begin(rule(OUTCOME, "server-error"))
    wanted = {"type": "Offline", "keyAlgorithm": "EC P-256", "name": "Milczenie"}
    asked = user.done("POST", f"KsefProfile/{profile}/requestCertificate", wanted)
    requested = asked["certificateId"]

    def collected() -> str:
        user.done("POST", f"KsefCertificate/{requested}/collect", {})
        return str(life.record(requested)["enrolmentCode"])

    end = time.monotonic() + WITHIN_SECONDS
    while collected() != "ksef-unavailable":
        assert time.monotonic() < end, life.record(requested)
        time.sleep(1)
    answer = user.call("DELETE", f"KsefCertificate/{requested}")
    assert (answer.status, answer.codes) == (409, ["certificate-may-still-be-issued"])
