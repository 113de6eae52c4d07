"""A machine that is a folder: EspoCRM in it, programs that record what they are told."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url

from bridge.espocrm.tables import metadata
from bridge.extension import CarriedPackage
from bridge.initialization.espocrm import read_espocrm
from bridge.initialization.layout import Layout
from bridge.initialization.machine import Machine
from bridge.initialization.plan import installation, removal
from bridge.initialization.steps import Circumstances, DatabaseAdministrator, Step
from tests.mariadb import MariaDb

PLAYED = Path(__file__).with_name("played")
SITE = "https://crm.example"


@dataclass
class PlayedMachine:
    """`root` holds all of its files, `database_url` is that of EspoCRM's own account."""

    root: Path
    database_url: str
    program: Path = PLAYED / "ksef-bridge"
    administrator: DatabaseAdministrator | None = None
    has_systemd: bool = True
    version: str = "1.2.3"
    site_url: str = f"{SITE}/"

    @property
    def espocrm(self) -> Path:
        return self.root / "var/www/espocrm"

    def prepare(self) -> None:
        data = self.espocrm / "data"
        data.mkdir(parents=True)
        shutil.copy(PLAYED / "command.php", self.espocrm)
        self.configure()
        (self.root / "passwd").touch()
        if self.has_systemd:
            (self.root / "run/systemd/system").mkdir(parents=True)
        engine = create_engine(self.database_url)
        metadata.create_all(engine)
        engine.dispose()

    def configure(self, **changes: str) -> None:
        """Write EspoCRM's settings as its installer does: the password apart."""
        url = make_url(self.database_url)
        shown = {"host": url.host, "port": url.port, "dbname": url.database, "user": url.username}
        shown = {"platform": "Mysql", **shown, **changes}
        lines = "".join(f"'{name}' => '{value}'," for name, value in shown.items())
        version = changes.get("version", "10.0.0")
        (self.espocrm / "data/config.php").write_text(
            f"<?php return ['version' => '{version}', 'siteUrl' => '{self.site_url}',"
            f" 'database' => [{lines}]];"
        )
        (self.espocrm / "data/config-internal.php").write_text(
            f"<?php return ['isInstalled' => true, 'database' => ['password' => '{url.password}']];"
        )

    def circumstances(self, machine: Machine | None = None) -> Circumstances:
        """What a run of init finds."""
        machine = machine or Machine(self.root)
        package = self.root / f"ksef-{self.version}.zip"
        package.write_text(self.version)
        return Circumstances(
            machine,
            read_espocrm(machine, self.espocrm, None),
            Layout(machine, str(self.program), "www-data"),
            CarriedPackage(package),
            self.administrator,
        )

    def init(self, machine: Machine | None = None) -> list[str]:
        """Run it; what was left to do."""
        return _done(installation(self.circumstances(machine)))

    def remove(self) -> list[str]:
        return _done(removal(self.circumstances()))

    def left(self) -> list[str]:
        """What another run would do."""
        return [
            step.sentence().code
            for step in installation(self.circumstances())
            if not step.is_done()
        ]

    def told(self, log: str) -> list[str]:
        """What a played program was told."""
        path = self.root / log
        return path.read_text().splitlines() if path.exists() else []

    def commands(self) -> list[str]:
        """What EspoCRM's command line was told."""
        return self.told("var/www/espocrm/data/commands.log")

    def text(self, path: str) -> str:
        return (self.root / path.lstrip("/")).read_text()

    def stop(self) -> None:
        with suppress(FileNotFoundError, ProcessLookupError):
            os.kill(int((self.root / "service").read_text().split()[0]), signal.SIGTERM)


def accounts(mariadb: MariaDb) -> list[str]:
    """The accounts that were made, as they stand in SQL."""
    return mariadb.query(
        "SELECT CONCAT(QUOTE(user), '@', QUOTE(host)) FROM mysql.user"
        " WHERE user LIKE 'ksef_bridge%'"
    )


def drop_accounts(mariadb: MariaDb) -> None:
    for account in accounts(mariadb):
        mariadb.execute(f"DROP USER {account}")


def _done(steps: Sequence[Step]) -> list[str]:
    done: list[str] = []
    for step in steps:
        if not step.is_done():
            step.do()
            done.append(step.sentence().code)
    return done


@contextmanager
def with_played_programs(machine: PlayedMachine, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The machine's programs come before those of this one; its service ends with the block."""
    # Their Python is that of the tests: another may come by a program that looks for it first.
    for folder in (Path(sys.executable).parent, PLAYED):
        monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)
    monkeypatch.setenv("PLAYED_MACHINE", str(machine.root))
    try:
        yield
    finally:
        machine.stop()
