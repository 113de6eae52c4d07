"""A simulator per test file, in the test's process or of its own, and a company per test."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.processes import RunningCommand, free_port, running
from tests.simulator.ksef import Ksef
from tests.simulator.login_certificates import new_nip


@pytest.fixture(scope="module")
def ksef() -> Ksef:
    return Ksef()


@pytest.fixture
def nip() -> str:
    return new_nip()


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A temporary folder of this test's own, so that no other simulator of the user is seen."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr("tempfile.tempdir", None)
    monkeypatch.delenv("KSEF_BRIDGE_KSEF_URL_TEST", raising=False)
    return folder


@pytest.fixture
def started(artifacts: Path, temporary: Path) -> Iterator[RunningCommand]:
    """A simulator that this test may stop."""
    port = free_port()
    log = artifacts / f"simulator-of-command-{port}.log"
    with running(["simulator", "--port", str(port)], port, log) as process:
        deadline = time.monotonic() + 10
        while not log.read_text():  # it listens a moment before it has announced itself
            assert time.monotonic() < deadline, "it does not say that it listens"
            time.sleep(0.01)
        yield process
