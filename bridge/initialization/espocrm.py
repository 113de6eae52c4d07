"""The EspoCRM that a bridge is to serve, as its own PHP reads its settings."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bridge.credentials.secret import Secret
from bridge.initialization.codes import InitCode
from bridge.initialization.errors import CannotContinue
from bridge.initialization.machine import Account, Finished, Machine

_READER = Path(__file__).with_name("espocrm_settings.php")
_OLDEST, _NEWEST = (9, 0), (11, 0)
_OLDEST_PHP = (8, 2)


@dataclass(frozen=True, slots=True)
class EspoCrmDatabase:
    """How EspoCRM reaches its database; files are PEM, empty when there are none."""

    host: str
    port: int | None
    name: str
    user: str
    password: Secret = field(repr=False)
    ca_file: str
    certificate_file: str
    key_file: str
    verifies_server: bool


@dataclass(frozen=True, slots=True)
class EspoCrm:
    """A running EspoCRM; `owner` is the web server's account, which its `data` belongs to."""

    folder: Path
    php: str
    owner: Account
    version: str
    site_url: str
    bridge_url: str
    database: EspoCrmDatabase

    def command(self, machine: Machine, name: str, *arguments: str, text: str = "") -> Finished:
        """Run one of EspoCRM's console commands as its owner."""
        return machine.run(self.command_line(name, *arguments), account=self.owner, text=text)

    def command_line(self, name: str, *arguments: str) -> list[str]:
        """What runs one of EspoCRM's console commands."""
        return [self.php, str(self.folder / "command.php"), name, *arguments]


def read_espocrm(machine: Machine, folder: Path, php: str | None) -> EspoCrm:
    """Raises CannotContinue where a bridge cannot serve what is found in the folder."""
    folder = folder.resolve()
    if not (folder / "command.php").is_file() or not (folder / "data/config.php").exists():
        raise CannotContinue(InitCode.NO_ESPOCRM, folder=str(folder))
    binary = php or shutil.which("php")
    if binary is None:
        raise CannotContinue(InitCode.PHP_MISSING)
    # The owner of its settings is the account that the web server runs EspoCRM as.
    found = (folder / "data/config.php").stat()
    owner = Account(found.st_uid, found.st_gid)
    settings = _settings(machine, folder, binary, owner)
    _refuse_unsupported(settings)
    return EspoCrm(
        folder=folder,
        php=binary,
        owner=owner,
        version=settings["version"],
        site_url=settings["siteUrl"].rstrip("/"),
        bridge_url=settings["bridgeUrl"],
        database=EspoCrmDatabase(
            host=settings["host"],
            port=int(settings["port"]) if settings["port"].isdecimal() else None,
            name=settings["database"],
            user=settings["user"],
            password=Secret(settings["password"]),
            ca_file=settings["caFile"],
            certificate_file=settings["certificateFile"],
            key_file=settings["keyFile"],
            verifies_server=settings["verifiesServer"],
        ),
    )


def _settings(machine: Machine, folder: Path, php: str, owner: Account) -> dict[str, Any]:
    # By standard input: the owner need not be able to read where this program is installed.
    reader = _READER.read_text("utf-8")
    told = machine.run([php, "--", str(folder)], account=owner, text=reader)
    try:
        settings = json.loads(told.output) if told.status == 0 else None
    except ValueError:
        settings = None
    if not isinstance(settings, dict):
        # What PHP printed may quote the settings: it is not shown.
        raise CannotContinue(InitCode.ESPOCRM_UNREADABLE, folder=str(folder), php=php)
    return settings


def _refuse_unsupported(settings: dict[str, Any]) -> None:
    if _numbers(settings["phpVersion"]) < _OLDEST_PHP:
        raise CannotContinue(InitCode.PHP_TOO_OLD, version=settings["phpVersion"])
    if not settings["isInstalled"] or not _OLDEST <= _numbers(settings["version"]) < _NEWEST:
        raise CannotContinue(InitCode.ESPOCRM_UNSUPPORTED, version=settings["version"] or "?")
    if settings["platform"].lower() != "mysql" or not settings["host"]:
        raise CannotContinue(InitCode.DATABASE_UNSUPPORTED, platform=settings["platform"])


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(digits) for digits in re.findall(r"[0-9]+", version)[:2])
