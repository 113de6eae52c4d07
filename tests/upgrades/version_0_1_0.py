"""The bridge of version 0.1.0: its code from this repository's history, with today's libraries."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tarfile
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.installation import Installation
from tests.secret_register import register_secret

# The last commit before the changelog's section "Unreleased" begins.
_COMMIT = "efadc6389142abdaefce6f95e335349c1c2a4671"
_REPOSITORY = Path(__file__).parents[2]
# Without `-P` the bridge of the folder that the tests run in would come first.
_COMMAND = (
    sys.executable,
    "-P",
    "-c",
    "from bridge.cli import main; main(prog_name='ksef-bridge')",
)


@dataclass(frozen=True)
class Version010:
    """The code of 0.1.0 in a folder."""

    folder: Path

    @classmethod
    def unpacked(cls, folder: Path) -> Version010:
        """Skips the test where the history is missing: in an archive, or a shallow clone."""
        git = ["git", "-C", str(_REPOSITORY), "archive", _COMMIT, "bridge", "manifest.json"]
        made = subprocess.run(git, capture_output=True, check=False)
        if made.returncode:
            pytest.skip("this copy of the repository has no history that goes back to 0.1.0")
        with tarfile.open(fileobj=io.BytesIO(made.stdout)) as archive:
            archive.extractall(folder, filter="data")
        return cls(folder)

    def bridge_of(self, installation: Installation) -> Installation:
        """The same installation, whose bridge is of this version."""
        environment = {**installation.environment, "PYTHONPATH": str(self.folder)}
        return replace(installation, executed=_COMMAND, environment=environment)

    def make_keys(self, installation: Installation) -> None:
        """Key files of this version in place of those that are there."""
        for name in ("MASTER", "API"):
            Path(installation.environment[f"KSEF_BRIDGE_{name}_KEYS_FILE"]).unlink()
        self._command(installation, "keys", "new-master")
        installation.api_key = register_secret(self._command(installation, "keys", "new-api"))

    def _command(self, installation: Installation, *arguments: str) -> str:
        variables = {**os.environ, **self.bridge_of(installation).environment}
        finished = subprocess.run(
            [*_COMMAND, *arguments], env=variables, capture_output=True, check=True, text=True
        )
        return finished.stdout.strip()
