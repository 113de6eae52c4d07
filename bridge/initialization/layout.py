"""Where a bridge that `init` set up has its files, and what stands in those that it writes."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from bridge import __version__
from bridge.initialization.machine import SYSTEMD, Machine

USER = "ksef-bridge"
SERVICE = "ksef-bridge"
SETTINGS_FOLDER = "/etc/ksef-bridge"
SETTINGS_FILE = f"{SETTINGS_FOLDER}/bridge.env"
DATABASE_SQL_FILE = f"{SETTINGS_FOLDER}/database-account.sql"
MASTER_KEYS_FILE = f"{SETTINGS_FOLDER}/master-keys.json"
API_KEYS_FILE = f"{SETTINGS_FOLDER}/api-keys.json"
STATE_FOLDER = "/var/lib/ksef-bridge"
RUNTIME_FOLDER = "/run/ksef-bridge"
SOCKET = f"{RUNTIME_FOLDER}/bridge.sock"
UNIT_FILE = "/etc/systemd/system/ksef-bridge.service"
COMMAND_FILE = "/usr/local/sbin/ksef-bridge"

_KEY_FILES = {
    "KSEF_BRIDGE_MASTER_KEYS_FILE": PurePath(MASTER_KEYS_FILE).name,
    "KSEF_BRIDGE_API_KEYS_FILE": PurePath(API_KEYS_FILE).name,
}


@dataclass(frozen=True, slots=True)
class Layout:
    """`program` is the path of `ksef-bridge`, `group` that of EspoCRM's web server."""

    machine: Machine
    program: str
    group: str

    @property
    def bridge_url(self) -> str:
        """What EspoCRM calls the bridge at."""
        return f"unix:{self.machine.path(SOCKET)}"

    def unit(self) -> str:
        """The systemd unit."""
        return self._rendered("ksef-bridge.service", self.program)

    def command(self) -> str:
        """The command for administrators."""
        return self._rendered("ksef-bridge.sh", shlex.quote(self.program))

    def settings(self, database_url: str) -> str:
        """The file of settings, for systemd and for a shell."""
        values = {
            "ESPOCRM_DATABASE_URL": database_url,
            "STATE_DATABASE_URL": f"sqlite:///{self.machine.path(STATE_FOLDER)}/state.sqlite3",
            "RUNTIME_FOLDER": self.machine.path(RUNTIME_FOLDER),
            "LISTEN": self.bridge_url,
        }
        # An apostrophe would end what stands between two of them.
        return "".join(
            f"KSEF_BRIDGE_{name}='{str(value).replace(chr(39), '%27')}'\n"
            for name, value in values.items()
        )

    def _rendered(self, template: str, program: str) -> str:
        described: dict[str, Any] = {
            "version": __version__,
            "user": USER,
            "group": self.group,
            "program": program,
            "settings_folder": self.machine.path(SETTINGS_FOLDER),
            "settings_file": self.machine.path(SETTINGS_FILE),
            "runtime_folder": self.machine.path(RUNTIME_FOLDER),
            "key_files": _KEY_FILES,
            "systemd": self.machine.path(SYSTEMD),
        }
        return _TEMPLATES.get_template(template).render(described)


_TEMPLATES = Environment(
    loader=PackageLoader("bridge.initialization"),
    undefined=StrictUndefined,
    keep_trailing_newline=True,
    autoescape=False,  # noqa: S701
)
