"""Options of commands that say whose a certificate is."""

from __future__ import annotations

import click

from bridge.credentials.identifiers import is_nip, is_pesel


def valid_nip(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    """The NIP that was given, if any."""
    if value is not None and not is_nip(value):
        raise click.BadParameter(_not_valid("a NIP", 10))
    return value


def valid_pesel(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    """The PESEL that was given, if any."""
    if value is not None and not is_pesel(value):
        raise click.BadParameter(_not_valid("a PESEL", 11))
    return value


def names_of(person: str) -> tuple[str, str]:
    """Given names and surname of a person."""
    given_name, _, surname = person.strip().rpartition(" ")
    if not given_name:
        raise click.BadParameter("a person has a given name and a surname.", param_hint="--name")
    return given_name.strip(), surname


def _not_valid(what: str, digits: int) -> str:
    return (
        f"this is not {what}: {digits} digits without spaces or hyphens are needed, "
        f"the last of which is the check digit of the others."
    )
