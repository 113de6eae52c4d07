"""The programs that a release is made with, from the environment that runs it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from releasing.refusal import Refused

TOOLS = Path(sys.executable).parent


def run(
    *command: str | Path, folder: Path | None = None, variables: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """A program run to its end. Raises Refused with its last line when it fails."""
    finished = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, **(variables or {})},
        capture_output=True,
        text=True,
        check=False,
    )
    if finished.returncode:
        said = (finished.stderr or finished.stdout).strip().splitlines() or ["no reason given"]
        raise Refused(f"{Path(command[0]).name} failed: {said[-1].strip()}")
    return finished
