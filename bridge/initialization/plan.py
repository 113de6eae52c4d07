"""The steps in their order: what is needed first, and the old bridge stops last."""

from __future__ import annotations

from collections.abc import Sequence

from bridge.initialization.accounts import Folders, SystemAccount
from bridge.initialization.connection import Connect, RemoveConnection, RemoveExtension
from bridge.initialization.database_account import DatabaseAccount, RemoveDatabaseAccount
from bridge.initialization.extension_package import Extension
from bridge.initialization.key_files import Keys
from bridge.initialization.service import (
    Command,
    Home,
    RemoveCommand,
    RemoveService,
    ServiceUnit,
    Start,
)
from bridge.initialization.steps import Circumstances, Step


def installation(given: Circumstances) -> Sequence[Step]:
    """From a running EspoCRM to a bridge that serves it."""
    has_systemd = given.machine.has_systemd
    account, keys, unit = DatabaseAccount(given), Keys(given), ServiceUnit(given)
    service: list[Step] = [unit, Start(given, [account, keys, unit])] if has_systemd else []
    return [
        SystemAccount(given),
        Folders(given),
        # The tables that the database account is granted come with the extension.
        Extension(given),
        account,
        keys,
        Command(given),
        Home(given),
        *service,
        Connect(given, is_running=has_systemd),
    ]


def removal(given: Circumstances) -> Sequence[Step]:
    """Back to EspoCRM alone; keys, state, the account that owns them and records stay."""
    return [
        RemoveConnection(given),
        *([RemoveService(given)] if given.machine.has_systemd else []),
        RemoveCommand(given),
        RemoveExtension(given),
        # Last: where nobody here may remove it, everything else is gone by then.
        RemoveDatabaseAccount(given),
    ]
