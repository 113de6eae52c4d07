"""A bridge with its EspoCRM for each file of tests; a simulator that may misbehave."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from bridge.credentials.context import ContextIdentifier, ContextType
from bridge.enrolment.store import EnrolmentStore
from bridge.keys.master_keys import KeyRing, new_master_key
from bridge.ksef.certificate_calls import KsefCertificates
from bridge.ksef.client import KsefClient
from bridge.state.database import StateDatabase, connect
from bridge.vault import Vault
from tests.enrolment.case import Case
from tests.enrolment.espocrm import EspoCrm, Requested
from tests.enrolment.subject import Subject, logged_in
from tests.faults.chaos import Chaos
from tests.faults.killing import MortalBridge
from tests.installation import Installation, new_nip
from tests.processes import RunningCommand, free_port, running
from tests.sessions.company import CutTransport

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


@pytest.fixture
def subject(
    artifacts: Path, misbehaving_simulator: RunningCommand, chaos: Chaos
) -> Iterator[Subject]:
    """A company that is logged in to the misbehaving simulator."""
    folder = artifacts / f"enrolment-{next(_number)}"
    folder.mkdir()
    engine = connect(make_url(f"sqlite:///{folder}/state.sqlite3"))
    StateDatabase(engine).create_tables()
    # Here the tests' own pace is too quick; that of the bridge is tested elsewhere.
    misbehaving_simulator.call("PUT", "/_simulator/limits", json_body={"enabled": False})
    nip = new_nip()
    transport = CutTransport(f"http://127.0.0.1:{misbehaving_simulator.port}/v2")
    client = KsefClient(transport)
    context = ContextIdentifier(ContextType.NIP, nip)
    yield Subject(
        nip,
        KsefCertificates(client, logged_in(client, nip, context), context),
        transport,
        EnrolmentStore(StateDatabase(engine)),
        Vault(KeyRing([new_master_key(datetime.now(UTC))])),
        misbehaving_simulator,
    )
    transport.close()
    engine.dispose()


@pytest.fixture
def requested(espocrm: EspoCrm, tmp_path: Path, profile_id: str, record_id: str) -> Requested:
    """A profile and a record whose certificate was requested, and the answer."""
    espocrm.profile(tmp_path, profile_id)
    espocrm.add_record(record_id)
    answer = espocrm.request(profile_id, record_id)
    assert answer.status == 202, answer.json
    assert answer.headers["cache-control"] == "no-store"
    return profile_id, record_id, answer.json


@pytest.fixture(scope="module")
def bridge(mortal: EspoCrm) -> Iterator[MortalBridge]:
    """One bridge for the module: the one that follows a killed one is killed by the next test."""
    bridge = MortalBridge(mortal.installation)
    bridge.start()
    yield bridge
    bridge.end()


@pytest.fixture
def case(
    mortal: EspoCrm, bridge: MortalBridge, tmp_path: Path, profile_id: str, record_id: str
) -> Case:
    if bridge.installation.bridge is None or bridge.installation.bridge.process.poll() is not None:
        bridge.start()
    nip = mortal.profile(tmp_path, profile_id)
    mortal.add_record(record_id)
    # A login costs KSeF's calls of its own.
    assert mortal.installation.access_token(profile_id).status == 200
    return Case(mortal, profile_id, record_id, nip)
