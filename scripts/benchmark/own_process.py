"""A part of the measurement in a process of its own: JSON in, JSON out, its log in a file."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any


class PartFailed(Exception):
    """A part ended with an error; the text is the end of its log."""


def in_own_process(module: str, task: object, log: Path) -> Any:
    """What `python -m MODULE` answers to `task`. Raises PartFailed."""
    with log.open("wb") as output:
        finished = subprocess.run(
            [sys.executable, "-m", module],
            input=json.dumps(task).encode(),
            stdout=subprocess.PIPE,
            stderr=output,
            check=False,
        )
    if finished.returncode:
        raise PartFailed(f"{module}:\n{log.read_text()[-3000:]}")
    return json.loads(finished.stdout)
