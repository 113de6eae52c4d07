"""A renewal that is cut off anywhere: finished once, and nobody is without a certificate."""

from __future__ import annotations

import contextlib
import dataclasses
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from sqlalchemy import text

from tests.e2e.breaking_proxy import BreakingPoint, BreakingProxy, Moment, breaking_proxy
from tests.e2e.bridge_settings import other_bridge
from tests.e2e.certificate_life import Life
from tests.e2e.espocrm import EspoCrm
from tests.e2e.interrupted_renewal import COLLECT, RENEW, Renewing, StartedJob, renewing
from tests.e2e.records import Records
from tests.e2e.rest import RestUser
from tests.faults.chaos import HELD, Chaos, rule
from tests.faults.killing import MortalBridge
from tests.installation import Installation

Victim = Literal["job", "bridge"]

ENROL = "POST /certificates/enrollments"
ENROLMENT = r"/certificate-enrolments/\w+$"
CONNECTION_TEST = r"/connection-test$"
VERIFICATION_LINKS = r"/verification-links$"

POINTS: dict[str, tuple[str, str, Moment]] = {
    "the record is made": ("PUT", ENROLMENT, "before"),
    "the key is made and not stored": ("PUT", ENROLMENT, "after"),
    "the key is stored": ("GET", ENROLMENT, "before"),
    "it is issued and not stored": ("GET", ENROLMENT, "after"),
    "it is stored": ("DELETE", ENROLMENT, "before"),
    "the bridge has forgotten it": ("DELETE", ENROLMENT, "after"),
    "the proof begins": ("POST", CONNECTION_TEST, "before"),
    "it is proved": ("POST", CONNECTION_TEST, "after"),
}
OFFLINE_POINTS: dict[str, tuple[str, str, Moment]] = {
    "the proof begins": ("POST", VERIFICATION_LINKS, "before"),
    "it is proved": ("POST", VERIFICATION_LINKS, "after"),
}
LIMITS = {
    25006: ("Osiągnięto limit możliwych do złożenia wniosków.", "enrolment-request-limit"),
    25007: ("Osiągnięto limit posiadanych certyfikatów.", "enrolment-certificate-limit"),
}
TOLD_OF_FAILURE = ("could not be renewed yet", "nie udało się jeszcze odnowić")
TOLD_OF_SUCCESS = ("is renewed", "został odnowiony")


@pytest.fixture
def life(espocrm: EspoCrm, records: Records, bridge: Installation, tmp_path: Path) -> Life:
    return Life(espocrm, records, bridge, tmp_path)


@pytest.fixture
def chaos(bridge: Installation) -> Iterator[Chaos]:
    chaos = Chaos(bridge.simulator)
    yield chaos
    chaos.end()


@pytest.fixture(scope="module")
def mortal(
    bridge: Installation, root_user: RestUser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[MortalBridge, BreakingProxy]]:
    """A bridge with a memory of its own, so that no other one finishes what it began."""
    folder = tmp_path_factory.mktemp("mortal")
    own = {
        "KSEF_BRIDGE_STATE_DATABASE_URL": f"sqlite:///{folder}/state.sqlite3",
        "KSEF_BRIDGE_RUNTIME_FOLDER": str(folder / "run"),
    }
    copy = dataclasses.replace(bridge, environment={**bridge.environment, **own}, bridge=None)
    mortal = MortalBridge(copy)
    mortal.start()
    with (
        breaking_proxy(copy) as proxy,
        other_bridge(root_user, bridge, proxy.url, bridge.api_key),
    ):
        yield mortal, proxy
    mortal.end()


@contextlib.contextmanager
def of_types(
    life: Life, mortal: tuple[MortalBridge, BreakingProxy], *types: str
) -> Iterator[Renewing]:
    with renewing(life, mortal[0].installation, *types) as made:
        yield made


def kill(renewal: Renewing, mortal: MortalBridge, victim: Victim) -> None:
    if victim == "job":
        renewal.kill_job()
    else:
        mortal.kill()
        mortal.start()


@pytest.mark.parametrize("victim", ["job", "bridge"])
@pytest.mark.parametrize("point", POINTS)
def test_killed_at_a_call(
    life: Life,
    mortal: tuple[MortalBridge, BreakingProxy],
    everybody: Counter[str],
    point: str,
    victim: Victim,
) -> None:
    bridge, proxy = mortal
    with of_types(life, mortal, "Authentication") as renewal:
        method, path, moment = POINTS[point]

        def act() -> None:
            kill(renewal, bridge, victim)

        proxy.break_at(BreakingPoint(method, path, moment, act))
        renewal.work_until(lambda: renewal.is_renewed() and proxy.reached.is_set())
        renewal.assert_renewed_once(everybody)
        assert told(renewal, TOLD_OF_SUCCESS) == everybody
        assert max(told(renewal, TOLD_OF_FAILURE).values(), default=0) <= 1


@pytest.mark.parametrize("victim", ["job", "bridge"])
@pytest.mark.parametrize("point", OFFLINE_POINTS)
def test_killed_while_a_signature_is_proved(
    life: Life,
    mortal: tuple[MortalBridge, BreakingProxy],
    everybody: Counter[str],
    point: str,
    victim: Victim,
) -> None:
    bridge, proxy = mortal
    with of_types(life, mortal, "Offline") as renewal:
        method, path, moment = OFFLINE_POINTS[point]

        def act() -> None:
            kill(renewal, bridge, victim)

        proxy.break_at(BreakingPoint(method, path, moment, act))
        renewal.work_until(lambda: renewal.is_renewed() and proxy.reached.is_set())
        renewal.assert_renewed_once(everybody)


@pytest.mark.parametrize("victim", ["job", "bridge"])
def test_killed_while_ksef_is_asked(
    life: Life,
    mortal: tuple[MortalBridge, BreakingProxy],
    everybody: Counter[str],
    chaos: Chaos,
    victim: Victim,
) -> None:
    """KSeF has taken the request in, and nobody knows of its answer."""
    bridge, _ = mortal
    with of_types(life, mortal, "Authentication") as renewal:
        renewal.run(RENEW)
        chaos.begin(rule(ENROL, "delay-answer", seconds=HELD, times=1))
        renewal.start(COLLECT)
        chaos.wait_until_held(ENROL)
        kill(renewal, bridge, victim)
        chaos.end()
        renewal.kill_job()
        renewal.assert_all_log_in()
        renewal.work_until(renewal.is_renewed)
        renewal.assert_renewed_once(everybody)


@pytest.mark.parametrize("type_", ["Authentication", "Offline"])
def test_killed_while_the_profiles_are_linked(
    life: Life, mortal: tuple[MortalBridge, BreakingProxy], everybody: Counter[str], type_: str
) -> None:
    """All of it is written and not committed."""
    with of_types(life, mortal, type_) as renewal:
        certificate = renewal.certificates[type_]
        renewal.run(RENEW)
        with held_table(life, "notification"):
            job = started_until_blocked(renewal)
            job.kill()
        assert job.is_killed()
        time.sleep(0.5)
        [successor] = renewal.successors(certificate)
        assert (successor["status"], successor["renewal_pending"]) == ("Active", 1)
        for profile in renewal.profiles.values():
            links = life.profile(profile)
            linked = (links["authorizationCertificateId"], links["offlineCertificateId"])
            assert certificate in linked, "all of them, or none"
        renewal.assert_all_log_in()
        renewal.work_until(renewal.is_renewed)
        renewal.assert_renewed_once(everybody)


@pytest.mark.parametrize("begun", [False, True])
def test_ksef_is_away_for_three_days(
    life: Life,
    mortal: tuple[MortalBridge, BreakingProxy],
    everybody: Counter[str],
    chaos: Chaos,
    begun: bool,
) -> None:
    with of_types(life, mortal, "Authentication") as renewal:
        if begun:
            wait_until_requested(renewal)
        chaos.begin(away=True)
        for _ in range(6):
            renewal.age(12)
            renewal.run(COLLECT)
            renewal.run(RENEW)
        assert told(renewal, TOLD_OF_FAILURE) == everybody
        [certificate] = renewal.certificates.values()
        ever = "SELECT id FROM ksef_certificate WHERE predecessor_id = :id"
        assert len(life.espocrm.rows(ever, id=certificate)) == 1, "no heap of attempts"

        chaos.end()
        renewal.age(12)
        renewal.work_until(renewal.is_renewed)
        renewal.assert_renewed_once(everybody)
        assert told(renewal, TOLD_OF_FAILURE) == everybody
        assert told(renewal, TOLD_OF_SUCCESS) == everybody


def test_the_bridge_is_away_for_three_days(
    life: Life, mortal: tuple[MortalBridge, BreakingProxy], everybody: Counter[str]
) -> None:
    bridge, _ = mortal
    with of_types(life, mortal, "Authentication") as renewal:
        bridge.kill()
        try:
            for _ in range(3):
                renewal.age(24)
                renewal.run(COLLECT)
                renewal.run(RENEW)
        finally:
            bridge.start()
        assert told(renewal, TOLD_OF_FAILURE) == everybody
        renewal.age(24)
        renewal.work_until(renewal.is_renewed)
        renewal.assert_renewed_once(everybody)


@pytest.mark.parametrize("code", LIMITS)
def test_a_limit_is_reached(
    life: Life,
    mortal: tuple[MortalBridge, BreakingProxy],
    everybody: Counter[str],
    chaos: Chaos,
    code: int,
) -> None:
    """Between the look at the limits and the request, so that KSeF itself refuses it."""
    description, reason = LIMITS[code]
    exception = {"code": code, "description": description}
    with of_types(life, mortal, "Authentication") as renewal:
        certificate = renewal.certificates["Authentication"]
        chaos.begin(rule(ENROL, "refuse", exception=exception))
        run_until_told(renewal)
        assert life.record(certificate)["renewalCode"] == reason
        renewal.assert_all_log_in()

        asked = life.bridge.ksef_calls().get(ENROL, 0)
        for name in (RENEW, COLLECT, RENEW, COLLECT):
            renewal.run(name)
        assert life.bridge.ksef_calls().get(ENROL, 0) == asked, "not before another day"

        for _ in range(2):
            renewal.age(24)
            for name in (RENEW, COLLECT, COLLECT, RENEW):
                renewal.run(name)
        assert life.bridge.ksef_calls()[ENROL] == asked + 2, "once a day"
        assert told(renewal, TOLD_OF_FAILURE) == everybody, "once for each reason"
        assert renewal.successors(certificate) == [], "there is no heap"

        chaos.end()
        renewal.age(24)
        renewal.work_until(renewal.is_renewed)
        renewal.assert_renewed_once(everybody)
        assert told(renewal, TOLD_OF_SUCCESS) == everybody


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        ({"enrollment": {"maxEnrollments": 0}}, "enrolment-request-limit"),
        ({"certificate": {"maxCertificates": 0}}, "enrolment-certificate-limit"),
    ],
)
def test_a_limit_that_is_known_beforehand(
    life: Life,
    mortal: tuple[MortalBridge, BreakingProxy],
    everybody: Counter[str],
    limits: dict[str, object],
    reason: str,
) -> None:
    """Nothing is asked for, and no record stays."""
    with of_types(life, mortal, "Authentication") as renewal:
        certificate = renewal.certificates["Authentication"]
        set_limits(renewal, "POST", limits)
        for hours in (0, 0, 24):
            renewal.age(hours)
            renewal.run(RENEW)
            renewal.run(COLLECT)
        assert life.record(certificate)["renewalCode"] == reason
        assert renewal.successors(certificate) == []
        assert renewal.requests() == Counter()
        assert told(renewal, TOLD_OF_FAILURE) == everybody

        set_limits(renewal, "DELETE")
        renewal.age(24)
        renewal.work_until(renewal.is_renewed)
        renewal.assert_renewed_once(everybody)
        assert told(renewal, TOLD_OF_FAILURE) == everybody


def test_a_rejection_that_comes_later(
    life: Life, mortal: tuple[MortalBridge, BreakingProxy], everybody: Counter[str], chaos: Chaos
) -> None:
    with of_types(life, mortal, "Offline") as renewal:
        certificate = renewal.certificates["Offline"]
        status = {"code": 400, "description": "Wniosek odrzucony", "details": ["Z przyczyn."]}
        chaos.begin(enrolmentStatus=status)
        run_until_told(renewal)
        assert life.record(certificate)["renewalCode"] == "enrolment-rejected"
        chaos.end()
        renewal.run(RENEW)
        assert renewal.successors(certificate) == []
        renewal.age(24)
        renewal.work_until(renewal.is_renewed)
        assert renewal.at_ksef()["Offline"] == 2
        assert told(renewal, TOLD_OF_FAILURE) == everybody
        assert told(renewal, TOLD_OF_SUCCESS) == everybody


def test_a_proof_that_fails_leaves_the_old_one_in_use(
    life: Life, mortal: tuple[MortalBridge, BreakingProxy], everybody: Counter[str], chaos: Chaos
) -> None:
    with of_types(life, mortal, "Authentication") as renewal:
        certificate = renewal.certificates["Authentication"]
        wait_until_requested(renewal)
        refused = {"code": 500, "description": "Nieznany błąd"}
        chaos.begin(loginStatus=refused)
        run_until_told(renewal)
        for profile in renewal.profiles.values():
            assert life.profile(profile)["authorizationCertificateId"] == certificate
        chaos.end()
        renewal.age(24)
        renewal.work_until(renewal.is_renewed)
        renewal.assert_renewed_once(everybody)
        assert told(renewal, TOLD_OF_FAILURE) == everybody


def set_limits(renewal: Renewing, method: str, limits: object = None) -> None:
    """KSeF limits the company as a subject, or no longer."""
    token = renewal.bridge.access_token(renewal.profiles["company"], {}).json["accessToken"]
    answer = renewal.life.bridge.simulator.call(
        method,
        "/v2/testdata/limits/subject/certificate",
        json_body=limits,
        headers={"Authorization": f"Bearer {token}"},
    )
    assert answer.status == 200, answer.body


def told(renewal: Renewing, words: tuple[str, ...]) -> Counter[str]:
    """How many notifications say so, in either language, by user name."""
    return Counter(
        {
            who: count
            for who, messages in renewal.told().items()
            if (count := sum(any(each in message for each in words) for message in messages))
        }
    )


def run_until_told(renewal: Renewing) -> None:
    end = time.monotonic() + 60
    while not told(renewal, TOLD_OF_FAILURE):
        assert time.monotonic() < end
        renewal.run(RENEW)
        renewal.run(COLLECT)


def wait_until_requested(renewal: Renewing) -> None:
    renewal.run(RENEW)
    [certificate] = renewal.certificates.values()
    assert [each["status"] for each in renewal.successors(certificate)] == ["Requested"]


def started_until_blocked(renewal: Renewing) -> StartedJob:
    """The job that collects, which waits to tell that it has linked the profiles."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        job = renewal.start(COLLECT)
        while job.process.poll() is None:
            if is_blocked(renewal.life):
                return job
            time.sleep(0.05)
        # Not issued yet.
        time.sleep(0.5)
    raise AssertionError("nothing was issued")


@contextlib.contextmanager
def held_table(life: Life, table: str) -> Iterator[None]:
    """Nobody else reads or writes the table until the block ends."""
    with life.espocrm.engine.connect() as connection:
        connection.execute(text(f"LOCK TABLES `{table}` WRITE"))
        try:
            yield
        finally:
            connection.execute(text("UNLOCK TABLES"))


def is_blocked(life: Life) -> bool:
    """Whether somebody waits for the table."""
    rows = life.espocrm.rows("SHOW PROCESSLIST")
    return any("metadata lock" in (row["State"] or "") for row in rows)
