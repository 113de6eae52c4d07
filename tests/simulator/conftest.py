"""A simulator per test file, and a company per test."""

from __future__ import annotations

import pytest

from tests.simulator.ksef import Ksef
from tests.simulator.login_certificates import new_nip


@pytest.fixture(scope="module")
def ksef() -> Ksef:
    return Ksef()


@pytest.fixture
def nip() -> str:
    return new_nip()
