"""A simulator that may misbehave, apart from the one that all other tests share, and bridges."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.chaos import Chaos
from tests.installation import Installation
from tests.processes import RunningCommand, free_port, running

_TOLD = "told"
_number = itertools.count(1)


@pytest.fixture(scope="module")
def misbehaving_simulator(artifacts: Path) -> Iterator[RunningCommand]:
    """A simulator of the module's own."""
    port = free_port()
    log = artifacts / f"simulator-faults-{next(_number)}.log"
    with running(["simulator", "--port", str(port)], port, log) as command:
        yield command


@pytest.fixture
def chaos(misbehaving_simulator: RunningCommand) -> Iterator[Chaos]:
    """The simulator's misbehaviour, ended with the test."""
    chaos = Chaos(misbehaving_simulator)
    yield chaos
    chaos.end()


@pytest.fixture(scope="module")
def new_installation(
    artifacts: Path, misbehaving_simulator: RunningCommand
) -> Callable[[], Installation]:
    """Makes bridges, not running, with databases of their own."""

    def make() -> Installation:
        folder = artifacts / f"installation-faults-{next(_number)}"
        installation = Installation.create(folder, misbehaving_simulator)
        runtime = folder / "runtime"
        installation.environment["KSEF_BRIDGE_RUNTIME_FOLDER"] = str(runtime)
        return installation

    return make


@pytest.fixture
def installation(new_installation: Callable[[], Installation]) -> Installation:
    """A bridge of the test's own, not running."""
    return new_installation()


@pytest.fixture
def say(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Tells a measurement, which the end of the run shows also when all is well."""
    return lambda text: record_property(_TOLD, text)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What was measured: a figure may have become worse and still be good enough to pass."""
    reports = [
        report
        for outcome in ("passed", "failed")
        for report in terminalreporter.getreports(outcome)
        if report.when == "call"
    ]
    told = {
        report.nodeid: [text for name, text in report.user_properties if name == _TOLD]
        for report in reports
    }
    if any(told.values()):
        terminalreporter.section("measured")
    for name, lines in told.items():
        for line in lines:
            terminalreporter.line(f"{name.partition('::')[2]}: {line}")
