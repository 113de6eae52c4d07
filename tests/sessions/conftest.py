"""One company with its profile, whose logins a test may cut off."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert
from sqlalchemy.engine import make_url

from bridge import database
from bridge.espocrm.tables import ksef_profile
from bridge.espocrm.tables import metadata as espocrm_metadata
from bridge.keys.master_keys import KeyRing, new_master_key
from bridge.state.database import StateDatabase, connect
from bridge.vault import Vault
from tests.installation import new_nip
from tests.processes import RunningCommand
from tests.sessions.company import Company, CutTransport

_number = itertools.count(1)


@pytest.fixture
def company(artifacts: Path, simulator: RunningCommand) -> Iterator[Company]:
    folder = artifacts / f"resumption-{next(_number)}"
    folder.mkdir()
    espocrm = database.connect(make_url(f"sqlite:///{folder}/espocrm.sqlite3"))
    espocrm_metadata.create_all(espocrm)
    state = connect(make_url(f"sqlite:///{folder}/state.sqlite3"))
    StateDatabase(state).create_tables()
    vault = Vault(KeyRing([new_master_key(datetime.now(UTC))]))
    transport = CutTransport(f"http://127.0.0.1:{simulator.port}/v2")
    company = Company(new_nip(), vault, espocrm, state, transport, simulator, folder)
    with espocrm.connect() as connection:
        connection.execute(
            insert(ksef_profile).values(
                id="p1",
                deleted=False,
                status="Active",
                nip=company.nip,
                internal_id="",
                environment="Test",
                authorization_type="Token",
                token_sealed=company.seal_new_token(),
            )
        )
    yield company
    transport.close()
    espocrm.dispose()
    state.dispose()
