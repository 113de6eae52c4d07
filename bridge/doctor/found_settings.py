"""The settings as far as they can be used: what is wrong is named, the rest is still checked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bridge.doctor.codes import DoctorCode
from bridge.doctor.results import Result, failed, ok
from bridge.installation import check_trusted_files
from bridge.settings import (
    LISTEN_WITHOUT_TLS,
    PLAIN_HTTP_PRODUCTION,
    PREFIX,
    Settings,
    SettingsError,
    load_settings,
)

_NAME = "settings"
# A SettingsError's text starts with the setting that it is about, or with the two that go together.
_NAMED = re.compile(rf"{PREFIX}(\w+)(?: and {PREFIX}(\w+))?")
# What stands in for a setting that has no default, or none that fits the others.
_STAND_INS = {
    "ESPOCRM_DATABASE_URL": "sqlite://",
    "MASTER_KEYS_FILE": "/dev/null",
    "API_KEYS_FILE": "/dev/null",
    "TLS_CERTIFICATE_FILE": "/dev/null",
    "TLS_KEY_FILE": "/dev/null",
    "ALLOW": f"{LISTEN_WITHOUT_TLS},{PLAIN_HTTP_PRODUCTION}",
}


@dataclass(frozen=True, slots=True)
class FoundSettings:
    """`settings` is None when nothing can be said; `unusable` are the names (without prefix) of
    those that hold a stand-in, and `problems` the texts of the errors.
    """

    settings: Settings | None
    unusable: frozenset[str]
    problems: tuple[str, ...]


def find_settings(variables: Mapping[str, str]) -> FoundSettings:
    """Read the settings as `serve` does, each wrong one replaced by one that can be read."""
    readable = dict(variables)
    unusable: set[str] = set()
    problems: list[str] = []
    while True:
        try:
            settings = load_settings(readable)
            # The other files and folders have checks of their own.
            check_trusted_files(settings)
        except SettingsError as error:
            problems.append(str(error))
            named = _NAMED.match(str(error))
            names = {name for name in named.groups() if name} if named else set()
            if not names - unusable:
                return FoundSettings(None, frozenset(unusable), tuple(problems))
            unusable |= names
            readable.update({PREFIX + name: _STAND_INS.get(name, "") for name in names})
        else:
            return FoundSettings(settings, frozenset(unusable), tuple(problems))


def check_settings(found: FoundSettings) -> list[Result]:
    """One line for all settings, or one for each that is wrong."""
    if not found.problems:
        return [ok(_NAME, DoctorCode.SETTINGS_USABLE)]
    return [
        failed(_NAME, DoctorCode.SETTINGS_WRONG, problem=problem.removesuffix("."))
        for problem in found.problems
    ]
