"""The command `ksef-bridge`."""

from __future__ import annotations

import importlib

import click

from bridge import __version__
from bridge.undumpable import make_undumpable

_COMMANDS = {
    "doctor": "bridge.commands.doctor",
    "keys": "bridge.commands.keys",
    "serve": "bridge.commands.serve",
    "simulator": "bridge.simulator.command",
}


class _LazyGroup(click.Group):
    """Imports a command when it is asked for: a server takes a second, keys need none of it."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = getattr(importlib.import_module(_COMMANDS[cmd_name]), cmd_name)
        return command


@click.group(cls=_LazyGroup)
@click.version_option(__version__, prog_name="ksef-bridge")
def main() -> None:
    """Connects EspoCRM to KSeF: seals credentials, logs in, hands out access tokens."""
    make_undumpable()
