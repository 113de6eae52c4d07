"""The extension's package that came with this bridge."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent


class ExtensionAbsent(LookupError):
    """This bridge was not installed from a wheel, which alone carries the package."""


@dataclass(frozen=True, slots=True)
class CarriedPackage:
    """The zip that EspoCRM installs, of the bridge's own version."""

    path: Path

    @property
    def version(self) -> str:
        """The version in the file's name, which is that of its manifest."""
        return self.path.stem.removeprefix("ksef-")

    def content(self) -> bytes:
        """The zip."""
        return self.path.read_bytes()

    def sha256(self) -> str:
        """The digest as the release's SHA256SUMS has it, in hexadecimal digits."""
        return hashlib.sha256(self.content()).hexdigest()


def carried_package(folder: Path = FOLDER) -> CarriedPackage:
    """The package in the folder, where the build of the wheel puts one. Raises ExtensionAbsent."""
    for path in folder.glob("ksef-*.zip"):
        return CarriedPackage(path)
    raise ExtensionAbsent
