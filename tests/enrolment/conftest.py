"""A bridge with its EspoCRM for each file of tests; a simulator that may misbehave."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.enrolment.espocrm import EspoCrm
from tests.faults.chaos import Chaos
from tests.installation import Installation
from tests.processes import RunningCommand, free_port, running

_number = itertools.count(1)


@pytest.fixture(scope="module")
def espocrm(artifacts: Path, simulator: RunningCommand) -> Iterator[EspoCrm]:
    """An EspoCRM whose bridge runs, with three workers."""
    folder = artifacts / f"installation-enrolment-{next(_number)}"
    installation = Installation.create(folder, simulator)
    with installation.running(KSEF_BRIDGE_WORKERS="3"):
        yield EspoCrm(installation)


@pytest.fixture(scope="module")
def misbehaving_simulator(artifacts: Path) -> Iterator[RunningCommand]:
    """A simulator of the module's own."""
    port = free_port()
    log = artifacts / f"simulator-enrolment-{next(_number)}.log"
    with running(["simulator", "--port", str(port)], port, log) as command:
        yield command


@pytest.fixture
def chaos(misbehaving_simulator: RunningCommand) -> Iterator[Chaos]:
    """That simulator's misbehaviour, ended with the test."""
    chaos = Chaos(misbehaving_simulator)
    yield chaos
    chaos.end()


@pytest.fixture(scope="module")
def mortal(artifacts: Path, misbehaving_simulator: RunningCommand) -> EspoCrm:
    """An EspoCRM beside the misbehaving simulator; its bridge does not run."""
    folder = artifacts / f"installation-enrolment-{next(_number)}"
    return EspoCrm(Installation.create(folder, misbehaving_simulator))


@pytest.fixture
def record_id() -> str:
    """The id of a record that no other test has."""
    return f"record{next(_number)}"


@pytest.fixture
def profile_id() -> str:
    """The id of a profile that no other test has."""
    return f"profile{next(_number)}"
