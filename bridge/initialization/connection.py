"""EspoCRM's side: the bridge's address and API key."""

from __future__ import annotations

from dataclasses import dataclass

from bridge.initialization.codes import InitCode
from bridge.initialization.errors import CannotContinue
from bridge.initialization.extension_package import NAME, installed_version
from bridge.initialization.steps import Circumstances, Sentence


@dataclass(frozen=True, slots=True)
class Connect:
    """Entered in EspoCRM, which then says whether it reaches the bridge.

    Where nothing starts the bridge (`is_running` false), EspoCRM is not believed about that.
    """

    given: Circumstances
    is_running: bool

    def sentence(self) -> Sentence:
        code = InitCode.CONNECT if self.is_running else InitCode.CONNECTION_ENTERED
        return Sentence(code, {"url": self.given.layout.bridge_url})

    def is_done(self) -> bool:
        return self.given.api_key is None and self.given.is_connected()

    def do(self) -> None:
        espocrm, machine = self.given.espocrm, self.given.machine
        if self.given.api_key is None:
            told = espocrm.command(machine, "ksef-check-bridge")
        else:
            told = espocrm.command(
                machine,
                "ksef-connect-bridge",
                f"--url={self.given.layout.bridge_url}",
                text=f"{self.given.api_key.reveal_text()}\n",
            )
        if self.is_running and told.status != 0:
            raise CannotContinue(InitCode.NOT_CONNECTED, problem=told.problem)
        self.given.api_key = None


@dataclass(frozen=True, slots=True)
class RemoveConnection:
    """EspoCRM forgets the bridge."""

    given: Circumstances

    def sentence(self) -> Sentence:
        return Sentence(InitCode.REMOVE_CONNECTION)

    def is_done(self) -> bool:
        return not self.given.espocrm.bridge_url

    def do(self) -> None:
        espocrm = self.given.espocrm
        self.given.machine.demand(
            espocrm.command_line("ksef-disconnect-bridge"), account=espocrm.owner
        )


@dataclass(frozen=True, slots=True)
class RemoveExtension:
    """Uninstalled by EspoCRM's own command, which leaves the records."""

    given: Circumstances

    def sentence(self) -> Sentence:
        return Sentence(InitCode.REMOVE_EXTENSION)

    def is_done(self) -> bool:
        return installed_version(self.given) is None

    def do(self) -> None:
        espocrm = self.given.espocrm
        command = espocrm.command_line("extension", "-u", f"--name={NAME}")
        self.given.machine.demand(command, account=espocrm.owner)
