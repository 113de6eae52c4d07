"""A request for a certificate stays as it is while another EspoCRM asks, or another is read."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
import structlog
from sqlalchemy.engine import make_url

from bridge.enrolment.store import EnrolmentStore
from bridge.settings import load_settings
from bridge.state.database import StateDatabase
from bridge.state.home import Home, Homes, database_of
from bridge.state.rounds import Rounds
from tests.api.in_process import in_process
from tests.enrolment.test_store import ENROLMENT
from tests.installation import Installation
from tests.processes import RunningCommand
from tests.state.databases import state_at

HOME = "https://crm.example.pl"
COPY = {"X-EspoCRM-Site": "https://test.crm.example.pl"}
PATH = "/v1/profiles/p1/certificate-enrolments/r1"
_number = itertools.count(1)


@dataclass
class Begun:
    """A bridge at whose home a certificate was requested, whose key EspoCRM has not stored yet."""

    installation: Installation
    state: StateDatabase

    def belongs_to(self, database: str) -> None:
        Homes(self.state).set(Home(HOME, database))

    def carried_on_by_itself(self) -> None:
        """The first rounds of a bridge that has just started."""
        bridge = in_process(self.installation).application
        rounds: Rounds = bridge.extensions["ksef-enrolment-rounds"]
        for _ in range(3):
            rounds.once()

    @property
    def is_untouched(self) -> bool:
        stored = EnrolmentStore(self.state).get("r1")
        return stored is not None and (stored.enrolment, stored.version) == (ENROLMENT, 1)


@pytest.fixture
def begun(artifacts: Path, simulator: RunningCommand) -> Iterator[Begun]:
    folder = artifacts / f"installation-away-{next(_number)}"
    installation = Installation.create(folder, simulator)
    state = state_at(installation.environment["KSEF_BRIDGE_STATE_DATABASE_URL"])
    assert EnrolmentStore(state).add(ENROLMENT, timedelta())
    begun = Begun(installation, state)
    begun.belongs_to(database_of(load_settings(installation.environment).espocrm_database_url))
    yield begun
    state.engine.dispose()


def test_the_copys_question_is_answered_and_carries_nothing_on(begun: Begun) -> None:
    answer = in_process(begun.installation).get(PATH, headers=COPY)
    assert answer.status_code == 200
    assert answer.get_json()["status"] == "Prepared"
    assert begun.is_untouched
    in_process(begun.installation).get(PATH, headers={"X-EspoCRM-Site": HOME})
    assert not begun.is_untouched


def test_the_copy_does_not_have_it_forgotten(begun: Begun) -> None:
    refused = in_process(begun.installation).delete(PATH, headers=COPY)
    assert refused.status_code == 409
    assert refused.get_json()["code"] == "bridge-of-another-home"
    assert begun.is_untouched
    assert in_process(begun.installation).delete(PATH).status_code == 204


def test_on_a_copied_database_it_does_not_go_on_by_itself(begun: Begun) -> None:
    begun.belongs_to(database_of(make_url("mysql+pymysql://db.example/espocrm")))
    with structlog.testing.capture_logs() as logged:
        begun.carried_on_by_itself()
    assert begun.is_untouched
    assert [each["event"] for each in logged] == ["bridge-of-another-home"]
    Homes(begun.state).forget()
    begun.carried_on_by_itself()
    assert not begun.is_untouched
