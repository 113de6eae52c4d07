"""A bridge with its EspoCRM for each file of tests, and profiles that have nothing."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.enrolment.espocrm import EspoCrm
from tests.installation import Installation
from tests.processes import RunningCommand
from tests.signing_requests.dialog import Dialog
from tests.simulator.login_certificates import Credential, seal

_number = itertools.count(1)


@pytest.fixture(scope="module")
def espocrm(artifacts: Path, simulator: RunningCommand) -> Iterator[EspoCrm]:
    """An EspoCRM whose bridge runs, with two workers."""
    folder = artifacts / f"installation-signing-{next(_number)}"
    installation = Installation.create(folder, simulator)
    with installation.running(KSEF_BRIDGE_WORKERS="2"):
        yield EspoCrm(installation)


@pytest.fixture
def profile_id() -> str:
    """The id of a profile that no other test has."""
    return f"signed{next(_number)}"


@pytest.fixture
def dialog(espocrm: EspoCrm, profile_id: str) -> Dialog:
    """The dialog of a profile that has nothing to log in with."""
    return Dialog.of_new_profile(espocrm, profile_id)


@pytest.fixture
def owner(dialog: Dialog) -> Credential:
    """The seal of the profile's company."""
    return seal(dialog.nip)
