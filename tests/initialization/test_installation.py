"""From a running EspoCRM to a bridge that serves it, and back."""

from __future__ import annotations

import signal
import stat
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from bridge.initialization import layout
from bridge.initialization.codes import InitCode
from bridge.initialization.database_account import stored_url
from bridge.initialization.errors import CannotContinue
from bridge.initialization.machine import Account, Finished, Machine
from bridge.keys.api_keys import read_api_keys
from tests.initialization.machines import SITE, PlayedMachine, accounts, drop_accounts
from tests.mariadb import MariaDb

ALL = [
    InitCode.ACCOUNT,
    InitCode.FOLDERS,
    InitCode.EXTENSION,
    InitCode.DATABASE_ACCOUNT,
    InitCode.KEYS,
    InitCode.COMMAND,
    InitCode.HOME,
    InitCode.SERVICE_UNIT,
    InitCode.START,
    InitCode.CONNECT,
]


def test_every_step_is_taken_once(may_grant: PlayedMachine) -> None:
    assert may_grant.left() == ALL
    assert may_grant.init() == ALL
    assert may_grant.left() == []
    assert may_grant.init() == []
    assert may_grant.told("systemctl.log").count("restart ksef-bridge") == 1
    entered = [each for each in may_grant.commands() if "connect" in each]
    assert entered == [
        f"ksef-connect-bridge --url=unix:{may_grant.root}/run/ksef-bridge/bridge.sock"
    ]


def test_keys_settings_and_state_are_closed_to_others(may_grant: PlayedMachine) -> None:
    may_grant.init()
    for path, mode in {
        "etc/ksef-bridge": 0o700,
        "var/lib/ksef-bridge": 0o700,
        "etc/ksef-bridge/bridge.env": 0o600,
        "etc/ksef-bridge/master-keys.json": 0o600,
        "etc/ksef-bridge/api-keys.json": 0o600,
        "usr/local/sbin/ksef-bridge": 0o755,
        "etc/systemd/system/ksef-bridge.service": 0o644,
    }.items():
        assert stat.S_IMODE((may_grant.root / path).stat().st_mode) == mode, path


def test_the_account_reads_two_tables_and_nothing_else(
    may_grant: PlayedMachine, mariadb: MariaDb
) -> None:
    may_grant.init()
    (account,) = accounts(mariadb)
    grants = mariadb.query(f"SHOW GRANTS FOR {account}")
    told = sorted(each.split(" TO ")[0] for each in grants)
    url = stored_url(may_grant.circumstances())
    assert url is not None
    assert told == [
        f"GRANT SELECT ON `{url.database}`.`ksef_certificate`",
        f"GRANT SELECT ON `{url.database}`.`ksef_profile`",
        "GRANT USAGE ON *.*",
    ]


def test_nothing_is_changed_by_asking(may_grant: PlayedMachine, mariadb: MariaDb) -> None:
    before = tree(may_grant.root), mariadb.query("SELECT user, host FROM mysql.user")
    assert may_grant.left() == ALL
    assert (tree(may_grant.root), mariadb.query("SELECT user, host FROM mysql.user")) == before


def test_interrupted_runs_are_finished_by_the_next(may_grant: PlayedMachine) -> None:
    """Killed before its first operation, the next run before its second, and so on."""
    runs = 0
    while True:
        runs += 1
        try:
            may_grant.init(Interrupted(may_grant.root, Countdown(runs)))
        except Killed:
            continue
        break
    assert runs > 5
    assert may_grant.left() == []
    assert len(read_api_keys(may_grant.root / "etc/ksef-bridge/api-keys.json")) == 1


def test_a_new_version_brings_extension_unit_and_service_up_to_date(
    may_grant: PlayedMachine, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_grant.init()
    master_keys = may_grant.text("etc/ksef-bridge/master-keys.json")
    may_grant.version = "1.3.0"
    monkeypatch.setattr(layout, "__version__", "1.3.0")
    assert may_grant.init() == [
        InitCode.EXTENSION,
        InitCode.COMMAND,
        InitCode.SERVICE_UNIT,
        InitCode.START,
    ]
    assert may_grant.text("var/www/espocrm/data/extension") == "1.3.0"
    assert may_grant.text("etc/ksef-bridge/master-keys.json") == master_keys


def test_an_upgrade_that_espocrm_refuses_leaves_the_old_one_running(
    may_grant: PlayedMachine, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_grant.init()
    service = may_grant.text("service")
    (may_grant.espocrm / "data/broken").touch()
    may_grant.version = "1.3.0"
    monkeypatch.setattr(layout, "__version__", "1.3.0")
    assert stopped(may_grant).code is InitCode.EXTENSION_NOT_INSTALLED
    assert may_grant.text("service") == service
    assert "1.3.0" not in may_grant.text("etc/systemd/system/ksef-bridge.service")


def test_what_an_administrator_added_to_the_settings_stays(
    may_grant: PlayedMachine, mariadb: MariaDb
) -> None:
    may_grant.init()
    settings = may_grant.root / "etc/ksef-bridge/bridge.env"
    settings.write_text(settings.read_text() + "KSEF_BRIDGE_WORKERS='4'\n")
    drop_accounts(mariadb)
    assert InitCode.DATABASE_ACCOUNT in may_grant.init()
    assert "KSEF_BRIDGE_WORKERS='4'" in settings.read_text()


def test_settings_that_are_a_link_to_another_file_are_not_followed(
    may_grant: PlayedMachine, tmp_path: Path
) -> None:
    """The service's account could else have root read a file for it."""
    may_grant.init()
    secret = tmp_path / "of-root"
    secret.write_text("root:x:")
    settings = may_grant.root / "etc/ksef-bridge/bridge.env"
    settings.unlink()
    settings.symlink_to(secret)
    may_grant.init()
    assert not settings.is_symlink()
    assert "root:x:" not in settings.read_text()


def test_the_machine_of_another_espocrm_is_left_alone(may_grant: PlayedMachine) -> None:
    may_grant.init()
    settings = may_grant.root / "etc/ksef-bridge/bridge.env"
    name = str(stored_url(may_grant.circumstances()).database)  # type: ignore[union-attr]
    settings.write_text(settings.read_text().replace(f"/{name}'", "/crm_of_others'"))
    assert stopped(may_grant).code is InitCode.SETTINGS_OF_ANOTHER


def test_the_bridge_of_another_site_is_left_alone(may_grant: PlayedMachine) -> None:
    may_grant.init()
    (may_grant.root / "var/lib/ksef-bridge/state.sqlite3").write_text("https://other.example")
    found = stopped(may_grant)
    assert (found.code, found.params) == (InitCode.HOME_OF_ANOTHER, {"site": SITE})


def test_an_address_may_be_written_in_many_ways(may_grant: PlayedMachine) -> None:
    may_grant.init()
    may_grant.site_url = "HTTPS://CRM.Example:443"
    may_grant.configure()
    assert may_grant.left() == []


def test_an_espocrm_that_does_not_know_its_address_is_told_so(may_grant: PlayedMachine) -> None:
    may_grant.site_url = ""
    may_grant.configure()
    assert stopped(may_grant).code is InitCode.SITE_URL_UNUSABLE


def test_a_bridge_that_does_not_start_is_told(may_grant: PlayedMachine) -> None:
    may_grant.program = Path("/bin/false")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bridge.initialization.service._READY_WITHIN", 0.3)
        found = stopped(may_grant)
    # The home is set by the program, which comes first.
    assert found.code in {InitCode.SERVICE_NOT_READY, InitCode.COMMAND_FAILED}


def test_without_systemd_all_but_the_service_is_done(
    may_grant: PlayedMachine,
) -> None:
    (may_grant.root / "run/systemd/system").rmdir()
    done = may_grant.init()
    of_systemd = {InitCode.SERVICE_UNIT, InitCode.START, InitCode.CONNECT}
    assert done == [*(each for each in ALL if each not in of_systemd), InitCode.CONNECTION_ENTERED]
    assert not may_grant.told("systemctl.log")
    assert "ksefBridgeApiKey" in may_grant.text("var/www/espocrm/data/config-internal-override.php")


def test_removal_leaves_keys_and_state(may_grant: PlayedMachine, mariadb: MariaDb) -> None:
    may_grant.init()
    assert may_grant.remove() == [
        InitCode.REMOVE_CONNECTION,
        InitCode.REMOVE_SERVICE,
        InitCode.REMOVE_COMMAND,
        InitCode.REMOVE_EXTENSION,
        InitCode.REMOVE_DATABASE_ACCOUNT,
    ]
    assert may_grant.remove() == []
    left = {path for path, _ in tree(may_grant.root) if path.startswith(("etc", "var/lib", "usr"))}
    assert {path for path in left if "." in path} == {
        "etc/ksef-bridge/master-keys.json",
        "etc/ksef-bridge/api-keys.json",
        "var/lib/ksef-bridge/state.sqlite3",
    }
    assert accounts(mariadb) == []
    assert may_grant.told("systemctl.log")[-2:] == ["disable --now ksef-bridge", "daemon-reload"]
    # Nothing is lost: it may be set up again.
    keys = may_grant.text("etc/ksef-bridge/master-keys.json")
    may_grant.init()
    assert may_grant.text("etc/ksef-bridge/master-keys.json") == keys


@pytest.mark.parametrize(
    ("typed", "run", "changes"),
    [
        ("keys rotate", ["keys new-master", "keys renew"], True),
        ("keys remove-api 1f", ["keys remove-api 1f"], True),
        ("keys import a", ["keys import a"], True),
        ("keys export a", ["keys export a"], False),
        ("keys list", ["keys list"], False),
        ("doctor --language pl", ["doctor --language pl"], False),
    ],
)
def test_the_command_hands_changed_keys_to_the_service(
    may_grant: PlayedMachine, typed: str, run: list[str], changes: bool
) -> None:
    """Between making a key and sealing under it: the service would lose its sessions else."""
    may_grant.init()
    before = may_grant.told("program.log")
    machine = may_grant.circumstances().machine
    machine.demand([str(may_grant.root / "usr/local/sbin/ksef-bridge"), *typed.split()])
    assert may_grant.told("program.log")[len(before) :] == run
    restarted = may_grant.told("systemctl.log")[-1] == "try-restart ksef-bridge"
    assert restarted is changes


@pytest.mark.parametrize(
    "typed",
    [
        "simulator",
        "simulator certificate",
        "extension --output .",
        "keys export a",
        "keys import a",
    ],
)
def test_commands_with_files_run_as_whoever_typed_them(
    may_grant: PlayedMachine, typed: str
) -> None:
    """The service's account may neither enter root's folder nor write there."""
    may_grant.init()
    before = may_grant.told("accounts.log")
    machine = may_grant.circumstances().machine
    machine.demand([str(may_grant.root / "usr/local/sbin/ksef-bridge"), *typed.split()])
    assert may_grant.told("program.log")[-1] == typed
    assert may_grant.told("accounts.log") == before


def test_commands_of_the_service_run_where_its_account_may_be(
    may_grant: PlayedMachine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The server cannot start in a folder that its account may not enter, as root's."""
    may_grant.init()
    monkeypatch.chdir(tmp_path)
    machine = may_grant.circumstances().machine
    machine.demand([str(may_grant.root / "usr/local/sbin/ksef-bridge"), "doctor"])
    assert may_grant.told("accounts.log")[-1] == "ksef-bridge /"


def test_the_server_that_is_started_by_hand_has_what_the_unit_gives_it(
    may_grant: PlayedMachine,
) -> None:
    """The folder of its socket, the web server's group; and a signal reaches it."""
    (may_grant.root / "run/systemd/system").rmdir()
    may_grant.init()
    socket = may_grant.root / "run/ksef-bridge/bridge.sock"
    with subprocess.Popen([may_grant.root / "usr/local/sbin/ksef-bridge", "serve"]) as server:
        end = time.monotonic() + 5
        while not socket.exists() and time.monotonic() < end:
            time.sleep(0.02)
        server.terminate()
        assert server.wait(5) == -signal.SIGTERM
    assert may_grant.told("accounts.log")[-2:] == [
        "folder --owner=ksef-bridge --group=www-data --mode=0750",
        "--reuid=ksef-bridge --regid=www-data --init-groups /",
    ]


def test_records_survive_removal(may_grant: PlayedMachine) -> None:
    may_grant.init()
    engine = create_engine(may_grant.database_url)
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO ksef_profile (id, name) VALUES ('1', 'Sklep')"))
    may_grant.remove()
    with engine.begin() as connection:
        assert connection.execute(text("SELECT name FROM ksef_profile")).scalar_one() == "Sklep"
    engine.dispose()


class Killed(BaseException):
    """The process is gone."""


@dataclass
class Countdown:
    left: int

    def count(self) -> None:
        self.left -= 1
        if self.left == 0:
            raise Killed


@dataclass(frozen=True)
class Interrupted(Machine):
    """Killed before the operation that the countdown ends with; questions do not count."""

    countdown: Countdown = field(default_factory=lambda: Countdown(0))

    def run(self, command, *, account: Account | None = None, text: str = "") -> Finished:  # type: ignore[no-untyped-def]
        if not {"getent", "show", "--list", "ksef-check-bridge", "--"} & set(command):
            self.countdown.count()
        return super().run(command, account=account, text=text)

    def write(self, path: str, content: str, owner: Account, mode: int) -> None:
        self.countdown.count()
        super().write(path, content, owner, mode)

    def make_folder(self, path: str, owner: Account, mode: int) -> None:
        self.countdown.count()
        super().make_folder(path, owner, mode)

    def remove(self, path: str) -> None:
        self.countdown.count()
        super().remove(path)


def stopped(machine: PlayedMachine) -> CannotContinue:
    with pytest.raises(CannotContinue) as caught:
        machine.init()
    return caught.value


def tree(root: Path) -> list[tuple[str, bytes]]:
    """Every file with what is in it; what init asked EspoCRM is no change."""
    return sorted(
        (str(path.relative_to(root)), path.read_bytes() if path.is_file() else b"")
        for path in root.rglob("*")
        if path.suffix not in {".log", ".zip"} and not path.is_socket()
    )
