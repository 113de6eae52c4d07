"""The extension in EspoCRM, of the bridge's own version."""

from __future__ import annotations

import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

from bridge.initialization.codes import InitCode
from bridge.initialization.errors import CannotContinue
from bridge.initialization.steps import Circumstances, Sentence

NAME = "KSeF"
_LISTED = re.compile(rf"Name: {NAME}\s+ID: \S+\s+Version: (\S+)\s+Installed: yes")


@dataclass(frozen=True, slots=True)
class Extension:
    """Installed or upgraded by EspoCRM's own command."""

    given: Circumstances

    def sentence(self) -> Sentence:
        return Sentence(InitCode.EXTENSION, {"version": self.given.package.version})

    def is_done(self) -> bool:
        return installed_version(self.given) == self.given.package.version

    def do(self) -> None:
        # EspoCRM's account need not be able to read where this program is installed.
        descriptor, path = tempfile.mkstemp(suffix=".zip", prefix="ksef-")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(self.given.package.content())
            owner = self.given.espocrm.owner
            if self.given.machine.is_administered:
                os.chown(path, owner.uid, owner.gid)
            command = self.given.espocrm.command(self.given.machine, "extension", f"--file={path}")
        finally:
            Path(path).unlink()
        if not self.is_done():
            raise CannotContinue(InitCode.EXTENSION_NOT_INSTALLED, problem=command.problem)


def installed_version(given: Circumstances) -> str | None:
    """The version that EspoCRM says is installed; None for none."""
    listed = given.espocrm.command(given.machine, "extension", "--list")
    found = _LISTED.search(listed.output)
    return None if found is None else found[1]
