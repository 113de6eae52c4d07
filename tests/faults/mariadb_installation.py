"""Installations whose databases are on MariaDB, and a server that hangs."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

from tests.espocrm.mariadb_tables import create_espocrm_tables
from tests.installation import Installation
from tests.mariadb import MariaDb


def on_mariadb(installation: Installation, mariadb: MariaDb) -> Installation:
    """The installation with both databases on MariaDB, EspoCRM's with its tables."""
    espocrm = mariadb.new_database()
    installation.environment["KSEF_BRIDGE_ESPOCRM_DATABASE_URL"] = espocrm
    installation.environment["KSEF_BRIDGE_STATE_DATABASE_URL"] = mariadb.new_database()
    create_espocrm_tables(espocrm)
    return installation


@contextmanager
def hanging(mariadb: MariaDb) -> Iterator[None]:
    """The server takes connections and answers nothing in this block."""
    assert mariadb.process is not None
    os.kill(mariadb.process.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(mariadb.process.pid, signal.SIGCONT)
