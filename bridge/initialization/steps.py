"""What a step is, and what the steps know."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from bridge.credentials.secret import Secret
from bridge.extension import CarriedPackage
from bridge.initialization.codes import InitCode
from bridge.initialization.errors import CannotContinue
from bridge.initialization.espocrm import EspoCrm
from bridge.initialization.layout import USER, Layout
from bridge.initialization.machine import Account, Machine


@dataclass(frozen=True, slots=True)
class Sentence:
    """Words of the message catalogue."""

    code: InitCode
    params: dict[str, str] = field(default_factory=dict)


class Step(Protocol):
    """Something that is to be done once; whoever runs it again does what is left of it."""

    def sentence(self) -> Sentence:
        """What will be done."""
        ...

    def is_done(self) -> bool:
        """Whether there is nothing to do. Changes nothing."""
        ...

    def do(self) -> None:
        """Raises CannotContinue."""
        ...


@dataclass(frozen=True, slots=True)
class DatabaseAdministrator:
    """A login at the database server that may make accounts there."""

    name: str
    password: Secret


@dataclass(slots=True)
class Circumstances:
    """What the steps know; `api_key` is the one that this run has made."""

    machine: Machine
    espocrm: EspoCrm
    layout: Layout
    package: CarriedPackage
    administrator: DatabaseAdministrator | None = None
    api_key: Secret | None = None

    @property
    def bridge_account(self) -> Account:
        """The account that the bridge runs as. Raises CannotContinue."""
        account = self.machine.account(USER)
        if account is None:
            raise CannotContinue(
                InitCode.COMMAND_FAILED, command=f"getent passwd {USER}", problem=USER
            )
        return account

    def is_connected(self) -> bool:
        """Whether EspoCRM reaches this bridge with the key that it has."""
        return (
            self.espocrm.bridge_url == self.layout.bridge_url
            and self.espocrm.command(self.machine, "ksef-check-bridge").status == 0
        )


ROOT = Account(0, 0)
