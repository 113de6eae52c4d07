"""The command `ksef-bridge`."""

from __future__ import annotations

import gc
import importlib
from dataclasses import dataclass

import click

from bridge import __version__
from bridge.undumpable import make_undumpable


@dataclass(frozen=True, slots=True)
class _Command:
    module: str
    summary: str


_COMMANDS = {
    "doctor": _Command(
        "bridge.commands.doctor", "Check this installation and say what is wrong and what to do."
    ),
    "extension": _Command(
        "bridge.commands.extension", "Say where this version's EspoCRM extension is, or copy it."
    ),
    "home": _Command(
        "bridge.commands.home", "Say, set or forget to which EspoCRM this bridge belongs."
    ),
    "init": _Command(
        "bridge.commands.init", "Set up a bridge for an EspoCRM on this machine, or update it."
    ),
    "keys": _Command("bridge.commands.keys", "Make, list, rotate, remove, export and import keys."),
    "serve": _Command(
        "bridge.commands.serve", "Answer EspoCRM (settings: KSEF_BRIDGE_* in the environment)."
    ),
    "simulator": _Command(
        "bridge.simulator.command", "Play KSeF's Test environment on this machine, for tests only."
    ),
}


class _LazyGroup(click.Group):
    """Imports a command when it is asked for: a server takes a second, its name none of it."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        # Nothing of what is imported is garbage, and looking for it takes a seventh of the time.
        gc.disable()
        try:
            module = importlib.import_module(_COMMANDS[cmd_name].module)
        finally:
            gc.enable()
        command: click.Command = getattr(module, cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, each.summary) for name, each in _COMMANDS.items()])


@click.group(cls=_LazyGroup)
@click.version_option(__version__, prog_name="ksef-bridge")
def main() -> None:
    """Connects EspoCRM to KSeF: seals credentials, logs in, hands out access tokens."""
    try:
        make_undumpable()
    except OSError as error:
        raise click.ClickException(
            f"The kernel does not close this process's memory to others ({error}). "
            "Allow prctl(2) where this command runs."
        ) from None
