"""The states of 1,000 certificates of 50 companies, within the limits that KSeF has."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.e2e.espocrm import EspoCrm
from tests.e2e.many_certificates import Company, new_companies
from tests.e2e.moved_world import MovedWorld, moved_world
from tests.e2e.rest import RestUser
from tests.installation import Installation, difference

COMPANIES = 50
EACH = 20
JOB = "KsefSynchronizeCertificates"
QUERY = "POST /certificates/query"
REDEEM = "POST /auth/token/redeem"
NOTICES = "SELECT COUNT(*) AS n FROM notification WHERE deleted = 0"


@pytest.fixture(scope="module")
def world(
    espocrm: EspoCrm, root_user: RestUser, bridge: Installation, artifacts: Path
) -> Iterator[MovedWorld]:
    with moved_world(espocrm, root_user, bridge, artifacts) as moved:
        yield moved


@pytest.fixture(scope="module")
def companies(world: MovedWorld) -> list[Company]:
    made = new_companies(world.espocrm, world.bridge, COMPANIES, EACH)
    assert sum(len(each.certificates) for each in made) == COMPANIES * EACH == 1000
    return made


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """Print a figure of the test past pytest's capture."""

    def print_now(text: str) -> None:
        with capsys.disabled():
            print(f"\n    {text}", end="", flush=True)  # noqa: T201

    return print_now


def test_all_states_come_with_one_list_for_each_company_and_no_429(
    world: MovedWorld, companies: list[Company], say: Callable[[str], None]
) -> None:
    limits = world.bridge.simulator.call("PUT", "/_simulator/limits", json_body={"enabled": True})
    assert limits.status == 204

    calls = synchronized(world, "a first time, all logins new", say)
    assert (calls[QUERY], calls[REDEEM]) == (COMPANIES, COMPANIES)
    assert states(world) == Counter(Active=1000)

    for company in companies:
        for number, status in ((3, "Revoked"), (5, "Blocked"), (7, "Expired")):
            play(world, company.certificates[number]["serial_number"], status)
    world.time.go_on(timedelta(days=1))
    calls = synchronized(world, "a day later, 150 states changed", say)
    assert (calls[QUERY], calls.get(REDEEM, 0)) == (COMPANIES, 0)
    assert states(world) == Counter(
        {"Active": 850, "Revoked": COMPANIES, "Blocked": COMPANIES, "Expired": COMPANIES}
    )
    at_ksef = {each["certificateSerialNumber"]: each["status"] for each in certificates(world)}
    rows = "SELECT serial_number, status FROM ksef_certificate WHERE deleted = 0"
    stored = {row["serial_number"]: row["status"] for row in world.espocrm.rows(rows)}
    # One that was issued to somebody who had stopped waiting is at KSeF alone.
    assert stored.items() <= at_ksef.items()

    world.time.go_on(timedelta(days=1))
    calls = synchronized(world, "the next day, nothing changed", say)
    assert calls[QUERY] == COMPANIES
    world.time.go_on(timedelta(days=8))
    calls = synchronized(world, "a week later, all sessions over", say)
    assert (calls[QUERY], calls[REDEEM]) == (COMPANIES, COMPANIES)


def synchronized(world: MovedWorld, what: str, say: Callable[[str], None]) -> dict[str, int]:
    """The calls to KSeF of one run, none of which was refused; every record was checked by it."""
    before, told = world.bridge.ksef_calls(), world.espocrm.rows(NOTICES)[0]["n"]
    start, started_at = time.monotonic(), world.time.now().replace(microsecond=0, tzinfo=None)
    world.run_jobs(JOB)
    seconds = time.monotonic() - start
    calls = difference(before, world.bridge.ksef_calls())
    told = world.espocrm.rows(NOTICES)[0]["n"] - told
    say(f"{what}: {seconds:.1f} s, {sum(calls.values())} calls, {told} notices: {calls}")
    assert world.bridge.simulator.call("GET", "/_simulator/state").json["rateLimited"] == 0
    assert 'status="429"' not in world.bridge.call("GET", "/metrics").body.decode()
    unchecked = (
        "SELECT COUNT(*) AS n FROM ksef_certificate WHERE deleted = 0 "
        "AND (last_checked_at IS NULL OR last_checked_at < :started_at)"
    )
    assert world.espocrm.rows(unchecked, started_at=started_at)[0]["n"] == 0
    return calls


def states(world: MovedWorld) -> Counter[str]:
    """How many records EspoCRM has of each state."""
    query = "SELECT status, COUNT(*) AS n FROM ksef_certificate WHERE deleted = 0 GROUP BY status"
    return Counter({row["status"]: int(row["n"]) for row in world.espocrm.rows(query)})


def certificates(world: MovedWorld) -> list[dict[str, str]]:
    return world.at_ksef("certificates")


def play(world: MovedWorld, serial_number: str, status: str) -> None:
    answer = world.bridge.simulator.call(
        "PUT", f"/_simulator/certificates/{serial_number}", json_body={"status": status}
    )
    assert answer.status == 204
