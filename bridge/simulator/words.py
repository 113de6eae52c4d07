"""What the simulator's commands say: texts of the message catalogue in the person's language."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import click

from bridge.messages import Catalogue, Language
from bridge.spoken_language import language_spoken


class SimulatorCode(StrEnum):
    """What the commands say; the texts are in the message catalogue."""

    LISTENS = "simulator-listens"
    REFUSED = "simulator-refused"
    NONE_RUNS = "simulator-none-runs"
    ISSUED_ALONE = "simulator-issued-alone"
    NIP_OR_PESEL = "simulator-nip-or-pesel"
    PASSWORD_EMPTY = "simulator-password-empty"  # noqa: S105
    NO_NIP = "simulator-no-nip"
    NO_PESEL = "simulator-no-pesel"
    NAME_INCOMPLETE = "simulator-name-incomplete"
    NO_LOGIN_DOCUMENT = "simulator-no-login-document"
    FINGERPRINT_ALONE = "simulator-fingerprint-alone"
    PESEL_ALONE = "simulator-pesel-alone"
    NIP_MISSING = "simulator-nip-missing"
    NOT_WRITTEN = "simulator-not-written"
    EXISTS = "simulator-exists"
    NEEDS_A_RIGHT = "simulator-needs-a-right"


@dataclass(frozen=True, slots=True)
class Words:
    """The texts in one language."""

    language: Language

    def of(self, code: SimulatorCode, **params: str | int) -> str:
        """The text of a code, filled in."""
        return Catalogue.load().text(code, self.language, params)


def words_of(context: click.Context) -> Words:
    """In the language that the command is asked for, as soon as its option is read."""
    return Words(language_spoken(context.params.get("language")))
