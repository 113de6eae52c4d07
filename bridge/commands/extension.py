"""`ksef-bridge extension`: hands out the EspoCRM extension that came with this bridge."""

from __future__ import annotations

import os
import shlex
from enum import StrEnum
from pathlib import Path

import click

from bridge.commands.messages import Messages
from bridge.extension import CarriedPackage, ExtensionAbsent, carried_package
from bridge.messages import Language
from bridge.spoken_language import language_option, language_spoken


class ExtensionCode(StrEnum):
    """What the command says."""

    CARRIED = "extension-carried"
    WRITTEN = "extension-written"
    INSTALL = "extension-install"
    ABSENT = "extension-absent"
    NOT_WRITTEN = "extension-not-written"


@click.command()
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write a copy of the package there; a folder keeps its name.",
)
@language_option
def extension(output: Path | None, language: Language | None) -> None:
    """Say where this version's EspoCRM extension is, or copy it.

    Also says how to install it. Every wheel carries the extension of its own version.
    """
    messages = Messages(language_spoken(language))
    try:
        package = carried_package()
    except ExtensionAbsent:
        raise click.ClickException(messages.told(ExtensionCode.ABSENT)) from None
    if output is None:
        _tell(messages, ExtensionCode.CARRIED, package, package.path)
        return
    target = (output / package.path.name if output.is_dir() else output).absolute()
    try:
        _write(package.content(), target)
    except OSError as error:
        problem = error.strerror or str(error)
        raise click.ClickException(
            messages.told(ExtensionCode.NOT_WRITTEN, {"path": str(target), "problem": problem})
        ) from None
    _tell(messages, ExtensionCode.WRITTEN, package, target)


def _write(content: bytes, target: Path) -> None:
    # Whole or not at all: EspoCRM may be told to install what stands there.
    beside = target.with_name(f"{target.name}.{os.getpid()}")
    try:
        beside.write_bytes(content)
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)


def _tell(messages: Messages, code: ExtensionCode, package: CarriedPackage, path: Path) -> None:
    facts = {"version": package.version, "path": str(path), "digest": package.sha256()}
    click.echo(messages.told(code, facts))
    file = shlex.quote(f"--file={path}")
    command = f"sudo -u www-data php command.php extension {file}"
    click.echo(messages.told(ExtensionCode.INSTALL, {"command": command}))
