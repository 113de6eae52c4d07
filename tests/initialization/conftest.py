"""Machines to set up a bridge on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy.engine import make_url

from tests.initialization.machines import PlayedMachine, drop_accounts, with_played_programs
from tests.mariadb import MariaDb


@pytest.fixture
def database_url(mariadb: MariaDb) -> Iterator[str]:
    """EspoCRM's own account, which may make no others."""
    yield mariadb.new_database()
    drop_accounts(mariadb)


@pytest.fixture
def machine(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[PlayedMachine]:
    """A machine with systemd and an EspoCRM 10.0."""
    # The path of a socket takes 107 characters at most, pytest's folder many of them.
    with TemporaryDirectory(prefix="machine-", ignore_cleanup_errors=True) as folder:
        made = PlayedMachine(Path(folder), database_url)
        made.prepare()
        with with_played_programs(made, monkeypatch):
            yield made


@pytest.fixture
def may_grant(mariadb: MariaDb, machine: PlayedMachine) -> PlayedMachine:
    """The machine whose EspoCRM has a database account that may make others."""
    user = make_url(machine.database_url).username
    mariadb.execute(
        f"GRANT CREATE USER ON *.* TO {user}@'127.0.0.1';"
        f"GRANT ALL ON {user}.* TO {user}@'127.0.0.1' WITH GRANT OPTION;"
    )
    return machine
