"""What an administrator sees of `ksef-bridge init`."""

from __future__ import annotations

import click
import pytest
from click.testing import CliRunner, Result
from sqlalchemy.engine import make_url

from bridge.cli import main
from bridge.commands import init as command
from bridge.initialization import layout
from bridge.initialization.database_account import stored_url
from bridge.initialization.machine import Machine
from tests.initialization.machines import SITE, PlayedMachine
from tests.initialization.test_installation import tree
from tests.mariadb import MariaDb


@pytest.fixture
def here(may_grant: PlayedMachine, monkeypatch: pytest.MonkeyPatch) -> PlayedMachine:
    """The command takes the played machine for this one, as root's."""
    given = may_grant.circumstances()
    monkeypatch.setattr(command, "Machine", lambda: Machine(may_grant.root))
    monkeypatch.setattr(command, "carried_package", lambda: given.package)
    monkeypatch.setattr(command, "reachable_program", lambda _: str(may_grant.program))
    return may_grant


def init(here: PlayedMachine, *arguments: str, typed: str = "") -> Result:
    options = ["init", "--espocrm", str(here.espocrm), "--language", "en", *arguments]
    return CliRunner().invoke(main, options, input=typed)


def test_it_shows_its_steps_asks_once_and_takes_them(here: PlayedMachine) -> None:
    told = init(here, typed="y\n")
    assert told.exit_code == 0, told.output
    assert told.output.count("Go on?") == 1
    assert "  1. System account ksef-bridge" in told.output
    assert "✓  10. EspoCRM reaches the bridge" in told.output
    assert f"{SITE}/#KsefProfile" in told.output
    assert "Back up /etc/ksef-bridge/master-keys.json" in told.output
    assert "ksef-bridge keys export FILE" in told.output
    again = init(here)
    assert "there is nothing to do" in again.output


def test_an_upgrade_is_one_run_the_service_included(
    here: PlayedMachine, monkeypatch: pytest.MonkeyPatch
) -> None:
    init(here, "--yes")
    service = here.text("service")
    monkeypatch.setattr(layout, "__version__", "1.3.0")
    told = init(here, "--yes")
    assert "Start ksef-bridge" in told.output
    assert here.text("service") != service
    assert "there is nothing to do" in init(here).output


def test_a_key_made_anew_reaches_the_service_in_the_same_run(here: PlayedMachine) -> None:
    """The service has the keys as they were when it started: it would refuse the new one."""
    init(here, "--yes")
    service = here.text("service")
    (here.espocrm / "data/config-internal-override.php").unlink()
    assert init(here, "--yes").exit_code == 0
    assert here.text("service") != service


def test_no_secret_is_shown(here: PlayedMachine) -> None:
    told = init(here, "--yes").output
    url = stored_url(here.circumstances())
    assert url is not None
    kept = here.text("var/www/espocrm/data/config-internal-override.php")
    api_key = kept.split("'ksefBridgeApiKey' => '")[1].split("'")[0]
    for secret in (str(url.password), api_key):
        assert secret
        assert secret not in told + "\n".join(here.commands())


@pytest.mark.parametrize("answer", ["t", "Tak", "y"])
def test_a_pole_agrees_in_polish(here: PlayedMachine, answer: str) -> None:
    told = init(here, "--language", "pl", typed=f"{answer}\n")
    assert "Kontynuować? [t/N]" in told.output
    assert "EspoCRM jest połączony z mostkiem" in told.output


def test_who_says_no_has_changed_nothing(here: PlayedMachine) -> None:
    before = tree(here.root)
    assert "Nothing was changed." in init(here, typed="n\n").output
    assert tree(here.root) == before


def test_a_dry_run_changes_nothing_and_asks_nothing(here: PlayedMachine) -> None:
    before = tree(here.root)
    told = init(here, "--dry-run")
    assert told.exit_code == 0
    assert " 10. EspoCRM reaches the bridge" in told.output
    assert tree(here.root) == before


def test_it_speaks_polish(here: PlayedMachine) -> None:
    told = init(here, "--yes", "--language", "pl").output
    assert "Konto systemowe ksef-bridge" in told
    assert "EspoCRM jest połączony z mostkiem" in told


def test_what_stops_it_is_told_with_what_to_do(here: PlayedMachine) -> None:
    (here.espocrm / "data/broken").touch()
    told = init(here, "--yes")
    assert told.exit_code == 1
    assert "✓   2. Folders" in told.output
    assert "Extension is not compatible." in told.output


def test_it_waits_for_somebody_who_makes_the_account(
    here: PlayedMachine, mariadb: MariaDb, monkeypatch: pytest.MonkeyPatch
) -> None:
    mariadb.execute(
        f"REVOKE CREATE USER ON *.* FROM {make_url(here.database_url).username}@'127.0.0.1'"
    )

    def somebody_helps(_: str) -> None:
        mariadb.execute(here.text("etc/ksef-bridge/database-account.sql"))

    monkeypatch.setattr(command, "_is_at_a_terminal", lambda: True)
    monkeypatch.setattr(click, "pause", somebody_helps)
    told = init(here, typed="y\n")
    assert told.exit_code == 0, told.output
    assert "Nobody here may make accounts" in told.output
    assert "there is nothing to do" in init(here).output


def test_it_waits_for_nobody_who_answers_by_a_pipe(here: PlayedMachine, mariadb: MariaDb) -> None:
    mariadb.execute(
        f"REVOKE CREATE USER ON *.* FROM {make_url(here.database_url).username}@'127.0.0.1'"
    )
    told = init(here, typed="y\n")
    assert told.exit_code == 1
    assert told.output.count("Nobody here may make accounts") == 1


def test_others_than_root_are_told_so(here: PlayedMachine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Machine, "is_administered", property(lambda _: False))
    before = tree(here.root)
    told = init(here, "--yes")
    assert told.exit_code == 1
    # Before EspoCRM's settings are read, which others may be unable to.
    assert told.output.startswith("Only root may do this")
    assert tree(here.root) == before


def test_removal_says_what_it_left(here: PlayedMachine) -> None:
    init(here, "--yes")
    told = init(here, "--remove", "--yes").output
    assert "1. EspoCRM forgets the bridge's URL and API key" in told
    assert "Left in place: the keys" in told
