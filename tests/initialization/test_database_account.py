"""Each way to a database account: EspoCRM's own, root's, an administrator's, somebody else's."""

from __future__ import annotations

import secrets
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from bridge.credentials.secret import Secret
from bridge.initialization.codes import InitCode
from bridge.initialization.database_account import stored_url
from bridge.initialization.errors import CannotContinue
from bridge.initialization.steps import DatabaseAdministrator
from tests.initialization.machines import PlayedMachine, accounts
from tests.mariadb import MariaDb
from tests.secret_register import register_secret

SQL = "etc/ksef-bridge/database-account.sql"


@pytest.fixture
def boss(mariadb: MariaDb) -> Iterator[DatabaseAdministrator]:
    """An administrator of the server."""
    password = register_secret(secrets.token_urlsafe(16))
    mariadb.execute(
        f"CREATE USER boss@'127.0.0.1' IDENTIFIED BY '{password}';"
        "GRANT ALL ON *.* TO boss@'127.0.0.1' WITH GRANT OPTION;"
    )
    yield DatabaseAdministrator("boss", Secret(password))
    mariadb.execute("DROP USER boss@'127.0.0.1'")


def is_ready(machine: PlayedMachine) -> bool:
    return InitCode.DATABASE_ACCOUNT not in machine.left()


def test_by_espocrms_own_account(may_grant: PlayedMachine) -> None:
    may_grant.init()
    assert is_ready(may_grant)


def test_by_root_through_the_servers_socket(machine: PlayedMachine, mariadb: MariaDb) -> None:
    at = machine.root / "run/mysqld/mysqld.sock"
    at.parent.mkdir()
    at.symlink_to(mariadb.socket)
    machine.init()
    assert is_ready(machine)


def test_by_an_administrator(machine: PlayedMachine, boss: DatabaseAdministrator) -> None:
    machine.administrator = boss
    machine.init()
    assert is_ready(machine)
    assert boss.password.reveal_text() not in machine.text("etc/ksef-bridge/bridge.env")


def test_by_somebody_elses_hand(machine: PlayedMachine, mariadb: MariaDb) -> None:
    with pytest.raises(CannotContinue) as caught:
        machine.init()
    assert caught.value.code is InitCode.DATABASE_SQL
    assert caught.value.params == {"file": str(machine.root / SQL)}
    assert stat.S_IMODE((machine.root / SQL).stat().st_mode) == 0o600
    # Asked again before anybody has helped: the statements stay those that are there.
    statements = machine.text(SQL)
    with pytest.raises(CannotContinue):
        machine.init()
    assert machine.text(SQL) == statements
    mariadb.execute(statements)
    machine.init()
    assert machine.left() == []
    assert not (machine.root / SQL).exists()


def test_an_account_that_lost_a_right_gets_it_again(
    may_grant: PlayedMachine, mariadb: MariaDb
) -> None:
    may_grant.init()
    url = stored_url(may_grant.circumstances())
    assert url is not None
    (account,) = accounts(mariadb)
    mariadb.execute(f"REVOKE SELECT ON {url.database}.ksef_profile FROM {account}")  # noqa: S608
    assert may_grant.init() == [InitCode.DATABASE_ACCOUNT]
    assert stored_url(may_grant.circumstances()) == url


def test_a_url_that_an_administrator_has_written_otherwise_is_found(
    may_grant: PlayedMachine, mariadb: MariaDb
) -> None:
    may_grant.init()
    made = accounts(mariadb)
    settings = may_grant.root / "etc/ksef-bridge/bridge.env"
    first, others = settings.read_text().split("\n", 1)
    for quote in ('"', ""):
        settings.write_text(f"{first.replace(chr(39), quote)}\n{others}")
        assert is_ready(may_grant)
    settings.write_text(f"{first.replace('_URL=', '_URL_FILE=')}\n{others}")
    assert not is_ready(may_grant)
    may_grant.init()
    assert settings.read_text().startswith(f"{first.replace('_URL=', '_URL_FILE=')}\n{others}")
    assert len(accounts(mariadb)) == len(made) + 1
    assert is_ready(may_grant)


def test_the_account_of_another_bridge_is_left_alone(
    may_grant: PlayedMachine, mariadb: MariaDb
) -> None:
    may_grant.init()
    (first,) = accounts(mariadb)
    (may_grant.root / "etc/ksef-bridge/bridge.env").unlink()
    may_grant.init()
    assert len(accounts(mariadb)) == 2
    assert first in accounts(mariadb)


def test_a_database_that_is_away_is_told(machine: PlayedMachine) -> None:
    machine.configure(port="1")
    with pytest.raises(CannotContinue) as caught:
        machine.init()
    assert caught.value.code is InitCode.DATABASE_NOT_REACHED


def test_removing_asks_for_a_hand_where_nobody_may(
    machine: PlayedMachine, mariadb: MariaDb, boss: DatabaseAdministrator
) -> None:
    machine.administrator = boss
    machine.init()
    machine.administrator = None
    with pytest.raises(CannotContinue) as caught:
        machine.remove()
    assert caught.value.code is InitCode.DATABASE_SQL_TO_RUN
    assert "extension -u --name=KSeF" in machine.commands()
    mariadb.execute(caught.value.params["statement"])
    machine.remove()
    assert not Path(machine.root / "etc/ksef-bridge/bridge.env").exists()
