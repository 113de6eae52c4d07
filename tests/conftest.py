"""What all tests share: the folder of artifacts, the running simulator, the shared documents."""

from __future__ import annotations

import itertools
import logging
import multiprocessing.util
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.engine import make_url

from bridge.state.database import StateDatabase, connect
from tests.left_behind import LeftBehind, artifacts_of, register_of
from tests.mariadb import MariaDb, private_mariadb
from tests.order import place_in_run
from tests.processes import RunningCommand, free_port, running
from tests.secret_register import keep_register
from tests.state.databases import Time

SHARED = Path(os.environ.get("KSEF_SHARED", Path(__file__).parents[2] / "shared"))
_number = itertools.count(1)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--left-behind",
        action="append",
        default=[],
        type=Path,
        metavar="FOLDER",
        help="also search what another run has left here (its --basetemp) for secrets",
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first, so that of several processes none works alone at the end.

    The search for secrets comes last, when everything that could leak one has run.
    """
    items.sort(key=place_in_run)


@pytest.fixture(scope="session", autouse=True)
def artifacts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where this process keeps every log and database; searched for secrets by the last test."""
    # The fork server's UNIX socket is made there, where its path is short; a test that is the first
    # to start a command may have a TMPDIR of its own.
    multiprocessing.util.get_temp_dir()
    register = register_of(tmp_path_factory.getbasetemp())
    keep_register(register)
    folder = artifacts_of(register)
    folder.mkdir()
    handler = logging.FileHandler(folder / "in-process.log")
    handler.setLevel(logging.DEBUG)
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield folder
    root.removeHandler(handler)
    handler.close()


@pytest.fixture(scope="session")
def left_behind(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> LeftBehind:
    """What is searched for secrets: what this process has left, and the runs that are named."""
    given: list[Path] = request.config.getoption("--left-behind")
    return LeftBehind((tmp_path_factory.getbasetemp(), *given))


@pytest.fixture(scope="session")
def simulator(artifacts: Path) -> Iterator[RunningCommand]:
    """One KSeF simulator for the process; tests keep apart by using NIPs of their own."""
    port = free_port()
    log = artifacts / f"simulator-{next(_number)}.log"
    with running(["simulator", "--port", str(port)], port, log) as command:
        yield command


@pytest.fixture(scope="session")
def mariadb(artifacts: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MariaDb]:
    """One MariaDB server for the process; each test makes databases of its own."""
    # A UNIX socket's path may not be longer than 107 characters.
    with private_mariadb(tmp_path_factory.mktemp("m") / "db") as server:
        yield server
        dump = subprocess.run(
            [
                *("mariadb-dump", "--no-defaults", f"--socket={server.socket}", "--user=root"),
                *("--all-databases", "--ignore-database=mysql", "--ignore-database=sys"),
            ],
            check=True,
            capture_output=True,
        )
        (artifacts / "mariadb.sql").write_bytes(dump.stdout)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of shared documents; tests that read it are skipped where it is absent."""
    if not SHARED.is_dir():
        pytest.skip(f"the shared documents are not at {SHARED} (set KSEF_SHARED)")
    return SHARED


@pytest.fixture
def state_clock() -> Time:
    """The time of `state`."""
    return Time()


@pytest.fixture(params=["sqlite", "mariadb"])
def state_engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """Connections to a state database without tables."""
    url = f"sqlite:///{tmp_path}/folder/state.sqlite3"
    if request.param == "mariadb":
        url = request.getfixturevalue("mariadb").new_database()
    engine = connect(make_url(url))
    yield engine
    engine.dispose()


@pytest.fixture
def state(state_engine: Engine, state_clock: Time) -> StateDatabase:
    """A state database with its tables, whose time passes when a test says so."""
    database = StateDatabase(state_engine, state_clock.clock)
    database.create_tables()
    return database
