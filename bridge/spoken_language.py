"""The language in which a command speaks: the one that is asked for, else that of the locale."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from io import TextIOWrapper

import click

from bridge.messages import Language, language_of

_LOCALE_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")

language_option = click.option(
    "--language",
    type=click.Choice(["pl", "en"]),
    # Known before other options are judged, whose faults are told in it.
    is_eager=True,
    help="Language of the texts.  [default: that of the locale, pl or en]",
)


def language_spoken(asked_for: Language | None) -> Language:
    """The language; a locale without Polish letters gets question marks, not a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
    return asked_for or _language_of_locale(os.environ)


def _language_of_locale(variables: Mapping[str, str]) -> Language:
    given = (variables[name] for name in _LOCALE_VARIABLES if variables.get(name))
    return language_of(next(given, None))
