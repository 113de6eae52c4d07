"""Options of commands that say whose a certificate is."""

from __future__ import annotations

import click

from bridge.credentials.identifiers import is_nip, is_pesel
from bridge.simulator.words import SimulatorCode, Words, words_of


def valid_nip(context: click.Context, _: click.Parameter, value: str | None) -> str | None:
    """The NIP that was given, if any."""
    if value is not None and not is_nip(value):
        raise click.BadParameter(words_of(context).of(SimulatorCode.NO_NIP))
    return value


def valid_pesel(context: click.Context, _: click.Parameter, value: str | None) -> str | None:
    """The PESEL that was given, if any."""
    if value is not None and not is_pesel(value):
        raise click.BadParameter(words_of(context).of(SimulatorCode.NO_PESEL))
    return value


def names_of(words: Words, person: str) -> tuple[str, str]:
    """Given names and surname of a person."""
    given_name, _, surname = person.strip().rpartition(" ")
    if not given_name:
        told = words.of(SimulatorCode.NAME_INCOMPLETE)
        raise click.BadParameter(told, param_hint="--name")
    return given_name.strip(), surname
