"""The passphrase of exported keys: from a file, typed, or made."""

from __future__ import annotations

import secrets
from pathlib import Path

import click

from bridge.commands.key_codes import KeysCode
from bridge.commands.messages import Messages
from bridge.credentials.secret import Secret


def passphrase_in(messages: Messages, file: Path | None) -> Secret | None:
    """The first line of a file that is named, or None. Raises ClickException."""
    if file is None:
        return None
    path = {"path": str(file)}
    try:
        phrase = file.read_text("utf-8").splitlines()[:1]
    except (OSError, UnicodeDecodeError):
        told = messages.told(KeysCode.PASSPHRASE_FILE_UNREADABLE, path)
        raise click.ClickException(told) from None
    if not phrase or not phrase[0]:
        raise click.ClickException(messages.told(KeysCode.PASSPHRASE_FILE_EMPTY, path))
    return Secret(phrase[0])


def new_passphrase(messages: Messages) -> Secret:
    """The one that is typed; for none, one that is made and shown."""
    typed = click.prompt(
        messages.of(KeysCode.NEW_PASSPHRASE).text,
        default="",
        show_default=False,
        hide_input=True,
        confirmation_prompt=messages.of(KeysCode.PASSPHRASE_AGAIN).text,
        err=True,
    )
    if typed:
        return Secret(typed)
    made = secrets.token_urlsafe(24)
    click.echo(messages.of(KeysCode.PASSPHRASE_MADE).text, err=True)
    click.echo(made)
    return Secret(made)
