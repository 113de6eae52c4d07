"""The service: the administrator's command, systemd's unit, whose bridge it is, and its start."""

from __future__ import annotations

import socket
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from bridge.initialization.codes import InitCode
from bridge.initialization.errors import CannotContinue
from bridge.initialization.layout import (
    API_KEYS_FILE,
    COMMAND_FILE,
    MASTER_KEYS_FILE,
    SERVICE,
    SETTINGS_FILE,
    SOCKET,
    STATE_FOLDER,
    UNIT_FILE,
)
from bridge.initialization.steps import ROOT, Circumstances, Sentence, Step
from bridge.state.home import SiteUrlUnusable, site_of

_READY_WITHIN = 30
_HEALTH = b"GET /healthz HTTP/1.1\r\nHost: bridge\r\nConnection: close\r\n\r\n"
_EVERYBODY_RUNS = 0o755
_EVERYBODY_READS = 0o644
_WRITTEN = (UNIT_FILE, SETTINGS_FILE, MASTER_KEYS_FILE, API_KEYS_FILE)


@dataclass(frozen=True, slots=True)
class Command:
    """`ksef-bridge` for administrators, run as the service's account with its settings."""

    given: Circumstances

    def sentence(self) -> Sentence:
        return Sentence(InitCode.COMMAND, {"file": COMMAND_FILE})

    def is_done(self) -> bool:
        content = self.given.layout.command()
        return self.given.machine.holds(COMMAND_FILE, content, ROOT, _EVERYBODY_RUNS)

    def do(self) -> None:
        content = self.given.layout.command()
        self.given.machine.write(COMMAND_FILE, content, ROOT, _EVERYBODY_RUNS)


@dataclass(frozen=True, slots=True)
class ServiceUnit:
    """Written anew by each version."""

    given: Circumstances

    def sentence(self) -> Sentence:
        return Sentence(InitCode.SERVICE_UNIT, {"file": UNIT_FILE})

    def is_done(self) -> bool:
        content = self.given.layout.unit()
        return self.given.machine.holds(UNIT_FILE, content, ROOT, _EVERYBODY_READS)

    def do(self) -> None:
        self.given.machine.write(UNIT_FILE, self.given.layout.unit(), ROOT, _EVERYBODY_READS)


@dataclass(frozen=True, slots=True)
class Home:
    """Whose bridge this is, so that it leaves KSeF alone when EspoCRM was copied."""

    given: Circumstances

    def sentence(self) -> Sentence:
        return Sentence(InitCode.HOME, {"site": self.given.espocrm.site_url})

    def is_done(self) -> bool:
        # Asking makes the state database, which is for the bridge's account to do.
        if not self.given.machine.path(f"{STATE_FOLDER}/state.sqlite3").exists():
            return False
        told = self.given.machine.run([*self._command, "show"])
        return told.status == 0 and self._site in told.output.split()

    def do(self) -> None:
        told = self.given.machine.run([*self._command, "show"])
        if told.status == 0 and "://" in told.output:
            raise CannotContinue(InitCode.HOME_OF_ANOTHER, site=self._site)
        self.given.machine.demand([*self._command, "set", "--site-url", self._site])

    @property
    def _site(self) -> str:
        """EspoCRM's address as the bridge writes it."""
        try:
            return site_of(self.given.espocrm.site_url)
        except SiteUrlUnusable:
            raise CannotContinue(InitCode.SITE_URL_UNUSABLE) from None

    @property
    def _command(self) -> list[str]:
        return [str(self.given.machine.path(COMMAND_FILE)), "home"]


@dataclass(frozen=True, slots=True)
class Start:
    """Started, also after the next boot, with what was written last.

    It has still to be done where one of `before`, whose results the service reads when it starts,
    has: a plan is made before its first step.
    """

    given: Circumstances
    before: Sequence[Step]

    def sentence(self) -> Sentence:
        return Sentence(InitCode.START, {"service": SERVICE})

    def is_done(self) -> bool:
        return self._has_read_what_is_there() and all(step.is_done() for step in self.before)

    def _has_read_what_is_there(self) -> bool:
        asked = "ActiveState,ExecMainStartTimestampMonotonic"
        told = self.given.machine.run(["systemctl", "show", "--property", asked, SERVICE]).output
        shown = dict(line.split("=", 1) for line in told.splitlines() if "=" in line)
        if shown.get("ActiveState") != "active":
            return False
        since = int(shown.get("ExecMainStartTimestampMonotonic") or 0) / 1_000_000
        started = time.time() - time.monotonic() + since
        return all(
            self.given.machine.path(each).stat().st_mtime <= started
            for each in _WRITTEN
            if self.given.machine.path(each).exists()
        )

    def do(self) -> None:
        self.given.machine.demand(["systemctl", "daemon-reload"])
        self.given.machine.demand(["systemctl", "enable", SERVICE])
        told = self.given.machine.run(["systemctl", "restart", SERVICE])
        if told.status != 0 or not self._is_ready():
            raise CannotContinue(InitCode.SERVICE_NOT_READY, service=SERVICE)

    def _is_ready(self) -> bool:
        end = time.monotonic() + _READY_WITHIN
        while time.monotonic() < end:
            if self._answers():
                return True
            time.sleep(0.1)
        return False

    def _answers(self) -> bool:
        with suppress(OSError), socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(2)
            connection.connect(str(self.given.machine.path(SOCKET)))
            connection.sendall(_HEALTH)
            return connection.recv(64).startswith(b"HTTP/1.1 200 ")
        return False


@dataclass(frozen=True, slots=True)
class RemoveService:
    """Stopped, and the unit gone."""

    given: Circumstances

    def sentence(self) -> Sentence:
        return Sentence(InitCode.REMOVE_SERVICE, {"file": UNIT_FILE})

    def is_done(self) -> bool:
        return not self.given.machine.path(UNIT_FILE).exists()

    def do(self) -> None:
        self.given.machine.demand(["systemctl", "disable", "--now", SERVICE])
        self.given.machine.remove(UNIT_FILE)
        self.given.machine.demand(["systemctl", "daemon-reload"])


@dataclass(frozen=True, slots=True)
class RemoveCommand:
    """The administrator's command gone."""

    given: Circumstances

    def sentence(self) -> Sentence:
        return Sentence(InitCode.REMOVE_COMMAND, {"file": COMMAND_FILE})

    def is_done(self) -> bool:
        return not self.given.machine.path(COMMAND_FILE).exists()

    def do(self) -> None:
        self.given.machine.remove(COMMAND_FILE)
