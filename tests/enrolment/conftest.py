"""A bridge with its EspoCRM for each file of tests."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.enrolment.espocrm import EspoCrm
from tests.installation import Installation
from tests.processes import RunningCommand

_number = itertools.count(1)


@pytest.fixture(scope="module")
def installation(artifacts: Path, simulator: RunningCommand) -> Installation:
    """A bridge that does not run."""
    return Installation.create(artifacts / f"installation-enrolment-{next(_number)}", simulator)


@pytest.fixture(scope="module")
def espocrm(installation: Installation) -> Iterator[EspoCrm]:
    """An EspoCRM whose bridge runs."""
    with installation.running():
        yield EspoCrm(installation)


@pytest.fixture
def record_id() -> str:
    """The id of a record that no other test has."""
    return f"record{next(_number)}"
