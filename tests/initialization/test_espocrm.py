"""What is found in EspoCRM's folder, and what is refused."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy.engine import make_url

from bridge.initialization.codes import InitCode
from bridge.initialization.errors import CannotContinue
from bridge.initialization.espocrm import read_espocrm
from bridge.initialization.machine import Machine, reachable_program
from tests.initialization.machines import SITE, PlayedMachine


def refused(machine: PlayedMachine, php: str | None = None) -> InitCode:
    with pytest.raises(CannotContinue) as caught:
        read_espocrm(Machine(machine.root), machine.espocrm, php)
    return caught.value.code


def test_settings_are_put_together_as_espocrm_does(machine: PlayedMachine) -> None:
    (machine.espocrm / "data/config-override.php").write_text(
        "<?php return ['database' => ['user' => 'overridden']];"
    )
    found = read_espocrm(Machine(machine.root), machine.espocrm, None)
    url = make_url(machine.database_url)
    assert (found.version, found.site_url) == ("10.0.0", SITE)
    assert (found.database.host, found.database.port) == (url.host, url.port)
    assert (found.database.name, found.database.user) == (url.database, "overridden")
    assert found.database.password.reveal_text() == url.password
    assert str(url.password) not in repr(found)


def test_the_version_of_espocrm_10_is_in_its_state(machine: PlayedMachine) -> None:
    machine.configure(version="")
    (machine.espocrm / "data/state.php").write_text("<?php return ['version' => '10.0.1'];")
    assert read_espocrm(Machine(machine.root), machine.espocrm, None).version == "10.0.1"


@pytest.mark.parametrize("version", ["8.4.2", "11.0.0", ""])
def test_other_versions_are_refused(machine: PlayedMachine, version: str) -> None:
    machine.configure(version=version)
    assert refused(machine) is InitCode.ESPOCRM_UNSUPPORTED


def test_postgresql_is_refused(machine: PlayedMachine) -> None:
    machine.configure(platform="Postgresql")
    assert refused(machine) is InitCode.DATABASE_UNSUPPORTED


def test_an_installation_that_was_not_completed_is_refused(machine: PlayedMachine) -> None:
    (machine.espocrm / "data/config-internal.php").unlink()
    assert refused(machine) is InitCode.ESPOCRM_UNSUPPORTED


def test_a_folder_of_something_else_is_refused(machine: PlayedMachine) -> None:
    (machine.espocrm / "command.php").unlink()
    assert refused(machine) is InitCode.NO_ESPOCRM


def test_settings_that_php_cannot_read_are_refused_without_showing_them(
    machine: PlayedMachine,
) -> None:
    (machine.espocrm / "data/config.php").write_text("<?php return ['password' => 'Tajne!'")
    with pytest.raises(CannotContinue) as caught:
        read_espocrm(Machine(machine.root), machine.espocrm, None)
    assert caught.value.code is InitCode.ESPOCRM_UNREADABLE
    assert "Tajne" not in str(caught.value.params)


def test_php_that_is_missing_is_told(
    machine: PlayedMachine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(machine.root))
    assert refused(machine) is InitCode.PHP_MISSING
    assert refused(machine, php="/no/php") is InitCode.ESPOCRM_UNREADABLE


def test_php_that_is_too_old_is_told(machine: PlayedMachine, tmp_path: Path) -> None:
    old = tmp_path / "php-8.1"
    old.write_text(
        '#!/bin/sh\nphp "$@" | sed "s/\\"phpVersion\\":\\"[^\\"]*/\\"phpVersion\\":\\"8.1.30/"\n'
    )
    old.chmod(0o755)
    assert refused(machine, php=str(old)) is InitCode.PHP_TOO_OLD


def test_a_program_that_others_cannot_reach_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Both the program and the Python that runs it, wherever a link to it lies."""
    with TemporaryDirectory() as folder:
        closed, opened = Path(folder), Path("/usr/bin/env")
        python = closed / "python"
        python.touch()
        monkeypatch.setattr(sys, "executable", str(opened))
        assert reachable_program(opened) == str(opened)
        with pytest.raises(CannotContinue) as caught:
            reachable_program(python)
        assert caught.value.code is InitCode.PROGRAM_OUT_OF_REACH
        assert caught.value.params == {"program": str(python), "folder": folder}
        monkeypatch.setattr(sys, "executable", str(python))
        with pytest.raises(CannotContinue):
            reachable_program(opened)
